#!/usr/bin/python3
"""One suite against every web server there is a configuration for.

    test_servers.py [SERVER ...] [CASE ...]     those with a word in their name

What a server can't do is no failure but a row of the table in
mintage-deploy(7), which is read from there: a cell that is not what was found
here is one.
"""
import base64
import contextlib
import glob
import http.client
import json
import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time

import servers
from harness import (ACCOUNT, BUILD, MINTAGE, PORTAL, SANITIZED, SRC, USERS,
                     Answer, Skip, attempt, batch_path, comment, equal, need,
                     process_status, query, real_names, single_path, until)
from judge import Judge

sys.path.insert(0, os.path.join(SRC, "tests", "r2"))
import r2

READ = {"bucket": "portal-downloads", "permission": "object-read-only"}
ONE = {**READ, "objects": ["public/a.txt"]}
MANY = 20000            # entries: over a mebibyte in, some 25 out
LARGE = 100000
CROWD = 64
ROUNDS = 10000          # requests to the same processes
CGI_ROUNDS = 300        # each a process: bounded by the time it takes
SLOW = 3                # seconds an answer takes its client
MEMBER_TRIES = 20       # requests until each machine has one
CONNECTIONS = 4
KEYS = real_names(MANY)
LIST = "".join(key + "\n" for key in KEYS).encode()
END = b'"success":true}'
JSON = {"Content-Type": "application/json"}

CASES = []


def case(name, title):
    """A test of every server, and a column of the table. What it returns is
    what is in the cell, "yes" if nothing."""
    def add(function):
        CASES.append((name, title, function))
        return function
    return add


def links_path():
    return f"/accounts/{ACCOUNT}/r2/presigned-urls"


def judge(server, scope="object-read-only"):
    return Judge(server, "portal-downloads", scope)


# Talking byte by byte -------------------------------------------------------

def open_request(server, body, path=None):
    """A batch asked for on a socket; nothing of the answer is read yet."""
    connection = socket.create_connection(("127.0.0.1", server.port), 100)
    path = server.mount + (path or batch_path()) + query(**READ)
    head = (f"POST {path} HTTP/1.1\r\nHost: here\r\n"
            f"Authorization: Bearer {server.settings.tokens['bulk']}\r\n"
            "Accept: application/json\r\nContent-Type: text/plain\r\n"
            f"Content-Length: {len(body)}\r\nConnection: close\r\n\r\n")
    connection.sendall(head.encode() + body)
    return connection


def answer_on(connection):
    """The answer, its head read; its body is read with .read()."""
    response = http.client.HTTPResponse(connection, method="POST")
    response.begin()
    return response


def rest_of(response):
    """(what came, whether HTTP says that it is all)."""
    found = bytearray()
    try:
        while True:
            part = response.read1(1 << 20)
            if not part:
                break
            found += part
    except (http.client.HTTPException, OSError):
        return bytes(found), False
    # read1 does not tell a body that fell short of its length.
    return bytes(found), response.length in (None, 0)


def is_whole(body):
    return body.rstrip(b"\n").endswith(END)


def large_list(server):
    """As many keys as one request may have there: (lines, how many)."""
    text = LIST
    if server.limit:
        text = text[:text.rindex(b"\n", 0, server.limit) + 1]
    return text, text.count(b"\n")


# Asking ---------------------------------------------------------------------

@case("single", "a single credential, recorded before and after")
def _(server):
    answer = server.single({**READ, "objects": ["public/käse 1.txt"]}, "web")
    equal(judge(server).paths(answer.result), ([], ["public/käse 1.txt"]))
    equal(answer.headers["Content-Type"].split(";")[0], "application/json")
    equal(answer.headers["Cache-Control"], "no-store")
    line = server.audit(answer.id, "issue", "outcome")[0]
    equal((line["caller"], line["remote"]), ("web", "127.0.0.1"))


@case("batch", f"a batch of {MANY}, sent as lines of text, and one of {LARGE}")
def _(server):
    answer = server.request("POST", batch_path() + query(**READ), LIST,
                            "bulk", headers={"Content-Type": "text/plain",
                                             "Accept": "application/json"})
    if server.limit and answer.status == 500:
        # What mintage(1) does by itself: ask for one part after the other.
        text, count = large_list(server)
        answer = server.manifest(text, "text/plain", **READ)
        need([entry["key"] for entry in answer.result] == KEYS[:count],
             "other keys came back")
        return "in parts"
    need([entry["key"] for entry in answer.result] == KEYS,
         "other keys came back")
    judge(server).batch(answer.result[::400], KEYS[::400])
    equal(answer.headers["Mintage-Count"], str(MANY))
    server.audit(answer.id, "issue", "outcome")
    # And with no further setting five times as many.
    text = "".join(f"docs/{number:06}\n" for number in range(LARGE)).encode()
    answer = server.manifest(text, "text/plain", **READ)
    equal((answer.status, answer.headers["Mintage-Count"]),
          (200, str(LARGE)))
    need(is_whole(answer.body), "cut")
    equal(answer.body.count(b'"sessionToken"'), LARGE, "credentials")


@case("links", "1000 links, and one of them opened")
def _(server):
    keys = [f"docs/{number}.txt" for number in range(1000)]
    answer = server.request("POST", links_path(), token="bulk", json={
        "bucket": "portal-downloads", "objects": keys})
    equal([entry["key"] for entry in answer.result], keys)
    url = answer.result[77]["url"]
    ENDPOINT.put("portal-downloads", keys[77], b"text of 77")
    host, _, path = url.split("//")[1].partition("/")
    connection = http.client.HTTPConnection(host, timeout=60)
    with contextlib.closing(connection):
        connection.request("GET", "/" + path)
        equal(connection.getresponse().read(), b"text of 77")


@case("upload", "a manifest uploaded by a form (multipart/form-data)")
def _(server):
    keys = KEYS[:1000]
    mark = "----a-boundary-7MA4YWxkTrZu0gW"
    fields = "".join(
        f'--{mark}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n'
        f"{value}\r\n" for name, value in {**READ, "format": "json"}.items())
    body = (fields + f'--{mark}\r\nContent-Disposition: form-data; '
            'name="manifest"; filename="list.txt"\r\n'
            "Content-Type: text/plain\r\n\r\n"
            + "".join(key + "\n" for key in keys)
            + f"\r\n--{mark}--\r\n")
    answer = server.request("POST", batch_path(), body, "bulk", headers={
        "Content-Type": f"multipart/form-data; boundary={mark}"})
    need([entry["key"] for entry in answer.result] == keys, "other keys")


@case("bearer", "a token reaches the responder; a wrong one, or none, is 401")
def _(server):
    described = server.request("GET", "/", token="web", headers={
        "Accept": "application/json"}).json
    equal(described["received"], {"authorization": True, "remoteUser": False,
                                  "https": False})
    equal(described["caller"]["name"], "web")
    for token in ("nobody's", None):
        answer = server.single(ONE, token)
        equal(answer.status, 401)
        need(answer.headers["WWW-Authenticate"].startswith("Bearer"),
             f"WWW-Authenticate: {answer.headers['WWW-Authenticate']}")
        need(answer.errors, "no error of ours")


def basic(name, word=None):
    text = f"{name}:{USERS[name] if word is None else word}"
    return {"Authorization":
            "Basic " + base64.b64encode(text.encode()).decode()}


@case("user", "who signs in with a password is told by name (REMOTE_USER)")
def _(server):
    def ask(key, headers, mount=server.login_mount):
        return server.request("POST", single_path(), mount=mount, json={
            **READ, "permission": "object-read-write", "objects": [key]},
            headers=headers)
    answer = ask("users/ann/a", basic("ann"))
    judge(server, "object-read-write").token(answer.result)
    line = server.audit(answer.id, "issue", "outcome")[0]
    equal((line["caller"], line["user"]), ("office", "ann"))
    equal(ask("users/bob/a", basic("ann")).status, 403, "another's prefix")
    for headers in ({}, basic("ann", "wrong"), basic("ann", "")):
        answer = ask("users/ann/a", headers)
        equal(answer.status, 401, f"with {headers}")
        need(answer.headers["WWW-Authenticate"].startswith("Basic"),
             "no password asked for")
    # Where no password is asked for, a name is only what a client says.
    for headers in (basic("ann"), basic("chief", ""),
                    {"Remote-User": "ann"}, {"X-Remote-User": "ann"},
                    {"REMOTE_USER": "ann"}):
        answer = ask("users/ann/a", headers, server.mount)
        equal(answer.status, 401, f"a name out of thin air: {headers}")


@case("path", "the path comes without its escapes, the mount without slash")
def _(server):
    answer = server.request("POST", single_path().replace("r2", "%72%32"),
                            token="web", json=ONE)
    need(answer.result, "nothing")
    answer = server.request("GET", "", token="web", headers={
        "Accept": "application/json"})
    equal(answer.json["caller"]["name"], "web")
    answer = server.request("GET", "/client/v4/no%20such/%C3%BC?a=%2F",
                            token="web")
    equal(answer.status, 404)
    need(answer.errors, "no error of ours")
    # What only begins like the mount is not ours.
    answer = server.request("GET", "y/healthz")
    need(answer.body.strip() != b"ok", "/minty is answered too")


@case("chunked", "a body in chunks, its length unknown before")
def _(server):
    text = "".join(key + "\n" for key in KEYS[:1000]).encode()
    parts = [text[start:start + 9000] for start in range(0, len(text), 9000)]
    answer = server.request(
        "POST", batch_path() + query(**READ), iter(parts), "bulk",
        headers={"Content-Type": "text/plain", "Accept": "application/json",
                 "Transfer-Encoding": "chunked"}, encode_chunked=True)
    if answer.status != 200:
        return str(answer.status)
    equal(len(answer.result), 1000, "entries")
    return None


@case("413", "a body over max-body: told so, and nothing issued")
def _(server):
    body = b'{"objects":["' + b"x" * (7 << 20) + b'"]}'
    before = server.audit_lines()
    connection = http.client.HTTPConnection("127.0.0.1", server.port,
                                            timeout=3)
    found = None
    with contextlib.closing(connection):
        # The answer may come, and the door be shut, before all is said.
        try:
            connection.request("POST", server.mount + batch_path(), body, {
                "Authorization": "Bearer " + server.settings.tokens["bulk"],
                **JSON})
        except (BrokenPipeError, ConnectionResetError):
            pass
        except TimeoutError:
            found = "early"
        response = connection.getresponse()
        answer = Answer(response.status, response.msg, response.read())
    events = [line["event"] for line in server.audit_lines()[len(before):]]
    if server.limit:
        equal((answer.status, events), (500, []))
        return "500"
    equal((answer.status, events), (413, ["refused"]))
    need(answer.errors, "no error of ours")
    return found


# When something breaks ------------------------------------------------------

@case("gone", "a client that goes in mid-answer: recorded, the next is served")
def _(server):
    with open_request(server, large_list(server)[0]) as client:
        response = answer_on(client)
        equal(response.status, 200)
        response.read(20000)
        request = response.msg["Mintage-Request"]
        response.close()        # it holds the socket too
    outcome = server.audit(request, "issue", "outcome")[1]
    need(outcome["result"] in ("client-gone", "complete"), str(outcome))
    need(server.single(ONE).result, "nothing")


@case("killed", "a responder killed in mid-answer: the client can tell")
def _(server):
    # The answer is so long that it can't be over before the end.
    count = 100000 if not server.limit else server.limit // 6
    text = "".join(f"{number:05}\n" for number in range(count)).encode()
    with open_request(server, text) as client:
        response = answer_on(client)
        server.signal_responders(signal.SIGKILL)
        found, clean = rest_of(response)
    need(not is_whole(found), f"{len(found)} bytes that look whole")
    lines = server.audit(response.msg["Mintage-Request"], "issue")
    equal(lines[0]["count"], count, "recorded")
    until(lambda: server.single(ONE).status == 200, "it is served again")
    return "by its end" if clean else None


def read_slowly(response, seconds):
    found = b""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        found += response.read1(100000)
        time.sleep(0.1)
    return found


@case("reload", f"reloaded while an answer takes its client {SLOW} seconds")
def _(server):
    text, count = large_list(server)
    with open_request(server, text) as client:
        response = answer_on(client)
        server.reload()
        if server.members:      # they have settings of their own
            server.signal_responders(signal.SIGHUP)
        found = read_slowly(response, SLOW / 2)
        if server.members:      # and may be replaced, one by one
            server.signal_responders(signal.SIGTERM)
        found += read_slowly(response, SLOW / 2)
        rest, clean = rest_of(response)
    found += rest
    need(clean and is_whole(found), f"cut after {len(found)} bytes")
    equal(found.count(b'"sessionToken"'), count, "credentials")
    until(lambda: server.single(ONE).status == 200, "it is served again")


# Many -----------------------------------------------------------------------

@case("crowd", f"{CROWD} clients at once, each gets its own")
def _(server):
    answers = {}
    start = threading.Barrier(CROWD)

    def ask(number):
        start.wait(60)
        answers[number] = server.single(
            {**READ, "objects": [f"public/{number}"]})
    threads = [threading.Thread(target=ask, args=(number,))
               for number in range(CROWD)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    equal(len(answers), CROWD, "answers")
    for number, answer in answers.items():
        equal(judge(server).paths(answer.result), ([], [f"public/{number}"]))
    equal(len({answer.id for answer in answers.values()}), CROWD, "ids")


def ask_on(server, count, failures):
    """So many requests on one connection, some sent before the first of them
    is answered."""
    body = json.dumps(ONE).encode()
    request = (f"POST {server.mount}{single_path()} HTTP/1.1\r\nHost: here\r\n"
               f"Authorization: Bearer {server.settings.tokens['bulk']}\r\n"
               "Content-Type: application/json\r\nAccept: application/json\r\n"
               f"Content-Length: {len(body)}\r\n\r\n").encode() + body
    try:
        while count > 0:
            with socket.create_connection(("127.0.0.1", server.port),
                                          60) as connection:
                count -= ask_through(connection, request, count)
    except Exception as error:
        failures.append(error)


def ask_through(connection, request, count):
    """How many were answered before the server closed the connection."""
    answered, pending = 0, b""
    while answered < count:
        wanted = min(25, count - answered)
        connection.sendall(request * wanted)
        while wanted > 0:
            part = connection.recv(1 << 18)
            if not part:
                need(answered > 0, "closed without an answer")
                return answered
            # A mark may be cut in two.
            pending = pending[-len(END) + 1:] + part
            found = pending.count(END)
            need(b" 500 " not in part and b" 503 " not in part,
                 f"refused: {part[:300]!r}")
            answered += found
            wanted -= found
            if found:
                pending = pending[pending.rindex(END) + len(END):]
    return answered


def ask_often(server, count):
    failures = []
    threads = [threading.Thread(target=ask_on, args=(
        server, count // CONNECTIONS, failures)) for _ in range(CONNECTIONS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    need(not failures, str(failures[:1]))


def descriptors(pid):
    """How many are open; their table's size where we may not look."""
    try:
        return len(os.listdir(f"/proc/{pid}/fd"))
    except PermissionError:
        return int(process_status(pid)["FDSize"])


def resources(server):
    """By process: (KiB in memory, open descriptors)."""
    return {pid: (int(process_status(pid)["VmRSS"].split()[0]),
                  descriptors(pid)) for pid in server.responders()}


@case("often", f"{ROUNDS} requests (CGI: {CGI_ROUNDS}): nothing grows")
def _(server):
    if server.cgi:
        ask_often(server, CGI_ROUNDS)
        until(lambda: not server.responders(), "the processes end")
        return
    ask_often(server, 500)
    before = resources(server)
    need(before, "no responders")
    ask_often(server, ROUNDS)
    until(lambda: all(resources(server)[pid][1] <= before[pid][1]
                      for pid in before), "descriptors are closed")
    after = resources(server)
    need(set(before) <= set(after), "a process ended")
    growth = max(after[pid][0] - before[pid][0] for pid in before)
    need(growth <= 256 or SANITIZED, f"{growth} KiB more: {before} {after}")


@case("member", "one machine of several goes down: no harm, others serve")
def _(server):
    if server.members < 2:
        return "-"
    # A request waits at each; one of them is lost, or asked for again.
    before = len(issued(server))
    server.signal_responders(signal.SIGSTOP)
    answers, threads = [], []

    def each_is_asked():
        if all(map(server.is_asked, range(server.members))):
            return True
        # Which machine is next is the server's to say.
        if len(threads) < MEMBER_TRIES:
            threads.append(threading.Thread(
                target=lambda: answers.append(server.single(ONE))))
            threads[-1].start()
            time.sleep(0.1)
        return False
    until(each_is_asked, "a request waits at each machine")
    server.kill_pool()
    server.signal_responders(signal.SIGCONT)
    for thread in threads:
        thread.join()
    good = [answer.id for answer in answers if answer.status == 200]
    equal(sorted(issued(server)[before:]), sorted(good),
          "requests that issued something")
    need(good, f"answers {[answer.status for answer in answers]}")
    for _ in range(20):
        equal(server.single(ONE).status, 200)
    return None


def issued(server):
    return [line["request"] for line in server.audit_lines()
            if line["event"] == "issue"]


@case("logs", "nothing secret is in what it wrote, and no complaint of ours")
def _(server):
    server.check_files()
    found = glob.glob(server.at("log", "sanitizer*"))
    for path in found:
        with open(path, errors="replace") as f:
            raise AssertionError(f.read()[:6000])
    need("Sanitizer" not in server.log()
         and "runtime error:" not in server.log(), server.log())


# The table ------------------------------------------------------------------

def promised():
    """What mintage-deploy(7) says: {server: {column: cell}}. What it has no
    column for is "yes" everywhere."""
    rows, columns = {}, []
    with open(os.path.join(SRC, "cgi", "man", "mintage-deploy.7"),
              encoding="utf-8") as f:
        for line in f:
            cells = re.sub(r"^\.It |Sy ", "", line.rstrip("\n")).split(" Ta ")
            if line.startswith('.It Sy "" Ta '):
                columns = cells[1:]
            elif columns and line.startswith(".It ") and len(cells) > 1:
                rows[cells[0]] = dict(zip(columns, cells[1:]))
            elif columns and line.startswith(".El"):
                break
    return rows


PROMISED = promised()
ENDPOINT = r2.R2({})


def endpoint_for(server):
    ENDPOINT.parents[PORTAL] = {
        "secret": server.settings.secrets[PORTAL], "account": ACCOUNT,
        "permission": "object-read-write",
        "buckets": ["portal-downloads", "portal-uploads", "shared"]}
    for bucket in ENDPOINT.parents[PORTAL]["buckets"]:
        ENDPOINT.store.make_bucket(bucket)


def run(make, wanted, number, row):
    """Every case against one server; how many tests failed, and the next
    number."""
    made = []
    if not attempt(number, f"{make.name}: starts",
                   lambda: made.append(make(ENDPOINT.url))):
        return 1, number + 1
    failed, number = 0, number + 1
    with made[0] as server:
        endpoint_for(server)
        for name, title, function in CASES:
            if wanted and name not in wanted:
                continue

            def measure(name=name, function=function):
                row[name] = function(server) or "yes"
                equal(row[name], PROMISED[make.name].get(name, "yes"),
                      "what the manual says")
            good = attempt(number, f"{make.name}: {title}", measure)
            if not good:
                row[name] = "FAILED"
                comment(server.log())
            failed += not good
            number += 1
    return failed, number


class Deaf(servers.ApacheCgid):
    """With the one line forgotten that everybody forgets."""

    def filled(self, name, **places):
        return super().filled(name, **{**places, "CGIPassAuth On": ""})

    def answers(self):
        return until(lambda: self.request("GET", "/healthz").status == 200
                     if os.path.exists(self.at("run", "apache.pid"))
                     else self.main.poll() is not None, "Apache answers")


class Pathless(servers.ApacheProxy):
    """With the directive that everybody finds first."""

    def site(self, addresses):
        return (f'ProxyPass "/mint" "unix:{addresses[0]}|fcgi://localhost/" '
                "enablereuse=off\n"
                '<Location "/mint">\nCGIPassAuth On\n</Location>\n')


def check_by_url(server):
    path = server.write("token", server.settings.tokens["web"] + "\n", 0o600)
    done = subprocess.run(
        [MINTAGE, "check", "--token-file", path, "--url",
         f"http://127.0.0.1:{server.port}{server.mount}"],
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)
    return done.returncode, done.stdout.decode()


def names_what_is_missing():
    if not os.path.exists(os.path.join(BUILD, "mintage-online")):
        raise Skip("built without libcurl")
    with servers.ApacheCgid() as server:
        equal(check_by_url(server)[0], 0, "where nothing is missing")
    with Deaf() as server:
        status, said = check_by_url(server)
    equal(status, 1)
    need("CGIPassAuth On" in said, said)
    with Pathless() as server:
        status, said = check_by_url(server)
    equal(status, 1)
    need("path: WRONG" in said and "SetHandler" in said, said)


def print_table(columns, rows):
    widths = [max([len(name)] + [len(row.get(name, ""))
                                 for row in rows.values()])
              for name in columns]
    for server, row in {"": {}, **rows}.items():
        comment(" ".join([server.ljust(18)] + [
            (row.get(name, "") if server else name).ljust(width)
            for name, width in zip(columns, widths)]).rstrip())


def main():
    names = [make.name for make in servers.ALL]
    known = [name for name, _, _ in CASES]
    which = [word for word in sys.argv[1:] if word in names]
    wanted = [word for word in sys.argv[1:] if word in known]
    rows, failed, number = {}, 0, 1
    ENDPOINT.start()
    for make in servers.ALL:
        if which and make.name not in which:
            continue
        rows[make.name] = {}
        bad, number = run(make, wanted, number, rows[make.name])
        failed += bad
    ENDPOINT.stop()
    for title, function, *arguments in (
            ("the manual has a row for each server", equal, set(PROMISED),
             set(names)),
            ("mintage check --url names the line that was forgotten",
             names_what_is_missing)):
        failed += not attempt(number, title, function, *arguments)
        number += 1
    print_table([name for name in known if not wanted or name in wanted],
                rows)
    print(f"1..{number - 1}", flush=True)
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
