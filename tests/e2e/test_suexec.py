#!/usr/bin/python3
"""The bundle on shared hosting: uploaded as by FTP, set up as INSTALL.txt says,
and run by Apache under suEXEC as the account's own user; then every mistake
that its page speaks of.

suEXEC is set to one folder (/var/www) and one user (www-data) when it is built,
and changes users, so this needs root. It runs in namespaces of its own, where
nothing else on this machine is touched: another /var/www, two more users, and a
loopback that is nobody else's. Where that can't be had, each case is reported
as not run.
"""
import base64
import contextlib
import ctypes
import fcntl
import glob
import hashlib
import http.client
import os
import pwd
import re
import secrets
import shutil
import signal
import socket
import struct
import subprocess
import sys
import tarfile
import tempfile

import jwt

import harness
import sample
from harness import BUILD, SANITIZED, SRC, Skip, case, equal, need, until

DEPLOY = os.path.join(SRC, "cgi", "deploy")
MODULES = "/usr/lib/apache2/modules"
SUEXEC = "/usr/lib/apache2/suexec"
HOME = "/var/www/ann"
INSIDE = "MINTAGE_TEST_NAMESPACE"   # set: the namespaces are ours

ACCOUNT = "0a1b2c3d4e5f60718293a4b5c6d7e8f9"
PARENT = "11112222333344445555666677778888"
ANN, BOB = 58881, 58882     # users of these namespaces alone

APACHE = """
ServerRoot "{folder}"
DefaultRuntimeDir "{folder}/run"
PidFile "{folder}/run/apache.pid"
ScriptSock "{folder}/run/cgid"
FcgidIPCDir "{folder}/run"
FcgidProcessTableFile "{folder}/run/fcgid"
ErrorLog "{folder}/log/error.log"
ServerName localhost
Listen 127.0.0.1:80
User www-data
Group www-data
StartServers 1
ServerLimit 2
ThreadsPerChild 8
MaxRequestWorkers 16
MaxSpareThreads 16
Suexec On
TypesConfig /dev/null
<Directory "/">
    Require all denied
</Directory>
<VirtualHost 127.0.0.1:80>
    DocumentRoot "{home}/public_html"
    SuexecUserGroup ann ann
    <Directory "{home}/public_html">
        AllowOverride AuthConfig FileInfo Indexes Limit Options=ExecCGI
        Require all granted
    </Directory>
</VirtualHost>
"""


# The place ------------------------------------------------------------------

def why_not():
    """Why this can't be tried here, or None."""
    if os.geteuid() != 0:
        return "suEXEC changes users: only root can try it"
    if SANITIZED:
        return "the bundle is static, which sanitizers are not"
    for path in (SUEXEC, MODULES + "/mod_suexec.so", MODULES + "/mod_fcgid.so"):
        need(os.path.exists(path), f"{path} is not there: run 'make deps'")
    if subprocess.run(["unshare", "-mnp", "--fork", "true"], check=False,
                      stderr=subprocess.DEVNULL).returncode != 0:
        return "no namespaces may be made here"
    return None


def enter_namespaces():
    """Run this program again in namespaces of its own, and end as it did."""
    with tempfile.TemporaryDirectory(prefix="mintage-") as folder:
        status = subprocess.run(
            ["unshare", "--mount", "--net", "--pid", "--fork", "--kill-child",
             "--mount-proc", sys.executable, *sys.argv],
            env={**os.environ, INSIDE: folder}, check=False).returncode
    sys.exit(status if status >= 0 else 1)


def mount(*words):
    subprocess.run(["mount", *words], check=True)


def bring_loopback_up():
    name, up = b"lo", 0x1
    with socket.socket() as control:
        fcntl.ioctl(control, 0x8914, struct.pack("16sh14x", name, up))


def furnish(folder):
    """What suEXEC and Apache find in places that they were built with."""
    bring_loopback_up()
    for path in ("/var/www", "/var/log/apache2"):
        os.makedirs(path, exist_ok=True)    # a package's, both
        mount("-t", "tmpfs", "-o", "mode=755", "none", path)
    for path, lines in (
            ("/etc/passwd", f"ann:x:{ANN}:{ANN}::{HOME}:/bin/sh\n"
                            f"bob:x:{BOB}:{ANN}::/:/bin/sh\n"),
            ("/etc/group", f"ann:x:{ANN}:\n")):
        copy = os.path.join(folder, os.path.basename(path))
        with open(path) as old, open(copy, "w") as new:
            new.write(old.read() + lines)
        mount("--bind", copy, path)
    # Debian's other build of suEXEC reads its folder from here.
    settings = "/etc/apache2/suexec/www-data"
    if os.path.exists(settings):
        copy = os.path.join(folder, "suexec")
        with open(copy, "w") as new:
            new.write("/var/www\npublic_html\n")
        mount("--bind", copy, settings)


def as_user(uid, function, *arguments):
    """Call it in a process of that user."""
    pid = os.fork()
    if pid == 0:
        status = 1
        try:
            os.setgroups([])
            os.setgid(ANN)
            os.setuid(uid)
            os.umask(0o022)
            function(*arguments)
            status = 0
        except Exception as error:
            harness.comment(f"{function.__name__}: {error}")
        os._exit(status)
    equal(os.waitpid(pid, 0)[1], 0, f"{function.__name__} as {uid}")


# The bundle -----------------------------------------------------------------

def make_bundle(folder):
    """The archive as `make bundle` makes it."""
    source = f"mintage-for-{os.path.basename(folder)}"
    try:
        done = subprocess.run(
            ["make", "-f", "Makefile", "-s", "distdir", "distdir=" + source],
            cwd=BUILD, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
            check=False)
        need(done.returncode == 0, done.stdout.decode())
        done = subprocess.run(
            ["sh", os.path.join(DEPLOY, "bundle.sh"), source, folder, "9.9"],
            cwd=BUILD, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
            check=False)
        need(done.returncode == 0, done.stdout.decode())
    finally:
        shutil.rmtree(os.path.join(BUILD, source), ignore_errors=True)
    archive, = glob.glob(os.path.join(folder, "mintage-9.9-bundle-*.tar.gz"))
    return archive


def upload(source, target):
    """As FTP leaves it: no mode of the original, all of it the account's."""
    for path, _, files in os.walk(source):
        place = os.path.normpath(os.path.join(
            target, os.path.relpath(path, source)))
        os.makedirs(place, 0o755, exist_ok=True)
        for name in files:
            with open(os.path.join(path, name), "rb") as old, \
                    open(os.path.join(place, name), "wb") as new:
                new.write(old.read())


class Account:
    """A customer's account, and the host's Apache around it."""

    def __init__(self, folder):
        self.folder = folder
        self.server = None
        self.secret = secrets.token_hex(32)
        self.token = secrets.token_urlsafe(30)
        with tarfile.open(make_bundle(folder)) as archive:
            archive.extractall(folder)
        self.bundle, = glob.glob(os.path.join(folder, "mintage-9.9-bundle-*/"))
        subprocess.run(["chown", "-R", f"{ANN}:{ANN}", self.bundle],
                       check=True)
        with open(os.path.join(self.bundle, "INSTALL.txt")) as f:
            self.page = f.read()
        furnish(folder)
        os.mkdir(HOME, 0o711)
        os.chown(HOME, ANN, ANN)
        as_user(ANN, os.mkdir, HOME + "/public_html", 0o755)
        self.start()

    def start(self):
        os.chmod(self.folder, 0o755)
        for name in ("run", "log"):
            path = os.path.join(self.folder, name)
            os.mkdir(path)
            os.chown(path, pwd.getpwnam("www-data").pw_uid, -1)
        built_in = subprocess.run(["apache2", "-l"], stdout=subprocess.PIPE,
                                  check=True).stdout.decode()
        config = os.path.join(self.folder, "apache.conf")
        with open(config, "w") as f:
            for name in ("mpm_event", "authn_core", "authz_core", "cgid",
                         "fcgid", "mime", "setenvif", "suexec", "unixd"):
                if f"mod_{name}.c" not in built_in:
                    f.write(f"LoadModule {name}_module "
                            f"{MODULES}/mod_{name}.so\n")
            f.write(APACHE.format(folder=self.folder, home=HOME))
        with open(os.path.join(self.folder, "log/stderr"), "w") as errors:
            self.server = subprocess.Popen(
                ["apache2", "-D", "FOREGROUND", "-f", config], stdout=errors,
                stderr=errors, stdin=subprocess.DEVNULL)
        until(lambda: self.server.poll() is not None or self.listens(),
              "Apache listens\n" + self.log())
        need(self.server.poll() is None, self.log())

    @staticmethod
    def listens():
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", 80)) == 0

    def kill(self):
        # All else goes with the namespace.
        if self.server and self.server.poll() is None:
            self.server.terminate()
            self.server.wait(20)

    def logs(self):
        return [self.folder + "/log/stderr", self.folder + "/log/error.log",
                "/var/log/apache2/suexec.log"]

    def log(self, since=(0, 0, 0)):
        """What the host's error log and suEXEC's have behind these places."""
        text = ""
        for path, start in zip(self.logs(), since):
            if os.path.exists(path):
                with open(path, errors="replace") as f:
                    text += f.read()[start:]
        return text

    @contextlib.contextmanager
    def logged(self, word):
        """What is done meanwhile leaves this in a log."""
        before = [os.path.exists(path) and os.path.getsize(path)
                  for path in self.logs()]
        yield
        with contextlib.suppress(AssertionError):
            until(lambda: word in self.log(before), "", 5)
        need(word in self.log(before), f"{word!r} is not in "
             f"{self.log(before)!r}")

    # What its owner does

    def follow(self, step, *more):
        """The modes that this step of the page gives."""
        text = re.split(r"^\d\. [A-Z ,]+$", self.page, flags=re.M)[step]
        found = re.findall(r"^  chmod (\d+) (\S+)$", text, re.M) + list(more)
        need(found, f"step {step} has no modes")
        for mode, name in found:
            as_user(ANN, os.chmod, os.path.join(HOME, name), int(mode, 8))

    def read(self, name):
        with open(os.path.join(HOME, name), newline="",
                  errors="surrogateescape") as f:
            return f.read()

    def write(self, name, text):
        """Keeps the mode where there is such a file, as an upload does."""
        def put():
            with open(os.path.join(HOME, name), "w", newline="",
                      errors="surrogateescape") as f:
                f.write(text)
        as_user(ANN, put)

    def edit(self, name, *pairs):
        text = self.read(name)
        for old, new in pairs:
            need(old in text, f"{old!r} is not in {name}")
            text = text.replace(old, new)
        self.write(name, text)

    @contextlib.contextmanager
    def mistake(self, name, change):
        """For a while, something is wrong with a file or folder."""
        path = os.path.join(HOME, name)
        found = os.stat(path)
        text = None if os.path.isdir(path) else self.read(name)
        change(path)
        try:
            yield
        finally:
            os.chown(path, ANN, ANN)
            if text is not None:
                self.write(name, text)
            os.chmod(path, found.st_mode & 0o7777)

    # What a client does

    def request(self, method, path, body=None, token=None,
                content_type="application/json"):
        connection = http.client.HTTPConnection("127.0.0.1", 80, timeout=60)
        headers = {"Content-Type": content_type} if body else {}
        if token:
            headers["Authorization"] = "Bearer " + token
        try:
            connection.request(method, path, body, headers)
            response = connection.getresponse()
            return harness.Answer(response.status, response.msg,
                                  response.read())
        finally:
            connection.close()

    def page_of(self, name):
        return self.request("GET", "/mint/" + name)

    def batch(self, keys, script="mintage.cgi", token=None):
        return self.request(
            "POST", f"/mint/{script}/accounts/{ACCOUNT}/r2/"
            "temp-access-credentials/batch?bucket=portal-downloads"
            "&permission=object-read-only",
            "".join(key + "\n" for key in keys).encode(),
            token or self.token, "text/plain")

    def issued(self, answer, keys):
        """One credential for each, and each what it should be."""
        result = answer.result
        equal([entry["key"] for entry in result], keys, "keys")
        for entry in result[:3] + result[-3:]:
            token = base64.b64decode(entry["sessionToken"])[4:]
            claims = jwt.decode(token, self.secret, algorithms=["HS256"],
                                audience=f"{ACCOUNT}.r2.cloudflarestorage.com")
            equal(claims["paths"]["objectPaths"], [entry["key"]])
            equal(entry["secretAccessKey"], hashlib.sha256(token).hexdigest())


def mode(bits):
    return lambda path: os.chmod(path, bits)


def owner(uid):
    return lambda path: os.chown(path, uid, ANN)


KEYS = [f"public/{number}" for number in range(40)]


# Step by step ---------------------------------------------------------------

@case("the archive: two static programs, no secret, nothing of its maker's")
def _(host):
    for name in ("mintage", "mintage.fcgi"):
        path = os.path.join(host.bundle, "mintage", name)
        with open(path, "rb") as f:
            program = f.read()
        need(b"/ld-linux" not in program, f"{name} asks for shared libraries")
        need(SRC.encode() not in program and BUILD.encode() not in program,
             f"{name} names the folder that it was built in")
        said = subprocess.run([path, "--version"], stdout=subprocess.PIPE,
                              check=True, env={}).stdout.decode()
        need(said.startswith("mintage "), said)
    names = {os.path.relpath(os.path.join(path, name), host.bundle)
             for path, _, files in os.walk(host.bundle) for name in files}
    for name in ("INSTALL.txt", "COPYING", "mint/.htaccess",
                 "mint/mintage.cgi", "mint/check.cgi", "mintage/mintage.conf"):
        need(name in names, f"no {name} among {sorted(names)}")
    need(any(name.endswith(".zip") for name in os.listdir(host.folder))
         or not shutil.which("zip"), "no .zip")


@case("steps 1 and 2: uploaded, modes set, the page tells the true paths")
def _(host):
    as_user(ANN, upload, host.bundle + "mintage", HOME + "/mintage")
    as_user(ANN, upload, host.bundle + "mint", HOME + "/public_html/mint")
    with host.logged("file has no execute permission"):
        equal(host.page_of("check.cgi").status, 500, "before any mode is set")
    host.follow(1)
    page = host.page_of("check.cgi")
    equal(page.status, 200)
    for line in (f"This folder:        {HOME}/public_html/mint",
                 f"The web's folder:   {HOME}/public_html",
                 f"Programs run as:    ann (number {ANN})",
                 "There is no folder /home/me/mintage here."):
        need(line in page.text, page.text)
    host.edit("public_html/mint/check.cgi", ("/home/me/mintage",
                                             HOME + "/mintage"))
    host.edit("public_html/mint/mintage.cgi", ("/home/me/mintage",
                                               HOME + "/mintage"))
    page = host.page_of("check.cgi")
    need("mintage.conf: sound" in page.text or "audit-log" in page.text,
         page.text)


@case("steps 3 and 4: the configuration; then it serves")
def _(host):
    host.write("mintage/portal.secret", host.secret + "\n")
    need("lets others read it" in configured(host).text, "not told")
    host.follow(3)
    page = host.page_of("check.cgi")
    need("mintage.conf: sound\n" in page.text, page.text)
    need(host.secret not in page.text and host.token not in page.text,
         "the page tells a secret")
    equal(host.page_of("mintage.cgi/healthz").text.strip(), "ok")
    host.issued(host.batch(KEYS), KEYS)
    found = os.stat(HOME + "/mintage/log/audit.jsonl")
    equal((found.st_uid, found.st_mode & 0o777), (ANN, 0o640), "the log")


def configured(host):
    """What step 3 says, for one parent and one caller. Returns check.cgi's
    answer."""
    text = host.read("mintage/mintage.conf")
    text = text.replace(";audit-log = log/", "audit-log = log/")
    host.write("mintage/mintage.conf",
               sample.portal(text, ACCOUNT, PARENT, host.token))
    return host.page_of("check.cgi")


@case("20,000 entries: more than 128 KiB, as plain CGI in one request")
def _(host):
    keys = [f"public/{number:06}/file" for number in range(20000)]
    host.issued(host.batch(keys), keys)


# Mistakes -------------------------------------------------------------------

@case("writable for the group, or for others: suEXEC's 500, as the page says")
def _(host):
    for name, bits, words in (
            ("public_html/mint/mintage.cgi", 0o775, "file is writable by"),
            ("public_html/mint/mintage.cgi", 0o757, "file is writable by"),
            ("public_html/mint", 0o775, "directory is writable by")):
        need(words in " ".join(host.page.split()), f"{words!r}: not on it")
        with host.mistake(name, mode(bits)), host.logged(words):
            equal(host.page_of("mintage.cgi/healthz").status, 500, name)
    equal(host.page_of("mintage.cgi/healthz").status, 200, "all well again")


@case("someone else's file: suEXEC's 500")
def _(host):
    for name in ("public_html/mint/mintage.cgi", "public_html/mint"):
        with host.mistake(name, owner(BOB)), host.logged("mismatch"):
            equal(host.page_of("mintage.cgi/healthz").status, 500, name)


@case("the program: not executable, or at another path")
def _(host):
    with host.mistake("mintage/mintage.fcgi", mode(0o644)):
        equal(host.page_of("mintage.cgi/healthz").status, 500)
        need("mintage.fcgi: not there, or not executable: chmod 755"
             in host.page_of("check.cgi").text, "not told")
    with host.mistake("public_html/mint/mintage.cgi", lambda _: host.edit(
            "public_html/mint/mintage.cgi", (HOME, "/home/me"))):
        equal(host.page_of("mintage.cgi/healthz").status, 500)


@case("a configuration or key that others may write or read: 503, and why")
def _(host):
    for name, bits, words in (
            ("mintage/portal.secret", 0o644, "mode 0644 lets others read it"),
            ("mintage/portal.secret", 0o660, "lets its group write it"),
            ("mintage/mintage.conf", 0o666, "lets others write it")):
        with host.mistake(name, mode(bits)), host.logged(words):
            answer = host.page_of("mintage.cgi/healthz")
            equal(answer.status, 503, words)
            need(HOME not in answer.text, "a stranger is told a path")
            need(words in host.page_of("check.cgi").text, "not told")


@case("a configuration or key of someone else's: 503, and why")
def _(host):
    for name in ("mintage/mintage.conf", "mintage/portal.secret"):
        with host.mistake(name, owner(BOB)), \
                host.logged(f"{os.path.basename(name)}: can't be opened: "
                            "Permission denied"):
            equal(host.page_of("mintage.cgi/healthz").status, 503, name)


@case("the log's folder of someone else's: nothing is issued")
def _(host):
    with host.mistake("mintage/log", owner(BOB)):
        answer = host.batch(KEYS)
    equal(answer.status, 503)
    need("sessionToken" not in answer.text, "issued without a record")


@case("the configuration in the web's folder: refused, and why")
def _(host):
    published = HOME + "/public_html/mint/mintage.conf"
    as_user(ANN, shutil.copy2, HOME + "/mintage/mintage.conf", published)
    host.edit("public_html/mint/mintage.conf",
              ("= portal.secret", f"= {HOME}/mintage/portal.secret"),
              ("= log/audit", f"= {HOME}/mintage/log/audit"))
    words = (f"{published}: the configuration is inside the document root, "
             f"{HOME}/public_html, where anyone may fetch it")
    with host.mistake("public_html/mint/mintage.cgi", lambda _: host.edit(
            "public_html/mint/mintage.cgi",
            (HOME + "/mintage/mintage.conf", published))):
        with host.logged(words):
            equal(host.batch(KEYS).status, 503)
    with host.mistake("public_html/mint/check.cgi", lambda _: host.edit(
            "public_html/mint/check.cgi",
            ('"$mintage/mintage.conf"', published))):
        need(words in host.page_of("check.cgi").text, "not told")
    os.unlink(published)


@case("a key in the web's folder, behind a link too: refused, and why")
def _(host):
    published = HOME + "/public_html/portal.secret"
    as_user(ANN, shutil.copy2, HOME + "/mintage/portal.secret", published)
    for change in (lambda path: host.edit(
            "mintage/mintage.conf", ("= portal.secret", "= " + published)),
                   lambda path: relink(host, published)):
        with host.mistake("mintage/mintage.conf", change), \
                host.logged("this secret is inside the document root"):
            equal(host.page_of("mintage.cgi/healthz").status, 503)
    os.unlink(published)


def relink(host, published):
    as_user(ANN, os.symlink, published, HOME + "/mintage/linked.secret")
    host.edit("mintage/mintage.conf", ("= portal.secret", "= linked.secret"))


@case("edited on Windows: line ends of DOS do no harm")
def _(host):
    with contextlib.ExitStack() as all_of_them:
        for name in ("public_html/mint/mintage.cgi", "mintage/portal.secret",
                     "public_html/mint/.htaccess", "mintage/mintage.conf"):
            all_of_them.enter_context(host.mistake(name, lambda path: None))
            host.edit(name, ("\n", "\r\n"))
        host.issued(host.batch(KEYS), KEYS)


@case("without the line for Authorization: 401; with the page's other line: 200")
def _(host):
    line = re.search(r"^ *(SetEnvIf Authorization .*)$", host.page, re.M)[1]
    name = "public_html/mint/.htaccess"
    for new, status in (("", 401), (line, 200)):
        with host.mistake(name, lambda path, new=new: host.edit(
                name, ("CGIPassAuth On", new))):
            equal(host.batch(KEYS).status, status)


@case("a line of .htaccess that the host forbids: 500 for the whole folder")
def _(host):
    host.write("public_html/mint/plain.txt", "plain")
    equal(host.page_of("plain.txt").status, 200)
    name = "public_html/mint/.htaccess"
    with host.mistake(name, lambda path: host.edit(
            name, ("Options +ExecCGI", "Options +ExecCGI +Includes"))):
        with host.logged("not allowed here"):
            equal(host.page_of("plain.txt").status, 500)
    os.unlink(HOME + "/public_html/mint/plain.txt")


# FastCGI --------------------------------------------------------------------

LAUNCHER = "public_html/mint/mintage.fcgi"


def launch(host):
    if os.path.exists(os.path.join(HOME, LAUNCHER)):
        os.rename(os.path.join(HOME, LAUNCHER), HOME + "/old")
    host.write(LAUNCHER, host.read("public_html/mint/mintage.cgi"))
    os.chmod(os.path.join(HOME, LAUNCHER), 0o755)


@case("step 6, mod_fcgid: it serves and stays; 128 KiB is the host's limit")
def _(host):
    launch(host)
    equal(host.page_of("mintage.fcgi/healthz").text.strip(), "ok")
    host.issued(host.batch(KEYS, "mintage.fcgi"), KEYS)
    keys = [f"public/{number:06}/file" for number in range(6000)]
    need(len("\n".join(keys)) < 128 << 10, "too long")
    host.issued(host.batch(keys, "mintage.fcgi"), keys)
    answer = host.batch(keys * 2, "mintage.fcgi")
    need(answer.status in (413, 500), str(answer.status))
    need("sessionToken" not in answer.text, "issued")


@case("step 6, mint --url: 20,000 entries, in parts that the host takes")
def _(host):
    if not os.path.exists(os.path.join(BUILD, "mintage-online")):
        raise Skip("built without libcurl")
    keys = [f"public/{number:06}/file" for number in range(20000)]
    for name, text in (("token", host.token + "\n"),
                       ("manifest.txt", "".join(key + "\n" for key in keys))):
        path = os.path.join(host.folder, name)
        with open(os.open(path, os.O_WRONLY | os.O_CREAT, 0o600), "w") as f:
            f.write(text)
    done = subprocess.run(
        [os.path.join(BUILD, "mintage"), "mint", "--each",
         "--url", "http://127.0.0.1/mint/mintage.fcgi/",
         "--token-file", os.path.join(host.folder, "token"),
         "--account", ACCOUNT, "--bucket", "portal-downloads",
         "--permission", "object-read-only",
         os.path.join(host.folder, "manifest.txt")],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=False)
    equal((done.returncode, done.stderr), (0, b""))
    host.issued(harness.Answer(200, {}, done.stdout), keys)


@case("step 6, a changed configuration: read when the launcher is put anew")
def _(host):
    token = secrets.token_urlsafe(30)
    equal(host.batch(KEYS, "mintage.fcgi", token).status, 401)
    host.edit("mintage/mintage.conf",
              (hashlib.sha256(host.token.encode()).hexdigest(),
               hashlib.sha256(token.encode()).hexdigest()))
    launch(host)
    equal(host.batch(KEYS, "mintage.fcgi").status, 401)
    host.token = token
    host.issued(host.batch(KEYS, "mintage.fcgi"), KEYS)


@case("mod_fcgid, the configuration in the web's folder: refused, and why")
def _(host):
    published = HOME + "/public_html/mintage.conf"
    as_user(ANN, shutil.copy2, HOME + "/mintage/mintage.conf", published)
    host.edit("public_html/mintage.conf",
              ("= portal.secret", f"= {HOME}/mintage/portal.secret"),
              ("= log/audit", f"= {HOME}/mintage/log/audit"))
    launch(host)
    host.edit(LAUNCHER, (HOME + "/mintage/mintage.conf", published))
    with host.logged(f"{published}: the configuration is inside"):
        answer = host.batch(KEYS, "mintage.fcgi")
    equal(answer.status, 503)
    need("sessionToken" not in answer.text, "issued")


@case("no secret and no token is in any log")
def _(host):
    with open(HOME + "/mintage/log/audit.jsonl") as f:
        text = f.read() + host.log()
    need('"event":"issue"' in text, "no record")
    for word in (host.secret, host.token, "eyJhbGciOi", "and0L2V5"):
        need(word not in text, f"{word} is in a log")


# All of it ------------------------------------------------------------------

def not_run(reason):
    for number, (name, _) in enumerate(harness.CASES, 1):
        print(f"ok {number} - {name} # SKIP {reason}")
    print(f"1..{len(harness.CASES)}")


def main():
    if INSIDE not in os.environ:
        reason = why_not()
        if reason:
            not_run(reason)
        else:
            enter_namespaces()
        return
    libc = ctypes.CDLL(None)
    libc.prctl(1, signal.SIGKILL)       # PR_SET_PDEATHSIG
    hosts, failed = [], 0
    os.environ["PATH"] += ":/usr/sbin:/usr/local/sbin"
    failed += not harness.attempt(1, "the bundle is made, the host starts",
                                  lambda: hosts.append(
                                      Account(os.environ[INSIDE])))
    for number, (name, function) in enumerate(harness.CASES, 2):
        if hosts:
            failed += not harness.attempt(number, name, function, hosts[0])
    for host in hosts:
        host.kill()
    print(f"1..{1 + len(harness.CASES) * bool(hosts)}")
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
