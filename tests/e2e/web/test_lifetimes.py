#!/usr/bin/python3
"""A lifetime is seconds, or a whole number with a unit, wherever one stands."""
import calendar
import json
import sys
import time

sys.path.insert(1, sys.path[0] + "/../lib")
from harness import Site, batch_path, case, equal, form, main, need, query

FIELDS = {"bucket": "portal-downloads", "permission": "object-read-only"}
JSON = {"Accept": "application/json"}
WRITTEN = (("60", 60), ("60s", 60), ("15m", 900), ("15min", 900),
           ("1h", 3600), ("2d", 2 * 86400), ("1w", 604800), ("7d", 604800))


def make_site():
    def change(settings):
        settings.sections["caller web"]["max-ttl"] = "1h"
    return Site("fastcgi", change)


def lifetimes(site, answer, begin):
    """How long each credential of an answer lives, from `begin` on."""
    found = []
    for entry in site.issued_as(answer):
        end = calendar.timegm(time.strptime(entry["expiresAt"],
                                            "%Y-%m-%dT%H:%M:%SZ"))
        found.append(end - begin)
    return found


def lives(site, answer, seconds):
    """Assert that every credential lives this long; the clock may have moved on
    by a second or two since the request."""
    now = int(time.time())
    for found in lifetimes(site, answer, now):
        need(seconds - 5 <= found <= seconds, f"{found}, not {seconds}")


def post(site, body, kind, path, accept=None):
    return site.request("POST", path, body, "bulk",
                        headers={"Content-Type": kind, **(accept or {})})


@case("JSON: the request's and an entry's, a number or a text with a unit")
def _(site):
    for text, seconds in WRITTEN:
        value = int(text) if text.isdigit() else text
        lives(site, site.batch({**FIELDS, "objects": ["a"],
                                "ttlSeconds": value}, "bulk"), seconds)
        lives(site, site.batch({**FIELDS, "objects": [
            {"key": "a", "ttlSeconds": value}]}, "bulk"), seconds)


@case("a form, a query, a CSV column and NDJSON take the same texts")
def _(site):
    for text, seconds in WRITTEN:
        lives(site, post(site, form({**FIELDS, "objects": "a",
                                     "ttlSeconds": text}),
                         "application/x-www-form-urlencoded", batch_path(),
                         JSON), seconds)
        lives(site, post(site, b"a\n", "text/plain", batch_path() + query(
            **FIELDS, ttlSeconds=text)), seconds)
        lives(site, post(site, f"key,ttlSeconds\na,{text}\n".encode(),
                         "text/csv", batch_path() + query(**FIELDS)), seconds)
        value = int(text) if text.isdigit() else text
        lives(site, post(site, json.dumps({"key": "a", "ttlSeconds": value})
                         .encode() + b"\n", "application/x-ndjson",
                         batch_path() + query(**FIELDS)), seconds)


@case("max-ttl = 1h bounds a caller by 3600 seconds")
def _(site):
    asked = {**FIELDS, "objects": ["public/a"]}
    lives(site, site.batch({**asked, "ttlSeconds": "60m"}, "web"), 3600)
    answer = site.batch({**asked, "ttlSeconds": "61m"}, "web")
    equal(answer.status, 403)
    need("1 to 3600" in answer.errors[0]["message"], answer.text)


@case("what is no length of time is told with examples")
def _(site):
    for text, says in (("1y", "has the unit 'y'"), ("1h30m", "90m"),
                       ("8d", "too long"), ("0h", "too short"),
                       ("1 h", "15m, 1h or 7d"), ("900", "in quotes")):
        answer = site.batch({**FIELDS, "objects": ["a"], "ttlSeconds": text},
                            "bulk")
        equal((answer.status, answer.errors[0]["source"]["pointer"]),
              (400, "/ttlSeconds"), text)
        need(says in answer.errors[0]["message"], answer.text)


if __name__ == "__main__":
    main(make_site)
