#!/usr/bin/python3
"""--output of `mintage mint` and `sign`: a file that is whole, or not there."""
import json
import os
import resource
import signal
import stat
import subprocess
import sys
import time

sys.path.insert(1, sys.path[0] + "/../lib")
from harness import MINTAGE, Skip, case
from place import Place, READ, main, remember, same

KEPT = ["audit.jsonl", "mintage.conf", "other.secret", "portal.secret"]


def read(path):
    with open(path, "rb") as file:
        return file.read()


def sound(path):
    """Assert that the file is a whole answer of mode 0600. Returns its
    result."""
    found = os.stat(path)
    same((stat.S_IMODE(found.st_mode), found.st_nlink), (0o600, 1))
    text = read(path)
    assert text.rstrip().endswith(b'"success":true}'), text[-80:]
    return json.loads(text)["result"]


@case("-o FILE and --output FILE: the answer is there, and nothing is printed")
def _():
    os.umask(0)
    with Place() as place:
        for options in (["-o", "out"], ["-oout"], ["--output", "out"],
                        ["--output=out"]):
            done = place.mint(READ, "--object=a", *options)
            same((done.stdout, done.said), (b"", ""))
            remember(sound(place.path("out")))
            os.unlink(place.path("out"))
        done = place.run("sign", "--bucket=downloads", "--object=a", "-o",
                         place.path("out"), "--format=text")
        same((done.returncode, done.stdout), (0, b""), done.said)
        assert read(place.path("out")).startswith(b"https://")
        same(sorted(os.listdir(place.folder)), sorted([*KEPT, "out"]))
        remember(place.result(READ, "--object=a", "-o", "-"))


@case("-o replaces a file in one step, as mode 0600; a link stays one")
def _():
    with Place() as place:
        old = place.write("out", "old", 0o644)
        inode = os.stat(old).st_ino
        with open(old, "rb") as before:
            place.mint(READ, "--object=a", "-o", "out")
            same(before.read(), b"old", "what was open is as it was")
        assert os.stat(old).st_ino != inode
        remember(sound(old))
        os.mkdir(place.path("folder"))
        os.rename(old, place.path("folder/real"))
        os.symlink("folder/real", old)
        place.mint(READ, "--object=b", "-o", "out")
        assert os.path.islink(old)
        remember(sound(place.path("folder/real")))
        same(os.listdir(place.path("folder")), ["real"])


def unchanged(place, *arguments, says, status=1, **more):
    """A run that fails: no new file, and the old one is as it was."""
    for old in (None, b"old"):
        if old:
            place.write("out", old)
        place.refused(*arguments, "-o", "out", status=status, says=says, **more)
        same(sorted(os.listdir(place.folder)) if old else
             sorted([*os.listdir(place.folder), "out"]),
             sorted({*os.listdir(place.folder), "out"}))
        assert old is None or read(place.path("out")) == old
        assert not [name for name in os.listdir(place.folder)
                    if name.startswith("out.")]
    os.unlink(place.path("out"))


@case("-o: what fails leaves no file, and the old one in place")
def _():
    with Place() as place:
        unchanged(place, "mint", "--bucket=downloads", READ, "--object=",
                  says="entry 1 of objects")
        unchanged(place, "mint", "--bucket=elsewhere", READ, "--object=a",
                  says="elsewhere")
        unchanged(place, "sign", "--bucket=downloads", "-", stdin=b"",
                  says="empty")
        unchanged(place, "sign", "--bucket=downloads", "none", says="none: No")
        unchanged(place, "mint", "--bucket=downloads", READ, "--object=a",
                  "--format=jsn", says="did you mean 'json'", status=2)
        os.rename(place.path("portal.secret"), place.path("gone"))
        unchanged(place, "mint", "--bucket=downloads", READ, "--object=a",
                  says="portal.secret")


@case("-o: a full disk leaves no file")
def _():
    keys = b"".join(b"%d\n" % number for number in range(5000))

    def limit():
        resource.setrlimit(resource.RLIMIT_FSIZE, (300000, 300000))

    with Place() as place:
        place.write("out", "old")
        done = subprocess.run(
            [MINTAGE, "sign", "--bucket=downloads", "-", "-o", "out"],
            input=keys, capture_output=True, cwd=place.folder, check=False,
            env=place.environment(), preexec_fn=limit)
        same(done.returncode, 1)
        assert b"mintage: out: File too large" in done.stderr, done.stderr
        assert b"out: nothing was written there" in done.stderr, done.stderr
        same(read(place.path("out")), b"old")
        same(sorted(os.listdir(place.folder)), sorted([*KEPT, "out"]))


@case("-o: a program that is killed leaves the old file in place")
def _():
    keys = b"".join(b"%d\n" % number for number in range(400000))
    with Place() as place:
        place.write("out", "old")
        with subprocess.Popen(
                [MINTAGE, "sign", "--bucket=downloads", "-", "-o", "out"],
                stdin=subprocess.PIPE, cwd=place.folder,
                env=place.environment()) as run:
            run.stdin.write(keys)
            run.stdin.close()
            while not os.path.exists(place.log):
                time.sleep(0.01)
            run.send_signal(signal.SIGKILL)
        same(run.returncode, -signal.SIGKILL)
        same(read(place.path("out")), b"old")


@case("-o: a folder that takes the file's place meanwhile stays: 1, and why")
def _():
    keys = b"".join(b"%d\n" % number for number in range(40000))
    with Place() as place:
        with subprocess.Popen(
                [MINTAGE, "sign", "--bucket=downloads", "-", "-o", "out"],
                stdin=subprocess.PIPE, stderr=subprocess.PIPE,
                cwd=place.folder, env=place.environment()) as process:
            # More than a pipe holds: it is read, so the place was looked at.
            process.stdin.write(keys)
            process.stdin.flush()
            os.mkdir(place.path("out"))
            _, said = process.communicate(timeout=100)
        same(process.returncode, 1, said)
        same(said, b"mintage: out: Is a directory\n")
        same(sorted(os.listdir(place.folder)), sorted([*KEPT, "out"]))
        same(os.listdir(place.path("out")), [])


@case("-o with --on-error report: the good entries are kept, the status is 1")
def _():
    with Place() as place:
        done = place.run("sign", "--bucket=downloads", "--on-error=report",
                         "-o", "out", "-", stdin=b"a\n../b\nc\n")
        same((done.returncode, done.stdout), (1, b""))
        same([("url" in each) for each in sound(place.path("out"))],
             [True, False, True])


@case("-o: places that no answer can be put are refused before anything is "
      "issued")
def _():
    with Place() as place:
        os.mkdir(place.path("folder"))
        os.symlink("nothing", place.path("dangling"))
        for name, says in (("none/out", "none/out: No such file"),
                           ("folder", "folder: Is a directory"),
                           ("folder/", "folder/: Is a directory"),
                           ("new/", "new/: "),
                           ("dangling", "a symbolic link to nothing")):
            place.refused("mint", "--bucket=downloads", READ, "--object=a",
                          "-o", name, says=says)
        place.refused("mint", "--bucket=downloads", READ, "--object=a", "-o",
                      "", status=2, says="--output")
        place.refused("mint", "--bucket=downloads", READ, "--object=a", "-o",
                      status=2, says="'-o' needs a value")
        place.refused("mint", "--bucket=downloads", READ, "-oa", "-ob",
                      status=2, says="twice")
        place.refused("check", "-o", "x", status=2, says="'-o'")
        assert not os.path.exists(place.log), "something was issued"


@case("-o: a device and a pipe are written to, and not replaced")
def _():
    with Place() as place:
        before = os.stat("/dev/null")
        place.mint(READ, "--object=a", "-o", "/dev/null")
        same(os.stat("/dev/null").st_rdev, before.st_rdev)
        os.mkfifo(place.path("pipe"))
        with subprocess.Popen(["cat", place.path("pipe")],
                              stdout=subprocess.PIPE) as reader:
            place.mint(READ, "--object=a", "-o", "pipe")
            answer = json.loads(reader.stdout.read())
        remember(answer["result"])
        assert stat.S_ISFIFO(os.stat(place.path("pipe")).st_mode)
        place.refused("mint", "--bucket=downloads", READ, "--object=a", "-o",
                      "/dev/full", says="/dev/full: No space left")


@case("-o: a file that is write-protected is left alone")
def _():
    if os.geteuid() == 0:
        raise Skip("root may write every file")
    with Place() as place:
        place.write("out", "old", 0o400)
        place.refused("mint", "--bucket=downloads", READ, "--object=a", "-o",
                      "out", says="out: Permission denied")


if __name__ == "__main__":
    main(runs=30, words=5)
