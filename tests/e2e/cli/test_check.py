#!/usr/bin/python3
"""`mintage check`: faults of the configuration are named with their line."""
import os
import sys

sys.path.insert(1, sys.path[0] + "/../lib")
from harness import case
from place import ACCOUNT, CONFIG, KEY_ID, Place, READ, SECRET, main, same


@case("a secret that others can read is refused")
def _():
    with Place() as place:
        for mode in (0o644, 0o604, 0o660, 0o602):
            os.chmod(place.path("portal.secret"), mode)
            for command in (["check"], ["mint", "--bucket=downloads", READ]):
                place.refused(*command,
                              says=["portal.secret", f"{mode:04o}",
                                    place.config + ":"])
        os.chmod(place.path("portal.secret"), 0o640)
        same(place.run("check").returncode, 0)


@case("what is wrong in the configuration is named with file and line")
def _():
    lines = CONFIG.splitlines()
    cases = [
        (2, "audit-log = ", "empty"), (2, "audit-lgo = x", "audit-log"),
        (5, "[acount main]", "account"), (6, "id = XYZ", "id"),
        (6, "id", ""), (9, "account = mian", "mian"),
        (11, "secret-access-key-file = gone", "gone"),
        (12, "permission = read", "permission"),
        (13, "buckets = My_Bucket", "My_Bucket"),
        (16, "bearer-sha256 = abc", "bearer-sha256"),
        (17, "parents = nobody", "nobody"), (20, "prefixes", ""),
    ]
    with Place() as place:
        for number, text, words in cases:
            changed = lines[:number - 1] + [text] + lines[number:]
            place.write("mintage.conf", "\n".join(changed) + "\n")
            for command in (["check"], ["mint", "--bucket=downloads", READ]):
                place.refused(*command,
                              says=[f"mintage: {place.config}:{number}: ",
                                    words])


@case("check: sound, what it amounts to, warnings with their line")
def _():
    with Place() as place:
        done = place.run("check")
        same((done.returncode, done.said), (0, ""))
        for words in (": sound\n", ACCOUNT, KEY_ID, "portal", "uploads",
                      "object-read-write", "web", "public/", "audit.jsonl"):
            assert words in done.stdout.decode(), words
        assert SECRET.encode() not in done.stdout
        assert not os.path.exists(place.log), "check made the audit log"
        place.write("mintage.conf", CONFIG.replace("public/", "public"))
        done = place.run("check")
        same(done.returncode, 0)
        assert done.said.startswith(f"{place.config}:15: warning: "), done.said
        assert ", 1 warning\n" in done.stdout.decode(), done.stdout


@case("check: a log or a template that can't be used is a failure")
def _():
    with Place(CONFIG.replace("audit.jsonl", "none/audit.jsonl")) as place:
        place.refused("check", says="none/audit.jsonl")
    with Place(CONFIG.replace("audit.jsonl", "/proc/self")) as place:
        place.refused("check", says="/proc/self")
    with Place(CONFIG.replace("= none", "= .")) as place:
        place.write("json.tmpl", "\n\n{{kye}}\n")
        place.refused("check", says=["json.tmpl:3: ", "'kye'"])
        place.refused("mint", "--bucket=downloads", READ, says="json.tmpl")


if __name__ == "__main__":
    main(runs=30, words=2)
