"""Which processes belong to a server's Mintage, and what they hold."""
import collections
import contextlib
import os

from harness import process_status

Family = collections.namedtuple("Family", "workers keepers helpers")


def program_of(pid):
    """The path of the program that a process runs."""
    try:
        return os.readlink(f"/proc/{pid}/exe").removesuffix(" (deleted)")
    except PermissionError:     # not ours to see: the first word tells
        with contextlib.suppress(OSError), \
                open(f"/proc/{pid}/cmdline", "rb") as f:
            return f.read().split(b"\0")[0].decode("utf-8", "replace")
    except OSError:
        pass
    return ""


def family(server):
    """{pid: parent's pid} of the workers, of the keepers and of the helpers."""
    found = Family({}, {}, {})
    for name in os.listdir("/proc"):
        program = program_of(name) if name.isdigit() else ""
        if not program.startswith(server.at("libexec") + "/"):
            continue
        status = process_status(name)
        if not status or status["State"][0] in "ZX":
            continue
        kind = found.keepers if status["Name"] == "mintage-keeper" \
            else found.helpers if program.endswith("/mintage-online") \
            else found.workers
        kind[int(name)] = int(status["PPid"])
    return found


def strays(found, cgi):
    """What is left over when nothing is asked, in words."""
    left = [f"the keeper {pid} of no worker" for pid, parent
            in found.keepers.items() if parent not in found.workers]
    left += [f"the helper {pid} of no keeper" for pid, parent
             in found.helpers.items() if parent not in found.keepers]
    for worker in found.workers:
        count = list(found.keepers.values()).count(worker)
        if count != 1:
            left.append(f"{count} keepers of the worker {worker}")
    for keeper in found.keepers:
        count = list(found.helpers.values()).count(keeper)
        if count > 1:
            left.append(f"{count} helpers of the keeper {keeper}")
    if cgi:
        left += [f"the CGI process {pid}" for pid in found.workers]
    return left


def handles(pid, number):
    """Whether a process has a handler for this signal."""
    return bool(int(process_status(pid).get("SigCgt", "0"), 16)
                & 1 << number - 1)


def memory(pid):
    """KiB in memory."""
    return int(process_status(pid).get("VmRSS", "0").split()[0])


def descriptors(pid):
    """How many descriptors are open, or the size of their table where we may
    not list them."""
    try:
        return len(os.listdir(f"/proc/{pid}/fd"))
    except PermissionError:
        return int(process_status(pid).get("FDSize", "0"))
    except OSError:
        return 0


def processor_time(pid):
    try:
        with open(f"/proc/{pid}/stat", encoding="ascii",
                  errors="replace") as f:
            fields = f.read().rpartition(")")[2].split()
        return int(fields[11]) + int(fields[12])
    except OSError:
        return 0
