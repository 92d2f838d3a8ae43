#!/usr/bin/python3
"""A connection to R2 breaks in the middle of a file: who comes back to the
portal for another address, and who asks again by the one that is signed. The
key `ttl` of [download] has to be as long as that takes."""
import glob
import os
import re
import sys

sys.path.insert(1, sys.path[0] + "/../lib")
from harness import case, equal, main, need
from portal import (LARGE, Portal, line, manual_says, promised, read, run,
                    same)

WGET = ("wget", "--no-config", "-nv", "--tries=2", "--waitretry=0")
CURL = ("curl", "-q", "-sS", "-f", "-L", "-O", "--retry", "2",
        "--retry-all-errors", "--retry-delay", "1")
ARIA2 = ("aria2c", "--no-conf", "--quiet", "--enable-dht=false", "-s1",
         "--retry-wait=1")
WITHIN, AFTER = 0, 61       # seconds that pass while the connection breaks


class BrokenPortal(Portal):
    ttl = "1m"
    moves_clock = True


def broken(portal, seconds, *command, folder=None, status=0):
    """Run a client whose first body ends after a megabyte; so much later it
    may ask again. Returns its folder, and what came to R2."""
    folder = folder or portal.place()
    for moment in (seconds, 0):     # where no clock moves, this is skipped
        portal.later(moment)
    portal.r2.broken = lambda: portal.later(seconds)
    portal.r2.breaks = 1
    run(command, folder, status)
    equal(portal.r2.breaks, 0, "connections still to break")
    portal.no_authorization()
    return folder, portal.came()


def signatures(found):
    return len({entry.query["X-Amz-Signature"] for entry in found
                if entry.method == "GET"})


@line("wget, broken", "the rest by the address that is signed, within ttl")
def _(portal):
    folder, found = broken(portal, WITHIN, *WGET,
                           portal.url("files", "large.bin"))
    same(read(folder, "large.bin"), LARGE)
    equal([entry.status for entry in found], [200, 206])
    equal((signatures(found), len(portal.redirects())), (1, 1))


@line("wget, broken, after ttl", "R2's 400; wget -c goes on, once it is run")
def _(portal):
    folder, found = broken(portal, AFTER, *WGET,
                           portal.url("files", "large.bin"), status=8)
    equal([entry.status for entry in found], [200, 400])
    equal(found[-1].reason, "the link has expired")
    manual_says(portal, "wget", "later")
    run([*WGET, "-c", portal.url("files", "large.bin")], folder)
    same(read(folder, "large.bin"), LARGE)
    equal(portal.came()[-1].sent["range"], "bytes=1000000-")


@line("curl --retry, broken, after ttl", "the file, by another address",
      cell=("curl", "later"))
def _(portal):
    folder, found = broken(portal, AFTER, *CURL,
                           portal.url("files", "large.bin"))
    same(read(folder, "large.bin"), LARGE)
    equal({entry.status for entry in found}, {200})
    equal((signatures(found), len(portal.redirects())), (2, 2))


@line("aria2c, broken, after ttl", "the rest by another address")
def _(portal):
    folder, found = broken(portal, AFTER, *ARIA2,
                           portal.url("files", "large.bin"))
    same(read(folder, "large.bin"), LARGE)
    equal([entry.status for entry in found], [200, 206])
    equal((signatures(found), len(portal.redirects())), (2, 2))


@line("rclone, broken, after ttl", "the rest by another address",
      cell=("rclone", "later"))
def _(portal):
    folder = portal.place()
    _, found = broken(
        portal, AFTER, "rclone", "--config", os.path.join(folder, "no.conf"),
        "--http-url", portal.url("files", ""), "copyto", ":http:large.bin",
        "large.bin", folder=folder)
    same(read(folder, "large.bin"), LARGE)
    need([entry.status for entry in found if entry.method == "GET"]
         == [200, 206], f"{found}")
    equal(signatures(found), 2)


@case("every cell of the manual's table of clients is tried")
def _(_portal):
    here = os.path.dirname(os.path.abspath(__file__))
    tried = set()
    for path in glob.glob(os.path.join(here, "test_*.py")):
        with open(path, encoding="utf-8") as f:
            tried |= set(re.findall(
                r'(?:cell=\(|manual_says\(portal, )"(.*)", "(.*)"\)',
                f.read()))
    equal(tried, {cell for cell, said in promised().items() if said != "-"})
    need(tried, "the manual has no table of clients")


if __name__ == "__main__":
    main(BrokenPortal)
