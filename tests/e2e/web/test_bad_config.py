#!/usr/bin/python3
"""A configuration with a fault stops the start, and the place is named."""
import os
import socket
import subprocess
import sys
import tempfile

sys.path.insert(1, sys.path[0] + "/../lib")
from harness import MINTAGE, RESPONDER, Settings, Skip, case, main, need
from refusals import make_site
import wire


def start(settings):
    """(exit status, what it said) of both programs with a configuration."""
    for command in ([RESPONDER, "--config=" + settings.path],
                    [MINTAGE, "check", "--config", settings.path]):
        if not os.access(command[0], os.X_OK):
            raise Skip(f"{command[0]} is not built")
        # The responder is started as FastCGI would: on a socket.
        with listening(settings.folder) as listener:
            done = subprocess.run(
                command, stdin=listener, stdout=subprocess.PIPE,
                stderr=subprocess.PIPE, timeout=60, check=False)
        yield done.returncode, (done.stdout + done.stderr).decode()


def listening(folder):
    path = os.path.join(folder, "listener")
    if os.path.exists(path):
        os.unlink(path)
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(path)
    listener.listen(1)
    return listener


def stops(name, change, line, *words):
    """A test of one broken configuration: what it changes, the line that is
    named ("": any, None: none), words of the reason."""
    @case(f"configuration: {name} stops the start")
    def _(site):
        with tempfile.TemporaryDirectory(prefix="mintage-") as folder:
            for sub in ("keys", "log"):
                os.mkdir(os.path.join(folder, sub))
            settings = Settings(folder)
            change(settings)
            settings.write()
            place = settings.path
            if line is not None:
                with open(place, encoding="utf-8") as f:
                    numbers = [str(number) for number, text in
                               enumerate(f.read().split("\n"), 1)
                               if line in text]
                need(numbers, f"no line has {line!r}")
            for status, said in start(settings):
                need(status not in (0, -6, -11), f"exit status {status}")
                need(place in said, f"the file is not named: {said}")
                if line is not None:
                    need(any(f"{place}:{number}:" in said
                             for number in numbers),
                         f"line {numbers} is not named: {said}")
                for word in words:
                    need(word in said, f"{word!r} is not said: {said}")
                for secret in settings.secrets.values():
                    need(secret not in said, "a secret is said")


def set_key(section, key, value):
    def change(settings):
        settings.sections[section][key] = value
    return change


def drop_key(section, key):
    def change(settings):
        del settings.sections[section][key]
    return change


def add_download(name="files", **keys):
    """Add a section that is sound, but for these keys (None: not there)."""
    def change(settings):
        secret = os.path.join(settings.folder, "keys", "link.secret")
        with open(os.open(secret, os.O_WRONLY | os.O_CREAT, 0o600), "w",
                  encoding="utf-8") as f:
            f.write("what links are made with\n")
        whole = {"path": "/files/", "account": "main", "parent": "portal",
                 "bucket": "portal-downloads", "prefix": "public/", **keys}
        settings.add("download " + name, **{
            key: value for key, value in whole.items() if value is not None})
    return change


def both(*changes):
    def change(settings):
        for one in changes:
            one(settings)
    return change


LINKS = {"open_to": "link", "link": "signed",
         "link_secret_file": "keys/link.secret"}


def add_domain(host):
    def change(settings):
        add_download()(settings)
        settings.add("domain " + host, account="main", ttl="1d",
                     bucket="portal-downloads", secret_file="keys/link.secret")
    return change


for _name, _change, _line, *_words in (
        ("a public-url with a query", set_key(
            "mintage", "public-url", "https://h/?x"), "public-url",
         "'public-url'", "write https://HOST"),
        ("a public-url of plain http", set_key(
            "mintage", "public-url", "http://h.example/"), "public-url",
         "require-https = yes", "write https://"),
        ("two downloads on one path", both(
            add_download(), add_download("two", prefix="two/")), "/files/",
         "[download files] in line", "give each its own"),
        ("a download on a path of ours", add_download(path="/healthz/"),
         "/healthz/", "'path'", "choose another"),
        ("a download without prefix", add_download(prefix=None),
         "[download files]", "has no 'prefix'"),
        ("a download of a parent without the bucket", add_download(
            parent="archive"), "parent = archive", "[parent archive]",
         "portal-downloads"),
        ("a folder of each user's own, open to everyone", add_download(
            prefix="users/{user}/", open_to="everyone"), "prefix = users/{u",
         "only callers have a user"),
        ("a kind of link there is none of", add_download(
            **{**LINKS, "link": "secure-lnik"}), "secure-lnik",
         "did you mean 'secure-link'?"),
        ("a download open to links without their secret", add_download(
            **{**LINKS, "link_secret_file": None}), "[download files]",
         "has no 'link-secret-file'"),
        ("links counted without a folder to count in", add_download(
            **LINKS, max_downloads="3"), "max-downloads", "state-dir"),
        ("a secret of links where everybody may", add_download(
            **{**LINKS, "open_to": "everyone", "link": None}),
         "link-secret-file", "open-to = link"),
        ("a ttl of a download over R2's", add_download(ttl="8d"), "ttl = 8d",
         "604800"),
        ("a domain that is none", add_domain("Files"), "[domain Files]",
         "no host's name"),
        ("an unknown key", set_key("mintage", "max-boddy", "1M"),
         "max-boddy", "max-boddy", "max-body"),
        ("an unknown section", lambda settings: settings.add(
            "colour red", a="b"), "[colour red]", "colour"),
        ("a bad size", set_key("mintage", "max-body", "much"),
         "max-body", "max-body"),
        ("a bad yes or no", set_key("mintage", "require-https", "maybe"),
         "require-https", "maybe"),
        ("a bad account id", set_key("account main", "id", "xyz"),
         "id = xyz", "id"),
        ("a jurisdiction there is none of", set_key(
            "account europe", "jurisdiction", "moon"), "moon", "moon"),
        ("a parent without account", set_key(
            "parent portal", "account", "nowhere"), "nowhere", "nowhere"),
        ("a parent with an empty account", set_key(
            "parent portal", "account", ""), "account = ",
         "'account' is empty", "[account NAME]"),
        ("a caller with empty parents", set_key(
            "caller web", "parents", ""), "parents = ",
         "'parents' is empty", "[parent NAME]"),
        ("a value that is too long", set_key(
            "mintage", "templates", "/x" * 200), "templates",
         "'templates'", "shorter value"),
        ("a list that is too long for a line", set_key(
            "caller web", "prefixes", "x/ " * 100), "prefixes",
         "'prefixes'", "next line, indented"),
        ("a parent's bad permission", set_key(
            "parent portal", "permission", "all"), "permission = all",
         "all"),
        ("a parent's bad bucket", set_key(
            "parent portal", "buckets", "My_Bucket"), "My_Bucket",
         "My_Bucket"),
        ("a parent without secret", drop_key(
            "parent portal", "secret-access-key-file"), "[parent portal]",
         "secret-access-key-file"),
        ("a secret file that isn't there", set_key(
            "parent portal", "secret-access-key-file", "/nonexistent/key"),
         "/nonexistent/key", "/nonexistent/key"),
        ("a caller without identity", drop_key("caller web",
                                               "bearer-sha256"),
         "[caller web]", "bearer-sha256"),
        ("a caller of a parent there is none of", set_key(
            "caller web", "parents", "nobody"), "nobody", "nobody"),
        ("a hash that is none", set_key(
            "caller web", "bearer-sha256", "123"), "bearer-sha256 = 123",
         "bearer-sha256"),
        ("a caller's bad permission", set_key(
            "caller web", "permissions", "read"), "permissions = read",
         "read"),
        ("a ttl over R2's", set_key("caller web", "max-ttl", "604801"),
         "604801", "604800"),
        ("http to an endpoint that is no URL", set_key(
            "account main", "endpoint", "ftp://x"), "ftp://x", "endpoint")):
    stops(_name, _change, _line, *_words)


@case("configuration: a comment of any length stops nothing")
def _(site):
    note = "; " + "what was agreed upon, by whom and when " * 50
    with tempfile.TemporaryDirectory(prefix="mintage-") as folder:
        for sub in ("keys", "log"):
            os.mkdir(os.path.join(folder, sub))
        settings = Settings(folder)
        settings.sections["caller web"]["max-ttl"] = "3600 " + note
        settings.write()
        with open(settings.path, "r+", encoding="utf-8") as f:
            text = f.read()
            f.seek(0)
            f.write(note + "\n#" + note + "\n"
                    + text.replace("[mintage]\n", f"[mintage] {note}\n"))
        done = subprocess.run(
            [MINTAGE, "check", "--config", settings.path], check=False,
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
            stderr=subprocess.PIPE, timeout=60, env=site.environment())
        need(done.returncode == 0, done.stderr.decode())


@case("configuration: a file that isn't there stops the start")
def _(site):
    with tempfile.TemporaryDirectory(prefix="mintage-") as folder:
        for sub in ("keys", "log"):
            os.mkdir(os.path.join(folder, sub))
        settings = Settings(folder)     # not written
        for status, said in start(settings):
            need(status not in (0, -6, -11), f"exit status {status}")
            need(settings.path in said, f"the file is not named: {said}")


@case("configuration: a secret file that others can read stops the start")
def _(site):
    with tempfile.TemporaryDirectory(prefix="mintage-") as folder:
        for sub in ("keys", "log"):
            os.mkdir(os.path.join(folder, sub))
        settings = Settings(folder)
        add_domain("files.example.org")(settings)
        add_download(**LINKS)(settings)
        settings.write()
        for secret in ("portal.secret", "link.secret"):
            secret = os.path.join(folder, "keys", secret)
            for mode in (0o644, 0o604, 0o602, 0o620):
                os.chmod(secret, mode)
                for status, said in start(settings):
                    need(status not in (0, -6, -11),
                         f"mode {mode:o}: exit status {status}")
                    need(secret in said, f"the file is not named: {said}")
                    need("chmod" in said, f"no remedy is named: {said}")
            os.chmod(secret, 0o600)


@case("configuration: with CGI a broken one is a 500 that tells nothing")
def _(site):
    with tempfile.TemporaryDirectory(prefix="mintage-") as folder:
        path = os.path.join(folder, "mintage.conf")
        with open(path, "w", encoding="utf-8") as f:
            f.write("[mintage]\nsecret-thing = 1\n")
        done = subprocess.run(
            [RESPONDER, "--config=" + path], stdin=subprocess.DEVNULL,
            env={**wire.inherited(site),
                 **wire.environment("GET", "/healthz", remote="192.0.2.7")},
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=60,
            check=False)
        answer = wire.parse(done.stdout)
        need(answer.status in (500, 503), f"status {answer.status}")
        need("secret-thing" not in answer.text and path not in answer.text,
             f"the client learns too much: {answer.text}")
        need(f"{path}:2:" in done.stderr.decode(), "the log learns nothing")


if __name__ == "__main__":
    main(make_site)
