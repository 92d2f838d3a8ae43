#!/usr/bin/python3
"""Programs in Python (requests, urllib) and Node.js (fetch) follow links below
/files/, /people/ and /token/."""
import base64
import json
import os
import sys
import urllib.error
import urllib.request

sys.path.insert(1, sys.path[0] + "/../lib")
from harness import equal, main, need
from portal import SMALL, USER, Portal, line, manual_says, run, same

FETCH = os.path.join(os.path.dirname(os.path.abspath(__file__)), "client.mjs")
ABSENT = "requests is not installed (Debian: python3-requests)"

try:
    import requests
except ImportError:
    requests = None


def bearer(portal):
    return "Bearer " + portal.settings.tokens["web"]


# requests --------------------------------------------------------------------

def request(method, url, **options):
    need(requests, ABSENT)
    with requests.Session() as session:
        session.trust_env = False
        session.max_redirects = 3
        return session.request(method, url, timeout=60,
                               allow_redirects=True, **options)


@line("requests.get", "the whole file")
def _(portal):
    answer = request("GET", portal.url("files", "small.bin"))
    equal(answer.status_code, 200)
    same(answer.content, SMALL)
    portal.asked("GET")


@line("requests.head", "the headers, by a HEAD signed for HEAD",
      cell=("requests", "HEAD"))
def _(portal):
    answer = request("HEAD", portal.url("files", "small.bin"))
    equal((answer.status_code, answer.headers["Content-Length"]),
          (200, str(len(SMALL))))
    portal.asked("HEAD")


@line("requests.get, Range", "a part")
def _(portal):
    answer = request("GET", portal.url("files", "small.bin"),
                     headers={"Range": "bytes=100-199"})
    equal((answer.status_code, answer.content), (206, SMALL[100:200]))
    portal.asked("GET", 206)


@line("requests.get, auth", "a login that R2 does not get",
      cell=("requests", "login"))
def _(portal):
    answer = request("GET", portal.url("people", "small.bin"), auth=USER)
    same(answer.content, SMALL)
    portal.asked("GET")


@line("requests.get, Authorization", "a token that R2 does not get",
      cell=("requests", "token"))
def _(portal):
    answer = request("GET", portal.url("token", "small.bin"),
                     headers={"Authorization": bearer(portal)})
    same(answer.content, SMALL)
    portal.asked("GET")


# urllib ----------------------------------------------------------------------

def open_url(url, *handlers, method="GET", headers=()):
    """What urllib makes of it: (status, headers, body)."""
    asked = urllib.request.Request(url, method=method, headers=dict(headers))
    opener = urllib.request.build_opener(
        urllib.request.ProxyHandler({}), *handlers)
    try:
        with opener.open(asked, timeout=60) as answer:
            return answer.status, answer.headers, answer.read()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.headers, error.read()


@line("urllib", "the whole file")
def _(portal):
    status, _, body = open_url(portal.url("files", "small.bin"))
    equal(status, 200)
    same(body, SMALL)
    portal.asked("GET")


@line("urllib, HEAD", "403, where urllib makes a GET of the HEAD redirected")
def _(portal):
    status, headers, _ = open_url(portal.url("files", "small.bin"),
                                  method="HEAD")
    equal(portal.redirects(), [("HEAD", "public/small.bin")])
    if portal.came()[0].method == "GET":        # before Python 3.13
        equal(status, 403)
        portal.asked("GET", 403)
        manual_says(portal, "urllib", "HEAD")
    else:
        equal((status, headers["Content-Length"]), (200, str(len(SMALL))))
        portal.asked("HEAD")


@line("urllib, HEAD, a handler", "the headers, by HEAD: the remedy")
def _(portal):
    class Same(urllib.request.HTTPRedirectHandler):
        def redirect_request(self, req, fp, code, msg, headers, newurl):
            new = super().redirect_request(req, fp, code, msg, headers,
                                           newurl)
            new.method = req.get_method()
            return new

    status, headers, _ = open_url(portal.url("files", "small.bin"), Same(),
                                  method="HEAD")
    equal((status, headers["Content-Length"]), (200, str(len(SMALL))))
    portal.asked("HEAD")


@line("urllib, Authorization", "R2's 400, because it sends the header to "
      "every host",
      cell=("urllib", "token"))
def _(portal):
    status, _, body = open_url(portal.url("token", "small.bin"),
                               headers={"Authorization": bearer(portal)})
    equal(status, 400)
    need(b"InvalidArgument" in body, body)
    portal.forwarded()


@line("urllib, HTTPBasicAuthHandler", "a login that R2 does not get: the "
      "remedy",
      cell=("urllib", "login"))
def _(portal):
    passwords = urllib.request.HTTPPasswordMgrWithDefaultRealm()
    passwords.add_password(None, portal.url("people", ""), *USER)
    status, _, body = open_url(
        portal.url("people", "small.bin"),
        urllib.request.HTTPBasicAuthHandler(passwords))
    equal(status, 200)
    same(body, SMALL)
    portal.asked("GET")


@line("urllib, unredirected", "a token that R2 does not get: the remedy")
def _(portal):
    asked = urllib.request.Request(portal.url("token", "small.bin"))
    asked.add_unredirected_header("Authorization", bearer(portal))
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with opener.open(asked, timeout=60) as answer:
        same(answer.read(), SMALL)
    portal.asked("GET")


# Node.js ---------------------------------------------------------------------

def fetch(portal, method, url, *headers):
    out, _ = run(["node", FETCH, method, url, *headers], portal.place())
    answer = json.loads(out)
    answer["body"] = base64.b64decode(answer["body"])
    return answer


@line("Node fetch", "the whole file")
def _(portal):
    answer = fetch(portal, "GET", portal.url("files", "small.bin"))
    equal((answer["status"], answer["redirected"]), (200, True))
    same(answer["body"], SMALL)
    portal.asked("GET")


@line("Node fetch, HEAD", "the headers, by a HEAD signed for HEAD",
      cell=("fetch", "HEAD"))
def _(portal):
    answer = fetch(portal, "HEAD", portal.url("files", "small.bin"))
    equal((answer["status"], answer["length"]), (200, str(len(SMALL))))
    portal.asked("HEAD")


@line("Node fetch, Range", "a part")
def _(portal):
    answer = fetch(portal, "GET", portal.url("files", "small.bin"),
                   "Range", "bytes=100-199")
    equal((answer["status"], answer["body"]), (206, SMALL[100:200]))
    portal.asked("GET", 206)


def fetch_with(portal, section, header):
    answer = fetch(portal, "GET", portal.url(section, "small.bin"),
                   "Authorization", header)
    equal(answer["status"], 200)
    same(answer["body"], SMALL)
    portal.asked("GET")


@line("Node fetch, Basic", "a login that R2 does not get",
      cell=("fetch", "login"))
def _(portal):
    basic = base64.b64encode(":".join(USER).encode()).decode()
    fetch_with(portal, "people", "Basic " + basic)


@line("Node fetch, Bearer", "a token that R2 does not get",
      cell=("fetch", "token"))
def _(portal):
    fetch_with(portal, "token", bearer(portal))


if __name__ == "__main__":
    main(Portal)
