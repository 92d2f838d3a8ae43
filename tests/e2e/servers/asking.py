"""Cases for every web server: whatever can be asked."""
import base64
import contextlib
import http.client

from harness import (ACCOUNT, Answer, USERS, batch_path, equal, need, query,
                     single_path)
from matrix import (ENDPOINT, KEYS, LIST, MANY, ONE, READ, case, is_whole,
                    judge, large_list)

LARGE = 100000
JSON = {"Content-Type": "application/json"}


def links_path():
    return f"/accounts/{ACCOUNT}/r2/presigned-urls"


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
        # mintage(1) asks such a host for one part after the other.
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
    # Without any other setting, five times as many entries pass.
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
    # Where the server asks for no password, a user name proves nothing.
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
    # A path that only begins like the mount is not ours.
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
        # The server may answer and close before it has read the body.
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
