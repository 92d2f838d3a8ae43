"""Programs that are started anew for each fault: commands and CGI."""
import os
import re
import shutil
import subprocess

from answers import TOKEN, Answer, normal, received
from asked import ROWS
from fastcgi import Worker
from harness import MINTAGE, RESPONDER, need, until
from judging import judge, without_fault
from place import Place

SECONDS = 40
COMMANDS = {}
ID = re.compile(rb"\b[0-9a-f]{32}\b")
CALLER_TOKEN = re.compile(rb"(?m)^[A-Za-z0-9_-]{43}$")


class Once:
    """A program in a Place, which begins and ends with each fault."""
    step = {}

    def __init__(self, page_of, change=None):
        self.place = Place(change)
        self.page = page_of(self.place.folder)
        self.errors = b""

    @property
    def secrets(self):
        return self.place.settings.secrets

    def run(self, command, environment, text=b""):
        """What it printed, and its exit status."""
        log = os.path.join(self.place.folder, "log", "sanitizer")
        done = subprocess.run(
            command, env={**environment, **self.place.log.environment,
                          **self.page.environment(log), "TMPDIR": os.path.join(self.place.folder, "tmp")},
            input=text, capture_output=True, timeout=SECONDS, check=False,
            cwd=self.place.folder)
        self.errors = done.stderr
        said = self.place.sanitizer()
        need(not said, said[:3000])
        need(done.returncode >= 0, f"killed by signal {-done.returncode}: "
             + done.stderr.decode("utf-8", "replace")[-500:])
        return done.stdout, done.returncode

    def arm(self, fault, number):
        self.page.forget()
        self.page.arm(fault, number)

    def measure(self):
        self.arm(None, 0)
        self.once()
        self.place.records()
        return self.page.counts

    def restart(self):
        """There is nothing that runs on."""
        self.place.sanitizer()
        self.place.records()

    def finish(self):
        need(not os.listdir(os.path.join(self.place.folder, "tmp")),
             "files are left in TMPDIR")

    def close(self):
        self.place.remove()


class Request(Once):
    """A row of requests over CGI."""

    def __init__(self, page_of, name):
        self.make, how = ROWS[name]
        super().__init__(page_of, how.get("change"))
        self.check = how.get("check")
        self.numbers = how.get("numbers", False)
        self.step = how.get("step", {})
        self.once()
        self.right = normal(self.once(), self.secrets, self.numbers)
        self.confined = self.page.confined
        self.place.records()

    def once(self):
        values, body = self.make(self.place)
        output, self.status = self.run(
            [RESPONDER, "--config=" + self.place.settings.path],
            {"PATH": os.environ["PATH"], **values}, body)
        self.place.take(output)
        return output

    def torture(self, fault, number):
        self.arm(fault, number)
        output = self.once()
        hits = self.page.hits
        answer = Answer(output, self.status == 0)
        found = judge(answer, self.place.records(), self.right, self.secrets,
                      self.numbers)
        need(hits or found == "right", f"{found} without a fault")
        need(found != "right" or self.page.confined == self.confined,
             f"it answers, and is not confined: {self.page.confined}")
        self.page.disarm()
        output = self.once()
        without_fault(output, self.status == 0, self.place.records(),
                      self.right, self.secrets, self.numbers)
        need(not self.place.is_log_torn(), "the log ends within a line")
        if self.check:
            self.check(self.place)
        return bool(hits), found


class Start(Once):
    """The start of a worker. It ends and says why, or serves."""

    def __init__(self, page_of, name):
        self.worker = Worker(page_of, name)
        self.place, self.page = self.worker.place, self.worker.page

    def measure(self):
        self.worker.process.__exit__()
        self.begin(None, 0)
        counts, self.confined = self.page.counts, self.page.confined
        self.worker.process.__exit__()
        return counts

    def begin(self, fault, number):
        worker = self.worker
        self.arm(fault, number)
        worker.process = worker.launch()
        until(lambda: self.page.is_waiting or not worker.process.running,
              "it waits for a connection, or ends")

    def torture(self, fault, number):
        worker = self.worker
        said = len(worker.process.errors)
        self.begin(fault, number)
        hits = self.page.hits
        self.page.disarm()
        self.place.records()
        if not worker.process.running:
            status = worker.process.ended()
            errors = worker.process.errors[said:]
            # Where the socket can't be asked whether it listens, the program
            # takes it that it was not started as FastCGI, as a person would
            # who runs it at a prompt: it says how it is started, and ends with
            # 2, having read and served nothing. That is a refusal. Any other
            # failure ends with 1.
            need(hits and
                 (status == 1 and (errors or fault.kind in ("write", "flags"))
                  or status == 2 and fault.kind == "flags"
                  and "listening socket on descriptor 0" in errors),
                 f"it ended with {status}: {errors}")
            found = "refused"
        else:
            found = self.first_answer()
            worker.finish()
        worker.process.__exit__()
        reports = self.place.sanitizer()
        need(not reports, reports[:3000])
        return bool(hits), found

    def first_answer(self):
        worker = self.worker
        output, ended = worker.ask()
        # One that was told that a folder is missing looks for it once more with
        # each request, and confines itself before it answers.
        need(self.page.confined == self.confined,
             f"it serves, and is not confined: {self.page.confined}")
        found = judge(Answer(output, ended), self.place.records(),
                      worker.right, self.secrets)
        output, ended = worker.ask()
        without_fault(output, ended, self.place.records(), worker.right,
                      self.secrets, False)
        return found

    def restart(self):
        self.worker.process.__exit__()
        super().restart()


# Commands --------------------------------------------------------------------

def command(name, text=b"", **how):
    """Makes the function below a row: it gives the arguments. `writes`: it
    changes the configuration, which is put back before each run. `tells`: it
    prints what the system says of files, and that may be anything. `step`: of a
    kind, every so many-th call only. `numbers`, `ids`: all numbers in the output, or all ids, may differ. `change`: of the
    place. `before`: called with the place before each run. `check`: called
    after each fault, with this object, the output and the fault. The text for
    standard input may be a function of the place."""
    def add(function):
        COMMANDS[name] = (function, text, how)
        return function
    return add


BUCKET = ["--bucket=portal-downloads"]
READ = [*BUCKET, "--permission=object-read-only"]
LINES = "".join(f"public/{number}\n" for number in range(20)).encode()


@command("mint")
def _(_):
    return ["mint", *READ, "--object=a", "--prefix=p/"]


@command("mint each", LINES)
def _(_):
    return ["mint", *READ, "--each", "-"]


@command("mint csv", LINES)
def _(_):
    return ["mint", *READ, "--each", "--format=csv", "-"]


@command("mint of a file")
def _(place):
    path = os.path.join(place.folder, "list.txt")
    with open(path, "wb") as file:
        file.write(LINES)
    return ["mint", *READ, "--each", path]


@command("sign", LINES)
def _(_):
    return ["sign", *BUCKET, "--format=text", "-"]


@command("sign download", LINES)
def _(_):
    return ["sign", *BUCKET, "--download", "-"]


@command("check", tells=True)
def _(_):
    return ["check"]


@command("check json", tells=True)
def _(_):
    return ["check", "--json"]


@command("caller list")
def _(_):
    return ["caller", "list"]


@command("caller add")
def _(_):
    return ["caller", "add", "new"]


@command("caller remove", writes=True)
def _(_):
    return ["caller", "remove", "drop"]


# Inspect ---------------------------------------------------------------------

def session_token(place):
    """A token that mintage has made, for as long as the row lasts."""
    if not place.token:
        done = subprocess.run(
            [MINTAGE, "mint", *READ, "--object=a", "--ttl=86400",
             "--format=json"], stdout=subprocess.PIPE, check=True,
            env={**os.environ, "MINTAGE_CONFIG": place.settings.path})
        place.token = TOKEN.search(done.stdout)[0]
    return place.token


@command("inspect", session_token, numbers=True, tells=True)
def _(_):
    return ["inspect", "-"]


@command("inspect json", session_token, numbers=True)
def _(_):
    return ["inspect", "--json", "--parent=portal", "-"]


# The others ------------------------------------------------------------------

@command("help")
def _(_):
    return ["help", "mint"]


@command("completion")
def _(_):
    return ["completion"]


@command("version")
def _(_):
    return ["--version"]


class Command(Once):
    """A row of commands."""

    def __init__(self, page_of, name):
        self.make, self.text, self.how = COMMANDS[name]
        super().__init__(page_of, self.how.get("change"))
        self.step = self.how.get("step", {})
        self.saved = self.place.settings.path + ".saved"
        shutil.copy(self.place.settings.path, self.saved)
        self.once()
        self.right = self.normal(self.once())
        self.confined = self.page.confined
        need(self.status in (0, 1), self.errors.decode())
        self.right_status = self.status
        self.right_file = self.file()
        self.place.records()

    def normal(self, output):
        output = CALLER_TOKEN.sub(b"T", normal(
            output, self.secrets, self.how.get("numbers", False)))
        return ID.sub(b"I", output) if self.how.get("ids") else output

    def file(self):
        with open(self.place.settings.path, "rb") as file:
            return file.read()

    def once(self):
        if self.how.get("writes"):
            shutil.copy(self.saved, self.place.settings.path)
        if self.how.get("before"):
            self.how["before"](self.place)
        text = self.text(self.place) if callable(self.text) else self.text
        output, self.status = self.run(
            [MINTAGE, *self.make(self.place)],
            {**os.environ, "MINTAGE_CONFIG": self.place.settings.path},
            text)
        return output

    def torture(self, fault, number):
        self.arm(fault, number)
        output = self.once()
        hits = self.page.hits
        found = self.judge(output, fault)
        if self.how.get("check"):
            self.how["check"](self, output, fault)
        need(hits or found == "right", f"{found} without a fault")
        self.page.disarm()
        again = self.normal(self.once())
        need((again, self.status) == (self.right, self.right_status),
             f"then it ends with {self.status}: {again[:800]}")
        return bool(hits), found

    def judge(self, output, fault):
        lines = self.place.records()
        count = received(output)
        issued = sum(line["count"] for line in lines
                     if line["event"] == "issue")
        need(count <= issued, f"{count} received, {issued} on record")
        self.judge_file()
        # A command that can't leave the network says so, and goes on.
        need(self.status or self.page.confined == self.confined
             or b"network" in self.errors,
             f"it ends with 0, and was not confined: {self.page.confined}")
        if self.status == self.right_status == 0:
            need(self.how.get("tells") or self.normal(output) == self.right,
                 f"it ends with 0, and printed {output[:800]}")
            return "right"
        if self.normal(output) == self.right \
                and self.status == self.right_status:
            return "right"
        need(self.status in (1, 2), f"it ends with {self.status}")
        # Without standard error there is nowhere to say it.
        need(self.errors or fault.kind in ("write", "flags"),
             f"it ends with {self.status} and says nothing")
        return "cut" if output else "refused"

    def judge_file(self):
        """The configuration is as it was, or as it should become."""
        with open(self.saved, "rb") as file:
            before = file.read()
        now = self.file()
        need(now in (before, self.right_file),
             "the configuration is neither the old nor the new one")
        if self.status == 0:
            need(now == self.right_file, "it ends with 0 and changed nothing")
        folder = os.path.dirname(self.place.settings.path)
        left = [name for name in os.listdir(folder)
                if name.startswith("mintage.conf.") and name !=
                "mintage.conf.saved"]
        for name in left:
            os.unlink(os.path.join(folder, name))
        need(not left, f"left behind: {left}")
