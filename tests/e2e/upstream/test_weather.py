#!/usr/bin/python3
"""Cloudflare signs, and fails one call in so many: batch after batch."""
import concurrent.futures
import random
import sys

sys.path.insert(1, sys.path[0] + "/../lib")
from cloud import Cloud, GOOD, run_all
from harness import SANITIZED, case, equal, need
from judge import claims_of

# With sanitizers it takes twice as long, and shows no more by another batch.
BATCHES, SITES = (20, 4) if SANITIZED else (50, 10)
KEYS = [f"k/{n}" for n in range(200)]


def failing(share, seed):
    """A script for Api: this share of the calls is answered 429 or 503."""
    chance = random.Random(seed)

    def script(number, call):
        if chance.random() >= share:
            return None
        return chance.choice((("429", 1), "503"))
    return script


def ask_in_a_row(seed):
    """Some batches, one after the other, each whole and in order. The count of
    calls is removed in between, as if five minutes had gone by."""
    with Cloud(api_deadline="150") as site:
        for number in range(BATCHES // SITES):
            with site.api.doing(failing(1 / 20, seed * 100 + number)) as calls:
                answer = site.batch({**GOOD, "objects": KEYS}, token="sky")
            equal(answer.status, 200, f"batch {number}: {answer.text[:300]}")
            need(len(calls) > len(KEYS), "nothing failed")
            for entry, key in zip(answer.result, KEYS, strict=True):
                equal(entry["key"], key)
                equal(claims_of(entry["sessionToken"])["paths"],
                      {"objectPaths": [key]})
            site.forget_calls()


@case("one call in twenty fails: batches of 200 come whole, in order")
def _(_):
    with concurrent.futures.ThreadPoolExecutor(SITES) as pool:
        list(pool.map(ask_in_a_row, range(SITES)))


@case("one call in two fails: refused in words, and nothing is issued")
def _(site):
    for seed in range(3):
        with site.api.doing(failing(1 / 2, seed)):
            answer = site.batch({**GOOD, "objects": KEYS}, token="sky")
        site.refused(answer, 502)
        need(any(word in answer.text for word in ("429", "503", "too slow")),
             answer.text)
        outcome = site.audit(answer.id, "issue", "refused", "outcome")[-1]
        equal(outcome["issued"], 0, "issued")
        site.forget_calls()


if __name__ == "__main__":
    run_all()
