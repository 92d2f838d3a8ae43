#!/usr/bin/python3
"""Wrong routes, methods, types, sizes and lengths are refused."""
import json
import sys

sys.path.insert(1, sys.path[0] + "/../lib")
from harness import (ACCOUNT, FOREIGN, batch_path, case, equal, main, need,
                     single_path)
from refusals import (BAD_VALUE, DENIED, GOOD, JSON, LENGTH, MALFORMED,
                      MEDIA_TYPE, METHOD, NOT_ACCEPTABLE, NO_ROUTE, SHORT,
                      TOO_LARGE, make_site, post, refused)
import wire

MAX_BODY = 2 << 20


# Routes ----------------------------------------------------------------------

@case("an account that isn't ours is refused")
def _(site):
    for account in (FOREIGN, ACCOUNT.upper(), ACCOUNT[:-1], "x" * 500):
        refused(site, site.single(GOOD, account=account), 404, NO_ROUTE)
        refused(site, site.batch(GOOD, account=account), 404, NO_ROUTE)


@case("an unknown route is refused")
def _(site):
    for path in ("/nothing", "/accounts", f"/accounts/{ACCOUNT}",
                 single_path() + "/", single_path() + "/other",
                 "/accounts//r2/temp-access-credentials",
                 "/client/v4/client/v4" + single_path(),
                 "/health%7A%7A", "/healthz/"):
        refused(site, post(site, json.dumps(GOOD), path), 404, NO_ROUTE,
                recorded=False)


@case("a wrong method is refused, and the right ones are named")
def _(site):
    for path, method, allow in (
            (single_path(), "GET", {"POST"}), (batch_path(), "PUT", {"POST"}),
            (single_path(), "DELETE", {"POST"}),
            ("/", "POST", {"GET", "HEAD"}), ("/", "PATCH", {"GET", "HEAD"}),
            ("/healthz", "DELETE", {"GET", "HEAD"})):
        body = None if method == "GET" else b"{}"
        answer = site.request(method, path, body, "bulk", headers=JSON)
        refused(site, answer, 405, METHOD, recorded=False)
        equal(set(answer.headers["Allow"].replace(" ", "").split(",")), allow,
              f"Allow of {method} {path}")


@case("a wrong content type is refused")
def _(site):
    for kind in ("application/xml", "application/octet-stream", "nonsense",
                 "text/html", "application/json; charset=utf-16",
                 "application/json2"):
        for path in (single_path(), batch_path()):
            refused(site, post(site, json.dumps(GOOD), path, headers={
                "Content-Type": kind}), 415, MEDIA_TYPE)
    for kind in ("application/json; charset=UTF-8", "Application/JSON"):
        equal(post(site, json.dumps(GOOD), headers={
            "Content-Type": kind}).status, 200, kind)


@case("no content type at all is refused")
def _(site):
    body = json.dumps(GOOD).encode()
    with wire.Responder(site) as responder:
        answer = responder.ask(wire.environment(
            "POST", single_path(), len(body), content_type=None,
            token=site.settings.tokens["bulk"]), body)
    refused(site, answer, 415, MEDIA_TYPE)


@case("an Accept that can't be met is refused")
def _(site):
    for accept in ("image/png", "application/json;q=0", "text/plain, */*;q=0"):
        for path in (single_path(), batch_path()):
            answer = post(site, json.dumps(GOOD), path, headers={
                **JSON, "Accept": accept})
            refused(site, answer, 406, NOT_ACCEPTABLE)
    for accept in ("*/*", "application/*", "image/png, */*;q=0.1"):
        equal(post(site, json.dumps(GOOD), headers={
            **JSON, "Accept": accept}).status, 200, accept)


# Sizes -----------------------------------------------------------------------

@case("a body over max-body is refused")
def _(site):
    refused(site, post(site, b" " * (MAX_BODY + 1)), 413, TOO_LARGE)
    filler = " " * (MAX_BODY - len(json.dumps(GOOD)))
    equal(post(site, json.dumps(GOOD) + filler).status, 200,
          "just max-body")


@case("a body over max-body is refused without reading it")
def _(site):
    token = site.settings.tokens["bulk"]
    with wire.Responder(site) as responder:
        for length in (MAX_BODY + 1, 10 ** 15, 2 ** 63, 10 ** 30):
            exchange = responder.open(wire.environment(
                "POST", single_path(), length, token=token))
            exchange.send(b"{")
            refused(site, exchange.answer(), 413, TOO_LARGE)
        equal(responder.process.poll(), None, "the process")


@case("more entries than max-entries are refused")
def _(site):
    keys = [f"public/{number}" for number in range(1001)]
    answer = site.batch({**GOOD, "objects": keys})
    refused(site, answer, 413, TOO_LARGE)
    need("1000" in answer.errors[0]["message"], "the limit is not named")
    equal(site.batch({**GOOD, "objects": keys[:1000]}).status, 200)


@case("more entries than the caller's are refused")
def _(site):
    keys = [f"public/{number}" for number in range(101)]
    refused(site, site.batch({**GOOD, "objects": keys}, "web"), 403, DENIED,
            "/objects/100", "100")
    equal(site.batch({**GOOD, "objects": keys[:100]}, "web").status, 200)


@case("no length is refused: what has no end may be cut")
def _(site):
    body = json.dumps(GOOD).encode()
    values = wire.environment("POST", single_path(), None,
                              token=site.settings.tokens["bulk"])
    with wire.Responder(site) as responder:
        refused(site, responder.ask(values, body), 411, LENGTH)
    refused(site, wire.run_cgi(site, values, body), 411, LENGTH)


@case("a length that is no number is refused")
def _(site):
    body = json.dumps(GOOD).encode()
    for length in ("-1", "0x10", "1 2", "+5", "ten", "1.0"):
        answer = wire.run_cgi(site, wire.environment(
            "POST", single_path(), length,
            token=site.settings.tokens["bulk"]), body)
        refused(site, answer, 400, BAD_VALUE)


@case("a body shorter than its length is refused")
def _(site):
    lines = b"public/a\npublic/b\npublic/c\n"
    values = wire.environment(
        "POST", batch_path(), len(lines), content_type="text/plain",
        token=site.settings.tokens["bulk"],
        query="bucket=portal-downloads&permission=object-read-only")
    with wire.Responder(site) as responder:
        equal(responder.ask(values, lines).status, 200)
        refused(site, responder.ask(values, lines[:-9]), 400, SHORT)
        equal(responder.ask(values, lines).status, 200)
    refused(site, wire.run_cgi(site, values, lines[:-9]), 400, SHORT)


@case("a body longer than its length is refused")
def _(site):
    lines = b"public/a\npublic/b\npublic/c\n"
    values = wire.environment(
        "POST", batch_path(), len(lines) - 9, content_type="text/plain",
        token=site.settings.tokens["bulk"],
        query="bucket=portal-downloads&permission=object-read-only")
    with wire.Responder(site) as responder:
        refused(site, responder.ask(values, lines), 400, MALFORMED)


if __name__ == "__main__":
    main(make_site)
