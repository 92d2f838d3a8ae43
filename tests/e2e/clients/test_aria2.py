#!/usr/bin/python3
"""aria2 follows links below /files/ and /people/, in pieces and over time."""
import os
import subprocess
import sys

sys.path.insert(1, sys.path[0] + "/../lib")
from harness import equal, main, need, until
from portal import (LARGE, USER, Portal, line, netrc, read, run, same,
                    write)

ARIA2 = ("aria2c", "--no-conf", "--quiet", "--enable-dht=false",
         "--allow-overwrite", "--follow-torrent=false",
         "--follow-metalink=false")
# Pieces are taken one by one, over two connections.
PIECES = ("-x2", "-s2", "-k1M", "--piece-length=1M",
          "--stream-piece-selector=inorder")


class AriaPortal(Portal):
    moves_clock = True

    def change(self, settings):
        settings.add("download short", **{
            **{name.replace("-", "_"): value for name, value in
               settings.sections["download files"].items()},
            "path": "/files/short/", "ttl": "1m"})


@line("aria2c", "the whole file, under its name")
def _(portal):
    folder = portal.place()
    run([*ARIA2, portal.url("files", "dir/käse.txt")], folder)
    equal(os.listdir(folder), ["käse.txt"])
    equal(read(folder, "käse.txt"), "mit Umlaut\n".encode())
    portal.asked("GET")


@line("aria2c -x4 -s4", "a large file over four connections")
def _(portal):
    folder = portal.place()
    run([*ARIA2, "-x4", "-s4", "-k1M", portal.url("files", "large.bin")],
        folder)
    same(read(folder, "large.bin"), LARGE)
    portal.no_authorization()
    found = {(entry.method, entry.status) for entry in portal.came()}
    need(("GET", 206) in found and found <= {("GET", 200), ("GET", 206)},
         f"{found}")


@line("aria2c -c", "the rest of half a file")
def _(portal):
    folder = portal.place()
    write(LARGE[:5 << 20], folder, "large.bin")
    run([*ARIA2, "-c", "-s1", portal.url("files", "large.bin")], folder)
    same(read(folder, "large.bin"), LARGE)
    entry = portal.came()[-1]
    need(entry.status == 206
         and entry.sent["range"].startswith(f"bytes={5 << 20}-"),
         f"{entry} {entry.sent}")
    portal.no_authorization()


# Logins ----------------------------------------------------------------------

@line("aria2c --http-user", "R2's 400, because it sends the login to every "
      "host",
      cell=("aria2c", "login"))
def _(portal):
    run([*ARIA2, "--http-user=" + USER[0], "--http-passwd=" + USER[1],
         portal.url("people", "small.bin")], portal.place(), 22)
    portal.forwarded()


@line("aria2c --header=Authorization", "R2's 400",
      cell=("aria2c", "token"))
def _(portal):
    token = portal.settings.tokens["web"]
    run([*ARIA2, "--header=Authorization: Bearer " + token,
         portal.url("token", "small.bin")], portal.place(), 22)
    portal.forwarded()


@line("aria2c --http-auth-challenge", "a login that R2 does not get: the "
      "remedy")
def _(portal):
    run([*ARIA2, "--http-user=" + USER[0], "--http-passwd=" + USER[1],
         "--http-auth-challenge", portal.url("people", "small.bin")],
        portal.place())
    portal.asked("GET")


@line("aria2c with .netrc", "a login that R2 does not get: the remedy")
def _(portal):
    folder = portal.place()
    netrc(portal, folder)
    run([*ARIA2, portal.url("people", "small.bin")], folder)
    portal.asked("GET")


# Over time -------------------------------------------------------------------

def after_a_minute(portal, name):
    """Download in pieces, and move the clocks by a minute meanwhile. Returns
    what R2 was asked before and since."""
    folder = portal.place()
    portal.later(0)
    client = subprocess.Popen(
        [*ARIA2, *PIECES, "--max-overall-download-limit=2M",
         portal.url("files", name)], cwd=folder, stdin=subprocess.DEVNULL,
        env={"PATH": os.environ["PATH"], "HOME": folder})
    try:
        until(lambda: len(portal.came()) >= 2, "two pieces are asked for")
        portal.later(61)
        before = len(portal.came())
        equal(client.wait(60), 0, "status")
    finally:
        client.kill()
        client.wait()
        portal.later(0)
    same(read(folder, "large.bin"), LARGE)
    portal.no_authorization()
    found = portal.came()
    need(found[before:], "no piece was asked for later")
    return found[:before], found[before:]


@line("aria2c, a minute later", "its next piece, by the address it has")
def _(portal):
    before, since = after_a_minute(portal, "large.bin")
    equal({entry.status for entry in since}, {206})
    signed = {entry.query["X-Amz-Signature"] for entry in before}
    need({entry.query["X-Amz-Signature"] for entry in since} <= signed,
         "it came back to the portal, which the manual denies")


@line("aria2c, after ttl", "400 for the next piece; what is under way goes on",
      cell=("aria2c", "later"))
def _(portal):
    _, since = after_a_minute(portal, "short/large.bin")
    equal({(entry.status, entry.reason) for entry in since},
          {(400, "the link has expired")})


if __name__ == "__main__":
    main(AriaPortal)
