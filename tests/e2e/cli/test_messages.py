#!/usr/bin/python3
"""What `mintage` says of many entries at once."""
import json
import os
import sys

sys.path.insert(1, sys.path[0] + "/../lib")
from harness import SRC
from place import READ, Place, case, main, same


def sent(name):
    return os.path.join(SRC, "tests/cases/manifests", name)


def warnings(done):
    begin = "mintage: warning: "
    return [line[len(begin):] for line in done.said.splitlines()
            if line.startswith(begin)]


@case("find-dot.txt: one warning for credentials; links need other names")
def _():
    with Place() as place:
        for format in ("json", "csv", "aws"):
            done = place.mint(READ, "--each", "--format", format,
                              sent("find-dot.txt"))
            [line] = warnings(done)
            assert line.startswith("4 entries, the first is entry 1: this key "
                                   "begins with ./"), line
            assert "find . -type f -printf '%P\\n'" in line, line
        done = place.refused("sign", "--bucket=downloads",
                             sent("find-dot.txt"))
        [line] = done.said.splitlines()
        assert line.startswith("mintage: 4 entries, the first is entry 1: "
                               "no link can reach"), line
        assert "find . -type f -printf '%P\\n'" in line, line


@case("windows-paths.txt: one warning and a count")
def _():
    with Place() as place:
        for done in (place.mint(READ, "--each", sent("windows-paths.txt")),
                     place.run("sign", "--bucket=downloads",
                               sent("windows-paths.txt"))):
            same(done.returncode, 0, done.said)
            same(len(json.loads(done.stdout)["result"]), 3)
            [line] = warnings(done)
            assert line.startswith("3 entries, the first is entry 1: this key "
                                   "has a drive or a \\"), line


@case("a thousand equal errors are one line; others have lines of their own")
def _():
    with Place() as place:
        place.write("m.json", json.dumps(
            [{"key": "k" * 1030}] + [{"key": f"k{n}", "ttlSeconds": 604801 + n}
                                     for n in range(1000)]))
        done = place.refused("mint", "--bucket=downloads", READ, "--each",
                             "m.json")
        lines = done.said.splitlines()
        same(len(lines), 2, done.said)
        assert lines[0].startswith("mintage: entry 1: "), lines
        assert lines[1].startswith(
            "mintage: 1000 entries, the first is entry 2, ttlSeconds: "
            "'604801' is too long: write 1 to 604800 seconds"), lines


if __name__ == "__main__":
    main(runs=7, words=2)
