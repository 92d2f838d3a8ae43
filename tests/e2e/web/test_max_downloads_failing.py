#!/usr/bin/python3
"""max-downloads where something fails: what can't be counted or recorded is
neither handed out nor counted, and the log says why."""
import contextlib
import fcntl
import os
import shutil
import signal
import sys
import time

sys.path.insert(1, sys.path[0] + "/../lib")
from harness import case, equal, main, need
from counted import Counted, key_of, values
from disks import fill, small_disk, unfill
import wire

COUNTS, LOCK = "counts.1", "counts.lock"


def ask(responder, link, agent="curl/8", method="GET"):
    answer = responder.ask(values(link, agent, method=method))
    equal("Location" in answer.headers, answer.status == 302)
    return answer.status


def refused(site, responder, link, why):
    """Neither GET nor HEAD is answered, by FastCGI or CGI, and the log says
    why, and once."""
    for method in ("GET", "HEAD", "GET"):
        answer = responder.ask(values(link, "new", method=method))
        equal(answer.status, 503)
        if method == "GET":
            error, = answer.errors
            equal(error["code"], 10043)
            need("can't be counted now" in error["message"], answer.text)
            need(site.folder not in answer.text, answer.text)
        equal(answer.headers["Retry-After"], "30")
    said = [line for line in responder.errors.splitlines() if why in line]
    equal(len(said), 1, responder.errors)
    need(site.state in said[0], said[0])
    equal(wire.run_cgi(site, values(link, "new")).status, 503)
    need(responder.errors.count(why) == 2, responder.errors)
    open(responder.log, "w").close()
    equal(len(site.redirects(key_of(link))), 0, "lines")


@contextlib.contextmanager
def responding(site):
    with wire.Responder(site) as responder:
        open(responder.log, "w").close()
        yield responder


@case("what was counted is counted after a restart, and after a kill")
def _(site):
    link = site.signed()
    for number, number_of_signal in enumerate((signal.SIGTERM, signal.SIGKILL,
                                               signal.SIGTERM)):
        with responding(site) as responder:
            equal(ask(responder, link, f"a/{number}"), 302)
            responder.send_signal(number_of_signal)
            responder.ended()
    with responding(site) as responder:
        equal(ask(responder, link, "a/3"), 410)
        responder.send_signal(signal.SIGHUP)
        equal(ask(responder, link, "a/3"), 410)
        equal(ask(responder, link, "a/1"), 302)


@case("a state-dir that is gone: 503, and 302 when it is there again")
def _(site):
    with responding(site) as responder:
        equal(ask(responder, site.signed()), 302)
        os.rename(site.state, site.state + ".away")
        link = site.signed()
        refused(site, responder, link, "No such file")
        os.rename(site.state + ".away", site.state)
        equal(ask(responder, link), 302)


@case("a file that is damaged, cut, emptied or somebody else's: 503")
def _(site):
    path = os.path.join(site.state, COUNTS)
    with responding(site) as responder:
        used = site.signed()
        for number in range(3):
            equal(ask(responder, used, f"b/{number}"), 302)
        link = site.signed()
        shutil.copyfile(path, path + ".good")
        size = os.path.getsize(path)
        for damage in ("damaged", "short", "empty", "other", "half"):
            with open(path, "r+b") as file:
                if damage == "damaged":
                    file.write(os.urandom(size))
                else:
                    file.truncate({"short": size - 1, "empty": 0,
                                   "half": size // 2,
                                   "other": 0}[damage])
                    if damage == "other":
                        file.write(b"[mintage]\n" * 100)
            refused(site, responder, link, "it is damaged")
            equal(ask(responder, used, "b/3"), 503)
            os.replace(path, path + ".bad")
            shutil.copy(path + ".good", path)
            os.chmod(path, 0o600)
            equal(ask(responder, used, "b/3"), 410)
        for name in (COUNTS, LOCK):
            path = os.path.join(site.state, name)
            for put, why in ((0o660, "not a plain file"),
                             (0o606, "not a plain file"),
                             (None, "symbolic link")):
                os.replace(path, path + ".away")
                if put is None:
                    os.symlink(path + ".away", path)
                else:
                    with open(path, "w", encoding="utf-8"):
                        os.chmod(path, put)
                refused(site, responder, link, why)
                os.replace(path + ".away", path)
                equal(ask(responder, used, "b/3"), 410)
        equal(ask(responder, link, "b/3"), 302)
        equal(ask(responder, used, "b/3"), 410)


@case("a process that was stopped keeps the lock: 503 soon, and no hang")
def _(site):
    with responding(site) as responder:
        equal(ask(responder, site.signed()), 302)
        link = site.signed()
        with open(os.path.join(site.state, LOCK), "rb") as keeper:
            fcntl.flock(keeper, fcntl.LOCK_EX)
            begin = time.monotonic()
            refused(site, responder, link, "keeps its lock")
            need(time.monotonic() - begin < 20, "it took too long")
            # What is not counted does not wait for it.
            equal(responder.ask(wire.environment("GET", "/healthz")).status,
                  200)
        equal(ask(responder, link), 302)


@case("a download that can't be recorded is not counted")
def _(site):
    log = os.path.join(site.folder, "log", "other.jsonl")
    with site.changed("mintage", audit_log=log), \
            responding(site) as responder:
        link = site.signed()
        equal(ask(responder, link, "c/0"), 302)
        with open(log, encoding="utf-8") as keeper:
            fcntl.flock(keeper, fcntl.LOCK_EX)
            for number in range(5):
                equal(ask(responder, link, f"c/{number}"), 503)
                equal(ask(responder, link, f"c/{number}", "HEAD"), 503)
        equal([ask(responder, link, f"c/{number}") for number in range(6)],
              [302, 302, 302, 410, 410, 410])


@case("a full disk: 503, what was counted stays counted, and it heals")
def _(site):
    with small_disk(site, 1 << 20) as disk, \
            site.changed("mintage", state_dir=disk):
        used = site.signed()
        with responding(site) as responder:
            fill(disk)
            equal(ask(responder, used), 503)
            equal(os.path.exists(os.path.join(disk, COUNTS)), False)
            unfill(disk)
            for number in range(3):
                equal(ask(responder, used, f"d/{number}"), 302)
            fill(disk)
            # Its places are there; a larger file is not.
            found = set()
            for _ in range(3000):
                found.add(ask(responder, site.signed()))
                if 503 in found:
                    break
            equal(found, {302, 503})
            need("No space" in responder.errors, responder.errors)
            equal(os.path.exists(os.path.join(disk, COUNTS + ".new")), False)
            equal(ask(responder, used, "d/3"), 410)
            unfill(disk)
            for _ in range(300):
                equal(ask(responder, site.signed()), 302)
            equal(ask(responder, used, "d/3"), 410)


if __name__ == "__main__":
    main(Counted)
