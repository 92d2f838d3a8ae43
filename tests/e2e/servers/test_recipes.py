#!/usr/bin/python3
"""The recipes of mintage-deploy(7): each configuration that it shows is sound,
and what it promises of it is so behind real servers."""
import html
import html.parser
import os
import re
import shutil
import subprocess
import sys
import tempfile
import urllib.parse

sys.path.insert(1, sys.path[0] + "/../lib")
import manual
import servers
from asking import basic
from harness import (ACCOUNT, MINTAGE, PORTAL, Settings, case, equal, main,
                     need)
from matrix import ENDPOINT, endpoint_for
from publishing import BUCKET, ask, follow

TEXT = b"0123456789"


def secret_of(folder, path):
    """A file with a secret, in place of one in /etc/mintage."""
    found = os.path.join(folder, "keys", os.path.basename(path))
    with open(os.open(found, os.O_WRONLY | os.O_CREAT, 0o600), "w") as f:
        f.write("a secret\n")
    return found


def take(settings, sections):
    """Put sections of the manual into a configuration, of which only what
    belongs to one account and parent stays."""
    for name in ("account europe", "parent berlin", "parent archive",
                 "caller admin", "caller bulk", "caller office"):
        settings.sections.pop(name, None)
    for name, keys in sections.items():
        keys = {key: secret_of(settings.folder, value)
                if key.endswith("-file") else value
                for key, value in keys.items()}
        settings.sections.setdefault(name, {}).update(keys)


@case("every configuration that the manual shows is sound")
def _():
    shown = manual.configurations()
    need(len(shown) >= 10, f"{len(shown)} configurations")
    for sections in shown:
        with tempfile.TemporaryDirectory() as folder:
            for name in ("keys", "log"):
                os.mkdir(os.path.join(folder, name))
            settings = Settings(folder)
            take(settings, sections)
            settings.write()
            done = subprocess.run([MINTAGE, "check", "--config",
                                   settings.path], stdout=subprocess.PIPE,
                                  stderr=subprocess.STDOUT, check=False)
            equal((done.returncode, list(sections)), (0, list(sections)),
                  done.stdout.decode())


class Nginx(servers.Nginx):
    """With the sections that are below /files/, and the people's."""

    def configure(self, addresses):
        for title in ("FILES IN A PAGE", "Files for people who sign in",
                      "\\&An apt repository", "A podcast feed"):
            take(self.settings, manual.configurations(title)[0])
        self.settings.write()
        super().configure(addresses)


def address(server, path, method="GET"):
    """The fields in the query of the address that `path` leads to."""
    status, head, body = ask(server, path, method)
    equal(status, 302, f"{path}: {body!r}")
    return dict(urllib.parse.parse_qsl(
        urllib.parse.urlsplit(head["Location"]).query))


@case("sections below /files/: the longest path counts")
def _():
    with Nginx(ENDPOINT.url) as server:
        endpoint_for(server)
        for link, key, ttl in (
                ("2026/a.zip", "public/2026/a.zip", 3600),
                ("debian/dists/stable/InRelease",
                 "debian/dists/stable/InRelease", 900),
                ("debian/pool/main/x_1%2b2~3_all.deb",
                 "debian/pool/main/x_1+2~3_all.deb", 900),
                ("podcast/001.mp3", "podcast/001.mp3", 43200)):
            ENDPOINT.put(BUCKET, key, key.encode())
            equal(follow(server, "/files/" + link)[::2], (200, key.encode()))
            equal(address(server, "/files/" + link)["X-Amz-Expires"],
                  str(ttl), link)


@case("apt's line and the podcast's enclosure lead to the sections")
def _():
    words = manual.line("deb [signed-by").split()
    episode = html.unescape(re.search('url="([^"]*)"',
                                      manual.line("<enclosure"))[1])
    with Nginx(ENDPOINT.url) as server:
        endpoint_for(server)
        place = urllib.parse.urlsplit(words[2]).path
        key = f"debian/dists/{words[3]}/Release"
        ENDPOINT.put(BUCKET, key, TEXT)
        equal(follow(server, f"{place}/dists/{words[3]}/Release")[::2],
              (200, TEXT))
        ENDPOINT.put(BUCKET, "podcast/001.mp3", TEXT,
                     {"content-type": "audio/mpeg"})
        link = urllib.parse.urlsplit(episode).path
        status, head, body = follow(server, link, "HEAD")
        equal((status, head["Content-Length"], head["Content-Type"], body),
              (200, "10", "audio/mpeg", b""))
        status, head, body = follow(server, link, Range="bytes=8-")
        equal((status, body, head["Content-Disposition"]),
              (206, b"89", "inline"))


@case("people who sign in get files of their own, and nobody else's")
def _():
    link, = re.findall("<a href=\"(/mint-login[^\"]*)\">",
                       manual.plain(manual.text()))
    with Nginx(ENDPOINT.url) as server:
        endpoint_for(server)
        for user in ("ann", "chief"):
            ENDPOINT.put(BUCKET, f"users/{user}/plan.pdf", user.encode())
        equal(follow_as(server, link, "ann"), (200, b"ann"))
        equal(follow_as(server, link, "chief"), (200, b"chief"))
        equal(ask(server, link)[0], 401)
        equal(ask(server, link.replace("/mint-login", "/mint"))[0], 401)


def follow_as(server, link, user):
    """What R2 answers at the address; the password is for our server."""
    status, head, body = ask(server, link, **basic(user))
    equal(status, 302, f"{link}: {body!r}")
    url = urllib.parse.urlsplit(head["Location"])
    return ask(server, f"{url.path}?{url.query}", host=url.netloc)[::2]


# Apache ----------------------------------------------------------------------

class WordPress(servers.SharedCgi):
    """The blog's .htaccess: the recipe's lines, then those of the blog."""

    def configure(self, addresses):
        take(self.settings, manual.configurations("WordPress")[0])
        self.settings.write()
        super().configure(addresses)

    def site(self, addresses):
        made = super().site(addresses)
        _, lines = manual.blocks("WordPress")
        path = self.at("www", ".htaccess")
        with open(path, encoding="utf-8") as f:
            blog = f.read().split("RewriteRule ^files/")[1].split("\n", 1)[1]
        self.write("www/.htaccess", lines + blog)
        return made


@case("WordPress: what is on the machine is served there, the rest is in R2")
def _():
    with WordPress(ENDPOINT.url) as server:
        endpoint_for(server)
        os.makedirs(server.at("www", "wp-content", "uploads", "2026"))
        server.write("www/wp-content/uploads/2026/new.txt", "a new upload\n")
        server.give_away()
        place = "/wp-content/uploads/2026/"
        for link, key in (("old.mp4", "old.mp4"),
                          ("K%C3%A4se%20100%25.pdf", "Käse 100%.pdf"),
                          ("a%23b%3F.txt", "a#b?.txt")):
            ENDPOINT.put(BUCKET, "wp/2026/" + key, key.encode())
            equal(follow(server, place + link)[::2], (200, key.encode()))
        equal(ask(server, place + "new.txt")[::2], (200, b"a new upload\n"))
        # The blog has its other paths.
        equal(ask(server, "/2026/07/a-post/")[2], b"the other application\n")


class Indexed(servers.ApacheFcgid):
    modules = servers.ApacheFcgid.modules + ["autoindex", "dir"]

    def module_settings(self):
        return super().module_settings() + "AddType text/html .html\n"


class Links(html.parser.HTMLParser):
    """{address: text} of all links of a page."""

    def __init__(self, text):
        super().__init__()
        self.found, self.link = {}, None
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.link = dict(attrs).get("href") if tag == "a" else None

    def handle_data(self, data):
        if self.link:
            self.found[self.link] = data
            self.link = None


def make_list(server, code):
    """Run the manual's command, with a remote r2 as its user has one."""
    done = subprocess.run(
        ["sh", "-c", code], cwd=server.at("www", "list"), env=dict(
            os.environ, RCLONE_CONFIG=os.devnull, RCLONE_CONFIG_R2_TYPE="s3",
            RCLONE_CONFIG_R2_PROVIDER="Other",
            RCLONE_CONFIG_R2_ACCESS_KEY_ID=PORTAL,
            RCLONE_CONFIG_R2_SECRET_ACCESS_KEY=ENDPOINT.parents[PORTAL][
                "secret"],
            RCLONE_CONFIG_R2_REGION="auto",
            RCLONE_CONFIG_R2_ENDPOINT=ENDPOINT.url),
        stderr=subprocess.PIPE, check=False)
    equal((done.returncode, done.stderr), (0, b""))


@case("directory pages: the list below Apache's own opens each file")
def _():
    for program in ("rclone", "jq"):
        need(shutil.which(program), f"{program} is not installed")
    code, settings = manual.blocks("Apache directory pages")
    with Indexed(ENDPOINT.url) as server:
        endpoint_for(server)
        os.mkdir(server.at("www", "list"))
        server.write("www/list/.htaccess", settings)
        server.write("www/list/here.txt", "a file of this machine\n")
        keys = ["2026/a.zip", "K\u00e4se & 1 <b>.pdf", "50%.txt", "q?#+'.txt"]
        for key in ENDPOINT.store.bucket(BUCKET).copy():
            ENDPOINT.store.delete(BUCKET, key)
        for key in keys:
            ENDPOINT.put(BUCKET, "public/" + key, key.encode())
        ENDPOINT.put(BUCKET, "secret.txt", TEXT)
        make_list(server, code)
        server.give_away()
        found = Links(ask(server, "/list/")[2].decode()).found
        need("here.txt" in found and "README.html" not in found, str(found))
        ours = {link: text for link, text in found.items()
                if link.startswith("/files/")}
        equal(sorted(ours.values()), sorted(keys))
        for link, text in ours.items():
            equal(follow(server, link)[::2], (200, text.encode()), link)


# fill.sh ---------------------------------------------------------------------

@case("fill.sh puts another path in place of /files/ in each file")
def _():
    change, = re.findall(r"(/files/=\S+)", manual.line("fill.sh nginx.conf "
                                                       "/files/"))
    for name in ("apache-fcgid.conf", "apache-cgid.conf", "nginx.conf",
                 "apache-proxy-fcgi.conf", "apache-balancer.conf",
                 "lighttpd-fastcgi.conf", "lighttpd-cgi.conf", "haproxy.cfg"):
        done = subprocess.run(
            ["sh", os.path.join(servers.DEPLOY, "fill.sh"),
             os.path.join(servers.DEPLOY, name), change],
            stdout=subprocess.PIPE, check=True)
        lines = [line for line in done.stdout.decode().splitlines()
                 if not line.lstrip().startswith("#")]
        need(any("/dl/" in line for line in lines), name)
        equal([line for line in lines if re.search("[/^]files", line)], [],
              name)


if __name__ == "__main__":
    ENDPOINT.start()
    try:
        main()
    finally:
        ENDPOINT.stop()
