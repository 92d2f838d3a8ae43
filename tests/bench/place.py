"""Where things are measured: a folder with keys, manifests, configuration and
servers on loopback, all of it gone afterwards.

Programs come from two builds that `make bench` made: MINTAGE_BUILD, and
MINTAGE_STATIC for those without shared libraries.
"""
import contextlib
import glob
import hashlib
import json
import os
import random
import secrets
import shutil
import subprocess
import sys
import tempfile

SRC = os.path.abspath(os.environ.get("MINTAGE_SRC") or os.path.join(
    os.path.dirname(os.path.abspath(__file__)), "..", ".."))
sys.path.insert(0, os.path.join(SRC, "tests", "e2e", "lib"))

from harness import BUILD, free_port, until  # noqa: E402

STATIC = os.path.abspath(os.environ.get("MINTAGE_STATIC") or BUILD)
HERE = os.path.join(SRC, "tests", "bench")
SECONDS = 120       # so long nothing takes here

BUCKET = "portal-downloads"
SCOPE = "object-read-only"
ACCOUNT = "0a1b2c3d4e5f60718293a4b5c6d7e8f9"
PARENT = "11112222333344445555666677778888"
HOST = ACCOUNT + ".r2.cloudflarestorage.com"
ROUTE = f"/accounts/{ACCOUNT}/r2/temp-access-credentials"

CONFIG = """
[mintage]
templates = {folder}/templates
max-body = 1G
max-entries = 2000000
audit-log = {folder}/audit.jsonl
; some requests are of HTTP/1.0, and these are not from this machine
require-https = no

[account main]
id = {account}

[parent portal]
account = main
access-key-id = {parent}
secret-access-key-file = {folder}/portal.secret
permission = object-read-write
buckets = {bucket}

[caller bench]
bearer-sha256 = {token_sha256}
parents = portal
buckets = {bucket}
permissions = {scope}
prefixes = *
max-entries = 2000000

[download files]
path = /get/
account = main
bucket = {bucket}
prefix = public/
open-to = link
link = signed
link-secret-file = {folder}/link.secret
"""

LIGHTTPD = """
server.modules = ("mod_fastcgi")
server.bind = "127.0.0.1"
server.port = {port}
server.document-root = "{folder}/www"
server.pid-file = "{folder}/lighttpd.pid"
server.errorlog = "{folder}/lighttpd.log"
server.upload-dirs = ("{folder}/upload")
server.max-request-size = 1048576
server.max-keep-alive-requests = 60000
server.stream-response-body = 1
fastcgi.server = (
    "/mint" => (("bin-path" => "{build}/mintage.fcgi --config={folder}/conf",
        "bin-environment" => ("TMPDIR" => "{folder}/upload"),
        "socket" => "{folder}/mint", "max-procs" => {processes},
        "check-local" => "disable")),
    "/copy" => (("bin-path" => "{build}/tests/bench/copy",
        "socket" => "{folder}/copy", "max-procs" => {processes},
        "check-local" => "disable")),
    "/hello" => (("bin-path" => "{build}/tests/bench/hello",
        "socket" => "{folder}/hello", "max-procs" => {processes},
        "check-local" => "disable")),
    ".php" => (("socket" => "{folder}/php")),
)
"""

PHP_FPM = """
[global]
error_log = {folder}/php.log
daemonize = no
[page]
{user}
listen = {folder}/php
pm = static
pm.max_children = {processes}
clear_env = no
php_admin_value[memory_limit] = 1G
php_admin_value[post_max_size] = 1G
"""


class Missing(Exception):
    """Says what isn't there; the figure can't be had."""


def program(name, build=BUILD):
    path = os.path.join(build, name)
    if not os.access(path, os.X_OK):
        raise Missing(f"{path} was not built")
    return path


def installed(name, package):
    """Debian keeps servers where not everybody looks."""
    folders = os.environ.get("PATH", "").split(":")
    for folder in folders + ["/usr/sbin", "/usr/local/sbin"]:
        found = sorted(glob.glob(os.path.join(folder, name)))
        if found:
            return found[-1]
    raise Missing(f"{package} is not installed: make deps bench")


def run(command, **environment):
    """What it printed: lists of words. That it fails is no measurement."""
    done = subprocess.run(
        command, env={**os.environ, **environment}, timeout=SECONDS,
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
        stderr=subprocess.PIPE, check=False, encoding="utf-8")
    if done.returncode != 0:
        raise RuntimeError(f"{' '.join(command)}: {done.stderr.strip()}")
    return [line.split() for line in done.stdout.splitlines()]


class Place:
    """The folder, the job (see bench.h), and the caller who asks for it."""

    def __init__(self, key_count):
        self.folder = tempfile.mkdtemp(prefix="mintage-bench-")
        self.token = secrets.token_urlsafe(32)
        self.secret = secrets.token_hex(32)
        self.key_count = key_count
        self.job = {
            "BENCH_KEYS": self.path("keys"), "BENCH_BUCKET": BUCKET,
            "BENCH_SCOPE": SCOPE, "BENCH_ACCOUNT": ACCOUNT,
            "BENCH_PARENT": PARENT, "BENCH_SECRET": self.secret,
            "BENCH_HOST": HOST, "BENCH_TIME": "1770000000",
            "BENCH_TTL": "900", "BENCH_LINK_SECRET": secrets.token_hex(32),
            "BENCH_TOKEN_SHA256":
                hashlib.sha256(self.token.encode()).hexdigest()}
        for name in ("upload", "www"):
            os.mkdir(self.path(name))

    def __enter__(self):
        try:
            self.write_keys()
            self.write_config()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        shutil.rmtree(self.folder, ignore_errors=True)

    def path(self, name):
        return os.path.join(self.folder, name)

    # Keys

    def write_keys(self):
        """This machine's files, shuffled so that any number of them is like
        any other; under a number each time round where they are too few."""
        found = subprocess.run(
            ["find", "/usr", "-type", "f", "-print0"], check=False,
            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL).stdout
        names = sorted(filter(is_key, found.split(b"\0")))
        random.Random(1).shuffle(names)
        if not names:
            raise Missing("there are no files in /usr")
        with open(self.path("keys"), "wb") as file:
            for number in range(self.key_count):
                turn, at = divmod(number, len(names))
                before = b"%d" % (turn + 1) if turn else b""
                file.write(before + names[at][not turn:] + b"\n")

    def keys(self, count):
        with open(self.path("keys"), encoding="utf-8", newline="\n") as file:
            return [next(file)[:-1] for _ in range(count)]

    def lines(self, count):
        """A file with so many keys."""
        path = self.path(f"keys-{count}")
        if not os.path.exists(path):
            with open(path, "w", encoding="utf-8", newline="\n") as file:
                file.writelines(key + "\n" for key in self.keys(count))
        return path

    # Requests

    def write_config(self):
        values = {"folder": self.folder, "account": ACCOUNT,
                  "parent": PARENT, "bucket": BUCKET, "scope": SCOPE,
                  "token_sha256": self.job["BENCH_TOKEN_SHA256"]}
        # The source may belong to somebody else, and then is not taken.
        os.makedirs(self.path("templates"), exist_ok=True)
        for name in os.listdir(os.path.join(SRC, "templates")):
            shutil.copyfile(os.path.join(SRC, "templates", name),
                            self.path(os.path.join("templates", name)))
        with open(self.path("conf"), "w") as file:
            file.write(CONFIG.format(**values))
        for name, secret in (("portal", self.secret),
                             ("link", self.job["BENCH_LINK_SECRET"])):
            with open(os.open(self.path(name + ".secret"),
                              os.O_WRONLY | os.O_CREAT, 0o600), "w") as file:
                file.write(secret + "\n")

    def body(self, keys):
        return json.dumps({"bucket": BUCKET, "permission": SCOPE,
                           "objects": keys}, ensure_ascii=False,
                          separators=(",", ":")).encode()

    def request(self, name, path, body, version="1.0"):
        """A file that is a whole request."""
        head = (f"POST {path} HTTP/{version}\r\nHost: 127.0.0.1\r\n"
                f"Authorization: Bearer {self.token}\r\n"
                "Content-Type: application/json\r\n"
                f"Content-Length: {len(body)}\r\n\r\n")
        with open(self.path(name), "wb") as file:
            file.write(head.encode() + body)
        return self.path(name)

    def ask(self, port, request):
        """One answer: (seconds to its last byte, bytes of its body)."""
        _, _, last, status, length = run(
            [program("tests/bench/ask"), str(port), request])[0]
        if status != "200":
            raise RuntimeError(f"{request}: answered {status}")
        return float(last), int(length)

    # Servers

    @contextlib.contextmanager
    def server(self, processes=2):
        """lighttpd with the responder, its peers on libfcgi, and whatever
        listens for .php. Gives the port and the process id."""
        for name in ("mintage.fcgi", "tests/bench/copy", "tests/bench/hello"):
            program(name)
        port = free_port()
        with open(self.path("lighttpd.conf"), "w") as file:
            file.write(LIGHTTPD.format(port=port, folder=self.folder,
                                       build=BUILD, processes=processes))
        pid_file = self.path("lighttpd.pid")
        with contextlib.suppress(FileNotFoundError):
            os.unlink(pid_file)
        with running([installed("lighttpd", "lighttpd"), "-D", "-f",
                      self.path("lighttpd.conf")], self.job) as process:
            until(lambda: process.poll() is not None
                  or os.path.exists(pid_file), "lighttpd starts")
            if process.poll() is not None:
                raise Missing("lighttpd does not start")
            yield port, process.pid

    @contextlib.contextmanager
    def php(self, processes=2):
        """php-fpm, with the page where lighttpd looks for it."""
        command = [installed("php-fpm*", "php-fpm"), "--nodaemonize",
                   "--fpm-config", self.path("php.conf")]
        user = ""
        if os.geteuid() == 0:
            command.append("--allow-to-run-as-root")
            user = "user = root\ngroup = root"
        with open(self.path("php.conf"), "w") as file:
            file.write(PHP_FPM.format(folder=self.folder, user=user,
                                      processes=processes))
        for name in ("page.php", "credential.php", "redirect.php"):
            shutil.copy(os.path.join(HERE, name), self.path("www"))
        with running(command, self.job) as process:
            until(lambda: process.poll() is not None
                  or os.path.exists(self.path("php")), "php-fpm starts")
            if process.poll() is not None:
                raise Missing("php-fpm does not start")
            yield


def is_key(name):
    if not 0 < len(name) <= 1000 or b"\n" in name or b"\r" in name:
        return False
    try:
        name.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


@contextlib.contextmanager
def running(command, environment):
    """A server of ours, ended by its own process id."""
    process = subprocess.Popen(
        command, env={**os.environ, **environment}, stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        yield process
    finally:
        process.terminate()
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
