#!/usr/bin/python3
"""`mintage caller add`: a token, its hash, and the section to paste."""
import base64
import hashlib
import os
import sys

sys.path.insert(1, sys.path[0] + "/../lib")
from harness import case
from place import Place, main, same, secrets


@case("caller add: a token, its hash, and a section that grants nothing")
def _():
    with Place() as place:
        with open(place.config, "rb") as file:
            before = file.read()
        seen = set()
        for name in ("portal-2", "a_b.C"):
            done = place.run("caller", "add", name)
            same((done.returncode, done.said), (0, ""))
            token, empty, *section = done.stdout.decode().splitlines()
            secrets.add(token)
            seen.add(token)
            same(len(base64.urlsafe_b64decode(token + "=")), 32)
            same(empty, "")
            same(section[0], f"[caller {name}]")
            same(section[1], "bearer-sha256 = " +
                 hashlib.sha256(token.encode()).hexdigest())
            with open(place.config, "ab") as file:
                file.write(b"\n" + "\n".join(section).encode() + b"\n")
            before += b"\n" + "\n".join(section).encode() + b"\n"
        same(len(seen), 2)
        done = place.run("check")
        same(done.returncode, 0, done.said)
        same(done.said.count("can get nothing"), 2)
        with open(place.config, "rb") as file:
            same(file.read(), before)


@case("caller add: without a token, and what is refused")
def _():
    with Place() as place:
        done = place.run("caller", "add", "--remote-user=ann b", "ann")
        same(done.returncode, 0)
        same(done.stdout.decode().splitlines()[:2],
             ["[caller ann]", "remote-user = ann b"])
        done = place.run("caller", "add", "here", "--anonymous")
        same(done.stdout.decode().splitlines()[:2],
             ["[caller here]", "anonymous = yes"])
        for name in ("", "a b", "a]", "ä", "a\nb", 64 * "a", "owner"):
            place.refused("caller", "add", name, status=2)
        place.refused("caller", "add", "x", "--anonymous", "--remote-user=y",
                      status=2)
        for user in ("", "a\nb", " a", "a ;b"):
            place.refused("caller", "add", "x", "--remote-user", user, status=2)


@case("caller add: warns of a name that is taken")
def _():
    with Place() as place:
        done = place.run("caller", "add", "web")
        secrets.add(done.stdout.decode().splitlines()[0])
        same(done.returncode, 0)
        assert "warning" in done.said and ":15" in done.said, done.said
        place.write("mintage.conf", "nonsense\n")
        done = place.run("caller", "add", "web")
        secrets.add(done.stdout.decode().splitlines()[0])
        same(done.returncode, 0)
        assert "warning" in done.said, done.said
        done = place.run("caller", "add", "x", environment=dict(
            os.environ, MINTAGE_CONFIG="/nowhere/mintage.conf"))
        secrets.add(done.stdout.decode().splitlines()[0])
        same((done.returncode, done.said), (0, ""))


if __name__ == "__main__":
    main(runs=15, words=5)
