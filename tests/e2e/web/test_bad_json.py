#!/usr/bin/python3
"""Malformed JSON, forms and queries are refused, and the place is named."""
import json
import sys

sys.path.insert(1, sys.path[0] + "/../lib")
from harness import (batch_path, case, equal, form, main, need, query,
                     single_path)
from refusals import (BAD_VALUE, DUPLICATE, EMPTY, GOOD, JSON, MALFORMED,
                      MISSING, TOO_LARGE, UNKNOWN, make_site, post, refused)
import wire


@case("the request that all others are compared with is a good one")
def _(site):
    equal(site.single(GOOD).status, 200)
    equal(site.batch(GOOD).status, 200)


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


if __name__ == "__main__":
    main(make_site)
