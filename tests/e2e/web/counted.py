"""A [download] whose links are counted, its links, and who uses them."""
import base64
import concurrent.futures
import hashlib
import hmac
import http.client
import itertools
import os
import secrets
import threading
import time

import wire
from harness import Answer, Site

CLIENTS = 50
NUMBERS = itertools.count(1)


class Counted(Site):
    """A site with the sections [download files] at /get/ and [download more]
    at /more/, three downloads a link."""

    def __init__(self, how="fastcgi", processes=8):
        self.word = secrets.token_hex(32)
        super().__init__(how, self.open_downloads, processes=processes)

    def open_downloads(self, settings):
        self.state = os.path.join(self.folder, "state")
        os.mkdir(self.state, 0o700)
        settings.sections["mintage"]["state-dir"] = self.state
        path = os.path.join(self.folder, "keys", "link.secret")
        with open(os.open(path, os.O_WRONLY | os.O_CREAT, 0o600), "w") as file:
            file.write(self.word + "\n")
        for name, start in (("files", "/get/"), ("more", "/more/")):
            settings.add(
                "download " + name, path=start, account="main",
                bucket="portal-downloads",
                prefix="public/", parent="portal", open_to="link",
                link="signed secure-link secdownload-hmac-sha256",
                link_secret_file=path, link_timeout="1h", max_downloads="3")

    # Links, as others make them

    def signed(self, key=None, expires=None, start="/get/"):
        key = key or new_key()
        expires = expires or int(time.time()) + 86400
        code = hmac.digest(self.word.encode(), f"/{key}\n{expires}".encode(),
                           "sha256")
        text = base64.urlsafe_b64encode(code).decode().rstrip("=")
        return f"{start}{key}?expires={expires}&signature={text}"

    def secure(self, key=None):
        """nginx's, which never expires."""
        key = key or new_key()
        code = hashlib.md5((key + self.word).encode()).hexdigest()
        return f"/get/{code}/{key}"

    def secdownload(self, issued, key=None):
        """lighttpd's, which has the time of its issue."""
        rest = f"/{issued:08x}/{key or new_key()}"
        code = hmac.digest(self.word.encode(), rest.encode(), "sha256")
        text = base64.urlsafe_b64encode(code).decode().rstrip("=")
        return f"/get/{text}{rest}"

    # Asking, through the web server

    def ask(self, link, agent="curl/8", address="127.0.0.1", method="GET",
            **headers):
        connection = http.client.HTTPConnection(
            "127.0.0.1", self.port, timeout=100, source_address=(address, 0))
        try:
            connection.request(method, self.mount + link,
                               headers={"User-Agent": agent, **headers})
            response = connection.getresponse()
            return Answer(response.status, response.msg, response.read())
        finally:
            connection.close()

    def redirects(self, key):
        return [line for line in self.audit_lines()
                if line["event"] == "redirect"
                and line["key"] == "public/" + key]


def new_key():
    return f"file-{next(NUMBERS)}"


def key_of(link):
    return link.partition("?")[0].rpartition("/")[2]


def values(link, agent="curl/8", remote="127.0.0.1", method="GET", **more):
    """The variables of a request for a link."""
    path, _, asked = link.partition("?")
    return wire.environment(method, path, query=asked, remote=remote,
                            content_type=None, HTTP_USER_AGENT=agent, **more)


def at_once(functions):
    """Call all of them at one moment, each in a thread, and give what they
    return."""
    gate = threading.Barrier(len(functions))

    def run(function):
        gate.wait()
        return function()
    with concurrent.futures.ThreadPoolExecutor(len(functions)) as pool:
        return list(pool.map(run, functions))
