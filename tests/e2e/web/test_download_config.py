#!/usr/bin/python3
"""What the configuration of a [download] makes of a request: a prefix outside
the caller's, one path inside another, and a secret that was changed."""
import base64
import hashlib
import hmac
import os
import signal
import subprocess
import sys
import tempfile
import time

sys.path.insert(1, sys.path[0] + "/../lib")
from harness import (MINTAGE, RESPONDER, Settings, Site, case, equal, main,
                     need, until)
from refusals import DENIED, refused
import wire

SECRETS = "links", "other links"


def write_secret(settings, word):
    path = os.path.join(settings.folder, "keys", "link.secret")
    with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600),
              "w", encoding="utf-8") as f:
        f.write(word + "\n")
    return path


def add_downloads(settings):
    """/in/ lies within what web may read, /out/ and /in/out/ do not."""
    for name, path, prefix in (("in", "/in/", "public/"),
                               ("out", "/out/", "private/"),
                               ("blank", "/my files/", "public/mine/"),
                               ("umlaut", "/\u00fcber/", "public/about/"),
                               ("deeper", "/in/out/", "private/")):
        settings.add("download " + name, path=path, account="main",
                     parent="portal", bucket="portal-downloads", prefix=prefix)


def add_links(settings):
    settings.add("download links", path="/links/", account="main",
                 parent="portal", bucket="portal-downloads", prefix="public/",
                 open_to="link", link="signed",
                 link_secret_file=write_secret(settings, SECRETS[0]))


def make_site():
    return Site("fastcgi", add_downloads)


@case("a download outside the caller's prefixes is refused with 403")
def _(site):
    for method in ("GET", "HEAD"):
        equal(site.request(method, "/in/a.zip", token="web").status, 302)
    refused(site, site.request("GET", "/out/a.zip", token="web"), 403, DENIED)
    equal(site.request("HEAD", "/out/a.zip", token="web").status, 403)
    # Who may have any key reaches it.
    answer = site.request("GET", "/out/a.zip", token="bulk")
    equal(answer.status, 302)
    need("/portal-downloads/private/a.zip?" in answer.headers["Location"],
         answer.headers["Location"])


@case("of a path inside another the longest counts, not what may more")
def _(site):
    equal(site.request("GET", "/in/outer.zip", token="web").status, 302)
    answer = site.request("GET", "/in/out/a.zip", token="web")
    equal(answer.status, 403, "public/out/a.zip would have been allowed")
    answer = site.request("GET", "/in/out/a.zip", token="bulk")
    need("/portal-downloads/private/a.zip?" in answer.headers["Location"],
         answer.headers["Location"])


@case("a path with a blank or a letter of Unicode is compared decoded")
def _(site):
    for path, key in (("/my%20files/a%20b", "public/mine/a%20b"),
                      ("/m%79%20file%73/a", "public/mine/a"),
                      ("/%C3%BCber/a", "public/about/a"),
                      ("/%c3%bcber/a", "public/about/a")):
        answer = site.request("GET", path, token="web")
        equal(answer.status, 302, path)
        need(f"/portal-downloads/{key}?" in answer.headers["Location"],
             answer.headers["Location"])
    for path in ("/my%2520files/a", "/my+files/a", "/u%CC%88ber/a",
                 "/My%20files/a"):
        equal(site.request("GET", path, token="web").status, 404, path)


@case("mintage check says that nobody reaches it")
def _(site):
    with tempfile.TemporaryDirectory(prefix="mintage-") as folder:
        for name in ("keys", "log"):
            os.mkdir(os.path.join(folder, name))
        settings = Settings(folder)
        for name in ("bulk", "chief"):
            del settings.sections["caller " + name]
        add_downloads(settings)
        settings.write()
        done = subprocess.run(
            [MINTAGE, "check", "--config", settings.path], check=False,
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
            stderr=subprocess.PIPE, timeout=60, env=site.environment())
    said = done.stderr.decode()
    equal(done.returncode, 0, said)
    need("warning: [caller web] reaches nothing in [download out], nor does "
         "any other: none of its 'prefixes' is within 'private/'" in said,
         said)
    need("[download in]" not in said, said)


@case("a service that only has open downloads is well")
def _(_site):
    with tempfile.TemporaryDirectory(prefix="mintage-") as folder:
        for name in ("keys", "log"):
            os.mkdir(os.path.join(folder, name))
        settings = Settings(folder)
        for name in [name for name in settings.sections
                     if name.startswith("caller ")]:
            del settings.sections[name]
        for add, status in ((add_downloads, b"503"), (add_links, b"200")):
            add(settings)
            settings.write()
            with wire.Process([RESPONDER, "--config=" + settings.path],
                              folder) as process:
                with process.connect() as connection:
                    connection.ask(wire.environment("GET", "/healthz"))
                    answer = connection.read()
            equal(answer.split()[1], status, answer)


def link(word, key):
    expires = str(int(time.time()) + 600)
    code = hmac.new(word.encode(), f"/{key}\n{expires}".encode(),
                    hashlib.sha256).digest()
    return (f"/links/{key}", "expires=" + expires + "&signature="
            + base64.urlsafe_b64encode(code).decode().rstrip("="))


@case("a secret of links that was changed counts from SIGHUP on")
def _(_site):
    with tempfile.TemporaryDirectory(prefix="mintage-") as folder:
        for name in ("keys", "log"):
            os.mkdir(os.path.join(folder, name))
        settings = Settings(folder)
        settings.sections["mintage"]["require-https"] = "no"
        add_links(settings)
        settings.write()
        with wire.Process([RESPONDER, "--config=" + settings.path],
                          folder) as process:
            def statuses():
                found = []
                for word in SECRETS:
                    path, query = link(word, "a.zip")
                    with process.connect() as connection:
                        connection.ask(wire.environment("GET", path,
                                                        query=query))
                        head = connection.read().split(b"\r\n")[0]
                    found.append(int(head.split()[1]))
                return found
            equal(statuses(), [302, 403])
            path = write_secret(settings, SECRETS[1])
            equal(statuses(), [302, 403], "nobody asked to load it")
            process.send_signal(signal.SIGHUP)
            until(lambda: "loaded anew" in process.errors, "it is loaded")
            equal(statuses(), [403, 302])
            # One that can't be used leaves the old one in force.
            os.chmod(path, 0o644)
            process.send_signal(signal.SIGHUP)
            until(lambda: "stays in force" in process.errors, "it is said")
            need("link.secret: mode 0644" in process.errors, process.errors)
            equal(statuses(), [403, 302])
            need(not [word for word in SECRETS if word in process.errors],
                 process.errors)


if __name__ == "__main__":
    main(make_site)
