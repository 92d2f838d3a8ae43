#!/usr/bin/python3
"""FastCGI by hand: SIGHUP, and a log that was taken away."""
import hashlib
import os
import shutil
import signal
import sys

sys.path.insert(1, sys.path[0] + "/../lib")
from bench import (MANY, answer_of, ask, bench, health, main, recorded, reload,
                   taken)
from harness import case, equal, need, until
from wire import environment


@case("SIGHUP: a new configuration counts from the next request on")
def _():
    path = bench.variant("changing")
    index = {"HTTP_ACCEPT": "application/json"}
    with bench.start(path) as process:
        values, body = bench.single()
        equal(ask(process, values, body).status, 200)
        before = bench.settings.sections.pop("caller bulk")
        try:
            bench.settings.sections["caller other"] = dict(
                before, **{"bearer-sha256":
                           hashlib.sha256(b"another-word").hexdigest()})
            bench.variant("changing")
        finally:
            bench.settings.sections.pop("caller other", None)
            bench.settings.sections["caller bulk"] = before
        equal(ask(process, values, body).status, 200, "still the old one")
        reload(process)
        equal(ask(process, values, body).status, 401, "the old token")
        answer = ask(process, bench.single(token="another-word", **index)[0],
                     body)
        equal(answer.status, 200, "the new token")


@case("SIGHUP with a broken file: says where, and serves with the old one")
def _():
    path = bench.variant("breaking")
    values, body = bench.single()
    with bench.start(path) as process:
        health(process)
        shutil.copyfile(bench.broken(), path)
        reload(process, "stays in force")
        need("breaking.conf:2" in process.errors, process.errors)
        need("no-such-key" in process.errors, process.errors)
        equal(ask(process, values, body).status, 200)
        for remote, words in (("127.0.0.1", b"breaking.conf:2: "),
                              ("192.0.2.7", b"see the log")):
            answer = ask(process, environment("GET", "/healthz",
                                              remote=remote))
            equal((answer.status, answer.body[:3]), (200, b"ok\n"))
            need(b"reload failed" in answer.body and words in answer.body,
                 answer.body)
        need(b"breaking" not in answer.body, "strangers learn its path")
        bench.variant("breaking")
        reload(process)
        equal(ask(process, values, body).status, 200)


@case("SIGHUP in the middle of a request cuts nothing")
def _():
    values, body = bench.batch()
    with bench.start() as process, process.connect() as connection:
        connection.begin()
        connection.params(values)
        connection.body(body[:70000], end=False)
        taken(connection)
        process.send_signal(signal.SIGHUP)
        connection.body(body[70000:])
        connection.read(50000)
        process.send_signal(signal.SIGHUP)
        equal(answer_of(connection).tokens, MANY)
        until(lambda: "loaded anew" in process.errors, "it is loaded then")
        health(process)


@case("SIGHUP opens a log anew that was rotated away")
def _():
    values, body = bench.single()
    log = os.path.join(bench.folder, "log", "rotated.jsonl")
    with bench.start(bench.variant("rotate", audit_log=log)) as process:
        equal(ask(process, values, body).status, 200)
        os.rename(log, log + ".1")
        reload(process)
        recorded(process, log, values, body)


@case("a log that was taken away is written anew, whatever was signalled")
def _():
    values, body = bench.single()
    log = os.path.join(bench.folder, "log", "removed.jsonl")
    path = bench.variant("removed", audit_log=log)
    with bench.start(path) as process:
        equal(ask(process, values, body).status, 200)
        os.unlink(log)
        recorded(process, log, values, body)
        os.rename(log, log + ".1")
        shutil.copyfile(bench.broken(), path)
        reload(process, "stays in force")
        recorded(process, log, values, body)


@case("/healthz tells that nothing can be recorded, until it can be")
def _():
    values, body = bench.single()
    with bench.start(bench.variant("full", audit_log="/dev/full")) as process:
        equal(ask(process, values, body).status, 503)
        answer = ask(process, environment("GET", "/healthz"))
        equal((answer.status, b"audit log" in answer.body), (503, True))


if __name__ == "__main__":
    main()
