"""What is done to a server while its clients ask, when a seed says so."""
import collections
import contextlib
import heapq
import itertools
import os
import random
import signal
import time

from harness import SANITIZED
from processes import family, handles

# How often in a minute, for lighttpd, mod_fcgid and cgid; and what it is called
# in the table.
PLAN = {
    "kill": (90, 70, 40),       # SIGKILL of a worker
    "keeper": (6, 6, 0),        # SIGKILL of a worker's keeper
    "helper": (12, 12, 6),      # SIGKILL of mintage-online
    "full log": (6, 6, 6),      # the disk of the audit log is full for a while
    "full state": (5, 5, 5),    # so is the one of state-dir
    "rotate": (10, 10, 10),     # rename, then SIGHUP
    "reload": (8, 8, 8),        # another configuration, or a broken one first
    "step": (8, 8, 8),          # the clock is stepped
}
CUTS = (450, 350, 200)          # requests that are cut, in a minute
SLOW = (48, 4, 12)              # slow readers, all the time
NAMES = ("lighttpd", "fcgid", "cgid")

STEPS = [-86400, -3600, -61, -1, 0, 1, 61, 3600, 86400, 40 * 86400]
FULL_FOR = (0.3, 1.5)           # seconds
SEARCH = 0.5                    # seconds in which a victim is looked for


def often(name, what, seconds):
    """How often something happens to a server in so many seconds."""
    return round(what[NAMES.index(name)] * seconds / 60)


class Faults:
    """All that happens to one server. `spared` are workers that are not to be
    harmed, because it is looked at how they do."""

    def __init__(self, server, name, seed, seconds):
        self.server, self.seconds = server, seconds
        self.chance = random.Random(f"{seed} {name} faults")
        self.done = collections.Counter()
        self.planned = collections.Counter()
        self.spared = set()
        self.troubles = []
        self.begun = 0
        self.queue, self.order = [], itertools.count()
        for what, counts in PLAN.items():
            if self.can(what):
                self.planned[what] = often(name, counts, seconds)
                for _ in range(self.planned[what]):
                    self.at(self.chance.uniform(0.03, 0.93) * seconds,
                            getattr(self, what.replace(" ", "_")))

    def can(self, what):
        if what.startswith("full"):
            return self.server.has_disks
        if what == "helper":
            return self.server.cloud is not None
        return what != "step" or not SANITIZED

    def at(self, moment, function, *arguments):
        heapq.heappush(self.queue, (moment, next(self.order), function,
                                    arguments))

    def now(self):
        return time.monotonic() - self.begun

    def run(self, over):
        """Do all of it, each at its moment, until `over` is set."""
        self.begun = time.monotonic()
        while self.queue:
            moment, _, function, arguments = heapq.heappop(self.queue)
            if over.wait(max(0, moment - self.now())):
                break
            try:
                function(*arguments)
            except Exception as error:
                self.troubles.append(f"{function.__name__}: {error!r}")
        self.mend()

    def mend(self):
        """Whatever is broken now is mended."""
        for disk in self.server.disks.values():
            if disk.mounted:
                disk.free()
        self.server.later(0)
        self.server.settings.write()
        self.hang_up()

    # Victims

    def victim(self, choose):
        """One of the processes that choose(family) gives, or None. Those of
        CGI live so briefly that one is looked for for a while."""
        end = time.monotonic() + SEARCH
        while True:
            found = [pid for pid in choose(family(self.server))
                     if pid not in self.spared]
            if found:
                return self.chance.choice(sorted(found))
            if time.monotonic() > end:
                return None
            time.sleep(0.003)

    def end(self, what, choose):
        """Kill one of them. Where there is none, it is tried again soon."""
        pid = self.victim(choose)
        if pid is not None:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
                self.done[what] += 1
                return pid
        self.at(self.now() + SEARCH, getattr(self, what))
        return None

    def kill(self):
        self.end("kill", lambda found: found.workers)

    def helper(self):
        self.end("helper", lambda found: found.helpers)

    def keeper(self):
        """Kill a keeper. Its worker goes on without reloads and helpers, until
        its owner ends it, as its messages say."""
        parents = {}

        def choose(found):
            parents.update(found.keepers)
            return [pid for pid, parent in found.keepers.items()
                    if parent in found.workers and parent not in self.spared]
        pid = self.end("keeper", choose)
        if pid is not None:
            self.at(self.now() + 1, self.replace, parents[pid])

    def replace(self, worker):
        found = family(self.server)
        if worker in found.workers and worker not in found.keepers.values():
            os.kill(worker, signal.SIGTERM)

    # Disks

    def full_log(self):
        self.full("record", "full log")

    def full_state(self):
        self.full("state", "full state")

    def full(self, name, what):
        disk = self.server.disks[name]
        if disk.fill():
            self.done[what] += 1
        self.at(self.now() + self.chance.uniform(*FULL_FOR), disk.free)

    # What an owner does

    def hang_up(self):
        for pid in family(self.server).workers:
            # SIGHUP would end one that has no handler for it yet; it will read
            # the new configuration.
            if handles(pid, signal.SIGHUP):
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGHUP)

    def rotate(self):
        if self.server.rename_log():
            self.done["rotate"] += 1
        self.hang_up()

    def reload(self):
        if self.chance.random() < 0.3:
            self.server.write_broken()
            self.hang_up()
            self.at(self.now() + 0.3, self.reload_well)
        else:
            self.reload_well()

    def reload_well(self):
        self.server.write_version()
        self.hang_up()
        self.done["reload"] += 1

    def step(self):
        self.server.later(self.chance.choice(STEPS))
        self.done["step"] += 1
