#!/usr/bin/python3
"""rate and daily-entries where something fails: what can't be counted is not
issued, the log says why, and it heals when the reason is gone."""
import contextlib
import fcntl
import html
import os
import shutil
import signal
import subprocess
import sys
import time

sys.path.insert(1, sys.path[0] + "/../lib")
from harness import case, equal, main, need, until
from disks import fill, small_disk, unfill
from limited import Limited, asking, keys, limits_of
import preload
import wire

LOCK = "limits.lock"


@contextlib.contextmanager
def responding(site):
    with wire.Responder(site) as responder:
        open(responder.log, "w").close()
        yield responder


def ask(site, responder, caller="bulk", **more):
    return responder.ask(*asking(site, caller, **more))


def refused(site, responder, why, caller="bulk"):
    """Nothing is issued, by FastCGI or CGI; the log says why, and once."""
    before = len(site.audit_lines())
    for _ in range(3):
        answer = ask(site, responder, caller)
        equal(answer.status, 503, answer.text)
        error, = answer.errors
        equal(error["code"], 10043)
        need("can't be counted now" in error["message"], answer.text)
        need(site.folder not in answer.text, answer.text)
        equal(answer.headers["Retry-After"], "30")
        need("RateLimit" not in answer.headers, answer.headers)
        need("RateLimit-Policy" in answer.headers, answer.headers)
    said = [line for line in responder.errors.splitlines() if why in line]
    equal(len(said), 1, responder.errors)
    need(f"[caller {caller}]" in said[0] and "state-dir" in said[0], said)
    equal(wire.run_cgi(site, *asking(site, caller)).status, 503)
    equal(responder.errors.count(why), 2, responder.errors)
    lines = site.audit_lines()[before:]
    equal({line["event"] for line in lines}, {"refused"})
    equal(len(lines), 4)
    # The page is there, and says so. Who has no limits does not notice.
    page = responder.ask(wire.environment(
        "GET", "/", HTTPS="on", HTTP_ACCEPT="text/html",
        token=site.settings.tokens[caller]))
    equal(page.status, 200)
    need("can't be counted now" in html.unescape(page.text), page.text)
    equal(ask(site, responder, "drop", fields={
        **keys(1, "incoming/"), "bucket": "portal-uploads",
        "permission": "object-write-only"}).status, 200)
    open(responder.log, "w").close()


@case("a state-dir that is gone: 503, and what was counted is there after it")
def _(site):
    site.forget()
    with responding(site) as responder:
        equal(ask(site, responder).status, 200)
        os.rename(site.state, site.state + ".away")
        refused(site, responder, "No such file")
        os.rename(site.state + ".away", site.state)
        equal(limits_of(ask(site, responder))["rate"][2], 8)


@case("a file that is damaged, cut, emptied or anybody's: 503")
def _(site):
    site.forget()
    path = site.file_of("bulk")
    with responding(site) as responder:
        equal(ask(site, responder).status, 200)
        shutil.copyfile(path, path + ".good")
        size = os.path.getsize(path)

        def mend():
            with contextlib.suppress(FileNotFoundError):
                os.unlink(path)
            shutil.copy(path + ".good", path)
            os.chmod(path, 0o600)
            equal(limits_of(ask(site, responder))["rate"][2], 8)
        for damage in ("flipped", "short", "long", "empty", "half", "zeros"):
            with open(path, "r+b") as file:
                if damage == "flipped":
                    file.seek(1000)
                    byte = file.read(1)[0]
                    file.seek(1000)
                    file.write(bytes([byte ^ 1]))
                elif damage == "zeros":
                    file.write(bytes(size))
                else:
                    file.truncate({"short": size - 1, "empty": 0,
                                   "long": size + 1, "half": size // 2}[damage])
            refused(site, responder, "it is damaged")
            mend()
        # Another caller's file is not this one's.
        equal(ask(site, responder, "web").status, 200)
        shutil.copy(site.file_of("web"), path)
        refused(site, responder, "it is damaged")
        mend()
        for put, why in ((0o660, "not a plain file"),
                         (0o606, "not a plain file"), (None, "symbolic link")):
            os.unlink(path)
            if put is None:
                os.symlink(path + ".good", path)
            else:
                shutil.copy(path + ".good", path)
                os.chmod(path, put)
            refused(site, responder, why)
            mend()
        if os.geteuid() == 0:
            os.chown(path, 65534, 65534)
            refused(site, responder, "not a plain file")
            mend()


@case("a process that was stopped keeps the lock: 503 soon; killed: 200")
def _(site):
    site.forget()
    with responding(site) as responder:
        equal(ask(site, responder).status, 200)
        holder = subprocess.Popen(
            [sys.executable, "-c", "import fcntl,sys,time\n"
             "f=open(sys.argv[1],'rb'); fcntl.flock(f, fcntl.LOCK_EX)\n"
             "print('has it', flush=True); time.sleep(600)",
             site.file_of("bulk")], stdout=subprocess.PIPE)
        try:
            holder.stdout.readline()
            holder.send_signal(signal.SIGSTOP)
            begin = time.monotonic()
            refused(site, responder, "keeps its lock")
            need(time.monotonic() - begin < 20, "it took too long")
            equal(ask(site, responder, "web").status, 200)
        finally:
            holder.kill()
            holder.wait()
            holder.stdout.close()
        equal(limits_of(ask(site, responder))["rate"][2], 8)


@case("killed again and again while it counts: never one too many")
def _(site):
    site.forget()
    received = 0
    with site.changed("caller bulk", rate="200/day"):
        for _ in range(12):
            with wire.Responder(site) as responder:
                for _ in range(5):
                    received += ask(site, responder).status == 200
                exchange = responder.open(asking(site, "bulk")[0])
                exchange.send(asking(site, "bulk")[1])
                exchange.send(b"")
                responder.process.kill()
                responder.ended()
                output = exchange.connection.read()
                received += output.startswith(b"Status: 200")
                exchange.close()
        with wire.Responder(site) as responder:
            left = limits_of(ask(site, responder))["rate"][2]
        need(received + 1 <= 200 - left <= received + 13, (received, left))


@case("a full disk: 503, what was counted stays counted, and it heals")
def _(site):
    with small_disk(site, 1 << 20) as disk, \
            site.changed("mintage", state_dir=disk):
        with responding(site) as responder:
            fill(disk)
            answer = ask(site, responder)
            equal(answer.status, 503)
            need("be counted" in answer.text, answer.text)
            until(lambda: "No space" in responder.errors, "a line", 10)
            equal([name for name in os.listdir(disk) if "limits" in name
                   and name != LOCK], [])
            unfill(disk)
            equal(limits_of(ask(site, responder))["rate"][2], 9)
            # Its place is there; that of another caller is not.
            fill(disk)
            equal(limits_of(ask(site, responder))["rate"][2], 8)
            equal(ask(site, responder, "web").status, 503)
            unfill(disk)
            equal(ask(site, responder, "web").status, 200)
            equal(limits_of(ask(site, responder))["rate"][2], 7)


@case("making the file waits for whoever makes another, and not for ever")
def _(site):
    site.forget()
    with responding(site) as responder:
        with open(os.path.join(site.state, LOCK), "ab") as keeper:
            fcntl.flock(keeper, fcntl.LOCK_EX)
            os.chmod(keeper.name, 0o600)
            equal(ask(site, responder).status, 503)
            until(lambda: "keeps its lock" in responder.errors, "a line", 10)
        equal(limits_of(ask(site, responder))["rate"][2], 9)


@case("a clock that is stepped, forward or back, changes nothing")
def _(site):
    site.forget()
    step = os.path.join(site.folder, "step")

    def stepped(seconds):
        with open(step, "w", encoding="utf-8") as file:
            file.write(str(seconds))
    stepped(0)
    with preload.failing(site.environment(), clock="@" + step) as environment, \
            wire.Process([wire.RESPONDER, "--config=" + site.settings.path],
                         site.folder, environment=environment,
                         log=os.path.join(site.folder, "wire.log")) as process:
        def once():
            with process.connect() as connection:
                connection.ask(*asking(site, "bulk"))
                return wire.parse(connection.read())
        for number, seconds in enumerate((0, 86400, 10 * 86400, -86400, 3600,
                                          0, -3600, 0, 7200, 1)):
            stepped(seconds)
            equal(limits_of(once())["rate"][2], 9 - number)
        for seconds in (0, 86400, -86400):
            stepped(seconds)
            equal(once().status, 429)


if __name__ == "__main__":
    main(lambda: Limited(processes=1))
