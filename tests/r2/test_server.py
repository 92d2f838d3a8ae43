#!/usr/bin/python3
"""The endpoint as a server: connections, name, command, end."""
import contextlib
import hashlib
import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile

from programs import boto_status, client
from signer import (AS_PARENT, PARENTS, UNSIGNED, Signer, ask, mint, send)
from support import main, r2_endpoint, tap


def test_command():
    """python3 -m r2: its URL, its log, its files, its end."""
    with tempfile.TemporaryDirectory() as folder:
        def path(name):
            return os.path.join(folder, name)

        with open(path("parents.json"), "w") as file:
            json.dump(PARENTS, file)
        here = os.path.dirname(os.path.abspath(__file__))
        command = [sys.executable, "-B", "-m", "r2", "--port", "0",
                   "--parents", path("parents.json"), "--data", path("data"),
                   "--log", path("log")]
        statuses = []
        for offset in ("0", "100000"):
            process = subprocess.Popen(command + ["--clock-offset", offset],
                                       cwd=here, stdout=subprocess.PIPE)
            try:
                url = process.stdout.readline().decode().strip()
                s3 = client(type("Endpoint", (), {"url": url}), AS_PARENT)
                if offset == "0":
                    statuses.append(boto_status(
                        s3.put_object, Bucket="my-bucket", Key="kept/ő",
                        Body=b"kept"))
                    s3.put_object(Bucket="my-bucket", Key="x", Body=b"x")
                    s3.delete_object(Bucket="my-bucket", Key="x")
                statuses.append(boto_status(
                    s3.get_object, Bucket="my-bucket", Key="kept/ő"))
            finally:
                process.send_signal(signal.SIGTERM)
                code = process.wait(20)
                process.stdout.close()
            tap.same(code, 0, f"command: SIGTERM, clock {offset}")
        tap.same(statuses, [200, 200, 403], "command: serves, by its clock")
        with open(path("log")) as file:
            first = json.loads(file.readline())
        tap.same((first["method"], first["key"], first["status"]),
                 ("PUT", "kept/ő", 200), "command: log")
        with r2_endpoint(data=path("data")) as again:
            tap.same((again.get("my-bucket", "kept/ő"),
                      again.get("my-bucket", "x")), (b"kept", None),
                     "command: objects kept in files")


def test_host():
    """A name of its own: that is the aud, whatever the port."""
    with r2_endpoint(host="acc.r2.example.com") as endpoint:
        endpoint.put("my-bucket", "a.txt", b"hello")
        tap.same(ask(endpoint, mint(endpoint), "GET", "/my-bucket/a.txt")
                 .status, 200, "host: by its name")
        address = f"127.0.0.1:{endpoint.port}"
        tap.same(ask(endpoint, mint(endpoint, {"aud": address}), "GET",
                     "/my-bucket/a.txt").verdict,
                 (401, "token: aud is not this host"),
                 "host: the address is no aud")


def test_stop():
    with r2_endpoint() as endpoint:
        port = endpoint.port
        conn = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
        send(endpoint, "GET", "/", {"host": endpoint.host}, connection=conn)
    tap.same(conn.sock.recv(1), b"", "stop: an idle connection ends")
    conn.close()
    with contextlib.suppress(OSError):
        socket.create_connection(("127.0.0.1", port), timeout=20).close()
        tap.ok(False, "stop: the port is closed")
        return
    tap.ok(True, "stop: the port is closed")


def test_connection(endpoint):
    """One connection serves on after errors, bodies read or not."""
    conn = http.client.HTTPConnection("127.0.0.1", endpoint.port,
                                      timeout=20)
    who = mint(endpoint, {"scope": "object-read-only"})
    statuses, sockets = [], set()
    for method, path, body in (("GET", "/my-bucket/a.txt", b""),
                               ("PUT", "/my-bucket/big", b"x" * 300000),
                               ("HEAD", "/my-bucket/none", b""),
                               ("GET", "/my-bucket/none", b""),
                               ("GET", "/my-bucket/a.txt", b"")):
        signer = Signer(endpoint, who, method, path,
                        payload=hashlib.sha256(body).hexdigest())
        statuses.append(send(endpoint, method, *signer.in_header(), body,
                             connection=conn).status)
        sockets.add(conn.sock)
    tap.same((statuses, len(sockets)), ([200, 403, 404, 404, 200], 1),
             "connection: kept")
    conn.close()
    for path, status in (("a.txt", b"200"), ("none", b"404")):
        target, headers = Signer(endpoint, who, "HEAD",
                                 "/my-bucket/" + path).in_header()
        raw = exchange(endpoint, "HEAD", target,
                       dict(headers, connection="close"))
        tap.ok(status in raw and raw.endswith(b"\r\n\r\n"),
               f"connection: nothing follows the head, {status.decode()}",
               raw)


def exchange(endpoint, method, target, headers):
    """All that comes back until the connection ends, as it came."""
    head = "".join(f"{name}: {value}\r\n"
                   for name, value in headers.items())
    with socket.create_connection(("127.0.0.1", endpoint.port),
                                  timeout=20) as sock:
        sock.sendall(f"{method} {target} HTTP/1.1\r\n{head}\r\n".encode())
        return b"".join(iter(lambda: sock.recv(65536), b""))


def test_expect(endpoint):
    """Nobody is asked for a body that will be refused."""
    who = mint(endpoint, {"scope": "object-read-only"})
    for credential, first in ((who, b"403"), (mint(endpoint), b"100")):
        target, headers = Signer(
            endpoint, credential, "PUT", "/my-bucket/expected",
            payload=UNSIGNED).in_header()
        headers.update({"expect": "100-continue", "content-length": "4"})
        head = "".join(f"{name}: {value}\r\n"
                       for name, value in headers.items())
        with socket.create_connection(("127.0.0.1", endpoint.port),
                                      timeout=20) as sock:
            sock.sendall(f"PUT {target} HTTP/1.1\r\n{head}\r\n".encode())
            line = sock.recv(65536).split(b"\r\n")[0]
            tap.ok(first in line, f"connection: expected, {first.decode()}",
                   line)


if __name__ == "__main__":
    main()
