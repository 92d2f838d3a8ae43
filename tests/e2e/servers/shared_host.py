"""An account on shared hosting: Apache runs its programs by suEXEC as its user.

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
from harness import BUILD, SANITIZED, SRC, equal, need, until

DEPLOY = os.path.join(SRC, "cgi", "deploy")
MODULES = "/usr/lib/apache2/modules"
SUEXEC = "/usr/lib/apache2/suexec"
HOME = "/var/www/ann"
INSIDE = "MINTAGE_TEST_NAMESPACE"   # set in our namespaces only

ACCOUNT = "0a1b2c3d4e5f60718293a4b5c6d7e8f9"
ANN, BOB = 58881, 58882     # users that exist in these namespaces only

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
    """Furnish the places that suEXEC and Apache were built with."""
    bring_loopback_up()
    for path in ("/var/www", "/var/log/apache2"):
        os.makedirs(path, exist_ok=True)    # both belong to packages
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
    """The archive as `make bundle` makes it. A copy of it is left in the folder
    MINTAGE_KEEP, if one is named, for whoever compares it with another."""
    with open(os.path.join(BUILD, "Makefile")) as f:
        version = re.search(r"^VERSION = (.*)$", f.read(), re.M)[1]
    source = f"mintage-for-{os.path.basename(folder)}"
    try:
        done = subprocess.run(
            ["make", "-f", "Makefile", "-s", "distdir", "distdir=" + source],
            cwd=BUILD, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
            check=False)
        need(done.returncode == 0, done.stdout.decode())
        done = subprocess.run(
            ["sh", os.path.join(DEPLOY, "bundle.sh"), source, folder,
             version],
            cwd=BUILD, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
            check=False)
        need(done.returncode == 0, done.stdout.decode())
    finally:
        shutil.rmtree(os.path.join(BUILD, source), ignore_errors=True)
    archive, = glob.glob(os.path.join(folder, "mintage-*-bundle-*.tar.gz"))
    if os.environ.get("MINTAGE_KEEP"):
        shutil.copy(archive, os.environ["MINTAGE_KEEP"])
    return archive


def upload(source, target):
    """Copy as FTP does: modes are lost, and the account owns every file."""
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
        self.bundle, = glob.glob(os.path.join(folder, "mintage-*-bundle-*/"))
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
                         "fcgid", "mime", "rewrite", "setenvif", "suexec",
                         "unixd"):
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
        # All other processes end with the namespace.
        if self.server and self.server.poll() is None:
            self.server.terminate()
            self.server.wait(20)

    def logs(self):
        return [self.folder + "/log/stderr", self.folder + "/log/error.log",
                "/var/log/apache2/suexec.log"]

    def log(self, since=(0, 0, 0)):
        """What was added to the host's logs since they had these sizes."""
        text = ""
        for path, start in zip(self.logs(), since):
            if os.path.exists(path):
                with open(path, errors="replace") as f:
                    text += f.read()[start:]
        return text

    @contextlib.contextmanager
    def logged(self, word):
        """Assert that a log gets this word meanwhile."""
        before = [os.path.exists(path) and os.path.getsize(path)
                  for path in self.logs()]
        yield
        with contextlib.suppress(AssertionError):
            until(lambda: word in self.log(before), "", 5)
        need(word in self.log(before), f"{word!r} is not in "
             f"{self.log(before)!r}")

    # What its owner does

    def follow(self, step, *more):
        """Set the modes that this step of the page names."""
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
        """Write a file as an upload does: one that exists keeps its mode."""
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
        """For a while, `change` makes a mistake with a file or folder."""
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
        """Assert that each key got its credential, and check some of them."""
        result = answer.result
        equal([entry["key"] for entry in result], keys, "keys")
        for entry in result[:3] + result[-3:]:
            token = base64.b64decode(entry["sessionToken"])[4:]
            claims = jwt.decode(token, self.secret, algorithms=["HS256"],
                                audience=f"{ACCOUNT}.r2.cloudflarestorage.com")
            equal(claims["paths"]["objectPaths"], [entry["key"]])
            equal(entry["secretAccessKey"], hashlib.sha256(token).hexdigest())


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
