"""Redirects to a signed address: against a program that only says hello, and
against a page of PHP that does the same work without a record."""
import base64
import contextlib
import hmac
import http.client
import time
import urllib.parse

import place
from lines import Row, cgi_environment, cgi_row, line, ratios
from place import BUILD, STATIC, Missing, program, run

MANY = 64           # connections, where latency is measured


def link(where, start):
    """A link to the first key that needs no care in an address."""
    key = next(key for key in where.keys(1000)
               if urllib.parse.quote(key, safe="/") == key).lstrip("/")
    expires = str(int(time.time()) + 30 * 86400)
    code = hmac.digest(where.job["BENCH_LINK_SECRET"].encode(),
                       f"/{key}\n{expires}".encode(), "sha256")
    text = base64.urlsafe_b64encode(code).decode().rstrip("=")
    return f"{start}/{key}?expires={expires}&signature={text}"


def location(port, path):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    with contextlib.closing(connection):
        connection.request("GET", path)
        answer = connection.getresponse()
        if answer.status != 302:
            raise RuntimeError(f"{path} answered {answer.status}")
        return answer.getheader("Location")


def compare(port, ours, page):
    """Do the two make one address? They have to be asked in one second."""
    for _ in range(10):
        found = [location(port, path) for path in (ours, page)]
        if found[0] == found[1]:
            return
    raise RuntimeError(f"PHP signs something else: {found}")


def lines_of(path):
    with open(path, "rb") as file:
        return sum(b'"event":"redirect"' in text for text in file)


class Load:
    """One program's requests: how many a second, and how late the slowest of
    a hundred is answered."""

    def __init__(self, where, port, path, status):
        self.port, self.status = str(port), str(status)
        self.file = where.path("redirect" + path.partition("/get")[0]
                               .partition(".")[0].replace("/", "-"))
        with open(self.file, "w", encoding="ascii") as file:
            file.write(f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n"
                       "User-Agent: bench/1\r\n\r\n")
        self.rates, self.late = {8: [], MANY: []}, {8: [], MANY: []}

    def run(self, connections, count):
        seconds, _, late = run([program("tests/bench/load"), self.port,
                                self.file, str(connections), str(count),
                                self.status])[0]
        self.rates[connections].append(count / float(seconds))
        self.late[connections].append(float(late) * 1000)


def rows_of(loads, ours, name, target):
    rows = []
    for connections in (8, MANY):
        row = Row(f"redirects, {connections} connections, to {name}", [],
                  target)
        rows.append(row)
        if name.split()[-1] not in loads:
            row.missing = "php-fpm is not installed: make deps bench"
            continue
        # The first of each was to warm up.
        found = ours.rates[connections][1:]
        peer = loads[name.split()[-1]].rates[connections][1:]
        row.rounds = ratios(found, peer)
        row.samples = {"redirects_per_second": found,
                       f"{name.split()[-1]}_per_second": peer}
    return rows


@line(13, "redirects by links, one line of the record each, through lighttpd")
def redirects(where, sizes):
    with contextlib.ExitStack() as servers:
        with contextlib.suppress(Missing):
            servers.enter_context(where.php())
        port, _ = servers.enter_context(where.server())
        path = link(where, "/mint/get")
        loads = {"redirect": Load(where, port, path, 302),
                 "hello": Load(where, port, "/hello", 200)}
        page = path.replace("/mint/get", "/redirect.php")
        with contextlib.suppress(Missing):
            place.installed("php-fpm*", "php-fpm")
            compare(port, path, page)
            loads["php-fpm"] = Load(where, port, page, 302)
        before = lines_of(where.path("audit.jsonl"))
        for _ in range(sizes.request_rounds + 1):
            for connections in (8, MANY):
                for load in loads.values():
                    load.run(connections, sizes.requests)
        made = (sizes.request_rounds + 1) * 2 * sizes.requests
        recorded = lines_of(where.path("audit.jsonl")) - before
        if recorded != made:
            raise RuntimeError(f"{recorded} lines for {made} redirects")
    ours, hello = loads["redirect"], loads["hello"]
    late = Row(f"redirects, {MANY} connections, 99 of 100 within, to hello",
               ratios(ours.late[MANY][1:], hello.late[MANY][1:]), 1.5,
               at_least=False, milliseconds=ours.late[MANY][1:],
               hello_milliseconds=hello.late[MANY][1:])
    return [*rows_of(loads, ours, "libfcgi hello", 0.8),
            *rows_of(loads, ours, "php-fpm", 2.5), late]


@line(14, "plain CGI, a redirect by a link, against an empty program")
def redirect_cgi(where, sizes):
    path, _, query = link(where, "/get").partition("?")
    environment = cgi_environment(where, 0)
    for name in ("CONTENT_TYPE", "CONTENT_LENGTH", "HTTP_AUTHORIZATION"):
        del environment[name]
    environment.update(
        REQUEST_METHOD="GET", PATH_INFO=path, QUERY_STRING=query,
        REQUEST_URI=f"{environment['SCRIPT_NAME']}{path}?{query}")
    return [cgi_row(where, sizes, BUILD,
                    "plain CGI, one redirect, to an empty program",
                    environment, "-", 500),
            cgi_row(where, sizes, STATIC, "the same, both linked statically",
                    environment, "-", 500)]
