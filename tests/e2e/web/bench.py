"""The responder's own end of FastCGI and CGI: what web servers hide.

A test speaks records to it by hand, on a socket of its own, with two
configurations that differ in patience only.
"""
import fcntl
import json
import os
import shutil
import signal
import struct
import subprocess
import tempfile
import termios

import harness
from harness import (RESPONDER, Settings, batch_path, case, equal, need,
                     single_path, until)
import wire
from wire import environment

MANY = 20000            # an answer far larger than any socket's buffer
SINGLE = {"bucket": "portal-downloads", "permission": "object-read-only",
          "objects": ["public/a.txt"]}


class Bench:
    """A folder with two configurations that differ in patience only: `quick`
    gives up on a silent server after a second."""

    def __init__(self):
        self.folder = tempfile.mkdtemp(prefix="mintage-")
        for name in ("keys", "log", "tmp"):
            os.mkdir(os.path.join(self.folder, name))
        self.settings = Settings(self.folder)
        self.mintage = self.settings.sections["mintage"]
        self.mintage["request-timeout"] = "60"
        self.mintage["max-body"] = "8M"
        self.settings.write()
        self.quick = self.variant("quick", request_timeout="1")

    def variant(self, name, **changes):
        """Write a configuration with these changes. Returns its path."""
        before, path = dict(self.mintage), self.settings.path
        for key, value in changes.items():
            self.mintage[key.replace("_", "-")] = value
        self.settings.path = os.path.join(self.folder, name + ".conf")
        self.settings.write()
        result, self.settings.path = self.settings.path, path
        self.mintage.clear()
        self.mintage.update(before)
        return result

    def broken(self):
        """The path of a configuration with a fault in line 2."""
        path = os.path.join(self.folder, "broken.conf")
        with open(path, "w") as f:
            f.write("[mintage]\nno-such-key = 1\n")
        return path

    def environment(self, **more):
        where = os.path.join(self.folder, "log", "sanitizer")
        return dict(os.environ, TMPDIR=os.path.join(self.folder, "tmp"),
                    ASAN_OPTIONS=f"log_path={where}",
                    UBSAN_OPTIONS=f"log_path={where}:print_stacktrace=1",
                    **more)

    def start(self, config=None, arguments=None, variables=(), **how):
        if arguments is None:
            arguments = ["--config=" + (config or self.settings.path)]
        return wire.Process([RESPONDER, *arguments], self.folder,
                            environment=self.environment(**dict(variables)),
                            **how)

    def again(self, process):
        """Start another responder on the same socket."""
        return subprocess.Popen(
            [RESPONDER, "--config=" + self.settings.path],
            env=self.environment(), stdin=process.listener,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    # Requests

    def values(self, path, body, **more):
        more.setdefault("token", self.settings.tokens["bulk"])
        return environment("POST", path, len(body), **more)

    def single(self, **more):
        body = json.dumps(SINGLE).encode()
        return self.values(single_path(), body, **more), body

    def batch(self, count=MANY, **more):
        body = json.dumps({"bucket": "portal-downloads",
                           "permission": "object-read-only",
                           "objects": [f"docs/{number:07}"
                                       for number in range(count)]}).encode()
        return self.values(batch_path(), body, **more), body

    # What came of them

    def audit_text(self):
        try:
            with open(self.settings.audit_log, encoding="utf-8") as f:
                return f.read()
        except FileNotFoundError:
            return ""

    def audit(self, request=None):
        """The audit lines, of one request where one is given."""
        lines = [json.loads(line)
                 for line in self.audit_text().splitlines()]
        return [line for line in lines
                if request in (None, line["request"])]

    def issued(self):
        return [line["request"] for line in self.audit()
                if line["event"] == "issue"]

    def outcome(self, request):
        def found():
            return [line for line in self.audit(request)
                    if line["event"] == "outcome"]
        return until(found, f"the outcome of {request}")[0]

    def check(self):
        """Assert that no temporary file and no sanitizer's report is left."""
        equal(os.listdir(os.path.join(self.folder, "tmp")), [],
              "files left in TMPDIR")
        for name in os.listdir(os.path.join(self.folder, "log")):
            if name.startswith("sanitizer"):
                with open(os.path.join(self.folder, "log", name),
                          errors="replace") as f:
                    raise AssertionError(f.read()[:6000])


class Answer:
    def __init__(self, output):
        head, end, self.body = bytes(output).partition(b"\r\n\r\n")
        need(end, f"no header block: {output[:300]!r}")
        self.headers = {}
        for line in head.decode("latin-1").split("\r\n"):
            name, _, value = line.partition(": ")
            self.headers[name.lower()] = value
        self.status = int(self.headers["status"].split()[0])
        self.request = self.headers.get("mintage-request")

    @property
    def whole(self):
        """Whether the body ends as a complete answer has to."""
        return self.body.rstrip(b"\n").endswith(b'"success":true}')

    @property
    def tokens(self):
        return self.body.count(b'"sessionToken"')


def answer_of(connection):
    """The whole answer to the request under way."""
    output = connection.read()
    need(connection.status is not None, f"no end: {output[:300]!r}")
    equal(connection.status, b"\0" * 8, "END_REQUEST")
    return Answer(output)


def ask(process, values, body=b""):
    with process.connect() as connection:
        connection.ask(values, body)
        return answer_of(connection)


def health(process):
    """Assert that the responder answers /healthz."""
    answer = ask(process, environment("GET", "/healthz"))
    equal((answer.status, answer.body.strip()), (200, b"ok"))


def reload(process, says="loaded anew"):
    """Send a SIGHUP, and wait until the responder has said so once more."""
    count = process.errors.count(says)
    process.send_signal(signal.SIGHUP)
    until(lambda: process.errors.count(says) > count, f"'{says}' is said")


def recorded(process, log, values, body):
    """Assert that the next request is in this file."""
    request = ask(process, values, body).request
    with open(log, encoding="utf-8") as f:
        need(request in f.read(), f"the request is not in {log}")


def taken(connection):
    """Wait until the responder has read all that was sent."""
    def unread():
        number = fcntl.ioctl(connection.socket, termios.TIOCOUTQ, b"\0" * 4)
        return struct.unpack("i", number)[0]
    until(lambda: unread() == 0, "all is read")


STOPS = (signal.SIGTERM, signal.SIGUSR1, signal.SIGINT, signal.SIGQUIT)


def run(arguments, values=(), **more):
    more.setdefault("stdin", subprocess.DEVNULL)
    if "input" in more:
        del more["stdin"]
    return subprocess.run([RESPONDER, *arguments], timeout=wire.SECONDS,
                          env=bench.environment(**dict(values)), check=False,
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                          **more)


bench = Bench()


def main():
    """Run all cases, see that nothing was left behind, and remove the bench."""
    case("nothing was left behind, and nothing complained")(bench.check)
    try:
        need(os.access(RESPONDER, os.X_OK), f"{RESPONDER} is not built")
        harness.main()
    finally:
        if os.environ.get("TEST_KEEP"):
            print("# kept: " + bench.folder)
        else:
            shutil.rmtree(bench.folder, ignore_errors=True)
