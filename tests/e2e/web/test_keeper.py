#!/usr/bin/python3
"""The keeper, which opens for a worker what that can't open any more."""
import contextlib
import os
import secrets
import signal
import sys

sys.path.insert(1, sys.path[0] + "/../lib")
from bench import answer_of, ask, bench, health, main, recorded, reload
from harness import case, children, equal, need, process_status, until
from wire import environment


def keeper_of(process):
    """The process id of a responder's keeper."""
    def look():
        return [pid for pid in children(process.pid)
                if process_status(pid).get("Name") == "mintage-keeper"]
    until(look, "its keeper has its name")
    found = look()
    equal(len(found), 1, "keepers")
    return found[0]


def runs(pid):
    return process_status(pid).get("State", "Z")[0] not in "ZX"


def files_of(pid):
    """Where the descriptors of a process lead."""
    folder = f"/proc/{pid}/fd"
    try:
        return {int(name): os.readlink(os.path.join(folder, name))
                for name in os.listdir(folder)}
    except PermissionError:
        return None


@contextlib.contextmanager
def changed(section, **changes):
    """For a while, a section of the settings has other keys."""
    before = bench.settings.sections.get(section)
    bench.settings.sections[section] = {
        **(before or {}),
        **{name.replace("_", "-"): value for name, value in changes.items()}}
    try:
        yield
    finally:
        if before is None:
            del bench.settings.sections[section]
        else:
            bench.settings.sections[section] = before


# What a reload opens ---------------------------------------------------------

@case("SIGHUP: a new secret, and one more file of it, in a confined worker")
def _():
    path = bench.variant("secrets")
    values, body = bench.single()
    with bench.start(path) as process:
        before = ask(process, values, body)
        equal(before.status, 200)
        reload(process)
        equal(ask(process, values, body).status, 200)
        name = os.path.join(bench.folder, "keys", "another.secret")
        with open(os.open(name, os.O_WRONLY | os.O_CREAT, 0o600), "w") as f:
            f.write(secrets.token_hex(32) + "\n")
        parent = next(section for section in bench.settings.sections
                      if section.startswith("parent"))
        with changed(parent, secret_access_key_file=name):
            bench.variant("secrets")
        reload(process)
        equal(ask(process, values, body).status, 200)
        os.chmod(name, 0o644)
        reload(process, "stays in force")
        need("another.secret: mode 0644 lets others read it"
             in process.errors, process.errors)
        os.unlink(name)
        reload(process, "stays in force")
        need("another.secret: can't be opened: No such file"
             in process.errors, process.errors)
        equal(ask(process, values, body).status, 200, "with the old one")


@case("SIGHUP: a new template, a broken one, and the compiled-in ones again")
def _():
    folder = os.path.join(bench.folder, "templates")
    os.mkdir(folder)
    own = os.path.join(folder, "error.tmpl")
    path = bench.variant("templated", templates=folder)
    with bench.start(path) as process:
        health(process)
        for text, words in (("new words\n", b"new words"),
                            ("{{nonsense", None), (None, b'"errors"')):
            if text:
                with open(own, "w") as f:
                    f.write(text)
            else:
                os.unlink(own)
            reload(process, "loaded anew" if words else "stays in force")
            answer = ask(process, environment("GET", "/no/such"))
            need((words or b"new words") in answer.body, answer.body)
        need("error.tmpl:1" in process.errors, process.errors)


@case("a reload that fails says what it says without a keeper")
def _():
    path = bench.variant("same")
    with bench.start(path) as process:
        health(process)
        for text in ("[mintage]\nno-such-key = 1\n", "[",
                     "[parent p]\nsecret-access-key-file = /no/such\n",
                     "[parent p]\nsecret-access-key-file = /etc/passwd\n",
                     None):
            if text is None:
                os.unlink(path)
            else:
                with open(path, "w") as f:
                    f.write(text)
            with bench.start(path) as other:
                equal(other.ended(), 1, "status")
                said = other.errors.split("]: ", 1)[1].split("\n")[0]
            reload(process, "stays in force")
            last = [line for line in process.errors.splitlines()
                    if "stays in force" not in line][-1]
            equal(last.split("]: ", 1)[1], said)
    bench.variant("same")


@case("200 reloads leave no descriptor open and no process behind")
def _():
    with bench.start(bench.variant("often")) as process:
        health(process)
        keeper = keeper_of(process)
        reload(process)
        before = files_of(process.pid), files_of(keeper)
        for _ in range(200):
            reload(process)
        equal((files_of(process.pid), files_of(keeper)), before, "files")
        equal(children(process.pid), [keeper], "children of the worker")
        equal(children(keeper), [], "children of the keeper")
        health(process)


# The keeper itself -----------------------------------------------------------

@case("a keeper has nothing open but its socket and stderr")
def _():
    with bench.start() as process:
        health(process)
        files = files_of(keeper_of(process))
        if files is None:
            return
        equal((files[0], files[1]), ("/dev/null", "/dev/null"))
        equal(files[2], process.log)
        need(files.pop(3).startswith("socket:"), files)
        equal(sorted(files), [0, 1, 2], "descriptors")


@case("a keeper that was killed: it is said, and the old stays in force")
def _():
    values, body = bench.single()
    with bench.start(bench.variant("killed")) as process:
        equal(ask(process, values, body).status, 200)
        os.kill(keeper_of(process), signal.SIGKILL)
        until(lambda: not children(process.pid), "no zombie is left")
        reload(process, "stays in force")
        need("the keeper, which opens the configuration for this process, "
             "failed: it has ended; restart" in process.errors,
             process.errors)
        equal(ask(process, values, body).status, 200)
        answer = ask(process, environment("GET", "/healthz"))
        equal(answer.status, 200)
        need(b"reload failed" in answer.body, answer.body)
        process.send_signal(signal.SIGTERM)
        equal(process.ended(), 0, "status")


@case("a log that was rotated is followed although the keeper is gone")
def _():
    values, body = bench.single()
    log = os.path.join(bench.folder, "log", "orphan.jsonl")
    with bench.start(bench.variant("orphan", audit_log=log)) as process:
        equal(ask(process, values, body).status, 200)
        os.kill(keeper_of(process), signal.SIGKILL)
        os.rename(log, log + ".1")
        reload(process, "stays in force")
        recorded(process, log, values, body)


@case("signals don't end a keeper; the end of its worker does, however")
def _():
    for number in (signal.SIGKILL, signal.SIGTERM, signal.SIGUSR1,
                   signal.SIGABRT):
        with bench.start() as process:
            health(process)
            keeper = keeper_of(process)
            for harmless in (signal.SIGTERM, signal.SIGHUP, signal.SIGINT,
                             signal.SIGQUIT, signal.SIGUSR1, signal.SIGPIPE,
                             signal.SIGALRM, signal.SIGUSR2):
                os.kill(keeper, harmless)
            reload(process)
            need(runs(keeper), "the keeper ended")
            process.send_signal(number)
            process.ended()
            if number in (signal.SIGTERM, signal.SIGUSR1):
                need(not runs(keeper), "the keeper outlived its worker")
            until(lambda: not runs(keeper), "the keeper ends")


@case("SIGTERM to the whole group: the request ends, and nothing is left")
def _():
    values, body = bench.batch(5000)
    with bench.start() as process, contextlib.ExitStack() as stack:
        health(process)
        keeper = keeper_of(process)
        connection = stack.enter_context(process.connect())
        connection.begin()
        connection.params(values)
        connection.body(body[:70000], end=False)
        for pid in (process.pid, keeper):
            os.kill(pid, signal.SIGTERM)
        connection.body(body[70000:])
        equal(answer_of(connection).tokens, 5000)
        equal(process.ended(), 0, "status")
        until(lambda: not runs(keeper), "the keeper ends")


@case("when the worker has ended, nobody holds its stderr or its socket")
def _():
    for number in (signal.SIGTERM, signal.SIGKILL):
        read, write = os.pipe()
        with bench.start(log=f"/dev/fd/{write}") as process:
            health(process)
            os.close(write)
            process.send_signal(number)
            process.ended()
            with open(read, "rb") as pipe:
                pipe.read()         # to its end
            process.listener.close()
            with contextlib.suppress(OSError):
                process.connect()
                raise AssertionError("somebody still listens")


@case("a configuration that can't be used leaves no keeper")
def _():
    with bench.start(bench.broken()) as process:
        equal(process.ended(), 1, "status")
        for name in os.listdir("/proc"):
            if name.isdigit() and process_status(name).get(
                    "Name") == "mintage-keeper":
                with open(f"/proc/{name}/cmdline", "rb") as f:
                    need(b"broken.conf" not in f.read(), "a keeper is left")


if __name__ == "__main__":
    main()
