"""What the suites of shares have in common: a Site with shares-dir, and how
shares are made and opened."""
import http.client
import os
import subprocess
import urllib.parse

from harness import ACCOUNT, PORTAL, RESPONDER, Answer, Site, equal, need
import r2
import wire

ENDPOINT = r2.R2({})
BUCKET = "portal-downloads"
PUBLIC = "https://mint.example/people"
BROWSER = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}


def change(settings):
    for name in ("shares", "state"):
        path = os.path.join(settings.folder, name)
        os.mkdir(path, 0o700)
        settings.sections["mintage"][name + "-dir"] = path
    settings.sections["mintage"]["public-url"] = PUBLIC
    for name in ("web", "bulk", "office"):
        settings.sections["caller " + name]["max-link-age"] = "60d"


def make_site(how="fastcgi", processes=2):
    site = Site(how, change, endpoint=ENDPOINT.url, processes=processes)
    site.shares = os.path.join(site.folder, "shares")
    ENDPOINT.parents[PORTAL] = {
        "secret": site.settings.secrets[PORTAL], "account": ACCOUNT,
        "permission": "object-read-write",
        "buckets": [BUCKET, "portal-uploads", "shared"]}
    if ENDPOINT.thread is None:
        ENDPOINT.start()
    return site


def put(*keys):
    """Put objects of these keys into the bucket. Returns {key: its bytes}."""
    texts = {key: f"the text of {key}\n".encode() for key in keys}
    for key, text in texts.items():
        ENDPOINT.put(BUCKET, key, text)
    return texts


def make(site, token="web", **fields):
    """Make a share. Returns the result: id, url, expiresAt and count."""
    fields.setdefault("bucket", BUCKET)
    return site.request("POST", "/shares", token=token, json=fields).result


def path_of(url):
    """The part of an address of this service behind public-url."""
    need(url.startswith(PUBLIC + "/"), url)
    return url[len(PUBLIC):]


def ask(site, url, method="GET", agent="curl/8", address="127.0.0.1",
        **headers):
    """Ask for an address of this service through the web server."""
    connection = http.client.HTTPConnection(
        "127.0.0.1", site.port, timeout=100, source_address=(address, 0))
    try:
        connection.request(method, site.mount + path_of(url),
                           headers={"User-Agent": agent, **headers})
        response = connection.getresponse()
        return Answer(response.status, response.msg, response.read())
    finally:
        connection.close()


def alone(site, url, system=None, **more):
    """Ask for an address of this service from a plain CGI process, which reads
    the configuration as it is now. `system` is an environment that lets calls
    fail or moves the clock."""
    target = path_of(url)
    path, _, query = target.partition("?")
    values = wire.environment("GET", urllib.parse.unquote(path), query=query,
                              content_type=None, REQUEST_URI="/mint" + target,
                              **more)
    done = subprocess.run(
        [RESPONDER, "--config=" + site.settings.path],
        env={**(system or site.environment()), **values},
        stdin=subprocess.DEVNULL, capture_output=True, check=False)
    equal(done.returncode, 0, done.stderr.decode())
    return wire.parse(done.stdout)


def opened(site, url, **more):
    """Open a share as a program does. Returns the result."""
    return ask(site, url, Accept="application/json", **more).result


def download(site, url, **more):
    """Follow the redirect as clients do. Returns the status and the bytes."""
    answer = ask(site, url, **more)
    if answer.status != 302:
        return answer.status, answer.body
    target = urllib.parse.urlsplit(answer.headers["Location"])
    connection = http.client.HTTPConnection(target.netloc, timeout=100)
    try:
        connection.request(more.get("method", "GET"),
                           f"{target.path}?{target.query}")
        response = connection.getresponse()
        return response.status, response.read()
    finally:
        connection.close()
