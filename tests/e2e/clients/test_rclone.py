#!/usr/bin/python3
"""rclone's :http: reads the files below /files/, and the folder's pages."""
import os
import sys
import time

sys.path.insert(1, sys.path[0] + "/../lib")
from harness import equal, main, need
from portal import LARGE, SMALL, USER, Portal, line, read, run, same

FILES = {"small.bin": SMALL, "large.bin": LARGE,
         "dir/a b+c.txt": b"a blank and a plus\n",
         "dir/käse.txt": "mit Umlaut\n".encode()}


def rclone(portal, folder, *arguments, section="files", login="", status=0):
    out, _ = run(["rclone", "--config", os.path.join(folder, "no.conf"),
                  "--retries", "1", "--low-level-retries", "1",
                  "--http-url", portal.url(section, "", login), *arguments],
                 folder, status)
    return out


def pages(portal):
    """Pages of folders, as any program may write them."""
    portal.page("files/index.html", '<a href="small.bin">1</a>'
                '<a href="large.bin">2</a><a href="dir/">3</a>')
    portal.page("files/dir/index.html", '<a href="a%20b+c.txt">1</a>'
                '<a href="k%C3%A4se.txt">2</a>')


@line("rclone copyto :http:", "one file, after a HEAD for size and time",
      cell=("rclone", "HEAD"))
def _(portal):
    folder = portal.place()
    rclone(portal, folder, "copyto", ":http:small.bin", "got.bin")
    same(read(folder, "got.bin"), SMALL)
    equal([(entry.method, entry.status) for entry in portal.came()],
          [("HEAD", 200), ("GET", 200)])
    portal.no_authorization()
    equal(int(os.path.getmtime(os.path.join(folder, "got.bin"))),
          portal.stored("small.bin").modified, "its time")


@line("rclone copy :http:", "all that a folder's pages name")
def _(portal):
    pages(portal)
    folder = portal.place()
    rclone(portal, folder, "copy", ":http:", "got")
    for name, body in FILES.items():
        same(read(folder, "got", name), body, name)
    equal({(entry.method, entry.status) for entry in portal.came()},
          {("HEAD", 200), ("GET", 200)})
    portal.no_authorization()


@line("rclone check --download", "that copies are equal, and that one is not")
def _(portal):
    pages(portal)
    folder = portal.place()
    rclone(portal, folder, "copy", ":http:", "got")
    rclone(portal, folder, "check", "--download", ":http:", "got")
    with open(os.path.join(folder, "got/dir/käse.txt"), "r+b") as f:
        f.write(b"M")
    rclone(portal, folder, "check", "--download", ":http:", "got", status=1)


@line("rclone lsl, cat --offset --count", "sizes, and a part by Range")
def _(portal):
    pages(portal)
    folder = portal.place()
    listed = rclone(portal, folder, "lsf", "--format", "sp", "-R",
                    "--files-only", ":http:").decode().splitlines()
    equal(sorted(listed), sorted(f"{len(body)};{name}"
                                 for name, body in FILES.items()))
    portal.forget()
    equal(rclone(portal, folder, "cat", "--offset", "100", "--count", "50",
                 ":http:small.bin"), SMALL[100:150])
    entry = portal.came()[-1]
    equal((entry.method, entry.status, entry.sent["range"]),
          ("GET", 206, "bytes=100-149"))
    portal.no_authorization()


@line("rclone --http-headers Authorization", "a token that R2 does not get",
      cell=("rclone", "token"))
def _(portal):
    folder = portal.place()
    token = portal.settings.tokens["web"]
    rclone(portal, folder, "--http-headers", f"Authorization,Bearer {token}",
           "copyto", ":http:small.bin", "got.bin", section="token")
    same(read(folder, "got.bin"), SMALL)
    portal.no_authorization()


@line("rclone, a login in the address", "a login that R2 does not get",
      cell=("rclone", "login"))
def _(portal):
    folder = portal.place()
    rclone(portal, folder, "copyto", ":http:small.bin", "got.bin",
           section="people", login=":".join(USER) + "@")
    same(read(folder, "got.bin"), SMALL)
    portal.no_authorization()
    for entry in portal.came():
        need(USER[1] not in entry.sent.get("referer", ""), "the password")


@line("rclone copyurl, a signed link", "the file; R2 gets the link as Referer")
def _(portal):
    folder = portal.place()
    link = portal.signed("small.bin", int(time.time()) + 60 * 86400)
    rclone(portal, folder, "copyurl", link, "got.bin")
    same(read(folder, "got.bin"), SMALL)
    entry = portal.asked("GET")[-1]
    equal(entry.sent.get("referer"), link, "which the manual says")


if __name__ == "__main__":
    main(Portal)
