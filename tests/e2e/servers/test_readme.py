#!/usr/bin/python3
"""The README's first example: from its configuration, its lines for the web
server and its page to the object in R2."""
import contextlib
import html.parser
import os
import re
import subprocess
import sys

sys.path.insert(1, sys.path[0] + "/../lib")
import servers
from harness import (ACCOUNT, MINTAGE, PORTAL, SRC, case, equal, main, need,
                     until)
from matrix import ENDPOINT, endpoint_for
from publishing import ask, follow

LIGHTTPD = """
server.bind = "127.0.0.1"
server.port = {port}
server.document-root = "{folder}/www"
server.errorlog = "{folder}/log/error.log"
index-file.names = ( "index.html" )
"""
SAMPLE_ACCOUNT = "023e105f4ecef8ad9ca31a8372d0c353"
SAMPLE_KEY = "b2f1a3c4d5e6f708192a3b4c5d6e7f80"
TEXT = b"text of the report"


def section():
    with open(os.path.join(SRC, "README.md"), encoding="utf-8") as f:
        return f.read().split("\n## ")[1]


def example(language):
    """The one block of the section in that language."""
    text, = re.findall(rf"^```{language}\n(.*?)^```$", section(), re.M | re.S)
    return text


def command(word):
    """The command of the section with this word in it."""
    text, = [line for line in re.findall("^    (.*)$", section(), re.M)
             if word in line]
    return text


def replaced(text, **places):
    """`text` with other paths and names; each must be in it."""
    for old, new in places.items():
        need(old in text, f"{old} is not in {text}")
        text = text.replace(old, new)
    return text


class Readme(servers.Server):
    """What is set up in the order of the README. The package has the folders,
    the user and the responders; here they are of the tests."""
    name = "the README's"
    members = 1

    def configure(self, addresses):
        secret = self.settings.secrets[PORTAL]
        subprocess.run(["sh", "-c", replaced(command("/dev/stdin"), **{
            "-g mintage": "", "/etc/mintage": self.at("keys")})],
            input=secret.encode() + b"\n", check=True)
        self.write("mintage.conf", replaced(example("ini"), **{
            "/var/log/mintage": self.at("log"),
            "/etc/mintage": self.at("keys"), SAMPLE_KEY: PORTAL,
            # R2 itself is the one thing that no test can have.
            "id = " + SAMPLE_ACCOUNT:
            f"id = {ACCOUNT}\nendpoint = {ENDPOINT.url}"}), 0o600)
        self.write("www/index.html", example("html"))
        self.write("server.conf", LIGHTTPD.format(
            folder=self.folder, port=self.port)
            + replaced(example("lighttpd"), **{
                "/run/mintage/mintage.sock": addresses[0]}))

    def command(self):
        return (servers.program("lighttpd"), "-D", "-f",
                self.at("server.conf"))

    def answers(self):
        def known():
            with contextlib.suppress(OSError):
                return ask(self, "/")[0]
            return self.main.poll()
        until(lambda: known() is not None, "lighttpd answers or ends")
        return self.main.poll() is None


class Links(html.parser.HTMLParser):
    """The addresses of all links of a page."""

    def __init__(self, text):
        super().__init__()
        self.found = []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.found += [value for name, value in attrs if name == "href"]


@case("the link in the page opens the object, also by HEAD and in part")
def _():
    with Readme(ENDPOINT.url) as server:
        endpoint_for(server)
        ENDPOINT.put("portal-downloads", "public/report.pdf", TEXT)
        link, = Links(ask(server, "/")[2].decode()).found
        equal(follow(server, link)[::2], (200, TEXT))
        equal(follow(server, link, "HEAD")[::2], (200, b""))
        equal(follow(server, link, Range="bytes=5-6")[::2], (206, b"of"))
        equal(ask(server, "/files/")[0], 404)
        line = server.audit_lines()[0]
        equal((line["event"], line["key"]), ("redirect", "public/report.pdf"))
        server.check_files()


@case("the configuration is sound as it stands")
def _():
    with Readme(ENDPOINT.url) as server:
        done = subprocess.run(
            [MINTAGE, "check", "--config", server.at("mintage.conf")],
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)
        equal(done.returncode, 0, done.stdout.decode())


def shipped(name):
    with open(os.path.join(SRC, "cgi", "deploy", name), encoding="utf-8") as f:
        return f.read()


@case("the lines for lighttpd are those of the file that the package enables")
def _():
    """But for bin-path and max-procs, which the package takes out."""
    words = example("lighttpd").split('{', 1)[1].replace(",", "").split()
    block = shipped("lighttpd-fastcgi.conf").split('"^/files/" {')[1]
    lines = [line for line in block.replace(
        "/run/lighttpd/mintage-files.sock", "/run/mintage/mintage.sock")
        .replace(",", "").split("\n")
        if not re.search('#|"bin-path"|"max-procs"', line)]
    equal(words, "\n".join(lines).split())


@case("its commands are those that make check-deb runs in a bare Debian")
def _():
    told = shipped("debian/mintage.README.Debian")
    for word in ("/dev/stdin", "lighty-enable-mod", "systemctl reload mintage"):
        text = command(word).split("  ")[0]
        need(text in told, f"{text!r} is not in README.Debian")


if __name__ == "__main__":
    ENDPOINT.start()
    try:
        main()
    finally:
        ENDPOINT.stop()
