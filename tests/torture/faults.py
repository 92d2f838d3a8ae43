"""The library that makes calls fail, and the page by which it is told.

The layout and the numbers are those of faults.h.
"""
import collections
import errno
import glob
import mmap
import os
import shlex
import struct
import subprocess

from harness import BUILD, SRC, need

KINDS = ["memory", "read", "write", "open", "map", "sync", "lock", "clock",
         "name", "unlink", "size", "stat", "owner", "socket", "fork",
         "accept", "poll", "random", "close", "flags", "confine"]
HOWS = ["error", "half", "one", "zero", "back", "forward"]

# Places in the page, in words.
TARGET, RESTS, CONFINED = 104, 105, 106

Fault = collections.namedtuple("Fault", "kind how error sticky")

# How the calls of each kind fail: the names of errno or of HOWS. With a "+",
# all calls from the n-th on fail.
TABLE = {
    "memory": "ENOMEM ENOMEM+",
    "read": "EIO EINTR EAGAIN half one zero one+ EIO+",
    "write": "ENOSPC EDQUOT EIO EINTR EAGAIN half one zero one+ ENOSPC+",
    "open": "EMFILE EACCES ENOENT EINTR EMFILE+",
    "map": "ENOMEM ENOMEM+",
    "sync": "EIO EINTR EIO+",
    "lock": "ENOLCK EINTR EAGAIN ENOLCK+",
    "clock": "EINVAL back forward back+ EINVAL+",
    "name": "EIO ENOSPC EIO+",
    "unlink": "EIO EIO+",
    "size": "ENOSPC EINTR EIO ENOSPC+",
    "stat": "EIO EACCES ENOENT EIO+",
    "owner": "EPERM EPERM+",
    "socket": "EMFILE EINTR EMFILE+",
    "fork": "EAGAIN EAGAIN+",
    "accept": "EMFILE EINTR ECONNABORTED EAGAIN",
    "poll": "EINTR ENOMEM zero",
    "random": "EINTR ENOSYS half ENOSYS+",
    "close": "EIO EIO+",
    "flags": "EPERM EPERM+",
    "confine": "EPERM EINVAL ENOSYS ENOMEM EPERM+",
}


def fault_of(kind, text):
    name = text.rstrip("+")
    if name in HOWS:
        return Fault(kind, name, 0, text.endswith("+"))
    return Fault(kind, "error", getattr(errno, name), text.endswith("+"))


def build():
    """Make the library. Returns its path."""
    folder = os.path.join(BUILD, "torture")
    os.makedirs(folder, exist_ok=True)
    library = os.path.join(folder, "faults.so")
    sources = sorted(glob.glob(os.path.join(SRC, "tests/torture/*.c")))
    done = subprocess.run(
        [*shlex.split(os.environ.get("CC") or "cc"), "-shared", "-fPIC", "-O1",
         "-g", "-Wall", "-Wextra", "-Wno-maybe-uninitialized", "-fno-builtin",
         "-D_GNU_SOURCE", "-U_FORTIFY_SOURCE", "-o", library, *sources, "-ldl"],
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)
    need(done.returncode == 0, done.stdout.decode())
    return library


class Page:
    """The page that one process is told by."""

    SIZE = 4096

    def __init__(self, folder, library):
        self.path = os.path.join(folder, "faults")
        self.library = library
        with open(self.path, "w+b") as file:
            file.truncate(self.SIZE)
            self.memory = mmap.mmap(file.fileno(), self.SIZE)

    def aim(self, pid):
        """From now on the calls of this process and its children count; 0:
        those of the first process."""
        self.put(TARGET, pid)

    def environment(self, log):
        """What a program needs in its environment. Reports of sanitizers go
        to files that begin with `log`."""
        return {"LD_PRELOAD": self.library, "TEST_FAULTS": self.path,
                "ASAN_OPTIONS": f"log_path={log}:verify_asan_link_order=0:"
                "allocator_may_return_null=1:abort_on_error=1:"
                "exitcode=99",
                "UBSAN_OPTIONS": f"log_path={log}:print_stacktrace=1"}

    def put(self, index, value):
        struct.pack_into("I", self.memory, 4 * index, value)

    def get(self, index):
        return struct.unpack_from("I", self.memory, 4 * index)[0]

    def forget(self):
        """For the next process: the first that starts is counted."""
        self.memory[:] = b"\0" * self.SIZE

    def arm(self, fault, number):
        """From now on count, and let the number-th call fail."""
        self.disarm()
        self.put(6, 0)
        self.memory[32:32 + 32 * 4] = b"\0" * 128
        self.memory[160:161] = b"\0"
        if fault:
            self.put(1, KINDS.index(fault.kind))
            self.put(3, HOWS.index(fault.how))
            self.put(4, fault.error)
            self.put(5, int(fault.sticky))
            self.put(2, number)

    def disarm(self):
        self.put(2, 0)

    @property
    def hits(self):
        return self.get(6)

    @property
    def is_waiting(self):
        return self.get(7)

    @property
    def rests(self):
        return self.get(RESTS)

    @property
    def confined(self):
        """What the first process has denied itself."""
        return self.get(CONFINED)

    @property
    def counts(self):
        return {kind: self.get(8 + index) for index, kind in enumerate(KINDS)}

    @property
    def where(self):
        return self.memory[160:416].split(b"\0")[0].decode()
