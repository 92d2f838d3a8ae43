"""A worker that gets another configuration by SIGHUP while calls fail: its own,
or those of its keeper and of the process that opens files there."""
from answers import normal
from fastcgi import Worker
from harness import need, until

LIVES = ("3600", "1800")    # max-ttl of the caller web, by version


class Reload(Worker):
    """One row of faults while a configuration is loaded anew."""

    # The row "single reload" takes every call of the worker.
    STEP = {"memory": 5, "read": 5, "stat": 5, "flags": 5, "open": 3,
            "close": 3}

    def __init__(self, page_of, whose):
        self.is_keeper = whose == "keeper"
        self.version = 0
        super().__init__(page_of, "page as json")
        self.step = self.STEP
        self.rights = [self.right, self.answer_of(1)]
        need(self.rights[0] != self.rights[1], "one answer for two versions")
        self.answer_of(0)
        self.files = self.count_files()

    def restart(self):
        """The first reload closes what only the start had open."""
        super().restart()
        self.reload_now()
        self.answer()
        self.files = self.count_files()

    def answer_of(self, version):
        self.change_to(version)
        self.reload_now()
        return self.answer()

    def answer(self):
        output, ended = self.ask()
        need(ended, "the answer was cut")
        return normal(output, self.secrets)

    def change_to(self, version):
        self.version = version
        self.place.settings.sections["caller web"]["max-ttl"] = LIVES[version]
        self.place.settings.write()

    def arm(self, fault, number):
        # A keeper that has just been started has its name only later.
        until(self.keeper, "the keeper has its name")
        keeper = self.keeper()
        self.page.arm(fault, number)
        self.page.aim(keeper if self.is_keeper else 0)

    def measure(self):
        self.arm(None, 0)
        self.reload_now()
        self.place.records()
        return self.page.counts

    def torture(self, fault, number):
        before = self.version
        self.change_to(1 - before)
        said = len(self.process.errors)
        self.arm(fault, number)
        self.reload_now()
        self.page.disarm()
        hits = self.page.hits
        self.check_life()
        found = self.judge_reload(before, self.process.errors[said:], fault)
        need(hits or found == "right", f"{found} without a fault")
        # A keeper that met the fault after its answer may end only now: the
        # next reload says so, and requests go on.
        self.reload_now()
        errors = self.process.errors[said:]
        if not self.keeper() or "restart this process" in errors:
            need(hits, "the keeper has ended without a fault")
            need("restart this process" in errors, errors)
            self.restart()
            return bool(hits), found
        need(self.answer() == self.rights[self.version],
             "the next reload has no effect: " + self.process.errors[said:])
        self.check_life()
        files = self.count_files()
        need(files == self.files,
             f"{files} descriptors are open, {self.files} before")
        return bool(hits), found

    def judge_reload(self, before, errors, fault):
        """The new configuration is in force, or the old one, and the log says
        so."""
        answer = self.answer()
        if answer == self.rights[self.version]:
            return "right"
        need(answer == self.rights[before], "neither the old configuration "
             f"nor the new one is in force:\n{answer.decode()[:800]}")
        need("stays in force" in errors or fault.kind == "write",
             f"the old configuration is in force, and the log says: {errors}")
        return "refused"
