"""Looks at a server: does it serve as it did at the beginning, is anything left
over, has a worker grown?"""
import http.client
import os
import random
import re

from harness import equal, need, process_status, single_path, until
from place import RATIONED, TTLS
from processes import (descriptors, family, memory, processor_time,
                       strays)
import asking
import client
import keeping

QUIET = 30              # seconds in which what was begun comes to its end
GROWTH = 1024           # KiB that a worker may have more after all of this
NUMBERS = re.compile(r"[0-9a-f]{32,}|and0L2[A-Za-z0-9+/=]+|\d+")
QUESTIONS = [asking.single, asking.batch, asking.links, asking.opened,
             asking.signed_in]
READ = {"bucket": asking.DOWN, "permission": asking.ONLY}


# Does it serve? --------------------------------------------------------------

def answer_to(choose, known):
    """(status, how many were issued, whole, names of headers, how it begins
    without its numbers)."""
    asked = choose(random.Random(1), known, 0)
    connection = http.client.HTTPConnection("127.0.0.1", known["port"],
                                            timeout=client.PATIENCE)
    connection.request(asked.method, asked.path, asked.body, asked.headers)
    response = connection.getresponse()
    body, ended = client.rest_of(response)
    connection.close()
    kept = keeping.receipt(asked, response.status, response.msg, body, ended,
                           known)
    need("wrong" not in kept, kept.get("wrong"))
    return (response.status, kept["count"], kept["whole"],
            names_of(response.msg),
            NUMBERS.sub("N", body[:300].decode("utf-8", "replace"))[:30])


def names_of(headers):
    """The names of an answer's headers, but for those that say how the server
    frames it."""
    return sorted(set(headers) - {"Content-Length", "Transfer-Encoding",
                                  "Accept-Ranges", "Connection"})


def look(server):
    """What the server answers to each question, which can be compared."""
    questions = QUESTIONS + [asking.sky] * (server.cloud is not None)
    found = {choose.__name__: answer_to(choose, server.description())
             for choose in questions}
    for name, (status, count, whole, _, text) in found.items():
        need(status in (200, 302) and count and whole,
             f"{name}: status {status}, {text}")
    for path in ("/healthz", "/"):
        answer = server.request("GET", path, token="bulk", headers={
            "Accept": "application/json"})
        equal(answer.status, 200, f"{path}: {answer.text[:300]}")
        found[path] = names_of(answer.headers)
    return found


def as_at_first(server, first):
    """Each worker has the last configuration, and answers as at first."""
    for _ in range(10):
        equal(look(server), first, "answers")
    for ttl in TTLS:
        for _ in range(10):
            answer = server.single({**READ, "objects": ["public/a"],
                                    "ttlSeconds": ttl}, token="web")
            equal(answer.status, 200 if ttl <= TTLS[server.version] else 403,
                  f"max-ttl {TTLS[server.version]}, asked for {ttl}")


def limits_hold_on(server):
    """A caller with limits gets something or 429, and no damaged count."""
    for number in range(RATIONED):
        answer = server.request("POST", single_path(),
                                token=f"ration{number}",
                                json={**READ, "objects": ["a"]})
        need(answer.status in (200, 429),
             f"ration{number}: {answer.status} {answer.text[:300]}")


# Is anything left over? ------------------------------------------------------

def is_quiet(server):
    """Once nothing is asked any more, each worker has a keeper, and nobody is
    without a parent."""
    found = []

    def quiet():
        found[:] = strays(family(server), server.cgi)
        return not found
    try:
        until(quiet, "", QUIET)
    except AssertionError:
        need(False, "; ".join(found))
    if not server.cgi:
        need(family(server).workers, "there is no worker")


def ends(server):
    """Stop the server as its owner does. Nothing may be left of it."""
    server.main.terminate()
    server.main.wait(QUIET)

    def left():
        return [(pid, process_status(pid).get("Name"))
                for group in family(server) for pid in group]
    try:
        until(lambda: not left(), "", QUIET)
    except AssertionError:
        need(False, f"processes are left: {left()}")
    equal(os.listdir(server.at("tmp")), [], "files left in TMPDIR")


# Has a worker grown? ---------------------------------------------------------

def busiest(server):
    """The worker that has worked most, and its keeper."""
    found = family(server)
    if not found.workers:
        return set()
    # One whose keeper was killed is ended soon.
    kept = [pid for pid in found.workers if pid in found.keepers.values()]
    worker = max(kept or found.workers, key=processor_time)
    return {worker} | {pid for pid, parent in found.keepers.items()
                       if parent == worker}


def held_by(pids):
    """{pid: (KiB in memory, open descriptors)}"""
    return {pid: (memory(pid), descriptors(pid)) for pid in pids}


def has_not_grown(before, after, sanitized):
    """Compares two of held_by. A helper that was started since, and a file that
    was opened since, are three descriptors."""
    need(before, "no worker was looked at")
    for pid, (kib, files) in before.items():
        now_kib, now_files = after[pid]
        need(now_files, f"the worker or keeper {pid} has ended")
        need(now_files <= files + 3,
             f"{now_files} descriptors of {pid}, {files} before")
        need(now_kib <= kib + GROWTH or sanitized,
             f"{now_kib} KiB of {pid}, {kib} before")
