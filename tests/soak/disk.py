"""A folder that is a disk of its own, which can be made full and freed."""
import contextlib
import ctypes
import os

LIBC = ctypes.CDLL(None, use_errno=True)
CLONE_NEWNS = 0x20000
MS_REMOUNT, MS_REC, MS_PRIVATE = 0x20, 0x4000, 0x40000
MNT_DETACH = 2
LARGE = 8 << 30         # bytes that a disk may hold that is not full


def mount(what, folder, kind, flags, options):
    def text(value):
        return None if value is None else os.fsencode(value)
    if LIBC.mount(text(what), text(folder), text(kind),
                  ctypes.c_ulong(flags), text(options)) != 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number), folder)


def mounts_are_ours():
    """Give this process, and all that it starts, mounts of their own. Returns
    whether that is possible here."""
    if os.geteuid() != 0 or LIBC.unshare(CLONE_NEWNS) != 0:
        return False
    with contextlib.suppress(OSError):
        mount("none", "/", None, MS_REC | MS_PRIVATE, None)
        return True
    return False


class Disk:
    """A tmpfs. It is full when it is no larger than what it holds, so that the
    next line that needs a page more fits in part, or not at all."""

    def __init__(self, folder):
        self.folder = folder
        self.mounted = False

    def make(self):
        mount("tmpfs", self.folder, "tmpfs", 0, f"size={LARGE},mode=700")
        self.mounted = True

    def fill(self):
        """Returns whether the disk is full now."""
        for _ in range(100):
            found = os.statvfs(self.folder)
            used = (found.f_blocks - found.f_bfree) * found.f_frsize
            # It may have grown since; then the kernel refuses.
            with contextlib.suppress(OSError):
                mount("tmpfs", self.folder, None, MS_REMOUNT,
                      f"size={max(used, found.f_frsize)}")
                return True
        return False

    def free(self):
        mount("tmpfs", self.folder, None, MS_REMOUNT, f"size={LARGE}")

    def remove(self):
        if self.mounted:
            LIBC.umount2(os.fsencode(self.folder), MNT_DETACH)
            self.mounted = False
