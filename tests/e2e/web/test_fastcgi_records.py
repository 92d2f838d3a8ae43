#!/usr/bin/python3
"""FastCGI by hand: records that are odd or hostile. Each is answered as the
specification says or ends its connection, and the process lives on."""
import os
import struct
import sys

sys.path.insert(1, sys.path[0] + "/../lib")
from bench import answer_of, bench, health, main
from harness import case, equal, need
import wire
from wire import environment, record

NAMES = (b"FCGI_MAX_CONNS", b"FCGI_MAX_REQS", b"FCGI_MPXS_CONNS")
VALUES = {"FCGI_MAX_CONNS": "1", "FCGI_MAX_REQS": "1", "FCGI_MPXS_CONNS": "0"}
COMPLETE, CANT_MPX, UNKNOWN_ROLE = (struct.pack(">IB3x", 0, status)
                                    for status in (0, 1, 3))
HEALTH = wire.pairs(environment("GET", "/healthz"))
PLACES = ("BEGIN", "PARAMS", "end of PARAMS", "STDIN", "end of STDIN")


def begin(keep=False, role=1, request=1, **how):
    return record(wire.BEGIN, struct.pack(">HB5x", role, keep), request, **how)


def whole(keep=False, paddings=(0,) * 5):
    """A request, with a padding for each of its five records."""
    values, body = bench.single()
    parts = (begin(keep), record(wire.PARAMS, wire.pairs(values)),
             record(wire.PARAMS), record(wire.STDIN, body),
             record(wire.STDIN))
    return b"".join(part[:6] + bytes([padding]) + part[7:] + b"p" * padding
                    for part, padding in zip(parts, paddings, strict=True))


def check_single(connection):
    answer = answer_of(connection)
    equal((answer.status, answer.tokens), (200, 1))
    connection.stdout, connection.status = bytearray(), None


def names(*given):
    """Names without values, as GET_VALUES has them."""
    return b"".join(wire.size(len(name)) + b"\0" + name for name in given)


def check_lives(process):
    """The process that was started still serves, and no other can have taken
    its place."""
    health(process)
    need(process.running, "it ended")


# What is odd --------------------------------------------------------------

@case("padding of every size on every record: served")
def _():
    with bench.start() as process, process.connect() as connection:
        for place in range(5):
            for padding in range(256):
                paddings = [0] * 5
                paddings[place] = padding
                connection.send(whole(True, paddings))
                check_single(connection)
        connection.send(whole(False, (255, 1, 2, 3, 254)))
        check_single(connection)
        check_lives(process)


@case("a request cut in two anywhere: served")
def _():
    request = whole(True, (1, 2, 3, 4, 5))
    with bench.start() as process:
        with process.connect() as connection:
            for place in range(1, len(request)):
                connection.send(request[:place])
                connection.send(request[place:])
                check_single(connection)
        check_lives(process)


@case("two requests sent at once on a kept connection: both are served")
def _():
    with bench.start() as process, process.connect() as connection:
        connection.send(whole(True) + whole(True, (8,) * 5) + whole())
        for _ in range(3):
            check_single(connection)
        need(connection.at_end(), "the last was not to be kept")
        check_lives(process)


@case("lengths of four bytes for short names; names cut anywhere: served")
def _():
    values = environment("GET", "/healthz")
    long = b"".join(struct.pack(">II", len(name) | 1 << 31,
                                len(value) | 1 << 31)
                    + name.encode() + value.encode()
                    for name, value in values.items())
    with bench.start() as process:
        for part in (1, 2, 3, 7, len(long)):
            with process.connect() as connection:
                connection.send(begin() + b"".join(
                    record(wire.PARAMS, long[at:at + part], padding=at % 9)
                    for at in range(0, len(long), part))
                    + record(wire.PARAMS) + record(wire.STDIN, padding=255))
                equal(answer_of(connection).status, 200)
        check_lives(process)


# Records about the connection ---------------------------------------------

@case("GET_VALUES: answered at once, each name once, without a request")
def _():
    three = {name.decode(): VALUES[name.decode()] for name in NAMES}
    table = ((names(*NAMES, *NAMES), three), (names(*NAMES), three),
             (names(*NAMES * 500), three), (b"", {}),
             (names(NAMES[2]), {"FCGI_MPXS_CONNS": "0"}),
             (names(b"OTHER", b"", NAMES[1], b"x" * 40000),
              {"FCGI_MAX_REQS": "1"}),
             (wire.pairs({"FCGI_MAX_CONNS": "17"}), {"FCGI_MAX_CONNS": "1"}))
    with bench.start() as process, process.connect() as connection:
        for asked, expected in table:
            for padding in (0, 5, 255):
                connection.send(record(wire.GET_VALUES, asked, 0, padding))
                equal(connection.receive(),
                      (wire.GET_VALUES_RESULT, wire.pairs(expected)))
        connection.send(whole())
        check_single(connection)
        check_lives(process)


@case("a record of a type that is not known: answered as such")
def _():
    with bench.start() as process, process.connect() as connection:
        for kind in (*range(9), *range(10, 256)):
            connection.send(record(kind, b"abc", 0, kind))
            equal(connection.receive(), (11, bytes([kind]) + b"\0" * 7))
        # One of a request that is none is passed over.
        connection.send(record(77, b"abc", 1) + whole())
        check_single(connection)
        check_lives(process)


@case("records about the connection within a request: both are answered")
def _():
    values, body = bench.single()
    asking = record(wire.GET_VALUES, names(*NAMES, *NAMES), 0)
    with bench.start() as process, process.connect() as connection:
        data = wire.pairs(values)
        for part in (begin(), record(wire.PARAMS, data[:99]),
                     record(wire.PARAMS, data[99:]), record(wire.PARAMS),
                     record(wire.STDIN, body[:9])):
            connection.send(part + asking)
            equal(connection.receive(),
                  (wire.GET_VALUES_RESULT, wire.pairs(VALUES)))
        connection.body(body[9:])
        check_single(connection)
        check_lives(process)


# Requests that are not served ----------------------------------------------

@case("a second request within the first: refused, and the first is served")
def _():
    with bench.start() as process, process.connect() as connection:
        values, body = bench.single()
        connection.send(begin() + begin(request=2)
                        + record(wire.PARAMS, wire.pairs(
                            {"REMOTE_USER": "chief"}), 2)
                        + record(wire.PARAMS, request=2)
                        + record(wire.STDIN, b"{}", 2))
        equal(connection.receive(), (wire.END, CANT_MPX))
        connection.params(values)
        connection.body(body)
        check_single(connection)
        with process.connect() as other:
            other.send(begin() + begin())
            need(other.at_end(), "one id twice at a time")
        check_lives(process)


@case("an abort before a request is whole: it is over, the next is served")
def _():
    with bench.start() as process:
        with process.connect() as connection:
            connection.send(begin(True) + record(wire.PARAMS, HEALTH[:30])
                            + record(wire.ABORT, padding=7))
            equal(connection.receive(), (wire.END, COMPLETE))
            connection.send(whole())
            check_single(connection)
        with process.connect() as connection:
            connection.send(begin() + record(wire.ABORT))
            equal(connection.receive(), (wire.END, COMPLETE))
            need(connection.at_end(), "still open")
        check_lives(process)


def hostile():
    """What can't be understood: name, bytes."""
    for lengths in (b"\xff" * 8, b"\1\xff\xff\xff\xff", b"\xff\xff\xff\xff\0",
                    b"\x80\x10\0\0\0", b"\xff\xff\xff\xff\xff\xff\xff\xfe"):
        yield (f"a parameter of {lengths.hex()} bytes",
               begin() + record(wire.PARAMS, lengths + b"A" * 9000)
               + record(wire.PARAMS) + record(wire.STDIN))
        yield (f"a value of {lengths.hex()} bytes asked for",
               record(wire.GET_VALUES, lengths + b"A" * 9000, 0))
    for cut in (1, 2, 3, 20):
        yield (f"parameters that lack {cut} bytes",
               begin() + record(wire.PARAMS, HEALTH[:-cut])
               + record(wire.PARAMS) + record(wire.STDIN))
    for text in (b"\3\1A=Bx", b"\2\1A\0x", b"\1\3Ax\0y"):
        yield (f"a parameter {text!r}",
               begin() + record(wire.PARAMS, text + HEALTH)
               + record(wire.PARAMS) + record(wire.STDIN))
    yield "a body before its parameters", begin() + record(wire.STDIN, b"x")
    yield ("parameters after their end",
           begin() + record(wire.PARAMS, wire.pairs(bench.single()[0]))
           + record(wire.PARAMS) + record(wire.PARAMS, HEALTH))
    yield "a beginning of 7 bytes", record(wire.BEGIN, b"\0\1" + b"\0" * 5)
    yield "a beginning of 9 bytes", record(wire.BEGIN, b"\0\1" + b"\0" * 7)
    for version in (0, 2, 255):
        yield f"version {version}", bytes([version]) + whole()[1:]


@case("lengths that can't be, two texts in one, records out of order: closed")
def _():
    before = len(bench.issued())
    with bench.start() as process:
        for name, data in hostile():
            with process.connect() as connection:
                connection.send(data)
                need(b"Status: 200" not in connection.read(),
                     f"{name}: served")
            check_lives(process)
    equal(len(bench.issued()), before, "issued")


@case("parameters without end: closed before they fill the memory")
def _():
    with bench.start() as process, process.connect() as connection:
        value = b"x" * 60000
        pair = record(wire.PARAMS, wire.pairs({"HTTP_X": value}))
        connection.send(begin())
        sent = 0
        while sent < 1000 and connection.send(pair):
            sent += 1
        need(sent < 1000, f"{sent} times 60000 bytes were taken")
        check_lives(process)
        with open(f"/proc/{process.pid}/statm") as f:
            pages = int(f.read().split()[1])
        need(pages * os.sysconf("SC_PAGE_SIZE") < 100 << 20, f"{pages} pages")


if __name__ == "__main__":
    main()
