"""A worker that runs on while its calls fail, one fault for each request."""
import os
import signal
import struct
import time

import wire
from answers import Answer, normal
from harness import RESPONDER, children, need, process_status, until
from judging import judge, without_fault
from place import Place
from asked import ROWS

wire.SECONDS = 30
RELOAD = 60         # seconds; the worker gives its keeper half as many
PATIENCE = 0.5      # seconds for a worker to wait for its next connection


def pieces(values, body):
    """The records of a whole request."""
    yield wire.record(wire.BEGIN, struct.pack(">HB5x", wire.RESPONDER_ROLE, 0))
    yield wire.record(wire.PARAMS, wire.pairs(values))
    yield wire.record(wire.PARAMS)
    for start in range(0, len(body), 65535):
        yield wire.record(wire.STDIN, body[start:start + 65535])
    yield wire.record(wire.STDIN)


class Worker:
    """mintage.fcgi in a Place of its own, and one row of requests."""

    def __init__(self, page_of, name):
        self.make, how = ROWS[name]
        self.numbers = how.get("numbers", False)
        self.reload = how.get("reload", False)
        self.step = how.get("step", {})
        self.check = how.get("check")
        self.place = Place(how.get("change"))
        self.page = page_of(self.place.folder)
        self.environment = {
            **os.environ, **self.place.log.environment,
            "TMPDIR": os.path.join(self.place.folder, "tmp"),
            **self.page.environment(os.path.join(self.place.folder, "log",
                                                 "sanitizer"))}
        self.start()
        for _ in range(2):      # the first opens what later ones find open
            output, ended = self.ask()
        need(ended, "cut without a fault")
        self.right = normal(output, self.secrets, self.numbers)
        self.files = self.count_files()
        self.place.records()

    @property
    def secrets(self):
        return self.place.settings.secrets

    def launch(self):
        return wire.Process(
            [RESPONDER, "--config=" + self.place.settings.path],
            self.place.folder, environment=self.environment,
            log=os.path.join(self.place.folder, "log", "stderr"))

    def start(self):
        self.page.forget()
        self.process = self.launch()
        until(lambda: self.page.is_waiting or not self.process.running,
              "the worker waits for a connection")
        need(self.process.running, self.process.errors[-2000:])

    def rest(self, seconds):
        """Wait until it waits for the next connection. False where it doesn't,
        or where it has ended."""
        end = time.monotonic() + seconds
        while not self.page.is_waiting:
            if not self.process.running or time.monotonic() > end:
                return False
            time.sleep(0.0001)
        return True

    def ask(self):
        """The output of one request, and whether it came to its end."""
        values, body = self.make(self.place)
        try:
            with self.process.connect() as connection:
                # In one piece: how many calls read it is less of a chance.
                connection.send(b"".join(pieces(values, body)))
                output = connection.read()
                ended = connection.status is not None
        except (ConnectionError, FileNotFoundError):
            return b"", False
        self.place.take(output)
        self.rest(PATIENCE)
        return output, ended

    def count_files(self):
        return len(os.listdir(f"/proc/{self.process.pid}/fd"))

    def keeper(self):
        """The pid of the keeper, or None."""
        for pid in children(self.process.pid):
            status = process_status(pid)    # empty where it has just ended
            if status.get("Name") == "mintage-keeper" and (
                    status["State"][0] not in "ZX"):
                return pid
        return None

    def reload_now(self):
        """Reload, and wait until it has been done, well or badly."""
        rests = self.page.rests
        self.process.send_signal(signal.SIGHUP)
        end = time.monotonic() + RELOAD
        while self.page.rests == rests and self.process.running:
            need(time.monotonic() < end, "the worker hangs in a reload")
            time.sleep(0.0005)
        self.rest(RELOAD)

    def measure(self):
        """How many calls of each kind one request makes."""
        self.page.arm(None, 0)
        if self.reload:
            self.reload_now()
        self.ask()
        self.place.records()
        return self.page.counts

    def torture(self, fault, number):
        """One fault, and a request without. Returns whether the fault came to
        pass, and what the answer was."""
        self.page.arm(fault, number)
        if self.reload:
            self.reload_now()
        output, ended = self.ask()
        self.page.disarm()
        hits = self.page.hits
        if self.process.running:
            need(self.rest(20), "the worker hangs")
        self.check_life()
        lines = self.place.records()
        found = judge(Answer(output, ended), lines, self.right, self.secrets,
                      self.numbers)
        if not hits and found != "right":
            need(False, f"{found} without a fault")
        output, ended = self.ask()
        self.check_life()
        without_fault(output, ended, self.place.records(), self.right,
                      self.secrets, self.numbers)
        need(not self.place.is_log_torn(), "the log ends within a line")
        if self.check:
            self.check(self.place)
        if self.reload and not self.keeper():
            # It ends when its worker sends nonsense, and no reload works then:
            # the next fault needs a new one.
            need(hits, "the keeper has ended without a fault")
            self.restart()
            return bool(hits), found
        if self.reload:     # what could not be opened is opened now
            self.reload_now()
        files = self.count_files()
        need(files == self.files,
             f"{files} descriptors are open, {self.files} before")
        return bool(hits), found

    def check_life(self):
        said = self.place.sanitizer()
        need(not said, said[:3000])
        if not self.process.running:
            status = self.process.ended()
            need(False, f"the worker ended with {status}: "
                 + self.process.errors[-500:])

    def restart(self):
        """After a failure: a new process in the same place."""
        self.process.__exit__()
        self.place.sanitizer()
        self.start()
        self.ask()
        self.ask()
        self.files = self.count_files()
        self.place.records()

    def finish(self):
        """End it in peace, so that leaks are looked for."""
        self.page.disarm()
        self.process.send_signal(signal.SIGTERM)
        status = self.process.ended(60)
        said = self.place.sanitizer()
        need(status == 0 and not said, f"it ended with {status}: {said[:3000]}")
        need(not os.listdir(os.path.join(self.place.folder, "tmp")),
             "files are left in TMPDIR")

    def close(self):
        self.process.__exit__()
        self.place.remove()
