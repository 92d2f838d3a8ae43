#!/usr/bin/python3
"""Everything that must be refused: how it is said, and that it is recorded."""
import json
import os
import socket
import subprocess
import tempfile

import wire
from harness import (ACCOUNT, ARCHIVE, BERLIN, EUROPE, FOREIGN, MINTAGE,
                     PORTAL, RESPONDER, Settings, Site, Skip, batch_path,
                     case, equal, form, main, need, query, single_path)

# errors[].code
NO_ROUTE, UNAUTHORIZED, DENIED = 7003, 10002, 10003
BUCKET_NAME, OBJECT_NAME = 10005, 10020
MALFORMED, UNKNOWN, DUPLICATE, MISSING = 11001, 11002, 11003, 11004
BAD_VALUE, EMPTY, AMBIGUOUS, METHOD = 11005, 11006, 11007, 11008
NOT_ACCEPTABLE, LENGTH, TOO_LARGE, MEDIA_TYPE = 11009, 11010, 11011, 11012
INSECURE, SHORT = 11013, 11014

GOOD = {"bucket": "portal-downloads", "permission": "object-read-only",
        "objects": ["public/a"]}
MAX_BODY = 2 << 20
JSON = {"Content-Type": "application/json"}


def make_site():
    def change(settings):
        settings.sections["mintage"]["max-body"] = "2M"
        settings.sections["mintage"]["max-entries"] = "1000"
    return Site("fastcgi", change)


def refused(site, answer, status, code, pointer=None, words=(),
            recorded=True):
    """An answer that is this refusal, readable, complete and recorded (there
    is nothing to record where no route of ours was asked for). Where `pointer`
    is a list, these are the errors, in order. Returns the audit line."""
    equal(answer.status, status, f"status ({answer.body[:300]!r})")
    equal(answer.headers["Content-Type"].split(";")[0], "application/json")
    equal(answer.headers["Cache-Control"], "no-store")
    need(b"sessionToken" not in answer.body, "something was issued")
    errors = answer.errors
    found = [error.get("source", {}).get("pointer", "") for error in errors]
    equal(errors[0]["code"], code, f"code ({errors[0]['message']})")
    if isinstance(pointer, list):
        equal(found, pointer, "pointers")
    elif pointer is not None:
        equal(found[0], pointer, f"pointer ({errors[0]['message']})")
    for word in [words] if isinstance(words, str) else words:
        need(word in errors[0]["message"],
             f"{word!r} is not in {errors[0]['message']!r}")
    if not recorded:
        return None
    line = site.audit(answer.id, "refused")[0]
    equal((line["status"], line["code"], line["pointer"] or ""),
          (status, code, found[0]), "audit line")
    return line


def bad(name, status, code, pointer=None, words=(), route="both",
        token="bulk", **fields):
    """A test of one bad JSON request: GOOD with other fields (None: without
    that one), on the single and the batch route or on one of them."""
    asked = {name: value for name, value in {**GOOD, **fields}.items()
             if value is not None}

    @case(name)
    def _(site):
        if route != "batch":
            refused(site, site.single(asked, token), status, code, pointer,
                    words)
        if route != "single":
            refused(site, site.batch(asked, token), status, code, pointer,
                    words)


def post(site, body, path=None, token="bulk", headers=None):
    return site.request("POST", path or single_path(), body, token,
                        headers=JSON if headers is None else headers)


@case("the request that all others are compared with is a good one")
def _(site):
    equal(site.single(GOOD).status, 200)
    equal(site.batch(GOOD).status, 200)


# JSON ------------------------------------------------------------------------

@case("malformed JSON is refused, and where is said")
def _(site):
    for body in ("{", "", " ", "[]", "null", '"text"', "17", "{]", "{'a':1}",
                 '{"bucket":"b",}', '{"bucket" "b"}', '{"bucket":}',
                 '{"bucket":"b"} x', '{"bucket":"b"}{}', '{"bucket":tru}',
                 '{"ttlSeconds":01}', '{"ttlSeconds":+1}', '{"bucket":"\t"}',
                 '{"ttlSeconds":NaN}', '{"bucket":"\\x"}', "\u00a0{}",
                 '{"bucket":"b"', '{"objects":["a"', '{"objects":["a",]}'):
        for path in (single_path(), batch_path()):
            answer = post(site, body, path)
            line = refused(site, answer, 400, answer.errors[0]["code"])
            need(line["code"] in (MALFORMED, MISSING, EMPTY, BAD_VALUE),
                 f"{body!r}: {line['code']}")


@case("JSON that stops at any byte is refused")
def _(site):
    whole = json.dumps({**GOOD, "objects": ["public/\u00e9", {"key": "k"}]})
    for length in range(len(whole)):
        answer = post(site, whole[:length], batch_path())
        equal(answer.status, 400, f"status of {whole[:length]!r}")


@case("JSON nested 1000 deep is refused")
def _(site):
    for opening, closing in (("[", "]"), ('{"a":', "}")):
        for inner in (closing * 1000, ""):
            body = '{"bucket":"portal-downloads","objects":' \
                + opening * 1000 + inner + "}"
            for path in (single_path(), batch_path()):
                refused(site, post(site, body, path), 400, MALFORMED)


@case("a JSON member given twice is refused")
def _(site):
    body = json.dumps(GOOD)[:-1]
    for more, name in (('"bucket":"portal-downloads"', "bucket"),
                       ('"objects":["public/a"]', "objects"),
                       ('"\\u0062ucket":"portal-uploads"', "bucket")):
        for path in (single_path(), batch_path()):
            refused(site, post(site, f"{body},{more}}}", path), 400,
                    DUPLICATE, "/" + name, name)


@case("a member of an entry given twice is refused")
def _(site):
    body = json.dumps(GOOD).replace('"public/a"',
                                    '{"key":"public/a","key":"public/b"}')
    answer = post(site, body, batch_path())
    refused(site, answer, 400, DUPLICATE)
    need(answer.errors[0]["source"]["pointer"].startswith("/objects/0"),
         "the entry is not named")


@case("a form field or query parameter given twice is refused")
def _(site):
    pairs = [("bucket", "portal-downloads"), ("bucket", "portal-downloads"),
             ("permission", "object-read-only"), ("objects", "public/a")]
    kind = {"Content-Type": "application/x-www-form-urlencoded",
            "Accept": "application/json"}
    refused(site, post(site, form(pairs), headers=kind), 400, DUPLICATE,
            "/bucket")
    refused(site, post(site, "public/a", batch_path() + "?"
                       + form(pairs[:3]).decode(),
                       headers={"Content-Type": "text/plain"}),
            400, DUPLICATE, "/bucket")


@case("a field in the query and in the body is given twice")
def _(site):
    path = single_path() + query(bucket="portal-downloads")
    refused(site, post(site, json.dumps(GOOD), path), 400, DUPLICATE,
            "/bucket")


@case("an unknown field is refused, with what was perhaps meant")
def _(site):
    asked = {**GOOD, "objcts": ["public/a"]}
    del asked["objects"]
    for answer in (site.single(asked), site.batch(asked)):
        refused(site, answer, 400, UNKNOWN, "/objcts",
                "did you mean 'objects'")


@case("an unknown field in a form, a query, an entry is refused")
def _(site):
    kind = {"Content-Type": "application/x-www-form-urlencoded",
            "Accept": "application/json"}
    refused(site, post(site, form({"bucket": "portal-downloads",
                                   "permission": "object-read-only",
                                   "prefixs": "public/"}), headers=kind),
            400, UNKNOWN, "/prefixs", "did you mean 'prefixes'")
    refused(site, site.manifest("public/a", "text/plain",
                                bucket="portal-downloads",
                                permision="object-read-only"),
            400, UNKNOWN, "/permision", "did you mean 'permission'")
    refused(site, site.batch({**GOOD, "objects": [
        {"key": "public/a", "ttlSecond": 1}]}), 400, UNKNOWN,
        words=("did you mean", "ttlSeconds"))


@case("an unknown field's name is quoted as data, however it looks")
def _(site):
    name = '<b>"\\\u0001\u202e' + "x" * 500
    answer = site.single({**GOOD, name: 1})
    refused(site, answer, 400, UNKNOWN)
    html = site.request("POST", single_path(), json.dumps({**GOOD, name: 1}),
                        "bulk", headers={**JSON, "Accept": "text/html"})
    equal((html.status, html.headers["Content-Type"]),
          (400, "text/html; charset=utf-8"))
    need("<b>" not in html.text, "a name became markup")


@case("a great many bad lines are told by their numbers, and quickly")
def _(site):
    with site.changed("mintage", max_entries="1000000"), \
            wire.Responder(site) as responder:
        body = b'"public/a"\n' + b"x\n" * 300000
        answer = responder.ask(wire.environment(
            "POST", batch_path(), len(body), "application/x-ndjson",
            site.settings.tokens["bulk"], query(
                bucket="portal-downloads",
                permission="object-read-only")[1:]), body)
    equal(answer.status, 400)
    need("line 2," in answer.errors[0]["message"]
         and "line 101," in answer.errors[99]["message"],
         f"{answer.errors[0]} {answer.errors[99]}")
    need("299900 more" in answer.errors[100]["message"],
         answer.errors[100]["message"])


@case("more paths than a credential can carry are refused")
def _(site):
    keys = [f"public/{n:04}/" + "x" * 1000 for n in range(300)]
    refused(site, site.single({**GOOD, "objects": keys}), 413, TOO_LARGE,
            "/objects", "batch")
    equal(site.batch({**GOOD, "objects": keys}).status, 200)


# Bucket, keys ----------------------------------------------------------------

bad("a missing bucket is refused", 400, MISSING, "/bucket", bucket=None)

for _name, _value in (("My_Bucket", "My_Bucket"), ("of 2 characters", "ab"),
                      ("of 64 characters", "a" * 64), ("empty", ""),
                      ("with a blank", "my bucket"), ("with a dot", "my.b"),
                      ("that begins with -", "-bucket"),
                      ("that ends in -", "bucket-"), ("in UTF-8", "bücket"),
                      ("with a NUL", "buc\0ket"), ("a path", "../etc")):
    bad(f"a bucket {_name} is refused", 400, BUCKET_NAME, "/bucket",
        bucket=_value)
for _name, _value in (("a number", 7), ("null", None), ("a list", ["b"])):
    @case(f"a bucket that is {_name} is refused")
    def _(site, value=_value):
        refused(site, site.single({**GOOD, "bucket": value}), 400, BAD_VALUE,
                "/bucket")

bad("an empty list of objects is refused", 400, EMPTY, "/objects",
    objects=[])
bad("an empty list of prefixes is refused", 400, EMPTY, "/prefixes",
    prefixes=[])
bad("an empty list of prefixes alone is refused", 400, EMPTY, "/prefixes",
    prefixes=[], objects=None)
bad("objects that are no list are refused", 400, BAD_VALUE, "/objects",
    objects="public/a")


@case("a batch that names nothing is refused")
def _(site):
    asked = {name: GOOD[name] for name in ("bucket", "permission")}
    answer = site.batch(asked)
    refused(site, answer, 400, answer.errors[0]["code"])
    need(answer.errors[0]["code"] in (EMPTY, MISSING), "what is missing")


@case("an empty manifest is refused")
def _(site):
    for kind in ("text/plain", "application/x-ndjson"):
        for body in ("\n", "\n\r\n\n", ""):
            refused(site, site.manifest(
                body, kind, bucket="portal-downloads",
                permission="object-read-only"), 400, EMPTY, "/manifest")


@case("a form with an empty list in it is refused")
def _(site):
    for name in ("objects", "prefixes", "manifest"):
        fields = {"bucket": "portal-downloads", name: "",
                  "permission": "object-read-only"}
        answer = post(site, form(fields), batch_path(), headers={
            "Content-Type": "application/x-www-form-urlencoded",
            "Accept": "application/json"})
        refused(site, answer, 400, EMPTY, "/" + name)
        answer = post(site, form(fields), headers={
            "Content-Type": "application/x-www-form-urlencoded",
            "Accept": "application/json"})
        refused(site, answer, 400, EMPTY, "/" + name)


@case("a browser's form left blank is refused, and is no whole bucket")
def _(site):
    fields = {"bucket": "portal-downloads", "parentAccessKeyId": "",
              "permission": "object-read-only", "actions": "",
              "ttlSeconds": "", "objects": "", "prefixes": "",
              "manifest": ""}
    kind = {"Content-Type": "application/x-www-form-urlencoded",
            "Accept": "text/html"}
    for path in (single_path(), batch_path()):
        answer = post(site, form(fields), path, headers=kind)
        equal(answer.status, 400, "nothing named")
        line = site.audit(answer.id, "refused")[0]
        equal(line["code"], EMPTY)
        answer = post(site, form({**fields, "objects": "public/a\r\n"}), path,
                      headers=kind)
        equal(answer.status, 200, "something named")
        site.audit(answer.id, "issue", "outcome")


bad("a key of 0 bytes is refused", 400, OBJECT_NAME, "/objects/1",
    objects=["public/a", ""])
bad("a key of 1025 bytes is refused", 400, OBJECT_NAME, "/objects/0",
    objects=["x" * 1025])
bad("a key of 1025 bytes that are 513 characters is refused", 400,
    OBJECT_NAME, "/objects/0", objects=["é" * 512 + "x"])
bad("a prefix of 0 bytes is refused", 400, OBJECT_NAME, "/prefixes/0",
    prefixes=[""])
bad("a key with NUL is refused", 400, OBJECT_NAME, "/objects/0",
    objects=["public/\0a"])
bad("an entry that is no key is refused", 400, BAD_VALUE, "/objects/1",
    objects=["public/a", 17])


@case("a key of 1024 bytes is fine")
def _(site):
    for key in ("x" * 1024, "é" * 512, "\U0001f600" * 256):
        equal(site.single({**GOOD, "objects": [key]}).status, 200)
        equal(site.batch({**GOOD, "objects": [key]}).status, 200)


@case("a key of 1025 bytes in a manifest of lines is refused")
def _(site):
    refused(site, site.manifest("a\n" + "x" * 1025, "text/plain",
                                bucket="portal-downloads",
                                permission="object-read-only"),
            400, OBJECT_NAME, "/manifest/1")


@case("a key that is not UTF-8 is refused")
def _(site):
    body = json.dumps(GOOD).encode()
    for wrong in (b"\xff", b"\xc3", b"\xc0\xaf", b"\xed\xa0\x80",
                  b"\xf4\x90\x80\x80", b"\x80"):
        for path in (single_path(), batch_path()):
            answer = post(site, body.replace(b"public/a", wrong), path)
            refused(site, answer, 400, answer.errors[0]["code"])
            need(answer.errors[0]["code"] in (OBJECT_NAME, MALFORMED),
                 "what is wrong")
        refused(site, site.manifest(b"a\n" + wrong, "text/plain",
                                    bucket="portal-downloads",
                                    permission="object-read-only"),
                400, OBJECT_NAME, "/manifest/1")


@case("a form that is not UTF-8, or not percent-encoding, is refused")
def _(site):
    for wrong in ("%ff", "%", "%4", "%zz", "a%00b"):
        answer = post(site, "bucket=portal-downloads&permission="
                      "object-read-only&objects=" + wrong, headers={
                          "Content-Type":
                          "application/x-www-form-urlencoded",
                          "Accept": "application/json"})
        refused(site, answer, 400, answer.errors[0]["code"])
        need(answer.errors[0]["code"] in (MALFORMED, OBJECT_NAME),
             f"{wrong}: what is wrong")


@case("a lone surrogate escape is refused")
def _(site):
    for wrong in ("\\ud800", "\\udc00", "\\ud800x", "\\ud800\\u0041",
                  "\\udc00\\ud800"):
        body = json.dumps(GOOD).replace("public/a", wrong)
        for path in (single_path(), batch_path()):
            answer = post(site, body, path)
            refused(site, answer, 400, answer.errors[0]["code"])
            need(answer.errors[0]["code"] in (OBJECT_NAME, MALFORMED),
                 "what is wrong")


@case("every bad entry is named, the first hundred, and how many more")
def _(site):
    objects = ["public/a", ""] * 150
    answer = site.batch({**GOOD, "objects": objects})
    errors = answer.errors
    refused(site, answer, 400, OBJECT_NAME)
    pointers = [error["source"]["pointer"] for error in errors
                if "source" in error]
    equal(pointers[:100], [f"/objects/{2 * number + 1}"
                           for number in range(100)], "pointers")
    need(len(errors) <= 101 and "50 more" in answer.text,
         "how many more is not said")


# Numbers, words --------------------------------------------------------------

for _value in (0, -1, 604801, 1.5, "900", True, [900], 10 ** 30):
    bad(f"ttlSeconds {json.dumps(_value)} is refused", 400, BAD_VALUE,
        "/ttlSeconds", ttlSeconds=_value)


@case("ttlSeconds 1e3, 9e2, -0, 900.0, null is refused")
def _(site):
    for value in ("1e3", "9E2", "-0", "900.0", "null"):
        body = json.dumps({**GOOD, "ttlSeconds": 77}).replace("77", value)
        for path in (single_path(), batch_path()):
            refused(site, post(site, body, path), 400, BAD_VALUE,
                    "/ttlSeconds")


@case("ttlSeconds of an entry is held to the same")
def _(site):
    for value in (0, 604801, "900", 1.5):
        answer = site.batch({**GOOD, "objects": [
            {"key": "public/a", "ttlSeconds": value}]})
        refused(site, answer, 400, BAD_VALUE, "/objects/0/ttlSeconds")


@case("a form's ttlSeconds is text, and a number all the same")
def _(site):
    kind = {"Content-Type": "application/x-www-form-urlencoded",
            "Accept": "application/json"}
    fields = {"bucket": "portal-downloads", "objects": "public/a",
              "permission": "object-read-only"}
    equal(post(site, form({**fields, "ttlSeconds": "60"}),
               headers=kind).status, 200)
    for value in ("0", "-1", "604801", "1.5", "1e3", " 900", "0900", "x"):
        refused(site, post(site, form({**fields, "ttlSeconds": value}),
                           headers=kind), 400, BAD_VALUE, "/ttlSeconds")


bad("an unknown permission is refused", 400, BAD_VALUE, "/permission",
    "did you mean 'object-read-only'", permission="object-readonly")
bad("a permission in another case is refused", 400, BAD_VALUE, "/permission",
    permission="Object-Read-Only")
bad("an unknown action is refused", 400, BAD_VALUE, None,
    "did you mean 'GetObject'", actions=["GetObjects"], permission=None)
bad("an empty list of actions is refused", 400, EMPTY, "/actions",
    actions=[], permission=None)
bad("actions outside the permission are refused", 400, BAD_VALUE, "/actions",
    actions=["GetObject", "PutObject"])
bad("neither permission nor actions is refused", 400, MISSING, "/permission",
    permission=None)
bad("an unknown format is refused", 400, BAD_VALUE, "/format",
    "did you mean 'json'", format="jsn")
bad("an unknown onError is refused", 400, BAD_VALUE, "/onError",
    onError="ignore", route="batch")


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


# Who -------------------------------------------------------------------------

@case("no token is refused, with how to get in")
def _(site):
    for answer in (site.single(GOOD, None), site.batch(GOOD, None)):
        line = refused(site, answer, 401, UNAUTHORIZED)
        need("Bearer" in answer.headers["WWW-Authenticate"],
             "WWW-Authenticate names no Bearer")
        equal(line["caller"], None)


@case("a malformed, unknown or wrong-case token is refused")
def _(site):
    token = site.settings.tokens["bulk"]
    for value in ("Bearer", "Bearer ", "Bearer  ", token, "Bearer" + token,
                  "Token " + token, "Bearer unknown", f"Bearer {token}x",
                  f"Bearer {token[:-1]}", f"Bearer {token.swapcase()}",
                  f"Bearer {token} {token}", f'Bearer "{token}"',
                  f"Bearer {token},", "Bearer " + "x" * 5000,
                  "Bearer \xff\xfe", "Basic YTpi", "Digest x"):
        answer = site.request("POST", single_path(), json.dumps(GOOD),
                              headers={**JSON, "Authorization": value})
        need(answer.headers["WWW-Authenticate"], "no WWW-Authenticate")
        refused(site, answer, 401, UNAUTHORIZED)


@case("the hash of a token is no token")
def _(site):
    digest = site.settings.sections["caller bulk"]["bearer-sha256"]
    refused(site, site.single(GOOD, digest), 401, UNAUTHORIZED)


@case("no user of the web server's has a way past it")
def _(site):
    for headers in ({"Remote-User": "chief"}, {"REMOTE_USER": "chief"},
                    {"X-Remote-User": "chief"}):
        refused(site, site.single(GOOD, None, headers=headers), 401,
                UNAUTHORIZED)
    equal(site.request("POST", single_path(), json.dumps(GOOD),
                       mount="/office", headers=JSON).status, 401)


@case("a user whose name is no part of a path has no users/{user}/")
def _(site):
    with wire.Responder(site) as responder:
        for user in ("..", ".", "ann/../bob", "/", "a/b", "ann\n", "e\u0301",
                     "x" * 300, "\udcff"):
            name = user.encode("utf-8", "surrogateescape").decode(
                "utf-8", "replace")
            body = json.dumps({**GOOD, "objects": [f"users/{name}/a"]})
            answer = responder.ask(wire.environment(
                "POST", single_path(), len(body.encode()), REMOTE_USER=user),
                body.encode())
            need(answer.status in (401, 403), f"{user!r}: {answer.status}")
            refused(site, answer, answer.status, answer.errors[0]["code"])


@case("a page of another site can't make a user's browser ask")
def _(site):
    body = json.dumps({**GOOD, "objects": ["users/ann/a"]}).encode()
    values = wire.environment("POST", single_path(), len(body),
                              REMOTE_USER="ann")
    token = wire.environment("POST", single_path(), len(body),
                             token=site.settings.tokens["bulk"])
    with wire.Responder(site) as responder:
        for source in ("same-origin", "none", "same-site"):
            equal(responder.ask({**values, "HTTP_SEC_FETCH_SITE": source},
                                body).status, 200, source)
        elsewhere = {"HTTP_SEC_FETCH_SITE": "cross-site"}
        refused(site, responder.ask({**values, **elsewhere}, body), 403,
                DENIED)
        equal(responder.ask({**token, **elsewhere}, body).status, 200,
              "a token is shown by its owner alone")


@case("plain http from another host is refused, whatever it says of itself")
def _(site):
    far = {"X-Forwarded-For": "192.0.2.7"}
    line = refused(site, site.single(GOOD, headers=far), 403, INSECURE)
    equal(line["remote"], "192.0.2.7")
    refused(site, site.batch(GOOD, headers=far), 403, INSECURE)
    body = json.dumps(GOOD).encode()
    values = wire.environment("POST", single_path(), len(body),
                              token=site.settings.tokens["bulk"],
                              remote="2001:db8::7")
    with wire.Responder(site) as responder:
        for more in ({}, {"HTTP_X_FORWARDED_PROTO": "https"},
                     {"HTTP_HTTPS": "on"}, {"HTTPS": "off"},
                     {"HTTP_FORWARDED": "proto=https"}):
            refused(site, responder.ask({**values, **more}, body), 403,
                    INSECURE)
        equal(responder.ask({**values, "HTTPS": "on"}, body).status, 200)


# What a caller may not have --------------------------------------------------

def denied(name, pointer, token="web", route="both", words=(), **fields):
    bad(name, 403, DENIED, pointer, words, route, token, **fields)


denied("another's bucket is refused", "/bucket", bucket="portal-uploads")
denied("a bucket that isn't the parent's is refused", "/bucket",
       bucket="archive", parentAccessKeyId=PORTAL, token="bulk")
denied("a bucket nobody has is refused", "/bucket", bucket="nobodys")
denied("another's prefix is refused", "/prefixes/0", objects=None,
       prefixes=["users/bob/"])
denied("another's key is refused", "/objects/1",
       objects=["public/a", "users/bob/a", "public/b"])
denied("the prefix users/ann is refused where users/ann/ is allowed",
       "/prefixes/0", objects=None, prefixes=["users/ann"])
denied("the prefix users/ann/../bob/ is refused", "/prefixes/0",
       objects=None, prefixes=["users/ann/../bob/"])
denied("the key users/ann/../bob/a is refused", "/objects/0",
       objects=["users/ann/../bob/a"])
denied("the key users/ann/./a is refused", "/objects/0",
       objects=["users/ann/./a"])
denied("the key users/ann/.. is refused", "/objects/0",
       objects=["users/ann/.."])
denied("a prefix in another case is refused", "/objects/0",
       objects=["Public/a"])
denied("another permission is refused", "/permission",
       permission="object-read-write")
denied("an admin permission is refused", "/permission",
       permission="admin-read-only")
denied("actions beyond the permission are refused", "/actions",
       permission=None, actions=["PutObject"])
denied("reading is refused to who may only write", "/permission",
       token="drop", bucket="portal-uploads", objects=["incoming/a"])
denied("more than the parent may do is refused", "/permission",
       token="bulk", bucket="archive", permission="object-read-write")
denied("a longer ttl is refused", "/ttlSeconds", ttlSeconds=3601,
       words="3600")
denied("the whole bucket is refused", None, objects=None, route="single")
denied("a parent unknown is refused", "/parentAccessKeyId",
       parentAccessKeyId=FOREIGN, token="bulk")
denied("a parent of others is refused", "/parentAccessKeyId",
       parentAccessKeyId=ARCHIVE)
denied("a parent of another account is refused", "/parentAccessKeyId",
       parentAccessKeyId=BERLIN, token="bulk")
bad("two parents that fit are refused", 400, AMBIGUOUS,
    "/parentAccessKeyId", bucket="shared")


@case("one parent that fits need not be named")
def _(site):
    equal(site.single({**GOOD, "bucket": "shared",
                       "permission": "object-read-write"}).status, 200)
    equal(site.single({**GOOD, "bucket": "shared",
                       "parentAccessKeyId": ARCHIVE}).status, 200)


@case("an entry's own wishes are held to the same")
def _(site):
    for wish, member in (({"permission": "object-read-write"}, "permission"),
                         ({"permission": "object-read-write",
                           "actions": ["PutObject"]}, "actions"),
                         ({"ttlSeconds": 3601}, "ttlSeconds")):
        answer = site.batch({**GOOD, "objects": [
            "public/a", {"key": "public/b", **wish}]}, "web")
        refused(site, answer, 403, DENIED, "/objects/1/" + member)


@case("one bad entry refuses the batch, and all bad ones are named")
def _(site):
    answer = site.batch({**GOOD, "objects": [
        "public/a", "private/b", "public/c", "private/d"]}, "web")
    refused(site, answer, 403, DENIED, ["/objects/1", "/objects/3"])


@case("an account of others is refused as if it weren't there")
def _(site):
    answer = site.single({**GOOD, "bucket": "berlin"}, "web", EUROPE)
    need(answer.status in (403, 404), f"status {answer.status}")
    refused(site, answer, answer.status, answer.errors[0]["code"])


@case("for a browser it is the form again, with each error at its field")
def _(site):
    fields = {"bucket": "My_<Bucket>", "permission": "object-read-only",
              "ttlSeconds": "0", "objects": "a\n<b>"}
    answer = post(site, form(fields), batch_path(), headers={
        "Content-Type": "application/x-www-form-urlencoded",
        "Accept": "text/html"})
    equal(answer.status, 400)
    equal(answer.headers["Content-Type"], "text/html; charset=utf-8")
    need("My_&lt;Bucket&gt;" in answer.text, "the bucket is not filled in")
    need("&lt;b&gt;" in answer.text, "the objects are not filled in")
    need("<Bucket>" not in answer.text and "<b>" not in answer.text,
         "what was sent became markup")
    site.audit(answer.id, "refused")


@case("for a browser it is the form again, whatever format it chose")
def _(site):
    for fields, place in (
            ({"bucket": "My", "format": "csv"}, "bucket-wrong-"),
            ({"bucket": "portal-downloads", "format": "process"},
             "format-wrong-"),
            ({"bucket": "portal-downloads", "format": "cvs"},
             "format-wrong-")):
        fields = {**fields, "permission": "object-read-only",
                  "objects": "public/a\npublic/b"}
        answer = post(site, form(fields), batch_path(), headers={
            "Content-Type": "application/x-www-form-urlencoded",
            "Accept": "text/html,*/*;q=0.8"})
        equal((answer.status, answer.headers["Content-Type"]),
              (400, "text/html; charset=utf-8"), str(fields))
        need(place in answer.text, f"{fields} has no mark at its field")
        need("public/a\npublic/b" in answer.text, "what was typed is gone")
    need("did you mean &#39;csv&#39;?" in answer.text, answer.text)
    # Who takes anything is no browser.
    answer = post(site, form(fields), batch_path(), headers={
        "Content-Type": "application/x-www-form-urlencoded",
        "Accept": "*/*"})
    refused(site, answer, 400, BAD_VALUE, "/format")


@case("what could not be read is not called missing")
def _(site):
    body = '{"objects":["a",],"bucket":"b","permission":"object-read-only"}'
    answer = post(site, body, batch_path())
    refused(site, answer, 400, MALFORMED, [""], "line 1, column 17")


@case("a list that was sent as a form by mistake: what to send it as")
def _(site):
    answer = post(site, "public/a\npublic/b\n", batch_path() + query(
        bucket="portal-downloads", permission="object-read-only"), headers={
            "Content-Type": "application/x-www-form-urlencoded",
            "Accept": "application/json"})
    refused(site, answer, 400, MALFORMED, [""], "text/plain")


@case("a pointer to a field of any name is one of RFC 6901")
def _(site):
    refused(site, site.single({**GOOD, "a/b~c": 1}), 400, UNKNOWN,
            "/a~1b~0c", "'a/b~c'")


@case("a manifest's format that isn't: those that are")
def _(site):
    for name, words in (("xml", "json, ndjson, lines, csv or sha256sum"),
                        ("jsno", "did you mean 'json'")):
        answer = site.manifest("a", "text/plain", bucket="portal-downloads",
                               permission="object-read-only",
                               manifestFormat=name)
        refused(site, answer, 400, BAD_VALUE, "/manifestFormat",
                (words, f"'{name}'"))


# Configurations --------------------------------------------------------------

def start(settings):
    """(exit status, what it said) of both programs with a configuration."""
    for command in ([RESPONDER, "--config=" + settings.path],
                    [MINTAGE, "check", "--config", settings.path]):
        if not os.access(command[0], os.X_OK):
            raise Skip(f"{command[0]} is not built")
        # The responder is started as FastCGI would: on a socket.
        with listening(settings.folder) as listener:
            done = subprocess.run(
                command, stdin=listener, stdout=subprocess.PIPE,
                stderr=subprocess.PIPE, timeout=60, check=False)
        yield done.returncode, (done.stdout + done.stderr).decode()


def listening(folder):
    path = os.path.join(folder, "listener")
    if os.path.exists(path):
        os.unlink(path)
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(path)
    listener.listen(1)
    return listener


def stops(name, change, line, *words):
    """A test of one broken configuration: what it changes, the line that is
    named ("": any, None: none), words of the reason."""
    @case(f"configuration: {name} stops the start")
    def _(site):
        with tempfile.TemporaryDirectory(prefix="mintage-") as folder:
            for sub in ("keys", "log"):
                os.mkdir(os.path.join(folder, sub))
            settings = Settings(folder)
            change(settings)
            settings.write()
            place = settings.path
            if line is not None:
                with open(place, encoding="utf-8") as f:
                    numbers = [str(number) for number, text in
                               enumerate(f.read().split("\n"), 1)
                               if line in text]
                need(numbers, f"no line has {line!r}")
            for status, said in start(settings):
                need(status not in (0, -6, -11), f"exit status {status}")
                need(place in said, f"the file is not named: {said}")
                if line is not None:
                    need(any(f"{place}:{number}:" in said
                             for number in numbers),
                         f"line {numbers} is not named: {said}")
                for word in words:
                    need(word in said, f"{word!r} is not said: {said}")
                for secret in settings.secrets.values():
                    need(secret not in said, "a secret is said")


def set_key(section, key, value):
    def change(settings):
        settings.sections[section][key] = value
    return change


def drop_key(section, key):
    def change(settings):
        del settings.sections[section][key]
    return change


for _name, _change, _line, *_words in (
        ("an unknown key", set_key("mintage", "max-boddy", "1M"),
         "max-boddy", "max-boddy", "max-body"),
        ("an unknown section", lambda settings: settings.add(
            "colour red", a="b"), "[colour red]", "colour"),
        ("a bad size", set_key("mintage", "max-body", "much"),
         "max-body", "max-body"),
        ("a bad yes or no", set_key("mintage", "require-https", "maybe"),
         "require-https", "maybe"),
        ("a bad account id", set_key("account main", "id", "xyz"),
         "id = xyz", "id"),
        ("a jurisdiction there is none of", set_key(
            "account europe", "jurisdiction", "moon"), "moon", "moon"),
        ("a parent without account", set_key(
            "parent portal", "account", "nowhere"), "nowhere", "nowhere"),
        ("a parent's bad permission", set_key(
            "parent portal", "permission", "all"), "permission = all",
         "all"),
        ("a parent's bad bucket", set_key(
            "parent portal", "buckets", "My_Bucket"), "My_Bucket",
         "My_Bucket"),
        ("a parent without secret", drop_key(
            "parent portal", "secret-access-key-file"), "[parent portal]",
         "secret-access-key-file"),
        ("a secret file that isn't there", set_key(
            "parent portal", "secret-access-key-file", "/nonexistent/key"),
         "/nonexistent/key", "/nonexistent/key"),
        ("a caller without identity", drop_key("caller web",
                                               "bearer-sha256"),
         "[caller web]", "bearer-sha256"),
        ("a caller of a parent there is none of", set_key(
            "caller web", "parents", "nobody"), "nobody", "nobody"),
        ("a hash that is none", set_key(
            "caller web", "bearer-sha256", "123"), "bearer-sha256 = 123",
         "bearer-sha256"),
        ("a caller's bad permission", set_key(
            "caller web", "permissions", "read"), "permissions = read",
         "read"),
        ("a ttl over R2's", set_key("caller web", "max-ttl", "604801"),
         "604801", "604800"),
        ("http to an endpoint that is no URL", set_key(
            "account main", "endpoint", "ftp://x"), "ftp://x", "endpoint")):
    stops(_name, _change, _line, *_words)


@case("configuration: a file that isn't there stops the start")
def _(site):
    with tempfile.TemporaryDirectory(prefix="mintage-") as folder:
        for sub in ("keys", "log"):
            os.mkdir(os.path.join(folder, sub))
        settings = Settings(folder)     # not written
        for status, said in start(settings):
            need(status not in (0, -6, -11), f"exit status {status}")
            need(settings.path in said, f"the file is not named: {said}")


@case("configuration: a secret file that others can read stops the start")
def _(site):
    with tempfile.TemporaryDirectory(prefix="mintage-") as folder:
        for sub in ("keys", "log"):
            os.mkdir(os.path.join(folder, sub))
        settings = Settings(folder)
        settings.write()
        secret = os.path.join(folder, "keys", "portal.secret")
        for mode in (0o644, 0o604, 0o602, 0o620):
            os.chmod(secret, mode)
            for status, said in start(settings):
                need(status not in (0, -6, -11),
                     f"mode {mode:o}: exit status {status}")
                need(secret in said, f"the file is not named: {said}")
                need("chmod" in said, f"no remedy is named: {said}")


@case("configuration: with CGI a broken one is a 500 that tells nothing")
def _(site):
    with tempfile.TemporaryDirectory(prefix="mintage-") as folder:
        path = os.path.join(folder, "mintage.conf")
        with open(path, "w", encoding="utf-8") as f:
            f.write("[mintage]\nsecret-thing = 1\n")
        done = subprocess.run(
            [RESPONDER, "--config=" + path], stdin=subprocess.DEVNULL,
            env={**wire.inherited(site),
                 **wire.environment("GET", "/healthz", remote="192.0.2.7")},
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=60,
            check=False)
        answer = wire.parse(done.stdout)
        need(answer.status in (500, 503), f"status {answer.status}")
        need("secret-thing" not in answer.text and path not in answer.text,
             f"the client learns too much: {answer.text}")
        need(f"{path}:2:" in done.stderr.decode(), "the log learns nothing")


if __name__ == "__main__":
    main(make_site)
