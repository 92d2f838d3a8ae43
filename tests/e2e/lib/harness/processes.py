"""Ports and processes of this machine."""
import os
import random
import socket


def free_port():
    """A free port, for a server that binds it later. It lies below the ports
    that the system gives to connections, so that no connection of another
    suite takes it in between."""
    for port in random.SystemRandom().sample(range(10240, 32768), 100):
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
    raise OSError("no port is free")


def process_status(pid):
    """/proc/PID/status as a mapping; empty when there is no such process."""
    try:
        with open(f"/proc/{pid}/status") as f:
            return dict(line.rstrip("\n").split(":\t", 1) for line in f
                        if ":\t" in line)
    except OSError:
        return {}


def children(pid):
    found = []
    for name in os.listdir("/proc"):
        if name.isdigit() and process_status(name).get("PPid") == str(pid):
            found.append(int(name))
    return found


def command_line(pid):
    try:
        with open(f"/proc/{pid}/cmdline", "rb") as f:
            return f.read().decode("utf-8", "replace")
    except OSError:
        return ""


def peak_memory(pid):
    """The most memory that the process ever had resident, in bytes."""
    return int(process_status(pid)["VmHWM"].split()[0]) * 1024
