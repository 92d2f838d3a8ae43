#!/usr/bin/python3
"""Bad buckets, keys, prefixes, numbers and words are refused."""
import json
import sys

sys.path.insert(1, sys.path[0] + "/../lib")
from harness import batch_path, case, equal, form, main, need, single_path
from refusals import (BAD_VALUE, EMPTY, GOOD, MALFORMED, MISSING, bad,
                      make_site, post, refused)

BUCKET_NAME, OBJECT_NAME = 10005, 10020


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
        need(answer.errors[0]["code"] in (MALFORMED, OBJECT_NAME, BAD_VALUE),
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

for _value in (0, -1, 604801, 1.5, "900", "8d", "1H", "1h30m", "soon", True, [900], 10 ** 30):
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
    for value in (0, 604801, "900", "8d", 1.5):
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
    for value in ("0", "-1", "604801", "1.5", "1e3", " 900", "0900", "x",
                  "8d", "1 h", "1y"):
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


if __name__ == "__main__":
    main(make_site)
