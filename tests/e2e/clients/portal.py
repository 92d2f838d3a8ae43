"""A portal whose pages have links below /files/, and the clients that follow
them: lighttpd asks Mintage, and Mintage redirects to the tests' R2.

The portal has the address 127.0.0.2 and R2 has 127.0.0.1, so that they are two
hosts for every client. The portal serves
    /files/    open-to = everyone
    /people/   open-to = callers, who sign in at the web server (Basic)
    /token/    open-to = callers, who send a bearer token
    /links/    open-to = link, of the kind "signed"
and any other address from its folder www: pages with links.

A case of a suite is one line of the matrix, made by @line(client, what): the
client's name, and what must hold. Where it is a cell of the table in
mintage-deploy(7), cell=(row, column) names it, and what is found must be what
the manual says.
"""
import base64
import glob
import hashlib
import hmac
import os
import re
import secrets
import shutil
import subprocess
import tempfile
import urllib.parse

from harness import (ACCOUNT, PORTAL, SANITIZED, SRC, Skip, case, comment,
                     equal, need)
import preload
import r2
import servers

BUCKET = "portal-downloads"
SMALL = b"what it holds\n" * 700
USER = ("visitor", "Zugang-1")              # who may sign in below /people/
LARGE = bytes(range(251)) * 40_000          # 10 MB, of an odd period

BLOCK = """
$SERVER["socket"] == "{host}:{port}" {{ }}
server.modules += ("mod_setenv")
index-file.names = ("index.html")
mimetype.assign = (".html" => "text/html; charset=utf-8")
# As /files/ in the file of cgi/deploy: the responder gets the whole path.
$HTTP["url"] =~ "^/({sections})/" {{
    fastcgi.server = ("/" => ((
        "socket" => "{folder}/run/files.sock",
        "bin-path" => "{folder}/libexec/mintage.fcgi",
        "max-procs" => 2,
        "check-local" => "disable",
        "fix-root-scriptname" => "enable"
    )))
}}
$HTTP["url"] =~ "^/people/" {{
    auth.backend = "htpasswd"
    auth.backend.htpasswd.userfile = "{folder}/users"
    auth.require = ("/people/" => ("method" => "basic", "realm" => "Portal",
                                   "require" => "valid-user"))
}}
# The page of a folder is the server's own.
$HTTP["url"] =~ "^/(files|people)/(.*/)?$" {{
    fastcgi.server = ()
}}
"""


class Endpoint(r2.R2):
    """R2, whose answers may come to an early end."""

    breaks = 0          # so many of the next bodies break off
    broken = None       # called then

    def answer(self, request):
        response = super().answer(request)
        if self.breaks and len(response.body) > 1_000_000:
            self.breaks -= 1
            response.body = response.body[:1_000_000]
            request.version = "HTTP/1.0"        # the connection ends
            self.broken()
        return response


class Portal(servers.LighttpdFastcgi):
    """The web server, the responders behind it, and R2."""

    host = "127.0.0.2"
    ttl = "1h"
    moves_clock = False     # True: later() moves both clocks

    def __init__(self):
        self.r2 = Endpoint({})
        self.r2.start()
        self.folders = []
        try:
            super().__init__(self.r2.url)
        except BaseException:
            self.r2.stop()
            raise
        self.r2.parents[PORTAL] = {
            "secret": self.settings.secrets[PORTAL], "account": ACCOUNT,
            "permission": "object-read-write", "buckets": [BUCKET]}
        self.seen = 0
        for key, body in (("small.bin", SMALL), ("large.bin", LARGE),
                          ("dir/a b+c.txt", b"a blank and a plus\n"),
                          ("dir/käse.txt", "mit Umlaut\n".encode())):
            self.put(key, body)

    # Making it

    def fill_folder(self):
        self.link_secret = secrets.token_hex(32)
        self.settings.secrets["links"] = self.link_secret   # to be in no log
        path = self.write("keys/link.secret", self.link_secret + "\n", 0o600)
        common = {"account": "main", "bucket": BUCKET, "prefix": "public/",
                  "parent": "portal", "ttl": self.ttl}
        add = self.settings.add
        add("download files", path="/files/", open_to="everyone", **common)
        add("download people", path="/people/", open_to="callers", **common)
        add("download token", path="/token/", open_to="callers", **common)
        add("caller visitor", remote_user=USER[0], parents="portal",
            buckets=BUCKET, permissions="object-read-only",
            prefixes="public/", max_ttl="7d")
        add("download links", path="/links/", open_to="link", link="signed",
            link_secret_file=path, disposition="attachment", **common)
        self.change(self.settings)
        self.settings.write()
        super().fill_folder()
        digest = hashlib.sha1(USER[1].encode()).digest()
        with open(self.at("users"), "a", encoding="utf-8") as f:
            f.write(f"{USER[0]}:{{SHA}}{base64.b64encode(digest).decode()}\n")
        self.write("clock", f"{0:<20}\n")

    def change(self, settings):
        """A suite's own change of the configuration."""

    def launcher(self):
        if SANITIZED or not self.moves_clock:
            return super().launcher()
        return preload.launcher(self)

    def configure(self, addresses):
        super().configure(addresses)
        with open(self.at("server.conf"), "r+", encoding="utf-8") as f:
            sections = "people|token|links"
            if '"^/files/"' not in f.read():
                sections += "|files"
            f.write(BLOCK.format(host=self.host, port=self.port,
                                 folder=self.folder, sections=sections))

    def later(self, seconds):
        """From now on, it is so many seconds later, here and at R2."""
        if SANITIZED and seconds:
            raise Skip("the sanitizer's library must come first")
        self.r2.clock_offset = seconds
        # The responder has the file open, because it may open no other later.
        with open(self.at("clock"), "r+", encoding="utf-8") as f:
            f.write(f"{seconds:<20}\n")

    # As harness.main() wants it

    def kill(self):
        self.stop_processes()
        self.r2.stop()

    def remove(self, _):
        for folder in self.folders + [self.folder]:
            shutil.rmtree(folder, ignore_errors=True)

    def stop(self):
        self.kill()
        for path in glob.glob(self.at("log", "sanitizer*")):
            with open(path, errors="replace") as f:
                raise AssertionError(f.read()[:6000])
        need("Sanitizer" not in self.log(), self.log())

    # What it has

    def put(self, name, body, **headers):
        headers.setdefault("content-type", "application/octet-stream")
        self.r2.put(BUCKET, "public/" + name, body, headers)

    def stored(self, name):
        return self.r2.store.find(BUCKET, "public/" + name)

    def page(self, name, body):
        """A page of the portal's own, at /NAME."""
        path = self.at("www", name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w", encoding="utf-8") as f:
            f.write("<!doctype html><meta charset=utf-8><title>x</title>"
                    + body)

    def url(self, section, name, login=""):
        return (f"http://{login}{self.host}:{self.port}/{section}/"
                + urllib.parse.quote(name))

    def signed(self, name, expires):
        """A link of the kind "signed", by its published formula."""
        code = hmac.new(self.link_secret.encode(), f"/{name}\n{expires}"
                        .encode(), hashlib.sha256).digest()
        text = base64.urlsafe_b64encode(code).decode().rstrip("=")
        return (self.url("links", name)
                + f"?expires={expires}&signature={text}")

    # What came

    def forget(self):
        """Let came() begin here."""
        self.seen = len(self.r2.log)
        self.audited = len(self.audit_lines())

    def came(self):
        """What R2 was asked since forget(), as its log has it."""
        return self.r2.log[self.seen:]

    def asked(self, method="GET", *statuses):
        """Assert that R2 was asked by this method, with these results, for
        addresses signed for it, and that nobody sent Authorization along."""
        found = self.came()
        equal([(entry.method, entry.status) for entry in found],
              [(method, status) for status in statuses or (200,)], "at R2")
        self.no_authorization()
        return found

    def no_authorization(self):
        for entry in self.came():
            need("authorization" not in entry.sent,
                 f"R2 got {sorted(entry.sent)}")

    def forwarded(self):
        """Assert that the client was redirected, took its Authorization
        along, and that this is why R2 refused it."""
        need(self.redirects(), "nobody was redirected")
        for entry in self.came():
            equal((entry.status, "authorization" in entry.sent), (400, True),
                  entry.reason)
            need("only one auth mechanism" in entry.reason, entry.reason)

    def redirects(self):
        """[(method, key)] of the redirects that were recorded since
        forget()."""
        return [(line["method"], line["key"])
                for line in self.audit_lines()[self.audited:]
                if line["event"] == "redirect"]

    def place(self):
        """A new folder for a client's files."""
        self.folders.append(tempfile.mkdtemp(prefix="mintage-client-"))
        return self.folders[-1]


def promised():
    """The table of clients in mintage-deploy(7): {(client, column): cell}."""
    with open(os.path.join(SRC, "cgi/man/mintage-deploy.7"),
              encoding="utf-8") as f:
        section = f.read().partition("\n.Sh CLIENTS\n")[2]
    rows = [row.replace("Sy ", "").split(" Ta ") for row in re.findall(
        r"^\.It (.* Ta .*)$", section.partition("\n.El\n")[0], re.M)]
    return {(row[0], column): cell for row in rows[1:]
            for column, cell in zip(rows[0][1:], row[1:])}


def outcome(found):
    """What a cell of that table has to say about what R2 answered last."""
    if found[-1].status < 400:
        return "yes"
    if "expired" in found[-1].reason:
        return "refused"
    return str(found[-1].status)


def manual_says(portal, *cell):
    """Assert that a cell of the table says what R2 answered just now."""
    equal(promised().get(cell), outcome(portal.came()),
          f"the manual's cell {cell}")


def line(client, what, cell=None):
    """One line of the matrix: the function below gets the portal, with R2's
    log as new, and at the end what the client asked is printed."""
    def add(function):
        @case(f"{client}: {what}")
        def _(portal):
            portal.forget()
            function(portal)
            found = portal.came()
            answers = " ".join(
                f"{entry.method}:{entry.status}"
                + ("+Authorization" if "authorization" in entry.sent else "")
                for entry in found[:6])
            comment(f"{client:34} | redirects {len(portal.redirects())} | "
                    f"R2 {answers}{' ...' * (len(found) > 6)}")
            if cell:
                manual_says(portal, *cell)
        return function
    return add


def run(command, folder, status=0, **environment):
    """Run a client in a folder of its own, without anybody's configuration.
    Returns what it wrote to standard output and standard error."""
    need(shutil.which(command[0]), f"{command[0]} is not installed")
    done = subprocess.run(
        command, cwd=folder, stdin=subprocess.DEVNULL, check=False,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=100,
        env={"PATH": servers.PROGRAMS, "HOME": folder, "LC_ALL": "C.UTF-8",
             **environment})
    said = done.stderr.decode("utf-8", "replace")
    need(done.returncode == status if isinstance(status, int)
         else done.returncode in status,
         f"{command[0]}: status {done.returncode}: {said[-1500:]}"
         f"{done.stdout[-500:]!r}")
    return done.stdout, said


def netrc(portal, folder):
    """A .netrc with the login at the portal, and at no other host."""
    write("machine {} login {} password {}\n".format(portal.host, *USER)
          .encode(), folder, ".netrc")
    os.chmod(os.path.join(folder, ".netrc"), 0o600)


def read(*path):
    with open(os.path.join(*path), "rb") as f:
        return f.read()


def write(body, *path):
    with open(os.path.join(*path), "wb") as f:
        f.write(body)


def same(found, body, what="the file"):
    """Two bodies, which may be too long to be shown."""
    need(found == body, f"{what}: {len(found)} bytes, {found[:60]!r}..., "
         f"expected {len(body)} bytes, {body[:60]!r}...")


