"""Requests that no client should send, as bytes to each web server: whatever it
makes of them, one request is one request, only what is answered is issued, and
nobody becomes somebody else."""
import collections
import contextlib
import http.client
import json
import re
import select
import socket
import sys

from harness import ACCOUNT, attempt, comment, equal, need, single_path, until

READ = {"bucket": "portal-downloads", "permission": "object-read-only",
        "objects": ["public/a.txt"]}
BODY = json.dumps(READ).encode()
SIZE = len(BODY)
SECONDS = 30
PATIENCE = 3            # with a server that waits for more of a body


class Asked:
    """A request as bytes. `lines` are its header lines behind Host; BODY is
    sent behind it unless there is another."""

    def __init__(self, name, *lines, path=None, method="POST", body=BODY,
                 known=True, statuses=None):
        self.name = name
        self.lines = [line if isinstance(line, bytes) else line.encode()
                      for line in lines]
        self.path = path            # below the mount, as bytes
        self.method = method
        self.body = body
        self.known = known          # with the token of the caller bulk
        self.statuses = statuses    # those that may come; None: any

    def bytes(self, server):
        path = self.path or single_path().encode()
        lines = [b"%s %s%s HTTP/1.1" % (self.method.encode(),
                                        server.mount.encode(), path),
                 b"Host: here"]
        if self.known:
            lines.append(b"Authorization: Bearer "
                         + server.settings.tokens["bulk"].encode())
        lines += [b"Content-Type: application/json", *self.lines]
        return b"\r\n".join(lines) + b"\r\n\r\n" + self.body


def length(text):
    return f"Content-Length: {text}"


GOOD = length(SIZE)
INNER = (b"POST /mint" + single_path().encode() + b" HTTP/1.1\r\nHost: here\r\n"
         b"Remote-User: chief\r\nRemote_User: chief\r\n"
         b"Content-Type: application/json\r\n"
         b"Content-Length: %d\r\n\r\n" % SIZE + BODY)
CHUNKED = b"%x\r\n%s\r\n0\r\n\r\n" % (SIZE, BODY)
REFUSED = {400, 401, 403, 404, 405, 411, 413, 414, 415, 417, 431, 500, 501,
           502, 503, None}


def lengths():
    """Lengths. The server's own parser refuses most of them; what it lets
    pass is the responder's to refuse."""
    for text in ("-1", "+5", f"+{SIZE}", "5,5", f"{SIZE},{SIZE}", "0x5",
                 hex(SIZE), "٥", "1_0", "ten", f"{SIZE} 5", str(2 ** 63),
                 str(2 ** 64 + SIZE), "9" * 40, f"{SIZE};", f"{SIZE}.0"):
        yield Asked(f"length {text}", length(text), statuses=REFUSED | {200})
    yield Asked("no length", statuses=REFUSED)
    yield Asked("an empty length", "Content-Length:", statuses=REFUSED)
    yield Asked("length 0", length(0), statuses=REFUSED)
    yield Asked("leading zeros", length(f"00{SIZE}"))
    yield Asked("a blank behind", GOOD + " ")
    yield Asked("twice the same", GOOD, GOOD)
    yield Asked("twice, 5 first", length(5), GOOD, statuses=REFUSED)
    yield Asked("twice, 5 last", GOOD, length(5), statuses=REFUSED)
    yield Asked("one byte less", length(SIZE - 1), statuses=REFUSED)
    yield Asked("one byte more", length(SIZE + 1), statuses=REFUSED)
    yield Asked("a request behind", GOOD, body=BODY + INNER)
    yield Asked("a request within", length(SIZE + len(INNER)),
                body=BODY + INNER, statuses=REFUSED)
    yield Asked("chunked", "Transfer-Encoding: chunked", body=CHUNKED)
    yield Asked("chunked, and a request behind", "Transfer-Encoding: chunked",
                body=CHUNKED + INNER)
    for lines in ((GOOD, "Transfer-Encoding: chunked"),
                  ("Transfer-Encoding: chunked", length(SIZE)),
                  ("Transfer-Encoding: xchunked", GOOD),
                  ("Transfer-Encoding : chunked", GOOD),
                  ("Transfer-Encoding: chunked", "Transfer-Encoding: x",
                   GOOD),
                  ("Transfer_Encoding: chunked", GOOD),
                  ("X: y\nTransfer-Encoding: chunked", GOOD)):
        for body in (CHUNKED, BODY):
            yield Asked(f"{lines} {len(body)}", *lines, body=body)


def names():
    """Header names that must mean nothing: who asks is not known."""
    for line in ("Remote-User: chief", "Remote_User: chief",
                 "REMOTE_USER: chief", "Http-Authorization: Bearer TOKEN",
                 "Http_Authorization: Bearer TOKEN",
                 "Authorization_: Bearer TOKEN", "_Authorization: Bearer TOKEN",
                 "Authorization : Bearer TOKEN", " Authorization: Bearer TOKEN",
                 "X: y\r\n Authorization: Bearer TOKEN",
                 "Redirect-Http-Authorization: Bearer TOKEN",
                 "Redirect-Remote-User: chief", "Proxy: http://evil.example",
                 "Mintage-Config: /etc/passwd", "Path-Info: /",
                 "Proxy-Authorization: Bearer TOKEN", "Https: on",
                 "X-Forwarded-User: chief", "X-Remote-User: chief",
                 ": Bearer TOKEN", "=: x"):
        yield Asked(f"a stranger with {line!r}", GOOD, line, known=False,
                    statuses=REFUSED)
    for line in (b"Authorization\0: Bearer TOKEN", b"X\0Y: z", b"X: a\0b",
                 b"\xff\xfe: x", b"X" * 70000 + b": y", b"X: " + b"y" * 70000):
        yield Asked(f"a stranger with {line[:20]!r}", GOOD, line, known=False,
                    statuses=REFUSED)
    yield Asked("10,000 headers", GOOD,
                *(f"X-{number}: {number}" for number in range(10000)))
    yield Asked("80 headers of one name", GOOD, *["X-Same: v"] * 80)
    yield Asked("another token behind", GOOD, "Authorization: Bearer wrong",
                statuses=REFUSED | {200})
    yield Asked("the token behind another", "Authorization: Bearer wrong",
                "Authorization: Bearer TOKEN", GOOD, known=False,
                statuses=REFUSED)
    yield Asked("Content_Length beside the length", GOOD, "Content_Length: 5")
    yield Asked("a stranger on this machine by a forged address",
                "X-Forwarded-For: 127.0.0.1", "X_Forwarded_For: 127.0.0.1",
                GOOD, known=False, statuses=REFUSED)


def paths():
    """What a server may resolve or refuse, and what is then no route."""
    route = single_path().encode()
    for path in (route + b"%00", route + b"%00/batch", route + b"%0d%0aX:%20y",
                 route + b"%2f", route + b"%2fbatch", route + b"%5cbatch",
                 route + b"\\batch", route + b";x", route + b";/batch",
                 route + b"%", route + b"%zz", route + b"%ff", route + b"\xff",
                 route + b"%c0%af", b"/%2e%2e" + route, b"/.." + route,
                 b"/%2e%2e/%2e%2e/etc/passwd", b"/x/../.." + route,
                 b"/x/.." + route, b"/x%2f.." + route, b"//" + route,
                 route.replace(b"/r2/", b"//r2/"), b"/." + route,
                 route.replace(b"/r2/", b"%2fr2%2f"), route + b"/.",
                 route + b"/..", route + b"#x", route + b"?" + b"x" * 9000,
                 route + b"/" + b"a" * 4000, b"/" + b"%2e" * 3000,
                 b"%00", b"%2f", b";", b"", b"?", b"/\xc3\xa4", b"/%252e%252e",
                 route.replace(ACCOUNT.encode(), ACCOUNT.encode() + b"%00"),
                 route.replace(ACCOUNT.encode(), ACCOUNT.upper().encode())):
        yield Asked(f"path {path[:60]!r}", GOOD, path=path)
    for path in (b"/healthz%00", b"//healthz", b"/healthz%2f..", b"/..%2f"):
        yield Asked(f"GET {path!r}", path=path, method="GET", body=b"")


# Asking ----------------------------------------------------------------------

def ask(server, asked):
    """Send one request and, behind it, one that ends the connection. Returns
    what came back. A server that waits for more of a body learns that there
    is none: nginx would drop what it has begun if it learnt that earlier."""
    token = server.settings.tokens["bulk"].encode()
    last = (b"GET %s/healthz HTTP/1.1\r\nHost: here\r\nConnection: close"
            b"\r\n\r\n" % server.mount.encode())
    found = bytearray()
    with socket.create_connection(("127.0.0.1", server.port), SECONDS) as link:
        with contextlib.suppress(OSError):
            link.sendall(asked.bytes(server).replace(b"TOKEN", token) + last)
        if not select.select([link], [], [], PATIENCE)[0]:
            with contextlib.suppress(OSError):
                link.shutdown(socket.SHUT_WR)
        with contextlib.suppress(ConnectionResetError):
            while part := link.recv(1 << 16):
                found += part
    return bytes(found)


def statuses_of(found):
    """The status of each answer in what came back."""
    return [int(code) for code in
            re.findall(rb"^HTTP/1\.[01] (\d{3})", found, re.M)]


def issued(server):
    return [line for line in server.audit_lines() if line["event"] == "issue"]


def check(server, asked):
    before = len(issued(server))
    found = ask(server, asked)
    statuses = statuses_of(found)
    what = f"{statuses} {found[:300]!r}"
    first = statuses[0] if statuses else None
    if asked.statuses is not None:
        need(first in asked.statuses, what)
    answered = found.count(b'"sessionToken"')
    new = issued(server)[before:]
    need(len(new) <= 1 and answered <= 1, f"{len(new)} issued, {what}")
    equal(len(new), answered, f"issued, where so many were answered; {what}")
    for line in new:
        equal((line["caller"], line["scope"]["objects"]
               if "scope" in line else READ["objects"]),
              ("bulk", READ["objects"]), "what was issued, and to whom")
    need(b"\r\nX: y" not in found, "a header was made")
    return str(first)


def lives(server):
    """The server still has its responders, which answer one by one."""
    connection = http.client.HTTPConnection("127.0.0.1", server.port,
                                            timeout=SECONDS)
    for _ in range(3):
        connection.request("GET", server.mount + "/healthz")
        response = connection.getresponse()
        equal((response.status, response.read()), (200, b"ok\n"))
    connection.close()
    until(server.responders, "responders") if server.members else None


FAMILIES = (("lengths", lengths), ("names of headers", names),
            ("paths", paths))


def run(server, number):
    failed = 0
    for title, family in FAMILIES:
        def try_all(family=family):
            wrong, seen = [], collections.Counter()
            for asked in family():
                try:
                    seen[check(server, asked)] += 1
                except AssertionError as error:
                    wrong.append(f"{asked.name}: {error}"[:500])
            comment(f"{title}, status by status: {dict(sorted(seen.items()))}")
            need(not wrong, "\n".join(wrong))
            need(seen["200"] > 0 and len(seen) > 1, "nothing came through")
            lives(server)
        failed += not attempt(number, f"{server.name}: {title}", try_all)
        number += 1
    return failed, number


def main(*makes):
    failed, number = 0, 1
    for make in makes:
        with make() as server:
            wrong, number = run(server, number)
            if wrong:
                comment(server.log()[-1500:])
            failed += wrong
    print(f"1..{number - 1}", flush=True)
    sys.exit(1 if failed else 0)
