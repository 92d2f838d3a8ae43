"""lighttpd in front of the responder, in a folder of its own."""
import contextlib
import glob
import os
import shutil
import signal
import subprocess
import tempfile

from .places import RESPONDER
from .processes import children, command_line, free_port
from .service import Service
from .settings import USERS, Settings
from .tap import comment, equal, need, until

LIGHTTPD = """
server.modules = ("mod_auth", "mod_authn_file", "mod_extforward",
                  "mod_fastcgi", "mod_cgi", "mod_setenv")
server.bind = "127.0.0.1"
server.port = {port}
server.document-root = "{folder}/www"
server.pid-file = "{folder}/lighttpd.pid"
server.errorlog = "{folder}/log/error.log"
server.upload-dirs = ("{folder}/upload")
server.max-request-size = 1048576
server.stream-response-body = 1
server.max-read-idle = 60
# A test may come from afar: X-Forwarded-For says from where.
extforward.forwarder = ("127.0.0.1" => "trust")
auth.backend = "plain"
auth.backend.plain.userfile = "{folder}/users"
"""

FASTCGI = """
$HTTP["url"] =~ "^/mint(/|$)" {{
    fastcgi.server = ("/mint" => ((
        "bin-path" => "{responder} --config={config}",
        "socket" => "{folder}/fcgi",
        "max-procs" => {processes},
        "check-local" => "disable",
        "bin-environment" => ("TMPDIR" => "{folder}/tmp"),
    )))
}}
# The same responder where the web server asks for the password.
$HTTP["url"] =~ "^/office(/|$)" {{
    fastcgi.server = ("/office" => ((
        "socket" => "{folder}/fcgi-0",
        "check-local" => "disable",
    )))
    auth.require = ("/office" => ("method" => "basic", "realm" => "office",
                                  "require" => "valid-user"))
}}
"""

CGI = """
$HTTP["url"] =~ "^/cgi-bin/" {{
    cgi.assign = (".cgi" => "")
    setenv.set-environment = ("TMPDIR" => "{folder}/tmp",
                              "ASAN_OPTIONS" => "{asan}",
                              "UBSAN_OPTIONS" => "{ubsan}")
}}
"""


class Site(Service):
    """lighttpd with the responder behind it.

    `how` is "fastcgi" (mounted at /mint, and for users at /office) or "cgi"
    (one script). `change(settings)` may change the configuration first.
    """

    def __init__(self, how, change=None, endpoint=None, processes=2):
        self.how = how
        self.mount = "/mint" if how == "fastcgi" else "/cgi-bin/mintage.cgi"
        self.processes = processes
        self.server = None
        self.issued = set()
        self.folder = tempfile.mkdtemp(prefix="mintage-")
        for name in ("keys", "log", "tmp", "upload", "www/cgi-bin"):
            os.makedirs(os.path.join(self.folder, name))
        self.settings = Settings(self.folder, endpoint)
        if change:
            change(self.settings)
        self.settings.write()
        try:
            self.start()
        except BaseException:
            self.kill()
            self.remove(False)
            raise

    # Life

    def environment(self):
        where = os.path.join(self.folder, "log", "sanitizer")
        return dict(os.environ, TMPDIR=os.path.join(self.folder, "tmp"),
                    ASAN_OPTIONS=f"log_path={where}",
                    UBSAN_OPTIONS=f"log_path={where}:print_stacktrace=1")

    def write_lighttpd(self):
        path = os.path.join(self.folder, "lighttpd.conf")
        environment = self.environment()
        common = {"folder": self.folder, "port": self.port,
                  "responder": RESPONDER, "config": self.settings.path,
                  "asan": environment["ASAN_OPTIONS"],
                  "ubsan": environment["UBSAN_OPTIONS"]}
        with open(path, "w") as f:
            f.write(LIGHTTPD.format(**common))
            if self.how == "cgi":
                f.write(CGI.format(**common))
            else:
                f.write(FASTCGI.format(processes=self.processes, **common))
        with open(os.path.join(self.folder, "users"), "w") as f:
            f.writelines(f"{name}:{word}\n" for name, word in USERS.items())
        return path

    def write_script(self):
        """Write the one-line script that shared hosts run as CGI."""
        script = os.path.join(self.folder, "www/cgi-bin/mintage.cgi")
        with open(script, "w") as f:
            f.write(f"#!{RESPONDER} --config={self.settings.path}\n")
        os.chmod(script, 0o755)

    def start(self):
        program = shutil.which("lighttpd", path=os.environ.get("PATH", "")
                               + ":/usr/sbin:/usr/local/sbin")
        need(program, "lighttpd is not installed")
        need(os.access(RESPONDER, os.X_OK), f"{RESPONDER} is not built")
        self.write_script()
        for _ in range(5):      # another program may take the port first
            self.port = free_port()
            self.server = subprocess.Popen(
                [program, "-D", "-f", self.write_lighttpd()],
                env=self.environment(), stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=open(os.path.join(self.folder, "log/stderr"), "a"))
            if self.answers():
                return
        raise AssertionError("lighttpd does not start: " + self.log())

    def answers(self):
        """Whether lighttpd runs. It has ended where the port was taken."""
        pid_file = os.path.join(self.folder, "lighttpd.pid")
        # lighttpd makes the file early, and writes to it once it listens.
        until(lambda: self.server.poll() is not None
              or os.path.exists(pid_file) and os.path.getsize(pid_file),
              "lighttpd starts or ends")
        # A child is another lighttpd until it has become a responder.
        until(lambda: not any(
            command_line(pid) == command_line(self.server.pid)
            for pid in children(self.server.pid)), "its responders start")
        return self.server.poll() is None

    def log(self):
        text = ""
        for name in ("stderr", "error.log"):
            path = os.path.join(self.folder, "log", name)
            if os.path.exists(path):
                with open(path, encoding="utf-8", errors="replace") as f:
                    text += f.read()[-3000:]
        return text

    def responders(self):
        """Process ids of the responders, as lighttpd started them."""
        return sorted(pid for pid in children(self.server.pid)
                      if RESPONDER in command_line(pid))

    def kill(self):
        """End the server and its responders at once, whatever their state."""
        if self.server is None:
            return
        left = self.responders()
        if self.server.poll() is None:
            self.server.kill()
        self.server.wait()
        for pid in left:
            if self.settings.path in command_line(pid):
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)

    def stop(self):
        left = self.responders()
        self.server.terminate()
        self.server.wait(20)
        until(lambda: not any(self.settings.path in command_line(pid)
                              for pid in left),
              "the responders end with their server")
        equal(os.listdir(os.path.join(self.folder, "tmp")), [],
              "files left in TMPDIR")
        for path in glob.glob(os.path.join(self.folder, "log/sanitizer*")):
            with open(path, errors="replace") as f:
                raise AssertionError(f.read()[:6000])
        need("Sanitizer" not in self.log()
             and "runtime error:" not in self.log(), self.log())

    def remove(self, failed):
        if failed and os.environ.get("TEST_KEEP"):
            comment(f"kept: {self.folder}")
        else:
            shutil.rmtree(self.folder, ignore_errors=True)
