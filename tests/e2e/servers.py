"""Every web server we have a configuration for, on loopback, each with the
very file of cgi/deploy that its owner copies: only the paths in it are
replaced, by fill.sh, as its owner may.

    for make in ALL:
        with make(endpoint) as server:
            server.request("GET", "/healthz")

What stands around that file is the least its server starts with. As root,
everything runs as the web server's user, who owns the folder.
"""
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

from harness import (RESPONDER, SRC, USERS, Settings, Site, command_line,
                     free_port, need, until)

DEPLOY = os.path.join(SRC, "cgi", "deploy")
PROCESSES = 4       # in each pool
PROGRAMS = os.environ.get("PATH", "") + ":/usr/sbin:/usr/local/sbin"
# Where distributions keep Apache's modules.
APACHE_MODULES = ["/usr/lib/apache2/modules", "/usr/lib64/httpd/modules",
                  "/usr/libexec/apache2", "/usr/lib/httpd/modules"]


def program(*names):
    for name in names:
        found = shutil.which(name, path=PROGRAMS)
        if found:
            return found
    raise AssertionError(f"{names[0]} is not installed")


def other_user():
    """Who the servers run as when root runs the tests: servers refuse root,
    or give it up. None: who we are."""
    if os.geteuid() != 0:
        return None
    for name in ("www-data", "http", "apache", "nobody"):
        with contextlib.suppress(KeyError):
            return pwd.getpwnam(name)
    raise AssertionError("no user to run web servers as")


class Server(Site):
    """What all have in common. A subclass names its file, writes what stands
    around it, and says how it is started and reloaded."""

    name = None             # as the man page has it
    mount = "/mint"
    login_mount = "/mint-login"
    cgi = False             # a process a request
    members = 0             # pools of responders that are not the server's
    limit = None            # bytes a request may have, where it is that few

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
        """A copy of all that the servers' user has to reach."""
        shutil.copytree(os.path.join(SRC, "templates"), self.at("templates"))
        shutil.copy(RESPONDER, self.at("libexec", "responder"))
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
        """All of the folder to the user that the servers run as."""
        if self.user is None:
            return
        for folder, _, files in os.walk(self.folder):
            for name in [folder] + [os.path.join(folder, f) for f in files]:
                os.chown(name, self.user.pw_uid, self.user.pw_gid,
                         follow_symlinks=False)

    def filled(self, name, **places):
        """The text of a file of cgi/deploy, with these texts replaced."""
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
        # Should the tests be killed, it is told to end.
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
        for _ in range(5):      # someone else may take a port first
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
        """Whether it came up, and not someone else on that port: then our
        token is known."""
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
            "sh", os.path.join(DEPLOY, "pool.sh"), LISTEN=address,
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
        """Whether a request waits, unread, at that pool's TCP address."""
        port = int(self.addresses[number].rpartition(":")[2])
        with open("/proc/net/tcp", encoding="ascii") as f:
            rows = [line.split() for line in f][1:]
        return any(int(row[1].rpartition(":")[2], 16) == port
                   and row[3] == "01"       # established
                   and int(row[4].rpartition(":")[2], 16) > 0
                   for row in rows)

    def kill_pool(self):
        """One machine, the last, goes down."""
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
        return sorted(found)

    def signal_responders(self, number):
        for pid in self.responders():
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, number)

    def reload(self):
        """As its owner does after a change of its configuration."""
        self.main.send_signal(self.reload_signal)

    def stop(self):
        self.stop_processes()
        shutil.rmtree(self.folder, ignore_errors=True)

    def stop_processes(self):
        """Whatever happened: nothing of ours runs on. Each is the head of a
        session of its own."""
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


# Apache ---------------------------------------------------------------------

APACHE = """
ServerRoot "{folder}"
DefaultRuntimeDir "{folder}/run"
PidFile "{folder}/run/apache.pid"
ErrorLog "{folder}/log/error.log"
ServerName localhost
Listen 127.0.0.1:{port}
{modules}
StartServers 1
ServerLimit 4
ThreadsPerChild 50
MaxRequestWorkers 200
MaxSpareThreads 200
Suexec Off
MaxKeepAliveRequests 0
TypesConfig /dev/null
{module_settings}
DocumentRoot "{folder}/www"
<Directory "{folder}/www">
	# What a host usually lets its customers do.
	AllowOverride AuthConfig FileInfo Indexes Limit Options
	Require all granted
</Directory>
"""

# An application as it may have been here for long: everything is its own.
PRETTY = """
RewriteEngine On
RewriteCond %{REQUEST_FILENAME} !-f
RewriteCond %{REQUEST_FILENAME} !-d
RewriteRule . /index.html [L]
"""


class Apache(Server):
    modules = []
    reload_signal = signal.SIGUSR1

    def module_settings(self):
        return ""

    def configure(self, addresses):
        folder = next(filter(os.path.isdir, APACHE_MODULES), None)
        need(folder, "Apache's modules are not installed")
        wanted = ["mpm_event", "unixd", "authn_core", "authz_core",
                  "authn_file", "authz_user", "auth_basic", "alias", "env",
                  "mime", "rewrite", "setenvif"] + self.modules
        built_in = subprocess.run([program("apache2", "httpd"), "-l"],
                                  stdout=subprocess.PIPE,
                                  check=True).stdout.decode()
        lines = [f"LoadModule {name}_module {folder}/mod_{name}.so"
                 for name in wanted if f"mod_{name}.c" not in built_in]
        self.write("www/index.html", "the other application\n")
        self.write("www/.htaccess", PRETTY)
        self.write("server.conf", APACHE.format(
            folder=self.folder, port=self.port, modules="\n".join(lines),
            module_settings=self.module_settings())
            + self.site(addresses))

    def command(self):
        return (program("apache2", "httpd"), "-D", "FOREGROUND",
                "-f", self.at("server.conf"))


class ApacheFcgid(Apache):
    name = "apache-fcgid"
    modules = ["fcgid"]

    def module_settings(self):
        return (f'FcgidIPCDir "{self.at("run")}"\n'
                f'FcgidProcessTableFile "{self.at("run", "fcgid")}"\n')

    def site(self, _):
        return self.filled("apache-fcgid.conf", **{
            "/usr/libexec/mintage": self.at("libexec"),
            "/etc/mintage/users": self.at("users")})


class ApacheProxy(Apache):
    name = "apache-proxy-fcgi"
    modules = ["proxy", "proxy_fcgi"]
    members = 1

    def site(self, addresses):
        return self.filled("apache-proxy-fcgi.conf", **{
            "/run/mintage/mintage.sock": addresses[0],
            "/etc/mintage/users": self.at("users")})


class ApacheBalancer(Apache):
    name = "apache-balancer"
    modules = ["proxy", "proxy_fcgi", "proxy_balancer", "slotmem_shm",
               "lbmethod_byrequests"]
    members = 2

    def pool_address(self, number):
        return f"127.0.0.1:{free_port()}"

    def site(self, addresses):
        return self.filled("apache-balancer.conf", **{
            "10.0.0.11:9000": addresses[0], "10.0.0.12:9000": addresses[1],
            "/etc/mintage/users": self.at("users")})


class ApacheCgid(Apache):
    name = "apache-cgid"
    modules = ["cgid"]
    cgi = True

    def module_settings(self):
        return f'ScriptSock "{self.at("run", "cgid")}"\n'

    def site(self, _):
        return self.filled("apache-cgid.conf", **{
            "/usr/libexec/mintage": self.at("libexec"),
            "/etc/mintage/users": self.at("users")})


class SharedCgi(ApacheCgid):
    """What a customer can do alone: two folders with a .htaccess."""
    name = "htaccess"
    script = "mintage.cgi"
    mount = "/mint/mintage.cgi"
    login_mount = "/mint-login/mintage.cgi"

    def site(self, _):
        for folder, places in (("mint", {}), ("mint-login", {
                "# AuthType": "AuthType", "# AuthName": "AuthName",
                "# AuthUserFile /home/me/mintage/users":
                "AuthUserFile " + self.at("users"),
                "# Require": "Require"})):
            os.makedirs(self.at("www", folder), exist_ok=True)
            self.write(f"www/{folder}/.htaccess",
                       self.filled("htaccess", **places))
            self.write(f"www/{folder}/{self.script}", self.launcher(), 0o755)
        return ""


class SharedFcgid(SharedCgi):
    name = "htaccess-fcgid"
    script = "mintage.fcgi"
    mount = "/mint/mintage.fcgi"
    login_mount = "/mint-login/mintage.fcgi"
    modules = ["fcgid"]
    cgi = False
    limit = 120000          # 128 KiB with the parameters
    module_settings = ApacheFcgid.module_settings


# lighttpd -------------------------------------------------------------------

LIGHTTPD = """
server.modules = ()
server.bind = "127.0.0.1"
server.port = {port}
server.document-root = "{folder}/www"
server.errorlog = "{folder}/log/error.log"
server.upload-dirs = ("{folder}/tmp")
server.max-keep-alive-requests = 100000
"""


class Lighttpd(Server):
    reload_signal = signal.SIGUSR1

    def configure(self, _):
        self.write("server.conf", LIGHTTPD.format(
            folder=self.folder, port=self.port) + self.filled(
                self.name + ".conf", **{
                    "/usr/libexec/mintage": self.at("libexec"),
                    "/etc/mintage/users": self.at("users"), **self.more()}))

    def more(self):
        return {}

    def command(self):
        return (program("lighttpd"), "-D", "-f", self.at("server.conf"))


class LighttpdFastcgi(Lighttpd):
    name = "lighttpd-fastcgi"

    def more(self):
        return {"/run/lighttpd": self.at("run")}


class LighttpdCgi(Lighttpd):
    name = "lighttpd-cgi"
    cgi = True


# nginx and HAProxy ----------------------------------------------------------

NGINX = """
daemon off;
pid {folder}/run/nginx.pid;
error_log {folder}/log/error.log;
worker_processes 2;
events {{ worker_connections 256; }}
http {{
	access_log off;
	client_body_temp_path {folder}/tmp/body;
	proxy_temp_path {folder}/tmp/proxy;
	fastcgi_temp_path {folder}/tmp/fastcgi;
	uwsgi_temp_path {folder}/tmp/uwsgi;
	scgi_temp_path {folder}/tmp/scgi;
	keepalive_requests 100000;
	server {{
		listen 127.0.0.1:{port};
		root {folder}/www;
		include {folder}/block.conf;
	}}
}}
"""


class Nginx(Server):
    name = "nginx"
    reload_signal = signal.SIGHUP
    members = 1

    def configure(self, addresses):
        self.write("server.conf",
                   NGINX.format(folder=self.folder, port=self.port))
        self.write("block.conf", self.filled("nginx.conf", **{
            "/run/mintage/mintage.sock": addresses[0],
            "/etc/mintage/users": self.at("users")}))

    def command(self):
        return (program("nginx"), "-p", self.folder, "-c",
                self.at("server.conf"), "-e", self.at("log/error.log"))


HAPROXY = """
global
	maxconn 500
defaults
	mode http
	timeout connect 5s
	timeout client 60s
	timeout server 60s
"""


class Haproxy(Server):
    name = "haproxy"
    reload_signal = signal.SIGUSR2
    members = 2
    pool_address = ApacheBalancer.pool_address

    def configure(self, addresses):
        people = "".join(f"\tuser {name} insecure-password {word}\n"
                         for name, word in
                         ((name, word.replace("'", "\\'").replace(" ", "\\ "))
                          for name, word in USERS.items()))
        sample = ("\tuser ann password "
                  "$6$uXqZ7CEL$nobody.has.this.password")
        self.write("server.cfg", HAPROXY)
        self.write("block.cfg", self.filled("haproxy.cfg", **{
            "timeout server 90s": "timeout server 5s",
            sample: people.rstrip("\n"),
            "127.0.0.1:8080": f"127.0.0.1:{self.port}",
            "10.0.0.11:9000": addresses[0], "10.0.0.12:9000": addresses[1]}))

    def command(self):
        return (program("haproxy"), "-W", "-f", self.at("server.cfg"),
                "-f", self.at("block.cfg"))


ALL = [ApacheFcgid, ApacheProxy, ApacheBalancer, ApacheCgid, SharedCgi,
       SharedFcgid, LighttpdFastcgi, LighttpdCgi, Nginx, Haproxy]
