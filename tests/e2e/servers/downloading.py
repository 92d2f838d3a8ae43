"""Each odd key, through one web server after the other, to the tests' R2.

An object is compared byte by byte with what was put under that key, and the
key in the audit log and in the address with what was asked for. The suite
prints what it found as a table: a row for each key, a column for each server.
"""
import contextlib
import http.client
import socket
import sys
import urllib.parse

from download_keys import KEYS, OK, PREFIX, REFUSED, expected
from harness import attempt, comment, equal, need
from matrix import ENDPOINT, endpoint_for

BUCKET = "portal-downloads"
ROWS = KEYS + [row + (None,) for row in REFUSED]


def with_section(make, change=None, other=None, entrance=None):
    """The server `make` with a [download] that is open to everyone. `change`
    is given the text of its file of cgi/deploy, and returns what to use;
    `other` is a column's name and {row: cell} for a server that is not as the
    manual advises; `entrance` is where its downloads begin."""
    class Downloads(make):
        column, differing = other or (make.name, {})
        downloads = entrance or make.mount + "/open/"

        def fill_folder(self):
            self.settings.add(
                "download open", path="/open/", account="main",
                parent="portal", bucket=BUCKET, prefix=PREFIX,
                open_to="everyone", ttl="300")
            self.settings.write()
            super().fill_folder()

        def filled(self, name, **places):
            text = super().filled(name, **places)
            return change(text) if change else text
    return Downloads


def send(port, method, target):
    """(status, headers, body) for exactly these bytes as the target."""
    if isinstance(target, str):
        target = target.encode("latin-1")
    with socket.create_connection(("127.0.0.1", port), 60) as connection:
        connection.sendall(method.encode() + b" " + target + b" HTTP/1.1\r\n"
                           + f"Host: 127.0.0.1:{port}\r\n".encode()
                           + b"Connection: close\r\n\r\n")
        response = http.client.HTTPResponse(connection, method=method)
        with contextlib.closing(response):
            response.begin()
            return response.status, response.msg, response.read()


def follow(method, url):
    """What the tests' R2 answers to an address."""
    parts = urllib.parse.urlsplit(url)
    return send(parts.port, method, f"{parts.path}?{parts.query}")


def target_of(server, sent):
    path = server.downloads
    return path.encode() + sent if isinstance(sent, bytes) else path + sent


def text_of(key):
    return f"the object {key}\n".encode()


def fill_store():
    for name in ["x/secret.txt", "secret.txt", "a", "x", "secret"]:
        for prefix in ("", PREFIX):
            ENDPOINT.put(BUCKET, prefix + name, text_of(prefix + name))
    for _, _, key in KEYS:
        ENDPOINT.put(BUCKET, PREFIX + key, text_of(PREFIX + key))


def ask(server, method, sent, key):
    """The cell of one key: "ok", or the status that came instead."""
    status, headers, body = send(server.port, method, target_of(server, sent))
    if status != 302:
        need("Location" not in headers, f"{status} with {headers}")
        need(b"X-Amz-Signature" not in body, body)
        return str(status)
    equal(headers["Cache-Control"], "no-store")
    url = headers["Location"]
    path = urllib.parse.urlsplit(url).path
    line = server.audit(headers["Mintage-Request"], "redirect")[0]
    need("Signature" not in str(line), line)
    server.issued.update(urllib.parse.parse_qs(url)["X-Amz-Signature"])
    # One string of bytes for the record, the signature and the object.
    equal((line["key"], line["method"]), (PREFIX + key, method), "the record")
    equal(urllib.parse.unquote(path, errors="strict"),
          f"/{BUCKET}/{PREFIX}{key}", "the address")
    status, headers, body = follow(method, url)
    equal(status, 200, "R2's status")
    whole = text_of(PREFIX + key)
    equal(headers["Content-Length"], str(len(whole)), "length")
    equal(body, b"" if method == "HEAD" else whole, "the object")
    return OK


def try_key(server, row, name, sent, key):
    row[name] = "FAILED"
    found = [ask(server, method, sent, key) for method in ("GET", "HEAD")]
    equal(found[1], found[0], "HEAD and GET")
    row[name] = found[0]
    equal(row[name], server.differing.get(
        name, expected(server.name, name, key)), "what the manual says")


def try_server(make, number, table):
    made = []
    if not attempt(number, f"{make.column}: starts",
                   lambda: made.append(make(ENDPOINT.url))):
        return 1, number + 1
    failed, number = 0, number + 1
    row = table[make.column] = {}
    with made[0] as server:
        endpoint_for(server)
        fill_store()
        for name, sent, key in ROWS:
            failed += not attempt(number, f"{make.column}: {name}", try_key,
                                  server, row, name, sent, key)
            number += 1
        failed += not attempt(
            number, f"{make.column}: nothing secret is in what it wrote",
            server.check_files)
        if failed:
            comment(server.log())
    return failed, number + 1


def print_table(table):
    width = max(len(name) for name, *_ in ROWS)
    comment(" " * width + "  " + "  ".join(table))
    for name, *_ in ROWS:
        comment(name.ljust(width) + "  " + "  ".join(
            row.get(name, "").ljust(len(server))
            for server, row in table.items()).rstrip())


def main(*makes):
    """Try every key on every server, print the table, and exit. Words on the
    command line choose among the columns."""
    table, failed, number = {}, 0, 1
    wanted = sys.argv[1:]
    ENDPOINT.start()
    for make in makes:
        if wanted and make.column not in wanted:
            continue
        bad, number = try_server(make, number, table)
        failed += bad
    ENDPOINT.stop()
    print_table(table)
    print(f"1..{number - 1}", flush=True)
    sys.exit(1 if failed else 0)
