#!/usr/bin/python3
"""`mintage check`: faults of the configuration are named with their line."""
import json
import os
import sys

sys.path.insert(1, sys.path[0] + "/../lib")
from harness import case
from place import ACCOUNT, CONFIG, HOST, KEY_ID, Place, READ, SECRET, main, same


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


@case("check names no file or folder that isn't there as if it were")
def _():
    def summary(place):
        done = place.run("check")
        same(done.returncode, 0, done.said)
        return {line[2:15].strip(): line[16:]
                for line in done.stdout.decode().splitlines()[1:7]}

    with Place() as place:
        told = summary(place)
        same(told["audit log"], place.log + " (not there yet)")
        same(told["templates"], "built in, because there is no " +
             place.path("none"))
        place.write("audit.jsonl", "")
        os.mkdir(place.path("none"))
        told = summary(place)
        same((told["audit log"], told["templates"]),
             (place.log, place.path("none")))
    with Place(CONFIG.replace("templates = none\n", "")) as place:
        told = summary(place)
        assert told["templates"] == "built in" or \
            os.path.isdir(told["templates"]), told
    with Place(CONFIG.replace("audit.jsonl", "none/audit.jsonl")) as place:
        place.refused("check", says="none/audit.jsonl can't be made")
        os.symlink("loop", place.path("none"))
        os.symlink("none", place.path("loop"))
        place.refused("check", says="none/audit.jsonl can't be opened")
    with Place(CONFIG.replace("audit.jsonl", "portal.secret/a.jsonl")) as place:
        place.refused("check", says="portal.secret/a.jsonl can't be opened")


@case("check --json: one object, sound or not, without a secret")
def _():
    with Place(CONFIG.replace("public/", "public")) as place:
        done = place.run("check", "--json")
        same(done.returncode, 0, done.said)
        told = json.loads(done.stdout)
        [caller] = told.pop("callers")
        same((caller["name"], caller["prefixes"], caller["line"]),
             ("web", ["public"], 15))
        [warning] = told.pop("warnings")
        assert warning.startswith(f"{place.config}:15: "), warning
        same(told, {
            "sound": True, "configuration": place.config, "problems": [],
            "auditLog": place.log, "auditLogExists": False, "auditSync": False,
            "templates": None, "maxBody": 128 << 20, "maxEntries": 1000000,
            "requireHttps": True, "sandbox": True,
            "sandboxLacks": told["sandboxLacks"],
            "strictModes": True, "formats": [],
            "strangerRate": None, "stateDir": None, "sharesDir": None,
            "publicUrl": None,
            "maxLinkAgeSeconds": 10 * 365 * 86400,
            "downloads": [], "domains": [],
            "accounts": [{"name": "main", "id": ACCOUNT, "line": 5,
                          "endpoint": f"https://{HOST}"}],
            "parents": [{"name": "portal", "account": "main",
                         "accessKeyId": KEY_ID,
                         "permission": "object-read-write",
                         "buckets": ["uploads", "downloads"],
                         "signer": "local", "line": 8}]})
        assert SECRET.encode() not in done.stdout
        place.write("mintage.conf", CONFIG + "nonsense\n")
        done = place.run("check", "--json")
        same(done.returncode, 1)
        told = json.loads(done.stdout)
        same((told["sound"], told["warnings"], len(told["problems"])),
             (False, [], 1))
        assert told["problems"][0].startswith(f"{place.config}:21: "), told
        place.write("mintage.conf", CONFIG.replace("= none", "= ."))
        place.write("json.tmpl", "\n\n{{kye}}\n")
        place.write("audit.jsonl", "", 0o400)
        told = json.loads(place.run("check", "--json").stdout)
        assert any("json.tmpl:3: " in each for each in told["problems"]), told
        place.refused("check", "--json", "x", status=2)
        place.write("json.tmpl", "")
        place.write("list.tmpl", "{{! format: type=text/x-list escape=line "
                    "for=links }}\n")
        told = json.loads(place.run("check", "--json").stdout)
        same(told["formats"], [
            {"name": "list", "type": "text/x-list", "credentials": False,
             "links": True, "byAccept": False, "oneEntry": False}])


@case("check --json: the rates of strangers and callers, as they are written")
def _():
    rates = "rate = 100/h\ndaily-entries = 5000\n"
    with Place(CONFIG.replace("[mintage]", "[mintage]\nstranger-rate = 3/h\n"
                              "state-dir = state") + rates) as place:
        os.mkdir(place.path("state"), 0o700)
        done = place.run("check", "--json")
        same(done.returncode, 0, done.said)
        told = json.loads(done.stdout)
        same(told["strangerRate"], "3/h")
        [caller] = told["callers"]
        same((caller["rate"], caller["dailyEntries"]), ("100/h", 5000))
        place.write("mintage.conf", CONFIG)
        [caller] = json.loads(place.run("check", "--json").stdout)["callers"]
        same((caller["rate"], caller["dailyEntries"]), (None, None))


@case("check as a web server's program: secrets below its pages are refused")
def _():
    with Place() as place:
        for name in ("DOCUMENT_ROOT", "CONTEXT_DOCUMENT_ROOT"):
            below = {**place.environment(), name: place.folder}
            place.refused("check", environment=below,
                          says=f"inside the document root, {place.folder},")
            apart = {**place.environment(), name: place.path("pages")}
            same(place.run("check", environment=apart).returncode, 0)


@case("check: options that don't go with each other are named")
def _():
    with Place() as place:
        for more in (["--online"], ["--config", place.config]):
            place.refused("check", "--url=https://h/", *more, status=2,
                          says="goes without --config and --online")
        for more in ("--token-file=x", "--ca-file=x"):
            place.refused("check", more, status=2, says="go with --url")
        place.refused("check", "--url=ftp://h/", status=2,
                      says="write https://")


if __name__ == "__main__":
    main(runs=30, words=2)
