#!/usr/bin/python3
"""The sandbox, tried from inside: the responder of inside.c is the real one,
with a path more that does what only somebody who took it over would do."""
import contextlib
import ctypes
import os
import shutil
import subprocess
import sys
import tempfile

sys.path.insert(1, sys.path[0] + "/../lib")
from bench import Answer, answer_of, ask, bench, main, recorded, reload
from harness import (BUILD, SANITIZED, Skip, case, equal, need,
                     process_status, until)
from preload import failing
import wire
from wire import environment

INSIDE = os.path.join(BUILD, "tests/e2e/web/inside")
DENIED = "Operation not permitted"      # by the filter
CLOSED = "Permission denied"            # by Landlock


def landlock():
    return ctypes.CDLL(None, use_errno=True).syscall(444, None, 0, 1)


def filters():
    """Whether the program was built with filters."""
    with open(os.path.join(BUILD, "lib/confine/filter_data.c")) as f:
        return "{ 0, 0 }" not in f.read()


def need_sandbox(files=True, calls=True):
    if SANITIZED:
        raise Skip("a program with sanitizers is not confined")
    if not os.access(INSIDE, os.X_OK):
        raise Skip(f"{INSIDE} is not built: make tests/e2e/web/inside")
    if files and landlock() < 1:
        raise Skip("this kernel has no Landlock")
    if calls and not filters():
        raise Skip("built without libseccomp")


class FastCGI:
    """A responder that answers many."""

    def __init__(self, config, variables=()):
        self.process = wire.Process(
            [INSIDE, "--config=" + config], bench.folder,
            environment=bench.environment(**dict(variables)))
        self.pid = self.process.process.pid

    def __enter__(self):
        self.process.__enter__()
        return self

    def __exit__(self, *how):
        return self.process.__exit__(*how)

    def attempt(self, word, path=""):
        values = environment("GET", "/inside/" + word, query="path=" + path)
        return ask(self.process, values).body.decode()


class CGI:
    """One process for each attempt."""

    def __init__(self, config, variables=()):
        self.config, self.variables = config, dict(variables)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        pass

    def start(self, word, path=""):
        values = environment("POST", "/inside/" + word, 1,
                             query="path=" + path)
        return subprocess.Popen(
            [INSIDE, "--config=" + self.config], stdin=subprocess.PIPE,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE,
            env=bench.environment(**values, **self.variables))

    def attempt(self, word, path=""):
        output, said = self.start(word, path).communicate(b"x", wire.SECONDS)
        return Answer(output or said).body.decode()


BOTH = (FastCGI, CGI)


@contextlib.contextmanager
def folder_outside():
    """A folder that no configuration names."""
    with tempfile.TemporaryDirectory(prefix="mintage-outside-") as folder:
        yield folder


def results(responder, words, path=""):
    return {word: responder.attempt(word, path) for word in words}


def all_are(result, words):
    return dict.fromkeys(words, result)


CALLS = ("execve fork socket unix pair connect ptrace traceme memory kill "
         "owner owner-ex signal async lease mmap mprotect dumpable io-uring bpf mount "
         "unshare limit link symlink mkdir chmod truncate times").split()


@case("no program, process, socket or tracing, and no code made anew")
def _():
    need_sandbox(files=False)
    for kind in BOTH:
        with kind(bench.settings.path) as responder:
            equal(results(responder, CALLS, "/bin/true"),
                  all_are(DENIED, CALLS), kind.__name__)
            equal(responder.attempt("flags"), "ok", kind.__name__)


@case("no file but those of the log, of state-dir and of TMPDIR")
def _():
    need_sandbox(calls=False)
    secret = os.path.join(bench.folder, "keys")
    secret = os.path.join(secret, os.listdir(secret)[0])
    config = bench.settings.path
    for kind in BOTH:
        with kind(config) as responder, folder_outside() as outside:
            for path in ("/etc/passwd", config, secret, "/proc/self/mem",
                         "/proc/self/environ", "/dev/null"):
                equal(results(responder, ["read", "write"], path),
                      all_are(CLOSED, ["read", "write"]),
                      f"{kind.__name__} {path}")
            equal(results(responder, ["list", "temporary"], outside),
                  all_are(CLOSED, ["list", "temporary"]))
            equal(responder.attempt("list", "/"), CLOSED)
            equal(responder.attempt("make", outside + "/new"), CLOSED)
            equal(os.listdir(outside), [])
            equal(results(responder, ["unlink", "rename"], secret),
                  all_are(CLOSED, ["unlink", "rename"]))
            need(os.path.exists(secret), "the secret is gone")


@case("files of the log's folder, of state-dir, of shares-dir and of TMPDIR can "
      "be used")
def _():
    need_sandbox()
    for kind in BOTH:
        with tempfile.TemporaryDirectory(prefix="mintage-state-") as state:
            shares = os.path.join(state, "shares")
            os.mkdir(shares)
            config = bench.variant(
                "stateful", state_dir=state, shares_dir=shares,
                public_url="https://mint.example")
            with kind(config) as responder:
                for folder in (os.path.join(bench.folder, "log"), state, shares,
                               os.path.join(bench.folder, "tmp")):
                    path = os.path.join(folder, "made")
                    words = ["make", "read", "write", "rename"]
                    equal(results(responder, words, path),
                          all_are("ok", words), f"{kind.__name__} {folder}")
                    equal(responder.attempt("unlink", path + ".moved"), "ok")
                    equal(responder.attempt("execve", path), DENIED)
                    equal(responder.attempt("temporary", folder), "ok")
            config = bench.variant("sharing", shares_dir=shares,
                                   public_url="https://mint.example")
            with kind(config) as responder:
                equal(results(responder, ["make"], shares + "/alone"),
                      all_are("ok", ["make"]), kind.__name__)
                equal(responder.attempt("make", state + "/beside"), CLOSED)


@case("sandbox = no: each attempt does what it says")
def _():
    if not os.access(INSIDE, os.X_OK):
        raise Skip(f"{INSIDE} is not built: make tests/e2e/web/inside")
    words = ["fork", "socket", "unix", "pair", "mmap", "mprotect", "dumpable",
             "kill", "signal", "owner", "owner-ex", "async", "flags"]
    config = bench.variant("open", sandbox="no")
    for kind in BOTH:
        with kind(config) as responder, folder_outside() as outside:
            equal(results(responder, words), all_are("ok", words))
            equal(responder.attempt("read", "/etc/passwd"), "ok")
            equal(responder.attempt("make", outside + "/new"), "ok")
            equal(responder.attempt("chmod", outside + "/new"), "ok")
            equal(responder.attempt("link", outside + "/new"), "ok")


def confinement(pid):
    status = process_status(pid)
    return status["NoNewPrivs"], status["Seccomp"]


@case("/proc/PID/status tells that a process is confined")
def _():
    need_sandbox(files=False)
    for wanted, sandbox in ((("1", "2"), "yes"), (("0", "0"), "no")):
        config = bench.variant("status", sandbox=sandbox)
        with FastCGI(config) as responder:
            responder.attempt("list", "/")
            equal(confinement(responder.pid), wanted, "FastCGI")
        with CGI(config).start("wait") as process:
            # The body is read once the process is confined.
            until(lambda: confinement(process.pid) == wanted, "CGI: it is so")
            process.communicate(b"x", wire.SECONDS)
            equal(process.returncode, 0)


@case("the log's folder can't be left by a reload, and nothing is lost")
def _():
    need_sandbox(calls=False)
    values, body = bench.single()
    path = bench.variant("moving")
    with folder_outside() as outside, bench.start(path) as process:
        equal(ask(process, values, body).status, 200)
        for changes, words in (
                ({"audit_log": outside + "/a.jsonl"}, "folder of audit-log"),
                ({"state_dir": outside}, "state-dir has changed"),
                ({"shares_dir": outside, "public_url": "https://mint.example"},
                 "shares-dir has changed"),
                ({"sandbox": "no"}, "sandbox has changed")):
            bench.variant("moving", **changes)
            reload(process, "stays in force")
            need(words in process.errors and "restart" in process.errors,
                 process.errors)
            request = ask(process, values, body).request
            equal([line["event"] for line in bench.audit(request)],
                  ["issue", "outcome"])
        equal(os.listdir(outside), [])
        other = os.path.join(bench.folder, "log", "other.jsonl")
        bench.variant("moving", audit_log=other)
        reload(process)
        recorded(process, other, values, body)


@case("a reload takes another secret, another template, another caller")
def _():
    need_sandbox(calls=False)
    values, body = bench.single()
    templates = os.path.join(bench.folder, "templates")
    os.mkdir(templates)
    path = bench.variant("renewed", templates=templates)
    with bench.start(path) as process:
        equal(ask(process, values, body).status, 200)
        with open(os.path.join(templates, "mine.tmpl"), "w") as f:
            f.write("{{! format: type=text/x-a escape=line for=links }}\n")
        with open(os.path.join(templates, "json.tmpl"), "w") as f:
            f.write("my own\n")
        reload(process)
        answer = ask(process, values, body)
        equal((answer.status, answer.body.strip()), (200, b"my own"),
              process.errors)


@case("a body of megabytes is kept in a file of TMPDIR")
def _():
    need_sandbox(calls=False)
    values, body = bench.batch(100000)
    need(len(body) > 1 << 20, "the body is too small")
    with bench.start() as process, process.connect() as connection:
        connection.ask(values, body)
        equal(answer_of(connection).tokens, 100000)


@case("CGI: a template is read when it is needed, and nothing else there")
def _():
    need_sandbox(calls=False)
    values, body = bench.single()
    templates = os.path.join(bench.folder, "own")
    os.mkdir(templates)
    shutil.copyfile(os.path.join(bench.folder, bench.settings.path),
                    os.path.join(templates, "json.tmpl"))
    with open(os.path.join(templates, "json.tmpl"), "w") as f:
        f.write("from the folder\n")
    config = bench.variant("own", templates=templates)
    done = subprocess.run(
        [INSIDE, "--config=" + config], input=body, check=False,
        stdout=subprocess.PIPE, env=bench.environment(
            **{name: value for name, value in values.items() if value}))
    equal(Answer(done.stdout).body.strip(), b"from the folder")
    responder = CGI(config)
    path = os.path.join(templates, "json.tmpl")
    equal((responder.attempt("read", path), responder.attempt("write", path),
           responder.attempt("make", path + "x")), ("ok", CLOSED, CLOSED))


@case("what the kernel lacks is said once in the log, and the rest is denied")
def _():
    need_sandbox()
    for how, words, left in (
            ({"landlock": "none"}, "no Landlock", ("ok", DENIED)),
            ({"seccomp": "none"}, "no filters of system calls",
             (CLOSED, "ok")),
            ({"landlock": "none", "seccomp": "none"},
             "no Landlock, or keeps it switched off, and this", ("ok", "ok"))):
        with failing({}, **how) as variables, \
                FastCGI(bench.settings.path, variables) as responder:
            equal((responder.attempt("read", "/etc/passwd"),
                   responder.attempt("mmap")), left, words)
            equal(responder.process.errors.count("sandbox is not whole"), 1)
            need(words in responder.process.errors, responder.process.errors)
    with bench.start() as process:
        ask(process, environment("GET", "/healthz"))
        need("sandbox" not in process.errors, process.errors)


@case("what the kernel has and refuses ends the start, and says what to write")
def _():
    need_sandbox()
    with failing({}, landlock="refuses") as variables:
        values = environment("GET", "/healthz", remote="192.0.2.7")
        done = subprocess.run([INSIDE, "--config=" + bench.settings.path],
                              env=bench.environment(**values, **variables),
                              stdin=subprocess.DEVNULL, check=False,
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        equal((done.returncode, Answer(done.stdout).status), (1, 503))
        need(b"with sandbox = no it starts" in done.stderr, done.stderr)
        process = wire.Process(
            [INSIDE, "--config=" + bench.settings.path], bench.folder,
            environment=bench.environment(**variables))
        with process:
            equal(process.process.wait(wire.SECONDS), 1)
            need("with sandbox = no it starts" in process.errors,
                 process.errors)
        with FastCGI(bench.variant("off", sandbox="no"),
                     variables) as responder:
            equal(responder.attempt("read", "/etc/passwd"), "ok")


if __name__ == "__main__":
    main()
