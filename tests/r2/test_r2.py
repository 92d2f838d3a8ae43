#!/usr/bin/python3
"""Proves the endpoint in r2.py: a judge nobody has checked proves nothing.

TAP on standard output.  Tokens are made with PyJWT; requests come from
boto3, curl, rclone and aria2c, and, where a request has to be odd in one
way only, from the small signer below.
"""

import base64
import contextlib
import datetime
import hashlib
import hmac
import http.client
import io
import json
import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
import time
import traceback
import urllib.parse
import zlib

import boto3
import boto3.s3.transfer
import botocore.config
import botocore.exceptions
import jwt

sys.dont_write_bytecode = True      # the source tree may be read-only
import r2  # noqa: E402

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


# Reporting ------------------------------------------------------------------

class Tap:
    def __init__(self):
        self.count = self.failed = 0

    def ok(self, condition, name, *diagnostics):
        self.count += 1
        self.failed += not condition
        print(f"{'ok' if condition else 'not ok'} {self.count} - {name}")
        if not condition:
            for line in "\n".join(map(str, diagnostics)).splitlines():
                print(f"# {line}")
        sys.stdout.flush()

    def same(self, got, wanted, name):
        self.ok(got == wanted, name, f"got:    {got!r}",
                f"wanted: {wanted!r}")


tap = Tap()


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


def client(endpoint, who):
    return boto3.client(
        "s3", endpoint_url=endpoint.url, region_name="auto",
        aws_access_key_id=who.name, aws_secret_access_key=who.secret,
        aws_session_token=who.token,
        config=botocore.config.Config(signature_version="s3v4",
                                      s3={"addressing_style": "path"},
                                      retries={"max_attempts": 0}))


def boto_status(function, **params):
    """The HTTP status of a boto3 call that may fail."""
    try:
        answer = function(**params)
    except botocore.exceptions.ClientError as error:
        answer = error.response
    return answer["ResponseMetadata"]["HTTPStatusCode"]


def run(*command, **options):
    """A program in an environment without anybody's settings."""
    with tempfile.TemporaryDirectory() as home:
        env = {"PATH": os.environ["PATH"], "HOME": home, "LC_ALL": "C.UTF-8"}
        return subprocess.run(command, capture_output=True, env=env,
                              timeout=120, **options)


# Signature Version 4 --------------------------------------------------------

AWS_SECRET = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"
AWS_DATE = "20130524T000000Z"
AWS_SCOPE = "20130524/us-east-1/s3/aws4_request"


def aws_key():
    return r2.signing_key(AWS_SECRET, "20130524", "us-east-1")


def aws_sign(method, path, query, headers, payload):
    canonical = r2.canonical_request(
        method, path, query,
        [(name.encode(), value.encode()) for name, value in headers.items()],
        sorted(headers), payload)
    return r2.sign_request(aws_key(), AWS_DATE, AWS_SCOPE, canonical)


def test_aws_examples():
    """The signatures AWS's documentation of S3 prints."""
    tap.same(aws_sign("GET", "/test.txt", "", {
        "host": "examplebucket.s3.amazonaws.com", "range": "bytes=0-9",
        "x-amz-content-sha256": NOTHING, "x-amz-date": AWS_DATE}, NOTHING),
        "f0e8bdb87c964420e857bd35b5d6ed31"
        "0bd44f0170aba48dd91039c6036bdb41", "AWS's example of GET Object")
    query = r2.canonical_query(r2.split_query(
        "X-Amz-Expires=86400&X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Date="
        + AWS_DATE + "&X-Amz-SignedHeaders=host&X-Amz-Signature=abc&"
        "X-Amz-Credential=" + quote("AKIAIOSFODNN7EXAMPLE/" + AWS_SCOPE)))
    tap.same(aws_sign("GET", "/test.txt", query, {
        "host": "examplebucket.s3.amazonaws.com"}, UNSIGNED),
        "aeeed9bbccd4d02ee5c0109b86d86835"
        "f995330da4c265957d157751f604d404", "AWS's example of a presigned URL")
    signature = aws_sign("PUT", "/examplebucket/chunkObject.txt", "", {
        "content-encoding": "aws-chunked", "content-length": "66824",
        "host": "s3.amazonaws.com",
        "x-amz-content-sha256": "STREAMING-AWS4-HMAC-SHA256-PAYLOAD",
        "x-amz-date": AWS_DATE, "x-amz-decoded-content-length": "66560",
        "x-amz-storage-class": "REDUCED_REDUNDANCY"},
        "STREAMING-AWS4-HMAC-SHA256-PAYLOAD")
    signatures = [signature]
    for size in (65536, 1024, 0):
        signature = r2.sign_chunk(aws_key(), AWS_DATE, AWS_SCOPE, signature,
                                  b"a" * size)
        signatures.append(signature)
    tap.same([text[:8] for text in signatures],
             ["4f232c43", "ad80c730", "0055627c", "b6c6ea8a"],
             "AWS's example of a chunked upload")


def test_signature(endpoint):
    """A request that is right but for one thing."""
    who, path = mint(endpoint), "/my-bucket/a.txt"
    now = time.time()
    stranger = Credential("f" * 32, who.secret, who.token)
    cases = [
        ("as it should be", {}, 200, ""),
        ("14 minutes late", {"when": now - 14 * 60}, 200, ""),
        ("16 minutes late", {"when": now - 16 * 60}, 403,
         "x-amz-date is not within 15 minutes"),
        ("16 minutes early", {"when": now + 16 * 60}, 403,
         "x-amz-date is not within 15 minutes"),
        ("another region", {"region": "us-east-1"}, 400,
         "the credential scope is not auto/s3/aws4_request"),
        ("another service", {"service": "iam"}, 400,
         "the credential scope is not auto/s3/aws4_request"),
        ("another day in the scope", {"date": "20200101"}, 400,
         "Credential and x-amz-date name two days"),
        ("no payload hash", {"payload": None}, 400,
         "x-amz-content-sha256 is missing"),
        ("a strange payload hash", {"payload": "NONE"}, 400,
         "x-amz-content-sha256 is not known"),
        ("a date that is none", {"headers": {"x-amz-date": "today"}}, 400,
         "x-amz-date is missing or malformed"),
        ("host not signed",
         {"signed": ["x-amz-content-sha256", "x-amz-date",
                     "x-amz-security-token"]}, 400,
         "SignedHeaders: sorted, once each, with host"),
        ("the token not signed",
         {"signed": ["host", "x-amz-content-sha256", "x-amz-date"]}, 403,
         "x-amz-security-token was sent but not signed"),
        ("a header signed that never came",
         {"signed": ["host", "range", "x-amz-content-sha256", "x-amz-date",
                     "x-amz-security-token"]}, 403,
         "range was signed but not sent"),
        ("another Host", {"headers": {"host": "localhost"}}, 400,
         "Host is not this endpoint's"),
    ]
    for name, options, status, reason in cases:
        tap.same(ask(endpoint, who, "GET", path, **options).verdict,
                 (status, reason), f"signature: {name}")
    tap.same(ask(endpoint, stranger, "GET", path).verdict,
             (401, "unknown access key id"), "signature: unknown parent")
    headers = {"host": endpoint.host}
    tap.same(send(endpoint, "GET", path, headers).verdict,
             (401, "not signed"), "signature: none")


def test_algorithm(endpoint):
    """The one algorithm, by its name."""
    target, headers = Signer(endpoint, AS_PARENT, "GET",
                             "/my-bucket/a.txt").in_header()
    headers["authorization"] = headers["authorization"].replace(
        "SHA256", "SHA512")
    tap.same(send(endpoint, "GET", target, headers).verdict,
             (400, "Authorization: unknown algorithm"),
             "algorithm: in a header")
    tap.same(follow(endpoint, AS_PARENT, "GET", "/my-bucket/a.txt",
                    algorithm="AWS4-HMAC-SHA512").verdict,
             (400, "X-Amz-Algorithm: unknown algorithm"),
             "algorithm: in a link")


def test_wrong_secret(endpoint):
    """Each secret that somebody might sign with instead."""
    who = mint(endpoint)
    other = mint(endpoint, {"scope": "object-read-only"})
    wrong = {
        "the parent's secret with a token":
            Credential(PARENT, SECRET, who.token),
        "a token's secret without the token":
            Credential(PARENT, who.secret),
        "another credential's secret":
            Credential(PARENT, other.secret, who.token),
        "the SHA-256 of the session token":
            Credential(PARENT, hashlib.sha256(who.token.encode())
                       .hexdigest(), who.token),
        "the hash in upper case":
            Credential(PARENT, who.secret.upper(), who.token),
        "another parent's secret": Credential(PARENT, READER_SECRET),
    }
    for name, credential in wrong.items():
        answer = ask(endpoint, credential, "GET", "/my-bucket/a.txt")
        tap.same((answer.status, answer.code), (403, "SignatureDoesNotMatch"),
                 f"wrong secret: {name}")
    tap.same(ask(endpoint, AS_PARENT, "GET", "/my-bucket/a.txt").status, 200,
             "the parent's own secret, without a token")


def test_tampered_request(endpoint):
    """What was signed is changed on the way."""
    who = mint(endpoint)
    wrong = (403, "the signature is another")

    def altered(method, target_of, headers_of, body=b"", send_as=None):
        signer = Signer(endpoint, who, method, "/my-bucket/a.txt",
                        [("response-content-type", "text/x-a")],
                        {"range": "bytes=0-1"},
                        hashlib.sha256(body).hexdigest())
        target, headers = signer.in_header()
        return send(endpoint, send_as or method, target_of(target),
                    headers_of(headers), body)

    def same(value):
        return value

    def flip(headers):
        text = headers["authorization"]
        last = "0" if text[-1] != "0" else "1"
        return dict(headers, authorization=text[:-1] + last)

    tap.same(altered("GET", same, same).status, 206, "tampered: nothing")
    tap.same(altered("GET", lambda text: text.replace("a.txt", "b.txt"),
                     same).verdict, wrong, "tampered: key")
    tap.same(altered("GET", lambda text: text.replace("x-a", "x-b"),
                     same).verdict, wrong, "tampered: query")
    tap.same(altered("GET", same,
                     lambda headers: dict(headers, range="bytes=0-2"))
             .verdict, wrong, "tampered: header")
    tap.same(altered("GET", same, same, send_as="HEAD").verdict, wrong,
             "tampered: method")
    tap.same(altered("GET", same, flip).verdict, wrong,
             "tampered: last digit of the signature")
    tap.same(altered("GET", same, lambda headers: dict(
        headers, authorization=headers["authorization"][:-1])).verdict,
        wrong, "tampered: signature cut short")
    body_hash = hashlib.sha256(b"good").hexdigest()
    answer = ask(endpoint, who, "PUT", "/my-bucket/t", body=b"evil",
                 payload=body_hash)
    tap.same((answer.status, answer.code, endpoint.get("my-bucket", "t")),
             (400, "XAmzContentSHA256Mismatch", None), "tampered: body")
    answer = ask(endpoint, who, "DELETE", "/my-bucket/a.txt", body=b"x",
                 payload=NOTHING)
    tap.same((answer.status, endpoint.get("my-bucket", "a.txt")),
             (400, b"hello"), "tampered: body of a DELETE")


def test_path_encoding(endpoint):
    """Encoded once, upper case, nothing normalised."""
    who = mint(endpoint)
    keys = ["space and+plus", "per%20cent%2Fslash", "til~de", "a//b/./c/../d",
            "/leading", "Árvíztűrő/日本語 😀", "quotes'\"()*!", "q?x=1&y#z",
            "=:@$,;[]{}|\\^`<>", "new\nline\ttab", "e\u0301 not NFC"]
    for key in keys:
        raw = "/my-bucket/" + quote(key, safe="/")
        status = ask(endpoint, who, "PUT", raw, body=b"k").status
        tap.same((status, endpoint.get("my-bucket", key)), (200, b"k"),
                 f"key: {key!r}")
    for raw in ("/my-bucket/til%7Ede", "/my-bucket/a%2fb", "/my-bucket/a%2Fb",
                "/my-bucket/a!", "/my-bucket/caf%c3%a9", "/my-bucket/%61"):
        tap.same(ask(endpoint, who, "GET", raw).verdict,
                 (403, "the path is not encoded as SigV4 wants"),
                 f"not the canonical encoding: {raw}")
    tap.same(ask(endpoint, who, "GET", "/my-bucket/%FF").verdict,
             (400, "a key in UTF-8"), "key: not UTF-8")
    tap.same(ask(endpoint, who, "PUT", "/my-bucket/" + "k" * 1024).status,
             200, "key: 1024 bytes")
    tap.same(ask(endpoint, who, "PUT", "/my-bucket/" + "k" * 1025).verdict,
             (400, "a key has 1 to 1024 bytes"), "key: 1025 bytes")
    tap.same(ask(endpoint, who, "GET", "/My_Bucket/a").verdict,
             (400, "not a bucket's name"), "bucket: My_Bucket")


# Temporary credentials ------------------------------------------------------

def test_token_claims(endpoint):
    """A token right but for one claim, signed by the parent all the same."""
    now = int(time.time())
    wrong = [
        ("unknown claim", {"nbf": now}, (), "unknown claim"),
        ("iss another parent", {"iss": READER}, (),
         "iss is not the access key id"),
        ("sub another account", {"sub": "0" * 32}, (),
         "sub is not the account"),
        ("aud another host", {"aud": "r2.example.com"}, (),
         "aud is not this host"),
        ("aud with a scheme", {"aud": endpoint.url}, (),
         "aud is not this host"),
        ("iat two minutes ahead", {"iat": now + 120, "exp": now + 900}, (),
         "iat in the future"),
        ("a week and a second", {"iat": now, "exp": now + 604801}, (),
         "a lifetime that is not 1 to 604800 seconds"),
        ("exp before iat", {"iat": now, "exp": now}, (),
         "a lifetime that is not 1 to 604800 seconds"),
        ("iat a fraction", {"iat": now + 0.5}, (), "a claim of the wrong type"),
        ("exp in text", {"exp": str(now + 900)}, (),
         "a claim of the wrong type"),
        ("bucket a list", {"bucket": ["my-bucket"]}, (),
         "a claim of the wrong type"),
        ("both scope and actions", {"actions": ["GetObject"]}, (),
         "exactly one of scope and actions"),
        ("both, actions empty", {"actions": []}, (),
         "exactly one of scope and actions"),
        ("neither scope nor actions", {}, ["scope"],
         "exactly one of scope and actions"),
        ("unknown scope", {"scope": "object-write-only"}, (),
         "unknown scope"),
        ("scope a list", {"scope": ["object-read-only"]}, (),
         "unknown scope"),
        ("unknown action", {"actions": ["GetObject", "Everything"]},
         ["scope"], "unknown action"),
        ("no action", {"actions": []}, ["scope"],
         "actions is no list of names"),
        ("paths a list", {"paths": ["a.txt"]}, (),
         "paths of an unknown shape"),
        ("paths misspelt", {"paths": {"objects": ["a.txt"]}}, (),
         "paths of an unknown shape"),
        ("an empty prefix", {"paths": {"prefixPaths": [""]}}, (),
         "a path that is no key"),
        ("a path of 1025 bytes", {"paths": {"objectPaths": ["k" * 1025]}},
         (), "a path that is no key"),
        ("bucket not its parent's", {"bucket": "far-bucket"}, (),
         "the bucket is not its parent's"),
    ]
    for name in ("bucket", "sub", "iss", "aud", "iat", "exp"):
        wrong.append((f"{name} missing", {}, [name], "a claim is missing"))
    for name, changes, drop, reason in wrong:
        answer = ask(endpoint, mint(endpoint, changes, drop), "GET",
                     "/my-bucket/a.txt")
        tap.same((answer.verdict, answer.code),
                 ((401, f"token: {reason}"), "Unauthorized"),
                 f"claims: {name}")


def test_token_claims_allowed(endpoint):
    now = int(time.time())
    right = {
        "iat half a minute ahead": {"iat": now + 30, "exp": now + 900},
        "a whole week": {"iat": now, "exp": now + 604800},
        "no paths": {},
        "empty paths": {"paths": {}},
        "empty lists": {"paths": {"prefixPaths": [], "objectPaths": []}},
    }
    for name, changes in right.items():
        tap.same(ask(endpoint, mint(endpoint, changes), "GET",
                     "/my-bucket/a.txt").verdict, (200, ""),
                 f"claims: {name}")


def test_token_expiry(endpoint):
    who = mint(endpoint, {"exp": int(time.time()) + 60})
    tap.same(ask(endpoint, who, "GET", "/my-bucket/a.txt").status, 200,
             "expiry: 60 seconds before")
    endpoint.clock_offset = 61
    answer = ask(endpoint, who, "GET", "/my-bucket/a.txt")
    tap.same((answer.verdict, answer.code),
             ((400, "token: expired"), "ExpiredRequest"),
             "expiry: a second after")
    tap.same(follow(endpoint, who, "GET", "/my-bucket/a.txt").verdict,
             (400, "token: expired"),
             "expiry: a link that lives longer than its credential")
    endpoint.clock_offset = 0


def test_token_signature(endpoint):
    """Tokens this parent never signed, and bits moved in those it did."""
    good = make_jwt(endpoint, {"scope": "object-read-only"})
    head, payload, signature = good.split(".")
    wide = jwt.encode({**jwt.decode(good, options={
        "verify_signature": False}), "scope": "object-read-write"}, "x",
        algorithm="HS256").split(".")[1]
    changed = ("B" if signature[0] == "A" else "A") + signature[1:]
    decoded = bytes.fromhex(SECRET)
    forged = "not signed by this parent"
    wrong = [
        ("payload widened", f"{head}.{wide}.{signature}", forged),
        ("signature changed", f"{head}.{payload}.{changed}", forged),
        ("signature of another secret",
         make_jwt(endpoint, secret=READER_SECRET), forged),
        ("secret decoded from hex",
         jwt.encode(jwt.decode(good, options={"verify_signature": False}),
                    decoded, algorithm="HS256"), forged),
        ("alg none", make_jwt(endpoint, algorithm="none", secret=None),
         "wrong header"),
        ("alg HS512", make_jwt(endpoint, algorithm="HS512"), "wrong header"),
        ("a kid", make_jwt(endpoint, headers={"kid": "1"}), "wrong header"),
        ("no signature", f"{head}.{payload}", "not three parts"),
        ("payload padded", f"{head}.{payload}=.{signature}",
         "payload is not base64url"),
        ("a stray bit", f"{head}.{payload}.{stray_bit(signature)}",
         "signature is not base64url"),
    ]
    for name, text, reason in wrong:
        tap.same(ask(endpoint, from_jwt(text), "GET", "/my-bucket/a.txt")
                 .verdict, (401, f"token: {reason}"), f"token: {name}")
    tap.same(ask(endpoint, from_jwt(good), "GET", "/my-bucket/a.txt")
             .verdict, (200, ""), "token: nothing changed")


def stray_bit(text):
    """The same bytes in base64, but for a bit that belongs to none."""
    core = text.rstrip("=")
    letters = ("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
               "0123456789" + ("-_" if set("-_") & set(core) else "+/"))
    last = letters[letters.index(core[-1]) ^ 1]
    return core[:-1] + last + text[len(core):]


def test_token_wrapping(endpoint):
    """base64 of jwt/ and the JWT, and nothing else."""
    good = None
    for pad in range(6):        # JSON takes spaces at its end: any length
        who = from_jwt(sign_payload(claims_text(endpoint) + " " * pad))
        tap.same(ask(endpoint, who, "GET", "/my-bucket/a.txt").verdict,
                 (200, ""), f"wrapping: {pad} bytes more, "
                 f"padding {who.token.count('=')}")
        if who.token.endswith("="):
            good = who
    data = base64.b64decode(good.token)
    wrong = {
        "no jwt/": base64.b64encode(data[4:]).decode(),
        "JWT/": base64.b64encode(b"JWT/" + data[4:]).decode(),
        "not base64": good.token[:40] + "*" + good.token[40:],
        "padding dropped": good.token.rstrip("="),
        "a stray bit": stray_bit(good.token),
        "the bare JWT": data[4:].decode(),
    }
    for name, token in wrong.items():
        who = Credential(PARENT, good.secret, token)
        tap.same(ask(endpoint, who, "GET", "/my-bucket/a.txt").verdict[0],
                 401, f"wrapping: {name}")
    twice = claims_text(endpoint).replace('{"bucket"',
                                          '{"bucket":"b-1","bucket"')
    for name, text in {"a claim twice": twice, "no JSON": "{]",
                       "NaN": claims_text(endpoint)[:-1] + ',"x":NaN}'
                       }.items():
        tap.same(ask(endpoint, from_jwt(sign_payload(text)), "GET",
                     "/my-bucket/a.txt").verdict,
                 (401, "token: the claims are not JSON"),
                 f"wrapping: {name}")


def claims_text(endpoint):
    now = int(time.time())
    return ('{"bucket":"my-bucket","scope":"object-read-only",'
            f'"sub":"{ACCOUNT}","iss":"{PARENT}","aud":"{endpoint.host}",'
            f'"iat":{now},"exp":{now + 900}}}')


def sign_payload(text):
    """A JWT over a payload of these very bytes (PyJWT's lower half)."""
    return jwt.api_jws.encode(text.encode(), SECRET, algorithm="HS256")


def test_parents(endpoint):
    """A child can't do more than its parent, and dies with it."""
    child = mint(endpoint, parent=READER, secret=READER_SECRET)
    tap.same(ask(endpoint, child, "GET", "/my-bucket/a.txt").status, 200,
             "parent: a reader's child reads")
    tap.same(ask(endpoint, child, "PUT", "/my-bucket/p").verdict,
             (403, "PutObject is not granted"),
             "parent: a reader's child doesn't write")
    reader = Credential(READER, READER_SECRET)
    tap.same(ask(endpoint, reader, "PUT", "/my-bucket/p").verdict,
             (403, "PutObject is not granted"), "parent: nor does a reader")
    tap.same(ask(endpoint, reader, "GET", "/other-bucket/a").verdict,
             (403, "the bucket is not this credential's"),
             "parent: a bucket not its own")
    row = endpoint.parents.pop(READER)
    tap.same(ask(endpoint, child, "GET", "/my-bucket/a.txt").verdict,
             (401, "unknown access key id"), "parent: revoked")
    endpoint.parents[READER] = row


# What a credential reaches --------------------------------------------------

DELETE_XML = b"<Delete><Object><Key>gone</Key></Object></Delete>"
FULL = {"x-amz-copy-source": "/my-bucket/a.txt"}
# action: method, path, query, headers, body; none of them harms a.txt
REQUESTS = {
    "HeadObject": ("HEAD", "/my-bucket/a.txt", (), {}, b""),
    "GetObject": ("GET", "/my-bucket/a.txt", (), {}, b""),
    "GetBucketLocation": ("GET", "/my-bucket", [("location", "")], {}, b""),
    "ListObjectsV1": ("GET", "/my-bucket", (), {}, b""),
    "ListObjectsV2": ("GET", "/my-bucket", [("list-type", "2")], {}, b""),
    "ListMultipartUploads": ("GET", "/my-bucket", [("uploads", "")], {},
                             b""),
    "ListParts": ("GET", "/my-bucket/m", [("uploadId", "none")], {}, b""),
    "PutObject": ("PUT", "/my-bucket/w", (), {}, b"w"),
    "DeleteObject": ("DELETE", "/my-bucket/gone", (), {}, b""),
    "DeleteObjects": ("POST", "/my-bucket", [("delete", "")], {},
                      DELETE_XML),
    "CopyObject": ("PUT", "/my-bucket/w", (), FULL, b""),
    "CreateMultipartUpload": ("POST", "/my-bucket/m", [("uploads", "")], {},
                              b""),
    "UploadPart": ("PUT", "/my-bucket/m",
                   [("partNumber", "1"), ("uploadId", "none")], {}, b"p"),
    "UploadPartCopy": ("PUT", "/my-bucket/m",
                       [("partNumber", "1"), ("uploadId", "none")], FULL,
                       b""),
    "AbortMultipartUpload": ("DELETE", "/my-bucket/m",
                             [("uploadId", "none")], {}, b""),
    "CompleteMultipartUpload": ("POST", "/my-bucket/m",
                                [("uploadId", "none")], {}, b"<x/>"),
}
READ = ["HeadObject", "GetObject", "GetBucketLocation", "ListObjectsV1",
        "ListObjectsV2", "ListMultipartUploads", "ListParts"]


def let_in(endpoint, who):
    """The actions this credential is not denied."""
    allowed = []
    for action, (method, path, query, headers, body) in REQUESTS.items():
        answer = ask(endpoint, who, method, path, query, body,
                     headers=headers)
        assert answer.status != 501, answer.verdict
        if answer.status not in (401, 403):
            allowed.append(action)
        elif answer.entry.code != "AccessDenied":
            raise AssertionError(answer.verdict)
    return allowed


def test_scopes(endpoint):
    for scope in ("object-read-only", "admin-read-only"):
        tap.same(let_in(endpoint, mint(endpoint, {"scope": scope})), READ,
                 f"scope: {scope}")
    for scope in ("object-read-write", "admin-read-write"):
        tap.same(let_in(endpoint, mint(endpoint, {"scope": scope})),
                 list(REQUESTS), f"scope: {scope}")
    tap.same(let_in(endpoint, AS_PARENT), list(REQUESTS),
             "scope: the parent itself")


def test_actions(endpoint):
    """Each action alone lets in its own request and no other."""
    for action in REQUESTS:
        tap.same(let_in(endpoint, mint_actions(endpoint, action)), [action]
                 if not action == "CopyObject" else [],
                 f"actions: {action}")
    tap.same(let_in(endpoint, mint_actions(endpoint, "CopyObject",
                                           "GetObject")),
             ["GetObject", "CopyObject"],
             "actions: a copy needs to read its source")
    name = client(endpoint, AS_PARENT).create_multipart_upload(
        Bucket="my-bucket", Key="m")["UploadId"]
    for actions, status in ((["UploadPartCopy"], 403),
                            (["UploadPartCopy", "GetObject"], 200)):
        answer = ask(endpoint, mint_actions(endpoint, *actions), "PUT",
                     "/my-bucket/m", [("partNumber", "1"),
                                      ("uploadId", name)], headers=FULL)
        tap.same(answer.status, status, f"actions: {' '.join(actions)}")


def test_administration(endpoint):
    """Buckets are an administrator's; one of them is all a child sees."""
    admin = Credential(ADMIN, ADMIN_SECRET)
    child = mint(endpoint, {"scope": "admin-read-only"}, (), ADMIN,
                 ADMIN_SECRET)
    tap.same(ask(endpoint, admin, "PUT", "/new-bucket").status, 200,
             "admin: creates a bucket")
    answer = ask(endpoint, admin, "GET", "/")
    tap.same(re.findall(rb"<Name>(.*?)</Name>", answer.body),
             [b"my-bucket", b"new-bucket", b"other-bucket"],
             "admin: lists buckets")
    answer = ask(endpoint, child, "GET", "/")
    tap.same(re.findall(rb"<Name>(.*?)</Name>", answer.body),
             [b"my-bucket"], "admin: a child sees its own bucket")
    tap.same(ask(endpoint, child, "DELETE", "/my-bucket").verdict,
             (403, "DeleteBucket is not granted"), "admin: a reading child")
    tap.same(ask(endpoint, admin, "DELETE", "/new-bucket").status, 204,
             "admin: deletes a bucket")
    tap.same(ask(endpoint, mint(endpoint), "GET", "/").verdict,
             (403, "ListBuckets is not granted"), "admin: nobody else")


def test_bucket(endpoint):
    """The bucket of the claim and no other."""
    who = mint(endpoint)
    outside = (403, "the bucket is not this credential's")
    for method, path in (("GET", "/other-bucket/a.txt"),
                         ("HEAD", "/other-bucket/a.txt"),
                         ("PUT", "/other-bucket/a.txt"),
                         ("DELETE", "/other-bucket/a.txt"),
                         ("GET", "/other-bucket"),
                         ("HEAD", "/other-bucket"),
                         ("GET", "/no-such-bucket/a.txt")):
        tap.same(ask(endpoint, who, method, path).verdict, outside,
                 f"other bucket: {method} {path}")
    source = {"x-amz-copy-source": "other-bucket/a.txt"}
    tap.same(ask(endpoint, who, "PUT", "/my-bucket/c", headers=source)
             .verdict, outside, "other bucket: as the source of a copy")
    narrow = mint_actions(endpoint, "PutObject",
                          paths={"objectPaths": ["x"]})
    tap.same(ask(endpoint, narrow, "HEAD", "/my-bucket").status, 200,
             "HeadBucket for any credential of the bucket")


def test_paths(endpoint):
    """Exactly these objects, and what begins with these prefixes."""
    endpoint.put("my-bucket", "docs/one", b"1")
    who = mint(endpoint, {"paths": {"prefixPaths": ["docs/"],
                                    "objectPaths": ["a.txt"]}})
    outside = (403, "the key is outside the credential's paths")
    for key, verdict in (("a.txt", (200, "")), ("docs/one", (200, "")),
                         ("docs/two", (404, "no such key")),
                         ("a.txt.bak", outside), ("a.tx", outside),
                         ("A.txt", outside), ("a.txt/b", outside),
                         ("docs", outside), ("docsx", outside),
                         ("x/docs/one", outside), ("/a.txt", outside),
                         ("docs//../../a", (404, "no such key"))):
        tap.same(ask(endpoint, who, "GET", "/my-bucket/" + key).verdict,
                 verdict, f"paths: GET {key}")
    for method in ("HEAD", "PUT", "DELETE"):
        tap.same(ask(endpoint, who, method, "/my-bucket/b.txt").verdict,
                 outside, f"paths: {method} of another key")
    for source, key, verdict in (("a.txt", "docs/c", (200, "")),
                                 ("b.txt", "docs/c", outside),
                                 ("a.txt", "c", outside)):
        headers = {"x-amz-copy-source": f"/my-bucket/{source}"}
        tap.same(ask(endpoint, who, "PUT", f"/my-bucket/{key}",
                     headers=headers).verdict, verdict,
                 f"paths: copy of {source} to {key}")
    composed = mint(endpoint, {"paths": {"objectPaths": ["caf\u00e9"]}})
    tap.same(ask(endpoint, composed, "PUT", "/my-bucket/cafe%CC%81").status,
             200, "paths: the same key in another Unicode form")


def test_paths_listing(endpoint):
    who = mint(endpoint, {"paths": {"prefixPaths": ["docs/"],
                                    "objectPaths": ["a.txt"]}})
    outside = (403, "the prefix is outside the credential's paths")
    for kind, query in (("V2", [("list-type", "2")]), ("V1", []),
                        ("uploads", [("uploads", "")])):
        for prefix, verdict in (("docs/", (200, "")), ("docs/o", (200, "")),
                                (None, outside), ("", outside),
                                ("docs", outside), ("a.txt", outside)):
            extra = [] if prefix is None else [("prefix", prefix)]
            tap.same(ask(endpoint, who, "GET", "/my-bucket", query + extra)
                     .verdict, verdict,
                     f"paths: list {kind} with prefix {prefix}")


def test_paths_delete_objects(endpoint):
    who = mint(endpoint, {"paths": {"prefixPaths": ["d/"]}})
    for key in ("d/1", "d/2", "e/1"):
        endpoint.put("my-bucket", key, b"x")
    answer = client(endpoint, who).delete_objects(
        Bucket="my-bucket",
        Delete={"Objects": [{"Key": "d/1"}, {"Key": "e/1"}]})
    tap.same(([item["Key"] for item in answer["Deleted"]],
              [(item["Key"], item["Code"]) for item in answer["Errors"]],
              [endpoint.get("my-bucket", key)
               for key in ("d/1", "d/2", "e/1")]),
             (["d/1"], [("e/1", "AccessDenied")], [None, b"x", b"x"]),
             "paths: DeleteObjects takes only the keys within")


# Presigned links ------------------------------------------------------------

def test_presigned(endpoint):
    now = time.time()
    path = "/my-bucket/a.txt"
    cases = [
        ("as it should be", {}, 200, ""),
        ("for a week", {"expires": 604800}, 200, ""),
        ("for a week and a second", {"expires": 604801}, 400,
         "X-Amz-Expires is not 1 to 604800"),
        ("for no time", {"expires": 0}, 400,
         "X-Amz-Expires is not 1 to 604800"),
        ("for 1.5 seconds", {"expires": 1.5}, 400,
         "X-Amz-Expires is not 1 to 604800"),
        ("for ever", {"expires": None}, 400, "X-Amz-Expires is missing"),
        ("an hour ago for two", {"when": now - 3600, "expires": 7200},
         200, ""),
        ("an hour ago for half", {"when": now - 3600, "expires": 1800},
         400, "the link has expired"),
        ("in an hour", {"when": now + 3600}, 403,
         "X-Amz-Date is in the future"),
        ("another region", {"region": "eu"}, 400,
         "the credential scope is not auto/s3/aws4_request"),
        ("another day", {"date": "20200101"}, 400,
         "X-Amz-Credential and X-Amz-Date name two days"),
        ("its payload hashed as empty", {"payload": NOTHING}, 403,
         "the signature is another"),
        ("a parameter twice", {"query": [("X-Amz-Date", "1")]}, 400,
         "X-Amz-Date stands twice"),
    ]
    for who, kind in ((AS_PARENT, "parent"), (mint(endpoint), "child")):
        for name, options, status, reason in cases:
            tap.same(follow(endpoint, who, "GET", path, **options).verdict,
                     (status, reason), f"link of the {kind}: {name}")


def test_presigned_tampered(endpoint):
    """What somebody with a link can't make of it."""
    who = mint(endpoint)
    target, headers = Signer(
        endpoint, who, "GET", "/my-bucket/a.txt",
        [("response-content-type", "text/x-a")],
        payload=UNSIGNED).in_query()
    wrong = (403, "the signature is another")
    tap.same(send(endpoint, "GET", target, headers).status, 200,
             "link: as it was made")
    for method in ("HEAD", "PUT", "DELETE"):
        tap.same(send(endpoint, method, target, headers).verdict, wrong,
                 f"link for GET: {method}")
    changes = {
        "another key": ("a.txt", "b.txt"),
        "another type": ("x-a", "x-b"),
        "a longer life": ("X-Amz-Expires=900", "X-Amz-Expires=901"),
        "a parameter more": ("?", "?response-expires=0&"),
        "a token changed": ("X-Amz-Security-Token=a",
                            "X-Amz-Security-Token=b"),
        "no token": ("&X-Amz-Security-Token=" + quote(who.token), ""),
    }
    for name, (old, new) in changes.items():
        assert old in target, old
        answer = send(endpoint, "GET", target.replace(old, new, 1), headers)
        tap.ok(answer.status in (401, 403), f"link: {name}", answer.verdict)
    tap.same(send(endpoint, "GET", target, dict(
        headers, **{"x-amz-security-token": who.token})).verdict,
        (400, "a presigned request carries its token in the query"),
        "link: a token in a header")
    tap.same(send(endpoint, "GET", target, dict(
        headers, **{"x-amz-meta-x": "1"})).verdict,
        (403, "x-amz-meta-x was sent but not signed"),
        "link: an x-amz-* header more")
    tap.same(send(endpoint, "GET", target, dict(
        headers, authorization="AWS4-HMAC-SHA256 x")).verdict,
        (400, "signed in two ways at once"), "link: signed twice")


def test_presigned_put(endpoint):
    """Headers signed into a link must come as signed."""
    body = b"picture"
    digest = hashlib.sha256(body).hexdigest()
    signed = {"content-type": "image/png", "content-length": "7",
              "x-amz-content-sha256": digest}

    def put(data, changes, path="/my-bucket/put", payload=digest):
        endpoint.store.delete("my-bucket", "put")
        target, headers = Signer(endpoint, AS_PARENT, "PUT", path, (),
                                 signed, payload).in_query()
        headers.update(changes)
        answer = send(endpoint, "PUT", target, headers, data)
        return answer.status, answer.code, endpoint.get("my-bucket", "put")

    tap.same(put(body, {}), (200, "", body), "upload: as signed")
    tap.same(put(b"PICTURE", {}), (400, "XAmzContentSHA256Mismatch", None),
             "upload: another body")
    other = hashlib.sha256(b"PICTURE").hexdigest()
    refused = (403, "SignatureDoesNotMatch", None)
    tap.same(put(b"PICTURE", {"x-amz-content-sha256": other}), refused,
             "upload: another body and its hash")
    tap.same(put(body, {"content-type": "text/html"}), refused,
             "upload: another type")
    tap.same(put(body + b"s", {"content-length": "8"}), refused,
             "upload: another length")
    tap.same(put(body, {}, payload=UNSIGNED), refused,
             "upload: the hash signed as a header, not as the payload's")
    target, headers = Signer(endpoint, AS_PARENT, "PUT", "/my-bucket/put",
                             payload=UNSIGNED).in_query()
    tap.same(send(endpoint, "PUT", target, dict(
        headers, **{"content-type": "text/x"}), b"any").status, 200,
        "upload: what was not signed is free")


def test_presigned_boto3(endpoint):
    """boto3's own links, with a download name."""
    endpoint.put("my-bucket", "Árvíz tűrő.pdf", b"%PDF")
    name = "attachment; filename=\"a.pdf\"; filename*=UTF-8''%C3%81.pdf"
    for who, kind in ((AS_PARENT, "parent"), (mint(endpoint), "child")):
        url = client(endpoint, who).generate_presigned_url(
            "get_object", ExpiresIn=60, Params={
                "Bucket": "my-bucket", "Key": "Árvíz tűrő.pdf",
                "ResponseContentDisposition": name,
                "ResponseContentType": "application/x-test"})
        result = run("curl", "-sS", "-i", url)
        tap.ok(b"200 OK" in result.stdout
               and name.encode() in result.stdout
               and b"content-type: application/x-test" in result.stdout
               and result.stdout.endswith(b"%PDF"),
               f"link by boto3 and curl: the {kind}'s", result)
        result = run("curl", "-sS", "-I", url)
        tap.ok(b"403 Forbidden" in result.stdout,
               f"link by boto3 and curl: HEAD on the {kind}'s", result)
    evil = [("response-content-type", "text/x\r\nset-cookie: a=b")]
    tap.same(follow(endpoint, AS_PARENT, "GET", "/my-bucket/a.txt", evil)
             .verdict, (400, "response-content-type: a control character"),
             "link: a line break in a header asked for")


# Bodies in chunks -----------------------------------------------------------

class Chunked:
    """An aws-chunked upload, signed chunk by chunk or not at all."""

    def __init__(self, endpoint, who, kind, content, trailer=()):
        self.endpoint, self.content = endpoint, content
        self.signed = "HMAC" in kind
        self.trailer = list(trailer)
        headers = {"content-encoding": "aws-chunked",
                   "x-amz-decoded-content-length": str(len(content))}
        if self.trailer:
            headers["x-amz-trailer"] = self.trailer[0][0]
        self.signer = Signer(endpoint, who, "PUT", "/my-bucket/chunked", (),
                             headers, kind)
        self.target, self.headers = self.signer.in_header()

    def next(self, kind, *lines):
        signer = self.signer
        signer.signature = hexmac(
            signer.key, f"AWS4-HMAC-SHA256-{kind}", signer.amz_date,
            signer.scope, signer.signature, *lines)
        return signer.signature

    def body(self, size=4):
        content, pieces = self.content, []
        chunks = [content[at:at + size]
                  for at in range(0, len(content), size)] + [b""]
        for chunk in chunks:
            line = f"{len(chunk):x}"
            if self.signed:
                line += ";chunk-signature=" + self.next(
                    "PAYLOAD", NOTHING, hashlib.sha256(chunk).hexdigest())
            pieces.append(line.encode() + b"\r\n" + chunk
                          + (b"\r\n" if chunk else b""))
        lines = list(self.trailer)
        if self.signed and lines:
            text = "".join(f"{name}:{value}\n" for name, value in lines)
            lines.append(("x-amz-trailer-signature", self.next(
                "TRAILER", hashlib.sha256(text.encode()).hexdigest())))
        for name, value in lines:
            pieces.append(f"{name}:{value}\r\n".encode())
        return b"".join(pieces) + b"\r\n"

    def send(self, body):
        self.endpoint.store.delete("my-bucket", "chunked")
        answer = send(self.endpoint, "PUT", self.target, self.headers, body)
        return (answer.status, answer.entry.reason,
                self.endpoint.get("my-bucket", "chunked"))


def test_chunked(endpoint):
    content = b"ten bytes!"
    crc = base64.b64encode(zlib.crc32(content).to_bytes(4, "big")).decode()
    trailer = [("x-amz-checksum-crc32", crc)]
    signed = "STREAMING-AWS4-HMAC-SHA256-PAYLOAD"
    who = mint(endpoint)
    for kind, lines in ((signed, []), (signed + "-TRAILER", trailer),
                        ("STREAMING-UNSIGNED-PAYLOAD-TRAILER", trailer)):
        chunked = Chunked(endpoint, who, kind, content, lines)
        tap.same(chunked.send(chunked.body()), (200, "", content),
                 f"chunked: {kind}")
        wrong = Chunked(endpoint, who, kind, content,
                        [(name, "AAAAAA==") for name, _ in lines])
        if lines:
            tap.same(wrong.send(wrong.body()),
                     (400, "x-amz-checksum-crc32 is another", None),
                     f"chunked: {kind}, another checksum")
    chunked = Chunked(endpoint, who, signed, content)
    body = chunked.body()
    tap.same(chunked.send(body.replace(b"ten ", b"TEN ")),
             (403, "aws-chunked: a chunk's signature", None),
             "chunked: a chunk changed")
    tap.same(chunked.send(re.sub(rb";chunk-signature=\w+", b"", body)),
             (403, "aws-chunked: a chunk's signature", None),
             "chunked: signatures left out")
    tap.same(chunked.send(body[:-60]),
             (400, "aws-chunked: a line without end", None),
             "chunked: cut short")
    chunked = Chunked(endpoint, who, signed + "-TRAILER", content, trailer)
    body = chunked.body()
    tap.same(chunked.send(body.replace(b"crc32:", b"crc32c:")),
             (403, "aws-chunked: the trailer's signature", None),
             "chunked: the trailer changed")
    chunked = Chunked(endpoint, who, signed, content)
    chunked.content = b"shorter"
    tap.same(chunked.send(chunked.body()),
             (400, "x-amz-decoded-content-length is another", None),
             "chunked: another length")


def test_checksums(endpoint):
    """Digests a client may send beside the payload's."""
    for name, value in (
            ("content-md5", base64.b64encode(hashlib.md5(b"x").digest())),
            ("x-amz-checksum-sha256",
             base64.b64encode(hashlib.sha256(b"x").digest())),
            ("x-amz-checksum-sha1",
             base64.b64encode(hashlib.sha1(b"x").digest()))):
        for body, status in ((b"x", 200), (b"y", 400)):
            tap.same(ask(endpoint, AS_PARENT, "PUT", "/my-bucket/sum",
                         body=body, headers={name: value.decode()}).status,
                     status, f"checksum: {name} of {body!r}")


# As a store -----------------------------------------------------------------

def test_get(endpoint):
    """Ranges, conditions and headers."""
    body = bytes(range(100))
    headers = {"content-type": "image/x-test", "x-amz-meta-a": "b",
               "cache-control": "no-store"}
    ask(endpoint, AS_PARENT, "PUT", "/my-bucket/range", body=body,
        headers=headers)
    etag = f'"{hashlib.md5(body).hexdigest()}"'
    for text, status, wanted in (
            ("bytes=0-9", 206, body[:10]), ("bytes=90-", 206, body[90:]),
            ("bytes=-10", 206, body[-10:]), ("bytes=50-500", 206, body[50:]),
            ("bytes=100-", 416, None), ("bytes=-0", 416, None),
            ("bytes=0-1,5-6", 200, body), ("lines=1-2", 200, body)):
        answer = ask(endpoint, AS_PARENT, "GET", "/my-bucket/range",
                     headers={"range": text})
        tap.ok(answer.status == status and wanted in (None, answer.body),
               f"GET: {text}", answer.status, answer.body)
    answer = ask(endpoint, AS_PARENT, "GET", "/my-bucket/range",
                 headers={"range": "bytes=1-2"})
    tap.same(answer.headers.get("content-range"), "bytes 1-2/100",
             "GET: Content-Range")
    for method, length in (("GET", 100), ("HEAD", 0)):
        answer = ask(endpoint, AS_PARENT, method, "/my-bucket/range")
        got = {name: answer.headers.get(name)
               for name in ("etag", "content-length", *headers)}
        tap.same((got, len(answer.body)),
                 ({"etag": etag, "content-length": "100", **headers},
                  length), f"{method}: headers and body")
        tap.ok("last-modified" in answer.headers, f"{method}: Last-Modified")
    modified = answer.headers["last-modified"]
    for name, value, status in (
            ("if-none-match", etag, 304), ("if-none-match", '"x"', 200),
            ("if-none-match", "*", 304), ("if-match", etag, 200),
            ("if-match", '"x"', 412), ("if-modified-since", modified, 304),
            ("if-unmodified-since", modified, 200)):
        answer = ask(endpoint, AS_PARENT, "GET", "/my-bucket/range",
                     headers={name: value})
        tap.same(answer.status, status, f"GET: {name}: {value[:8]}")
    tap.same(ask(endpoint, AS_PARENT, "PUT", "/my-bucket/range", body=b"",
                 headers={"if-none-match": "*"}).status, 412,
             "PUT: if-none-match: *")


def test_errors(endpoint):
    answer = ask(endpoint, AS_PARENT, "GET", "/my-bucket/none")
    tap.same((answer.status, answer.code,
              answer.headers["content-type"]),
             (404, "NoSuchKey", "application/xml"), "error: NoSuchKey")
    answer = ask(endpoint, AS_PARENT, "HEAD", "/my-bucket/none")
    tap.same((answer.status, answer.body), (404, b""),
             "error: no body to HEAD")
    admin = Credential(ADMIN, ADMIN_SECRET)
    tap.same(ask(endpoint, admin, "GET", "/no-bucket/none").code,
             "NoSuchBucket", "error: NoSuchBucket")
    for method, path, query in (("GET", "/my-bucket/a.txt", [("acl", "")]),
                                ("PUT", "/my-bucket/a.txt",
                                 [("tagging", "")]),
                                ("GET", "/my-bucket/a.txt",
                                 [("versionId", "1")]),
                                ("GET", "/my-bucket", [("policy", "")]),
                                ("POST", "/my-bucket/a.txt", [])):
        tap.same(ask(endpoint, AS_PARENT, method, path, query).code,
                 "NotImplemented", f"error: {method} {path} {query}")
    tap.same(ask(endpoint, AS_PARENT, "PATCH", "/my-bucket/a.txt").code,
             "MethodNotAllowed", "error: PATCH")
    tap.same(tuple(endpoint.log[-1]),
             ("PATCH", "my-bucket", "a.txt", 405, "MethodNotAllowed"),
             "error: as logged")
    tap.same(endpoint.get("my-bucket", "a.txt"), b"hello",
             "error: nothing harmed")


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


def test_listing(endpoint):
    keys = ["a&<b>", "a/1", "a/2", "a/é", "b", "c/x/1", "c/x/2", "d d+"]
    for key in keys:
        endpoint.put("list-bucket", key, b"12")
    s3 = client(endpoint, Credential(ADMIN, ADMIN_SECRET))
    for name in ("list_objects", "list_objects_v2"):
        for size in (1, 3, 1000):
            pages = list(s3.get_paginator(name).paginate(
                Bucket="list-bucket", PaginationConfig={"PageSize": size}))
            found = [item["Key"] for page in pages
                     for item in page.get("Contents", [])]
            tap.same(found, sorted(keys, key=str.encode),
                     f"{name}: {size} a page")
            pages = list(s3.get_paginator(name).paginate(
                Bucket="list-bucket", Delimiter="/",
                PaginationConfig={"PageSize": size}))
            found = ([item["Key"] for page in pages
                      for item in page.get("Contents", [])],
                     [item["Prefix"] for page in pages
                      for item in page.get("CommonPrefixes", [])])
            tap.same(found, (["a&<b>", "b", "d d+"], ["a/", "c/"]),
                     f"{name}: folders, {size} a page")
    answer = s3.list_objects_v2(Bucket="list-bucket", Prefix="c/x/",
                                StartAfter="c/x/1")
    tap.same([(item["Key"], item["Size"], item["ETag"])
              for item in answer["Contents"]],
             [("c/x/2", 2, f'"{hashlib.md5(b"12").hexdigest()}"')],
             "list_objects_v2: prefix and start-after")


# Programs -------------------------------------------------------------------

def test_boto3(endpoint):
    """boto3 with a temporary credential, from put to delete."""
    who = mint(endpoint, {"paths": {"prefixPaths": ["boto/"]}})
    s3 = client(endpoint, who)
    s3.put_object(Bucket="my-bucket", Key="boto/Ő +1", Body=b"body",
                  ContentType="text/x-b", Metadata={"a": "b"})
    answer = s3.get_object(Bucket="my-bucket", Key="boto/Ő +1")
    tap.same((answer["Body"].read(), answer["ContentType"],
              answer["Metadata"]), (b"body", "text/x-b", {"a": "b"}),
             "boto3: put and get")
    tap.same(s3.head_object(Bucket="my-bucket", Key="boto/Ő +1")
             ["ContentLength"], 4, "boto3: head")
    s3.copy_object(Bucket="my-bucket", Key="boto/copy",
                   CopySource={"Bucket": "my-bucket", "Key": "boto/Ő +1"})
    answer = s3.list_objects_v2(Bucket="my-bucket", Prefix="boto/")
    tap.same([item["Key"] for item in answer["Contents"]],
             ["boto/copy", "boto/Ő +1"], "boto3: copy and list")
    s3.delete_object(Bucket="my-bucket", Key="boto/copy")
    tap.same(boto_status(s3.head_object, Bucket="my-bucket",
                         Key="boto/copy"), 404, "boto3: delete")
    body = os.urandom(11 * 1024 * 1024)
    s3.upload_fileobj(io.BytesIO(body), "my-bucket", "boto/large",
                      Config=boto3.s3.transfer.TransferConfig(
                          multipart_threshold=1, max_concurrency=2,
                          multipart_chunksize=5 * 1024 * 1024))
    tap.ok(endpoint.get("my-bucket", "boto/large") == body,
           "boto3: upload in parts")
    answer = s3.head_object(Bucket="my-bucket", Key="boto/large")
    tap.ok(answer["ETag"].endswith('-3"'), "boto3: ETag of three parts",
           answer["ETag"])
    tap.same((boto_status(s3.get_object, Bucket="my-bucket", Key="a.txt"),
              boto_status(s3.get_object, Bucket="other-bucket", Key="a"),
              boto_status(s3.list_objects_v2, Bucket="my-bucket"),
              boto_status(client(endpoint, Credential(
                  who.name, "0" * 64, who.token)).get_object,
                  Bucket="my-bucket", Key="boto/large")),
             (403, 403, 403, 403), "boto3: turned away")


def test_multipart(endpoint):
    """Parts: their order, their tags, their size, an end without them."""
    s3 = client(endpoint, mint(endpoint))
    where = {"Bucket": "my-bucket", "Key": "parts"}
    name = s3.create_multipart_upload(**where)["UploadId"]
    where["UploadId"] = name
    tags = [s3.upload_part(PartNumber=number, Body=b"small",
                           **where)["ETag"] for number in (1, 2)]
    parts = [{"PartNumber": number, "ETag": tag}
             for number, tag in zip((1, 2), tags)]
    tap.same([part["PartNumber"]
              for part in s3.list_parts(**where)["Parts"]], [1, 2],
             "parts: listed")
    tap.same([upload["Key"] for upload in s3.list_multipart_uploads(
        Bucket="my-bucket", Prefix="parts")["Uploads"]], ["parts"],
        "parts: the upload listed")
    for wrong, code in (
            (parts, "EntityTooSmall"), (parts[::-1], "InvalidPartOrder"),
            ([{"PartNumber": 1, "ETag": '"0"'}], "InvalidPart"),
            ([{"PartNumber": 3, "ETag": tags[0]}], "InvalidPart")):
        try:
            s3.complete_multipart_upload(
                MultipartUpload={"Parts": wrong}, **where)
            got = "no error"
        except botocore.exceptions.ClientError as error:
            got = error.response["Error"]["Code"]
        tap.same(got, code, f"parts: {code}")
    s3.abort_multipart_upload(**where)
    tap.same(boto_status(s3.list_parts, **where), 404, "parts: aborted")


def test_curl(endpoint):
    """curl --aws-sigv4; it leaves x-amz-content-sha256 to its caller."""
    who = mint(endpoint, {"paths": {"objectPaths": ["curl/file.txt"]}})

    def curl(url, *options, payload=NOTHING):
        result = run("curl", "-sS", "--aws-sigv4", "aws:amz:auto:s3", "-u",
                     f"{who.name}:{who.secret}", "-H",
                     f"x-amz-security-token: {who.token}", "-H",
                     f"x-amz-content-sha256: {payload}", "-w",
                     "%{stderr}%{http_code}", *options, endpoint.url + url)
        return int(result.stderr or b"0"), result.stdout

    body = b"from curl"
    with tempfile.NamedTemporaryFile() as file:
        file.write(body)
        file.flush()
        digest = hashlib.sha256(body).hexdigest()
        target = "/my-bucket/curl/file.txt"
        tap.same(curl(target, "-T", file.name, payload=digest)[0], 200,
                 "curl: upload with its hash")
        tap.same(curl(target, "-T", file.name, payload=UNSIGNED)[0], 200,
                 "curl: upload without")
        with open(file.name, "rb") as stream:
            status = run("sh", "-c", "cat | curl -sS -T - -o /dev/null -w "
                         "'%{http_code}' -H 'Transfer-Encoding: chunked' "
                         f"'{self_put(endpoint)}'", stdin=stream).stdout
        tap.same((status, endpoint.get("my-bucket", "piped")),
                 (b"200", body), "curl: upload of unknown length")
    tap.same(curl(target), (200, body), "curl: download")
    tap.same(curl(target, "-r", "0-3"), (206, b"from"), "curl: a range")
    tap.same(curl(target, "-I")[0], 200, "curl: HEAD")
    tap.same(curl("/my-bucket/a.txt")[0], 403, "curl: another key")
    tap.same(curl("/other-bucket/curl/file.txt")[0], 403,
             "curl: another bucket")
    tap.same(curl("/my-bucket?list-type=2")[0], 403, "curl: a listing")
    tap.same(curl(target, "-X", "DELETE")[0], 204, "curl: DELETE")


def self_put(endpoint):
    return client(endpoint, AS_PARENT).generate_presigned_url(
        "put_object", Params={"Bucket": "my-bucket", "Key": "piped"})


def rclone_config(endpoint, who, path):
    with open(path, "w") as file:
        file.write("[r2]\ntype = s3\nprovider = Cloudflare\n"
                   f"access_key_id = {who.name}\n"
                   f"secret_access_key = {who.secret}\n"
                   f"session_token = {who.token}\nregion = auto\n"
                   f"endpoint = {endpoint.url}\nacl = private\n"
                   "no_check_bucket = true\n")


def test_rclone(endpoint):
    who = mint(endpoint, {"paths": {"prefixPaths": ["rclone/"]}})
    files = {"one.txt": b"1", "sub/Ő two+.txt": b"2",
             "large": os.urandom(6 * 1024 * 1024)}
    with tempfile.TemporaryDirectory() as folder:
        config = os.path.join(folder, "rclone.conf")
        rclone_config(endpoint, who, config)
        for name, body in files.items():
            path = os.path.join(folder, "from", name)
            os.makedirs(os.path.dirname(path), exist_ok=True)
            with open(path, "wb") as file:
                file.write(body)

        def rclone(*arguments):
            return run("rclone", "--config", config, "--retries", "1",
                       *arguments)

        result = rclone("copy", folder + "/from", "r2:my-bucket/rclone",
                        "--s3-upload-cutoff", "5M", "--s3-chunk-size", "5M")
        got = {name: endpoint.get("my-bucket", "rclone/" + name)
               for name in files}
        tap.ok(result.returncode == 0 and got == files, "rclone: copy there",
               result.stderr.decode())
        result = rclone("lsf", "-R", "--files-only", "r2:my-bucket/rclone/")
        tap.same(sorted(result.stdout.decode().splitlines()), sorted(files),
                 "rclone: ls")
        result = rclone("copy", "r2:my-bucket/rclone/", folder + "/to")
        same = run("diff", "-r", folder + "/from", folder + "/to")
        tap.ok(result.returncode == same.returncode == 0,
               "rclone: copy back", result.stderr.decode(), same.stdout)
        tap.ok(rclone("lsf", "r2:my-bucket/other/").returncode != 0,
               "rclone: another prefix turned away")


def test_downloaders(endpoint):
    """aria2c -i and curl -K, with links of a temporary credential."""
    who = mint(endpoint, {"paths": {"prefixPaths": ["load/"]}})
    s3 = client(endpoint, who)
    files = {f"file {number} é": os.urandom(1000 * number + 5)
             for number in range(4)}
    files["large"] = os.urandom(5 * 1024 * 1024)
    links = {}
    for name, body in files.items():
        endpoint.put("my-bucket", "load/" + name, body)
        links[name] = s3.generate_presigned_url(
            "get_object", Params={"Bucket": "my-bucket",
                                  "Key": "load/" + name})
    lists = {
        "aria2c": "".join(f"{url}\n  out={name}\n  dir=out\n"
                          for name, url in links.items()),
        "curl": "".join(f'url = "{url}"\noutput = "out/{name}"\n'
                        for name, url in links.items()),
    }
    commands = {
        "aria2c": ["aria2c", "--no-conf", "-q", "-x4", "-s4", "-k1M", "-i",
                   "list"],
        "curl": ["curl", "-sS", "-f", "--create-dirs", "-K", "list"],
    }
    for program, command in commands.items():
        with tempfile.TemporaryDirectory() as folder:
            with open(os.path.join(folder, "list"), "w") as file:
                file.write(lists[program])
            endpoint.log.clear()
            result = run(*command, cwd=folder)
            got = {}
            with contextlib.suppress(FileNotFoundError):
                for name in os.listdir(os.path.join(folder, "out")):
                    with open(os.path.join(folder, "out", name),
                              "rb") as file:
                        got[name] = file.read()
            tap.ok(got == files, f"{program}: a list of links",
                   result.returncode, result.stderr.decode(), sorted(got))
            if program == "aria2c":
                tap.ok(206 in [entry.status for entry in endpoint.log],
                       "aria2c: in ranges", endpoint.log)


def test_command():
    """r2.py from a shell: its URL, its log, its files, its end."""
    with tempfile.TemporaryDirectory() as folder:
        def path(name):
            return os.path.join(folder, name)

        with open(path("parents.json"), "w") as file:
            json.dump(PARENTS, file)
        script = os.path.join(os.path.dirname(os.path.abspath(__file__)),
                              "r2.py")
        command = [sys.executable, script, "--port", "0", "--parents",
                   path("parents.json"), "--data", path("data"), "--log",
                   path("log")]
        statuses = []
        for offset in ("0", "100000"):
            process = subprocess.Popen(command + ["--clock-offset", offset],
                                       stdout=subprocess.PIPE)
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


@contextlib.contextmanager
def r2_endpoint(**options):
    endpoint = r2.R2(PARENTS, **options)
    endpoint.start()
    try:
        yield endpoint
    finally:
        endpoint.stop()


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


ALONE = [test_aws_examples, test_command, test_host, test_stop]
TESTS = [
    test_signature, test_algorithm, test_wrong_secret, test_tampered_request,
    test_path_encoding, test_token_claims, test_token_claims_allowed,
    test_token_expiry, test_token_signature, test_token_wrapping,
    test_parents, test_scopes, test_actions, test_administration,
    test_bucket, test_paths, test_paths_listing, test_paths_delete_objects,
    test_presigned, test_presigned_tampered, test_presigned_put,
    test_presigned_boto3, test_chunked, test_checksums, test_get,
    test_errors, test_connection, test_expect, test_listing, test_boto3,
    test_multipart, test_curl, test_rclone, test_downloaders,
]


def main():
    for name in list(os.environ):
        if name.startswith("AWS_") or name.lower().endswith("_proxy"):
            del os.environ[name]
    for test in ALONE + TESTS:
        try:
            if test in ALONE:
                test()
                continue
            with r2_endpoint() as endpoint:
                endpoint.put("my-bucket", "a.txt", b"hello")
                test(endpoint)
        except Exception:
            tap.ok(False, f"{test.__name__} ran to its end",
                   traceback.format_exc())
    print(f"1..{tap.count}")
    print(f"# {tap.count - tap.failed} passed, {tap.failed} failed")
    return 1 if tap.failed else 0


if __name__ == "__main__":
    sys.exit(main())
