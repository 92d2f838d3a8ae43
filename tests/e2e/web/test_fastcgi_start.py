#!/usr/bin/python3
"""The responder's start: its socket, its arguments, its descriptors."""
import json
import os
import re
import shutil
import signal
import sys

sys.path.insert(1, sys.path[0] + "/../lib")
from bench import ask, bench, health, main, run
from harness import case, equal, need, until
from wire import environment


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


if __name__ == "__main__":
    main()
