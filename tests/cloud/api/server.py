"""The HTTPS server below the API: calls, kept connections, threads."""
import collections
import contextlib
import json
import socketserver
import time

from .answers import Hangup


class Call:
    """One request."""

    def __init__(self, peer, method, path, headers, body):
        self.peer = peer            # (address, port): one connection
        self.method, self.headers, self.body = method, headers, body
        self.path, _, self.query = path.partition("?")
        self.status = None
        self.time = time.monotonic()

    @property
    def json(self):
        return json.loads(self.body)


class Connection(socketserver.StreamRequestHandler):
    """HTTP/1.1, kept open."""
    disable_nagle_algorithm = True

    def handle(self):
        with contextlib.suppress(OSError, Hangup):
            if self.server.api.context:
                self.request = self.server.api.context.wrap_socket(
                    self.request, server_side=True)
                self.rfile = self.request.makefile("rb")
            while self.one():
                pass

    def one(self):
        line = self.rfile.readline(65536).decode("latin-1").split()
        if len(line) != 3:
            return False
        headers = {}
        while True:
            text = self.rfile.readline(65536).decode("latin-1").strip()
            if not text:
                break
            name, _, value = text.partition(":")
            headers[name.strip().lower()] = value.strip()
        body = self.rfile.read(int(headers.get("content-length", "0")))
        call = Call(self.client_address, line[0], line[1], headers, body)
        api = self.server.api
        try:
            answer = api.serve(call)
        except Hangup as reason:
            if hasattr(reason, "answer"):
                self.send(call, reason.answer)
            raise
        self.send(call, answer)
        return True

    def send(self, call, answer):
        call.status = answer.status
        answer.headers.setdefault("Content-Length", str(len(answer.body)))
        head = f"HTTP/1.1 {answer.status} Status\r\n" + "".join(
            f"{name}: {value}\r\n" for name, value in answer.headers.items())
        self.request.sendall(head.encode() + b"\r\n"
                             + (b"" if call.method == "HEAD"
                                else answer.body))

    def finish(self):
        with contextlib.suppress(OSError):
            super().finish()
            self.request.close()


class Server(socketserver.ThreadingTCPServer):
    daemon_threads = True
    block_on_close = False
    allow_reuse_address = True
    request_queue_size = 128


def connections(calls):
    """How many different connections they came by."""
    return len(collections.Counter(call.peer for call in calls))
