"""What is measured, line by line.

Each function below measures one line of the table and returns its rows. What
is compared is run in turns, A B A B ..., and every ratio is one of neighbours:
machines are noisy, and only what ran side by side can be compared. Nothing is
pinned to a processor.
"""
import contextlib
import os
import shutil
import socket
import statistics
import subprocess
import time

import place
from place import Missing, program, run, BUILD, STATIC

import wire
from harness import children, command_line, process_status

LINES = {}


class Row:
    """A figure: the median of `rounds`, to be at least or at most `target`."""

    def __init__(self, what, rounds, target, at_least=True, unit="×",
                 **samples):
        self.what = what
        self.rounds = rounds
        self.target = target
        self.at_least = at_least
        self.unit = unit
        self.samples = samples      # name: a list of numbers
        self.missing = None         # why there is no figure

    @property
    def figure(self):
        return statistics.median(self.rounds)

    @property
    def met(self):
        if self.at_least:
            return self.figure >= self.target
        return self.figure <= self.target


def line(number, title):
    def add(function):
        LINES[number] = (title, function)
        return function
    return add


def ratios(above, below):
    return [a / b for a, b in zip(above, below)]


class Sizes:
    """How much of each. `quick` is for trying the bench itself."""

    def __init__(self, quick):
        self.quick = quick
        self.runs = 5
        self.keys = 100_000 if quick else 1_000_000
        self.part = 1_000
        self.manifest = 10_000 if quick else 100_000
        # In small pieces, often: what disturbs one pair spares the next.
        self.some = 20_000 if quick else 100_000
        self.races = 5 if quick else 15
        self.requests = 500 if quick else 2_000
        self.request_rounds = 7 if quick else 25
        self.starts = 3 if quick else 5
        self.start_rounds = 15 if quick else 101
        # Of slow peers, so many that each takes a few tenths of a second.
        self.peer = {"jose": 600 if quick else 3_000,
                     "PHP": 6_000 if quick else 30_000,
                     "Python": 4_000 if quick else 20_000,
                     "botocore": 300 if quick else 1_500}


# In one process -------------------------------------------------------------

def core(where, kind, runs, count):
    """Seconds of ours and of the floor, a list each."""
    lines = run([program("tests/bench/core"), kind, str(runs), str(count)],
                **where.job)
    return tuple([float(words[column]) for words in lines]
                 for column in (0, 1))


def per_second(count, seconds):
    return [count / each for each in seconds]


@line(1, "mint against the hash floor: the same tokens hashed whole")
def mint_floor(where, sizes):
    ours, floor = core(where, "mint", sizes.runs, sizes.keys)
    return [Row("mint, complete fields, to the hash floor",
                ratios(floor, ours), 1.0,
                credentials_per_second=per_second(sizes.keys, ours),
                floor_per_second=per_second(sizes.keys, floor))]


class Peer:
    """Someone else's program for the same job."""

    def __init__(self, where, name, kind, command, count, check=1000):
        self.where, self.name, self.kind = where, name, kind
        self.command, self.count = command, count
        self.check = min(check, count)
        self.rates = []
        self.ours = []

    def run(self):
        """Its rate, once more."""
        seconds, digest, *stamp = run(
            self.command, **self.where.job, BENCH_COUNT=str(self.count),
            BENCH_CHECK=str(self.check))[0]
        if not self.rates:
            self.compare(digest, stamp)
        self.rates.append(self.count / float(seconds))

    def compare(self, digest, stamp):
        """Does it make what we make?"""
        job = dict(self.where.job)
        if stamp:
            when = time.strptime(stamp[0] + "+0000", "%Y%m%dT%H%M%SZ%z")
            job["BENCH_TIME"] = str(int(time.mktime(when) - time.timezone))
        found = run([program("tests/bench/core"), self.kind, "digest",
                     str(self.check)], **job)[0][0]
        if found != digest:
            raise RuntimeError(f"{self.name} makes something else")


def race(where, sizes, peer):
    """Ours and the peer in turns; seconds of all our own runs."""
    ours, floor = [], []
    for _ in range(sizes.races):
        made, hashed = core(where, peer.kind, 1, sizes.some)
        peer.ours.append(sizes.some / made[0])
        ours += made
        floor += hashed
        peer.run()
    return ours, floor


def jose(where, sizes):
    """node looks for packages beside the importing file."""
    packages = os.path.join(BUILD, "tests/npm/node_modules")
    node = place.installed("node", "nodejs")
    if not os.path.isdir(os.path.join(packages, "jose")):
        raise Missing("jose is not there: npm ci failed")
    shutil.copy(os.path.join(place.HERE, "jose.mjs"), where.folder)
    if not os.path.exists(where.path("node_modules")):
        os.symlink(packages, where.path("node_modules"))
    return Peer(where, "jose", "mint", [node, where.path("jose.mjs")],
                sizes.peer["jose"])


def php(where, sizes):
    command = [place.installed("php", "php-cli"),
               os.path.join(place.HERE, "peer.php")]
    return Peer(where, "PHP", "mint", command, sizes.peer["PHP"])


def python(where, sizes):
    return Peer(where, "Python", "mint", python_peer("mint"),
                sizes.peer["Python"])


def python_peer(kind):
    interpreter = os.environ.get("PYTHON") or "/usr/bin/python3"
    return [interpreter, os.path.join(place.HERE, "peer.py"), kind]


@line(2, "mint against others' programs for the same job")
def mint_peers(where, sizes):
    rows = []
    for name, make, target in (("jose", jose, 250), ("PHP", php, 10),
                               ("Python", python, 15)):
        row = Row(f"mint to {name}", [], target)
        rows.append(row)
        try:
            peer = make(where, sizes)
            race(where, sizes, peer)
        except (Missing, RuntimeError) as why:
            row.missing = str(why)
            continue
        row.rounds = ratios(peer.ours, peer.rates)
        row.samples = {"credentials_per_second": peer.ours,
                       f"{name}_per_second": peer.rates}
    return rows


@line(3, "presign against botocore and the floor of its own compressions")
def presign(where, sizes):
    peer = Peer(where, "botocore", "presign", python_peer("presign"),
                sizes.peer["botocore"], check=300)
    ours, floor = race(where, sizes, peer)
    return [Row("presign to botocore", ratios(peer.ours, peer.rates), 300,
                links_per_second=peer.ours, botocore_per_second=peer.rates),
            Row("presign to the floor of its compressions",
                ratios(floor, ours), 0.6,
                links_per_second=per_second(sizes.some, ours),
                floor_per_second=per_second(sizes.some, floor))]


# The command line -----------------------------------------------------------

def spawn(count, body, command, **environment):
    """Seconds of each run, and the bytes that each wrote."""
    lines = run([program("tests/bench/spawn"), str(count), body, *command],
                **environment)
    return ([float(seconds) for seconds, _ in lines],
            [int(length) for _, length in lines])


@line(4, "mintage mint --each, a lines file to NDJSON in a pipe")
def command(where, sizes):
    words = [program("mintage"), "mint", "--config", where.path("conf"),
             "--bucket", place.BUCKET, "--permission", place.SCOPE,
             "--format", "ndjson", "--manifest-format", "lines", "--each",
             where.lines(sizes.keys)]
    whole, minted = [], []
    for _ in range(sizes.runs + 2):
        before, _ = core(where, "mint", 1, sizes.some)
        seconds, _ = spawn(1, "-", words)
        after, _ = core(where, "mint", 1, sizes.some)
        whole += per_second(sizes.keys, seconds)
        minted.append(2 * sizes.some / (before[0] + after[0]))
    return [Row("mintage mint --each, whole process, to mint alone",
                ratios(whole, minted), 0.5, credentials_per_second=whole,
                mint_per_second=minted)]


# Through lighttpd -----------------------------------------------------------

def big_request(where, sizes, path, name):
    return where.request(name, path, where.body(where.keys(sizes.manifest)))


def timed_answers(where, port, requests, runs):
    """Seconds to the last byte for each request, in turns. All answers have
    the same length, and one of each came before, unmeasured."""
    lengths = {where.ask(port, request)[1] for request in requests}
    if len(lengths) != 1:
        raise RuntimeError(f"answers differ in length: {lengths}")
    times = [[] for _ in requests]
    for _ in range(runs):
        for request, seconds in zip(requests, times):
            last, length = where.ask(port, request)
            if length not in lengths:
                raise RuntimeError("an answer was cut short")
            seconds.append(last)
    return times


@line(5, "a JSON manifest through lighttpd, against a program that copies")
def through(where, sizes):
    with where.server() as (port, _):
        ours = big_request(where, sizes, "/mint" + place.ROUTE + "/batch",
                           "mint.request")
        _, length = where.ask(port, ours)
        copy = big_request(where, sizes, f"/copy?{length}", "copy.request")
        minted, copied = timed_answers(where, port, [ours, copy],
                                       2 * sizes.runs + 1)
    return [Row("JSON manifest through lighttpd, to libfcgi copying as much",
                ratios(minted, copied), 1.5, at_least=False,
                seconds=minted, copy_seconds=copied)]


@line(6, "a JSON manifest through lighttpd, against php-fpm")
def through_php(where, sizes):
    with where.php(), where.server() as (port, _):
        ours = big_request(where, sizes, "/mint" + place.ROUTE + "/batch",
                           "mint.request")
        page = big_request(where, sizes, "/page.php", "page.request")
        minted, paged = timed_answers(where, port, [ours, page],
                                      sizes.runs + 2)
    return [Row("JSON manifest through lighttpd, to php-fpm",
                ratios(paged, minted), 5, seconds=minted,
                php_seconds=paged)]


def small_requests(where):
    body = where.body(where.keys(1))
    return {name: where.request(name + ".small", path, body, "1.1")
            for name, path in (("mint", "/mint" + place.ROUTE),
                               ("hello", "/hello"),
                               ("php", "/page.php?single"))}


@line(7, "small requests over 8 kept connections, against hello and php-fpm")
def small(where, sizes):
    rates = {"mint": [], "hello": [], "php": []}
    rows = [Row("one credential a request, 8 connections, to libfcgi hello",
                [], 0.85),
            Row("one credential a request, 8 connections, to php-fpm", [], 2)]
    with contextlib.ExitStack() as servers:
        try:
            servers.enter_context(where.php())
        except Missing as why:
            del rates["php"]
            rows[1].missing = str(why)
        port, _ = servers.enter_context(where.server())
        requests = small_requests(where)
        for _ in range(sizes.request_rounds + 1):
            for name, found in rates.items():
                seconds, _, _ = run([program("tests/bench/load"), str(port),
                                     requests[name], "8",
                                     str(sizes.requests), "200"])[0]
                found.append(sizes.requests / float(seconds))
    for row, peer in zip(rows, ("hello", "php")):
        if row.missing:
            continue
        # The first of each was to warm up.
        row.rounds = ratios(rates["mint"][1:], rates[peer][1:])
        row.samples = {"requests_per_second": rates["mint"][1:],
                       f"{peer}_per_second": rates[peer][1:]}
    return rows


# Plain CGI ------------------------------------------------------------------

def libraries(path):
    """What a program asks the linker for."""
    done = subprocess.run(["readelf", "-d", path], check=False,
                          stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
                          encoding="utf-8")
    return sorted(words.split("[")[1] for words in done.stdout.splitlines()
                  if "(NEEDED)" in words)


def cgi_environment(where, length):
    return {"GATEWAY_INTERFACE": "CGI/1.1", "SERVER_PROTOCOL": "HTTP/1.1",
            "SERVER_SOFTWARE": "bench", "SERVER_NAME": "localhost",
            "SERVER_PORT": "80", "REQUEST_METHOD": "POST",
            "SCRIPT_NAME": "/cgi-bin/mintage.cgi", "PATH_INFO": place.ROUTE,
            "QUERY_STRING": "", "REMOTE_ADDR": "127.0.0.1",
            "CONTENT_TYPE": "application/json",
            "CONTENT_LENGTH": str(length),
            "HTTP_AUTHORIZATION": "Bearer " + where.token,
            "MINTAGE_CONFIG": where.path("conf")}


def cgi_row(where, sizes, build, what, environment, body, shortest):
    """Of a request with this body and an answer of so many bytes or more."""
    row = Row(what, [], 1.3, at_least=False)
    try:
        ours = program("mintage.fcgi", build)
        empty = program("tests/bench/empty", build)
    except Missing as why:
        row.missing = str(why)
        return row
    if libraries(ours) != libraries(empty):
        raise RuntimeError(f"{empty} is linked otherwise")
    times = {ours: [], empty: []}
    for _ in range(sizes.start_rounds):
        for path, found in times.items():
            seconds, lengths = spawn(sizes.starts, body, [path],
                                     **environment)
            if path == ours and min(lengths) < shortest:
                raise RuntimeError("that was no credential and no address")
            found.append(statistics.median(seconds))
    row.rounds = ratios(times[ours], times[empty])
    row.samples = {"seconds": times[ours], "empty_seconds": times[empty]}
    return row


@line(8, "plain CGI, exec to exit, against an empty program")
def cgi(where, sizes):
    body = where.path("body")
    with open(body, "wb") as file:
        length = file.write(where.body(where.keys(1)))
    asked = cgi_environment(where, length), body, 600
    return [cgi_row(where, sizes, BUILD,
                    "plain CGI, one credential, to an empty program", *asked),
            cgi_row(where, sizes, STATIC,
                    "the same, both linked statically", *asked)]


# However many ---------------------------------------------------------------

@line(9, "time per entry, in one batch of many and in many batches")
def per_entry(where, sizes):
    """In one process, so that no start is counted, and what each batch costs
    however small it is (shown by batches of one) taken off the small ones."""
    batches = sizes.keys // sizes.part
    lines = run([program("tests/bench/pipeline"), where.path("conf"),
                 str(sizes.runs), str(sizes.keys), str(sizes.part)],
                **where.job)
    many, few, rounds = [], [], []
    for words in lines:
        whole, parts, ones = (float(words[at]) + float(words[at + 1])
                              for at in (0, 2, 4))
        many.append(whole / sizes.keys * 1e9)
        few.append((parts - ones) / (sizes.keys - batches) * 1e9)
        rounds.append(many[-1] / few[-1])
    return [Row(f"time per entry at {sizes.keys:,} to that at "
                f"{sizes.part:,}", rounds, 1.1, at_least=False,
                nanoseconds_at_most=many, nanoseconds_at_least=few)]


def heap(pid):
    """Resident memory that no file stands behind, in MiB."""
    return int(process_status(pid)["RssAnon"].split()[0]) / 1024


@line(10, "resident heap, one entry and many")
def memory(where, sizes):
    one = where.request("one", "/mint" + place.ROUTE + "/batch",
                        where.body(where.keys(1)))
    all_of_them = where.request("all", "/mint" + place.ROUTE + "/batch",
                                where.body(where.keys(sizes.keys)))
    before, peaks, rounds = [], [], []
    for _ in range(sizes.runs):
        with where.server(processes=1) as (port, server):
            for _ in range(20):
                where.ask(port, one)
            responder, = (pid for pid in children(server)
                          if "mintage.fcgi" in command_line(pid))
            before.append(heap(responder))
            peaks.append(peak_while(responder, [
                program("tests/bench/ask"), str(port), all_of_them]))
        rounds.append(peaks[-1] - before[-1])
    return [Row(f"heap at {sizes.keys:,} entries above that at 1", rounds, 8,
                at_least=False, unit=" MiB", mib_at_one=before,
                mib_at_most=peaks)]


def peak_while(pid, command):
    """The most that was seen, about a thousand looks a second."""
    peak = heap(pid)
    with subprocess.Popen(command, stdout=subprocess.PIPE,
                          encoding="utf-8") as process:
        while process.poll() is None:
            peak = max(peak, heap(pid))
            time.sleep(0.001)
        words = process.stdout.read().split()
    if len(words) != 5 or words[3] != "200":
        raise RuntimeError(f"answered: {words}")
    return peak


def first_byte(responder, where, body):
    """Milliseconds from the last byte of a request to the first of its
    answer; it is read no further."""
    with responder.connect() as connection:
        connection.begin()
        connection.params(wire.environment(
            "POST", place.ROUTE + "/batch", len(body), token=where.token))
        connection.body(body)
        sent = time.monotonic()
        status = connection.socket.recv(64, socket.MSG_WAITALL)
        seconds = time.monotonic() - sent
    time.sleep(0.1)     # for what it does after us
    return seconds * 1000, status.partition(b"Status: ")[2][:3]


@line(11, "the first byte of a big answer, against the checking pass alone")
def answer_begins(where, sizes):
    """The same manifest with a last entry that is no key is refused once all
    of it was checked: the time of the checking pass. To the responder itself,
    for a web server in between would only add its noise to both."""
    keys = where.keys(sizes.keys)
    good = where.body(keys)
    bad = where.body(keys[:-1] + [""])
    begins, checks = [], []
    with wire.Process([program("mintage.fcgi"),
                       "--config=" + where.path("conf")], where.folder,
                      environment={**os.environ,
                                   "TMPDIR": where.path("upload")}
                      ) as responder:
        for _ in range(2 * sizes.runs + 1):
            for body, status, found in ((good, b"200", begins),
                                        (bad, b"400", checks)):
                took, answered = first_byte(responder, where, body)
                if answered != status:
                    raise RuntimeError(f"answered {answered}")
                found.append(took)
    later = [a - b for a, b in zip(begins, checks)]
    return [Row(f"first byte at {sizes.keys:,} entries after the time of the "
                "checking pass", later, 10, at_least=False, unit=" ms",
                first_byte_ms=begins, checking_pass_ms=checks)]
