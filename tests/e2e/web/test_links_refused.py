#!/usr/bin/python3
"""Links that are refused, by policy or because of their values."""
import base64
import sys

sys.path.insert(1, sys.path[0] + "/../lib")
from harness import EUROPE, case, equal, form, main, need
from judge import Judge
from linking import (BOUND, DOWN, UP, ask, credential_of, link, links,
                     links_path, make_site)


def refused(answer, status, *expected):
    """Each of `expected`: a pointer, or it and words of the message, or those
    and the code."""
    equal(answer.status, status, answer.text[:300])
    expected = [each if isinstance(each, tuple) else (each,)
                for each in expected]
    equal([error.get("source", {}).get("pointer") for error in answer.errors],
          [each[0] for each in expected])
    for error, (_, words, code) in zip(
            answer.errors, [(*each, "", None)[:3] for each in expected]):
        need(words in error["message"], error["message"])
        equal(error["code"], code or error["code"], "code")


# Whose they are --------------------------------------------------------------

@case("links are held to what their caller may do")
def _(site):
    mine = {"objects": ["public/a"]}
    links(site, mine, token="web")
    links(site, {**mine, "method": "HEAD"}, token="web")
    for method in ("PUT", "DELETE"):
        for sign in ("parent", "scoped"):
            refused(ask(site, {**mine, "method": method, "sign": sign},
                        token="web"), 403, "/method")
        refused(ask(site, {"objects": ["public/a", {
            "key": "public/b", "method": method}]}, token="web"), 403,
            "/objects/1/method")
    drop = {"bucket": UP, "objects": ["incoming/x"]}
    links(site, {**drop, "method": "PUT"}, token="drop")
    for method in (None, "GET", "HEAD", "DELETE"):
        fields = {**drop, "method": method} if method else drop
        refused(ask(site, fields, token="drop"), 403, "/method")


@case("and to its prefixes, its bucket, its time and its number of entries")
def _(site):
    refused(ask(site, {"objects": ["public/a", "private/a", "publi", "public",
                                   "x/public/a"]}, token="web"), 403,
            *(f"/objects/{number}" for number in (1, 2, 3, 4)))
    mine = {"objects": ["public/a"]}
    refused(ask(site, {**mine, "bucket": UP}, token="web"), 403, "/bucket")
    refused(ask(site, {**mine, "ttlSeconds": 3601}, token="web"), 403,
            "/ttlSeconds")
    refused(ask(site, {"objects": [{"key": "public/a", "ttlSeconds": 3601}]},
                token="web"), 403, "/objects/0/ttlSeconds")
    many = [f"public/{number}" for number in range(101)]
    equal(len(links(site, {"objects": many[:100]}, token="web")), 100)
    refused(ask(site, {"objects": many}, token="web"), 403, "/objects/100")
    refused(ask(site, mine, token="web", account=EUROPE), 404, None)
    equal(ask(site, mine, token=None).status, 401)
    equal(ask(site, mine, token="nobody's").status, 401)


@case("a user's links reach that user's folder alone")
def _(site):
    for key, status in (("users/ann/a", 200), ("users/bob/a", 403),
                        ("users/ann/../bob/a", 400)):
        answer = site.as_user("ann", links_path(), json={
            "bucket": DOWN, "method": "PUT", "objects": [key]})
        equal(answer.status, status, key)


# Bad input -------------------------------------------------------------------

@case("a method that is none, or not in capitals, is refused")
def _(site):
    for method, words in (("POST", "use PUT"), ("get", "GET"), ("Put", "PUT"),
                          ("", "GET"), ("PATCH", "GET"), ("GET ", "GET")):
        refused(ask(site, {"objects": ["a"], "method": method}), 400,
                ("/method", words))
        refused(ask(site, {"objects": ["a", {"key": "b", "method": method}]}),
                400, ("/objects/1/method", words))
    refused(ask(site, {"objects": ["a"], "method": 1}), 400, "/method")
    refused(ask(site, {"objects": ["a"], "method": ["GET"]}), 400, "/method")


@case("what can't be signed into this method is refused")
def _(site):
    for method, entry in [
            ("GET", {"contentType": "text/plain"}),
            ("HEAD", {"contentType": "text/plain"}),
            ("DELETE", {"contentType": "text/plain"}),
            ("GET", {"contentLength": 0}), ("DELETE", {"contentLength": 1}),
            ("PUT", {"filename": "a.txt"}), ("DELETE", {"filename": "a.txt"})]:
        name = next(iter(entry))
        for fields in ({"method": method, "objects": [{"key": "a", **entry}]},
                       {"objects": [{"key": "a", "method": method, **entry}]}):
            refused(ask(site, fields), 400,
                    (f"/objects/0/{name}", method))


@case("values that can't be right are refused, each by its place")
def _(site):
    digest = BOUND["sha256"]
    cases = [("sha256", value) for value in
             ("", digest[:63], digest + "0", "g" + digest[1:], 7, digest[:62],
              base64.b64encode(bytes.fromhex(digest)).decode(), None)]
    cases += [("contentType", value) for value in
              ("", "text", "text/", "text/plain\r\nx-amz-acl: public", "a/b c",
               " text/plain", "text/plain ", "text/plain;  charset=x",
               "tëxt/plain", "a/" + "b" * 254, 1)]
    cases += [("contentLength", value) for value in
              (-1, 1.5, "1", 5497558138881, None, [])]
    objects = [{"key": "a", name: value} for name, value in cases]
    refused(ask(site, {"bucket": UP, "method": "PUT", "objects": objects}),
            400, *(f"/objects/{number}/{name}"
                   for number, (name, _) in enumerate(cases)))
    names = ["", ".", "..", "a/b", "a\nb", "a\r\nSet-Cookie: x", "\0", "\x7f",
             "\x9b", "a" * 501, 1, None]
    objects = [{"key": "a", "filename": name} for name in names]
    refused(ask(site, {"objects": objects}), 400,
            *(f"/objects/{number}/filename" for number in range(len(names))))
    for ttl in (0, 604801, -1, "900", 1.5):
        refused(ask(site, {"objects": ["a"], "ttlSeconds": ttl}), 400,
                "/ttlSeconds")


@case("no link for a key that clients would rewrite")
def _(site):
    bad = [".", "..", "./a", "../a", "a/.", "a/..", "a/./b", "a/../b", "/.",
           "/../a", "a//../b"]
    refused(ask(site, {"objects": bad}), 400,
            *((f"/objects/{number}", "credential", 10020)
              for number in range(len(bad))))
    refused(ask(site, {"objects": ["public/../private"]}, token="web"), 400,
            ("/objects/0", "", 10020))
    # A credential reaches them.
    equal(len(site.issued_as(site.batch({
        "bucket": DOWN, "permission": "object-read-only",
        "objects": bad}))), len(bad))


@case("prefixes, permissions that don't cover the method, other signers")
def _(site):
    refused(ask(site, {"objects": ["a"], "prefixes": ["p/"]}), 400,
            ("/prefixes", "one object"))
    refused(site.request("POST", links_path(), form({
        "bucket": DOWN, "manifest": '{"objects":["a"],"prefixes":["p/"]}'}),
        "bulk", headers={"Content-Type": "application/x-www-form-urlencoded"}),
        400, ("/manifest/prefixes/0", "one object"))
    for fields in ({"permission": "object-read-only", "method": "PUT"},
                   {"permission": "object-write-only"},
                   {"permission": "object-write-only", "method": "DELETE"},
                   {"actions": ["HeadObject"]},
                   {"actions": ["GetObject"], "method": "HEAD"},
                   {"permission": "object-read-write",
                    "actions": ["PutObject"], "method": "GET"}):
        refused(ask(site, {"objects": ["a"], **fields}), 400,
                ("/method", "permission"))
    refused(ask(site, {"method": "PUT", "objects": [
        "a", {"key": "b", "permission": "object-read-only"},
        {"key": "c", "actions": ["GetObject"]}]}), 400,
        "/objects/1/method", "/objects/2/method")
    for sign in ("both", "", "Parent", "child"):
        refused(ask(site, {"objects": ["a"], "sign": sign}), 400, "/sign")
    refused(ask(site, {}), 400, ("/objects", "name objects"))
    refused(ask(site, {"objects": []}), 400, "/objects")
    refused(ask(site, {"objects": ["a"], "metod": "PUT"}), 400,
            ("/metod", "'method'"))


@case("a permission beside links narrows them, and never widens")
def _(site):
    for fields in ({"permission": "object-read-only"},
                   {"permission": "object-read-write",
                    "actions": ["GetObject", "HeadObject"]},
                   {"permission": "admin-read-write"}):
        found = link(site, "a", sign="scoped", **fields)
        Judge(site, DOWN, ["GetObject"]).object(credential_of(found), "a")


@case("what is for links is refused beside credentials")
def _(site):
    fields = {"bucket": DOWN, "permission": "object-read-only"}
    for name, value in (("method", "GET"), ("sign", "parent")):
        for send in (site.batch, site.single):
            refused(send({**fields, "objects": ["a"], name: value}), 400,
                    ("/" + name, "links"))
    entries = {"method": "GET", "filename": "a", "contentType": "a/b",
               "contentLength": 1}
    refused(site.batch({**fields, "objects": [
        {"key": "a", name: value} for name, value in entries.items()]}), 400,
        *((f"/objects/{number}/{name}", "links")
          for number, name in enumerate(entries)))
    equal(len(site.issued_as(site.batch({**fields, "objects": [
        {"key": "a", "sha256": BOUND["sha256"]}]}))), 1)


@case("the route takes POST, and says so")
def _(site):
    for method in ("GET", "PUT", "DELETE"):
        answer = site.request(method, links_path(), token="bulk")
        equal((answer.status, answer.headers["Allow"]), (405, "POST"))


if __name__ == "__main__":
    main(make_site)
