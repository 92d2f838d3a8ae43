"""Requests to try the endpoint with, and a signer that can do it wrong.

Tokens are made with PyJWT. Nothing here is shared with the endpoint: a judge
and the one who tries it must not have the same mistakes.
"""
import base64
import datetime
import hashlib
import hmac
import http.client
import re
import time
import urllib.parse

import jwt

ACCOUNT = "023e105f4ecef8ad9ca31a8372d0c353"
PARENT = "b2f1a3c4d5e6f708192a3b4c5d6e7f80"
SECRET = "198fbcfb86a87b0ac6096503a52fb06a5791cbf939b9a78b56d336a35af8af2f"
READER = "11111111111111111111111111111111"
READER_SECRET = "2" * 64
ADMIN = "33333333333333333333333333333333"
ADMIN_SECRET = "4" * 64
PARENTS = {
    PARENT: {"secret": SECRET, "account": ACCOUNT,
             "permission": "object-read-write",
             "buckets": ["my-bucket", "other-bucket"]},
    READER: {"secret": READER_SECRET, "account": ACCOUNT,
             "permission": "object-read-only", "buckets": ["my-bucket"]},
    ADMIN: {"secret": ADMIN_SECRET, "account": ACCOUNT,
            "permission": "admin-read-write"},
}
NOTHING = hashlib.sha256(b"").hexdigest()
UNSIGNED = "UNSIGNED-PAYLOAD"


# Credentials ----------------------------------------------------------------

class Credential:
    def __init__(self, name, secret, token=None):
        self.name, self.secret, self.token = name, secret, token


AS_PARENT = Credential(PARENT, SECRET)


def make_jwt(endpoint, changes=None, drop=(), parent=PARENT, secret=SECRET,
             **options):
    now = int(time.time())
    claims = {"bucket": "my-bucket", "scope": "object-read-write",
              "sub": ACCOUNT, "iss": parent, "aud": endpoint.host,
              "iat": now, "exp": now + 900}
    claims.update(changes or {})
    for name in drop:
        del claims[name]
    options.setdefault("algorithm", "HS256")
    return jwt.encode(claims, secret, **options)


def from_jwt(text, parent=PARENT):
    """The credential a JWT makes."""
    data = text.encode()
    return Credential(parent, hashlib.sha256(data).hexdigest(),
                      base64.b64encode(b"jwt/" + data).decode())


def mint(endpoint, changes=None, drop=(), parent=PARENT, secret=SECRET):
    return from_jwt(make_jwt(endpoint, changes, drop, parent, secret),
                    parent)


def mint_actions(endpoint, *actions, **more):
    return mint(endpoint, {"actions": list(actions), **more}, ["scope"])


# A signer that can be told to do it wrong -----------------------------------

def quote(text, safe="-._~"):
    return urllib.parse.quote(text, safe=safe)


def amz_time(seconds):
    moment = datetime.datetime.fromtimestamp(seconds, datetime.timezone.utc)
    return moment.strftime("%Y%m%dT%H%M%SZ")


def derive_key(secret, date, region, service):
    key = ("AWS4" + secret).encode()
    for part in (date, region, service, "aws4_request"):
        key = hmac.new(key, part.encode(), "sha256").digest()
    return key


def hexmac(key, *lines):
    return hmac.new(key, "\n".join(lines).encode(), "sha256").hexdigest()


class Signer:
    """One request; every part of its signature can be set."""

    def __init__(self, endpoint, who, method, path, query=(), headers=None,
                 payload=NOTHING, when=None, region="auto", service="s3",
                 date=None, signed=None, algorithm="AWS4-HMAC-SHA256"):
        self.who, self.method, self.path = who, method, path
        self.query = list(query)
        self.headers = {"host": endpoint.host}
        self.headers.update(headers or {})
        self.payload = payload
        self.amz_date = amz_time(time.time() if when is None else when)
        self.scope = "/".join([date or self.amz_date[:8], region, service,
                               "aws4_request"])
        self.key = derive_key(who.secret, *self.scope.split("/")[:3])
        self.signed = signed
        self.algorithm = algorithm      # as a link names it
        self.signature = None

    def sign(self, query):
        names = self.signed or sorted(self.headers)
        self.signed = names
        canonical = "\n".join(
            [self.method, self.path, query]
            + [f"{name}:{self.headers.get(name, '')}" for name in names]
            + ["", ";".join(names), self.payload])
        self.signature = hexmac(
            self.key, "AWS4-HMAC-SHA256", self.amz_date, self.scope,
            hashlib.sha256(canonical.encode()).hexdigest())

    def query_text(self):
        return "&".join(f"{quote(name)}={quote(value)}"
                        for name, value in sorted(self.query))

    def target(self, query):
        return self.path + ("?" + query if query else "")

    def in_header(self):
        """(target, headers) of a request signed in its headers."""
        self.headers.setdefault("x-amz-date", self.amz_date)
        if self.payload is not None:
            self.headers.setdefault("x-amz-content-sha256", self.payload)
        if self.who.token:
            self.headers.setdefault("x-amz-security-token", self.who.token)
        self.payload = self.payload or NOTHING
        query = self.query_text()
        self.sign(query)
        headers = dict(self.headers)
        headers["authorization"] = (
            f"AWS4-HMAC-SHA256 Credential={self.who.name}/{self.scope}, "
            f"SignedHeaders={';'.join(self.signed)}, "
            f"Signature={self.signature}")
        return self.target(query), headers

    def in_query(self, expires=900):
        """(target, headers) of a presigned request."""
        names = self.signed or sorted(self.headers)
        self.query += [("X-Amz-Algorithm", self.algorithm),
                       ("X-Amz-Credential", f"{self.who.name}/{self.scope}"),
                       ("X-Amz-Date", self.amz_date),
                       ("X-Amz-SignedHeaders", ";".join(names))]
        if expires is not None:
            self.query.append(("X-Amz-Expires", str(expires)))
        if self.who.token:
            self.query.append(("X-Amz-Security-Token", self.who.token))
        query = self.query_text()
        self.sign(query)
        return (self.target(f"{query}&X-Amz-Signature={self.signature}"),
                dict(self.headers))


# Requests -------------------------------------------------------------------

class Answer:
    """What came back, and what the endpoint noted."""

    def __init__(self, endpoint, response):
        self.status = response.status
        self.headers = {name.lower(): value
                        for name, value in response.getheaders()}
        self.body = response.read()
        self.entry = endpoint.log[-1] if endpoint.log else None

    @property
    def code(self):
        match = re.search(rb"<Code>(.*?)</Code>", self.body)
        return match[1].decode() if match else ""

    @property
    def verdict(self):
        """Status, and why: what most tests want to know."""
        return self.status, self.entry.reason


def send(endpoint, method, target, headers, body=b"", connection=None):
    conn = connection or http.client.HTTPConnection(
        "127.0.0.1", endpoint.port, timeout=20)
    conn.putrequest(method, target, skip_host=True,
                    skip_accept_encoding=True)
    for name, value in headers.items():
        conn.putheader(name, value)
    if "content-length" not in headers:
        conn.putheader("content-length", str(len(body)))
    conn.endheaders(body)
    answer = Answer(endpoint, conn.getresponse())
    if connection is None:
        conn.close()
    return answer


def ask(endpoint, who, method, path, query=(), body=b"", **options):
    """One request signed in its headers."""
    options.setdefault("payload", hashlib.sha256(body).hexdigest())
    signer = Signer(endpoint, who, method, path, query, **options)
    return send(endpoint, method, *signer.in_header(), body)


def follow(endpoint, who, method, path, query=(), body=b"", expires=900,
           **options):
    """One presigned request."""
    options.setdefault("payload", UNSIGNED)
    signer = Signer(endpoint, who, method, path, query, **options)
    return send(endpoint, method, *signer.in_query(expires), body)
