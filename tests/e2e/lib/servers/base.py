"""What the test servers of every kind have in common."""
import base64
import contextlib
import glob
import hashlib
import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile

from harness import (RESPONDER, SRC, USERS, Service, Settings, command_line,
                     free_port, need, process_status, until)

DEPLOY = os.path.join(SRC, "cgi", "deploy")
PROCESSES = 4       # in each pool
PROGRAMS = os.environ.get("PATH", "") + ":/usr/sbin:/usr/local/sbin"


def program(*names):
    for name in names:
        found = shutil.which(name, path=PROGRAMS)
        if found:
            return found
    raise AssertionError(f"{names[0]} is not installed")


def other_user():
    """The user that servers run as where root runs the tests, because servers
    refuse to run as root, or give it up. None: as the user of the tests."""
    if os.geteuid() != 0:
        return None
    for name in ("www-data", "http", "apache", "nobody"):
        with contextlib.suppress(KeyError):
            return pwd.getpwnam(name)
    raise AssertionError("no user to run web servers as")


class Server(Service):
    """A web server. A subclass names its file of cgi/deploy, writes the
    configuration around it, and says how to start and reload the server."""

    name = None             # as in mintage-deploy(7)
    mount = "/mint"
    login_mount = "/mint-login"
    cgi = False             # True: each request starts a process
    members = 0             # pools of responders that we start
    limit = None            # most bytes in a request, if below max-body

    def __init__(self, endpoint=None):
        self.user = other_user()
        self.processes = []
        self.issued = set()
        self.folder = tempfile.mkdtemp(prefix="mintage-")
        for name in ("keys", "log", "tmp", "run", "libexec", "www"):
            os.makedirs(self.at(name))
        self.settings = Settings(self.folder, endpoint)
        mintage = self.settings.sections["mintage"]
        mintage["templates"] = self.at("templates")
        mintage["max-body"] = "6M"
        self.settings.add("download files", path="/files/", account="main",
                          bucket="portal-downloads", prefix="public/",
                          open_to="everyone")
        self.settings.add("download mine", path="/files/mine/",
                          account="main", bucket="portal-downloads",
                          prefix="users/ann/", open_to="callers")
        self.settings.write()
        self.fill_folder()
        try:
            self.start()
        except BaseException:
            self.stop()
            raise

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()

    # The folder

    def at(self, *names):
        return os.path.join(self.folder, *names)

    def write(self, name, text, mode=0o644):
        with open(self.at(name), "w", encoding="utf-8") as f:
            f.write(text)
        os.chmod(self.at(name), mode)
        return self.at(name)

    def fill_folder(self):
        """Copy here all that the servers' user has to read or run: it may not
        enter the source when that lies in a home of mode 0700."""
        shutil.copytree(os.path.join(SRC, "templates"), self.at("templates"))
        shutil.copy(RESPONDER, self.at("libexec", "responder"))
        shutil.copy(os.path.join(DEPLOY, "pool.sh"), self.at("libexec"))
        for name in ("mintage.fcgi", "mintage.cgi"):
            self.write("libexec/" + name, self.launcher(), 0o755)
        self.write("users", "".join(
            f"{name}:{{SHA}}{base64.b64encode(digest).decode()}\n"
            for name, digest in ((name, hashlib.sha1(word.encode()).digest())
                                 for name, word in USERS.items())))

    def launcher(self):
        return (f"#!{self.at('libexec', 'responder')} "
                f"--config={self.settings.path}\n")

    def give_away(self):
        """Give all of the folder to the user that the servers run as."""
        if self.user is None:
            return
        for folder, _, files in os.walk(self.folder):
            for name in [folder] + [os.path.join(folder, f) for f in files]:
                os.chown(name, self.user.pw_uid, self.user.pw_gid,
                         follow_symlinks=False)

    def filled(self, name, **places):
        """The text of a file of cgi/deploy, with each name replaced by its
        value."""
        done = subprocess.run(
            ["sh", os.path.join(DEPLOY, "fill.sh"),
             os.path.join(DEPLOY, name),
             *(f"{old}={new}" for old, new in places.items())],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=False)
        need(done.returncode == 0, done.stderr.decode())
        return done.stdout.decode()

    # Processes

    def spawn(self, *command, **variables):
        environment = {
            "PATH": PROGRAMS, "TMPDIR": self.at("tmp"), "LC_ALL": "C.UTF-8",
            "ASAN_OPTIONS": f"log_path={self.at('log/sanitizer')}",
            "UBSAN_OPTIONS": f"log_path={self.at('log/sanitizer')}",
            **variables}
        who = {} if self.user is None else {
            "user": self.user.pw_uid, "group": self.user.pw_gid,
            "extra_groups": []}
        # The kernel ends the process if the tests are killed.
        if shutil.which("setpriv"):
            command = ("setpriv", "--pdeathsig", "TERM", "--", *command)
        with open(self.at("log", "stderr"), "ab") as errors:
            process = subprocess.Popen(
                command, env=environment, cwd=self.folder,
                stdin=subprocess.DEVNULL, stdout=errors, stderr=errors,
                start_new_session=True, **who)
        self.processes.append(process)
        return process

    def log(self):
        text = ""
        for path in glob.glob(self.at("log", "*")):
            if os.path.basename(path) in ("stderr", "error.log"):
                with open(path, encoding="utf-8", errors="replace") as f:
                    text += f.read()[-3000:]
        return text

    def start(self):
        for _ in range(5):      # another program may take a port first
            self.port = free_port()
            addresses = [self.pool_address(n) for n in range(self.members)]
            self.configure(addresses)
            self.give_away()
            self.addresses = addresses
            self.pools = [self.start_pool(address) for address in addresses]
            self.main = self.spawn(*self.command())
            if self.answers():
                return
            self.stop_processes()
            if "in use" not in self.log():
                break
        raise AssertionError(f"{self.name} does not start: {self.log()}")

    def answers(self):
        """Whether the server came up. Another server on that port would not
        know our token."""
        def known():
            if any(process.poll() is not None for process in self.processes):
                return True
            with contextlib.suppress(OSError, ValueError):
                return self.request("GET", "/", token="web", headers={
                    "Accept": "application/json"}).json["caller"]
        try:
            until(known, f"{self.name} answers")
        except AssertionError as error:
            raise AssertionError(f"{error}: {self.log()}") from error
        return all(process.poll() is None for process in self.processes)

    def pool_address(self, number):
        return self.at("run", f"pool{number}.sock")

    def start_pool(self, address):
        pool = self.spawn(
            "sh", self.at("libexec", "pool.sh"), LISTEN=address,
            RESPONDER=self.at("libexec", "responder"),
            CONFIG=self.settings.path, PROCESSES=str(PROCESSES),
            FCGI_WEB_SERVER_ADDRS="127.0.0.1")
        path = address.startswith("/")
        place = address if path else ("127.0.0.1", int(address[10:]))

        def listens():
            with socket.socket(socket.AF_UNIX if path
                               else socket.AF_INET) as probe:
                return probe.connect_ex(place) == 0
        until(listens, f"a pool at {address}")
        return pool

    def is_asked(self, number):
        """Whether an unread request waits at that pool's TCP address."""
        port = int(self.addresses[number].rpartition(":")[2])
        with open("/proc/net/tcp", encoding="ascii") as f:
            rows = [line.split() for line in f][1:]
        return any(int(row[1].rpartition(":")[2], 16) == port
                   and row[3] == "01"       # established
                   and int(row[4].rpartition(":")[2], 16) > 0
                   for row in rows)

    def kill_pool(self):
        """Kill the last pool, as if its machine went down."""
        pool = self.pools.pop()
        self.processes.remove(pool)
        os.killpg(pool.pid, signal.SIGKILL)
        pool.wait()

        def gone():
            try:
                os.killpg(pool.pid, 0)
            except ProcessLookupError:
                return True
        until(gone, "a pool's processes end")

    def responders(self):
        """Process ids of all responders with our configuration."""
        found = []
        for name in os.listdir("/proc"):
            words = command_line(name).split("\0") if name.isdigit() else []
            if words[0:1] == [self.at("libexec", "responder")]:
                found.append(int(name))
        # Its keeper is a responder's child, and has another name only later.
        return sorted(pid for pid in found if int(
            process_status(pid).get("PPid", 0)) not in found)

    def signal_responders(self, number):
        for pid in self.responders():
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, number)

    def reload(self):
        """Reload as the server's owner does after a change of the
        configuration."""
        self.main.send_signal(self.reload_signal)

    def stop(self):
        self.stop_processes()
        shutil.rmtree(self.folder, ignore_errors=True)

    def stop_processes(self):
        """End every process that was spawned, whatever its state. Each heads a
        session of its own, which is killed too."""
        for process in reversed(self.processes):
            if process.poll() is None:
                process.terminate()
        for process in self.processes:
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(10)
        for process in self.processes:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
        self.signal_responders(signal.SIGKILL)
        self.processes.clear()
