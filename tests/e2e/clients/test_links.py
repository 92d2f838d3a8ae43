#!/usr/bin/python3
"""Links that carry their right, and that may be counted, in the hands of real
clients."""
import os
import sys
import time

sys.path.insert(1, sys.path[0] + "/../lib")
from harness import equal, main, need
from portal import LARGE, SMALL, Portal, line, read, run, same

CURL = ("curl", "-q", "-sS", "-f", "-L")
WGET = ("wget", "--no-config", "-nv", "--tries=1")
ARIA2 = ("aria2c", "--no-conf", "--quiet", "--enable-dht=false",
         "--max-tries=1")


class LinksPortal(Portal):
    links = 0

    def change(self, settings):
        os.mkdir(self.at("state"))
        settings.sections["mintage"]["state-dir"] = self.at("state")
        settings.sections["download links"]["max-downloads"] = "1"


def link_to(portal, name):
    """A link that nobody has used yet: each has another expiry."""
    portal.links += 1
    return portal.signed(name, int(time.time()) + portal.links * 86400)


@line("curl -L -O, a link", "the file, under its name")
def _(portal):
    folder = portal.place()
    run([*CURL, "-O", link_to(portal, "small.bin")], folder)
    equal(os.listdir(folder), ["small.bin"])
    same(read(folder, "small.bin"), SMALL)
    portal.asked("GET")


@line("wget, a link", "the file, under a name with all of the link")
def _(portal):
    folder = portal.place()
    link = link_to(portal, "small.bin")
    run([*WGET, link], folder)
    equal(os.listdir(folder), [link.rpartition("/")[2]],
          "the name, of which the manual warns")
    same(read(folder, os.listdir(folder)[0]), SMALL)
    portal.asked("GET")


@line("wget -O, a link", "the file, under its name: the remedy")
def _(portal):
    folder = portal.place()
    run([*WGET, "-O", "small.bin", link_to(portal, "small.bin")], folder)
    same(read(folder, "small.bin"), SMALL)
    portal.asked("GET")


@line("aria2c, a link", "the file, under its name")
def _(portal):
    folder = portal.place()
    run([*ARIA2, link_to(portal, "small.bin")], folder)
    equal(os.listdir(folder), ["small.bin"])
    same(read(folder, "small.bin"), SMALL)
    portal.asked("GET")


@line("aria2c -x4, a link for one use", "is one client, over 4 connections")
def _(portal):
    folder = portal.place()
    link = link_to(portal, "large.bin")
    for _ in range(2):
        run([*ARIA2, "-x4", "-s4", "-k1M", "--allow-overwrite", link], folder)
        same(read(folder, "large.bin"), LARGE)
    given = portal.redirects()
    need(len(given) > 2, f"{given}")
    run([*CURL, link], portal.place(), 22)
    run([*CURL, "-I", link], portal.place(), 22)
    # Each is in the audit log before it is answered. R2's log is no measure:
    # a connection that aria2c gave up may come into it late.
    equal(portal.redirects(), given, "what another client was given")
    portal.no_authorization()


@line("wget --spider, a link for one use", "does not use it")
def _(portal):
    link = link_to(portal, "small.bin")
    for _ in range(3):
        run([*WGET, "--spider", link], portal.place())
    out, _ = run([*CURL, link], portal.place())
    same(out, SMALL)
    run([*WGET, link], portal.place(), 8)
    equal([method for method, _ in portal.redirects()],
          ["HEAD"] * 3 + ["GET"])


@line("curl -L, a link that was cut", "403, and R2 is not asked")
def _(portal):
    link = link_to(portal, "small.bin")
    for end in (-1, link.index("&signature"), link.index("?")):
        out, _ = run([*CURL[:-2], "-L", "-o", "x", "-w", "%{http_code}",
                      link[:end]], portal.place())
        equal(out, b"403", link[:end])
    equal((portal.came(), portal.redirects()), ([], []))


if __name__ == "__main__":
    main(LinksPortal)
