#!/usr/bin/python3
"""A request inside another: lengths that lie, over FastCGI and CGI by hand.
Whatever a server passes on, one request is one request, and nothing is issued
that it did not ask for."""
import json
import struct
import sys

sys.path.insert(1, sys.path[0] + "/../lib")
from bench import Answer, answer_of, bench, health, main, run
from harness import case, equal, need, single_path
from smuggling import Issued, listed, send
import wire
from wire import environment, record

HEALTH = environment("GET", "/healthz")


def inner():
    """What a body may hold behind its end: a FastCGI request that would be
    the user chief's, and one of HTTP."""
    values, body = bench.single(token=None, REMOTE_USER="chief")
    return (record(wire.BEGIN, struct.pack(">HB5x", 1, 0))
            + record(wire.PARAMS, wire.pairs(values)) + record(wire.PARAMS)
            + record(wire.STDIN, body) + record(wire.STDIN)
            + b"POST /mint" + single_path().encode()
            + b" HTTP/1.1\r\nHost: here\r\nRemote-User: chief\r\n"
            + b"Content-Length: %d\r\n\r\n" % len(body) + body)


# Lengths ---------------------------------------------------------------------

def lengths(size):
    """What CONTENT_LENGTH may be for a body of that size: the text or None for
    none, the status over FastCGI, and over CGI where that differs (CGI has no
    other end of a body than its length)."""
    for text in (None, ""):
        yield text, 411, 411
    for text in (str(size), "0" + str(size), "0" * 40 + str(size)):
        yield text, 200, 200
    for text in ("-1", "-0", "+5", f"+{size}", f"-{size}", "5,5",
                 f"{size},{size}", f"{size}, {size}", f"{size} ", f" {size}",
                 f"{size}\t", f"{size}\r", f"{size}\n", "0x5", hex(size),
                 f"0{size:o}o", f"{size}.0", f"{size}e0", "1_0", "٥", "５",
                 "²", "ten", "chunked", ",", ";", f"{size};", f"{size}\udcff",
                 "NaN", "Infinity", "--5", f"{size}-", "'5'", "%35"):
        yield text, 400, 400
    for number in (2 ** 31 - 1, 2 ** 31, 2 ** 32, 2 ** 32 + size, 2 ** 63 - 1,
                   2 ** 63, 2 ** 63 + size, 2 ** 64 - 1, 2 ** 64, 2 ** 64 + 5,
                   2 ** 64 + size, 2 ** 128 + size, 10 ** 400 + size):
        yield str(number), 413, 413
    # Less than the body, and more. CGI never reads beyond the length, and what
    # it reads is cut JSON.
    for number in (0, 1, size - 1, size // 2):
        yield str(number), 400, 400
    for number in (size + 1, 2 * size, 8 << 20):
        yield str(number), 400, 400


@case("FastCGI: each length, and the next request of a kept connection")
def _():
    values, body = bench.single()
    with bench.start() as process:
        for text, status, _ in lengths(len(body)):
            with Issued(int(status == 200)), process.connect() as connection:
                connection.ask({**values, "CONTENT_LENGTH": text}, body,
                               keep=True)
                answer = answer_of(connection)
                equal(answer.status, status, repr(text))
                equal(answer.tokens, int(status == 200), repr(text))
                follow(connection)
        health(process)


def follow(connection):
    """The next request on a connection: answered by its own answer, or by the
    connection's end."""
    if not connection.send(record(wire.BEGIN, b"\0\1\1" + bytes(5))
                           + record(wire.PARAMS, wire.pairs(HEALTH))
                           + record(wire.PARAMS) + record(wire.STDIN)):
        return
    connection.stdout, connection.status = bytearray(), None
    found = connection.read()
    if connection.status is None:
        equal(found, b"", "half an answer")
    else:
        equal(Answer(found).body, b"ok\n", "the next answer")


@case("CGI: each length; nothing is read beyond it")
def _():
    values, body = bench.single()
    for text, _, status in lengths(len(body)):
        if text is not None and "\udcff" in text:
            continue
        with Issued(int(status == 200)):
            done = run(["--config=" + bench.settings.path],
                       {name: value for name, value in
                        {**values, "CONTENT_LENGTH": text}.items()
                        if value is not None}, input=body)
            answer = Answer(done.stdout)
            equal(answer.status, status, repr(text))
            equal(answer.tokens, int(status == 200), repr(text))


@case("the rest of a body is no request, wherever it is cut")
def _():
    values, body = bench.single()
    rest = inner()
    with bench.start() as process, Issued(0):
        for length in (0, 1, len(body), len(body) + 1, len(body + rest) - 1,
                       len(body + rest) + 1):
            for how in ("one record", "two records", "early end"):
                with process.connect() as connection:
                    connection.begin(True)
                    connection.params({**values,
                                       "CONTENT_LENGTH": str(length)})
                    if how == "one record":
                        connection.body(body + rest)
                    else:
                        connection.body(body, end=False)
                        connection.body(rest, end=how == "two records")
                    if how == "early end":
                        connection.send(record(wire.ABORT))
                    connection.read()
                    need(b"sessionToken" not in connection.stdout, how)
                    follow(connection)
        health(process)


@case("a rest of a body that nobody reads is no request either")
def _():
    rest = inner()
    with bench.start() as process, Issued(0):
        for path, method in (("/healthz", "GET"), ("/", "GET"),
                             ("/nothing", "POST"), ("/", "POST"),
                             (single_path(), "PUT")):
            for length in (None, "0", "5", str(len(rest)), "-1"):
                with process.connect() as connection:
                    connection.ask({**environment(method, path),
                                    "CONTENT_LENGTH": length}, rest, keep=True)
                    answer_of(connection)
                    follow(connection)
        health(process)


@case("what comes twice: taken where it is the same, else refused")
def _():
    values, body = bench.single()
    good = listed(values)
    size, token = str(len(body)).encode(), bench.settings.tokens
    other = b"Bearer " + token["drop"].encode()
    table = (
        (b"CONTENT_LENGTH", size, 200), (b"CONTENT_LENGTH", b"5", 400),
        (b"CONTENT_LENGTH", b"0" + size, 400), (b"CONTENT_LENGTH", b"", 400),
        (b"CONTENT_LENGTH", b"-1", 400), (b"CONTENT_TYPE", b"text/csv", 400),
        (b"HTTP_AUTHORIZATION", other, 400),
        (b"HTTP_AUTHORIZATION", b"", 400),
        (b"HTTP_AUTHORIZATION", b"Basic Y2hpZWY6eA==", 400),
        (b"HTTP_ACCEPT", b"*/*", 200), (b"HTTP_X_OTHER", b"1", 200))
    with bench.start() as process:
        for name, value, status in table:
            for both in (good + [(name, value)], [(name, value)] + good):
                with Issued(int(status == 200)):
                    with process.connect() as connection:
                        send(connection, both, body)
                        equal(answer_of(connection).status, status,
                              f"{name} {value}")
        # Who logged in is one person.
        users = listed(bench.single(token=None, REMOTE_USER="ann")[0])
        with Issued(0), process.connect() as connection:
            send(connection, users + [(b"REMOTE_USER", b"chief")], body)
            equal(answer_of(connection).status, 400)
        health(process)


@case("Transfer-Encoding beside a length: only the length counts")
def _():
    values, body = bench.single()
    chunked = b"%x\r\n%s\r\n0\r\n\r\n" % (len(body), body)
    with bench.start() as process:
        for coding in ("chunked", "identity", "gzip, chunked", "xchunked",
                       " chunked"):
            for length, sent, status in (
                    (len(body), body, 200), (None, body, 411),
                    (None, chunked, 411), (len(body), chunked, 400),
                    (len(chunked), chunked, 400)):
                with Issued(int(status == 200)):
                    with process.connect() as connection:
                        connection.ask({
                            **values, "HTTP_TRANSFER_ENCODING": coding,
                            "CONTENT_LENGTH": length and str(length)}, sent)
                        equal(answer_of(connection).status, status,
                              f"{coding} {length}")
        health(process)


@case("a GET that fetches a credential has no body")
def _():
    body = json.dumps({"objects": ["public/a"]}).encode()
    query = "bucket=portal-downloads&permission=object-read-only&" \
            "objects=public/a&format=container"
    values = environment("GET", single_path(), query=query,
                         token=bench.settings.tokens["bulk"])
    with bench.start() as process:
        for length, sent, status in ((None, b"", 200), ("0", b"", 200),
                                     (str(len(body)), body, 400),
                                     ("-1", body, 400)):
            with Issued(int(status == 200)), process.connect() as connection:
                connection.ask({**values, "CONTENT_LENGTH": length}, sent)
                equal(answer_of(connection).status, status, repr(length))
        # In chunks, and as HTTP/2 allows, a body has no length.
        for coding, length, sent in (
                ("chunked", None, body), ("chunked", None, b""),
                ("chunked", "0", body), ("gzip, chunked", None, body),
                (None, None, body), (None, None, b"x")):
            with Issued(0), process.connect() as connection:
                connection.ask({
                    **values, "CONTENT_LENGTH": length,
                    "HTTP_TRANSFER_ENCODING": coding}, sent)
                equal(answer_of(connection).status, 400, f"{coding} {length}")
        health(process)


if __name__ == "__main__":
    main()
