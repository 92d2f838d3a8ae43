"""Cases for every web server: a folder of the bucket under /files/ of the site,
as its file of cgi/deploy publishes it."""
import contextlib
import http.client
import urllib.parse

from asking import basic
from harness import equal, need
from matrix import ENDPOINT, case

BUCKET = "portal-downloads"
FOLDER = "public/"      # what base.py lets everyone have
TEXT = b"0123456789"

# What stands in a page's link, and the key in the folder.
PLAIN = {
    "a.zip": "a.zip",
    "2026/07/a.zip": "2026/07/a.zip",
    "K%C3%A4se%20%26%201%20+%202.pdf": "Käse & 1 + 2.pdf",
    "%E6%97%A5%E6%9C%AC%E8%AA%9E.csv": "日本語.csv",
    "50%25%20%2541%3F%23.txt": "50% %41?#.txt",
    "a.zip?from=a&page": "a.zip",
}
SLASHES = {"2026%2F07%2fa.zip": "2026/07/a.zip"}
DOUBLE = {"2026//a.zip": "2026//a.zip", "/a.zip": "/a.zip"}


def ask(server, path, method="GET", host=None, body=None, **headers):
    """(status, headers, body) of one request. The path is sent as it is."""
    connection = http.client.HTTPConnection(
        host or f"127.0.0.1:{server.port}", timeout=60)
    with contextlib.closing(connection):
        connection.putrequest(method, path, skip_accept_encoding=True)
        for name, value in headers.items():
            connection.putheader(name, value)
        if body is not None:
            connection.putheader("Content-Length", str(len(body)))
        connection.endheaders(body)
        answer = connection.getresponse()
        return answer.status, answer.msg, answer.read()


def follow(server, path, method="GET", **headers):
    """What R2 answers at the address to which that of the site leads."""
    status, head, body = ask(server, path, method, **headers)
    equal(status, 302, f"{method} {path}: {body[:300]!r}")
    url = urllib.parse.urlsplit(head["Location"])
    return ask(server, f"{url.path}?{url.query}", method, url.netloc,
               **headers)


def opens(server, links):
    """Each of these links leads to the very key, by GET and by HEAD."""
    for link, key in links.items():
        text = key.encode()
        ENDPOINT.put(BUCKET, FOLDER + key, text)
        status, head, body = follow(server, "/files/" + link)
        equal((status, body), (200, text), link)
        status, head, body = follow(server, "/files/" + link, "HEAD")
        equal((status, body, head["Content-Length"]),
              (200, b"", str(len(text))), f"HEAD {link}")


def asks_who(server):
    """Where callers are asked for, a token tells; a name without a password
    that the server checked tells nothing."""
    ENDPOINT.put(BUCKET, "users/ann/a.zip", TEXT)
    path = "/files/mine/a.zip"
    token = "Bearer " + server.settings.tokens["web"]
    status, head, body = ask(server, path, Authorization=token)
    equal(status, 302, f"with a token: {body[:300]!r}")
    for headers in ({}, basic("ann"), basic("chief", ""),
                    {"Authorization": token + "x"}, {"Remote-User": "ann"}):
        status, head, _ = ask(server, path, **headers)
        equal((status, head["Location"]), (401, None), f"with {headers}")


@case("files", "files of the bucket under /files/ of the site, /mint beside")
def _(server):
    opens(server, {**PLAIN, **DOUBLE})
    ENDPOINT.put(BUCKET, FOLDER + "a.zip", TEXT)
    status, head, body = follow(server, "/files/a.zip", Range="bytes=2-4")
    equal((status, body, head["Content-Range"]),
          (206, b"234", "bytes 2-4/10"))
    # No list of a folder, no other folder of the bucket, nothing to change.
    ENDPOINT.put(BUCKET, "secret.txt", TEXT)
    for path in ("/files/", "/files/2026/"):
        equal(ask(server, path)[0], 404, path)
    for path in ("/files/../secret.txt", "/files/%2e%2e/secret.txt"):
        status, head, body = ask(server, path)
        need(not head["Location"] and TEXT not in body, f"{path}: {status}")
    for method, text in (("DELETE", None), ("PUT", TEXT), ("POST", TEXT),
                         ("DELETE", TEXT), ("OPTIONS", None)):
        status, head, _ = ask(server, "/files/a.zip", method, body=text)
        equal((status, head["Allow"]), (405, "GET, HEAD"), method)
    asks_who(server)
    # Other paths of the site are not ours.
    for path in ("/file/a.zip", "/filesa.zip", "/a.zip", "/x/files/a.zip"):
        need(not ask(server, path)[1]["Mintage-Request"], path)
    equal(server.request("GET", "/healthz").text, "ok\n")
    status, _, body = ask(server, "/files/" + next(iter(SLASHES)))
    if status == 404 and b"<title>404" in body:
        return "no %2F"         # the server's own answer
    opens(server, SLASHES)
    return None
