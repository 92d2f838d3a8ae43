#!/usr/bin/python3
"""Links of mod_secdownload, secure_link, mod_auth_token and Bunny go on
working: the examples of mintage-deploy(7), run as they stand there. The
application's own code makes the links, and so does Python, by each module's
formula."""
import base64
import hashlib
import hmac
import os
import re
import shutil
import subprocess
import sys
import time
import urllib.parse

sys.path.insert(1, sys.path[0] + "/../lib")
import manual
import servers
from harness import case, equal, free_port, main, need, until
from matrix import ENDPOINT, endpoint_for
from publishing import BUCKET, ask, follow

SECRET = "a secret"
FILE = "2026/report 1.pdf"
TEXT = b"text of the report"


class Linked:
    """A server whose configuration has the section of one example."""

    def __init__(self, title):
        sections, = manual.configurations(title)
        (self.section, self.keys), = sections.items()
        super().__init__(ENDPOINT.url)

    def configure(self, addresses):
        path = self.at("keys", "links.secret")
        with open(os.open(path, os.O_WRONLY | os.O_CREAT, 0o600), "w") as f:
            f.write(SECRET + "\n")
        self.settings.sections[self.section] = {
            "account": "main", **self.keys, "link-secret-file": path}
        self.settings.write()
        super().configure(addresses)


class Successor(Linked, servers.LighttpdFastcgi):
    """lighttpd with its file of cgi/deploy, in which fill.sh replaced /files/
    as the manual says."""

    def more(self):
        return {**super().more(), "/files/": self.keys["path"]}


def run(code, file):
    """The link that link_to(file) of an example makes."""
    command = (["php", "-r", code[5:] + " echo link_to($argv[1]);", "--",
                file] if code.startswith("<?php") else
               ["sh", "-c", code + '\nlink_to "$1"', "sh", file])
    need(shutil.which(command[0]), f"{command[0]} is not installed")
    done = subprocess.run(command, stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE, check=True)
    equal(done.stderr, b"")
    return done.stdout.decode().rstrip("\n")


def encoded(link):
    """As a browser sends what the application wrote into the page."""
    path, mark, query = link.partition("?")
    return urllib.parse.quote(path) + mark + query


def b64(digest):
    return base64.urlsafe_b64encode(digest).decode().rstrip("=")


def md5(text):
    return hashlib.md5(text.encode()).hexdigest()


# The formulas, as each module's documentation has them: link(file, second).

def secdownload(file, second):
    stamp = f"{second:08x}"
    return f"/dl/{md5(f'{SECRET}/{file}{stamp}')}/{stamp}/{file}"


def secure_link(file, second):
    expires = second + 3600
    text = f"{expires}/video/{file} {SECRET}"
    return f"/video/{file}?md5={b64(hashlib.md5(text.encode()).digest())}" \
           f"&expires={expires}"


def auth_token(file, second):
    stamp = f"{second:x}"
    return f"/protected/{md5(f'{SECRET}/{file}{stamp}')}/{stamp}/{file}"


def bunny(file, second):
    expires = second + 3600
    mac = hmac.new(SECRET.encode(), f"/{file}{expires}".encode(), "sha256")
    return f"/{file}?token=HS256-{b64(mac.digest())}&expires={expires}"


def judge(server, formula, code):
    """Links of the application and of the formula open the file; another
    file's, and those whose time is over, do not."""
    endpoint_for(server)
    ENDPOINT.put(BUCKET, "public/" + FILE, TEXT)
    ENDPOINT.put(BUCKET, "public/other.pdf", b"another")
    now = int(time.time())
    made = run(code, FILE)
    need(re.sub("[0-9a-zA-Z_-]{8,}", "X", made)
         == re.sub("[0-9a-zA-Z_-]{8,}", "X", formula(FILE, now)),
         f"{made} is not like {formula(FILE, now)}")
    for link in (made, formula(FILE, now - 3500)):
        for method, body in (("GET", TEXT), ("HEAD", b"")):
            equal(follow(server, encoded(link), method)[::2], (200, body),
                  link)
    for link, status in ((made.replace(FILE, "other.pdf"), 403),
                         (formula(FILE, now - 3700), 410),
                         (formula(FILE, now).replace("2026/", "2026//"), 403)):
        answer = ask(server, encoded(link))
        equal((answer[0], answer[1]["Location"]), (status, None), link)
    # A folder of the section's path without a link, and the public folder.
    equal(ask(server, server.keys["path"] + "other.pdf")[0], 403)


@case("mod_secdownload: links of the page open the file in R2")
def _():
    code, old, _ = manual.blocks("From mod_secdownload")
    settings = dict(re.findall(r'^secdownload\.(\S+) = "?(.*?)"?$', old, re.M))
    with Successor("From mod_secdownload") as server:
        # The new lines say what the old ones did.
        equal((settings["secret"], settings["uri-prefix"],
               settings["timeout"] + "s"),
              (SECRET, server.keys["path"], server.keys["link-timeout"]))
        judge(server, secdownload, code)


@case("mod_secdownload: each algorithm has its kind")
def _():
    def link(name, now):
        stamp = f"{now:08x}"
        mac = hmac.new(SECRET.encode(), f"/{stamp}/{FILE}".encode(), name)
        return f"/dl/{b64(mac.digest())}/{stamp}/{FILE}"
    kinds = re.findall(r"^\.Cm (secdownload-hmac-\S+)(?: \.)?$",
                       manual.text(), re.M)
    equal(len(kinds), 2)
    for kind in kinds:
        with Successor("From mod_secdownload") as server:
            endpoint_for(server)
            ENDPOINT.put(BUCKET, "public/" + FILE, TEXT)
            good = encoded(link(kind.rpartition("-")[2], int(time.time())))
            equal(ask(server, good)[0], 403, "a link of another kind")
            server.keys["link"] = kind
            server.stop_processes()
            server.start()
            equal(follow(server, good)[::2], (200, TEXT), kind)


@case("mod_auth_token: links of the page open the file in R2")
def _():
    code, old, _ = manual.blocks("From mod_auth_token")
    settings = dict(re.findall(r'^ +AuthToken(\S+) "?(.*?)"?$', old, re.M))
    with Successor("From mod_auth_token") as server:
        equal((settings["Secret"], settings["Prefix"],
               settings["Timeout"] + "s"),
              (SECRET, server.keys["path"], server.keys["link-timeout"]))
        judge(server, auth_token, code)


# nginx -----------------------------------------------------------------------

class Before(servers.Nginx):
    """nginx with the lines that the manual shows as the old ones."""
    members = 0

    def configure(self, addresses):
        _, old, _ = manual.blocks("From secure_link")
        os.makedirs(self.at("www", "video", "2026"), exist_ok=True)
        self.write("www/video/" + FILE, TEXT.decode())
        super().configure(["/nowhere"])
        self.write("block.conf", old.replace("/srv/files", self.at("www")))

    def answers(self):
        until(lambda: os.path.exists(self.at("run", "nginx.pid"))
              or self.main.poll() is not None, "nginx starts or ends")
        return self.main.poll() is None


@case("secure_link: nginx and Mintage agree on links of the page")
def _():
    code, _, _ = manual.blocks("From secure_link")
    now = int(time.time())
    with Before() as server:
        for link, status in ((run(code, FILE), 200),
                             (secure_link(FILE, now), 200),
                             (secure_link(FILE, now - 3700), 410),
                             (secure_link("other.pdf", now).replace(
                                 "other.pdf", FILE), 403)):
            equal(ask(server, encoded(link))[0], status, link)
    with Successor("From secure_link") as server:
        judge(server, secure_link, code)


class OwnHost(Linked, servers.Nginx):
    """nginx with a server of its own for the host name of the pull zone."""

    def configure(self, addresses):
        super().configure(addresses)
        _, block, _ = manual.blocks("From Bunny")
        self.host_port = free_port()
        for old, new in (("443 ssl", f"127.0.0.1:{self.host_port}"),
                         ("/run/mintage/mintage.sock", addresses[0])):
            need(old in block, f"{old} is not in {block}")
            block = block.replace(old, new)
        with open(self.at("server.conf"), encoding="utf-8") as f:
            outside = f.read().rstrip().removesuffix("}")
        self.write("server.conf", outside + block + "}\n")


@case("Bunny: links of the page open the file in R2, on a host of their own")
def _():
    code, _, _ = manual.blocks("From Bunny")
    with OwnHost("From Bunny") as server:
        server.port = server.host_port
        judge(server, bunny, code)
        # Names that only look like more of the path are part of the key.
        for key in ("K\u00e4se 100%.pdf", "a//b?.txt"):
            ENDPOINT.put(BUCKET, "public/" + key, key.encode())
            path, _, query = bunny(key, int(time.time())).rpartition("?")
            equal(follow(server, urllib.parse.quote(path) + "?" + query)[::2],
                  (200, key.encode()), key)


if __name__ == "__main__":
    ENDPOINT.start()
    try:
        main()
    finally:
        ENDPOINT.stop()
