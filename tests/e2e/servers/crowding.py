"""Cases for every web server: many clients, many requests, several machines."""
import glob
import json
import os
import signal
import socket
import threading
import time

from harness import SANITIZED, equal, need, process_status, single_path, until
from matrix import END, ONE, READ, case, judge

CROWD = 64
ROUNDS = 10000          # requests to the same processes
CGI_ROUNDS = 300        # each a process: bounded by the time it takes
MEMBER_TRIES = 20       # requests until each machine has one
CONNECTIONS = 4


@case("crowd", f"{CROWD} clients at once, each gets its own")
def _(server):
    answers = {}
    start = threading.Barrier(CROWD)

    def ask(number):
        start.wait(60)
        answers[number] = server.single(
            {**READ, "objects": [f"public/{number}"]})
    threads = [threading.Thread(target=ask, args=(number,))
               for number in range(CROWD)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    equal(len(answers), CROWD, "answers")
    for number, answer in answers.items():
        equal(judge(server).paths(answer.result), ([], [f"public/{number}"]))
    equal(len({answer.id for answer in answers.values()}), CROWD, "ids")


def ask_on(server, count, failures):
    """Send `count` requests on one connection, several of them before the first
    is answered."""
    body = json.dumps(ONE).encode()
    request = (f"POST {server.mount}{single_path()} HTTP/1.1\r\nHost: here\r\n"
               f"Authorization: Bearer {server.settings.tokens['bulk']}\r\n"
               "Content-Type: application/json\r\nAccept: application/json\r\n"
               f"Content-Length: {len(body)}\r\n\r\n").encode() + body
    try:
        while count > 0:
            with socket.create_connection(("127.0.0.1", server.port),
                                          60) as connection:
                count -= ask_through(connection, request, count)
    except Exception as error:
        failures.append(error)


def ask_through(connection, request, count):
    """How many were answered before the server closed the connection."""
    answered, pending = 0, b""
    while answered < count:
        wanted = min(25, count - answered)
        connection.sendall(request * wanted)
        while wanted > 0:
            part = connection.recv(1 << 18)
            if not part:
                need(answered > 0, "closed without an answer")
                return answered
            # END may be cut in two, so its beginning is kept.
            pending = pending[-len(END) + 1:] + part
            found = pending.count(END)
            need(b" 500 " not in part and b" 503 " not in part,
                 f"refused: {part[:300]!r}")
            answered += found
            wanted -= found
            if found:
                pending = pending[pending.rindex(END) + len(END):]
    return answered


def ask_often(server, count):
    failures = []
    threads = [threading.Thread(target=ask_on, args=(
        server, count // CONNECTIONS, failures)) for _ in range(CONNECTIONS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    need(not failures, str(failures[:1]))


def descriptors(pid):
    """How many descriptors are open, or the size of their table where we may
    not list them."""
    try:
        return len(os.listdir(f"/proc/{pid}/fd"))
    except PermissionError:
        return int(process_status(pid)["FDSize"])


def resources(server):
    """By process: (KiB in memory, open descriptors)."""
    return {pid: (int(process_status(pid)["VmRSS"].split()[0]),
                  descriptors(pid)) for pid in server.responders()}


@case("often", f"{ROUNDS} requests (CGI: {CGI_ROUNDS}): nothing grows")
def _(server):
    if server.cgi:
        ask_often(server, CGI_ROUNDS)
        until(lambda: not server.responders(), "the processes end")
        return
    ask_often(server, 500)
    before = resources(server)
    need(before, "no responders")
    ask_often(server, ROUNDS)
    until(lambda: all(resources(server)[pid][1] <= before[pid][1]
                      for pid in before), "descriptors are closed")
    after = resources(server)
    need(set(before) <= set(after), "a process ended")
    growth = max(after[pid][0] - before[pid][0] for pid in before)
    need(growth <= 256 or SANITIZED, f"{growth} KiB more: {before} {after}")


@case("member", "one machine of several goes down: no harm, others serve")
def _(server):
    if server.members < 2:
        return "-"
    # A request waits at each machine. One is lost, or sent again.
    before = len(issued(server))
    server.signal_responders(signal.SIGSTOP)
    answers, threads = [], []

    def each_is_asked():
        # What waits at a machine may also be the server's own, such as a look
        # whether it lives. So there is a request of ours for each of them.
        if (len(threads) >= server.members
                and all(map(server.is_asked, range(server.members)))):
            return True
        # The server chooses which machine gets the next request.
        if len(threads) < MEMBER_TRIES:
            threads.append(threading.Thread(
                target=lambda: answers.append(server.single(ONE))))
            threads[-1].start()
            time.sleep(0.1)
        return False
    until(each_is_asked, "a request waits at each machine")
    server.kill_pool()
    server.signal_responders(signal.SIGCONT)
    for thread in threads:
        thread.join()
    good = [answer.id for answer in answers if answer.status == 200]
    equal(sorted(issued(server)[before:]), sorted(good),
          "requests that issued something")
    need(good, f"answers {[answer.status for answer in answers]}")
    for _ in range(20):
        equal(server.single(ONE).status, 200)
    return None


def issued(server):
    return [line["request"] for line in server.audit_lines()
            if line["event"] == "issue"]


@case("logs", "nothing secret is in what it wrote, and no complaint of ours")
def _(server):
    server.check_files()
    found = glob.glob(server.at("log", "sanitizer*"))
    for path in found:
        with open(path, errors="replace") as f:
            raise AssertionError(f.read()[:6000])
    need("Sanitizer" not in server.log()
         and "runtime error:" not in server.log(), server.log())
