#!/usr/bin/python3
"""A reader that takes a byte now and then: the answer has a last moment."""
import os
import subprocess
import sys
import time

sys.path.insert(1, sys.path[0] + "/../lib")
from bench import Answer, MANY, bench, health, main
from harness import RESPONDER, case, equal, need

PATIENT = bench.variant("patient", answer_timeout="2")


def drip(take, ended):
    """Take a byte now and then, until `ended()`. Each write of the responder
    has some success long before request-timeout, which is 60 s."""
    taken = bytearray()
    limit = time.monotonic() + 50
    while not ended() and time.monotonic() < limit:
        taken += take()
        time.sleep(0.02)
    return bytes(taken)


def outcome_is_known(request):
    return lambda: any(line["request"] == request
                       and line["event"] == "outcome"
                       for line in bench.audit())


def judge(request, answer):
    line = [line for line in bench.audit() if line["request"] == request
            and line["event"] == "outcome"]
    need(line, "nobody ended it")
    equal(line[0]["result"], "timed-out")
    need(0 < line[0]["issued"] < MANY, f"{line[0]['issued']} issued")
    need(not answer.whole, "it looks whole")


for _how in ("stdin", "tcp"):
    @case(f"FastCGI over {_how}: cut, recorded, and the next is served")
    def _(how=_how):
        values, body = bench.batch()
        with bench.start(PATIENT, how=how) as process:
            for _ in range(2):
                with process.connect() as connection:
                    connection.ask(values, body)
                    start = connection.read(4000)
                    request = Answer(start).request
                    pending = bytes(connection.pending)
                    connection.pending.clear()
                    drip(lambda: connection.socket.recv(1),
                         outcome_is_known(request))
                    judge(request, Answer(start + pending))
                    health(process)
                    rest = b"x"
                    while rest:
                        try:
                            rest = connection.socket.recv(1 << 16)
                        except ConnectionResetError:
                            rest = b""
                        need(b'"success":true}' not in rest, "it looks whole")


@case("CGI: cut, recorded, and the process ends")
def _():
    values, body = bench.batch()
    with subprocess.Popen(
            [RESPONDER, "--config=" + PATIENT], stdin=subprocess.PIPE,
            stdout=subprocess.PIPE, bufsize=0,
            env={"PATH": os.environ["PATH"], **values}) as process:
        process.stdin.write(body)
        process.stdin.close()
        start = process.stdout.read(4000)
        request = Answer(start).request
        drip(lambda: process.stdout.read(1), outcome_is_known(request))
        equal(process.wait(20), 0)
        judge(request, Answer(start + process.stdout.read()))


@case("who reads slowly but in time gets all of it")
def _():
    values, body = bench.batch(3000)
    with bench.start(PATIENT) as process, process.connect() as connection:
        connection.ask(values, body)
        while connection.status is None:
            connection.read(len(connection.stdout) + (1 << 16))
            time.sleep(0.005)
        answer = Answer(bytes(connection.stdout))
        need(answer.whole, "it is cut")
        equal(answer.tokens, 3000)
        equal(bench.outcome(answer.request)["result"], "complete")


@case("a connection that is kept has the whole time for each answer")
def _():
    values, body = bench.single()
    with bench.start(PATIENT) as process, process.connect() as connection:
        for _ in range(3):
            connection.ask(values, body, keep=True)
            answer = Answer(connection.read())
            need(answer.whole, "it is cut")
            equal(bench.outcome(answer.request)["result"], "complete")
            time.sleep(0.9)


if __name__ == "__main__":
    main()
