"""A whole Debian in a folder, booted in namespaces of its own, and the package
that is installed into it."""
import base64
import ctypes
import glob
import hashlib
import http.client
import os
import re
import secrets
import shutil
import subprocess

import jwt

import harness
from harness import BUILD, SRC, equal, need, until

ACCOUNT = "0a1b2c3d4e5f60718293a4b5c6d7e8f9"
PARENT = "11112222333344445555666677778888"
CONFIG = "/etc/mintage/mintage.conf"
SOCKET = "/run/mintage/mintage.sock"
LOG = "/var/log/mintage/audit.jsonl"
PROGRAMS = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"

# What the system has besides. A user of systemd has no need of dbus.
BASE = ["systemd-sysv"]
LATER = ["lighttpd", "apache2", "logrotate"]

# Process 1 of the new namespaces: what a container has, then systemd. Nothing
# in /proc/sys or /sys, which are this machine's too, can be written to.
BOOT = """
set -e
cd "$1"
mount --make-rprivate /
mount --bind . .
cd "$1"
for folder in run tmp dev; do
    mount -t tmpfs -o mode=755 tmpfs $folder
done
chmod 1777 tmp
mount -t proc proc proc
mount --bind proc/sys proc/sys
mount -o remount,ro,bind proc/sys
mount -t sysfs -o ro sysfs sys
mount -t cgroup2 cgroup2 sys/fs/cgroup
for name in null zero full random urandom tty; do
    : >dev/$name
    mount --bind /dev/$name dev/$name
done
mkdir dev/pts dev/shm dev/mqueue
mount -t devpts -o newinstance,ptmxmode=0666 devpts dev/pts
mount -t tmpfs -o mode=1777 tmpfs dev/shm
mount -t mqueue mqueue dev/mqueue
ln -s pts/ptmx dev/ptmx
ln -s /proc/self/fd dev/fd
: >dev/console
hostname mintage-test
pivot_root . mnt
umount -l mnt
exec env -i container=mintage-test PATH="$PATH" /lib/systemd/systemd
"""


def run(*command, **more):
    """Run it here; an assertion that it went well. Its output."""
    more.setdefault("stdin", subprocess.DEVNULL)
    done = subprocess.run(command, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, check=False, **more)
    need(done.returncode == 0, f"{' '.join(command)}: {done.returncode}\n"
         + done.stdout.decode("utf-8", "replace")[-3000:])
    return done.stdout.decode("utf-8", "replace")


# The package ----------------------------------------------------------------

def make_package(folder):
    """The package as `make deb` makes it. A copy of it is left in the folder
    MINTAGE_KEEP, if one is named, for whoever compares it with another."""
    source = f"mintage-for-{os.path.basename(folder)}"
    with open(os.path.join(BUILD, "Makefile")) as f:
        version = re.search(r"^VERSION = (.*)$", f.read(), re.M)[1]
    try:
        run("make", "-f", "Makefile", "-s", "distdir", "distdir=" + source,
            cwd=BUILD)
        run("sh", os.path.join(SRC, "cgi/deploy/deb.sh"), source, folder,
            version, cwd=BUILD)
    finally:
        shutil.rmtree(os.path.join(BUILD, source), ignore_errors=True)
    package, = glob.glob(os.path.join(folder, "mintage_*.deb"))
    if os.environ.get("MINTAGE_KEEP"):
        shutil.copy(package, os.environ["MINTAGE_KEEP"])
    return package


def next_version(package, folder):
    """The same with a higher version and another sample."""
    tree = os.path.join(folder, "next")
    run("dpkg-deb", "-R", package, tree)
    control = os.path.join(tree, "DEBIAN/control")
    with open(control) as f:
        text = f.read()
    with open(control, "w") as f:
        f.write(re.sub(r"^(Version: .*)$", r"\1.1", text, flags=re.M))
    with open(os.path.join(tree, "usr/share/mintage/mintage.conf"), "a") as f:
        f.write("# A newer sample.\n")
    return run("dpkg-deb", "--root-owner-group", "-b", tree,
               os.path.join(folder, "newer.deb")) and "newer.deb"


# The machine ----------------------------------------------------------------

def why_not():
    """Why this can't be tried here, or None."""
    if os.geteuid() != 0:
        return "another system can only be set up by root"
    if subprocess.run(["unshare", "-mnpuiC", "--fork", "true"], check=False,
                      stderr=subprocess.DEVNULL).returncode != 0:
        return "no namespaces may be made here"
    need(shutil.which("debootstrap"),
         "debootstrap is not there: run 'make deps check-deb'")
    return None


def release():
    with open("/etc/os-release") as f:
        return re.search(r'^VERSION_CODENAME="?(\w+)', f.read(), re.M)[1]


def mirror(codename):
    """Where this machine has its own packages from; None: debootstrap's own
    choice."""
    found = run("apt-get", "indextargets", "--format", "$(REPO_URI)",
                "Created-By: Packages", "Component: main",
                "Codename: " + codename, "Origin: Debian").split()
    return found[:1]


class Machine:
    """A Debian that runs in a folder."""

    def __init__(self, folder):
        self.folder = folder
        self.root = os.path.join(folder, "root")
        self.process = self.pid = self.cgroup = None
        self.secret = secrets.token_hex(32)
        self.token = secrets.token_urlsafe(30)
        self.package = make_package(folder)
        self.newer = next_version(self.package, folder)
        self.install_system()
        self.boot()

    def install_system(self):
        """All that comes over the net, once and for all."""
        codename = release()
        run("debootstrap", "--variant=minbase", "--include=" + ",".join(BASE),
            codename, self.root, *mirror(codename))
        for path in (self.package, os.path.join(self.folder, self.newer)):
            shutil.copy(path, os.path.join(self.root, "root"))
        self.package = os.path.basename(self.package)
        for command in (["update"], ["install", "--download-only", *LATER,
                                     "/root/" + self.package]):
            run("chroot", self.root, "apt-get", "-q", "-y",
                "--no-install-recommends", *command)

    def boot(self):
        self.enter_cgroup()
        self.process = subprocess.Popen(
            ["unshare", "--mount", "--net", "--pid", "--uts", "--ipc",
             "--cgroup", "--fork", "--kill-child", "sh", "-c", BOOT, "boot",
             self.root], stdin=subprocess.DEVNULL,
            stdout=open(os.path.join(self.folder, "boot.log"), "w"),
            stderr=subprocess.STDOUT, env={"PATH": PROGRAMS},
            preexec_fn=self.join_cgroup)
        until(self.is_up, "the machine boots", 60)
        # From here on, this process's loopback is the machine's.
        with open(f"/proc/{self.pid}/ns/net") as place:
            libc = ctypes.CDLL(None, use_errno=True)
            equal(libc.setns(place.fileno(), 0), 0, "setns")

    def enter_cgroup(self):
        """A group of its own: the kernel's would keep systemd's below."""
        for place in ("/sys/fs/cgroup/unified", "/sys/fs/cgroup"):
            if os.path.exists(place + "/cgroup.procs"):
                path = f"{place}/mintage-{os.getpid()}"
                os.mkdir(path)
                self.cgroup = path
                return

    def join_cgroup(self):
        if self.cgroup:
            with open(self.cgroup + "/cgroup.procs", "w") as f:
                f.write("0")

    def is_up(self):
        with open(os.path.join(self.folder, "boot.log")) as f:
            need(self.process.poll() is None, "it ended: " + f.read())
        try:
            with open(f"/proc/{self.process.pid}/task/{self.process.pid}"
                      "/children") as f:
                self.pid = int(f.read().split()[0])
        except (OSError, IndexError):
            return False
        done = self.try_run("systemctl", "is-system-running")
        return done.stdout.strip() in (b"running", b"degraded")

    def stop(self):
        if self.process:
            self.process.kill()
            self.process.wait()
        if self.cgroup:
            until(self.remove_cgroup, "the machine's processes end")

    def remove_cgroup(self):
        try:
            for path, _, _ in os.walk(self.cgroup, topdown=False):
                os.rmdir(path)
        except OSError:
            return False
        return True

    # In the machine

    def try_run(self, *command, text=None):
        return subprocess.run(
            ["nsenter", "-a", "-t", str(self.pid), "env", "-i",
             "PATH=" + PROGRAMS, "LC_ALL=C.UTF-8", *command],
            input=text, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
            check=False, timeout=300)

    def run(self, *command, text=None):
        done = self.try_run(*command, text=text and text.encode())
        output = done.stdout.decode("utf-8", "replace")
        need(done.returncode == 0,
             f"{' '.join(command)}: {done.returncode}\n{output[-3000:]}")
        return output

    def shell(self, line, text=None):
        return self.run("sh", "-c", line, text=text)

    def apt(self, *words):
        """As an owner whom nothing can be asked."""
        return self.run("apt-get", "-q", "-y", "--no-install-recommends",
                        *words)

    def at(self, path):
        return os.path.join(self.root, path.lstrip("/"))

    def read(self, path):
        with open(self.at(path), encoding="utf-8") as f:
            return f.read()

    def edit(self, path, change):
        """As an editor does it: in place."""
        text = change(self.read(path))
        with open(self.at(path), "w", encoding="utf-8") as f:
            f.write(text)

    def look(self, path):
        """(mode, owner, group) of a file, as text."""
        return tuple(self.run("stat", "-c", "%a %U %G", path).split())

    def command_of(self, word):
        """The command of README.Debian that has this word in it."""
        text = self.read("/usr/share/doc/mintage/README.Debian")
        return re.search(rf"^  (.*\b{word}\b.*)$", text, re.M)[1]

    def responders(self):
        """Process ids in the machine."""
        return self.try_run("pgrep", "-u", "mintage", "-x",
                            "mintage.fcgi").stdout.split()

    # Behind its web server

    def request(self, method, path, body=None, **headers):
        connection = http.client.HTTPConnection("127.0.0.1", 80, timeout=60)
        headers = {name.replace("_", "-"): value
                   for name, value in headers.items()}
        try:
            connection.request(method, path, body, headers)
            response = connection.getresponse()
            return harness.Answer(response.status, response.msg,
                                  response.read())
        finally:
            connection.close()

    def answers(self, path, status, *words):
        """Waits until it does: servers that were told to start or to reload
        may not have done so yet."""
        answer = None

        def as_wanted():
            nonlocal answer
            try:
                answer = self.request("GET", path)
            except (OSError, http.client.HTTPException) as error:
                answer = error
                return False
            return answer.status == status and all(
                word in answer.text for word in words)
        try:
            until(as_wanted, "")
        except AssertionError:
            need(isinstance(answer, harness.Answer), repr(answer))
            equal((answer.status, answer.text), (status, *words), path)

    def batch(self, keys, mount="/mint", authorization=None):
        return self.request(
            "POST", f"{mount}/accounts/{ACCOUNT}/r2/temp-access-credentials/"
            "batch?bucket=portal-downloads&permission=object-read-only",
            "".join(key + "\n" for key in keys).encode(),
            Authorization=authorization or "Bearer " + self.token,
            Content_Type="text/plain", Accept="application/json")

    def issues(self, count):
        """So many credentials, and each what it should be."""
        keys = [f"public/{number:06}/ü" for number in range(count)]
        result = self.batch(keys).result
        equal([entry["key"] for entry in result], keys, "keys")
        for entry in result[::max(1, count // 10)]:
            token = base64.b64decode(entry["sessionToken"])[4:]
            claims = jwt.decode(token, self.secret, algorithms=["HS256"],
                                audience=f"{ACCOUNT}.r2.cloudflarestorage.com")
            equal(claims["paths"]["objectPaths"], [entry["key"]])
            equal(entry["secretAccessKey"], hashlib.sha256(token).hexdigest())

    def people_sign_in(self, server):
        """/mint-login, with a password of the web server's."""
        digest = base64.b64encode(hashlib.sha1(b"ann's word").digest())
        with open(self.at(f"/etc/{server}/mintage.users"), "w") as f:
            f.write(f"ann:{{SHA}}{digest.decode()}\n")
        for word, key, status in (("ann's word", "users/ann/a", 200),
                                  ("ann's word", "users/bob/a", 403),
                                  ("another", "users/ann/a", 401)):
            answer = self.batch([key], "/mint-login", "Basic " + (
                base64.b64encode(f"ann:{word}".encode()).decode()))
            equal(answer.status, status, f"{word}, {key}")
