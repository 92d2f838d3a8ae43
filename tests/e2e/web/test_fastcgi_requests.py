#!/usr/bin/python3
"""FastCGI by hand: requests in odd parts, and bodies other than announced."""
import json
import sys

sys.path.insert(1, sys.path[0] + "/../lib")
from bench import answer_of, ask, bench, health, main, taken
from harness import batch_path, case, equal, need
import wire
from wire import environment


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


if __name__ == "__main__":
    main()
