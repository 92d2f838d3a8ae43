#!/usr/bin/python3
"""A disk that is full, files that others truncate, readers that are stuck: no
worker dies or hangs, and nothing is issued without a record."""
import contextlib
import fcntl
import json
import os
import re
import sys
import threading
import time

sys.path.insert(1, sys.path[0] + "/../lib")
from harness import Site, case, equal, main, need, single_path
from disks import fill, small_disk, unfill
import wire

READ = {"bucket": "portal-downloads", "permission": "object-read-only"}


def single(site, **more):
    body = json.dumps({**READ, "objects": ["a"], **more}).encode()
    return wire.environment("POST", single_path(), len(body),
                            token=site.settings.tokens["bulk"]), body


def counters(responder):
    answer = responder.ask(wire.environment("GET", "/metrics"))
    equal(answer.status, 200)
    return (re.search(r'scope="(\w+)"', answer.text)[1],
            int(re.search(r'issued_total\{route="single"\} (\d+)',
                          answer.text)[1]))


def lives(responder):
    need(responder.running, f"it died: {responder.process.returncode}")


@case("a full state-dir: metrics are counted privately, and no worker dies")
def _(site):
    with small_disk(site, 65536) as disk, \
            site.changed("mintage", state_dir=disk):
        fill(disk)
        with wire.Responder(site) as responder:
            equal(counters(responder), ("process", 0))
            for _ in range(5):
                equal(responder.ask(*single(site)).status, 200)
            equal(counters(responder), ("process", 5))
            lives(responder)
        unfill(disk)
        with wire.Responder(site) as responder:
            equal(responder.ask(*single(site)).status, 200)
            fill(disk)
            equal(responder.ask(*single(site)).status, 200)
            equal(counters(responder), ("host", 2))
            lives(responder)


@case("whoever truncates or fills the file of the metrics kills no worker")
def _(site):
    folder = os.path.join(site.folder, "state")
    os.mkdir(folder)
    path = os.path.join(folder, "metrics.4")
    with site.changed("mintage", state_dir=folder), \
            wire.Responder(site) as one, wire.Responder(site) as two:
        equal(one.ask(*single(site)).status, 200)
        equal(two.ask(*single(site)).status, 200)
        for size in (0, 1, 100, 4096, 4097, 1 << 20, 0):
            os.truncate(path, size)
            for responder in (one, two):
                equal(responder.ask(*single(site)).status, 200)
                need(counters(responder)[0] == "host", "not shared")
                lives(responder)
        os.unlink(path)
        equal(one.ask(*single(site)).status, 200)
        lives(one)


@case("processes of a host count together, whichever ends first")
def _(site):
    folder = os.path.join(site.folder, "counts")
    os.mkdir(folder)
    with site.changed("mintage", state_dir=folder), \
            wire.Responder(site) as one:
        for _ in range(3):
            with wire.Responder(site) as two:
                equal(one.ask(*single(site)).status, 200)
                equal(two.ask(*single(site)).status, 200)
        values, body = single(site)
        equal(wire.run_cgi(site, values, body).status, 200)
        equal(counters(one), ("host", 7))


def lines_of(path):
    with open(path, encoding="utf-8", newline="\n") as file:
        text = file.read()
    need(text.endswith("\n"), f"ends within a line: {text[-80:]!r}")
    return [json.loads(line) for line in text.split("\n")[:-1]]


@case("a disk that fills up and is freed again, under the requests of many")
def _(site):
    for sync in ("no", "yes"):
        with small_disk(site, 8 << 20) as disk:
            log = os.path.join(disk, "audit.jsonl")
            with site.changed("mintage", audit_log=log, audit_sync=sync):
                answers = ask_while_filling(site, disk)
            statuses = {answer.status for answer in answers}
            equal(statuses, {200, 503}, "statuses")
            issued = {line["request"] for line in lines_of(log)
                      if line["event"] == "issue"}
            for answer in answers:
                need(answer.status == 503 or answer.id in issued,
                     "an issue without a record")
                equal(b"sessionToken" in answer.body, answer.status == 200)
            need(answers[-1].status == 200, "it did not heal")


def ask_while_filling(site, disk):
    """The answers of three workers while the disk is filled and freed."""
    answers, over = [], threading.Event()

    def ask(responder):
        while not over.is_set():
            answers.append(responder.ask(*single(site)))
    with contextlib.ExitStack() as stack:
        workers = [stack.enter_context(wire.Responder(site)) for _ in range(3)]
        threads = [threading.Thread(target=ask, args=(worker,))
                   for worker in workers]
        for thread in threads:
            thread.start()
        for _ in range(8):
            time.sleep(0.1)
            fill(disk)
            time.sleep(0.1)
            unfill(disk)
        over.set()
        for thread in threads:
            thread.join()
        for worker in workers:
            answers.append(worker.ask(*single(site)))
            lives(worker)
    return answers


def refused_soon(responder, asked, seconds):
    begin = time.monotonic()
    answer = responder.ask(*asked)
    equal(answer.status, 503)
    need(b"sessionToken" not in answer.body, "issued after all")
    need(time.monotonic() - begin < seconds, "it took too long")


HEALTH = wire.environment("GET", "/healthz")


@case("a pipe: without a reader 503, with one that is stuck 503, and then 200")
def _(site):
    pipe = os.path.join(site.folder, "pipe")
    os.mkfifo(pipe)
    with site.changed("mintage", audit_log=pipe), \
            wire.Responder(site) as responder:
        asked = single(site)
        refused_soon(responder, asked, 2)
        answer = responder.ask(HEALTH)
        equal(answer.status, 503)
        need("nobody reads this pipe" in answer.text, answer.text)
        need("nobody reads this pipe" in responder.errors, responder.errors)
        reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
        issued = 0
        while responder.ask(*asked).status == 200:
            issued += 1
            need(issued < 1000, "the pipe takes all")
        refused_soon(responder, asked, 2)
        need("stopped reading" in responder.ask(HEALTH).text, "health")
        text = os.read(reader, 1 << 20)
        lines = [json.loads(line) for line in text.splitlines()]
        equal(len([line for line in lines if line["event"] == "issue"]),
              issued, "records")
        equal(responder.ask(*asked).status, 200, "it did not heal")
        equal(responder.ask(HEALTH).status, 200, "health")
        os.close(reader)


@case("a process that keeps the log's lock makes a 503, and not a hang")
def _(site):
    log = os.path.join(site.folder, "log", "locked.jsonl")
    with site.changed("mintage", audit_log=log), \
            wire.Responder(site) as responder:
        asked = single(site)
        equal(responder.ask(*asked).status, 200)
        with open(log, encoding="utf-8") as keeper:
            fcntl.flock(keeper, fcntl.LOCK_EX)
            refused_soon(responder, asked, 10)
            refused_soon(responder, asked, 2)
            need("lock" in responder.ask(HEALTH).text, "health")
        equal(responder.ask(*asked).status, 200)


@case("a log that is copied and truncated, or removed, goes on")
def _(site):
    log = os.path.join(site.folder, "log", "copied.jsonl")
    with site.changed("mintage", audit_log=log), \
            wire.Responder(site) as responder:
        asked = single(site)
        equal(responder.ask(*asked).status, 200)
        os.truncate(log, 0)
        equal(responder.ask(*asked).status, 200)
        equal([line["event"] for line in lines_of(log)], ["issue", "outcome"])
        os.unlink(log)
        equal(responder.ask(*asked).status, 200)
        equal([line["event"] for line in lines_of(log)], ["issue", "outcome"])


if __name__ == "__main__":
    main(lambda: Site("fastcgi"))
