#!/usr/bin/python3
"""What `mint` and `sign` read when nothing is named: a pipe never becomes, and
never silently replaces, the whole bucket."""
import os
import subprocess
import sys

sys.path.insert(1, sys.path[0] + "/../lib")
from harness import MINTAGE, case
from place import Place, READ, claims_of, main, same

SIGN = ("sign", "--bucket=downloads", "--format=text")
EACH = ("mint", "--bucket=downloads", READ, "--each", "--format=csv")
SINGLE = ("mint", "--bucket=downloads", READ)


def keys_of(done):
    """How many lines came, and that each names the key it should."""
    lines = done.stdout.decode().splitlines()
    return [line for line in lines if line and not line.startswith("key,")]


@case("a pipe is read where nothing else is named: sign, and mint --each")
def _():
    with Place() as place:
        for command in (SIGN, EACH):
            done = place.run(*command, stdin=b"one\ntwo\n")
            same(done.returncode, 0, done.said)
            lines = keys_of(done)
            same(len(lines), 2, lines)
            assert "one" in lines[0] and "two" in lines[1], lines
            listing = place.write("list.txt", "one\ntwo\nthree\n")
            with open(listing, "rb") as file:
                done = subprocess.run(
                    [MINTAGE, *command], stdin=file, capture_output=True,
                    env=place.environment(), check=False)
            same((done.returncode, len(keys_of(done))), (0, 3), done.stderr)


@case("an empty pipe is an empty manifest")
def _():
    with Place() as place:
        for command in (SIGN, EACH):
            done = place.refused(*command, stdin=b"")
            same(place.refused(*command, "-", stdin=b"").said, done.said)
            place.refused(*command, says="")


@case("a pipe is not read where something is named")
def _():
    with Place() as place:
        for command, named in ((SIGN, "--object=a"), (EACH, "--object=a"),
                               (EACH, "--prefix=p/"), (SINGLE, "--object=a"),
                               (SINGLE, "--prefix=p/")):
            reading, writing = os.pipe()
            # Nobody ever writes to this pipe: who reads it waits for ever.
            done = subprocess.run(
                [MINTAGE, *command, named], stdin=reading, capture_output=True,
                env=place.environment(), check=False, timeout=30)
            os.close(reading)
            os.close(writing)
            same(done.returncode, 0, done.stderr)
        manifest = place.write("list", "one\n")
        done = place.run(*SIGN, manifest, stdin=b"two\n")
        same(len(keys_of(done)), 1)
        assert b"/one?" in done.stdout


@case("mint without --each: a pipe is neither the whole bucket nor its keys")
def _():
    with Place() as place:
        for stdin in (b"", b"one\n", b"\n", b"two\nthree\n"):
            place.refused(*SINGLE, stdin=stdin, status=2,
                          says=["'-'", "--whole-bucket"])
        with open(place.write("list", "one\n"), "rb") as file:
            done = subprocess.run([MINTAGE, *SINGLE], stdin=file,
                                  capture_output=True, check=False,
                                  env=place.environment())
            same((done.returncode, done.stdout), (2, b""))
        assert not os.path.exists(place.log), "something was issued"
        same(claims_of(place.result(READ, "-", stdin=b"one\n"))["paths"],
             {"prefixPaths": [], "objectPaths": ["one"]})
        place.refused(*SINGLE, "-", stdin=b"", says="empty")


@case("mint --whole-bucket, and mint without any input: the whole bucket")
def _():
    with Place() as place:
        for stdin, more in ((None, []), (None, ["--whole-bucket"]),
                            (b"", ["--whole-bucket"]),
                            (b"one\n", ["--whole-bucket"])):
            claims = claims_of(place.result(READ, *more, stdin=stdin))
            assert "paths" not in claims, claims
        done = subprocess.run(
            ["sh", "-c", f"exec {MINTAGE} {' '.join(SINGLE)} <&-"],
            capture_output=True, env=place.environment(), check=False)
        same(done.returncode, 0, done.stderr)
        for more in (["--object=a"], ["--prefix=p/"], ["--each"], ["list"],
                     ["-"]):
            place.refused(*SINGLE, "--whole-bucket", *more, status=2,
                          says="--whole-bucket goes without")
        place.refused(*SIGN, "--whole-bucket", status=2, says="--whole-bucket")


if __name__ == "__main__":
    main(runs=20, words=4)
