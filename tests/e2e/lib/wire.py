"""The responder without a web server: FastCGI and CGI spoken by hand.

For what no web server would do and what all of them hide: records out of
order or cut in half, silence, aborts, kept connections, other roles, a body
that falls short, a client that hangs up at a chosen byte, a signal at a
chosen moment. From the bottom up: records, a Connection, a Process on a
socket of ours; then whole requests to a Site's configuration.
"""
import email.parser
import os
import select
import socket
import struct
import subprocess
import sys
import threading
import time

from harness import RESPONDER, Answer, need

BEGIN, ABORT, END, PARAMS, STDIN, STDOUT, STDERR = range(1, 8)
GET_VALUES, GET_VALUES_RESULT = 9, 10
RESPONDER_ROLE, AUTHORIZER_ROLE = 1, 2

# How long to wait for anything that is bound to come.
SECONDS = 60


def environment(method, path, length=None, content_type="application/json",
                token=None, query="", remote="127.0.0.1", **more):
    """The variables of one request (RFC 3875). None leaves one out."""
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


# Records --------------------------------------------------------------------

def record(kind, content=b"", request=1, padding=0):
    """One record; content of up to 65535 bytes."""
    return (struct.pack(">BBHHBx", 1, kind, request, len(content), padding)
            + content + b"\0" * padding)


def size(length):
    return bytes([length]) if length < 128 else struct.pack(
        ">I", length | 1 << 31)


def pairs(values):
    """Name-value pairs as PARAMS carries them. A value of None is left out."""
    out = bytearray()
    for name, value in values.items():
        if value is None:
            continue
        name = name.encode()
        if isinstance(value, str):
            value = value.encode("utf-8", "surrogateescape")
        out += size(len(name)) + size(len(value)) + name + value
    return bytes(out)


class Connection:
    """One connection to the responder, for one request after the other."""

    def __init__(self, address):
        family = (socket.AF_UNIX if isinstance(address, str)
                  else socket.AF_INET)
        self.socket = socket.socket(family)
        self.socket.settimeout(SECONDS)
        self.socket.connect(address)
        self.pending = bytearray()
        self.stdout = bytearray()   # of the request under way
        self.stderr = bytearray()
        self.status = None          # the END_REQUEST record's content

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def close(self):
        self.socket.close()

    # To the responder

    def send(self, data):
        """False when the responder has closed the connection, which it may do
        before it has read all of a request. What it answered until then can
        still be read."""
        try:
            self.socket.sendall(data)
        except (BrokenPipeError, ConnectionResetError):
            return False
        return True

    def begin(self, keep=False, role=RESPONDER_ROLE, request=1):
        self.stdout, self.stderr, self.status = bytearray(), bytearray(), None
        self.send(record(BEGIN, struct.pack(">HB5x", role, int(keep)),
                         request))

    def params(self, values, end=True, **how):
        data = pairs(values)
        for start in range(0, len(data), 65535):
            self.send(record(PARAMS, data[start:start + 65535], **how))
        if end:
            self.send(record(PARAMS, **how))

    def body(self, data, end=True, part=65535, **how):
        for start in range(0, len(data), part):
            self.send(record(STDIN, data[start:start + part], **how))
        if end:
            self.send(record(STDIN, **how))

    def ask(self, values, body=b"", keep=False):
        """Send a whole request."""
        self.begin(keep)
        self.params(values)
        self.body(body)

    # From the responder

    def receive(self):
        """The next record as (kind, content). None at the connection's end."""
        while True:
            if len(self.pending) >= 8:
                version, kind, _, length, padding = struct.unpack_from(
                    ">BBHHB", self.pending)
                if version != 1:
                    raise AssertionError(f"not FastCGI: {self.pending[:64]!r}")
                whole = 8 + length + padding
                if len(self.pending) >= whole:
                    content = bytes(self.pending[8:8 + length])
                    del self.pending[:whole]
                    return kind, content
            data = self.socket.recv(1 << 16)
            if not data:
                return None
            self.pending += data

    def read(self, enough=None):
        """Take in stdout until END_REQUEST, the connection's end, or `enough`
        bytes. Returns what there is."""
        while self.status is None and (enough is None
                                       or len(self.stdout) < enough):
            try:
                got = self.receive()
            except ConnectionResetError:
                break
            if got is None:
                break
            kind, content = got
            if kind == STDOUT:
                self.stdout += content
            elif kind == STDERR:
                self.stderr += content
            elif kind == END:
                self.status = content
        return bytes(self.stdout)

    def at_end(self, seconds=SECONDS):
        """Whether the responder closes the connection within so many seconds,
        without another byte."""
        if self.pending or not select.select([self.socket], [], [],
                                             seconds)[0]:
            return False
        try:
            data = self.socket.recv(1 << 16)
        except ConnectionResetError:
            return True
        self.pending += data
        return not data

    def is_silent(self, seconds):
        return not self.pending and not select.select(
            [self.socket], [], [], seconds)[0]


# Processes ------------------------------------------------------------------

LIKE_SYSTEMD = """
import os, sys
how, listener, *command = sys.argv[1:]
os.dup2(int(listener), 3)
pid = os.getpid() if how == "systemd" else os.getppid()
os.environ.update(LISTEN_FDS="1", LISTEN_PID=str(pid))
os.execv(command[0], command)
"""


class Process:
    """mintage.fcgi listening on a socket that was bound here.

    `how` is "stdin" (descriptor 0, as web servers do it), "systemd" (3, with
    LISTEN_FDS), "inherited" (the same, but meant for its parent) or "tcp" (0,
    on loopback). `log` is the file that its stderr is added to.
    """

    def __init__(self, command, folder, how="stdin", environment=None,
                 closed=(), log=None):
        self.listener = socket.socket(
            socket.AF_INET if how == "tcp" else socket.AF_UNIX)
        if how == "tcp":
            self.listener.bind(("127.0.0.1", 0))
            self.address = self.listener.getsockname()
        else:
            self.address = os.path.join(folder, f"socket{time.monotonic_ns()}")
            self.listener.bind(self.address)
        self.listener.listen(128)
        self.log = log or os.path.join(folder, f"stderr{time.monotonic_ns()}")
        environment = dict(os.environ if environment is None else environment)
        keep = ()
        if how in ("systemd", "inherited"):
            # LISTEN_PID has to be the responder's own pid.
            command = [sys.executable, "-c", LIKE_SYSTEMD, how,
                       str(self.listener.fileno()), *command]
            keep = (self.listener.fileno(),)
        elif closed:
            closing = " ".join(f"{number}>&-" for number in closed)
            command = ["sh", "-c", f'exec "$@" {closing}', "sh", *command]
        with open(self.log, "ab") as errors:
            self.process = subprocess.Popen(
                command, env=environment, pass_fds=keep,
                stdin=subprocess.DEVNULL if keep else self.listener,
                stdout=subprocess.DEVNULL, stderr=errors)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        self.listener.close()
        if isinstance(self.address, str):
            os.unlink(self.address)

    @property
    def pid(self):
        return self.process.pid

    @property
    def errors(self):
        """What it said on stderr so far."""
        with open(self.log, encoding="utf-8", errors="replace") as file:
            return file.read()

    @property
    def running(self):
        return self.process.poll() is None

    def connect(self):
        return Connection(self.address)

    def send_signal(self, number):
        self.process.send_signal(number)

    def ended(self, seconds=SECONDS):
        """Its exit status. It has to end within so many seconds."""
        return self.process.wait(seconds)


# A Site's responder, whole requests -----------------------------------------

class Responder(Process):
    """mintage.fcgi with a Site's configuration."""

    def __init__(self, site):
        super().__init__([RESPONDER, "--config=" + site.settings.path],
                         site.folder, environment=site.environment(),
                         log=os.path.join(site.folder, "wire.log"))
        self.listener.close()       # once it has ended, nobody listens

    def open(self, values):
        return Exchange(self.address, values)

    def ask(self, values, body=b""):
        """A whole request and its whole answer."""
        exchange = self.open(values)
        exchange.send(body)
        exchange.send(b"")
        return exchange.answer()


class Exchange:
    """One FastCGI request, its body in parts."""

    def __init__(self, address, values):
        self.connection = Connection(address)
        self.connection.begin()
        self.connection.params(values)

    def send(self, part):
        """A part of the body; b"" is its end."""
        self.connection.body(part, end=not part)

    def read(self, length):
        """At least so many bytes of output, unless it ends before."""
        return self.connection.read(length)

    def answered(self, seconds=SECONDS):
        """Whether there is anything to read within so many seconds."""
        return not self.connection.is_silent(seconds)

    def answer(self):
        output = self.connection.read()
        self.close()
        return parse(output)

    def close(self):
        self.connection.close()


# CGI ------------------------------------------------------------------------

def run_cgi(site, values, body=b""):
    """Run one CGI process with the site's configuration. Asserts that it reads
    the whole body. Returns its Answer."""
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
    """Read the first `length` bytes of the answer, then close the pipe."""
    process = start_cgi(site, values)
    with process:
        process.stdin.write(body)
        process.stdin.close()
        start = process.stdout.read(length)
        process.stdout.close()
    return parse(start)


def inherited(site):
    """The part of its own environment that a web server hands to CGI."""
    return {name: value for name, value in site.environment().items()
            if name in ("PATH", "TMPDIR", "ASAN_OPTIONS", "UBSAN_OPTIONS",
                        "LSAN_OPTIONS", "LD_LIBRARY_PATH")}
