#!/usr/bin/python3
"""The header lines that make an answer safe in a browser: on each route, at
each status, for browsers and programs, over FastCGI and CGI."""
import contextlib
import json
import os
import re
import sys
import time

sys.path.insert(1, sys.path[0] + "/../lib")
from harness import (ACCOUNT, SRC, Answer, batch_path, case, equal, main,
                     need, single_path)
from redirecting import make_site, signed
import wire

FEATURES = ("accelerometer", "camera", "clipboard-read", "clipboard-write",
            "geolocation", "microphone", "payment", "usb")
EVERY = {"X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer"}
UNFRAMED = {**EVERY, "X-Frame-Options": "DENY",
            "Cross-Origin-Resource-Policy": "same-origin"}
WANTED = {
    "redirect": EVERY,
    "data": {**UNFRAMED, "Content-Security-Policy":
             "default-src 'none'; form-action 'none'; "
             "frame-ancestors 'none'; base-uri 'none'"},
    "page": {**UNFRAMED, "Content-Security-Policy": None,
             "Cross-Origin-Opener-Policy": "same-origin",
             "Cross-Origin-Embedder-Policy": "require-corp",
             "Permissions-Policy": None}}
# No answer has one that is not here, and none has one twice.
ALL = {name for wanted in WANTED.values() for name in wanted}

HTML = "text/html,application/xhtml+xml,*/*;q=0.8"
GOOD = {"bucket": "portal-downloads", "permission": "object-read-only",
        "objects": ["public/a"]}
LINKS = f"/accounts/{ACCOUNT}/r2/presigned-urls"
ISSUING = {single_path(): GOOD, batch_path(): GOOD,
           LINKS: {"bucket": "portal-downloads", "objects": ["public/a"]}}


def safe(answer, what):
    """Assert that an answer has exactly the lines of what it is."""
    kind = answer.headers["Content-Type"] or ""
    kind = ("redirect" if 300 <= answer.status < 400
            else "page" if kind.startswith("text/html") else "data")
    wanted = WANTED[kind]
    for name in ALL:
        found = answer.headers.get_all(name) or []
        equal(len(found), int(name in wanted), f"{what}: lines {name}")
        if wanted.get(name):
            equal(found, [wanted[name]], f"{what}: {name}")
    equal(answer.headers.get_all("Cache-Control"), ["no-store"], what)
    if kind != "page":
        return
    policy = dict(part.strip().partition(" ")[::2] for part in
                  answer.headers["Content-Security-Policy"].split(";"))
    equal(policy, {"default-src": "'none'", "script-src": "'self'",
                   "style-src": "'self' 'unsafe-inline'", "img-src": "'self'",
                   "connect-src": "'self'", "form-action": "'self'",
                   "frame-ancestors": "'none'", "base-uri": "'none'"}, what)
    unused = dict(part.strip().split("=") for part in
                  answer.headers["Permissions-Policy"].split(","))
    # Pages copy what they show.
    equal(unused.pop("clipboard-write"), "(self)", "Permissions-Policy")
    equal(set(unused.values()), {"()"}, "Permissions-Policy")
    need(set(FEATURES) - {"clipboard-write"} <= set(unused), unused)


# Each route, each status -----------------------------------------------------

def pages():
    """Requests of the routes that issue nothing: method, path, wanted status
    and more variables."""
    yield "GET", "/", 200, {}
    yield "HEAD", "/", 200, {}
    yield "POST", "/", 405, {}
    yield "GET", "/healthz", 200, {}
    yield "DELETE", "/healthz", 405, {}
    yield "GET", "/metrics", 200, {}
    yield "GET", "/metrics", 403, {"remote": "192.0.2.1"}
    yield "GET", "/metrics", 401, {"remote": "192.0.2.1", "HTTPS": "on"}
    yield "PUT", "/metrics", 405, {}
    yield "GET", "/nothing", 404, {}
    yield "GET", f"/assets/{ACCOUNT}/{ACCOUNT}", 404, {}
    yield "POST", f"/assets/{ACCOUNT}/{ACCOUNT}", 405, {}
    yield "GET", "", 200, {}


def downloads():
    yield "GET", "/open/a", 302, {}
    yield "HEAD", "/open/a", 302, {}
    yield "POST", "/open/a", 405, {}
    yield "GET", "/open/x/../a", 400, {}
    yield "GET", "/get/public/a", 401, {}
    yield "GET", "/dl/a", 403, {}
    yield "GET", "/open/", 404, {}
    path, _, query = signed("a", int(time.time()) - 9).partition("?")
    yield "GET", path, 410, {"query": query}


def issuing(site, path, fields):
    """Requests of one route that issues. The body is among the variables."""
    body = json.dumps(fields).encode()
    known = {"token": site.settings.tokens["bulk"], "body": body}
    yield "POST", path, 200, known
    yield "POST", path, 400, {**known, "body": b"{"}
    yield "POST", path, 400, {**known, "CONTENT_LENGTH": "-1"}
    yield "POST", path, 401, {"body": body}
    yield "POST", path, 401, {**known, "token": "wrong"}
    yield "POST", path, 403, {**known, "token": site.settings.tokens["drop"]}
    yield "POST", path, 403, {**known, "remote": "192.0.2.1"}
    yield "POST", path.replace(ACCOUNT, "0" * 32), 404, known
    yield "GET", path, 405, known
    yield "POST", path, 406, {**known, "HTTP_ACCEPT": "image/png"}
    yield "POST", path, 411, {**known, "CONTENT_LENGTH": None}
    yield "POST", path, 413, {**known, "CONTENT_LENGTH": "9" * 30}
    yield "POST", path, 415, {**known, "content_type": "image/png"}


def shares(site, share):
    """Requests of the routes of shares; `share` is one that is there."""
    known = {"token": site.settings.tokens["bulk"]}
    yield "GET", "/shares", 200, known
    yield "GET", "/shares", 401, {}
    yield "PUT", "/shares", 405, known
    yield "GET", "/shares", 406, {**known, "HTTP_ACCEPT": "image/png"}
    yield "DELETE", f"/shares/{ACCOUNT}", 404, known
    yield "DELETE", f"/shares/{ACCOUNT}", 401, {}
    yield "POST", f"/shares/{ACCOUNT}/revoke", 404, {**known, "body": b""}
    path = share["url"].removeprefix("https://mint.example")
    for path in path, f"/s/{ACCOUNT}":
        found = path != f"/s/{ACCOUNT}"
        yield "GET", path, 200 if found else 404, {}
        yield "GET", path + f"/{ACCOUNT}", 404, {}
        yield "GET", path + f"/{ACCOUNT}/{ACCOUNT}", 404, {}
        yield "GET", path + "/1", 302 if found else 404, {}
        yield "POST", path, 405, {}
        yield "GET", path, 403, {"remote": "192.0.2.1"}


def requests(site):
    fields = {"bucket": "portal-downloads", "objects": ["public/a"]}
    share = site.request("POST", "/shares", token="bulk", json=fields).result
    yield from shares(site, share)
    yield from issuing(site, f"/accounts/{ACCOUNT}/r2/shares", fields)
    yield from pages()
    yield from downloads()
    for path, fields in ISSUING.items():
        yield from issuing(site, path, fields)


def variables(method, path, more, accept):
    more = dict(more)
    body = more.pop("body", b"")
    values = {"length": len(body) or None, "HTTP_ACCEPT": accept, **more}
    length = more.get("CONTENT_LENGTH", "")
    values.pop("CONTENT_LENGTH", None)
    values = wire.environment(method, path, **values)
    if length is None:
        values.pop("CONTENT_LENGTH", None)
    elif length:
        values["CONTENT_LENGTH"] = length
    return values, body


def try_all(site, ask):
    """Ask everything, as a browser and as a program. Returns what was seen:
    (path, status, media type)."""
    seen = set()
    for method, path, status, more in requests(site):
        for accept in (HTML, "application/json", None):
            values, body = variables(method, path, more, accept)
            what = f"{method} {path} {status} {accept}"
            answer = ask(values, body)
            equal(answer.status, status, f"{what}: {answer.body[:200]!r}")
            safe(answer, what)
            seen.add((path, status,
                      answer.headers["Content-Type"].split(";")[0]))
    return seen


def patterns():
    """The paths of ROUTE_TABLE."""
    with open(os.path.join(SRC, "cgi/web/routes.h"), encoding="utf-8") as f:
        text = f.read()
    names = dict(re.findall(r'#define (ROUTE_[A-Z]+) (.*)', text))

    def value(word):
        return (word[1:-1] if word[0] == '"' else
                "".join(value(part) for part in names[word].split()))
    table = text[text.index("#define ROUTE_TABLE(ROW)"):]
    rows = re.findall(r'ROW\("[A-Z, ]+",\s*([^,]+),',
                      table[:table.index("/*")].replace("\\\n", " "))
    need(len(rows) >= 6, f"rows of ROUTE_TABLE: {rows}")
    return ["".join(value(word) for word in row.split()) for row in rows]


@case("FastCGI: each route at each status, for browsers and programs")
def _(site):
    with wire.Responder(site) as responder:
        seen = try_all(site, responder.ask)
    asked = {path for path, _, _ in seen}
    for pattern in patterns():
        path = pattern.replace("{}", ACCOUNT)
        need(path in asked, f"{path} was not asked")
        kinds = {kind for at, status, kind in seen if at == path}
        need("text/html" in kinds and len(kinds) > 1, f"{path}: {kinds}")
    statuses = {status for _, status, _ in seen}
    need(statuses >= {200, 302, 400, 401, 403, 404, 405, 406, 410, 411, 413,
                      415}, sorted(statuses))


@case("CGI: the same")
def _(site):
    try_all(site, lambda values, body: wire.run_cgi(site, values, body))


@case("each format of what is issued")
def _(site):
    with wire.Responder(site) as responder:
        for path, fields in ISSUING.items():
            answer = responder.ask(*variables("GET", "/", {
                "token": site.settings.tokens["bulk"]}, "application/json"))
            formats = [row["name"] for row in answer.json["formats"]]
            need("html" in formats and len(formats) > 10, formats)
            count = 0
            for name in formats:
                answer = responder.ask(*variables("POST", path, {
                    "token": site.settings.tokens["bulk"],
                    "body": json.dumps({**fields, "format": name}).encode()},
                    None))
                safe(answer, f"{path} {name}")
                count += answer.status == 200
            need(count >= 6, f"{path}: {count} formats")


# What goes wrong in the service ----------------------------------------------

@contextlib.contextmanager
def without_log(site):
    log = site.settings.audit_log
    os.rename(log, log + ".away")
    os.mkdir(log)
    try:
        yield
    finally:
        os.rmdir(log)
        os.rename(log + ".away", log)


@case("503: nothing can be recorded, or the configuration can't be used")
def _(site):
    token = site.settings.tokens["bulk"]
    with without_log(site):
        for path, fields in ISSUING.items():
            for accept in (HTML, None):
                values, body = variables("POST", path, {
                    "token": token, "body": json.dumps(fields).encode()},
                    accept)
                answer = wire.run_cgi(site, values, body)
                equal(answer.status, 503, answer.body[:200])
                safe(answer, path)
        for path in ("/healthz", "/open/a"):
            answer = wire.run_cgi(site, wire.environment("GET", path))
            equal(answer.status, 503, path)
            safe(answer, path)
    with site.changed("mintage", no_such_key="1"):
        for path in ("/", "/healthz", single_path()):
            with wire.start_cgi(site, wire.environment("GET", path)) as cgi:
                cgi.stdin.close()
                answer = wire.parse(cgi.stdout.read())
            equal(answer.status, 503, path)
            safe(answer, path)


@case("through a web server, once each")
def _(site):
    for path, headers in (("/", {"Accept": HTML}), ("/healthz", {}),
                          ("/open/a", {}), ("/open/", {"Accept": HTML}),
                          ("/nothing", {"Accept": HTML})):
        answer = site.request("GET", path, headers=headers)
        need(isinstance(answer, Answer), path)
        safe(answer, path)


if __name__ == "__main__":
    main(make_site)
