#!/usr/bin/python3
"""No more than 1200 calls in five minutes."""
import concurrent.futures
import glob
import os
import shutil
import sys
import time

sys.path.insert(1, sys.path[0] + "/../lib")
from cloud import (Cloud, GOOD, KEYS, TOKEN, ask_one, broken_at, helpers, many,
                   mint, run_all)
from harness import Skip, case, equal, need, until


@case("1200 calls in five minutes, by all processes together")
def _(site):
    with Cloud(processes=2, api_deadline="60") as other:
        def ask(_):
            return other.batch({**GOOD, "objects": many(180)}, token="sky")
        with other.api.doing() as calls, \
                concurrent.futures.ThreadPoolExecutor(4) as pool:
            answers = list(pool.map(ask, range(8)))
        good = [answer for answer in answers if answer.status == 200]
        equal(len(helpers(other)), 2, "helpers")
        equal(len(good), 6, f"of {[answer.status for answer in answers]}")
        equal(len(calls), 6 * 180, "calls")
        for answer in answers:
            if answer.status != 200:
                other.refused(answer, 429, "1200 in 300 seconds")
                need(200 < int(answer.headers["Retry-After"]) <= 360,
                     answer.headers["Retry-After"])
        # What is left may still be had, and then nothing. It is 120, or less
        # where a connection failed and a call was made again.
        left = 1200 - other.counted_calls()
        need(100 < left <= 120, f"{left} are left")
        equal(ask_one(other, left).status, 200)
        other.refused(ask_one(other, 1), 429)
        # At a prompt it is the same budget.
        done = mint(other, "--object", "a")
        equal(done.returncode, 1)
        need(b"1200 in 300 seconds" in done.stderr, done.stderr)


@case("more than can be had at all is refused with the time it would take")
def _(site):
    with site.api.doing() as calls:
        answer = site.batch({**GOOD, "objects": many(5000)}, token="sky")
    site.refused(answer, 429, "5000 calls", "seconds")
    need(int(answer.headers["Retry-After"]) >= 1200,
         answer.headers["Retry-After"])
    equal(calls, [], "calls")
    equal([line["event"] for line in site.audit_lines()
           if line["request"] == answer.id], ["refused"])


@case("a batch that failed early has used up what it called for, no more")
def _(site):
    with Cloud(api_deadline="60") as other:
        with other.api.doing(broken_at(0)):
            answer = other.batch({**GOOD, "objects": KEYS + many(1100)},
                                 token="sky")
        other.refused(answer, 502)
        with other.api.doing():
            equal(ask_one(other, 1000).status, 200)


@case("the count can't be kept: nothing is called")
def _(site):
    with Cloud() as other:
        state = os.path.join(other.folder, "state")
        shutil.rmtree(state)
        with other.api.doing() as calls:
            other.refused(other.single({**GOOD, "objects": ["a"]},
                                       token="sky"), 503, "state-dir")
        equal(calls, [], "calls")
        os.mkdir(state)
        path = os.path.join(state, "calls")
        os.symlink("/dev/null", path)
        other.refused(other.single({**GOOD, "objects": ["a"]}, token="sky"),
                      503, "state-dir")
        os.unlink(path)
        equal(other.single({**GOOD, "objects": ["a"]},
                           token="sky").status, 200)
        equal(os.stat(path).st_mode & 0o777, 0o600, "mode")
        with open(path, "rb") as f:
            need(TOKEN.encode() not in f.read(), "the token is in the file")


@case("a count that was damaged is one that is full")
def _(site):
    path = os.path.join(site.folder, "state", "calls")
    for damage in (lambda f: f.truncate(0), lambda f: f.truncate(1000),
                   lambda f: f.write(b"mintage1"),
                   lambda f: (f.seek(200), f.write(b"\xff" * 50))):
        site.forget_calls()
        equal(ask_one(site, 1).status, 200)
        with open(path, "r+b") as f:
            damage(f)
        with site.api.doing() as calls:
            site.refused(ask_one(site, 1), 503, "damaged", "301 seconds")
            answer = ask_one(site, 1)
        site.refused(answer, 429)
        need(290 < int(answer.headers["Retry-After"]) <= 301, answer.headers)
        equal(calls, [], "calls")
    site.forget_calls()


@case("a short pause that another process was asked for is waited for")
def _(site):
    with Cloud(processes=2) as other:
        with other.api.doing([("429", 2)]) as calls, \
                concurrent.futures.ThreadPoolExecutor(2) as pool:
            first = pool.submit(ask_one, other, 1)
            until(lambda: calls, "a first call")
            time.sleep(0.2)
            equal(ask_one(other, 1).status, 200)
            equal(first.result().status, 200)
        equal(len(calls), 3, "calls")
        need(calls[1].time - calls[0].time >= 1.9, "a call within the pause")


@case("without state-dir calls are counted beside the audit log")
def _(site):
    if os.path.isdir("/run/mintage"):
        raise Skip("/run/mintage goes before it")
    with Cloud(api_deadline="60") as other:
        del other.settings.sections["mintage"]["state-dir"]
        other.settings.write()
        other.reload()
        equal(ask_one(other, 1200).status, 200)
        other.refused(ask_one(other, 1), 429)
        equal(len(glob.glob(other.folder + "/log/calls")), 1, "files")


if __name__ == "__main__":
    run_all()
