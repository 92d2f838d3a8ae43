"""The responder without a web server: FastCGI and CGI spoken by hand.

For what no web server would do: a body that falls short, a client that hangs
up at a chosen byte, a request from another host, a signal in the middle.
"""
import email.parser
import os
import select
import socket
import struct
import subprocess
import threading

from harness import RESPONDER, Answer, need, until

BEGIN, END, PARAMS, STDIN, STDOUT, STDERR = 1, 3, 4, 5, 6, 7
SECONDS = 60


def environment(method, path, length=None, content_type="application/json",
                token=None, query="", remote="127.0.0.1", **more):
    """The variables of one request (RFC 3875). None: not passed."""
    values = {
        "GATEWAY_INTERFACE": "CGI/1.1", "SERVER_PROTOCOL": "HTTP/1.1",
        "SERVER_SOFTWARE": "wire", "SERVER_NAME": "localhost",
        "SERVER_PORT": "80", "REQUEST_METHOD": method, "SCRIPT_NAME": "/mint",
        "PATH_INFO": path, "QUERY_STRING": query,
        "REQUEST_URI": f"/mint{path}" + (f"?{query}" if query else ""),
        "REMOTE_ADDR": remote, "CONTENT_TYPE": content_type,
        "CONTENT_LENGTH": None if length is None else str(length),
        "HTTP_AUTHORIZATION": f"Bearer {token}" if token else None, **more}
    return {name: value for name, value in values.items()
            if value is not None}


def parse(output):
    """A CGI response as an Answer."""
    head, end, body = output.partition(b"\r\n\r\n")
    need(end, f"no header block: {output[:200]!r}")
    headers = email.parser.HeaderParser().parsestr(head.decode("latin-1"))
    status = int(headers.get("Status", "200").split()[0])
    return Answer(status, headers, body)


def run_cgi(site, values, body=b""):
    """One CGI process from its start to its end, with this configuration. It
    has to take in the whole body."""
    process = start_cgi(site, values)
    refused = []

    def write():
        try:
            process.stdin.write(body)
            process.stdin.close()
        except BrokenPipeError as error:
            refused.append(error)
    writing = threading.Thread(target=write)
    with process:
        writing.start()
        output = process.stdout.read()
        writing.join(SECONDS)
        need(process.wait(SECONDS) == 0, f"exit status {process.returncode}")
    need(not refused, "the body was not read to its end")
    return parse(output)


def start_cgi(site, values):
    with open(os.path.join(site.folder, "wire.log"), "a") as log:
        return subprocess.Popen(
            [RESPONDER, "--config=" + site.settings.path],
            env={**inherited(site), **values}, stdin=subprocess.PIPE,
            stdout=subprocess.PIPE, stderr=log)


def cut_cgi(site, values, body, length):
    """The answer's beginning; nobody is there to read the rest."""
    process = start_cgi(site, values)
    with process:
        process.stdin.write(body)
        process.stdin.close()
        start = process.stdout.read(length)
        process.stdout.close()
    return parse(start)


def inherited(site):
    """What a web server hands a CGI program of its own environment."""
    return {name: value for name, value in site.environment().items()
            if name in ("PATH", "TMPDIR", "ASAN_OPTIONS", "UBSAN_OPTIONS",
                        "LSAN_OPTIONS", "LD_LIBRARY_PATH")}


class Responder:
    """mintage.fcgi on a socket of ours."""

    def __init__(self, site):
        self.path = os.path.join(site.folder, f"wire{id(self):x}")
        self.log = os.path.join(site.folder, "wire.log")
        with socket.socket(socket.AF_UNIX) as listener, \
                open(self.log, "a") as err:
            listener.bind(self.path)
            listener.listen(16)
            self.process = subprocess.Popen(
                [RESPONDER, "--config=" + site.settings.path],
                stdin=listener, stdout=subprocess.DEVNULL, stderr=err,
                env=site.environment())

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        os.unlink(self.path)

    @property
    def pid(self):
        return self.process.pid

    def open(self, values):
        return Exchange(self.path, values)

    def ask(self, values, body=b""):
        """A whole request and its whole answer."""
        exchange = self.open(values)
        exchange.send(body)
        exchange.send(b"")
        return exchange.answer()

    def ended(self, seconds=SECONDS):
        """The exit status, once it has ended."""
        until(lambda: self.process.poll() is not None, "the process ends",
              seconds)
        return self.process.returncode


class Exchange:
    """One FastCGI request."""

    def __init__(self, path, values):
        self.socket = socket.socket(socket.AF_UNIX)
        self.socket.settimeout(SECONDS)
        self.socket.connect(path)
        self.output = bytearray()
        self.input = bytearray()
        self.ended = False
        pairs = b"".join(pair(name, value) for name, value in values.items())
        self.record(BEGIN, struct.pack(">HB5x", 1, 0))
        self.record(PARAMS, pairs)
        self.record(PARAMS, b"")

    def record(self, kind, content):
        self.socket.sendall(struct.pack(">BBHHBx", 1, kind, 1, len(content),
                                        0) + content)

    def send(self, body):
        """A part of the body; b"" is its end."""
        if not body:
            self.record(STDIN, b"")
        for start in range(0, len(body), 65535):
            self.record(STDIN, body[start:start + 65535])

    def receive(self):
        """Take in one record; false when there are no more."""
        while not self.ended:
            if len(self.input) >= 8:
                _, kind, _, length, padding = struct.unpack_from(
                    ">BBHHB", self.input)
                if len(self.input) >= 8 + length + padding:
                    content = self.input[8:8 + length]
                    del self.input[:8 + length + padding]
                    if kind == STDOUT:
                        self.output += content
                    self.ended = kind == END
                    return not self.ended
            data = self.socket.recv(1 << 16)
            if not data:
                self.ended = True
            self.input += data
        return False

    def read(self, length):
        """At least so many bytes of output, unless it ends before."""
        while len(self.output) < length and self.receive():
            pass
        return bytes(self.output)

    def answered(self, seconds=SECONDS):
        """Whether there is anything to read within so many seconds."""
        return bool(select.select([self.socket], [], [], seconds)[0])

    def answer(self):
        while self.receive():
            pass
        self.close()
        return parse(bytes(self.output))

    def close(self):
        self.socket.close()


def pair(name, value):
    name, value = name.encode(), value.encode("utf-8", "surrogateescape")
    return size(name) + size(value) + name + value


def size(data):
    return struct.pack(">I", len(data) | 1 << 31) if len(data) > 127 \
        else bytes([len(data)])
