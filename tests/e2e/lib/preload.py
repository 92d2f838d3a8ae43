"""preload.c: a library that makes the system fail for one program."""
import contextlib
import os
import shlex
import subprocess
import tempfile

from harness import SANITIZED, Skip, need

SOURCE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "preload.c")


def build(folder):
    """Make the library in this folder. Returns its path."""
    if SANITIZED:
        raise Skip("the sanitizer's library must come first")
    library = os.path.join(folder, "preload.so")
    done = subprocess.run(
        [*shlex.split(os.environ.get("CC", "cc")), "-shared", "-fPIC",
         "-D_GNU_SOURCE", "-o", library, SOURCE, "-ldl"],
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)
    need(done.returncode == 0, done.stdout.decode())
    return library


def launcher(server):
    """The script that starts the responder of a server whose clock is as many
    seconds ahead as its file `clock` says."""
    return ("#!/bin/sh\n"
            f"TEST_CLOCK=@{server.at('clock')} "
            f"LD_PRELOAD={build(server.at('libexec'))} exec "
            f"{server.at('libexec', 'responder')} "
            f"--config={server.settings.path}\n")


@contextlib.contextmanager
def failing(environment, **how):
    """The environment of a program for which the system fails: clock="fail",
    clock=0 (the time since 1970), clock="@FILE" (so many seconds later as the
    file says), malloc=100000 (no such many bytes), and what else preload.c
    tells."""
    with tempfile.TemporaryDirectory(prefix="mintage-preload-") as folder:
        yield {**environment, "LD_PRELOAD": build(folder),
               **{"TEST_" + name.upper(): str(value)
                  for name, value in how.items()}}
