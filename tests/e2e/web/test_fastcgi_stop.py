#!/usr/bin/python3
"""FastCGI by hand: told to stop, the responder finishes what it has begun."""
import contextlib
import signal
import sys
import time

sys.path.insert(1, sys.path[0] + "/../lib")
from bench import MANY, STOPS, answer_of, bench, health, main, taken
from harness import case, equal, need, until
import wire
from wire import environment


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


if __name__ == "__main__":
    main()
