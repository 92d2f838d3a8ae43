#!/usr/bin/python3
"""Strangers get nothing, and a caller gets nothing beyond its section."""
import json
import sys

sys.path.insert(1, sys.path[0] + "/../lib")
from harness import (ARCHIVE, BERLIN, EUROPE, FOREIGN, PORTAL, case, equal,
                     main, need, single_path)
from refusals import (AMBIGUOUS, DENIED, GOOD, INSECURE, JSON, UNAUTHORIZED,
                      bad, make_site, refused)
import wire


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
        for own in ({}, {"HTTP_SEC_FETCH_SITE": "same-origin"},
                    {"HTTP_SEC_FETCH_SITE": "none"},
                    {"HTTP_ORIGIN": "http://localhost:8080",
                     "HTTP_HOST": "LOCALHOST:8080"},
                    {"HTTP_ORIGIN": "https://mint.example",
                     "HTTP_HOST": "mint.example:443", "HTTPS": "on"}):
            equal(responder.ask({**values, **own}, body).status, 200, own)
        for elsewhere in ({"HTTP_SEC_FETCH_SITE": "cross-site"},
                          {"HTTP_SEC_FETCH_SITE": "same-site"},
                          {"HTTP_SEC_FETCH_SITE": "what comes next"},
                          {"HTTP_ORIGIN": "null"},
                          {"HTTP_ORIGIN": "http://evil.example"},
                          {"HTTP_ORIGIN": "https://localhost"},
                          {"HTTP_ORIGIN": "http://localhost:81"},
                          {"HTTP_ORIGIN": "http://evil.example",
                           "HTTP_X_FORWARDED_HOST": "evil.example",
                           "HTTPS": "on"}):
            elsewhere = {"HTTP_HOST": "localhost", **elsewhere}
            refused(site, responder.ask({**values, **elsewhere}, body), 403,
                    DENIED)
            equal(responder.ask({**token, **elsewhere, "HTTPS": "on"},
                                body).status, 200,
                  "a token is shown by its owner alone")
            page = wire.environment("GET", "/", REMOTE_USER="ann", **elsewhere)
            equal(responder.ask(page).status, 200,
                  "a link from elsewhere opens the page")


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


if __name__ == "__main__":
    main(make_site)
