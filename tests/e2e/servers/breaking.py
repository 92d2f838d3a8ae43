"""Cases for every web server: something breaks while it answers."""
import http.client
import signal
import socket
import time

from harness import batch_path, equal, need, query, until
from matrix import ONE, READ, case, is_whole, large_list

SLOW = 3                # seconds an answer takes its client


def open_request(server, body, path=None):
    """Ask for a batch on a socket. Nothing of the answer is read yet."""
    connection = socket.create_connection(("127.0.0.1", server.port), 100)
    path = server.mount + (path or batch_path()) + query(**READ)
    head = (f"POST {path} HTTP/1.1\r\nHost: here\r\n"
            f"Authorization: Bearer {server.settings.tokens['bulk']}\r\n"
            "Accept: application/json\r\nContent-Type: text/plain\r\n"
            f"Content-Length: {len(body)}\r\nConnection: close\r\n\r\n")
    connection.sendall(head.encode() + body)
    return connection


def answer_on(connection):
    """The answer. Its head was read, .read() reads its body."""
    response = http.client.HTTPResponse(connection, method="POST")
    response.begin()
    return response


def rest_of(response):
    """(what came, whether the body is complete according to HTTP)."""
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


@case("gone", "a client that goes in mid-answer: recorded, the next is served")
def _(server):
    with open_request(server, large_list(server)[0]) as client:
        response = answer_on(client)
        equal(response.status, 200)
        response.read(20000)
        request = response.msg["Mintage-Request"]
        response.close()        # it keeps the socket open too
    outcome = server.audit(request, "issue", "outcome")[1]
    need(outcome["result"] in ("client-gone", "complete"), str(outcome))
    need(server.single(ONE).result, "nothing")


@case("killed", "a responder killed in mid-answer: the client can tell")
def _(server):
    # The answer is so long that the kill comes before its end.
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
        if server.members:      # the pools have settings of their own
            server.signal_responders(signal.SIGHUP)
        found = read_slowly(response, SLOW / 2)
        if server.members:      # the pools are replaced, one by one
            server.signal_responders(signal.SIGTERM)
        found += read_slowly(response, SLOW / 2)
        rest, clean = rest_of(response)
    found += rest
    need(clean and is_whole(found), f"cut after {len(found)} bytes")
    equal(found.count(b'"sessionToken"'), count, "credentials")
    until(lambda: server.single(ONE).status == 200, "it is served again")
