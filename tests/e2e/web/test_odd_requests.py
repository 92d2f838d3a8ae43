#!/usr/bin/python3
"""Odd names of headers, and odd paths, over FastCGI by hand: they mean nothing,
and make nothing of a request that it is not."""
import json
import re
import sys

sys.path.insert(1, sys.path[0] + "/../lib")
from bench import answer_of, bench, health, main
from harness import case, equal, need, single_path
from smuggling import Issued, listed, send
from wire import environment

# The form's own script.
OWN_SCRIPT = re.compile(rb'<script type="module" src="/?[^"<>]*'
                        rb'/assets/[0-9a-f]{16}/send\.js"></script>')

# Names -----------------------------------------------------------------------

def odd_names():
    """Variables that a web server may make of odd headers: none of them means
    anything."""
    for name in (b"HTTP_PROXY", b"HTTP_CONTENT_LENGTH", b"HTTP_CONTENT_TYPE",
                 b"HTTP_REMOTE_USER", b"HTTP_REQUEST_METHOD",
                 b"HTTP_PATH_INFO", b"HTTP_HTTPS", b"HTTP_HTTP_AUTHORIZATION",
                 b"HTTP_REDIRECT_HTTP_AUTHORIZATION", b"HTTP_REMOTE_ADDR",
                 b"HTTP_MINTAGE_CONFIG", b"HTTP_TMPDIR", b"MINTAGE_CONFIG",
                 b"TMPDIR", b"LD_PRELOAD", b"http_authorization",
                 b"Http_Authorization", b"HTTP_authorization",
                 b"HTTP_AUTHORIZATION ", b" HTTP_AUTHORIZATION",
                 b"HTTP AUTHORIZATION", b"HTTP-AUTHORIZATION",
                 b"HTTP__AUTHORIZATION", b"HTTP_AUTHORIZATION_",
                 b"AUTHORIZATION", b"remote_user", b"REMOTE-USER",
                 b"REMOTE_USER ", b"REMOTE_USER\t", b"\xffREMOTE_USER",
                 b"content_length", b"CONTENT-LENGTH", b"", b" ", b"\n",
                 b"HTTP_", b"HTTP_\r\nX", b"HTTP_" + b"X" * 60000,
                 b"\xc3\x9cBER", b"HTTP_X_Y"):
        yield name
    yield b"HTTP_OVERWRITE\x01\x02"


@case("odd names mean nothing: not who asks, nor how long the body is")
def _():
    values, body = bench.single()
    stranger = [pair for pair in listed(values)
                if pair[0] != b"HTTP_AUTHORIZATION"]
    for value in (b"Bearer " + bench.settings.tokens["bulk"].encode(),
                  b"chief", b"5"):
        with bench.start() as process:
            for name in odd_names():
                for before in (True, False):
                    odd = [(name, value)]
                    with Issued(0), process.connect() as connection:
                        send(connection, odd + stranger if before
                             else stranger + odd, body)
                        equal(answer_of(connection).status, 401, repr(name))
                with Issued(1), process.connect() as connection:
                    send(connection, [(name, value), *listed(values)], body)
                    answer = answer_of(connection)
                    equal(answer.status, 200, repr(name))
            health(process)


@case("a NUL in a name or a value ends the connection")
def _():
    values, body = bench.single()
    with bench.start() as process, Issued(0):
        for name, value in ((b"A\0B", b"x"), (b"A", b"x\0REMOTE_USER=chief"),
                            (b"\0", b""), (b"A", b"\0"),
                            (b"PATH_INFO", b"/healthz\0/x"),
                            (b"CONTENT_LENGTH", b"%d\0" % len(body))):
            with process.connect() as connection:
                send(connection, [*listed(values), (name, value)], body)
                need(b"sessionToken" not in connection.read(), repr(name))
            health(process)


@case("10,000 headers: served, within the limit for parameters")
def _():
    values, body = bench.single()
    many = [(b"HTTP_X_%d" % number, b"v" * 40) for number in range(10000)]
    with bench.start() as process:
        for odd in (many, [(b"HTTP_X_SAME", b"v")] * 10000,
                    [(b"", b"")] * 10000):
            for place in (0, len(values), 5):
                good = listed(values)
                with Issued(1), process.connect() as connection:
                    send(connection, good[:place] + odd + good[place:], body)
                    equal(answer_of(connection).status, 200)
        # More than a MiB of them is not taken.
        with Issued(0), process.connect() as connection:
            send(connection, [*listed(values), *(
                (b"HTTP_X_%d" % number, b"v" * 100)
                for number in range(10000))], body)
            equal(connection.read(), b"")
        health(process)


@case("a header of a proxy in another spelling ends 'this machine' too")
def _():
    body = bench.single()[1]
    for name in ("HTTP_X_FORWARDED_FOR", "HTTP_FORWARDED", "HTTP_VIA"):
        with bench.start() as process, process.connect() as connection:
            values = environment("GET", "/metrics", **{name: "127.0.0.1"})
            connection.ask(values, body)
            need(answer_of(connection).status in (401, 403), name)


# Paths -----------------------------------------------------------------------

GOOD = single_path()


def paths():
    """PATH_INFO, decoded once as servers do it, that is no route of ours."""
    route = GOOD.encode()
    for path in (
            b"//", b"/.", b"/..", b"/../", b"/./", b"." + route,
            b"/." + route, b"/.." + route, b"/x/.." + route, b"/" + route,
            route + b"/", route + b"/.", route + b"/..", route + b"//",
            route + b"/../batch", route + b"%00", route + b"%2f",
            route + b"%2fbatch", route + b"/%2e%2e", route + b"?",
            route + b"#", route + b";", route + b";x=1", route + b"/;/batch",
            route + b" ", route + b"\t", route + b"\n", route + b"\r\n",
            route + b"\r\nX: y", route + b"\\", route + b"\\batch",
            route.replace(b"/", b"\\"), route.replace(b"/r2/", b"//r2/"),
            route.replace(b"/r2/", b"/r2%2f"), route.replace(b"/", b"%2f"),
            route.upper(), route + b"\xff", route + b"\xc0\xaf",
            b"\xff\xfe", b"\xc0\xae\xc0\xae/", "/ä".encode(), b"/\xe4",
            route + b"\xe2\x80\xae", route[1:], b"http://x" + route,
            b"/client/v4/client/v4" + route, b"/client/v4/../v4" + route,
            b"/client//v4" + route, b"/CLIENT/v4" + route,
            b"/client/v4x" + route, b"/x" * 30000, b"/" * 60000,
            route + b"/" + b"a" * 60000, b"/" + b"\xff" * 60000,
            b"*", b"x", b"/healthz%00", b"/healthz/..", b"/healthz;x",
            b"/healthz\\", b"/metrics//", b"/metrics/."):
        yield path


@case("paths that are no route: 404, well formed, nothing issued")
def _():
    values, body = bench.single()
    rest = [pair for pair in listed(values) if pair[0] != b"PATH_INFO"]
    with bench.start() as process, Issued(0):
        for path in paths():
            for accept in (b"application/json", b"text/html"):
                with process.connect() as connection:
                    send(connection, [*rest, (b"HTTP_ACCEPT", accept),
                                      (b"PATH_INFO", path)], body)
                    answer = answer_of(connection)
                    equal(answer.status, 404, repr(path[:80]))
                    answer.body.decode("utf-8")
                    need("x" not in answer.headers, "a header was made")
                    if accept == b"application/json":
                        equal(json.loads(answer.body)["success"], False)
        health(process)


@case("an account in the path is compared byte by byte")
def _():
    values, body = bench.single()
    rest = [pair for pair in listed(values) if pair[0] != b"PATH_INFO"]
    account = GOOD.split("/")[2].encode()
    with bench.start() as process, Issued(0):
        for other in (account.upper(), account + b" ", account + b"%00",
                      account + b";", b"." + account, account[:-1] + b"\xff",
                      account * 100, b"..", b".", b"%2e%2e", b"\\", b"*"):
            with process.connect() as connection:
                send(connection, [*rest, (b"PATH_INFO", GOOD.encode().replace(
                    account, other))], body)
                equal(answer_of(connection).status, 404, repr(other[:80]))


@case("no path at all is the page, whatever the name of the script")
def _():
    with bench.start() as process:
        for script in ("", "/", "/mint", "/mint/", "//evil.example/",
                       "/mint/..", "/\"><script>", "/\udcff", "/a\r\nX: y",
                       "/mint%00", "/" + "m" * 60000, "javascript:x"):
            for path in (None, ""):
                values = {**environment("GET", ""), "SCRIPT_NAME": script,
                          "PATH_INFO": path, "HTTP_ACCEPT": "text/html"}
                with process.connect() as connection:
                    connection.ask(values)
                    answer = answer_of(connection)
                equal(answer.status, 200, repr(script[:80]))
                others = OWN_SCRIPT.sub(b"", answer.body, count=1)
                need(b"<script" not in others, "a script was made")
                need(b'"//evil' not in answer.body, "another host was made")
                need("x" not in answer.headers, "a header was made")
                answer.body.decode("utf-8")
        health(process)


if __name__ == "__main__":
    main()
