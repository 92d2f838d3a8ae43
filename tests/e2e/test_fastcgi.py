#!/usr/bin/python3
"""The responder's own end of FastCGI and CGI: what web servers hide.

Requests that break off, fall short or fall silent, signals at every stage,
kept connections, sockets handed over in other ways, arguments that are not to
be believed. Each case has a process of its own.
"""
import contextlib
import fcntl
import hashlib
import json
import os
import re
import shutil
import signal
import struct
import subprocess
import tempfile
import termios
import time

import wire
from harness import (RESPONDER, SRC, Settings, batch_path, case, equal, main,
                     need, single_path, until)
from wire import environment

MANY = 20000            # an answer far larger than any socket's buffer
SINGLE = {"bucket": "portal-downloads", "permission": "object-read-only",
          "objects": ["public/a.txt"]}


class Bench:
    """A folder with two configurations that differ in patience only: `quick`
    gives up on a silent server after a second."""

    def __init__(self):
        self.folder = tempfile.mkdtemp(prefix="mintage-")
        for name in ("keys", "log", "tmp"):
            os.mkdir(os.path.join(self.folder, name))
        self.settings = Settings(self.folder)
        self.mintage = self.settings.sections["mintage"]
        self.mintage["request-timeout"] = "60"
        self.mintage["max-body"] = "8M"
        self.settings.write()
        self.quick = self.variant("quick", request_timeout="1")

    def variant(self, name, **changes):
        """The path of a configuration that differs so."""
        before, path = dict(self.mintage), self.settings.path
        for key, value in changes.items():
            self.mintage[key.replace("_", "-")] = value
        self.settings.path = os.path.join(self.folder, name + ".conf")
        self.settings.write()
        result, self.settings.path = self.settings.path, path
        self.mintage.clear()
        self.mintage.update(before)
        return result

    def broken(self):
        """The path of a configuration that can't be used, line 2 at fault."""
        path = os.path.join(self.folder, "broken.conf")
        with open(path, "w") as f:
            f.write("[mintage]\nno-such-key = 1\n")
        return path

    def environment(self, **more):
        where = os.path.join(self.folder, "log", "sanitizer")
        return dict(os.environ, TMPDIR=os.path.join(self.folder, "tmp"),
                    ASAN_OPTIONS=f"log_path={where}",
                    UBSAN_OPTIONS=f"log_path={where}:print_stacktrace=1",
                    **more)

    def start(self, config=None, arguments=None, variables=(), **how):
        if arguments is None:
            arguments = ["--config=" + (config or self.settings.path)]
        return wire.Process([RESPONDER, *arguments], self.folder,
                            environment=self.environment(**dict(variables)),
                            **how)

    def again(self, process):
        """Another responder on the same socket."""
        return subprocess.Popen(
            [RESPONDER, "--config=" + self.settings.path],
            env=self.environment(), stdin=process.listener,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    # Requests

    def values(self, path, body, **more):
        more.setdefault("token", self.settings.tokens["bulk"])
        return environment("POST", path, len(body), **more)

    def single(self, **more):
        body = json.dumps(SINGLE).encode()
        return self.values(single_path(), body, **more), body

    def batch(self, count=MANY, **more):
        body = json.dumps({"bucket": "portal-downloads",
                           "permission": "object-read-only",
                           "objects": [f"docs/{number:07}"
                                       for number in range(count)]}).encode()
        return self.values(batch_path(), body, **more), body

    # What came of them

    def audit_text(self):
        try:
            with open(self.settings.audit_log, encoding="utf-8") as f:
                return f.read()
        except FileNotFoundError:
            return ""

    def audit(self, request=None):
        """The audit's lines; those of one request only."""
        lines = [json.loads(line)
                 for line in self.audit_text().splitlines()]
        return [line for line in lines
                if request in (None, line["request"])]

    def issued(self):
        return [line["request"] for line in self.audit()
                if line["event"] == "issue"]

    def outcome(self, request):
        def found():
            return [line for line in self.audit(request)
                    if line["event"] == "outcome"]
        return until(found, f"the outcome of {request}")[0]

    def check(self):
        """Nothing is left behind that should not be."""
        equal(os.listdir(os.path.join(self.folder, "tmp")), [],
              "files left in TMPDIR")
        for name in os.listdir(os.path.join(self.folder, "log")):
            if name.startswith("sanitizer"):
                with open(os.path.join(self.folder, "log", name),
                          errors="replace") as f:
                    raise AssertionError(f.read()[:6000])


class Answer:
    def __init__(self, output):
        head, end, self.body = bytes(output).partition(b"\r\n\r\n")
        need(end, f"no header block: {output[:300]!r}")
        self.headers = {}
        for line in head.decode("latin-1").split("\r\n"):
            name, _, value = line.partition(": ")
            self.headers[name.lower()] = value
        self.status = int(self.headers["status"].split()[0])
        self.request = self.headers.get("mintage-request")

    @property
    def whole(self):
        """As a client judges it."""
        return self.body.rstrip(b"\n").endswith(b'"success":true}')

    @property
    def tokens(self):
        return self.body.count(b'"sessionToken"')


def answer_of(connection):
    """The whole answer to the request under way."""
    output = connection.read()
    need(connection.status is not None, f"no end: {output[:300]!r}")
    equal(connection.status, b"\0" * 8, "END_REQUEST")
    return Answer(output)


def ask(process, values, body=b""):
    with process.connect() as connection:
        connection.ask(values, body)
        return answer_of(connection)


def health(process):
    """Is it there and ready for the next?"""
    answer = ask(process, environment("GET", "/healthz"))
    equal((answer.status, answer.body.strip()), (200, b"ok"))


def taken(connection):
    """Wait until the responder has read all that was sent."""
    def unread():
        number = fcntl.ioctl(connection.socket, termios.TIOCOUTQ, b"\0" * 4)
        return struct.unpack("i", number)[0]
    until(lambda: unread() == 0, "all is read")


# Requests -----------------------------------------------------------------

@case("a request in odd parts, with padding and long names, is served whole")
def _():
    values, body = bench.batch(300)
    values["HTTP_X_LONG"] = "x" * 70000
    with bench.start() as process, process.connect() as connection:
        connection.begin()
        data = wire.pairs(values)
        for start in range(0, len(data), 9001):
            connection.send(wire.record(wire.PARAMS,
                                        data[start:start + 9001], padding=7))
        connection.send(wire.record(wire.PARAMS))
        connection.body(body, part=777, padding=255)
        answer = answer_of(connection)
        equal((answer.status, answer.tokens, answer.whole), (200, 300, True))
        equal(bytes(connection.stderr), b"", "FastCGI stderr")
        need(connection.at_end(), "the connection stays open")
        events = [line["event"] for line in bench.audit(answer.request)]
        equal(events, ["issue", "outcome"])
        equal(bench.outcome(answer.request)["result"], "complete")


@case("a byte at a time is a request too")
def _():
    values, body = bench.single()
    with bench.start() as process, process.connect() as connection:
        whole = (wire.record(wire.BEGIN, b"\0\1\0\0\0\0\0\0")
                 + wire.record(wire.PARAMS, wire.pairs(values))
                 + wire.record(wire.PARAMS)
                 + wire.record(wire.STDIN, body) + wire.record(wire.STDIN))
        for place in range(len(whole)):
            connection.send(whole[place:place + 1])
        equal(answer_of(connection).status, 200)


@case("a body over 1 MiB, in a file of its own, is served whole")
def _():
    keys = [f"{number:07}/" + "k" * 900 for number in range(2000)]
    body = json.dumps({"bucket": "portal-downloads", "objects": keys,
                       "permission": "object-read-only"}).encode()
    need(len(body) > 1 << 20, "too small a body")
    with bench.start() as process:
        answer = ask(process, bench.values(batch_path(), body), body)
        equal((answer.status, answer.tokens, answer.whole),
              (200, 2000, True))


@case("management records are answered: no multiplexing")
def _():
    with bench.start() as process, process.connect() as connection:
        connection.send(wire.record(
            wire.GET_VALUES, wire.pairs({"FCGI_MPXS_CONNS": ""}), 0))
        connection.ask(environment("GET", "/healthz"))
        kind, content = connection.receive()
        equal(kind, wire.GET_VALUES_RESULT)
        equal(content, wire.pairs({"FCGI_MPXS_CONNS": "0"}))
        equal(answer_of(connection).status, 200)


# Bodies that are not what was announced -----------------------------------

def refused_for_its_body(length, sent, status):
    before = len(bench.issued())
    values, body = bench.single()
    values["CONTENT_LENGTH"] = length
    with bench.start() as process:
        answer = ask(process, values, sent(body))
        equal(answer.status, status)
        equal(json.loads(answer.body)["success"], False)
        equal(len(bench.issued()), before, "issued")
        health(process)


@case("a body shorter than its length: 400, nothing issued, the next is fine")
def _():
    length = len(bench.single()[1])
    refused_for_its_body(str(length), lambda body: body[:-1], 400)
    refused_for_its_body(str(length), lambda body: b"", 400)
    # What arrived is a whole document: only the length gives it away.
    refused_for_its_body(str(length + 1), lambda body: body, 400)


@case("a body longer than its length: 400, nothing issued")
def _():
    # What was announced is a whole document.
    length = len(bench.single()[1])
    refused_for_its_body(str(length), lambda body: body + b" ", 400)


@case("no length: 411; one that is no number: 400")
def _():
    refused_for_its_body(None, lambda body: body, 411)
    refused_for_its_body("", lambda body: body, 411)
    refused_for_its_body("12x", lambda body: body, 400)
    refused_for_its_body("-1", lambda body: body, 400)


@case("over max-body: 413 before any of it is sent")
def _():
    for length in (8 << 20) + 1, 1 << 62, 1 << 80:
        values, _ = bench.single()
        values["CONTENT_LENGTH"] = str(length)
        with bench.start() as process, process.connect() as connection:
            connection.begin()
            connection.params(values)
            equal(answer_of(connection).status, 413)
            need(connection.at_end(), "the connection stays open")
            health(process)


def gone_within_its_body(how):
    before = len(bench.issued())
    values, body = bench.batch(5000)
    with bench.start() as process:
        with process.connect() as connection:
            connection.begin()
            connection.params(values)
            connection.body(body[:70000], end=False)
            taken(connection)
            how(connection)
        health(process)
        equal(len(bench.issued()), before, "issued")


@case("an abort before the body's end: nothing issued, the next is fine")
def _():
    def abort(connection):
        connection.send(wire.record(wire.ABORT))
        connection.read()
        equal(connection.status, b"\0" * 8, "END_REQUEST")
        need(b"sessionToken" not in connection.stdout, "something issued")
    gone_within_its_body(abort)


@case("the connection's end before the body's: nothing issued")
def _():
    gone_within_its_body(lambda connection: None)


@case("a record that is none, and a version of another time: not served")
def _():
    with bench.start(bench.quick) as process:
        for rubbish in (b"GET / HTTP/1.1\r\nHost: here\r\n\r\n",
                        b"\2" + wire.record(wire.BEGIN, b"\0\1" + b"\0" * 6),
                        wire.record(wire.STDIN, b"x"),
                        wire.record(wire.BEGIN, b"\0\1")):
            with process.connect() as connection:
                connection.send(rubbish)
                need(connection.at_end(), "not closed")
        health(process)


# Silence ------------------------------------------------------------------

@case("a connection that says nothing is given up, the next is served")
def _():
    with bench.start(bench.quick) as process, process.connect() as silent:
        health(process)
        need(silent.at_end(), "still open")
        health(process)


@case("half the parameters, then silence: never a request")
def _():
    # Broken off between two parameters, where libfcgi takes it for the end.
    values, body = bench.single(token=None, REMOTE_USER="chief")
    before = len(bench.audit())
    with bench.start(bench.quick) as process:
        for hang_up in (False, True):
            with process.connect() as connection:
                connection.begin()
                connection.params(values, end=False)
                if hang_up:
                    connection.socket.shutdown(1)
                need(connection.at_end(), "answered")
        with process.connect() as connection:
            connection.begin()
            data = wire.pairs(values)
            connection.send(wire.record(wire.PARAMS, data)[:-5])
            need(connection.at_end(), "answered")
        equal(len(bench.audit()), before, "audit lines")
        answer = ask(process, values, body)
        equal(answer.status, 200, "the same, whole")


@case("half a body, then silence: nothing issued, the next is served")
def _():
    before = len(bench.issued())
    values, body = bench.batch(5000)
    with bench.start(bench.quick) as process:
        with process.connect() as connection:
            connection.begin()
            connection.params(values)
            connection.body(body[:70000], end=False)
            connection.read()
            need(b"sessionToken" not in connection.stdout, "something issued")
        health(process)
        equal(len(bench.issued()), before, "issued")


@case("an answer nobody takes: given up, recorded, and never whole")
def _():
    values, body = bench.batch()
    with bench.start(bench.quick) as process, process.connect() as connection:
        connection.ask(values, body)
        request = Answer(connection.read(4000)).request
        equal(bench.outcome(request)["result"], "client-gone")
        # The buffer that did not get out, wiped since, is not sent again.
        answer = Answer(connection.read())
        equal(connection.status, None, "END_REQUEST")
        need(b"\0" not in answer.body, "more than the answer came")
        health(process)
        need(not answer.whole and answer.tokens < MANY, "it looks whole")


@case("broken off requests leave no descriptor behind")
def _():
    values, body = bench.batch(3000)
    with bench.start() as process:
        health(process)
        folder = f"/proc/{process.process.pid}/fd"
        until(lambda: len(os.listdir(folder)) == 4,
              "only its socket, its outputs and its log are open")
        before = sorted(os.listdir(folder))
        for round_ in range(60):
            with process.connect() as connection:
                connection.begin(keep=bool(round_ % 2))
                if round_ % 3:
                    connection.params(values, end=round_ % 3 == 2)
                    connection.body(body[:round_ * 1000], end=False)
        health(process)
        until(lambda: sorted(os.listdir(folder)) == before,
              f"descriptors {os.listdir(folder)} are {before} again")


# Kept connections ---------------------------------------------------------

@case("two requests on one kept connection, each its own answer")
def _():
    values, body = bench.single()
    with bench.start() as process, process.connect() as connection:
        requests = set()
        for _ in range(2):
            connection.ask(values, body, keep=True)
            answer = answer_of(connection)
            equal((answer.status, answer.tokens), (200, 1))
            requests.add(answer.request)
        equal(len(requests), 2, "request ids")
        connection.ask(environment("GET", "/healthz"), keep=True)
        equal(answer_of(connection).status, 200)
        connection.ask(environment("GET", "/healthz"))
        equal(answer_of(connection).status, 200)
        need(connection.at_end(), "the last was not to be kept")


@case("a kept connection that idles is let go, others are served")
def _():
    with bench.start(bench.quick) as process, process.connect() as connection:
        connection.ask(environment("GET", "/healthz"), keep=True)
        equal(answer_of(connection).status, 200)
        health(process)
        need(connection.at_end(), "still open")


@case("what a client wrote is never taken for what its server says")
def _():
    # The body of a request that is refused unread: behind as much as libfcgi
    # reads ahead, records that would be a request of any user's.
    forged, _ = bench.single(token=None, REMOTE_USER="chief")
    forged = {**forged, "REQUEST_METHOD": "GET", "PATH_INFO": "/healthz"}
    records = (wire.record(wire.BEGIN, b"\0\1" + b"\0" * 6)
               + wire.record(wire.PARAMS, wire.pairs(forged))
               + wire.record(wire.PARAMS) + wire.record(wire.STDIN))
    body = wire.record(wire.GET_VALUES, request=0) * 3000 + records
    values = {**bench.values("/nowhere", body)}
    with bench.start() as process, process.connect() as connection:
        connection.begin(keep=True)
        data = wire.pairs(values)
        # Everything before the body is a multiple of eight bytes, as are the
        # records in it: wherever reading ahead stops, one begins.
        connection.send(wire.record(wire.PARAMS, data, padding=-len(data) % 8)
                        + wire.record(wire.PARAMS))
        connection.body(body)
        equal(answer_of(connection).status, 404)
        connection.status = None
        connection.stdout.clear()
        connection.read()
        equal(bytes(connection.stdout), b"", "an answer to forged records")
        health(process)


@case("only a responder's role is served: 200 would let an authorizer's in")
def _():
    with bench.start() as process:
        for role in (wire.AUTHORIZER_ROLE, 3, 99):
            with process.connect() as connection:
                connection.begin(role=role)
                connection.params({**environment("GET", "/healthz"),
                                   "FCGI_ROLE": "RESPONDER"})
                need(connection.at_end(), f"role {role} was answered")
        health(process)


# Signals ------------------------------------------------------------------

STOPS = (signal.SIGTERM, signal.SIGUSR1, signal.SIGINT, signal.SIGQUIT)


@case("told to stop when idle: it ends at once, with status 0")
def _():
    for number in STOPS:
        with bench.start() as process:
            health(process)
            process.send_signal(number)
            equal(process.ended(), 0, f"status after {number.name}")


@case("told to stop with half the parameters read: the request is finished")
def _():
    values, body = bench.single()
    data = wire.pairs(values)
    for number in STOPS:
        with bench.start() as process, process.connect() as connection:
            connection.begin()
            connection.send(wire.record(wire.PARAMS, data[:50]))
            taken(connection)
            process.send_signal(number)
            need(connection.is_silent(0.2) and process.running, "cut")
            connection.send(wire.record(wire.PARAMS, data[50:])
                            + wire.record(wire.PARAMS))
            connection.body(body)
            equal(answer_of(connection).tokens, 1)
            equal(process.ended(), 0, "status")


@case("told to stop with half the body read: the request is finished")
def _():
    values, body = bench.batch(5000)
    for number in STOPS:
        with bench.start() as process, process.connect() as connection:
            connection.begin()
            connection.params(values)
            connection.body(body[:70000], end=False)
            taken(connection)
            process.send_signal(number)
            need(connection.is_silent(0.2) and process.running, "cut")
            connection.body(body[70000:])
            answer = answer_of(connection)
            equal((answer.tokens, answer.whole), (5000, True))
            equal(process.ended(), 0, "status")


@case("told to stop in mid-answer: the answer is finished")
def _():
    values, body = bench.batch()
    for number in STOPS:
        with bench.start() as process, process.connect() as connection:
            connection.ask(values, body)
            connection.read(100000)
            process.send_signal(number)
            need(process.running, "ended")
            answer = answer_of(connection)
            equal((answer.tokens, answer.whole), (MANY, True))
            equal(process.ended(), 0, "status")
            equal(bench.outcome(answer.request)["result"], "complete")


@case("told to stop under load: it stops, and not when the queue is empty")
def _():
    with bench.start() as process:
        health(process)
        process.send_signal(signal.SIGSTOP)
        queue = [process.connect() for _ in range(60)]
        for connection in queue:
            connection.ask(environment("GET", "/healthz"))
        process.send_signal(signal.SIGTERM)
        process.send_signal(signal.SIGCONT)
        equal(process.ended(), 0, "status")
        served = [not connection.is_silent(0) for connection in queue]
        need(sum(served) < 5, f"{sum(served)} were still served")
        for connection in queue:
            connection.close()


@case("told to stop with a silent or a kept connection open: it stops")
def _():
    for kept in (False, True):
        with bench.start() as process:
            health(process)
            connection = process.connect()
            if kept:
                connection.ask(environment("GET", "/healthz"), keep=True)
                equal(answer_of(connection).status, 200)
            process.send_signal(signal.SIGTERM)
            equal(process.ended(), 0, "status")
            connection.close()


@case("told to stop, an answer's end unread: its server ends the connection")
def _():
    # So few that all of it waits in the socket's own buffers.
    values, body = bench.batch(200)
    with bench.start(how="tcp") as process, process.connect() as connection:
        connection.ask(values, body, keep=True)
        connection.read(20000)
        process.send_signal(signal.SIGTERM)
        time.sleep(0.5)
        # HAProxy sends such a thing when it is reloaded.
        connection.send(wire.record(wire.ABORT))
        answer = answer_of(connection)
        equal((answer.tokens, answer.whole), (200, True))
        need(process.running, "ended before its server")
        connection.close()
        equal(process.ended(3), 0, "status")


@case("told to stop, on a kept connection that goes on asking: it stops")
def _():
    with bench.start() as process, process.connect() as connection:
        connection.ask(environment("GET", "/healthz"), keep=True)
        equal(answer_of(connection).status, 200)
        process.send_signal(signal.SIGTERM)
        with contextlib.suppress(ConnectionError, AssertionError):
            while process.running:
                connection.ask(environment("GET", "/healthz"), keep=True)
                answer_of(connection)
        equal(process.ended(), 0, "status")


def waits_for_signals(pid):
    """Whether it waits in ppoll, as far as the kernel tells: to others than
    root it doesn't."""
    with open(f"/proc/{pid}/wchan") as f:
        place = f.read()
    return "poll" in place or place in ("", "0")


@case("told to stop, of several on a socket that was made to wait: all stop")
def _():
    # As systemd does to a socket whenever it starts another process on it.
    with bench.start() as first:
        others = [bench.again(first) for _ in range(3)]
        every = [first.process, *others]
        try:
            health(first)
            for _ in range(100):
                # All of them wake up for it, and all but one find nothing.
                first.listener.setblocking(True)
                for process in every:
                    process.send_signal(signal.SIGSTOP)
                with first.connect() as connection:
                    connection.ask(environment("GET", "/healthz"))
                    for process in every:
                        process.send_signal(signal.SIGCONT)
                    equal(answer_of(connection).status, 200)
                time.sleep(0.002)   # for those that found nothing
                until(lambda: all(waits_for_signals(process.pid)
                                  for process in every), "all are in poll")
            for process in every:
                process.send_signal(signal.SIGTERM)
            equal([process.wait(wire.SECONDS) for process in every], [0] * 4)
        finally:
            for process in others:
                process.kill()
                process.wait()


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
        process.send_signal(signal.SIGHUP)
        until(lambda: "loaded anew" in process.errors, "it is loaded")
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
        process.send_signal(signal.SIGHUP)
        until(lambda: "stays in force" in process.errors, "it is said")
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
        process.send_signal(signal.SIGHUP)
        until(lambda: "loaded anew" in process.errors, "the mended is loaded")
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
        process.send_signal(signal.SIGHUP)
        until(lambda: "loaded anew" in process.errors, "it is loaded")
        request = ask(process, values, body).request
        with open(log, encoding="utf-8") as f:
            need(request in f.read(), "not in the new file")


@case("a log that was taken away is written anew, whatever was signalled")
def _():
    values, body = bench.single()
    log = os.path.join(bench.folder, "log", "removed.jsonl")
    path = bench.variant("removed", audit_log=log)
    with bench.start(path) as process:
        equal(ask(process, values, body).status, 200)
        os.unlink(log)
        request = ask(process, values, body).request
        with open(log, encoding="utf-8") as f:
            need(request in f.read(), "removed: not in the new file")
        os.rename(log, log + ".1")
        shutil.copyfile(bench.broken(), path)
        process.send_signal(signal.SIGHUP)
        until(lambda: "stays in force" in process.errors, "it is said")
        request = ask(process, values, body).request
        with open(log, encoding="utf-8") as f:
            need(request in f.read(), "broken file: not in the new one")


@case("/healthz tells that nothing can be recorded, until it can be")
def _():
    values, body = bench.single()
    with bench.start(bench.variant("full", audit_log="/dev/full")) as process:
        equal(ask(process, values, body).status, 503)
        answer = ask(process, environment("GET", "/healthz"))
        equal((answer.status, b"audit log" in answer.body), (503, True))


# The answer's way ---------------------------------------------------------

@case("a client that hangs up in mid-answer: recorded, the next is served")
def _():
    values, body = bench.batch()
    with bench.start() as process:
        for keep in (False, True):
            with process.connect() as connection:
                connection.ask(values, body, keep)
                request = Answer(connection.read(20000)).request
            outcome = bench.outcome(request)
            equal(outcome["result"], "client-gone")
            need(outcome["issued"] < MANY, "all of them were issued")
            health(process)


@case("a client that is gone before its short answer: the outcome says so")
def _():
    # All of it fits in one buffer: only the last flush can tell.
    values, body = bench.single()
    with bench.start() as process:
        process.send_signal(signal.SIGSTOP)
        before = set(bench.issued())
        with process.connect() as connection:
            connection.ask(values, body)
        process.send_signal(signal.SIGCONT)
        health(process)
        request, = set(bench.issued()) - before
        equal(bench.outcome(request)["result"], "client-gone")


@case("the record is there before the first byte of an answer")
def _():
    with bench.start() as process:
        for make in (bench.single, bench.batch):
            values, body = make()
            with process.connect() as connection:
                connection.ask(values, body)
                answer = Answer(connection.read(1000))
                need(answer.request in bench.issued(), "not recorded yet")


def kill_after(process, moment):
    """Ask for a batch, kill the process then; what a client has of it."""
    values, body = bench.batch(6000)
    with process.connect() as connection:
        connection.ask(values, body)
        if moment < 0:
            time.sleep(-moment / 1000)      # ms: before or as it begins
        else:
            connection.read(moment)         # bytes
        process.process.kill()
        process.process.wait()
        return connection.read()


@case("killed at any moment: no credential without its audit line")
def _():
    moments = [-number for number in range(1, 60, 2)]
    moments += [1, 100, 1000, 8000, 8192, 20000]
    moments += [50000 * number for number in range(1, 40)]
    with_tokens = 0
    for moment in moments:
        with bench.start() as process:
            output = kill_after(process, moment)
        if b"sessionToken" not in output:
            continue
        with_tokens += 1
        answer = Answer(output)
        lines = bench.audit(answer.request)
        need(lines and lines[0]["event"] == "issue",
             f"killed after {moment}: not recorded")
        equal(lines[0]["count"], 6000)
        equal(answer.whole, answer.tokens == 6000, "whether it looks whole")
    need(with_tokens > 30, f"only {with_tokens} answers were cut")


# How it is started --------------------------------------------------------

@case("a socket from systemd: LISTEN_FDS")
def _():
    with bench.start(how="systemd") as process:
        health(process)
        process.send_signal(signal.SIGTERM)
        equal(process.ended(), 0, "status")


@case("LISTEN_FDS that was meant for another process: not used")
def _():
    with bench.start(how="inherited") as process:
        equal(process.ended(), 2, "status")


@case("over TCP only from the servers named in FCGI_WEB_SERVER_ADDRS")
def _():
    for addresses, served in (("192.0.2.1", False), ("127.0.0.10", False),
                              ("127.0.0.1", True), ("", True),
                              ("192.0.2.1, 127.0.0.1,::1", True)):
        with bench.start(how="tcp", variables={
                "FCGI_WEB_SERVER_ADDRS": addresses}) as process:
            if served:
                health(process)
                continue
            with process.connect() as connection:
                need(connection.at_end(), f"{addresses!r} let us in")
            need(process.running, "ended")


def run(arguments, values=(), **more):
    more.setdefault("stdin", subprocess.DEVNULL)
    if "input" in more:
        del more["stdin"]
    return subprocess.run([RESPONDER, *arguments], timeout=wire.SECONDS,
                          env=bench.environment(**dict(values)), check=False,
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                          **more)


@case("with neither a socket nor CGI's variables: usage, status 2")
def _():
    done = run([])
    equal((done.returncode, done.stdout), (2, b""))
    need(b"Usage:" in done.stderr, done.stderr)
    done = run(["--no-such"])
    equal((done.returncode, done.stdout), (2, b""))
    need(b"--no-such" in done.stderr, done.stderr)
    done = run(["--help"])
    equal((done.returncode, done.stderr), (0, b""))
    need(b"--config" in done.stdout, done.stdout)
    done = run(["--version"])
    equal((done.returncode, done.stderr), (0, b""))
    need(re.fullmatch(rb"mintage \d+\.\d+\.\d+\S*\n", done.stdout),
         done.stdout)


@case("a configuration that can't be used: it says where and does not start")
def _():
    for config, words in ((bench.broken(), "broken.conf:2"),
                          (bench.folder + "/none.conf", "none.conf")):
        with bench.start(config) as process:
            equal(process.ended(), 1, "status")
            need(words in process.errors, process.errors)


@case("--config in both forms, MINTAGE_CONFIG, and what follows is ignored")
def _():
    path = bench.settings.path
    for arguments in (["--config", path], ["--config=" + path],
                      ["--config=" + path, "/a/script", "--config=/x"]):
        with bench.start(arguments=arguments,
                         variables={"MINTAGE_CONFIG": "/nowhere"}) as process:
            health(process)
    with bench.start(arguments=[],
                     variables={"MINTAGE_CONFIG": path}) as process:
        health(process)
    with bench.start(arguments=["--confi", path]) as process:
        equal(process.ended(), 2, "status")


@case("started without stdout and stderr, what it says is in no other file")
def _():
    values, body = bench.single()
    for closed in ((2,), (1, 2)):
        log = os.path.join(bench.folder, "log", f"only{len(closed)}.jsonl")
        path = bench.variant("closed", audit_log=log)
        with bench.start(path, closed=closed) as process:
            equal(ask(process, values, body).status, 200)
            shutil.copyfile(bench.broken(), path)
            process.send_signal(signal.SIGHUP)
            until(lambda: b"ok\nreload failed" in ask(
                process, environment("GET", "/healthz")).body, "it is told")
            equal(ask(process, values, body).status, 200)
            with open(log, encoding="utf-8") as f:
                events = [json.loads(line)["event"] for line in f]
            equal(events, ["issue", "outcome"] * 2)


@case("no core file can be written, no other process may look inside")
def _():
    with bench.start() as process:
        health(process)
        with open(f"/proc/{process.process.pid}/limits") as f:
            core, = [line for line in f if line.startswith("Max core")]
        equal(core.split()[4:6], ["0", "0"], "core file size")


# CGI ----------------------------------------------------------------------

def cgi(values, body=b"", arguments=None, program=RESPONDER, status=0):
    """One CGI process; all of the body has to be taken. Its answer and what
    it said."""
    if arguments is None:
        arguments = ["--config=" + bench.settings.path]
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        values = {name: value for name, value in values.items()
                  if value is not None}
        process = subprocess.Popen([program, *arguments], stdout=out,
                                   stderr=err, stdin=subprocess.PIPE,
                                   env=bench.environment(**values))
        with process:
            for start in range(0, len(body), 1 << 16):
                process.stdin.write(body[start:start + (1 << 16)])
            process.stdin.close()
            equal(process.wait(wire.SECONDS), status, "exit status")
        out.seek(0)
        err.seek(0)
        return Answer(out.read()), err.read().decode()


@case("CGI: the request in the environment, the body on stdin")
def _():
    values, body = bench.batch(5000)
    answer, said = cgi(values, body)
    equal((answer.status, answer.tokens, answer.whole, said),
          (200, 5000, True, ""))
    equal(bench.outcome(answer.request)["result"], "complete")


@case("CGI: a body shorter than its length is refused")
def _():
    before = len(bench.issued())
    values, body = bench.single()
    values["CONTENT_LENGTH"] = str(len(body) + 1)
    equal(cgi(values, body)[0].status, 400)
    equal(len(bench.issued()), before, "issued")


@case("CGI: not a byte is read beyond the length")
def _():
    values, body = bench.single()
    read, write = os.pipe()
    try:
        os.write(write, body + b"the next request")
        done = run(["--config=" + bench.settings.path],
                   {name: value for name, value in values.items() if value},
                   stdin=read)
        equal(Answer(done.stdout).status, 200)
        equal(os.read(read, 100), b"the next request")
    finally:
        os.close(read)
        os.close(write)


@case("CGI: the whole body is taken, whatever the answer")
def _():
    big = b"x" * (9 << 20)
    equal(cgi(bench.values(single_path(), big), big)[0].status, 413)
    equal(cgi(bench.values("/nowhere", big), big)[0].status, 404)
    values = bench.values(single_path(), big)
    equal(cgi({**values, "CONTENT_LENGTH": None}, big)[0].status, 411)
    equal(cgi(values, big, ["--config=" + bench.broken()],
              status=1)[0].status, 503)


@case("CGI: a server that falls silent in the body is not waited for long")
def _():
    values, body = bench.single()
    read, write = os.pipe()
    try:
        os.write(write, body[:-1])
        done = run(["--config=" + bench.quick],
                   {name: value for name, value in values.items() if value},
                   stdin=read)
        need(b"sessionToken" not in done.stdout, "something was issued")
    finally:
        os.close(read)
        os.close(write)


@case("CGI: a configuration that can't be used is 503, the reason in the log")
def _():
    answer, said = cgi(environment("GET", "/"), b"",
                       ["--config=" + bench.broken()], status=1)
    equal((answer.status, answer.headers["content-type"]),
          (503, "text/plain; charset=utf-8"))
    need(b"not configured" in answer.body, answer.body)
    need(b"broken" not in answer.body and b"no-such" not in answer.body,
         answer.body)
    # /healthz says it to this machine, as whoever looks there has to know.
    for remote, told in (("127.0.0.1", True), ("192.0.2.7", False)):
        answer, _ = cgi(environment("GET", "/healthz", remote=remote), b"",
                        ["--config=" + bench.broken()], status=1)
        equal((answer.status, answer.body.startswith(b"broken.conf:2: ")),
              (503, told), answer.body)
    need("broken.conf:2" in said, said)


@case("CGI: a template that can't be used is told where it is needed")
def _():
    folder = os.path.join(bench.folder, "templates")
    shutil.copytree(os.path.join(SRC, "templates"), folder)
    config = "--config=" + bench.variant("templates", templates=folder)
    values, body = bench.single()
    health = environment("GET", "/healthz")

    def broken(name):
        with open(os.path.join(folder, name), "w") as f:
            f.write("\n{{kye}}\n")
        return f"{name}:2: "
    equal(cgi(health, b"", [config])[0].status, 200)
    place = broken("json.tmpl")
    answer, said = cgi(values, body, [config])
    equal((answer.status, answer.tokens), (500, 0))
    need(b"'json' can't be used" in answer.body
         and place.encode() not in answer.body, answer.body)
    need(place in said, said)
    # What needs another is answered.
    equal(cgi({**values, "QUERY_STRING": "format=ndjson"}, body,
              [config])[0].tokens, 1)
    for remote, told in (("127.0.0.1", True), ("192.0.2.7", False)):
        answer, _ = cgi({**health, "REMOTE_ADDR": remote}, b"", [config])
        equal((answer.status, place.encode() in answer.body), (503, told))
    place = broken("error.tmpl")
    answer, said = cgi(values, b"{" + body[1:].replace(b":", b";"), [config])
    equal((answer.status, answer.tokens), (503, 0))
    need(b"not configured" in answer.body and place in said, said)


@case("CGI: told to stop, it finishes its request")
def _():
    values, body = bench.batch()
    process = subprocess.Popen(
        [RESPONDER, "--config=" + bench.settings.path],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        env=bench.environment(**{name: value for name, value
                                 in values.items() if value}))
    with process:
        process.stdin.write(body)
        process.stdin.close()
        output = process.stdout.read(100000)
        for number in STOPS:
            process.send_signal(number)
        output += process.stdout.read()
        equal(process.wait(wire.SECONDS), 0, "exit status")
    equal((Answer(output).tokens, Answer(output).whole), (MANY, True))


def script(line):
    path = os.path.join(bench.folder, "mintage.cgi")
    with open(path, "w", newline="") as f:
        f.write(line)
    os.chmod(path, 0o755)
    return path


@case("CGI: a script of one line names the configuration")
def _():
    path = bench.settings.path
    for line in (f"#!{RESPONDER} --config={path}\n",
                 f"#!{RESPONDER} --config {path}\n",
                 f"#!{RESPONDER} --config={path}\r\n"):
        program = script(line)
        # Servers hand a query without "=" over as arguments.
        for query, words in (("", []), ("a=b", []), ("x", ["x"]),
                             ("--config%3D/x", ["--config=/x"])):
            answer, _ = cgi({**environment("GET", "/healthz"),
                             "QUERY_STRING": query}, b"", words, program)
            equal(answer.status, 200, f"{line!r} {query!r}")
    # One without an argument: the words are not its argument either.
    program = script(f"#!{RESPONDER}\n")
    answer, _ = cgi({**environment("GET", "/healthz"), "MINTAGE_CONFIG": path,
                     "QUERY_STRING": "--config%3D/x"}, b"", ["--config=/x"],
                    program)
    equal(answer.status, 200)


@case("CGI: arguments that a query can make are not believed")
def _():
    good = {**environment("GET", "/healthz"),
            "MINTAGE_CONFIG": bench.settings.path}
    other = bench.broken()
    for words in ([f"--config={other}"], ["--config", other],
                  [f"--config={other}", RESPONDER],
                  [f"--config={other}", "mintage.fcgi"], ["--version"]):
        query = "+".join(words).replace("=", "%3D")
        answer, said = cgi({**good, "QUERY_STRING": query}, b"", words,
                           status=1)
        equal(answer.status, 400)
        need("no-such-key" not in said, "the file was read")
    answer, _ = cgi({**good, "QUERY_STRING": "word"}, b"", ["word"])
    equal(answer.status, 200)


@case("nothing was left behind, and nothing complained")
def _():
    bench.check()


if __name__ == "__main__":
    need(os.access(RESPONDER, os.X_OK), f"{RESPONDER} is not built")
    bench = Bench()
    try:
        main()
    finally:
        if os.environ.get("TEST_KEEP"):
            print("# kept: " + bench.folder)
        else:
            shutil.rmtree(bench.folder, ignore_errors=True)
