#!/usr/bin/python3
"""rate and daily-entries: exactly so many, over all processes and plain CGI;
what is left is told in headers, in the description and on the page."""
import os
import re
import sys

sys.path.insert(1, sys.path[0] + "/../lib")
from harness import ACCOUNT, case, equal, main, need
from counted import at_once
from limited import Limited, asking, keys, limits_of, parse_list
import wire

RATE, DAILY = "rate", "daily-entries"
LINKS = f"/accounts/{ACCOUNT}/r2/presigned-urls"


def events(site, answer):
    return [line["event"] for line in site.audit_lines()
            if line["request"] == answer.id]


def too_many(answer, most_seconds):
    """Assert a 429, and return its message."""
    equal(answer.status, 429, answer.text)
    error, = answer.errors
    equal(error["code"], 10058)
    seconds = int(answer.headers["Retry-After"])
    need(0 < seconds <= most_seconds, seconds)
    unit = "second" if seconds == 1 else "seconds"
    need(re.search(rf"again in {seconds} {unit}\b", error["message"]), error)
    return error["message"]


@case("ten requests in an hour, whatever becomes of them; the next is refused")
def _(site):
    site.forget()
    for number in range(8):
        answer = site.single(keys(1))
        equal(answer.status, 200, answer.text)
        quota, window, left, reset = limits_of(answer)[RATE]
        equal((quota, window, left), (10, 3600, 9 - number))
        need(3590 < reset <= 3604, reset)
    refused = site.single({"bucket": "nope"})
    equal(refused.status, 400)
    equal(limits_of(refused)[RATE][2], 1)
    equal(site.request("POST", "/accounts/" + "0" * 32
                       + "/r2/presigned-urls", token="bulk",
                       json=keys(1)).status, 404)
    before = len(site.audit_lines())
    answer = site.batch(keys(1))
    message = too_many(answer, 3604)
    need("10 times in any hour" in message, message)
    equal(limits_of(answer)[RATE][2], 0)
    line, = site.audit(answer.id, "refused")
    equal((line["status"], line["caller"]), (429, "bulk"))
    equal(len(site.audit_lines()), before + 1)
    # Others are not concerned.
    answer = site.single(keys(1, "incoming/") | {
        "bucket": "portal-uploads", "permission": "object-write-only"}, "drop")
    equal(answer.status, 200, answer.text)
    need("RateLimit" not in answer.headers, answer.headers)
    need("RateLimit-Policy" not in answer.headers, answer.headers)


@case("what is free: the page, health, metrics, and strangers' requests")
def _(site):
    site.forget()
    for _ in range(3):
        equal(limits_of(site.request("GET", "/", token="bulk"))[RATE][2], 10)
        equal(site.request("GET", "/healthz", token="bulk").status, 200)
        equal(site.request("GET", "/metrics", token="bulk").status, 200)
        equal(site.single(keys(1), "Tk-nobody").status, 401)
    equal(limits_of(site.single(keys(1)))[RATE][2], 9)


@case("entries of a day: a batch that goes beyond takes nothing at all")
def _(site):
    site.forget()
    equal(len(site.batch(keys(7), "web").result), 7)
    answer = site.batch(keys(14), "web")
    message = too_many(answer, 86500)
    need("20 entries in any 24 hours, of which 13 are left" in message, message)
    equal(limits_of(answer)[DAILY][:3], (20, 86400, 13))
    equal(events(site, answer), ["refused"])
    answer = site.batch(keys(12), "web")
    equal(len(answer.result), 12)
    equal(limits_of(answer)[DAILY][2], 1)
    need("of which 1 is left" in too_many(site.batch(keys(2), "web"), 86500),
         "words")
    # What is wrong costs nothing; one credential is one entry.
    equal(site.batch(keys(1, "secret/"), "web").status, 403)
    answer = site.single(keys(9), "web")
    equal(limits_of(answer)[DAILY][2], 0)
    need("0 are left" in too_many(site.batch(keys(1), "web"), 86500), "words")
    # More than there can ever be: no use to wait.
    answer = site.batch(keys(21), "web")
    equal(answer.status, 413)
    need("Retry-After" not in answer.headers, answer.headers)


@case("bad entries of a report are not counted, links are")
def _(site):
    site.forget()
    fields = {**keys(5), "objects": ["public/a", "secret/b", "public/c"],
              "onError": "report"}
    answer = site.batch(fields, "web")
    equal(answer.headers["Mintage-Failed"], "1")
    equal(limits_of(answer)[DAILY][2], 18)
    answer = site.request("POST", LINKS, token="web", json={
        "bucket": "portal-downloads", "method": "GET",
        "objects": ["public/x", "public/y"]})
    equal(answer.status, 200, answer.text)
    equal(limits_of(answer)[DAILY][2], 16)


@case("what could not be recorded was not issued, and is given back")
def _(site):
    site.forget()
    equal(site.batch(keys(3), "web").status, 200)
    log = os.path.join(site.folder, "log", "none", "audit.jsonl")
    with site.changed("mintage", audit_log=log), \
            wire.Responder(site) as responder:
        for _ in range(3):
            answer = responder.ask(*asking(site, "web"))
            equal(answer.status, 503, answer.text)
            equal(limits_of(answer)[DAILY][2], 17)
    equal(limits_of(site.batch(keys(1), "web"))[DAILY][2], 16)


@case("many at once, by FastCGI and plain CGI: exactly ten")
def _(site):
    for _ in range(3):
        site.forget()
        answers = at_once(
            [lambda: site.single(keys(1)) for _ in range(16)]
            + [lambda: wire.run_cgi(site, *asking(site, "bulk"))
               for _ in range(8)])
        statuses = [answer.status for answer in answers]
        equal((statuses.count(200), statuses.count(429)), (10, 14), statuses)
        received = [answer for answer in answers if answer.status == 200
                    and answer.result["sessionToken"]]
        equal(len({answer.id for answer in received}), 10)
        equal(sorted(limits_of(answer)[RATE][2] for answer in answers
                     if answer.status == 200), list(range(10)))


@case("many batches at once: never more entries than the day has")
def _(site):
    for size in (1, 3, 7):
        site.forget()
        answers = at_once(
            [lambda: site.batch(keys(size), "web") for _ in range(24)])
        issued = [len(answer.result) for answer in answers
                  if answer.status == 200]
        equal(sum(issued), 20 // size * size)
        equal({answer.status for answer in answers}, {200, 429})


@case("what was counted is counted after a reload and a restart")
def _(site):
    site.forget()
    with wire.Responder(site) as responder:
        for _ in range(6):
            equal(responder.ask(*asking(site, "bulk")).status, 200)
        responder.process.kill()
    with wire.Responder(site) as responder:
        answer = responder.ask(*asking(site, "bulk"))
        equal(limits_of(answer)[RATE][2], 3)
    with site.changed("caller bulk", rate="8/h"), \
            wire.Responder(site) as responder:
        equal(responder.ask(*asking(site, "bulk")).status, 200)
        equal(responder.ask(*asking(site, "bulk")).status, 429)
    # Another length: what came within it is counted in it.
    with site.changed("caller bulk", rate="8/day"), \
            wire.Responder(site) as responder:
        equal(responder.ask(*asking(site, "bulk")).status, 429)


@case("a limit per second allows requests again when the second is over")
def _(site):
    site.forget()
    with site.changed("caller bulk", rate="2/s"), \
            wire.Responder(site) as responder:
        statuses = []
        while 429 not in statuses or statuses[-1] != 200:
            need(len(statuses) < 100000, "it never ends")
            statuses.append(responder.ask(*asking(site, "bulk")).status)
        equal(set(statuses), {200, 429})
    with site.changed("caller bulk", rate="1/s"), \
            wire.Responder(site) as responder:
        for _ in range(100000):     # until two fall within one second
            answer = responder.ask(*asking(site, "bulk"))
            if answer.status != 200:
                break
        message = too_many(answer, 1)
        need("you may ask 1 time in any second" in message, message)


@case("the description and the page say what is left, in members and words")
def _(site):
    site.forget()
    answer = site.request("GET", "/", token="bulk",
                          headers={"Accept": "application/json"})
    equal(answer.json["caller"]["limits"], [
        {"name": "rate", "counts": "requests", "quota": 10,
         "windowSeconds": 3600, "remaining": 10, "resetSeconds": 0}])
    equal(site.batch(keys(4), "web").status, 200)
    answer = site.request("GET", "/", token="web",
                          headers={"Accept": "application/json"})
    limit, = answer.json["caller"]["limits"]
    equal((limit["name"], limit["quota"], limit["windowSeconds"],
           limit["remaining"]), ("daily-entries", 20, 86400, 16))
    need(86300 < limit["resetSeconds"] <= 86500, limit)
    answer = site.request("GET", "/", token="drop",
                          headers={"Accept": "application/json"})
    equal(answer.json["caller"]["limits"], [])
    page = site.request("GET", "/", token="web",
                        headers={"Accept": "text/html"}).text
    need("You have 16 of 20 entries left, counted over any 24 hours."
         in page, page)
    for _ in range(4):
        answer = site.as_user("chief", LINKS, body="bucket=x", headers={
            "Accept": "text/html",
            "Content-Type": "application/x-www-form-urlencoded"})
    equal(answer.status, 429)
    equal(sorted(limits_of(answer)), [DAILY, RATE])
    need(answer.headers["Content-Type"].startswith("text/html"), "a page")
    for words in ("429 Too Many Requests", "you may ask 3 times in any hour",
                  "You have 0 of 3 requests left"):
        need(words in answer.text, answer.text)


@case("the reader of structured fields is strict")
def _(site):
    equal(parse_list('"rate";q=100;w=60, "daily-entries";q=50000;w=86400'),
          [("rate", {"q": 100, "w": 60}),
           ("daily-entries", {"q": 50000, "w": 86400})])
    for bad in ('', 'rate;q=1', '"a";q=1,', '"a";q=1;q=2', '"a";Q=1',
                '"a";q=1.5', '"a"q=1', '"a";q=1 "b"'):
        try:
            parse_list(bad)
        except AssertionError:
            continue
        raise AssertionError(bad)


if __name__ == "__main__":
    main(Limited)
