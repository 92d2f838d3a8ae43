#!/usr/bin/python3
"""Cloudflare signs: which failures are asked again, and when."""
import random
import sys

sys.path.insert(1, sys.path[0] + "/../lib")
from cloud import GOOD, KEYS, run_all
from harness import case, equal, need


@case("500, 503, 408, 429, a hang-up, half an answer: asked again")
def _(site):
    for mischief in ("500", "503", "408", "429", "hangup", "cut"):
        with site.api.doing([mischief]) as calls:
            answer = site.single({**GOOD, "objects": ["a"]}, token="sky")
        need(answer.status == 200, f"after {mischief}: {answer.text}")
        equal(len(calls), 2, f"calls after {mischief}")


@case("a hang-up on a kept connection: asked again by us, and counted")
def _(site):
    site.forget_calls()
    for _ in range(4):
        with site.api.doing([None, "hangup"]) as calls:
            answer = site.batch({**GOOD, "objects": ["a", "b"]}, token="sky")
        equal(answer.status, 200, answer.text)
        equal(len(calls), 3, "calls")
    equal(site.counted_calls(), 12, "calls counted")
    site.forget_calls()


@case("Retry-After is waited for, in seconds and as a date")
def _(site):
    for value, least in ((1, 1), ("2", 1)):
        with site.api.doing([("429", value)]) as calls:
            answer = site.single({**GOOD, "objects": ["a"]}, token="sky")
        equal(answer.status, 200, answer.text)
        equal(len(calls), 2, "calls")
        pause = calls[1].time - calls[0].time
        need(pause >= least * 0.95, f"asked again after {pause} s")


@case("asked for silence, all calls wait, and so does another process")
def _(site):
    site.forget_calls()
    with site.api.doing([("429", 1)]) as calls:
        answer = site.batch({**GOOD, "objects": KEYS}, token="sky")
    equal(answer.status, 200, answer.text)
    late = [call.time for call in calls[8:]]
    need(min(late) - calls[0].time >= 0.95, "calls within the silence")
    with site.api.doing([("429", 600)]) as calls:
        text = site.refused(site.single({**GOOD, "objects": ["a"]},
                                        token="sky"), 502, "429")
        need("10058" in text, text)
        equal(len(calls), 1, "calls")
        answer = site.single({**GOOD, "objects": ["a"]}, token="sky")
        site.refused(answer, 429)
        need(int(answer.headers["Retry-After"]) > 500, answer.headers)
        equal(len(calls), 1, "calls after that")
    site.forget_calls()


@case("5 % of calls fail at random: all 200 are issued")
def _(site):
    chance = random.Random(7)
    keys = [f"k/{n}" for n in range(200)]

    def script(number, call):
        return chance.choice(("500", "hangup", "cut", "429")) \
            if chance.random() < 0.05 else None
    with site.api.doing(script) as calls:
        entries = site.batch({**GOOD, "objects": keys}, token="sky").result
    need(len(calls) > 200, "nothing failed")
    for entry, key in zip(entries, keys):
        site.check(entry, key)
    equal(len(entries), 200)
    site.forget_calls()


@case("what can't change is asked once")
def _(site):
    for mischief, words in (
            (("refusal", (403, 10000, "Authentication error")),
             ("403", "10000", "Authentication error")),
            (("refusal", (400, 10004, "no\nsuch\x1b[31m thing")),
             ("400", "no such")),
            ("no success", ("200",)), ("invalid", ("not in its JSON",)),
            (("html", 403), ("403", "not in its JSON")),
            ("redirect", ("302", "not followed")),
            ("huge", ("too long",)), ("echo", ("403", "10000"))):
        with site.api.doing(lambda *_: mischief) as calls:
            text = site.refused(site.single({**GOOD, "objects": ["a"]},
                                            token="sky"), 502, *words)
        need("\n" not in text and "\x1b" not in text, repr(text))
        equal(len(calls), 1, f"calls after {mischief}")


@case("an error page instead of an envelope, again and again")
def _(site):
    with site.api.doing(lambda *_: "html") as calls:
        site.refused(site.single({**GOOD, "objects": ["a"]}, token="sky"),
                     502, "502", "not in its JSON")
    equal(len(calls), 6, "calls")


@case("messages may be texts or objects")
def _(site):
    for messages in (["a text"], [{"code": 1, "message": "x"}], [], None):
        with site.api.doing([("messages", messages)]):
            answer = site.single({**GOOD, "objects": ["a"]}, token="sky")
        equal(answer.status, 200, answer.text)


@case("what isn't a credential does not get into an answer")
def _(site):
    for text in ('x"<script>', "a b", "x\ny", "$(id)", "'", "", "é", None, 7):
        with site.api.doing([("poison", text)]):
            answer = site.single({**GOOD, "objects": ["a"]}, token="sky")
        site.refused(answer, 502, "holds no credential")


if __name__ == "__main__":
    run_all()
