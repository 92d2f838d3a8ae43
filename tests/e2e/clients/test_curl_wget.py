#!/usr/bin/python3
"""curl and wget follow links below /files/, /people/ and /token/."""
import os
import sys

sys.path.insert(1, sys.path[0] + "/../lib")
from harness import equal, main, need
from portal import (SMALL, USER, Portal, line, netrc, read, run, same,
                    write)

CURL = ("curl", "-q", "-sS", "-f", "-L")
WGET = ("wget", "--no-config", "-nv", "--tries=1")


# curl ------------------------------------------------------------------------

@line("curl -L", "the whole file")
def _(portal):
    out, _ = run([*CURL, portal.url("files", "small.bin")], portal.place())
    same(out, SMALL)
    portal.asked("GET")
    equal(portal.redirects(), [("GET", "public/small.bin")])


@line("curl -L -O", "names with a blank, a plus and an umlaut")
def _(portal):
    folder = portal.place()
    run([*CURL, "-O", portal.url("files", "dir/a b+c.txt"),
         "-O", portal.url("files", "dir/käse.txt")], folder)
    equal(read(folder, "a%20b%2Bc.txt"), b"a blank and a plus\n")
    equal(read(folder, "k%C3%A4se.txt"), "mit Umlaut\n".encode())
    portal.asked("GET", 200, 200)


@line("curl -L -C -", "the rest of half a file")
def _(portal):
    folder = portal.place()
    write(SMALL[:4000], folder, "small.bin")
    run([*CURL, "-C", "-", "-O", portal.url("files", "small.bin")], folder)
    same(read(folder, "small.bin"), SMALL)
    entry, = portal.asked("GET", 206)
    equal(entry.sent["range"], "bytes=4000-")


@line("curl -IL", "the headers, by a HEAD signed for HEAD",
      cell=("curl", "HEAD"))
def _(portal):
    out, _ = run([*CURL, "-I", portal.url("files", "small.bin")],
                 portal.place())
    last = out.decode().lower().split("\r\n\r\n")[-2]
    need(last.startswith("http/1.1 200")
         and f"content-length: {len(SMALL)}" in last, last)
    portal.asked("HEAD")
    equal(portal.redirects(), [("HEAD", "public/small.bin")])


@line("curl -L -z", "nothing where the file is as old")
def _(portal):
    folder = portal.place()
    run([*CURL, "-R", "-O", portal.url("files", "small.bin")], folder)
    out, _ = run([*CURL, "-z", "small.bin", "-w", "%{http_code}",
                  "-o", "second", portal.url("files", "small.bin")], folder)
    equal((out, os.path.exists(os.path.join(folder, "second"))),
          (b"304", False))
    portal.asked("GET", 200, 304)


@line("curl -L -u", "a login that R2 does not get",
      cell=("curl", "login"))
def _(portal):
    run([*CURL, portal.url("people", "small.bin")], portal.place(), 22)
    equal(portal.came(), [], "without a login")
    out, _ = run([*CURL, "-u", ":".join(USER),
                  portal.url("people", "small.bin")], portal.place())
    same(out, SMALL)
    portal.asked("GET")


@line("curl -L -n", "a login from .netrc that R2 does not get")
def _(portal):
    folder = portal.place()
    netrc(portal, folder)
    out, _ = run([*CURL, "-n", portal.url("people", "small.bin")], folder)
    same(out, SMALL)
    portal.asked("GET")


@line("curl -L -H Authorization", "a token that R2 does not get",
      cell=("curl", "token"))
def _(portal):
    token = portal.settings.tokens["web"]
    out, _ = run([*CURL, "-H", "Authorization: Bearer " + token,
                  portal.url("token", "small.bin")], portal.place())
    same(out, SMALL)
    portal.asked("GET")


@line("curl -L --location-trusted -u", "R2's 400, as the option asks for")
def _(portal):
    run([*CURL, "--location-trusted", "-u", ":".join(USER),
         portal.url("people", "small.bin")], portal.place(), 22)
    portal.forwarded()


# wget ------------------------------------------------------------------------

@line("wget", "the whole file, under its name")
def _(portal):
    folder = portal.place()
    run([*WGET, portal.url("files", "dir/käse.txt")], folder)
    equal(os.listdir(folder), ["käse.txt"])
    equal(read(folder, "käse.txt"), "mit Umlaut\n".encode())
    portal.asked("GET")


@line("wget -c", "the rest of half a file, and nothing of a whole one")
def _(portal):
    folder = portal.place()
    write(SMALL[:4000], folder, "small.bin")
    for _ in range(2):
        run([*WGET, "-c", portal.url("files", "small.bin")], folder)
        same(read(folder, "small.bin"), SMALL)
    first, second = portal.asked("GET", 206, 416)
    equal((first.sent["range"], second.sent["range"]),
          ("bytes=4000-", f"bytes={len(SMALL)}-"))


@line("wget -N", "nothing where the file is as old")
def _(portal):
    folder = portal.place()
    run([*WGET, "-N", portal.url("files", "small.bin")], folder)
    write(b"x" * len(SMALL), folder, "marked")
    os.utime(os.path.join(folder, "marked"), (os.path.getmtime(
        os.path.join(folder, "small.bin")),) * 2)
    os.replace(os.path.join(folder, "marked"),
               os.path.join(folder, "small.bin"))
    run([*WGET, "-N", portal.url("files", "small.bin")], folder)
    same(read(folder, "small.bin"), b"x" * len(SMALL))
    portal.asked("GET", 200, 304)


@line("wget --spider", "whether a file is there, by HEAD",
      cell=("wget", "HEAD"))
def _(portal):
    run([*WGET, "--spider", portal.url("files", "none.bin")],
        portal.place(), 8)
    run([*WGET, "--spider", portal.url("files", "small.bin")],
        portal.place())
    portal.asked("HEAD", 404, 200)


@line("wget --user --password", "a login that R2 does not get",
      cell=("wget", "login"))
def _(portal):
    folder = portal.place()
    run([*WGET, "--user", USER[0], "--password", USER[1],
         portal.url("people", "small.bin")], folder)
    same(read(folder, "small.bin"), SMALL)
    portal.asked("GET")


@line("wget --auth-no-challenge", "R2's 400, because it sends the login "
      "to every host")
def _(portal):
    run([*WGET, "--auth-no-challenge", "--user", USER[0], "--password",
         USER[1], portal.url("people", "small.bin")], portal.place(), 8)
    portal.forwarded()


@line("wget with .netrc", "a login that R2 does not get: the remedy")
def _(portal):
    folder = portal.place()
    netrc(portal, folder)
    run([*WGET, portal.url("people", "small.bin")], folder)
    same(read(folder, "small.bin"), SMALL)
    portal.asked("GET")


@line("wget --header=Authorization", "R2's 400",
      cell=("wget", "token"))
def _(portal):
    token = portal.settings.tokens["web"]
    run([*WGET, "--header=Authorization: Bearer " + token,
         portal.url("token", "small.bin")], portal.place(), 8)
    portal.forwarded()


if __name__ == "__main__":
    main(Portal)
