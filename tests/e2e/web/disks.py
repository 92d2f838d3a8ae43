"""A small disk, to be filled."""
import contextlib
import ctypes
import os
import shutil
import subprocess
import time

from harness import Skip

CLONE_NEWNS = 0x20000


@contextlib.contextmanager
def small_disk(site, size):
    """A folder that is a disk of its own, of `size` bytes."""
    libc = ctypes.CDLL(None, use_errno=True)
    if os.geteuid() != 0 or libc.unshare(CLONE_NEWNS) != 0:
        raise Skip("only root can mount a small disk")
    folder = os.path.join(site.folder, f"disk{time.monotonic_ns()}")
    os.mkdir(folder)
    # The mounts of this process are its own from here on.
    for command in (["mount", "--make-rprivate", "/"],
                    ["mount", "-t", "tmpfs", "-o", f"size={size},mode=700",
                     "tmpfs",
                     folder]):
        if subprocess.run(command, check=False).returncode != 0:
            raise Skip("a small disk can't be mounted here")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "-l", folder], check=False)
        # The site's own responder does not see this mount, and may have made
        # a file below it.
        shutil.rmtree(folder)


def fill(folder):
    """Fill the disk to its last byte."""
    with open(os.path.join(folder, "filler"), "ab", buffering=0) as file:
        for size in (4096, 1):
            with contextlib.suppress(OSError):
                while file.write(b"x" * size):
                    pass


def unfill(folder):
    os.unlink(os.path.join(folder, "filler"))
