#!/usr/bin/python3
"""Each kind of link, made by tests/vectors/links.py for now, opens its key in a
[download] section of its own: 302, 410 when it is over, else 403."""
import os
import sys
import time
import urllib.parse

sys.path.insert(1, sys.path[0] + "/../lib")
sys.path.insert(1, sys.path[0] + "/../../vectors")
from harness import Site, case, equal, main, need
from links import KINDS, OF_ISSUE, SECRET, vector

KEYS = ["a.txt", "a%2Fb", "d//e", "a+b c", "100%", "what?#.txt", "\"it's\"",
        "\u00e1r/\u65e5\u672c.txt", "x" * 1000]
TIMEOUT = 3600
HERE, AFAR = "127.0.0.1", "203.0.113.9"


def change(settings):
    path = os.path.join(settings.folder, "keys", "link.secret")
    with open(os.open(path, os.O_WRONLY | os.O_CREAT, 0o600), "w") as f:
        f.write(SECRET + "\n")
    common = {"account": "main", "bucket": "portal-downloads",
              "prefix": "public/", "open_to": "link",
              "link_secret_file": path, "link_timeout": str(TIMEOUT)}
    for kind in KINDS:
        settings.add("download " + kind, path=f"/{kind}/", link=kind, **common)
    settings.add("download several", path="/several/", link=" ".join(KINDS),
                 **common)
    settings.sections["mintage"]["require-https"] = "no"


def ask(site, kind, link, address=HERE, section=None):
    path = f"/{section or kind}/{link['path']}"
    if link["query"] is not None:
        path += "?" + link["query"]
    # lighttpd believes what this says about the client.
    headers = {} if address == HERE else {"X-Forwarded-For": address}
    return site.request("GET", path, headers=headers)


def redirected(site, answer, key):
    """The answer leads to the key, and one line of the log says so."""
    equal(answer.status, 302)
    address = urllib.parse.urlsplit(answer.headers["Location"])
    equal(urllib.parse.unquote(address.path), "/portal-downloads/public/" + key)
    need("X-Amz-Signature=" in address.query, "it is not signed")
    line, = site.audit(answer.id, "redirect")
    equal(line["key"], "public/" + key)


def make(kind, key, away=0, **how):
    """A link of the kind, whose time is `away` seconds before its end, or
    behind it."""
    how.setdefault("address", HERE)
    when = int(time.time()) + away - (TIMEOUT if kind in OF_ISSUE else 0)
    return vector(kind, key, when, **how)


@case("a good link of each kind opens its key, and no other")
def _(site):
    for kind in KINDS:
        for key in KEYS:
            redirected(site, ask(site, kind, make(kind, key, 600)), key)
        link = make(kind, "a.txt", 600)
        for other in ("b.txt", "a.txt.gz", "d/a.txt"):
            path = link["path"].replace("a.txt", other)
            equal(ask(site, kind, {**link, "path": path}).status, 403, kind)


@case("a link that is over: 410, and 403 when its code is wrong as well")
def _(site):
    for kind in KINDS:
        if kind == "secure-link":
            continue
        link = make(kind, "a.txt", -10)
        equal(ask(site, kind, link).status, 410, kind)
        code = link["code"]
        bad = {name: text and text.replace(code, code[::-1])
               for name, text in link.items() if name in ("path", "query")}
        equal(ask(site, kind, {**link, **bad}).status, 403, kind)


@case("a link made with another secret, or without a code: 403")
def _(site):
    for kind in KINDS:
        link = make(kind, "a.txt", 600, secret=SECRET + "x")
        equal(ask(site, kind, link).status, 403, kind)
        for path in ("a.txt", link["path"].split("/")[0] or "a"):
            bare = {"path": path, "query": None}
            equal(ask(site, kind, bare).status, 403, kind)


@case("a link for one client opens nothing for another")
def _(site):
    for kind, how in (("secure-link-md5", {}), ("auth-token", {"bound": True}),
                      ("bunny", {"bound": "bytes"}),
                      ("bunny", {"bound": "text"})):
        link = make(kind, "a.txt", 600, address=AFAR, **how)
        redirected(site, ask(site, kind, link, AFAR), "a.txt")
        equal(ask(site, kind, link).status, 403, kind)
        equal(ask(site, kind, link, "203.0.113.99").status, 403, kind)


@case("where several kinds are allowed, each opens its key")
def _(site):
    for kind in KINDS:
        link = make(kind, "d/a b.txt", 600)
        redirected(site, ask(site, kind, link, section="several"),
                   "d/a b.txt")
    equal(ask(site, "", make("bunny", "a", -10), section="several").status,
          410)
    equal(ask(site, "", {"path": "a", "query": None},
              section="several").status, 403)


@case("a link to no key: 404")
def _(site):
    for kind in KINDS:
        equal(ask(site, kind, make(kind, "", 600)).status, 404, kind)
        equal(ask(site, kind, make(kind, "d/", 600)).status, 404, kind)


if __name__ == "__main__":
    main(lambda: Site("fastcgi", change))
