#!/usr/bin/python3
"""Signals, hang-ups and reloads behind lighttpd and without it."""
import json
import os
import signal
import socket
import sys
import threading
import time

sys.path.insert(1, sys.path[0] + "/../lib")
from endpoint import make_site
from harness import batch_path, case, equal, main, need, until
import wire


def large_request(site, count):
    keys = [f"docs/{number:07}" for number in range(count)]
    body = json.dumps({"bucket": "portal-downloads", "objects": keys,
                       "permission": "object-read-only"}).encode()
    return wire.environment("POST", batch_path(), len(body),
                            token=site.settings.tokens["bulk"]), body


@case("SIGTERM while a request comes in: it is answered whole, then the end")
def _(site):
    values, body = large_request(site, 5000)
    for name in (signal.SIGTERM, signal.SIGUSR1):
        with wire.Responder(site) as responder:
            exchange = responder.open(values)
            exchange.send(body[:70000])
            need(not exchange.answered(0.2), "answered before all is there")
            responder.process.send_signal(name)
            need(not exchange.answered(0.2), "cut by the signal")
            exchange.send(body[70000:])
            exchange.send(b"")
            equal(len(site.issued_as(exchange.answer())), 5000, "entries")
            equal(responder.ended(), 0, "exit status")


@case("SIGTERM while an answer goes out: it is whole, then the end")
def _(site):
    values, body = large_request(site, 5000)
    with wire.Responder(site) as responder:
        exchange = responder.open(values)
        exchange.send(body)
        exchange.send(b"")
        exchange.read(100000)
        responder.process.terminate()
        time.sleep(0.1)
        answer = exchange.answer()
        equal(len(site.issued_as(answer)), 5000, "entries")
        equal(responder.ended(), 0, "exit status")
        line = site.audit(answer.id, "issue", "outcome")[1]
        equal(line["result"], "complete")


@case("SIGTERM while idle ends it at once")
def _(site):
    with wire.Responder(site) as responder:
        equal(responder.ask(wire.environment("GET", "/healthz")).status, 200)
        responder.process.terminate()
        equal(responder.ended(10), 0, "exit status")


@case("SIGKILL in mid-answer: what went out has its audit line")
def _(site):
    values, body = large_request(site, 5000)
    with wire.Responder(site) as responder:
        exchange = responder.open(values)
        exchange.send(body)
        exchange.send(b"")
        output = exchange.read(20000)
        responder.process.kill()
        responder.process.wait()
        answer = wire.parse(output)
        need(b"sessionToken" in answer.body, "no credential got out")
        exchange.close()
        line = site.audit(answer.id, "issue")[0]
        equal(line["count"], 5000)


@case("SIGKILL behind lighttpd: never a credential without its audit line")
def _(site):
    values, body = large_request(site, 20000)
    del values
    answers = []

    def ask():
        try:
            answers.append(site.request(
                "POST", batch_path(), body, "bulk",
                headers={"Content-Type": "application/json"}))
        except OSError:
            pass        # cut off before anything came
        except Exception as error:
            if "IncompleteRead" not in repr(error):
                raise
    for delay in (0.0, 0.02, 0.05, 0.1, 0.2):
        asking = threading.Thread(target=ask)
        asking.start()
        time.sleep(delay)
        for pid in site.responders():
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                pass
        asking.join()
    lines = {line["request"] for line in site.audit_lines()
             if line["event"] == "issue"}
    for answer in answers:
        if b"sessionToken" in answer.body:
            need(answer.id in lines, f"request {answer.id} was not recorded")
            whole = answer.text.rstrip("\n").endswith('"success":true}')
            equal(whole, answer.body.count(b"sessionToken") == 20000,
                  "whether a cut answer looks whole")
    until(lambda: site.request("GET", "/healthz").status == 200,
          "lighttpd starts new responders")


@case("a client that hangs up: recorded, and the next is served")
def _(site):
    values, body = large_request(site, 20000)
    with wire.Responder(site) as responder:
        exchange = responder.open(values)
        exchange.send(body)
        exchange.send(b"")
        answer = wire.parse(exchange.read(20000))
        exchange.close()
        issue, outcome = site.audit(answer.id, "issue", "outcome")
        equal(outcome["result"], "client-gone")
        need(outcome["issued"] < issue["count"], "all were issued")
        equal(responder.ask(wire.environment("GET", "/healthz")).status, 200)
        equal(responder.process.poll(), None, "the process")


@case("a client that hangs up on lighttpd: the same responder serves on")
def _(site):
    before = site.responders()
    _, body = large_request(site, 50000)
    with socket.create_connection(("127.0.0.1", site.port)) as connection:
        head = (f"POST {site.mount}{batch_path()} HTTP/1.1\r\nHost: here\r\n"
                f"Authorization: Bearer {site.settings.tokens['bulk']}\r\n"
                "Content-Type: application/json\r\n"
                f"Content-Length: {len(body)}\r\n\r\n")
        connection.sendall(head.encode() + body)
        start = connection.recv(4096).decode("latin-1")
    request = start.lower().split("mintage-request: ")[1][:32]
    outcome = site.audit(request, "issue", "outcome")[1]
    need(outcome["result"] in ("client-gone", "complete"), str(outcome))
    equal(site.request("GET", "/healthz").status, 200)
    # A busy lighttpd may have started more of them.
    need(set(before) <= set(site.responders()), "the responder has ended")


@case("a broken new configuration keeps the old one in force")
def _(site):
    values = wire.environment("GET", "/", token=site.settings.tokens["web"],
                              HTTP_ACCEPT="application/json")

    def said():
        equal(responder.ask(values).json["caller"]["name"], "web")
        with open(responder.log, encoding="utf-8") as f:
            return "no-such-key" in f.read()
    with wire.Responder(site) as responder:
        equal(responder.ask(values).status, 200)
        with site.changed("mintage", no_such_key="1"):
            responder.process.send_signal(signal.SIGHUP)
            until(said, "the reason is said")
        equal(responder.ask(values).json["caller"]["name"], "web")


@case("two responders at once: requests in parallel, each its own answer")
def _(site):
    problems = []

    def ask(number):
        keys = [f"docs/{number}/{index}" for index in range(300)]
        for _ in range(5):
            answer = site.batch({"bucket": "portal-downloads",
                                 "objects": keys,
                                 "permission": "object-read-only"})
            found = [entry["key"] for entry in answer.result]
            if found != keys:
                problems.append(f"{number}: {found[:3]}")
    threads = [threading.Thread(target=ask, args=(number,))
               for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    equal(problems, [])


if __name__ == "__main__":
    main(make_site)
