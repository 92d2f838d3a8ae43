"""What every end-to-end suite stands on: real servers, a client, TAP.

    from harness import Site, case, equal, main, need

    @case("a single credential")
    def _(site):
        answer = site.single({"bucket": ...})
        equal(answer.status, 200)

    if __name__ == "__main__":
        main(lambda: Site("fastcgi"))

A Site is a throw-away folder with a configuration and its keys, and a lighttpd
on a loopback port of its own with the responder behind it. Its callers, see
Settings, are the cast of all suites. Tokens and keys are made for each run.
"""
import base64
import collections
import contextlib
import glob
import hashlib
import http.client
import json
import os
import random
import re
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import traceback
import urllib.parse

HERE = os.path.dirname(os.path.abspath(__file__))
SRC = os.path.abspath(os.environ.get("MINTAGE_SRC")
                      or os.path.join(HERE, "..", ".."))
BUILD = os.path.abspath(os.environ.get("MINTAGE_BUILD") or SRC)
RESPONDER = os.path.join(BUILD, "mintage.fcgi")
MINTAGE = os.path.join(BUILD, "mintage")
SANITIZED = os.environ.get("MINTAGE_SANITIZERS", "no") not in ("", "no")

# What `curl`, boto3 and others must not take from whoever runs the tests.
for _name in [name for name in os.environ
              if name.startswith("AWS_") or name.lower().endswith("_proxy")
              or name == "MINTAGE_CONFIG"]:
    del os.environ[_name]


# TAP ------------------------------------------------------------------------

CASES = []


class Skip(Exception):
    """Raised by a case that can't be tried here; says why."""


def case(name):
    """Makes the function below a test of that name."""
    def add(function):
        CASES.append((name, function))
        return function
    return add


def need(condition, what):
    if not condition:
        raise AssertionError(what)


def equal(found, expected, what="value"):
    if found != expected:
        raise AssertionError(f"{what}: {found!r}, expected {expected!r}")


def comment(text):
    for line in text.rstrip("\n").split("\n"):
        print("# " + line, flush=True)


def attempt(number, name, function, *arguments):
    """Run one case and say how it went; true unless it failed."""
    try:
        function(*arguments)
    except Skip as reason:
        print(f"ok {number} - {name} # SKIP {reason}", flush=True)
    except Exception as error:
        print(f"not ok {number} - {name}", flush=True)
        frames = traceback.extract_tb(error.__traceback__)
        for frame in frames[1:]:
            comment(f"{os.path.basename(frame.filename)}:{frame.lineno}: "
                    f"{frame.line}")
        comment(f"{type(error).__name__}: {error}"[:2000])
        return False
    else:
        print(f"ok {number} - {name}", flush=True)
    return True


def main(make_site=None):
    """Run all cases, each given what make_site() returns, and see that it
    ends well; or each without, where there is no make_site. Then exit."""
    failed = 0
    sites = []

    def begin():
        sites.append(make_site())

    wanted = sys.argv[1:]
    cases = [entry for entry in CASES
             if not wanted or any(word in entry[0] for word in wanted)]
    if make_site is not None:
        if not attempt(1, "the servers start", begin):
            print("1..1")
            sys.exit(1)
        cases += [
            ("nothing secret is in what the servers wrote", Site.check_files),
            ("the servers stop, and left nothing to complain of", Site.stop)]
    first = 1 + len(sites)
    for number, (name, function) in enumerate(cases, first):
        failed += not attempt(number, name, function, *sites)
    for site in sites:
        site.kill()
        site.remove(failed)
    print(f"1..{first + len(cases) - 1}", flush=True)
    sys.exit(1 if failed else 0)


def until(condition, what, seconds=20):
    """Waits for `condition()` to be true, and returns its value."""
    end = time.monotonic() + seconds
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > end:
            raise AssertionError(f"waited {seconds} s in vain: {what}")
        time.sleep(0.01)


# The cast -------------------------------------------------------------------

ACCOUNT = "0a1b2c3d4e5f60718293a4b5c6d7e8f9"
EUROPE = "f9e8d7c6b5a4938271605f4e3d2c1b0a"
FOREIGN = "00000000000000000000000000000000"

PORTAL = "11112222333344445555666677778888"
ARCHIVE = "9999aaaabbbbccccddddeeeeffff0000"
BERLIN = "abcdefabcdefabcdefabcdefabcdefab"

R2_HOST = "r2.cloudflarestorage.com"


class Settings:
    """A configuration, section by section, and the secrets behind it.

    Parents: PORTAL may read and write portal-downloads, portal-uploads and
    shared; ARCHIVE may read archive and shared; BERLIN may do all with berlin
    in an account of the EU's.
    Callers: web (reads public/ and users/ann/), drop (only writes incoming/),
    bulk (reads and writes all of PORTAL's and reads ARCHIVE's), admin
    (BERLIN's all) come with a token; any user has users/NAME/, and the user
    chief everything.
    """

    def __init__(self, folder, endpoint=None):
        self.folder = folder
        self.path = os.path.join(folder, "mintage.conf")
        self.audit_log = os.path.join(folder, "log", "audit.jsonl")
        self.secrets = {name: secrets.token_hex(32)
                        for name in (PORTAL, ARCHIVE, BERLIN)}
        self.tokens = {}
        self.sections = {}
        self.host = f"{ACCOUNT}.{R2_HOST}"
        self.add("mintage", templates=os.path.join(SRC, "templates"),
                 max_body="32M", max_entries="150000",
                 audit_log=self.audit_log, require_https="yes")
        self.add("account main", id=ACCOUNT)
        if endpoint:
            self.host = endpoint.split("/")[-1]
            self.sections["account main"]["endpoint"] = endpoint
        self.add("account europe", id=EUROPE, jurisdiction="eu")
        self.add_parent("portal", PORTAL, "main", "object-read-write",
                        "portal-downloads portal-uploads shared")
        self.add_parent("archive", ARCHIVE, "main", "object-read-only",
                        "archive shared")
        self.add_parent("berlin", BERLIN, "europe", "admin-read-write",
                        "berlin")
        self.add_callers()

    def add_callers(self):
        self.add_bearer("web", parents="portal", buckets="portal-downloads",
                        permissions="object-read-only", max_ttl="3600",
                        prefixes="public/ users/ann/", max_entries="100")
        self.add_bearer("drop", parents="portal", buckets="portal-uploads",
                        permissions="object-write-only", prefixes="incoming/")
        self.add_bearer("bulk", parents="portal archive",
                        buckets="portal-downloads portal-uploads archive "
                        "shared", permissions="object-read-write",
                        prefixes="*", whole_bucket="yes", max_ttl="604800")
        self.add_bearer("admin", parents="berlin", buckets="berlin",
                        permissions="admin-read-write", whole_bucket="yes",
                        max_ttl="604800")
        self.add("caller office", remote_user="*", parents="portal",
                 buckets="portal-downloads", permissions="object-read-write",
                 prefixes="users/{user}/")
        self.add("caller chief", remote_user="chief", parents="portal",
                 buckets="portal-downloads", permissions="object-read-write",
                 prefixes="*")

    def add(self, section, **settings):
        self.sections[section] = {name.replace("_", "-"): value
                                  for name, value in settings.items()}

    def add_parent(self, name, key_id, account, permission, buckets):
        path = os.path.join(self.folder, "keys", name + ".secret")
        with open(os.open(path, os.O_WRONLY | os.O_CREAT, 0o600), "w") as f:
            f.write(self.secrets[key_id] + "\n")
        self.add("parent " + name, account=account, access_key_id=key_id,
                 secret_access_key_file=path, permission=permission,
                 buckets=buckets, signer="local")

    def add_bearer(self, name, **settings):
        token = self.tokens[name] = "Tk-" + secrets.token_urlsafe(32)
        digest = hashlib.sha256(token.encode()).hexdigest()
        self.add("caller " + name, bearer_sha256=digest, **settings)

    def write(self):
        with open(self.path + ".new", "w", encoding="utf-8") as f:
            for section, settings in self.sections.items():
                f.write(f"[{section}]\n")
                for name, value in settings.items():
                    f.write(f"{name} = {value}\n")
                f.write("\n")
        os.replace(self.path + ".new", self.path)


# The client -----------------------------------------------------------------

class Answer:
    """One answer, whole."""

    def __init__(self, status, headers, body):
        self.status = status
        self.headers = headers      # of http.client: any case, get_all()
        self.body = body

    @property
    def id(self):
        return self.headers["Mintage-Request"]

    @property
    def text(self):
        return self.body.decode("utf-8")

    @property
    def json(self):
        return json.loads(self.text, object_pairs_hook=no_twins)

    @property
    def result(self):
        """What was issued; an assertion that something was."""
        need(self.status == 200, f"{self.status}: {self.body[:500]!r}")
        envelope = self.json
        equal(envelope["success"], True, "success")
        equal(envelope["errors"], [], "errors")
        return envelope["result"]

    @property
    def errors(self):
        """What was wrong; an assertion that the envelope is one."""
        envelope = self.json
        equal(envelope["success"], False, "success")
        equal(envelope["result"], None, "result")
        need(isinstance(envelope["messages"], list), "messages is no list")
        for error in envelope["errors"]:
            need(error["code"] >= 1000 and error["message"],
                 f"an error without number or words: {error}")
        return envelope["errors"]


def no_twins(pairs):
    names = [name for name, _ in pairs]
    equal(len(set(names)), len(names), f"members named {names}: different")
    return dict(pairs)


def form(pairs):
    return urllib.parse.urlencode(pairs).encode()


def query(**fields):
    return "?" + urllib.parse.urlencode(fields)


# The servers ----------------------------------------------------------------

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

# Passwords of the web server's own users.
USERS = {"ann": "ann's word", "chief": "chief's word"}


class Site:
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
        """CGI as on shared hosting: a script of one line."""
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
        for _ in range(5):      # someone else may take the port first
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
        """Whether it came up, and not someone else on that port."""
        pid_file = os.path.join(self.folder, "lighttpd.pid")
        # The file is made first, and written to once it listens.
        until(lambda: self.server.poll() is not None
              or os.path.exists(pid_file) and os.path.getsize(pid_file),
              "lighttpd starts or ends")
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
        """Whatever happened: nothing of ours runs on."""
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

    @contextlib.contextmanager
    def changed(self, section, **settings):
        """For a while the file has other settings in a section. Who runs
        already finds out by SIGHUP alone."""
        found = self.settings.sections[section]
        self.settings.sections[section] = {**found, **{
            name.replace("_", "-"): value
            for name, value in settings.items()}}
        self.settings.write()
        try:
            yield
        finally:
            self.settings.sections[section] = found
            self.settings.write()

    # Asking

    def request(self, method, path, body=None, token=None, mount=None,
                headers=(), **more):
        """`path` is relative to the mount. `token` is a caller's name or a
        token; json=... is a body too. `headers` may hold None: not sent."""
        headers = dict(headers)
        if "json" in more:
            body = json.dumps(more.pop("json"))
            headers.setdefault("Content-Type", "application/json")
        if isinstance(body, str):
            body = body.encode("utf-8")
        if token is not None:
            token = self.settings.tokens.get(token, token)
            headers["Authorization"] = "Bearer " + token
        headers = {name: value for name, value in headers.items()
                   if value is not None}
        connection = http.client.HTTPConnection("127.0.0.1", self.port,
                                                timeout=100)
        try:
            # A refusal may come, and the door be shut, before all is said.
            with contextlib.suppress(BrokenPipeError, ConnectionResetError):
                connection.request(method, (mount or self.mount) + path, body,
                                   headers, **more)
            response = connection.getresponse()
            return Answer(response.status, response.msg, response.read())
        finally:
            connection.close()

    def single(self, fields, token="bulk", account=ACCOUNT, **more):
        return self.request(
            "POST", f"/accounts/{account}/r2/temp-access-credentials",
            token=token, json=fields, **more)

    def batch(self, fields, token="bulk", account=ACCOUNT, **more):
        return self.request("POST", batch_path(account), token=token,
                            json=fields, **more)

    def manifest(self, body, content_type, token="bulk", account=ACCOUNT,
                 accept=None, **fields):
        """A bare manifest, its fields in the query."""
        return self.request("POST", batch_path(account) + query(**fields),
                            body, token, headers={
                                "Content-Type": content_type,
                                "Accept": accept})

    def as_user(self, name, path, **more):
        word = base64.b64encode(f"{name}:{USERS[name]}".encode()).decode()
        headers = {"Authorization": "Basic " + word,
                   **more.pop("headers", {})}
        return self.request("POST", path, mount="/office", headers=headers,
                            **more)

    # What was written

    def audit_lines(self):
        try:
            with open(self.settings.audit_log, encoding="utf-8",
                      newline="\n") as f:
                text = f.read()
        except FileNotFoundError:
            return []
        # A line may be under way: what has no end yet does not count.
        lines = text.split("\n")[:-1]
        return [json.loads(line, object_pairs_hook=no_twins)
                for line in lines]

    def audit(self, request_id, *events):
        """The lines of one request. Waits until they are these events."""
        need(re.fullmatch("[0-9a-f]{32}", request_id or ""),
             f"request id {request_id!r}")
        lines = []

        def complete():
            lines[:] = [line for line in self.audit_lines()
                        if line["request"] == request_id]
            return [line["event"] for line in lines] == list(events)
        try:
            until(complete, "", 10)
        except AssertionError:
            equal([line["event"] for line in lines], list(events),
                  f"events of request {request_id}")
        return lines

    def issued_as(self, answer):
        """Remember what was issued, for check_files."""
        result = answer.result
        for entry in result if isinstance(result, list) else [result]:
            if "sessionToken" in entry:
                self.issued.add(entry["secretAccessKey"])
                self.issued.add(entry["sessionToken"])
        return result

    def check_files(self):
        """Nothing the servers wrote holds anything secret."""
        words = set(self.settings.secrets.values())
        words.update(self.settings.tokens.values())
        words.update(USERS.values())
        marks = ["eyJhbGciOi", "and0L2V5"]      # any JWT, any session token
        seen = 0
        for folder in ("wire.log", "log/**", "tmp/**", "upload/**", "www/**"):
            for path in glob.glob(os.path.join(self.folder, folder),
                                  recursive=True):
                if not os.path.isfile(path):
                    continue
                seen += 1
                with open(path, encoding="utf-8", errors="replace") as f:
                    text = f.read()
                for word in list(words) + marks:
                    need(word not in text, f"{path} holds {word}")
                found = set(re.findall(r"[A-Za-z0-9+/=]{40,}", text))
                need(not found & self.issued, f"{path} holds what was issued")
        need(seen > 0, "nothing was written at all")


def batch_path(account=ACCOUNT):
    return f"/accounts/{account}/r2/temp-access-credentials/batch"


def single_path(account=ACCOUNT):
    return f"/accounts/{account}/r2/temp-access-credentials"


def free_port():
    """A port for a server that will bind it by itself: from below those that
    the system gives to connections, so that no suite beside this one gets it
    in between."""
    for port in random.SystemRandom().sample(range(10240, 32768), 100):
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
    raise OSError("no port is free")


# Processes ------------------------------------------------------------------

def process_status(pid):
    """/proc/PID/status as a mapping; empty when there is no such process."""
    try:
        with open(f"/proc/{pid}/status") as f:
            return dict(line.rstrip("\n").split(":\t", 1) for line in f
                        if ":\t" in line)
    except OSError:
        return {}


def children(pid):
    found = []
    for name in os.listdir("/proc"):
        if name.isdigit() and process_status(name).get("PPid") == str(pid):
            found.append(int(name))
    return found


def command_line(pid):
    try:
        with open(f"/proc/{pid}/cmdline", "rb") as f:
            return f.read().decode("utf-8", "replace")
    except OSError:
        return ""


def peak_memory(pid):
    """Bytes: the most that was ever resident."""
    return int(process_status(pid)["VmHWM"].split()[0]) * 1024


# Names ----------------------------------------------------------------------

# Each a legal key in NFC, and each awkward to someone.
AWKWARD = [
    "käse/brötchen.txt", "π/ζ/ω.dat", "漢字/ファイル名.pdf", "emoji 😀 🏳️‍🌈.png",
    "right to left/שלום/مرحبا.txt", "two  blanks.txt", " a blank before",
    "a blank behind ", "tab\there", "100% + plus & amp=1;x.txt",
    "percent%2Fencoded%00.txt", "quotes \" ' `.txt", "back\\slash\\u0041",
    "<script>alert(1)</script>&amp;.html", "{{key}} {{{sessionToken}}}",
    "$(id) ${HOME} *?[a].sh", "#hash", "?query=1", "/leading", "//two",
    "trailing/", "a//b", ".hidden", "..two", "[\"json\"]", "{\"key\":\"x\"}",
    "comma,semi;colon:", "\u007fdelete", "\u0001control\u001f", "nbsp\u00a0",
    "line\u2028separator", "\ufffd", "\U0010ffff", "x" * 1024, "é" * 512,
]


def real_names(count):
    """So many different keys: awkward ones, then the files of this machine
    (under another prefix each time round)."""
    found = subprocess.run(["find", "/usr/share", "-type", "f"],
                           stdout=subprocess.PIPE,
                           stderr=subprocess.DEVNULL, check=False).stdout
    names = []
    for line in found.split(b"\n"):
        try:
            name = line.decode("utf-8").lstrip("/")
        except UnicodeDecodeError:
            continue
        if 0 < len(line) <= 1000 and "\r" not in name:
            names.append(name)
    need(names, "no files in /usr/share")
    every, turn = list(AWKWARD), 0
    while len(every) < count:
        turn += 1
        every += names if turn == 1 else [f"{turn}/{name}" for name in names]
    return list(collections.OrderedDict.fromkeys(every))[:count]
