#!/usr/bin/python3
"""FastCGI by hand: clients that go, responders that are killed in mid-answer."""
import signal
import sys
import time

sys.path.insert(1, sys.path[0] + "/../lib")
from bench import Answer, MANY, bench, health, main
from harness import case, equal, need


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


if __name__ == "__main__":
    main()
