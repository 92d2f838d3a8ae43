#!/usr/bin/python3
"""Does the judge of `make soak` notice? Answers and logs that somebody tampered
with, without a server."""
import base64
import contextlib
import hashlib
import http.client
import json
import os
import random
import sys
import tempfile

sys.path[1:1] = [sys.path[0] + "/../e2e/lib"]
import jwt

from harness import ACCOUNT, PORTAL, case, equal, main, need
from judging import Judge
from keeping import receipt
from place import DAILY, DOWNLOADS, RATE, REMOTE
from record import Record
import asking

ID = "0123456789abcdef0123456789abcdef"
KNOWN = {"name": "forged", "mount": "/mint", "account": ACCOUNT,
         "tokens": {"bulk": "b"}, "logins": {}, "host": "here", "links": 1,
         "secrets": {PORTAL: "s" * 64, REMOTE: "r" * 64},
         "link_secret": "l" * 64}


def entry(row, parent=PORTAL, secret="s" * 64):
    bucket, scope, ttl, kind, path = row
    text = jwt.encode({
        "bucket": bucket, "scope": scope, "sub": ACCOUNT, "iss": parent,
        "iat": 1800000000, "exp": 1800000000 + ttl,
        "paths": {kind + "Paths": [path]}}, secret, "HS256")
    return {"key": path, "accessKeyId": parent,
            "secretAccessKey": hashlib.sha256(text.encode()).hexdigest(),
            "sessionToken": base64.b64encode(
                b"jwt/" + text.encode()).decode()}


def body_of(entries):
    return json.dumps({"result": entries, "success": True},
                      separators=(",", ":")).encode()


def kept(asked, body, status=200, ended=True, request=ID):
    headers = http.client.HTTPMessage()
    headers["Mintage-Request"] = request
    return receipt(asked, status, headers, body, ended, KNOWN)


def batch(count=3):
    return asking.batch(random.Random(1), KNOWN, 0, count)


def issue(found, **changes):
    """The line that belongs to a receipt."""
    return {"time": "T", "event": "issue", "request": found["id"],
            "caller": found["caller"], "bucket": found["bucket"],
            "parent": PORTAL, "failed": 0, "count": found["count"],
            "scopes": found.get("scopes"), **changes}


@contextlib.contextmanager
def judged(receipts, *lines):
    """A judge who has read these receipts and this log."""
    with tempfile.TemporaryDirectory(prefix="mintage-") as folder:
        log, path = (os.path.join(folder, name) for name in ("log", "kept"))
        with open(log, "wb") as f:
            f.writelines(line if isinstance(line, bytes)
                         else json.dumps(line).encode() + b"\n"
                         for line in lines)
        with open(path, "w", encoding="utf-8") as f:
            f.writelines(json.dumps(one) + "\n" for one in receipts)
        judge = Judge(path, Record(log))
        judge.go_on(last=True)
        yield judge


def complaints(judge):
    return (judge.wrong + judge.not_recorded + judge.different
            + judge.record.wrong + judge.over_limits() + judge.outcomes()[1])


@case("an answer that is right, and recorded: nothing to complain of")
def _():
    asked = batch()
    found = kept(asked, body_of([entry(row) for row in asked.rows]))
    equal((found.get("wrong"), found["whole"], found["count"]), (None, True, 3))
    outcome = {"event": "outcome", "request": ID, "result": "complete",
               "issued": 3}
    with judged([found], issue(found), outcome) as judge:
        equal(complaints(judge), [])
        equal((judge.received, judge.whole, judge.record.count()), (3, 1, 3))


@case("a part of an answer: what came counts, and has to be on record")
def _():
    asked = batch()
    body = body_of([entry(row) for row in asked.rows])
    found = kept(asked, body[:body.rindex(b'"key"')], ended=False)
    equal((found.get("wrong"), found["whole"], found["count"]),
          (None, False, 2))
    with judged([found], issue(found, count=3)) as judge:
        equal(complaints(judge), [])
    with judged([found], issue(found, count=1)) as judge:
        equal(len(judge.different), 1)
    with judged([found]) as judge:
        equal(len(judge.not_recorded), 1)


@case("each member of the line that is another is noticed")
def _():
    asked = batch()
    found = kept(asked, body_of([entry(row) for row in asked.rows]))
    for change in ({"count": 2}, {"count": 4}, {"scopes": "0" * 64},
                   {"caller": "web"}, {"bucket": "shared"}, {"failed": 1},
                   {"parent": REMOTE}, {"event": "redirect"}):
        with judged([found], issue(found, **change)) as judge:
            equal(len(judge.different), 1, str(change))
    with judged([found], issue(found, request="f" * 32)) as judge:
        equal(len(judge.not_recorded), 1)


@case("answers that are not what was asked for are noticed")
def _():
    asked = batch()
    good = [entry(row) for row in asked.rows]
    wider = [asked.rows[0][:3] + ["prefix", "public/"]] + asked.rows[1:]
    longer = [asked.rows[0][:2] + [86401, *asked.rows[0][3:]]] + asked.rows[1:]
    for what, body, more in (
            ("more", body_of(good + good[:1]), {}),
            ("less", body_of(good[:2]), {}),
            ("order", body_of(good[::-1]), {}),
            ("wider", body_of([entry(row) for row in wider]), {}),
            ("longer", body_of([entry(row) for row in longer]), {}),
            ("nobody's", body_of([entry(row, secret="x" * 64)
                                  for row in asked.rows]), {}),
            ("a refusal", body_of(good), {"status": 503}),
            ("a torn refusal", body_of(good)[:900], {"status": 503}),
            ("without id", body_of(good), {"request": None}),
            ("secret", body_of([{**good[0], "secretAccessKey": "0" * 64},
                                *good[1:]]), {})):
        if more.get("request", "") is None:
            found = receipt(asked, 200, {}, body, True, KNOWN)
        else:
            found = kept(asked, body, **more)
        need("wrong" in found, f"{what}: {found}")


@case("a torn line is known by its end; all other tears are noticed")
def _():
    line = b'{"time":"T","event":"retry","request":"r"}\n'
    for torn in (line[:20] + b"\n" + line, line + line[:5] + b"\n",
                 line + line[:30]):
        with judged([], torn) as judge:
            equal((len(judge.record.torn), judge.record.wrong), (1, []), torn)
    for torn in (line[:20] + line, line[5:], line + line[20:],
                 line[:-1] + line, b"\0\0\0\n" + line, b"\n" + b"x\n"):
        with judged([], torn) as judge:
            need(judge.record.wrong, torn)


@case("two lines of one request, and outcomes that disagree, are noticed")
def _():
    asked = batch()
    found = kept(asked, body_of([entry(row) for row in asked.rows]))
    outcome = {"event": "outcome", "request": ID, "result": "complete",
               "issued": 3}
    for lines in ([issue(found)] * 2, [issue(found), outcome, outcome],
                  [issue(found), {**outcome, "issued": 2}]):
        with judged([found], *lines) as judge:
            need(complaints(judge), lines)
    with judged([found, found], issue(found)) as judge:
        need(judge.wrong, "one id twice")


@case("what is beyond a limit is noticed, received or only recorded")
def _():
    def line(number, **more):
        return {"event": "issue", "request": f"r{number}",
                "caller": "ration1", "count": 1, **more}
    for count, each, good in ((RATE, 1, True), (RATE + 1, 1, False),
                              (1, DAILY, True), (1, DAILY + 1, False)):
        with judged([], *(line(number, count=each)
                          for number in range(count))) as judge:
            equal(not judge.over_limits(), good, f"{count} of {each}")
    for count in (DOWNLOADS, DOWNLOADS + 1):
        with judged([], *(line(number, event="redirect", download="counted",
                               key="k", caller=None)
                          for number in range(count))) as judge:
            equal(not judge.over_limits(), count == DOWNLOADS)
    asked = batch(1)._replace(name="ration1")
    found = kept(asked, body_of([entry(row) for row in asked.rows]))
    with judged([{**found, "id": f"r{number}"}
                 for number in range(RATE + 1)]) as judge:
        need(judge.over_limits(), "received")


if __name__ == "__main__":
    main()
