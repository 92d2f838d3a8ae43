#!/usr/bin/python3
"""Refusals of strangers: so many lines in a minute, the rest in one line."""
import contextlib
import glob
import json
import os
import signal
import struct
import sys
import time

sys.path.insert(1, sys.path[0] + "/../lib")
from harness import Site, case, equal, main, need, single_path, until
import wire

# Where struct audit_strangers_sum has the beginning of its minute.
MINUTE = struct.Struct("=8sq")


class Log:
    """An audit log of its own, in a folder of its own."""

    def __init__(self, site):
        self.folder = os.path.join(site.folder, f"sum{time.monotonic_ns()}")
        self.path = os.path.join(self.folder, "audit.jsonl")
        os.mkdir(self.folder)

    def lines(self, event):
        with open(self.path, encoding="utf-8") as file:
            lines = [json.loads(line) for line in file]
        return [line for line in lines if line["event"] == event]

    def told(self):
        """How many refusals have a line, and what the other lines count."""
        return (len(self.lines("refused")),
                [line["count"] for line in self.lines("refusals")])

    def age(self):
        """A minute goes by."""
        path, = glob.glob(os.path.join(self.folder, "refusals.*"))
        equal(os.stat(path).st_mode & 0o777, 0o600, "mode")
        with open(path, "r+b") as file:
            magic, minute = MINUTE.unpack(file.read(MINUTE.size))
            file.seek(0)
            file.write(MINUTE.pack(magic, minute - 60))


@contextlib.contextmanager
def rated(site, rate, **more):
    log = Log(site)
    with site.changed("mintage", audit_log=log.path, refusal_rate=rate,
                      **more):
        yield log


def stranger(**more):
    return wire.environment("POST", single_path(), 2, **more), b"{}"


def refuse(responder, times, **more):
    for _ in range(times):
        status = responder.ask(*stranger(**more)).status
        need(status in (401, 403), f"status {status}")


@case("what is beyond the rate is one line, with counts and times")
def _(site):
    with rated(site, "3/min") as log:
        with wire.Responder(site) as responder:
            refuse(responder, 10)
            refuse(responder, 5, remote="192.0.2.1")
            equal(log.told(), (3, []))
            responder.send_signal(signal.SIGTERM)
            equal(responder.ended(), 0)
        equal(log.told(), (3, [12]))
        line, = log.lines("refusals")
        equal((line["status401"], line["status403"]), (7, 5))
        equal([line[name] for name in ("caller", "user", "remote", "route")],
              [None] * 4)
        need(line["first"] <= line["last"] <= line["time"][:19] + "Z", str(line))


@case("callers' refusals have a line each, and issues are never summed")
def _(site):
    with rated(site, "0/min") as log, wire.Responder(site) as responder:
        refuse(responder, 3)
        for _ in range(5):
            values, body = stranger(token=site.settings.tokens["web"])
            equal(responder.ask(values, body).status, 400)
        body = json.dumps({"bucket": "portal-downloads", "objects": ["a"],
                           "permission": "object-read-only"}).encode()
        values = wire.environment("POST", single_path(), len(body),
                                  token=site.settings.tokens["bulk"])
        equal(responder.ask(values, body).status, 200)
        equal(log.told(), (5, []))
        equal(len(log.lines("issue")), 1)
        # A reload writes what is summed, too.
        responder.send_signal(signal.SIGHUP)
        until(lambda: log.told() == (5, [3]), "the line")


@case("all processes count together, and who is killed loses nothing")
def _(site):
    with rated(site, "4/min") as log:
        with wire.Responder(site) as one, wire.Responder(site) as two:
            for _ in range(5):
                refuse(one, 1)
                refuse(two, 1)
            equal(log.told(), (4, []))
            one.process.kill()
            two.process.kill()
        log.age()
        with wire.Responder(site) as three:
            equal(three.ask(wire.environment("GET", "/healthz")).status, 200)
            until(lambda: log.told() == (4, [6]), "the line")


@case("CGI programs count together, too")
def _(site):
    with rated(site, "2/min") as log:
        for _ in range(6):
            equal(wire.run_cgi(site, *stranger()).status, 401)
        equal(log.told(), (2, []))
        log.age()
        equal(wire.run_cgi(site, wire.environment("GET", "/healthz")).status,
              200)
        equal(log.told(), (2, [4]))


@case("with none each has a line; by default the log stays small")
def _(site):
    with rated(site, "none") as log, wire.Responder(site) as responder:
        refuse(responder, 100)
        equal(log.told(), (100, []))
    found = site.settings.sections["mintage"].pop("refusal-rate")
    try:
        log = Log(site)
        with site.changed("mintage", audit_log=log.path), \
                wire.Responder(site) as responder:
            refuse(responder, 500)
            need(os.path.getsize(log.path) < 121 * 300, "bytes")
    finally:
        site.settings.sections["mintage"]["refusal-rate"] = found
        site.settings.write()


@case("a responder that nobody asks writes the line when the minute is over")
def _(site):
    with rated(site, "1/min") as log, wire.Responder(site) as responder:
        refuse(responder, 5)
        equal(log.told(), (1, []))
        until(lambda: log.told() == (1, [4]), "the line", 70)


if __name__ == "__main__":
    main(lambda: Site("fastcgi"))
