#!/usr/bin/python3
"""Cloudflare signs: all or nothing, or each entry its own error."""
import os
import sys

sys.path.insert(1, sys.path[0] + "/../lib")
from cloud import Cloud, GOOD, KEYS, broken_at, helpers, run_all
from harness import case, equal, need, until


@case("reject: one failure, and nothing is issued; the rest isn't asked for")
def _(site):
    with site.api.doing(broken_at(3), latency=0.02) as calls:
        answer = site.batch({**GOOD, "objects": KEYS * 5}, token="sky")
    text = site.refused(answer, 502, "403", "10003", "not this one")
    need(text, "no words")
    equal(answer.errors[0]["source"]["pointer"], "/objects/3")
    need(len(calls) < 60, f"{len(calls)} calls")
    lines = site.audit(answer.id, "issue", "refused", "outcome")
    equal((lines[2]["result"], lines[2]["issued"]), ("failed", 0))


@case("report: each entry that failed carries its own error")
def _(site):
    with site.api.doing(broken_at(0, 7, 19)):
        answer = site.batch({**GOOD, "objects": KEYS, "onError": "report"},
                            token="sky")
    entries = answer.result
    equal([n for n, entry in enumerate(entries) if "error" in entry],
          [0, 7, 19])
    for entry, key in zip(entries, KEYS):
        equal(entry["key"], key)
        if "error" in entry:
            equal(entry["error"]["code"], 11015)
            need("not this one" in entry["error"]["message"], entry)
        else:
            site.check(entry, key)
    equal(answer.json["result_info"], {"count": 17, "failed": 3})
    lines = site.audit(answer.id, "issue", "outcome")
    equal(lines[1]["issued"], 17)


@case("report: entries that are no good themselves are not asked for")
def _(site):
    with site.api.doing(broken_at(1)) as calls:
        answer = site.batch({**GOOD, "objects": [KEYS[0], "", KEYS[1],
                                                 KEYS[2]],
                             "onError": "report"}, token="sky")
    equal(["error" in entry for entry in answer.result],
          [False, True, True, False])
    site.check(answer.result[3], KEYS[2])
    equal(len(calls), 3, "calls")
    equal(answer.json["result_info"], {"count": 2, "failed": 2})


@case("slower than its time: 502, and nothing is issued")
def _(site):
    with Cloud(api_deadline="1") as other:
        with other.api.doing(lambda *_: ("slow", 3)):
            other.refused(other.batch({**GOOD, "objects": KEYS}, token="sky"),
                          502)


@case("the helper is killed half-way: nothing was issued")
def _(site):
    def kill(number, call):
        if number == 5:
            for pid in helpers(site):
                os.kill(pid, 9)
    with site.api.doing(kill, latency=0.05):
        answer = site.batch({**GOOD, "objects": KEYS}, token="sky")
    site.refused(answer, 503, "try again")
    lines = site.audit(answer.id, "issue", "refused", "outcome")
    equal((lines[2]["result"], lines[2]["issued"]), ("failed", 0))


@case("the responder is killed half-way: nothing has been answered")
def _(site):
    with Cloud() as other:
        # To look for them takes longer than a call may, on a busy machine.
        responders = other.responders()
        equal(len(responders), other.processes, "responders")

        def kill(number, call):
            if number == 5:
                for pid in responders:
                    os.kill(pid, 9)
        with other.api.doing(kill, latency=0.05):
            answer = other.batch({**GOOD, "objects": KEYS}, token="sky")
        need(answer.status in (500, 502, 503), answer.text)
        need(b"sessionToken" not in answer.body, "something was answered")
        # Recorded as begun, and never as over.
        equal([line["event"] for line in other.audit_lines()], ["issue"])
        until(lambda: not helpers(other), "its helper ends")


if __name__ == "__main__":
    run_all()
