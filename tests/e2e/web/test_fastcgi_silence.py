#!/usr/bin/python3
"""FastCGI by hand: clients that fall silent, and connections that are kept."""
import os
import sys

sys.path.insert(1, sys.path[0] + "/../lib")
from bench import Answer, MANY, answer_of, ask, bench, health, main
from harness import case, equal, need, until
import wire
from wire import environment


# Silence ------------------------------------------------------------------

@case("a connection that says nothing is given up, the next is served")
def _():
    with bench.start(bench.quick) as process, process.connect() as silent:
        health(process)
        need(silent.at_end(), "still open")
        health(process)


@case("half the parameters, then silence: never a request")
def _():
    # Broken off between two parameters, where it could be taken for the end.
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
        until(lambda: len(os.listdir(folder)) == 5,
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
    # The body of a request that is refused unread: behind more than is read
    # ahead, records that would be a request of any user's.
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
    values = {**environment("GET", "/healthz"), "FCGI_ROLE": "RESPONDER"}
    with bench.start() as process:
        for role in (wire.AUTHORIZER_ROLE, 3, 99, 256):
            for keep in (False, True):
                with process.connect() as connection:
                    connection.begin(keep=keep, role=role)
                    connection.params(values)
                    connection.body(b"")
                    equal(connection.read(), b"", f"answer to role {role}")
                    equal(connection.status, b"\0\0\0\0\3\0\0\0",
                          "END_REQUEST: unknown role")
                    if keep:
                        connection.ask(environment("GET", "/healthz"))
                        equal(answer_of(connection).status, 200)
                    need(connection.at_end(), "still open")
        health(process)


if __name__ == "__main__":
    main()
