#!/usr/bin/python3
"""mintage-online alone: its socket as a broken program may use it, one that
reads nothing for a while, and one that wants more than it may have."""
import http.server
import os
import socket
import struct
import subprocess
import sys
import threading

sys.path.insert(1, sys.path[0] + "/../lib")
from harness import BUILD, Skip, case, equal, main, need

ONLINE = os.path.join(BUILD, "mintage-online")
SECONDS = 60
BEGIN, CALL, END, READY, BUSY, UNABLE, ANSWER, DONE = range(1, 9)
CALLS_MAX = 64


def number(value):
    return struct.pack("=Q", value)


def text(value):
    return number(len(value)) + value.encode() + b"\0"


def frame(kind, body=b"", tag=0):
    return struct.pack("=QQQ", len(body), kind, tag) + body


def begin(concurrency=4, calls=1, answer_max=1 << 22):
    return frame(BEGIN, text("") * 4 + number(concurrency) + number(SECONDS)
                 + number(calls) + number(answer_max))


def call(url, tag=0):
    return frame(CALL, text("GET") + text(url) + text("") * 3 + number(0), tag)


class Helper:
    """A helper, and the socket to it."""

    def __enter__(self):
        if not os.path.exists(ONLINE):
            raise Skip("mintage-online was not built")
        self.socket, other = socket.socketpair()
        self.socket.settimeout(SECONDS)
        with other:
            self.process = subprocess.Popen(
                [ONLINE], stdin=other, stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT)
        return self

    def __exit__(self, *_):
        self.socket.close()
        self.output = self.process.communicate(timeout=SECONDS)[0]
        equal((self.process.returncode, self.output), (0, b""))

    def send(self, data):
        self.socket.sendall(data)

    def take(self, size):
        data = b""
        while len(data) < size:
            got = self.socket.recv(size - len(data))
            need(got, f"it ended after {len(data)} of {size} bytes")
            data += got
        return data

    def frame(self):
        length, kind, tag = struct.unpack("=QQQ", self.take(24))
        return kind, tag, self.take(length)

    def answer(self):
        """The tag, the status and the body of an answer."""
        kind, tag, body = self.frame()
        equal(kind, ANSWER)
        status, = struct.unpack_from("=Q", body)
        place, texts = 16, []
        for _ in range(3):
            length, = struct.unpack_from("=Q", body, place)
            texts.append(body[place + 8:place + 8 + length])
            place += 8 + length + 1
        equal(place, len(body))
        equal(texts[0], b"", "the failure")
        return tag, status, texts[2]

    def ends(self):
        """It ends by itself, and says nothing more."""
        try:
            equal(self.socket.recv(1), b"")
        except ConnectionResetError:
            pass  # it had not read everything
        self.process.wait(SECONDS)


class Crowd(http.server.ThreadingHTTPServer):
    """Answers with as many bytes as the path says: to the first request at
    once, to the others as soon as `gate` of them are there."""
    daemon_threads = True
    request_queue_size = 128

    def __init__(self, gate=0):
        super().__init__(("127.0.0.1", 0), Answering)
        self.lock = threading.Lock()
        self.here = 0
        self.gate, self.opened = gate, threading.Event()
        self.url = f"http://127.0.0.1:{self.server_address[1]}/"

    def __enter__(self):
        self.thread = threading.Thread(target=self.serve_forever)
        self.thread.start()
        return super().__enter__()

    def __exit__(self, *details):
        self.shutdown()
        self.thread.join()
        super().__exit__(*details)


class Answering(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        server = self.server
        with server.lock:
            server.here += 1
            is_first = server.here == 1
            if server.here > server.gate:
                server.opened.set()
        # libcurl makes further connections once it has seen that an answer
        # is no HTTP/2.
        if not is_first:
            server.opened.wait(SECONDS)
        size = int(self.path[1:])
        self.send_response(200)
        self.send_header("Content-Length", str(size))
        self.end_headers()
        self.wfile.write(b"x" * size)

    def log_message(self, *_):
        pass


def run(*arguments, stdin=subprocess.DEVNULL):
    if not os.path.exists(ONLINE):
        raise Skip("mintage-online was not built")
    return subprocess.run([ONLINE, *arguments], stdin=stdin, timeout=SECONDS,
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                          check=False)


@case("whoever starts it by hand is told what it is")
def _():
    done = run("--version")
    equal((done.returncode, done.stderr), (0, b""))
    need(done.stdout.startswith(b"mintage-online "), done.stdout)
    done = run("--help")
    equal((done.returncode, done.stderr), (0, b""))
    usage = done.stdout
    need(usage.startswith(b"Usage: mintage-online\n")
         and b"of no use by itself" in usage, usage)
    datagrams, other = socket.socketpair(type=socket.SOCK_DGRAM)
    with datagrams, other:
        for arguments, stdin in (((), subprocess.DEVNULL), ((), datagrams),
                                 (("--verbose",), subprocess.DEVNULL)):
            done = run(*arguments, stdin=stdin)
            equal((done.returncode, done.stdout, done.stderr),
                  (2, b"", usage))


@case("what no program of ours sends ends it, whatever came before")
def _():
    url = "http://127.0.0.1:9/"
    for before, nonsense in (
            ([], b"\xff" * 24),                     # no head
            ([], frame(READY)), ([], frame(ANSWER)), ([], frame(DONE)),
            ([], frame(BEGIN)), ([], frame(BEGIN, text("") * 4)),
            ([], call(url)),                        # of no batch
            ([begin()], frame(CALL, text("GET"))),
            ([begin()], frame(BEGIN)),
            ([begin(), frame(END)], call(url))):
        with Helper() as helper:
            for sent, kind in zip(before, (READY, DONE)):
                helper.send(sent)
                equal(helper.frame(), (kind, 0, b""))
            helper.send(nonsense)
            helper.ends()


@case("it ends with its socket, in the middle of a frame too")
def _():
    for sent in (b"", begin()[:5], begin()[:-1]):
        with Helper() as helper:
            helper.send(sent)
            helper.socket.shutdown(socket.SHUT_WR)
            helper.ends()


@case("answers wait for a program that does not read them, and none is lost")
def _():
    size, count = 1 << 20, 12
    with Crowd() as crowd, Helper() as helper:
        helper.send(begin(calls=count))
        equal(helper.frame(), (READY, 0, b""))
        for tag in range(count):
            helper.send(call(f"{crowd.url}{size + tag}", tag))
        found = sorted(helper.answer() for _ in range(count))
        for tag, (named, status, body) in enumerate(found):
            equal((named, status, len(body)), (tag, 200, size + tag))
            need(not body.strip(b"x"), "other bytes")
        helper.send(frame(END))
        equal(helper.frame(), (DONE, 0, b""))


@case("more calls at a time than it makes wait for one another")
def _():
    with Crowd(gate=CALLS_MAX) as crowd, Helper() as helper:
        count = 1 + CALLS_MAX + 6
        helper.send(begin(concurrency=1000, calls=count))
        equal(helper.frame(), (READY, 0, b""))
        for tag in range(count):
            helper.send(call(crowd.url + "1", tag))
        equal(sorted(helper.answer() for _ in range(count)),
              [(tag, 200, b"x") for tag in range(count)])


if __name__ == "__main__":
    main()
