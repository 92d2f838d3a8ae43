#!/usr/bin/python3
"""CGI by hand: environment, body, signals, and a script of one line."""
import os
import shutil
import subprocess
import sys
import tempfile

sys.path.insert(1, sys.path[0] + "/../lib")
from bench import Answer, MANY, STOPS, bench, main, run
from harness import RESPONDER, SRC, case, equal, need, single_path
import wire
from wire import environment


def cgi(values, body=b"", arguments=None, program=RESPONDER, status=0):
    """One CGI process; all of the body has to be taken. Its answer and what
    it said."""
    if arguments is None:
        arguments = ["--config=" + bench.settings.path]
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        values = {name: value for name, value in values.items()
                  if value is not None}
        process = subprocess.Popen([program, *arguments], stdout=out,
                                   stderr=err, stdin=subprocess.PIPE,
                                   env=bench.environment(**values))
        with process:
            for start in range(0, len(body), 1 << 16):
                process.stdin.write(body[start:start + (1 << 16)])
            process.stdin.close()
            equal(process.wait(wire.SECONDS), status, "exit status")
        out.seek(0)
        err.seek(0)
        return Answer(out.read()), err.read().decode()


@case("CGI: the request in the environment, the body on stdin")
def _():
    values, body = bench.batch(5000)
    answer, said = cgi(values, body)
    equal((answer.status, answer.tokens, answer.whole, said),
          (200, 5000, True, ""))
    equal(bench.outcome(answer.request)["result"], "complete")


@case("CGI: a body shorter than its length is refused")
def _():
    before = len(bench.issued())
    values, body = bench.single()
    values["CONTENT_LENGTH"] = str(len(body) + 1)
    equal(cgi(values, body)[0].status, 400)
    equal(len(bench.issued()), before, "issued")


@case("CGI: not a byte is read beyond the length")
def _():
    values, body = bench.single()
    read, write = os.pipe()
    try:
        os.write(write, body + b"the next request")
        done = run(["--config=" + bench.settings.path],
                   {name: value for name, value in values.items() if value},
                   stdin=read)
        equal(Answer(done.stdout).status, 200)
        equal(os.read(read, 100), b"the next request")
    finally:
        os.close(read)
        os.close(write)


@case("CGI: the whole body is taken, whatever the answer")
def _():
    big = b"x" * (9 << 20)
    equal(cgi(bench.values(single_path(), big), big)[0].status, 413)
    equal(cgi(bench.values("/nowhere", big), big)[0].status, 404)
    values = bench.values(single_path(), big)
    equal(cgi({**values, "CONTENT_LENGTH": None}, big)[0].status, 411)
    equal(cgi(values, big, ["--config=" + bench.broken()],
              status=1)[0].status, 503)


@case("CGI: a server that falls silent in the body is not waited for long")
def _():
    values, body = bench.single()
    read, write = os.pipe()
    try:
        os.write(write, body[:-1])
        done = run(["--config=" + bench.quick],
                   {name: value for name, value in values.items() if value},
                   stdin=read)
        need(b"sessionToken" not in done.stdout, "something was issued")
    finally:
        os.close(read)
        os.close(write)


@case("CGI: a configuration that can't be used is 503, the reason in the log")
def _():
    answer, said = cgi(environment("GET", "/"), b"",
                       ["--config=" + bench.broken()], status=1)
    equal((answer.status, answer.headers["content-type"]),
          (503, "text/plain; charset=utf-8"))
    need(b"not configured" in answer.body, answer.body)
    need(b"broken" not in answer.body and b"no-such" not in answer.body,
         answer.body)
    # /healthz says it to this machine, as whoever looks there has to know.
    for remote, told in (("127.0.0.1", True), ("192.0.2.7", False)):
        answer, _ = cgi(environment("GET", "/healthz", remote=remote), b"",
                        ["--config=" + bench.broken()], status=1)
        equal((answer.status, answer.body.startswith(b"broken.conf:2: ")),
              (503, told), answer.body)
    need("broken.conf:2" in said, said)


@case("CGI: a template that can't be used is told where it is needed")
def _():
    folder = os.path.join(bench.folder, "templates")
    shutil.copytree(os.path.join(SRC, "templates"), folder)
    config = "--config=" + bench.variant("templates", templates=folder)
    values, body = bench.single()
    health = environment("GET", "/healthz")

    def broken(name):
        with open(os.path.join(folder, name), "w") as f:
            f.write("\n{{kye}}\n")
        return f"{name}:2: "
    equal(cgi(health, b"", [config])[0].status, 200)
    place = broken("json.tmpl")
    answer, said = cgi(values, body, [config])
    equal((answer.status, answer.tokens), (500, 0))
    need(b"'json' can't be used" in answer.body
         and place.encode() not in answer.body, answer.body)
    need(place in said, said)
    # What needs another is answered.
    equal(cgi({**values, "QUERY_STRING": "format=ndjson"}, body,
              [config])[0].tokens, 1)
    for remote, told in (("127.0.0.1", True), ("192.0.2.7", False)):
        answer, _ = cgi({**health, "REMOTE_ADDR": remote}, b"", [config])
        equal((answer.status, place.encode() in answer.body), (503, told))
    place = broken("error.tmpl")
    answer, said = cgi(values, b"{" + body[1:].replace(b":", b";"), [config])
    equal((answer.status, answer.tokens), (503, 0))
    need(b"not configured" in answer.body and place in said, said)


@case("CGI: told to stop, it finishes its request")
def _():
    values, body = bench.batch()
    process = subprocess.Popen(
        [RESPONDER, "--config=" + bench.settings.path],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        env=bench.environment(**{name: value for name, value
                                 in values.items() if value}))
    with process:
        process.stdin.write(body)
        process.stdin.close()
        output = process.stdout.read(100000)
        for number in STOPS:
            process.send_signal(number)
        output += process.stdout.read()
        equal(process.wait(wire.SECONDS), 0, "exit status")
    equal((Answer(output).tokens, Answer(output).whole), (MANY, True))


def script(line):
    path = os.path.join(bench.folder, "mintage.cgi")
    with open(path, "w", newline="") as f:
        f.write(line)
    os.chmod(path, 0o755)
    return path


@case("CGI: a script of one line names the configuration")
def _():
    path = bench.settings.path
    for line in (f"#!{RESPONDER} --config={path}\n",
                 f"#!{RESPONDER} --config {path}\n",
                 f"#!{RESPONDER} --config={path}\r\n"):
        program = script(line)
        # Servers hand a query without "=" over as arguments.
        for query, words in (("", []), ("a=b", []), ("x", ["x"]),
                             ("--config%3D/x", ["--config=/x"])):
            answer, _ = cgi({**environment("GET", "/healthz"),
                             "QUERY_STRING": query}, b"", words, program)
            equal(answer.status, 200, f"{line!r} {query!r}")
    # One without an argument: the words are not its argument either.
    program = script(f"#!{RESPONDER}\n")
    answer, _ = cgi({**environment("GET", "/healthz"), "MINTAGE_CONFIG": path,
                     "QUERY_STRING": "--config%3D/x"}, b"", ["--config=/x"],
                    program)
    equal(answer.status, 200)


@case("CGI: arguments that a query can make are not believed")
def _():
    good = {**environment("GET", "/healthz"),
            "MINTAGE_CONFIG": bench.settings.path}
    other = bench.broken()
    for words in ([f"--config={other}"], ["--config", other],
                  [f"--config={other}", RESPONDER],
                  [f"--config={other}", "mintage.fcgi"], ["--version"]):
        query = "+".join(words).replace("=", "%3D")
        answer, said = cgi({**good, "QUERY_STRING": query}, b"", words,
                           status=1)
        equal(answer.status, 400)
        need("no-such-key" not in said, "the file was read")
    answer, _ = cgi({**good, "QUERY_STRING": "word"}, b"", ["word"])
    equal(answer.status, 200)


@case("CGI: an argument that is of no use there is 503, and the log says why")
def _():
    for word in ("--help", "--version", "--nonsense", "-x"):
        for path in ("/healthz", "/"):
            answer, said = cgi(environment("GET", path), b"",
                               [f"--config={bench.settings.path}", word],
                               status=1)
            equal((answer.status, answer.body),
                  (503, b"mintage: not configured correctly; see the "
                        b"server's log\n"), word)
            equal(said, "mintage: only --config can be used under a web "
                        "server\n", word)


if __name__ == "__main__":
    main()
