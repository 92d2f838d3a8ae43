"""The API itself: its routes, and what each of them answers."""
import base64
import contextlib
import hashlib
import re
import secrets
import ssl
import threading
import time

import jwt

from .answers import Answer, Refused, envelope, error
from .certificate import make_certificate
from .mischief import MISCHIEF
from .server import Connection, Server

BASE = "/client/v4"
PERMISSIONS = ("object-read-only", "object-read-write", "admin-read-only",
               "admin-read-write")
FIELDS = {"bucket", "parentAccessKeyId", "permission", "ttlSeconds",
          "objects", "prefixes"}
GROUPS = {name: hashlib.md5(name.encode()).hexdigest() for name in (
    "Workers R2 Storage Read", "Workers R2 Storage Write",
    "Workers R2 Storage Bucket Item Read",
    "Workers R2 Storage Bucket Item Write", "Zone Read")}
CREDENTIALS = "/temp-access-credentials"


class Api:
    """The API; the package says how a test uses it."""

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
