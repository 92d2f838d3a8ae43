#!/usr/bin/python3
"""`mintage caller`: the section and the token of a new caller go two ways."""
import base64
import hashlib
import json
import os
import pty
import re
import shutil
import stat
import subprocess
import sys

sys.path.insert(1, sys.path[0] + "/../lib")
from harness import MINTAGE, Skip, case
from place import CONFIG, Place, main, same, secrets

TOKEN = re.compile(r"(?m)^[A-Za-z0-9_-]{43}$")


def token_in(text):
    """The one token in a text. It is looked for among the secrets later."""
    [token] = TOKEN.findall(text)
    secrets.add(token)
    same(len(base64.urlsafe_b64decode(token + "=")), 32)
    return token


def add(place, *arguments, **more):
    """Run `caller add`. The token is taken out of what it said."""
    done = place.run("caller", "add", *arguments, **more)
    done.tokens = TOKEN.findall(done.said)
    for token in done.tokens:
        secrets.add(token)
        place.forget(token)
    return done


def digest(token):
    return hashlib.sha256(token.encode()).hexdigest()


def read(path):
    with open(path, encoding="utf-8") as file:
        return file.read()


def shell(place, command, **more):
    return subprocess.run(
        ["sh", "-c", command.replace("mintage ", MINTAGE + " ", 1)],
        capture_output=True, text=True, check=False, cwd=place.folder,
        env=place.environment(), start_new_session=True, timeout=60, **more)


@case("caller add: the section to standard output, the token to standard error")
def _():
    with Place() as place:
        before = read(place.config)
        for name in ("portal-2", "a_b.C"):
            done = add(place, name)
            same(done.returncode, 0, done.said)
            [token] = done.tokens
            assert name in done.said
            section = done.stdout.decode()
            same(section.splitlines()[:2],
                 [f"[caller {name}]", f"bearer-sha256 = {digest(token)}"])
            same(TOKEN.findall(section), [])
            same(read(place.config), before)


@case("caller add >> mintage.conf: the file is sound, and holds no token")
def _():
    for end in ("\n", "", "\n\n", "\r\n", "\n; a comment", "\n[caller x]\n"
                "remote-user = x"):
        with Place(CONFIG.rstrip("\n") + end) as place:
            for name in ("one", "two"):
                done = shell(place,
                             f"mintage caller add {name} >> mintage.conf")
                same(done.returncode, 0, done.stderr)
                token = token_in(done.stderr)
                text = read(place.config)
                assert token not in text and digest(token) in text
                assert f"\n\n[caller {name}]\n" in text, text[-300:]
            done = place.run("check")
            same(done.returncode, 0, done.said)
            for name in ("web", "one", "two"):
                assert f"caller {name}\n" in done.stdout.decode()


@case("caller add: the token never goes where the section goes")
def _():
    with Place() as place:
        for command in ("mintage caller add new >> mintage.conf 2>&1",
                        "mintage caller add new 2>&1 | cat >> mintage.conf",
                        "mintage caller add new --append 2>> mintage.conf",
                        "mintage caller add new 2>/dev/null",
                        "mintage caller add new 2>&-"):
            done = shell(place, command)
            text = read(place.config)
            same(TOKEN.findall(text + done.stdout + done.stderr), [], command)
            assert "[caller new]" not in text, command
            if "| cat" not in command:
                same(done.returncode, 1, command)
            # What was said is in the file as a comment.
            same(place.run("check").returncode, 0, command)
        done = shell(place, "mintage caller add new --append 2>&1")
        same(done.returncode, 0, "nothing but the token goes there")
        assert digest(token_in(done.stdout)) in read(place.config)


def at_terminal(place, command):
    """Run a shell command at a terminal. Returns what the terminal showed."""
    child, terminal = pty.fork()
    if child == 0:
        os.chdir(place.folder)
        os.execve("/bin/sh", ["sh", "-c", command.replace(
            "mintage ", MINTAGE + " ", 1)], place.environment())
    shown = b""
    try:
        while piece := os.read(terminal, 4096):
            shown += piece
    except OSError:  # the end of a terminal
        pass
    os.close(terminal)
    same(os.waitpid(child, 0)[1], 0, shown)
    return shown.decode().replace("\r\n", "\n")


@case("caller add at a terminal: the token is shown there, whatever is sent on")
def _():
    with Place() as place:
        shown = at_terminal(place, "mintage caller add t0")
        assert shown.startswith("[caller t0]\n"), shown
        assert digest(token_in(shown)) in shown
        for name, redirected in (("t1", ">> mintage.conf 2>&1"),
                                 ("t2", ">> mintage.conf 2>/dev/null"),
                                 ("t3", "--append 2>> mintage.conf"),
                                 ("t4", ">> mintage.conf")):
            shown = at_terminal(place,
                                f"mintage caller add {name} {redirected}")
            token = token_in(shown)
            text = read(place.config)
            assert token not in text and digest(token) in text, text[-300:]
            same(place.run("check").returncode, 0)


@case("caller add --append: a whole file of the same owner and mode")
def _():
    for end in ("\n", "", "\n\n"):
        with Place(CONFIG.rstrip("\n") + end) as place:
            os.chmod(place.config, 0o640)
            if os.geteuid() == 0:
                os.chown(place.config, 0, 12)
            before, old = read(place.config), os.stat(place.config)
            done = add(place, "new", "--append")
            same((done.returncode, done.stdout), (0, b""), done.said)
            assert "SIGHUP" in done.said, done.said
            text = read(place.config)
            assert text.startswith(before), text
            same(text[len(before):].lstrip("\n").splitlines()[:2],
                 ["[caller new]", f"bearer-sha256 = {digest(done.tokens[0])}"])
            assert "\n\n[caller new]" in text and "\n\n\n\n" not in text
            found = os.stat(place.config)
            same((stat.S_IMODE(found.st_mode), found.st_uid, found.st_gid),
                 (0o640, old.st_uid, old.st_gid))
            same(sorted(os.listdir(place.folder)),
                 ["mintage.conf", "other.secret", "portal.secret"])
            same(place.run("check").returncode, 0)


@case("caller add --append: a symbolic link stays one")
def _():
    with Place() as place:
        os.mkdir(place.path("real"))
        os.rename(place.config, place.path("real/other.conf"))
        os.symlink("real/other.conf", place.config)
        same(add(place, "new", "--append").returncode, 0)
        assert os.path.islink(place.config)
        assert "[caller new]" in read(place.path("real/other.conf"))
        same(os.listdir(place.path("real")), ["other.conf"])


@case("caller add: what would break the configuration is refused")
def _():
    with Place(CONFIG + "\n[caller here]\nanonymous = yes\n"
               "[caller ann]\nremote-user = ann\n") as place:
        before, inode = read(place.config), os.stat(place.config).st_ino
        for arguments, says in (
                (["web"], "[caller web] is given twice, first in line 15"),
                (["x", "--anonymous"], "[caller here]"),
                (["x", "--remote-user=ann"], "[caller ann]")):
            for append in ([], ["--append"]):
                place.refused("caller", "add", *arguments, *append,
                              says=[place.config, says])
        same((read(place.config), os.stat(place.config).st_ino),
             (before, inode))
        place.write("mintage.conf", "nonsense\n")
        place.refused("caller", "add", "x", "--append",
                      says=place.config + ":1: ")
        done = add(place, "x")
        same((done.returncode, len(done.tokens)), (0, 1))
        assert "warning" in done.said, done.said
        nowhere = dict(os.environ, MINTAGE_CONFIG="/nowhere/mintage.conf")
        place.refused("caller", "add", "x", "--append", environment=nowhere,
                      says="/nowhere/mintage.conf")
        done = add(place, "x", environment=nowhere)
        same(done.returncode, 0)
        assert "warning" not in done.said, done.said


@case("caller add: without a token, and wrong usage")
def _():
    with Place() as place:
        done = add(place, "--remote-user=ann b", "ann")
        same((done.returncode, done.said, done.tokens), (0, "", []))
        same(done.stdout.decode().splitlines()[:2],
             ["[caller ann]", "remote-user = ann b"])
        done = add(place, "here", "--anonymous", "--append")
        same((done.returncode, done.stdout, done.tokens), (0, b"", []))
        assert "[caller here]\nanonymous = yes\n" in read(place.config)
        for name in ("", "a b", "a]", "ä", "a\nb", 64 * "a", "owner"):
            place.refused("caller", "add", name, status=2)
        place.refused("caller", "add", "x", "--anonymous", "--remote-user=y",
                      status=2)
        for user in ("", "a\nb", " a", "a ;b"):
            place.refused("caller", "add", "x", "--remote-user", user, status=2)


@case("caller add: no token is shown for a section that was not written")
def _():
    with Place() as place:
        done = shell(place, "mintage caller add x > /dev/full")
        same((done.returncode, TOKEN.findall(done.stderr)), (1, []))


MORE = """
; people, in the order they came

; ann has a laptop
[caller ann]
remote-user = ann
parents = portal
buckets = uploads
permissions = object-write-only
  object-read-only
prefixes = users/{user}/ *
max-ttl = 60
; max-entries = 5

; this machine
[caller here]
anonymous = yes
"""


@case("caller list: who, how recognised, what each may have; no hash")
def _():
    with Place(CONFIG + MORE) as place:
        done = place.run("caller", "list")
        same((done.returncode, done.said), (0, ""))
        text = done.stdout.decode()
        for words in ("caller web\n", "bearer token", "public/",
                      "caller ann\n", "users/{user}/ *", "object-read-only "
                      "object-write-only", "being on this machine"):
            assert words in text, text
        assert digest("a caller")[8:] not in text
        done = place.run("caller", "list", "--json")
        same((done.returncode, done.said), (0, ""))
        same(json.loads(done.stdout), {"callers": [
            {"name": "web", "recognisedBy": "bearer",
             "bearerSha256Begin": digest("a caller")[:8], "remoteUser": None,
             "parents": ["portal"], "buckets": ["downloads"],
             "permissions": ["object-read-only"], "prefixes": ["public/"],
             "wholeBucket": False, "maxTtlSeconds": 900,
             "maxLinkAgeSeconds": 900, "maxEntries": 1000000, "rate": None,
             "dailyEntries": None, "line": 15},
            {"name": "ann", "recognisedBy": "remote-user",
             "bearerSha256Begin": None, "remoteUser": "ann",
             "parents": ["portal"], "buckets": ["uploads"],
             "permissions": ["object-read-only", "object-write-only"],
             "prefixes": ["users/{user}/", "*"], "wholeBucket": False,
             "maxTtlSeconds": 60, "maxLinkAgeSeconds": 60,
             "maxEntries": 1000000, "rate": None,
             "dailyEntries": None, "line": 25},
            {"name": "here", "recognisedBy": "anonymous",
             "bearerSha256Begin": None, "remoteUser": None, "parents": [],
             "buckets": [], "permissions": [], "prefixes": [],
             "wholeBucket": False, "maxTtlSeconds": 900,
             "maxLinkAgeSeconds": 900, "maxEntries": 1000000, "rate": None,
             "dailyEntries": None, "line": 36}]})
        place.write("mintage.conf", "nonsense\n")
        place.refused("caller", "list", says=place.config + ":1: ")


@case("caller remove: exactly that section, and >> brings it back")
def _():
    with Place(CONFIG + MORE) as place:
        os.chmod(place.config, 0o640)
        before = read(place.config)
        begin, end = before.index("; ann has"), before.index("; this machine")
        done = place.run("caller", "remove", "ann")
        same((done.returncode, done.stdout.decode()),
             (0, before[begin:end - 1]), done.said)
        assert "SIGHUP" in done.said, done.said
        same(read(place.config), before[:begin] + before[end:])
        same(stat.S_IMODE(os.stat(place.config).st_mode), 0o640)
        same(place.run("check").returncode, 0)
        with open(place.config, "ab") as file:
            file.write(b"\n" + done.stdout)
        assert b"caller ann\n" in place.run("caller", "list").stdout
        same(place.run("caller", "remove", "here").returncode, 0)
        same(place.run("caller", "remove", "ann").returncode, 0)
        same(place.run("caller", "remove", "web").returncode, 0)
        left = CONFIG[:CONFIG.index("\n[caller web]")]
        same(read(place.config),
             left + "\n; people, in the order they came\n")


@case("caller remove: a section whose last line has no end is printed with one")
def _():
    with Place(CONFIG.rstrip("\n")) as place:
        done = place.run("caller", "remove", "web")
        section = CONFIG[CONFIG.index("[caller web]"):]
        same((done.returncode, done.stdout.decode()), (0, section), done.said)
        same(read(place.config), CONFIG[:CONFIG.index("\n[caller web]")])


@case("caller remove: an unknown name and a broken file change nothing")
def _():
    with Place() as place:
        inode = os.stat(place.config).st_ino
        place.refused("caller", "remove", "webb", says="did you mean 'web'")
        place.refused("caller", "remove", "zzzzzz", says="caller list")
        place.refused("caller", "remove", "portal", says="no [caller portal]")
        place.refused("caller", "remove", status=2, says="CALLER")
        same(os.stat(place.config).st_ino, inode)
        place.write("mintage.conf", CONFIG + "nonsense\n")
        place.refused("caller", "remove", "web", says=place.config + ":21: ")
        same(read(place.config), CONFIG + "nonsense\n")


@case("caller add --append: many at a time, and none is lost")
def _():
    with Place() as place:
        runs = [subprocess.Popen([MINTAGE, "caller", "add", f"c{number}",
                                  "--append"], env=place.environment(),
                                 stderr=subprocess.PIPE)
                for number in range(8)]
        for run in runs:
            token_in(run.communicate(timeout=60)[1].decode())
            same(run.returncode, 0)
        text = place.run("caller", "list").stdout.decode()
        for number in range(8):
            assert f"caller c{number}\n" in text, text


@case("caller add --append: a file whose owner can't be kept is left alone")
def _():
    if os.geteuid() != 0:
        raise Skip("only root can give a file to someone else")
    with Place() as place:
        change_as_another_user(place)


def change_as_another_user(place):
    """As another user, who may write the file but not keep its owner. That
    user may not enter the source when it lies in a home of mode 0700."""
    os.chmod(place.folder, 0o777)
    shutil.copy(MINTAGE, place.path("program"))
    os.chmod(place.path("portal.secret"), 0o640)
    os.chown(place.path("portal.secret"), 0, 65534)
    os.chown(place.config, 0, 65534)
    os.chmod(place.config, 0o664)
    done = subprocess.run(
        [place.path("program"), "caller", "add", "x", "--append"],
        capture_output=True,
        env=place.environment(), user=65534, group=65534, extra_groups=[],
        check=False, cwd=place.folder)
    text = done.stderr.decode()
    same(done.returncode, 1, text)
    assert "owner and mode" in text, text
    same((TOKEN.findall(text), read(place.config)), ([], CONFIG))
    same(sorted(os.listdir(place.folder)),
         ["mintage.conf", "other.secret", "portal.secret", "program"])


if __name__ == "__main__":
    main(runs=50, words=10)
