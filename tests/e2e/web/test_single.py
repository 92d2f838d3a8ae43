#!/usr/bin/python3
"""The route for a single credential, judged by PyJWT."""
import json
import signal
import sys

sys.path.insert(1, sys.path[0] + "/../lib")
from endpoint import WRITE_ONLY, make_site
from harness import (ARCHIVE, BERLIN, EUROPE, PORTAL, R2_HOST, case, equal,
                     main, need, single_path, until)
from judge import Judge, claims_of
import wire


@case("single: objects and prefixes in one credential, as the API answers")
def _(site):
    answer = site.single({
        "bucket": "portal-downloads", "parentAccessKeyId": PORTAL,
        "permission": "object-read-write", "ttlSeconds": 604800,
        "objects": ["a.txt", "käse/ö.txt"], "prefixes": ["p/", "q/"]})
    result = site.issued_as(answer)
    equal(answer.headers["Content-Type"].split(";")[0], "application/json")
    equal(answer.headers["Cache-Control"], "no-store")
    equal(answer.headers["Mintage-Count"], "1")
    equal(set(result), {"accessKeyId", "secretAccessKey", "sessionToken",
                        "expiresAt"})
    equal(answer.json["messages"], [])
    need(answer.text.rstrip("\n").endswith('"success":true}'),
         f"ends in {answer.text[-60:]!r}")
    judge = Judge(site, "portal-downloads", "object-read-write", 604800)
    equal(judge.paths(result), (["p/", "q/"], ["a.txt", "käse/ö.txt"]))


@case("single: /client/v4 before the route is dropped")
def _(site):
    answer = site.request(
        "POST", "/client/v4" + single_path(), token="web",
        json={"bucket": "portal-downloads", "permission": "object-read-only",
              "objects": ["public/a"]})
    judge = Judge(site, "portal-downloads", "object-read-only")
    equal(judge.paths(site.issued_as(answer)), ([], ["public/a"]))


@case("single: a whole bucket has no paths at all")
def _(site):
    answer = site.single({"bucket": "shared", "parentAccessKeyId": ARCHIVE,
                          "permission": "object-read-only"})
    judge = Judge(site, "shared", "object-read-only", parent=ARCHIVE)
    equal(judge.paths(site.issued_as(answer)), None)


@case("single: an EU account's audience is its own host")
def _(site):
    answer = site.single({"bucket": "berlin", "prefixes": ["x/"],
                          "permission": "admin-read-write"}, token="admin",
                         account=EUROPE)
    judge = Judge(site, "berlin", "admin-read-write", parent=BERLIN,
                  account=EUROPE, host=f"{EUROPE}.eu.{R2_HOST}")
    equal(judge.paths(site.issued_as(answer)), (["x/"], []))


@case("single: actions are sent instead of the permission they are within")
def _(site):
    for permission in ({}, {"permission": "object-read-write"}):
        answer = site.single({"bucket": "portal-uploads", "objects": ["k"],
                              "actions": ["PutObject", "GetObject"],
                              **permission})
        judge = Judge(site, "portal-uploads", ["GetObject", "PutObject"])
        equal(judge.paths(site.issued_as(answer)), ([], ["k"]))


@case("single: object-write-only is sent as its actions")
def _(site):
    answer = site.single({"bucket": "portal-uploads",
                          "permission": "object-write-only",
                          "prefixes": ["incoming/7/"]}, token="drop")
    judge = Judge(site, "portal-uploads", WRITE_ONLY)
    equal(judge.paths(site.issued_as(answer)), (["incoming/7/"], []))


@case("the default ttl is 900, or the caller's most where that is less")
def _(site):
    body = json.dumps({"bucket": "portal-downloads", "objects": ["public/a"],
                       "permission": "object-read-only"}).encode()
    values = wire.environment("POST", single_path(), len(body),
                              token=site.settings.tokens["web"])
    judge = Judge(site, "portal-downloads", "object-read-only", 900)
    with wire.Responder(site) as responder:
        judge.token(site.issued_as(responder.ask(values, body)))
        with site.changed("caller web", max_ttl="60"):
            responder.process.send_signal(signal.SIGHUP)
            until(lambda: lifetime(responder.ask(values, body)) == 60,
                  "SIGHUP makes the new configuration count")
            judge.ttl = 60
            judge.token(site.issued_as(responder.ask(values, body)))


def lifetime(answer):
    claims = claims_of(answer.result["sessionToken"])
    return claims["exp"] - claims["iat"]


if __name__ == "__main__":
    main(make_site)
