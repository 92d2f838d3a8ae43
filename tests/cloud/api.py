#!/usr/bin/python3
"""A small HTTPS server that speaks the envelope of Cloudflare's API.

It knows the routes that temporary credentials and API tokens need, signs with
PyJWT, and misbehaves as it is told:

    import api
    cloud = api.Api(folder, token="...", parents={"<access key id>": "<secret>"},
                    host="<what aud is to be>")
    cloud.start()
    cloud.url           # https://127.0.0.1:PORT/client/v4
    cloud.ca            # a file with the certificate, made on the spot
    cloud.latency = 0.1 # seconds before each answer
    cloud.script = lambda number, call: "500" if number == 3 else None
    cloud.calls         # what came: .method .path .json .status .peer
    cloud.stop()

`script` is asked for each call to temp-access-credentials (counted from 0)
what to do instead of answering well: a word of MISCHIEF, a (word, value) pair,
or None. It may also be a list, one item for each of the first calls.
"""

import base64
import collections
import contextlib
import email.utils
import hashlib
import json
import os
import re
import secrets
import socket
import socketserver
import ssl
import subprocess
import sys
import threading
import time

import jwt

BASE = "/client/v4"
PERMISSIONS = ("object-read-only", "object-read-write", "admin-read-only",
               "admin-read-write")
FIELDS = {"bucket", "parentAccessKeyId", "permission", "ttlSeconds",
          "objects", "prefixes"}
GROUPS = {name: hashlib.md5(name.encode()).hexdigest() for name in (
    "Workers R2 Storage Read", "Workers R2 Storage Write",
    "Workers R2 Storage Bucket Item Read",
    "Workers R2 Storage Bucket Item Write", "Zone Read")}


def make_certificate(folder, name="127.0.0.1"):
    """(certificate, key): files, good for `name` alone."""
    certificate = os.path.join(folder, f"{name}.pem")
    key = os.path.join(folder, f"{name}.key")
    kind = "IP" if name[0].isdigit() else "DNS"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt",
         "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2",
         "-subj", f"/CN={name}", "-addext", f"subjectAltName={kind}:{name}",
         "-addext", "basicConstraints=critical,CA:TRUE",
         "-keyout", key, "-out", certificate],
        check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return certificate, key


class Refused(Exception):
    """What a well-behaved API says no to."""

    def __init__(self, status, code, message):
        super().__init__(message)
        self.status, self.code = status, code


class Hangup(Exception):
    """The connection ends here."""


def envelope(result, messages=(), errors=(), **more):
    return {"result": result, "success": not errors, "errors": list(errors),
            "messages": list(messages), **more}


class Answer:
    def __init__(self, status, body, headers=(), kind="application/json"):
        self.status = status
        self.body = body if isinstance(body, bytes) else \
            json.dumps(body).encode()
        self.headers = {"Content-Type": kind, **dict(headers)}


def error(status, code, message, **headers):
    return Answer(status, envelope(None, errors=[
        {"code": code, "message": message}]), headers)


# Mischief -------------------------------------------------------------------

def too_many(api, call, seconds):
    """429; `seconds` to wait, or None: it doesn't say."""
    answer = error(429, 10058, "Rate limited. Please wait")
    if isinstance(seconds, str):
        answer.headers["Retry-After"] = email.utils.formatdate(
            time.time() + int(seconds), usegmt=True)
    elif seconds is not None:
        answer.headers["Retry-After"] = str(seconds)
    return answer


def slow(api, call, seconds):
    api.stopped.wait(seconds or 1)
    return api.answer(call)


def cut(api, call, _):
    """Half of a good answer."""
    answer = api.answer(call)
    answer.headers["Content-Length"] = str(len(answer.body) + 100)
    raise_after = Hangup()
    raise_after.answer = answer
    raise raise_after


def hangup(api, call, _):
    raise Hangup()


def huge(api, call, size):
    good = json.loads(api.answer(call).body)
    good["messages"] = ["x" * (size or 10 << 20)]
    return Answer(200, good)


def html(api, call, status):
    return Answer(status or 502, b"<html><h1>Bad gateway</h1></html>",
                  kind="text/html")


def invalid(api, call, _):
    return Answer(200, b'{"success":true,"result":{"accessKeyId":')


def with_messages(api, call, messages):
    good = json.loads(api.answer(call).body)
    good["messages"] = messages
    return Answer(200, good)


def refusal(api, call, value):
    return error(*value)


def echo(api, call, _):
    return error(403, 10000, "Authentication error: bad token "
                 + call.headers.get("authorization", ""))


def redirect(api, call, _):
    return Answer(302, b"", {"Location": api.url + "/elsewhere"})


def no_success(api, call, _):
    good = json.loads(api.answer(call).body)
    good["success"] = False
    return Answer(200, good)


def poison(api, call, text):
    """A good answer with something else in the credential's place."""
    good = json.loads(api.answer(call).body)
    good["result"]["secretAccessKey"] = text
    return Answer(200, good)


def status(number):
    return lambda api, call, value: error(number, 10001, f"status {number}")


MISCHIEF = {"429": too_many, "500": status(500), "503": status(503),
            "408": status(408), "slow": slow, "cut": cut, "hangup": hangup,
            "huge": huge, "html": html, "invalid": invalid,
            "messages": with_messages, "refusal": refusal, "echo": echo,
            "redirect": redirect, "no success": no_success,
            "poison": poison}


CREDENTIALS = "/temp-access-credentials"


# The server -----------------------------------------------------------------

class Call:
    """One request."""

    def __init__(self, peer, method, path, headers, body):
        self.peer = peer            # (address, port): one connection
        self.method, self.headers, self.body = method, headers, body
        self.path, _, self.query = path.partition("?")
        self.status = None
        self.time = time.monotonic()

    @property
    def json(self):
        return json.loads(self.body)


class Connection(socketserver.StreamRequestHandler):
    """HTTP/1.1, kept open."""
    disable_nagle_algorithm = True

    def handle(self):
        with contextlib.suppress(OSError, Hangup):
            if self.server.api.context:
                self.request = self.server.api.context.wrap_socket(
                    self.request, server_side=True)
                self.rfile = self.request.makefile("rb")
            while self.one():
                pass

    def one(self):
        line = self.rfile.readline(65536).decode("latin-1").split()
        if len(line) != 3:
            return False
        headers = {}
        while True:
            text = self.rfile.readline(65536).decode("latin-1").strip()
            if not text:
                break
            name, _, value = text.partition(":")
            headers[name.strip().lower()] = value.strip()
        body = self.rfile.read(int(headers.get("content-length", "0")))
        call = Call(self.client_address, line[0], line[1], headers, body)
        api = self.server.api
        try:
            answer = api.serve(call)
        except Hangup as reason:
            if hasattr(reason, "answer"):
                self.send(call, reason.answer)
            raise
        self.send(call, answer)
        return True

    def send(self, call, answer):
        call.status = answer.status
        answer.headers.setdefault("Content-Length", str(len(answer.body)))
        head = f"HTTP/1.1 {answer.status} Status\r\n" + "".join(
            f"{name}: {value}\r\n" for name, value in answer.headers.items())
        self.request.sendall(head.encode() + b"\r\n"
                             + (b"" if call.method == "HEAD"
                                else answer.body))

    def finish(self):
        with contextlib.suppress(OSError):
            super().finish()
            self.request.close()


class Server(socketserver.ThreadingTCPServer):
    daemon_threads = True
    block_on_close = False
    allow_reuse_address = True
    request_queue_size = 128


class Api:
    """See the top."""

    def __init__(self, folder, token, parents, host=None, tls=True,
                 certificate=None, account=None, port=0):
        self.token, self.parents, self.account = token, dict(parents), account
        self.host = host
        self.latency, self.at = 0, CREDENTIALS
        self.script = None
        self.calls = []
        self.count = 0
        self.under_way = self.most_under_way = 0
        self.lock = threading.Lock()
        self.stopped = threading.Event()
        self.tokens = {}            # id -> what a list of them shows
        self.values = {}            # id -> value
        self.context = None
        if tls:
            self.ca, key = certificate or make_certificate(folder)
            self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            self.context.load_cert_chain(self.ca, key)
        self.server = Server(("127.0.0.1", port), Connection)
        self.server.api = self
        self.port = self.server.server_address[1]
        self.url = f"http{'s' if tls else ''}://127.0.0.1:{self.port}{BASE}"
        self.thread = None

    def start(self):
        self.thread = threading.Thread(target=self.server.serve_forever,
                                       args=(0.05,), daemon=True)
        self.thread.start()
        return self

    def stop(self):
        self.stopped.set()
        if self.thread:
            self.server.shutdown()
            self.thread.join()
            self.thread = None
        self.server.server_close()

    @contextlib.contextmanager
    def doing(self, script=None, latency=0, at=CREDENTIALS):
        """For a while it misbehaves, where a path ends in `at`; the calls of
        that while are yielded."""
        with self.lock:
            self.script, self.latency, self.count = script, latency, 0
            self.at = at
            self.calls = calls = []
            self.most_under_way = 0
        try:
            yield calls
        finally:
            with self.lock:
                self.script, self.latency = None, 0

    # One call

    def serve(self, call):
        with self.lock:
            self.calls.append(call)
            self.under_way += 1
            self.most_under_way = max(self.most_under_way, self.under_way)
            mischief = None
            if call.path.endswith(self.at):
                mischief = self.next_mischief(call)
        try:
            if self.latency:
                time.sleep(self.latency)
            if mischief is None:
                return self.answer(call)
            word, value = mischief if isinstance(mischief, tuple) \
                else (mischief, None)
            return MISCHIEF[word](self, call, value)
        finally:
            with self.lock:
                self.under_way -= 1

    def next_mischief(self, call):
        number, script = self.count, self.script
        self.count += 1
        if callable(script):
            return script(number, call)
        if script and number < len(script):
            return script[number]
        return None

    def answer(self, call):
        try:
            return self.route(call)
        except Refused as refused:
            return error(refused.status, refused.code, str(refused))

    def route(self, call):
        if not call.path.startswith(BASE + "/"):
            raise Refused(404, 7003, "No route for the URI")
        sent = call.headers.get("authorization", "")
        if sent != "Bearer " + self.token:
            raise Refused(403, 10000, "Authentication error")
        path = call.path[len(BASE):]
        for method, pattern, serve in ROUTES:
            match = re.fullmatch(pattern, path)
            if match and method == call.method:
                account = match.groupdict().get("account")
                if self.account and account not in (None, self.account):
                    raise Refused(404, 7003, "No such account")
                return serve(self, call, **match.groupdict())
        raise Refused(404, 7003, f"No route for {call.method} {path}")

    def credentials(self, call, account):
        asked = call.json
        if set(asked) - FIELDS:
            raise Refused(400, 10004, f"fields {set(asked) - FIELDS}")
        parent = asked.get("parentAccessKeyId")
        if parent not in self.parents:
            raise Refused(403, 10003, "no such parent")
        if asked["permission"] not in PERMISSIONS:
            raise Refused(400, 10004, "permission")
        ttl = asked.get("ttlSeconds", 900)
        if not isinstance(ttl, int) or not 1 <= ttl <= 604800:
            raise Refused(400, 10004, "ttlSeconds")
        return Answer(200, envelope(self.sign(asked, account, parent, ttl)))

    def sign(self, asked, account, parent, ttl):
        now = int(time.time())
        claims = {"bucket": asked["bucket"], "scope": asked["permission"],
                  "sub": account, "iss": parent, "aud": self.host,
                  "iat": now, "exp": now + ttl}
        paths = {}
        for field, claim in (("prefixes", "prefixPaths"),
                             ("objects", "objectPaths")):
            if field in asked:
                if not asked[field]:
                    raise Refused(400, 10004, f"{field} is empty")
                paths[claim] = asked[field]
        if paths:
            claims["paths"] = paths
        token = jwt.encode(claims, self.parents[parent], algorithm="HS256")
        session = base64.b64encode(b"jwt/" + token.encode()).decode()
        return {"accessKeyId": parent,
                "secretAccessKey": hashlib.sha256(token.encode()).hexdigest(),
                "sessionToken": session}

    # API tokens

    def groups(self, call, account=None):
        return Answer(200, envelope([
            {"id": id, "name": name, "scopes": []}
            for name, id in GROUPS.items()]))

    def verify(self, call, account=None):
        if account and not getattr(self, "owned_by_account", True):
            raise Refused(401, 1000, "Invalid API Token")
        return Answer(200, envelope({"id": "f" * 32, "status": "active"}, [
            {"code": 10000, "message": "This API Token is valid and active"}]))

    def create(self, call, account=None):
        asked = call.json
        for policy in asked["policies"]:
            for group in policy["permission_groups"]:
                if group["id"] not in GROUPS.values():
                    raise Refused(400, 1001, "no such permission group")
        token = secrets.token_hex(16)
        self.tokens[token] = {"id": token, "name": asked["name"],
                              "status": "active", **{
                                  name: asked[name]
                                  for name in ("policies", "condition",
                                               "expires_on")
                                  if name in asked}}
        self.values[token] = secrets.token_urlsafe(30)
        return Answer(200, envelope({**self.tokens[token],
                                     "value": self.values[token]}))

    def known(self, token):
        if token not in self.tokens:
            raise Refused(404, 1003, "no such token")
        return token

    def roll(self, call, token, account=None):
        self.values[self.known(token)] = secrets.token_urlsafe(30)
        return Answer(200, envelope(self.values[token]))

    def list(self, call, account=None):
        query = dict(pair.split("=") for pair in call.query.split("&")
                     if pair)
        page, size = int(query.get("page", 1)), int(query.get("per_page", 20))
        found = list(self.tokens.values())
        return Answer(200, envelope(
            found[(page - 1) * size:page * size],
            result_info={"page": page, "per_page": size,
                         "total_count": len(found)}))

    def revoke(self, call, token, account=None):
        del self.tokens[self.known(token)]
        return Answer(200, envelope({"id": token}))


OWNER = "(?:/user|/accounts/(?P<account>[0-9a-f]+))"
ROUTES = [
    ("POST", "/accounts/(?P<account>[0-9a-f]+)/r2/temp-access-credentials",
     Api.credentials),
    ("GET", OWNER + "/tokens/permission_groups", Api.groups),
    ("GET", OWNER + "/tokens/verify", Api.verify),
    ("GET", OWNER + "/tokens", Api.list),
    ("POST", OWNER + "/tokens", Api.create),
    ("PUT", OWNER + "/tokens/(?P<token>[^/]+)/value", Api.roll),
    ("DELETE", OWNER + "/tokens/(?P<token>[^/]+)", Api.revoke),
]


class Trap:
    """Listens and notes who comes: a proxy that must not be used."""

    def __init__(self):
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.port = self.socket.getsockname()[1]
        self.came = 0
        threading.Thread(target=self.listen, daemon=True).start()

    def listen(self):
        with contextlib.suppress(OSError):
            while True:
                connection, _ = self.socket.accept()
                self.came += 1
                connection.close()

    def stop(self):
        self.socket.close()


class Deaf:
    """A port that is taken and refuses everyone."""

    def __init__(self):
        self.socket = socket.socket()
        self.socket.bind(("127.0.0.1", 0))
        self.port = self.socket.getsockname()[1]

    def stop(self):
        self.socket.close()


def connections(calls):
    """How many different connections they came by."""
    return len(collections.Counter(call.peer for call in calls))


if __name__ == "__main__":
    sys.exit(__doc__)
