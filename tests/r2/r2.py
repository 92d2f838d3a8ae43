#!/usr/bin/python3
"""A small S3 endpoint that judges R2 temporary credentials.

It follows R2's published rules for credentials signed locally and the AWS
documentation of Signature Version 4, and shares no code with the program it
judges.  It is strict where R2's behaviour is not known: what it lets in
should be let in by R2, what it turns away may or may not be.

In a test:

    import r2
    endpoint = r2.R2({"<access key id>": {
        "secret": "<64 hex>", "account": "<32 hex>",
        "permission": "object-read-write", "buckets": ["my-bucket"]}})
    endpoint.start()
    endpoint.url              # http://127.0.0.1:PORT
    endpoint.host             # 127.0.0.1:PORT, what `aud` has to be
    endpoint.put("my-bucket", "a/b.txt", b"text")   # no signature needed
    endpoint.get("my-bucket", "a/b.txt")            # bytes, or None
    endpoint.log              # (method, bucket, key, status, code), ...
    endpoint.log[-1].reason   # in words, and .action: what was asked for
    endpoint.clock_offset     # seconds added to the clock: a test's ageing
    endpoint.parents          # take one out, and its children are dead
    endpoint.stop()

From a shell (the first line of output is the URL; ends on SIGTERM, SIGINT):

    python3 r2.py --port 0 --parents parents.json [--data DIR]
                  [--host NAME[:PORT]] [--log FILE] [--clock-offset SECONDS]

parents.json is the table above as JSON.  A parent without "buckets" may use
any bucket; the buckets named exist from the start.  --data keeps objects in
files, which a later run finds again.  --host is the name clients use when it
is not the address listened on; it is the `aud` asked for.  --log gets a line
of JSON per request.

Choices where R2's documentation is silent:
- Refusals: 401 Unauthorized, the credential itself is no good; 400
  ExpiredRequest, it (or the link) is too old; 403 SignatureDoesNotMatch; 403
  AccessDenied, a good credential that does not reach this; 400
  InvalidArgument, a malformed request.
- The path must arrive percent-encoded exactly as SigV4 wants it: encoded
  once, upper-case hex, unreserved characters and "/" bare.
- All x-amz-* headers sent must be signed, as at AWS.
- A presigned request's payload hash is the value of its (signed)
  x-amz-content-sha256 header, or UNSIGNED-PAYLOAD where there is none.
- Keys are kept in Unicode NFC, and compared with paths in NFC on both sides.
- A credential with paths lists only with a `prefix` that lies within one of
  its prefixPaths; objectPaths let nobody list.
- iat may lie 60 seconds ahead, x-amz-date 15 minutes either way.
"""

import argparse
import base64
import binascii
import calendar
import collections
import dataclasses
import email.utils
import hashlib
import hmac
import json
import os
import re
import signal
import socket
import socketserver
import sys
import threading
import time
import unicodedata
import urllib.parse
import xml.etree.ElementTree
import zlib

MAX_TTL = 604800
IAT_SKEW = 60
DATE_SKEW = 15 * 60
MAX_KEY = 1024
MAX_HEAD = 256 * 1024
MAX_BODY = 512 * 1024 * 1024
MIN_PART = 5 * 1024 * 1024
EMPTY_SHA256 = hashlib.sha256(b"").hexdigest()


# Errors ---------------------------------------------------------------------

STATUS = {
    "AccessDenied": 403,
    "BadDigest": 400,
    "BucketAlreadyExists": 409,
    "BucketNotEmpty": 409,
    "EntityTooLarge": 400,
    "EntityTooSmall": 400,
    "ExpiredRequest": 400,
    "IncompleteBody": 400,
    "InvalidArgument": 400,
    "InvalidBucketName": 400,
    "InvalidObjectName": 400,
    "InvalidPart": 400,
    "InvalidPartOrder": 400,
    "InvalidRange": 416,
    "MalformedXML": 400,
    "MethodNotAllowed": 405,
    "MissingContentLength": 411,
    "NoSuchBucket": 404,
    "NoSuchKey": 404,
    "NoSuchUpload": 404,
    "NotImplemented": 501,
    "PreconditionFailed": 412,
    "RequestTimeTooSkewed": 403,
    "SignatureDoesNotMatch": 403,
    "Unauthorized": 401,
    "XAmzContentSHA256Mismatch": 400,
}


class Refused(Exception):
    """A request that ends in an error: S3's code, and why in words."""

    def __init__(self, code, reason):
        super().__init__(f"{code}: {reason}")
        self.code = code
        self.status = STATUS[code]
        self.reason = reason


def need(condition, code, reason):
    if not condition:
        raise Refused(code, reason)


# What a permission covers ---------------------------------------------------

READ = frozenset("""HeadObject GetObject GetBucketLocation ListObjectsV1
    ListObjectsV2 ListMultipartUploads ListParts""".split())
WRITE = frozenset("""PutObject DeleteObject DeleteObjects
    CopyObject""".split())
MULTIPART = frozenset("""CreateMultipartUpload UploadPart UploadPartCopy
    AbortMultipartUpload CompleteMultipartUpload""".split())
BUCKETS_READ = frozenset(["ListBuckets"])
BUCKETS_WRITE = frozenset(["CreateBucket", "DeleteBucket"])

ACTIONS = READ | WRITE | MULTIPART      # what an `actions` claim may name
SCOPES = {
    "object-read-only": READ,
    "object-read-write": ACTIONS,
    "admin-read-only": READ | BUCKETS_READ,
    "admin-read-write": ACTIONS | BUCKETS_READ | BUCKETS_WRITE,
}
LISTINGS = frozenset(["ListObjectsV1", "ListObjectsV2",
                      "ListMultipartUploads"])


@dataclasses.dataclass
class Identity:
    """Who signed, and everything they may do."""
    access_key_id: str
    secret: str                     # the S3 secret the request is signed with
    actions: frozenset
    buckets: frozenset = None       # None: any bucket of the account
    prefixes: tuple = ()
    objects: tuple = ()

    @property
    def has_paths(self):
        return bool(self.prefixes or self.objects)

    def reaches(self, key):
        """Whether this key is within the paths."""
        if not self.has_paths:
            return True
        return (any(key == nfc(path) for path in self.objects)
                or any(key.startswith(nfc(path)) for path in self.prefixes))

    def lists(self, prefix):
        """Whether all keys that begin with prefix are within the paths."""
        if not self.has_paths:
            return True
        return any(prefix.startswith(nfc(path)) for path in self.prefixes)

    def check_bucket(self, bucket):
        need(self.buckets is None or bucket in self.buckets, "AccessDenied",
             "the bucket is not this credential's")

    def check(self, action, bucket, key=None):
        """One action on one key; key is None for those on the bucket."""
        self.check_bucket(bucket)
        need(action in self.actions, "AccessDenied",
             f"{action} is not granted")
        need(key is None or self.reaches(key), "AccessDenied",
             "the key is outside the credential's paths")


def nfc(text):
    return unicodedata.normalize("NFC", text)


# Temporary credentials ------------------------------------------------------

JWT_HEADER = b'{"alg":"HS256","typ":"JWT"}'
CLAIMS = frozenset("bucket scope actions paths sub iss aud iat exp".split())
REQUIRED_CLAIMS = frozenset("bucket sub iss aud iat exp".split())


def unauthorized(condition, reason):
    need(condition, "Unauthorized", reason)


def base64_strict(text):
    """Standard base64: padded, no stray character, no stray bit."""
    try:
        data = base64.b64decode(text.encode("ascii"), validate=True)
    except (binascii.Error, ValueError):
        raise Refused("Unauthorized", "token: not base64") from None
    unauthorized(base64.b64encode(data).decode() == text,
                 "token: not base64")
    return data


def base64url_strict(text, what):
    """base64url as RFC 7515 has it: no padding, no stray bit."""
    unauthorized(re.fullmatch(r"[A-Za-z0-9_-]+", text),
                 f"token: {what} is not base64url")
    try:
        data = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except binascii.Error:
        data = b""
    unauthorized(
        base64.urlsafe_b64encode(data).decode().rstrip("=") == text,
        f"token: {what} is not base64url")
    return data


def json_strict(data):
    """An object in which no name stands twice."""
    def pairs(items):
        names = [name for name, _ in items]
        if len(set(names)) != len(names):
            raise ValueError("a name twice")
        return dict(items)

    def constant(name):
        raise ValueError(name)

    try:
        value = json.loads(data.decode("utf-8"), object_pairs_hook=pairs,
                           parse_constant=constant)
    except (ValueError, RecursionError):
        raise Refused("Unauthorized",
                      "token: the claims are not JSON") from None
    unauthorized(isinstance(value, dict), "token: the claims are no object")
    return value


def is_strings(value):
    return (isinstance(value, list)
            and all(isinstance(item, str) for item in value))


class Token:
    """A session token, taken apart; its signature is not yet believed."""

    def __init__(self, text):
        data = base64_strict(text)
        unauthorized(data.startswith(b"jwt/"), "token: no jwt/ before it")
        self.jwt = data[len(b"jwt/"):]
        parts = self.jwt.decode("latin-1").split(".")
        unauthorized(len(parts) == 3, "token: not three parts")
        unauthorized(base64url_strict(parts[0], "header") == JWT_HEADER,
                     "token: wrong header")
        self.claims = json_strict(base64url_strict(parts[1], "payload"))
        self.signed = f"{parts[0]}.{parts[1]}".encode("ascii")
        self.signature = base64url_strict(parts[2], "signature")

    def secret_access_key(self):
        return hashlib.sha256(self.jwt).hexdigest()

    def check_signature(self, parent_secret):
        good = hmac.new(parent_secret.encode(), self.signed,
                        hashlib.sha256).digest()
        unauthorized(hmac.compare_digest(good, self.signature),
                     "token: not signed by this parent")

    def check_names(self):
        names = set(self.claims)
        unauthorized(names <= CLAIMS, "token: unknown claim")
        unauthorized(names >= REQUIRED_CLAIMS, "token: a claim is missing")
        unauthorized(
            all(isinstance(self.claims[name], str)
                for name in ("bucket", "sub", "iss", "aud"))
            and all(type(self.claims[name]) is int
                    for name in ("iat", "exp")),
            "token: a claim of the wrong type")

    def check_whose(self, access_key_id, account, host):
        unauthorized(self.claims["iss"] == access_key_id,
                     "token: iss is not the access key id")
        unauthorized(self.claims["sub"] == account,
                     "token: sub is not the account")
        unauthorized(self.claims["aud"] == host,
                     "token: aud is not this host")

    def check_times(self, now):
        issued, expires = self.claims["iat"], self.claims["exp"]
        unauthorized(0 < expires - issued <= MAX_TTL,
                     "token: a lifetime that is not 1 to 604800 seconds")
        unauthorized(issued <= now + IAT_SKEW, "token: iat in the future")
        need(now < expires, "ExpiredRequest", "token: expired")

    def actions(self):
        """The actions granted, by exactly one of the two claims."""
        scope = self.claims.get("scope")
        actions = self.claims.get("actions")
        unauthorized(("scope" in self.claims) != ("actions" in self.claims),
                     "token: exactly one of scope and actions")
        if "scope" in self.claims:
            unauthorized(isinstance(scope, str) and scope in SCOPES,
                         "token: unknown scope")
            return SCOPES[scope]
        unauthorized(is_strings(actions) and actions,
                     "token: actions is no list of names")
        unauthorized(set(actions) <= ACTIONS, "token: unknown action")
        return frozenset(actions)

    def paths(self):
        """The two lists of the paths claim: prefixes, objects."""
        paths = self.claims.get("paths", {})
        unauthorized(isinstance(paths, dict)
                     and set(paths) <= {"prefixPaths", "objectPaths"},
                     "token: paths of an unknown shape")
        lists = [paths.get(name, [])
                 for name in ("prefixPaths", "objectPaths")]
        for value in lists:
            unauthorized(is_strings(value)
                         and all(0 < length_utf8(path) <= MAX_KEY
                                 for path in value),
                         "token: a path that is no key")
        return tuple(lists[0]), tuple(lists[1])


def length_utf8(text):
    """Bytes of UTF-8, or 0 for text (a lone surrogate) that has none."""
    try:
        return len(text.encode("utf-8"))
    except UnicodeEncodeError:
        return 0


def parent_identity(access_key_id, parent):
    buckets = parent.get("buckets")
    return Identity(access_key_id, parent["secret"],
                    SCOPES[parent["permission"]],
                    None if buckets is None else frozenset(buckets))


def child_identity(access_key_id, parent, text, host, now):
    """The temporary credential behind a session token, if it is good."""
    token = Token(text)
    token.check_signature(parent["secret"])
    token.check_names()
    token.check_whose(access_key_id, parent["account"], host)
    token.check_times(now)
    above = parent_identity(access_key_id, parent)
    bucket = token.claims["bucket"]
    unauthorized(above.buckets is None or bucket in above.buckets,
                 "token: the bucket is not its parent's")
    prefixes, objects = token.paths()
    return Identity(access_key_id, token.secret_access_key(),
                    token.actions() & above.actions, frozenset([bucket]),
                    prefixes, objects)


# Signature Version 4 --------------------------------------------------------

ALGORITHM = "AWS4-HMAC-SHA256"
REGION = "auto"
SERVICE = "s3"
UNSIGNED = "UNSIGNED-PAYLOAD"
STREAMING = {
    # payload hash: (its chunks are signed, a trailer follows them)
    "STREAMING-AWS4-HMAC-SHA256-PAYLOAD": (True, False),
    "STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER": (True, True),
    "STREAMING-UNSIGNED-PAYLOAD-TRAILER": (False, True),
}


def uri_encode(data, safe=""):
    """AWS's UriEncode of bytes: all but A-Z a-z 0-9 - . _ ~ and safe."""
    return urllib.parse.quote(data, safe=safe)


def canonical_path(raw):
    """What SigV4 makes of a path: encoded once, nothing normalised."""
    return uri_encode(urllib.parse.unquote_to_bytes(raw), safe="/")


def split_query(raw):
    """[(name, value)] as bytes, in the order sent."""
    pairs = []
    for part in raw.split("&") if raw else []:
        name, _, value = part.partition("=")
        pairs.append((urllib.parse.unquote_to_bytes(name),
                      urllib.parse.unquote_to_bytes(value)))
    return pairs


def canonical_query(pairs):
    encoded = sorted((uri_encode(name), uri_encode(value))
                     for name, value in pairs
                     if name != b"X-Amz-Signature")
    return "&".join(f"{name}={value}" for name, value in encoded)


def canonical_headers(headers, signed):
    """headers: [(lower-case name, raw value)] as bytes; signed: names."""
    lines = []
    for name in signed:
        values = [b" ".join(value.split()) for header, value in headers
                  if header == name.encode()]
        lines.append(name.encode() + b":" + b",".join(values) + b"\n")
    return b"".join(lines)


def canonical_request(method, path, query, headers, signed, payload):
    """The canonical request, as bytes; path and query are canonical."""
    return b"\n".join([
        method.encode(), path.encode(), query.encode(),
        canonical_headers(headers, signed), ";".join(signed).encode(),
        payload.encode()])


def signing_key(secret, date, region=REGION, service=SERVICE):
    key = ("AWS4" + secret).encode()
    for part in (date, region, service, "aws4_request"):
        key = hmac.new(key, part.encode(), hashlib.sha256).digest()
    return key


def sign(key, *lines):
    return hmac.new(key, "\n".join(lines).encode(),
                    hashlib.sha256).hexdigest()


def sign_request(key, amz_date, scope, canonical):
    return sign(key, ALGORITHM, amz_date, scope,
                hashlib.sha256(canonical).hexdigest())


def sign_chunk(key, amz_date, scope, previous, data):
    return sign(key, ALGORITHM + "-PAYLOAD", amz_date, scope, previous,
                EMPTY_SHA256, hashlib.sha256(data).hexdigest())


def sign_trailer(key, amz_date, scope, previous, trailer):
    return sign(key, ALGORITHM + "-TRAILER", amz_date, scope, previous,
                hashlib.sha256(trailer).hexdigest())


def parse_amz_date(text):
    """Unix seconds of 20260203T040506Z."""
    need(re.fullmatch(r"[0-9]{8}T[0-9]{6}Z", text or ""),
         "InvalidArgument", "x-amz-date is missing or malformed")
    try:
        return calendar.timegm(time.strptime(text, "%Y%m%dT%H%M%SZ"))
    except ValueError:
        raise Refused("InvalidArgument",
                      "x-amz-date is no date") from None


@dataclasses.dataclass
class Signature:
    """What a request says about its own signature, however it says it."""
    access_key_id: str
    scope: str              # date/region/service/aws4_request
    signed: list            # names of the signed headers
    value: str
    amz_date: str
    payload: str            # last line of the canonical request
    token: str = None
    expires: int = None     # seconds; None: not presigned
    key: bytes = None       # the signing key, once verified


def parse_credential(text):
    """Access key id and scope of a Credential, whose date is returned."""
    match = re.fullmatch(r"([^/]+)/(([0-9]{8})/([^/]*)/([^/]*)/([^/]*))",
                         text)
    need(match, "InvalidArgument", "malformed Credential")
    access_key_id, scope, date, region, service, end = match.groups()
    need((region, service, end) == (REGION, SERVICE, "aws4_request"),
         "InvalidArgument",
         f"the credential scope is not {REGION}/{SERVICE}/aws4_request")
    return access_key_id, scope, date


def parse_authorization(request):
    """The Authorization header."""
    text = request.header("authorization")
    algorithm, _, rest = text.partition(" ")
    need(algorithm == ALGORITHM, "InvalidArgument",
         "Authorization: unknown algorithm")
    fields = dict(part.strip().partition("=")[::2]
                  for part in rest.split(","))
    need(set(fields) == {"Credential", "SignedHeaders", "Signature"}
         and rest.count(",") == 2, "InvalidArgument",
         "Authorization: malformed")
    access_key_id, scope, date = parse_credential(fields["Credential"])
    amz_date = request.header("x-amz-date")
    parse_amz_date(amz_date)
    need(amz_date.startswith(date), "InvalidArgument",
         "Credential and x-amz-date name two days")
    payload = request.header("x-amz-content-sha256")
    need(payload is not None, "InvalidArgument",
         "x-amz-content-sha256 is missing")
    return Signature(access_key_id, scope,
                     fields["SignedHeaders"].split(";"),
                     fields["Signature"], amz_date, payload,
                     token=request.header("x-amz-security-token"))


PRESIGN = ("X-Amz-Algorithm", "X-Amz-Credential", "X-Amz-Date",
           "X-Amz-Expires", "X-Amz-SignedHeaders", "X-Amz-Signature")
PRESIGN_TOKEN = "X-Amz-Security-Token"


def parse_presigned(request):
    """The X-Amz-* query parameters."""
    fields = {name: request.param(name) for name in PRESIGN}
    for name, value in fields.items():
        need(value is not None, "InvalidArgument", f"{name} is missing")
    need(fields["X-Amz-Algorithm"] == ALGORITHM, "InvalidArgument",
         "X-Amz-Algorithm: unknown algorithm")
    need(re.fullmatch(r"[1-9][0-9]{0,5}", fields["X-Amz-Expires"])
         and int(fields["X-Amz-Expires"]) <= MAX_TTL, "InvalidArgument",
         "X-Amz-Expires is not 1 to 604800")
    access_key_id, scope, date = parse_credential(fields["X-Amz-Credential"])
    parse_amz_date(fields["X-Amz-Date"])
    need(fields["X-Amz-Date"].startswith(date), "InvalidArgument",
         "X-Amz-Credential and X-Amz-Date name two days")
    need(request.header("x-amz-security-token") is None, "InvalidArgument",
         "a presigned request carries its token in the query")
    return Signature(access_key_id, scope,
                     fields["X-Amz-SignedHeaders"].split(";"),
                     fields["X-Amz-Signature"], fields["X-Amz-Date"],
                     request.header("x-amz-content-sha256") or UNSIGNED,
                     token=request.param(PRESIGN_TOKEN),
                     expires=int(fields["X-Amz-Expires"]))


def parse_signature(request):
    in_header = request.header("authorization") is not None
    in_query = any(request.param(name) is not None for name in PRESIGN)
    unauthorized(in_header or in_query, "not signed")
    need(not (in_header and in_query), "InvalidArgument",
         "signed in two ways at once")
    if in_query:
        return parse_presigned(request)
    return parse_authorization(request)


def check_signed_headers(request, signature):
    """host and every x-amz-* header are signed, and what is signed came."""
    signed = signature.signed
    need(signed == sorted(set(signed)) and "host" in signed,
         "InvalidArgument", "SignedHeaders: sorted, once each, with host")
    sent = {name.decode("latin-1") for name, _ in request.headers}
    for name in sent:
        need(not name.startswith("x-amz-") or name in signed,
             "AccessDenied", f"{name} was sent but not signed")
    for name in signed:
        need(name in sent, "SignatureDoesNotMatch",
             f"{name} was signed but not sent")


def check_payload_name(signature):
    """The payload hash is one of the words known, or a digest."""
    known = re.fullmatch(r"[0-9a-f]{64}", signature.payload)
    known = known or signature.payload == UNSIGNED
    if signature.expires is None:
        known = known or signature.payload in STREAMING
    need(known, "InvalidArgument", "x-amz-content-sha256 is not known")


def check_age(signature, now):
    signed_at = parse_amz_date(signature.amz_date)
    if signature.expires is None:
        need(abs(now - signed_at) <= DATE_SKEW, "RequestTimeTooSkewed",
             "x-amz-date is not within 15 minutes")
        return
    need(signed_at <= now + DATE_SKEW, "RequestTimeTooSkewed",
         "X-Amz-Date is in the future")
    need(now < signed_at + signature.expires, "ExpiredRequest",
         "the link has expired")


def check_signature(request, signature, secret):
    """The signature itself; leaves the signing key in it for chunks."""
    need(request.raw_path == canonical_path(request.raw_path),
         "SignatureDoesNotMatch", "the path is not encoded as SigV4 wants")
    canonical = canonical_request(
        request.method, request.raw_path, canonical_query(request.query),
        request.headers, signature.signed, signature.payload)
    signature.key = signing_key(secret, signature.scope[:8])
    good = sign_request(signature.key, signature.amz_date, signature.scope,
                        canonical)
    need(hmac.compare_digest(good.encode(), signature.value.encode()),
         "SignatureDoesNotMatch", "the signature is another")


# The body -------------------------------------------------------------------

CHECKSUMS = {
    "x-amz-checksum-crc32":
        lambda data: zlib.crc32(data).to_bytes(4, "big"),
    "x-amz-checksum-sha1": lambda data: hashlib.sha1(data).digest(),
    "x-amz-checksum-sha256": lambda data: hashlib.sha256(data).digest(),
    "content-md5": lambda data: hashlib.md5(data).digest(),
}


def take_line(data, at):
    end = data.find(b"\r\n", at)
    need(end >= 0, "IncompleteBody", "aws-chunked: a line without end")
    return data[at:end], end + 2


def decode_chunked(data, signature):
    """The content of an aws-chunked body, and its trailer's lines."""
    chunks_signed, has_trailer = STREAMING[signature.payload]
    previous, content, at, size = signature.value, [], 0, None
    while size != 0:
        line, at = take_line(data, at)
        match = re.fullmatch(
            rb"([0-9A-Fa-f]{1,8})(?:;chunk-signature=([0-9a-f]{64}))?", line)
        need(match, "InvalidArgument", "aws-chunked: malformed chunk")
        size = int(match[1], 16)
        chunk = data[at:at + size]
        need(len(chunk) == size, "IncompleteBody", "aws-chunked: cut short")
        at += size
        if chunks_signed:
            good = sign_chunk(signature.key, signature.amz_date,
                              signature.scope, previous, chunk)
            need(match[2] and hmac.compare_digest(good.encode(), match[2]),
                 "SignatureDoesNotMatch", "aws-chunked: a chunk's signature")
            previous = good
        if size:
            line, at = take_line(data, at)
            need(line == b"", "InvalidArgument", "aws-chunked: overlong")
        content.append(chunk)
    trailer = decode_trailer(data[at:], has_trailer)
    if chunks_signed and has_trailer:
        check_trailer(trailer, signature, previous)
    return b"".join(content), trailer


def decode_trailer(data, expected):
    """[(lower-case name, value)] of the lines after the last chunk."""
    lines = [line for line in data.split(b"\r\n") if line]
    need(expected or not lines, "InvalidArgument",
         "aws-chunked: a trailer that was not announced")
    trailer = []
    for line in lines:
        name, colon, value = line.partition(b":")
        need(colon, "InvalidArgument", "aws-chunked: malformed trailer")
        trailer.append((name.strip().lower(), value.strip()))
    return trailer


def check_trailer(trailer, signature, previous):
    text = b"".join(name + b":" + value + b"\n" for name, value in trailer
                    if name != b"x-amz-trailer-signature")
    good = sign_trailer(signature.key, signature.amz_date, signature.scope,
                        previous, text)
    sent = dict(trailer).get(b"x-amz-trailer-signature", b"")
    need(hmac.compare_digest(good.encode(), sent),
         "SignatureDoesNotMatch", "aws-chunked: the trailer's signature")


def check_checksums(content, fields):
    for name, value in fields:
        digest = CHECKSUMS.get(name.decode("latin-1"))
        need(digest is None
             or base64.b64encode(digest(content)) == value,
             "BadDigest", f"{name.decode('latin-1')} is another")


def read_content(request, signature):
    """The body as it is to be stored, proved to be the one signed."""
    data = request.read_body()
    trailer = []
    if signature.payload in STREAMING:
        data, trailer = decode_chunked(data, signature)
        need(request.header("x-amz-decoded-content-length")
             == str(len(data)), "IncompleteBody",
             "x-amz-decoded-content-length is another")
    elif signature.payload != UNSIGNED:
        need(hashlib.sha256(data).hexdigest() == signature.payload,
             "XAmzContentSHA256Mismatch", "the body has another digest")
    check_checksums(data, request.headers + trailer)
    return data


# The store ------------------------------------------------------------------

@dataclasses.dataclass
class Object:
    key: str
    etag: str               # without quotes
    size: int
    modified: int           # Unix seconds
    headers: dict           # Content-Type and its kin, x-amz-meta-*
    body: bytes = None      # None: in its file
    path: str = None

    def read(self):
        if self.path is None:
            return self.body
        with open(self.path, "rb") as file:
            return file.read()


@dataclasses.dataclass
class Upload:
    bucket: str
    key: str
    headers: dict
    parts: dict = dataclasses.field(default_factory=dict)  # number: Object


class Store:
    """Buckets of objects, in memory or in a directory."""

    def __init__(self, directory=None):
        self.directory = directory
        self.lock = threading.RLock()
        self.buckets = {}
        self.uploads = {}
        self.upload_count = 0
        if directory is not None:
            self.load()

    def load(self):
        os.makedirs(self.directory, exist_ok=True)
        for bucket in sorted(os.listdir(self.directory)):
            folder = os.path.join(self.directory, bucket)
            objects = self.buckets.setdefault(bucket, {})
            for name in sorted(os.listdir(folder)):
                if name.endswith(".json"):
                    with open(os.path.join(folder, name)) as file:
                        found = Object(**json.load(file))
                    found.path = os.path.join(folder, name[:-5])
                    objects[found.key] = found

    def make_bucket(self, bucket):
        with self.lock:
            self.buckets.setdefault(bucket, {})
            if self.directory is not None:
                os.makedirs(os.path.join(self.directory, bucket),
                            exist_ok=True)

    def remove_bucket(self, bucket):
        with self.lock:
            need(not self.buckets[bucket], "BucketNotEmpty", "not empty")
            del self.buckets[bucket]
            if self.directory is not None:
                os.rmdir(os.path.join(self.directory, bucket))

    def bucket(self, bucket):
        need(bucket in self.buckets, "NoSuchBucket", "no such bucket")
        return self.buckets[bucket]

    def put(self, bucket, key, body, headers, now, etag=None):
        etag = etag or hashlib.md5(body).hexdigest()
        stored = Object(key, etag, len(body), int(now), dict(headers), body)
        with self.lock:
            objects = self.bucket(bucket)
            if self.directory is not None:
                self.write(bucket, stored)
            objects[key] = stored
        return stored

    def write(self, bucket, stored):
        name = hashlib.sha256(stored.key.encode()).hexdigest()
        path = os.path.join(self.directory, bucket, name)
        with open(path + ".new", "wb") as file:
            file.write(stored.body)
        os.replace(path + ".new", path)
        stored.body = None
        with open(path + ".json", "w") as file:
            json.dump(dataclasses.asdict(stored), file)
        stored.path = path

    def find(self, bucket, key):
        found = self.bucket(bucket).get(key)
        need(found is not None, "NoSuchKey", "no such key")
        return found

    def delete(self, bucket, key):
        with self.lock:
            found = self.bucket(bucket).pop(key, None)
            if found is not None and found.path is not None:
                os.unlink(found.path)
                os.unlink(found.path + ".json")

    def keys(self, bucket):
        """All keys in the order of their UTF-8 bytes."""
        with self.lock:
            return sorted(self.bucket(bucket), key=str.encode)

    def begin_upload(self, bucket, key, headers):
        with self.lock:
            self.bucket(bucket)
            self.upload_count += 1
            name = f"upload-{self.upload_count}"
            self.uploads[name] = Upload(bucket, key, headers)
            return name

    def upload(self, bucket, key, name):
        found = self.uploads.get(name)
        need(found and (found.bucket, found.key) == (bucket, key),
             "NoSuchUpload", "no such upload")
        return found

    def complete_upload(self, bucket, key, name, chosen, now):
        """chosen: [(part number, etag)] as the client lists them."""
        with self.lock:
            upload = self.upload(bucket, key, name)
            numbers = [number for number, _ in chosen]
            need(chosen and numbers == sorted(set(numbers)),
                 "InvalidPartOrder", "parts in ascending order, please")
            parts = []
            for number, etag in chosen:
                part = upload.parts.get(number)
                need(part and part.etag == etag.strip('"'), "InvalidPart",
                     f"part {number} is not the one uploaded")
                parts.append(part)
            need(all(part.size >= MIN_PART for part in parts[:-1]),
                 "EntityTooSmall", "a part below 5 MiB before the last")
            digests = b"".join(bytes.fromhex(part.etag) for part in parts)
            etag = f"{hashlib.md5(digests).hexdigest()}-{len(parts)}"
            stored = self.put(bucket, key,
                              b"".join(part.body for part in parts),
                              upload.headers, now, etag)
            del self.uploads[name]
            return stored


# Answers --------------------------------------------------------------------

@dataclasses.dataclass
class Response:
    status: int = 200
    headers: list = dataclasses.field(default_factory=list)
    body: bytes = b""
    length: int = None      # Content-Length, where it isn't the body's


def xml_text(value):
    """Escaped, with what XML cannot hold as a character reference."""
    text = str(value).replace("&", "&amp;").replace("<", "&lt;")
    text = text.replace(">", "&gt;").replace('"', "&quot;")
    return re.sub("[\x00-\x1f\x7f\ufffe\uffff]",
                  lambda match: f"&#x{ord(match[0]):x};", text)


def xml_element(name, value):
    """value: text, or [(name, value)]."""
    if isinstance(value, list):
        inner = "".join(xml_element(*item) for item in value)
    else:
        inner = xml_text(value)
    return f"<{name}>{inner}</{name}>"


def xml_response(name, value, status=200):
    text = ('<?xml version="1.0" encoding="UTF-8"?>\n'
            + xml_element(name, value))
    return Response(status, [("Content-Type", "application/xml")],
                    text.encode("utf-8"))


def error_response(refused):
    return xml_response("Error", [("Code", refused.code),
                                  ("Message", refused.reason)],
                        refused.status)


def iso_time(seconds):
    return time.strftime("%Y-%m-%dT%H:%M:%S.000Z", time.gmtime(seconds))


def http_time(seconds):
    return email.utils.formatdate(seconds, usegmt=True)


def yes_no(value):
    return "true" if value else "false"


def parse_xml(data, root):
    """The children of a request's XML, by local name."""
    try:
        tree = xml.etree.ElementTree.fromstring(data)
    except xml.etree.ElementTree.ParseError:
        raise Refused("MalformedXML", "not XML") from None
    for element in tree.iter():
        element.tag = element.tag.rpartition("}")[2]
    need(tree.tag == root, "MalformedXML", f"not a {root}")
    return tree


# Actions --------------------------------------------------------------------

STORED_HEADERS = ("content-type", "cache-control", "content-disposition",
                  "content-encoding", "content-language", "expires")
OVERRIDES = {"response-" + name: name for name in STORED_HEADERS}


def stored_headers(request):
    """The headers of an upload that are given back with the object."""
    headers = {}
    for raw_name, raw_value in request.headers:
        name, value = raw_name.decode("latin-1"), raw_value.decode("latin-1")
        if name == "content-encoding":
            value = ",".join(part.strip() for part in value.split(",")
                             if part.strip() != "aws-chunked")
        if name in STORED_HEADERS or name.startswith("x-amz-meta-"):
            if value:
                headers[name] = value
    headers.setdefault("content-type", "application/octet-stream")
    return headers


def has_etag(text, etag):
    """Whether an If-Match or If-None-Match list names this tag."""
    tags = [tag.strip().removeprefix("W/").strip('"')
            for tag in text.split(",")]
    return "*" in tags or etag in tags


def http_date(text):
    try:
        return email.utils.parsedate_to_datetime(text).timestamp()
    except (TypeError, ValueError):
        return None


def not_modified(request, found):
    """RFC 9110's preconditions: refuses, or tells whether to answer 304."""
    match = request.header("if-match")
    since = http_date(request.header("if-unmodified-since"))
    if match is not None:
        need(has_etag(match, found.etag), "PreconditionFailed", "If-Match")
    elif since is not None:
        need(found.modified <= since, "PreconditionFailed",
             "If-Unmodified-Since")
    match = request.header("if-none-match")
    since = http_date(request.header("if-modified-since"))
    if match is not None:
        return has_etag(match, found.etag)
    return since is not None and found.modified <= since


def wanted_range(request, found):
    """(first, last) of a Range that applies, or None."""
    text = request.header("range")
    match = re.fullmatch(r"bytes=([0-9]*)-([0-9]*)", text or "")
    condition = request.header("if-range")
    if not match or not (match[1] or match[2]):
        return None
    if condition is not None and condition.strip('"') != found.etag:
        return None
    last = found.size - 1
    if not match[1]:
        first = max(0, found.size - int(match[2]))
        usable = int(match[2]) > 0 and found.size > 0
    else:
        first = int(match[1])
        usable = first <= last
        if match[2]:
            need(int(match[2]) >= first, "InvalidRange", "backwards")
            last = min(last, int(match[2]))
    need(usable, "InvalidRange", "outside the object")
    return first, last


def override_headers(request):
    """The response-* parameters of a GET or HEAD."""
    headers = {}
    for param, name in OVERRIDES.items():
        value = request.param(param)
        if value is not None:
            need(not re.search("[\x00-\x08\x0a-\x1f\x7f]", value),
                 "InvalidArgument", f"{param}: a control character")
            headers[name] = value.encode("utf-8").decode("latin-1")
    return headers


def object_headers(request, found):
    headers = {**found.headers, **override_headers(request)}
    return list(headers.items()) + [
        ("ETag", f'"{found.etag}"'),
        ("Last-Modified", http_time(found.modified)),
        ("Accept-Ranges", "bytes")]


def get_object(store, call):
    found = store.find(call.bucket, call.key)
    headers = object_headers(call.request, found)
    if not_modified(call.request, found):
        return Response(304, headers)
    part = wanted_range(call.request, found)
    status, body, length = 200, b"", found.size
    if part is not None:
        status, length = 206, part[1] - part[0] + 1
        headers.append(("Content-Range",
                        f"bytes {part[0]}-{part[1]}/{found.size}"))
    if call.request.method != "HEAD":
        body = found.read()
        body = body if part is None else body[part[0]:part[1] + 1]
    return Response(status, headers, body, length)


def put_object(store, call):
    request = call.request
    if request.header("if-none-match") is not None:
        found = store.bucket(call.bucket).get(call.key)
        need(found is None
             or not has_etag(request.header("if-none-match"), found.etag),
             "PreconditionFailed", "If-None-Match")
    stored = store.put(call.bucket, call.key, call.content(),
                       stored_headers(request), call.now)
    return Response(200, [("ETag", f'"{stored.etag}"')])


def copy_source(store, call):
    """The object x-amz-copy-source names, if the signer may read it."""
    text = call.request.header("x-amz-copy-source")
    path, _, version = text.partition("?")
    need(not version, "NotImplemented", "versions")
    bucket, _, key = path.lstrip("/").partition("/")
    bucket, key = parse_bucket(bucket), parse_key(key)
    call.identity.check("GetObject", bucket, key)
    return store.find(bucket, key)


def copy_object(store, call):
    source = copy_source(store, call)
    call.content()
    headers = source.headers
    if call.request.header("x-amz-metadata-directive") == "REPLACE":
        headers = stored_headers(call.request)
    stored = store.put(call.bucket, call.key, source.read(), headers,
                       call.now)
    return xml_response("CopyObjectResult", [
        ("ETag", f'"{stored.etag}"'),
        ("LastModified", iso_time(stored.modified))])


def delete_object(store, call):
    store.delete(call.bucket, call.key)
    return Response(204)


def delete_objects(store, call):
    tree = parse_xml(call.content(), "Delete")
    quiet = tree.findtext("Quiet") == "true"
    result = []
    for element in tree.findall("Object"):
        name = element.findtext("Key") or ""
        try:
            key = check_key(name)
            call.identity.check("DeleteObjects", call.bucket, key)
            store.delete(call.bucket, key)
        except Refused as refused:
            result.append(("Error", [("Key", name), ("Code", refused.code),
                                     ("Message", refused.reason)]))
            continue
        if not quiet:
            result.append(("Deleted", [("Key", name)]))
    return xml_response("DeleteResult", result)


def head_bucket(store, call):
    store.bucket(call.bucket)
    return Response(200, [("x-amz-bucket-region", REGION)])


def create_bucket(store, call):
    call.content()
    need(call.bucket not in store.buckets, "BucketAlreadyExists",
         "there is one")
    store.make_bucket(call.bucket)
    return Response(200, [("Location", "/" + call.bucket)])


def delete_bucket(store, call):
    store.bucket(call.bucket)
    store.remove_bucket(call.bucket)
    return Response(204)


def list_buckets(store, call):
    mine = call.identity.buckets
    return xml_response("ListAllMyBucketsResult", [
        ("Owner", [("ID", call.identity.access_key_id)]),
        ("Buckets", [("Bucket", [("Name", name),
                                 ("CreationDate", iso_time(0))])
                     for name in sorted(store.buckets)
                     if mine is None or name in mine])])


def get_location(store, call):
    store.bucket(call.bucket)
    return xml_response("LocationConstraint", REGION)


# Listing --------------------------------------------------------------------

def list_page(keys, prefix, delimiter, after, limit):
    """One page of names after `after`: [(name, is a common prefix)].

    Also tells whether more follow.  keys are sorted; a common prefix stands
    for all the keys that begin with it.
    """
    page = []
    for key in keys:
        if not key.startswith(prefix):
            continue
        cut = key.find(delimiter, len(prefix)) if delimiter else -1
        name = key if cut < 0 else key[:cut + len(delimiter)]
        if name.encode() <= after.encode():
            continue
        if page and page[-1] == (name, True):
            continue
        if len(page) >= limit:
            return page, True
        page.append((name, cut >= 0))
    return page, False


def list_number(request, name):
    text = request.param(name)
    if text is None:
        return 1000
    need(re.fullmatch(r"[0-9]{1,9}", text), "InvalidArgument",
         f"{name} is no number")
    return min(int(text), 1000)


def list_encoder(request):
    """How keys are written in this listing."""
    kind = request.param("encoding-type")
    need(kind in (None, "url"), "InvalidArgument", "unknown encoding-type")
    if kind == "url":
        return lambda text: uri_encode(text.encode(), safe="/")
    return str


def list_entries(store, call, page, encode):
    entries = []
    for name, is_prefix in page:
        if is_prefix:
            entries.append(("CommonPrefixes", [("Prefix", encode(name))]))
            continue
        found = store.bucket(call.bucket).get(name)
        if found is not None:
            entries.append(("Contents", [
                ("Key", encode(name)),
                ("LastModified", iso_time(found.modified)),
                ("ETag", f'"{found.etag}"'), ("Size", found.size),
                ("StorageClass", "STANDARD")]))
    return entries


def list_objects(store, call, after, head, next_name):
    """What both versions of the listing share.

    head: elements of one version alone; next_name: how it names the place
    to go on from, and how that is written.
    """
    request = call.request
    encode = list_encoder(request)
    delimiter = request.param("delimiter") or ""
    limit = list_number(request, "max-keys")
    page, more = [], False
    if limit:
        page, more = list_page(store.keys(call.bucket), call.prefix,
                               delimiter, after, limit)
    result = [("Name", call.bucket), ("Prefix", encode(call.prefix)),
              ("MaxKeys", limit), ("IsTruncated", yes_no(more))] + head
    if delimiter:
        result.append(("Delimiter", encode(delimiter)))
    if request.param("encoding-type"):
        result.append(("EncodingType", "url"))
    if more:
        name, write = next_name
        result.append((name, write(page[-1][0])))
    result += list_entries(store, call, page, encode)
    return xml_response("ListBucketResult", result)


def list_objects_v1(store, call):
    marker = call.request.param("marker") or ""
    encode = list_encoder(call.request)
    return list_objects(store, call, marker, [("Marker", encode(marker))],
                        ("NextMarker", encode))


def list_objects_v2(store, call):
    request = call.request
    need(request.param("list-type") == "2", "InvalidArgument",
         "unknown list-type")
    after = request.param("start-after") or ""
    token = request.param("continuation-token")
    if token is not None:
        try:
            after = base64.b64decode(token, validate=True).decode("utf-8")
        except ValueError:
            raise Refused("InvalidArgument",
                          "unknown continuation-token") from None
    return list_objects(
        store, call, after, [],
        ("NextContinuationToken",
         lambda name: base64.b64encode(name.encode()).decode()))


# Multipart uploads ----------------------------------------------------------

def create_upload(store, call):
    call.content()
    name = store.begin_upload(call.bucket, call.key,
                              stored_headers(call.request))
    return xml_response("InitiateMultipartUploadResult", [
        ("Bucket", call.bucket), ("Key", call.key), ("UploadId", name)])


def this_upload(store, call):
    return store.upload(call.bucket, call.key,
                        call.request.param("uploadId"))


def store_part(store, call, body):
    text = call.request.param("partNumber")
    need(re.fullmatch(r"[0-9]{1,5}", text) and 1 <= int(text) <= 10000,
         "InvalidArgument", "partNumber is not 1 to 10000")
    part = Object(call.key, hashlib.md5(body).hexdigest(), len(body),
                  int(call.now), {}, body)
    this_upload(store, call).parts[int(text)] = part
    return part


def upload_part(store, call):
    this_upload(store, call)
    part = store_part(store, call, call.content())
    return Response(200, [("ETag", f'"{part.etag}"')])


def upload_part_copy(store, call):
    this_upload(store, call)
    body = copy_source(store, call).read()
    text = call.request.header("x-amz-copy-source-range")
    if text is not None:
        match = re.fullmatch(r"bytes=([0-9]+)-([0-9]+)", text)
        need(match and int(match[1]) <= int(match[2]) < len(body),
             "InvalidArgument", "x-amz-copy-source-range")
        body = body[int(match[1]):int(match[2]) + 1]
    call.content()
    part = store_part(store, call, body)
    return xml_response("CopyPartResult", [
        ("ETag", f'"{part.etag}"'),
        ("LastModified", iso_time(part.modified))])


def complete_upload(store, call):
    tree = parse_xml(call.content(), "CompleteMultipartUpload")
    chosen = []
    for part in tree.findall("Part"):
        number = part.findtext("PartNumber") or ""
        need(re.fullmatch(r"[0-9]{1,5}", number), "MalformedXML",
             "a part without number")
        chosen.append((int(number), part.findtext("ETag") or ""))
    stored = store.complete_upload(call.bucket, call.key,
                                   call.request.param("uploadId"), chosen,
                                   call.now)
    return xml_response("CompleteMultipartUploadResult", [
        ("Location", f"/{call.bucket}/{call.key}"),
        ("Bucket", call.bucket), ("Key", call.key),
        ("ETag", f'"{stored.etag}"')])


def abort_upload(store, call):
    this_upload(store, call)
    store.uploads.pop(call.request.param("uploadId"), None)
    return Response(204)


def list_parts(store, call):
    upload = this_upload(store, call)
    return xml_response("ListPartsResult", [
        ("Bucket", call.bucket), ("Key", call.key),
        ("UploadId", call.request.param("uploadId")),
        ("MaxParts", 10000), ("IsTruncated", "false")] + [
            ("Part", [("PartNumber", number),
                      ("LastModified", iso_time(part.modified)),
                      ("ETag", f'"{part.etag}"'), ("Size", part.size)])
            for number, part in sorted(upload.parts.items())])


def list_uploads(store, call):
    store.bucket(call.bucket)
    encode = list_encoder(call.request)
    return xml_response("ListMultipartUploadsResult", [
        ("Bucket", call.bucket), ("Prefix", encode(call.prefix)),
        ("MaxUploads", 1000), ("IsTruncated", "false")] + [
            ("Upload", [("Key", encode(upload.key)), ("UploadId", name)])
            for name, upload in sorted(store.uploads.items())
            if upload.bucket == call.bucket
            and upload.key.startswith(call.prefix)])


# Routes ---------------------------------------------------------------------

LIST_PARAMS = {"prefix", "delimiter", "max-keys", "encoding-type"}
V2_PARAMS = LIST_PARAMS | {"continuation-token", "start-after",
                           "fetch-owner"}
PARTS_PARAMS = {"max-parts", "part-number-marker"}
UPLOADS_PARAMS = {"prefix", "delimiter", "max-uploads", "key-marker",
                  "upload-id-marker", "encoding-type"}

# method, on what, parameters it must have, others it may have, action, code
ROUTES = [
    ("GET", "key", set(), set(OVERRIDES), "GetObject", get_object),
    ("HEAD", "key", set(), set(OVERRIDES), "HeadObject", get_object),
    ("PUT", "key", set(), set(), "PutObject", put_object),
    ("DELETE", "key", set(), set(), "DeleteObject", delete_object),
    ("POST", "key", {"uploads"}, set(), "CreateMultipartUpload",
     create_upload),
    ("PUT", "key", {"partNumber", "uploadId"}, set(), "UploadPart",
     upload_part),
    ("POST", "key", {"uploadId"}, set(), "CompleteMultipartUpload",
     complete_upload),
    ("DELETE", "key", {"uploadId"}, set(), "AbortMultipartUpload",
     abort_upload),
    ("GET", "key", {"uploadId"}, PARTS_PARAMS, "ListParts", list_parts),
    ("GET", "bucket", set(), LIST_PARAMS | {"marker"}, "ListObjectsV1",
     list_objects_v1),
    ("GET", "bucket", {"list-type"}, V2_PARAMS, "ListObjectsV2",
     list_objects_v2),
    ("GET", "bucket", {"location"}, set(), "GetBucketLocation",
     get_location),
    ("GET", "bucket", {"uploads"}, UPLOADS_PARAMS, "ListMultipartUploads",
     list_uploads),
    ("POST", "bucket", {"delete"}, set(), "DeleteObjects", delete_objects),
    ("HEAD", "bucket", set(), set(), "HeadBucket", head_bucket),
    ("PUT", "bucket", set(), set(), "CreateBucket", create_bucket),
    ("DELETE", "bucket", set(), set(), "DeleteBucket", delete_bucket),
    ("GET", "account", set(), set(), "ListBuckets", list_buckets),
]
COPIES = {
    # the same request with x-amz-copy-source
    "PutObject": ("CopyObject", copy_object),
    "UploadPart": ("UploadPartCopy", upload_part_copy),
}
# x-id: some SDKs name the operation there
IGNORED_PARAMS = set(PRESIGN) | {PRESIGN_TOKEN, "x-id"}


def find_route(request, level):
    """Action and code for a request; a parameter unknown is refused."""
    params = {name.decode("latin-1") for name, _ in request.query}
    params -= IGNORED_PARAMS
    for method, on, must, may, action, code in ROUTES:
        if ((method, on) == (request.method, level) and must <= params
                and params - must <= may):
            if request.header("x-amz-copy-source") is not None:
                need(action in COPIES, "NotImplemented", "copy source")
                return COPIES[action]
            return action, code
    need(request.method in {route[0] for route in ROUTES},
         "MethodNotAllowed", "unknown method")
    raise Refused("NotImplemented", "no such operation here")


def parse_bucket(text):
    need(re.fullmatch(r"[a-z0-9][a-z0-9-]{1,61}[a-z0-9]", text),
         "InvalidBucketName", "not a bucket's name")
    return text


def check_key(text):
    need(0 < length_utf8(text) <= MAX_KEY, "InvalidObjectName",
         "a key has 1 to 1024 bytes")
    return nfc(text)


def parse_key(raw):
    """A key from its percent-encoded form."""
    try:
        text = urllib.parse.unquote_to_bytes(raw).decode("utf-8")
    except UnicodeDecodeError:
        raise Refused("InvalidObjectName", "a key in UTF-8") from None
    return check_key(text)


@dataclasses.dataclass
class Call:
    """One request on its way to its action."""
    request: object
    now: float
    bucket: str = ""
    key: str = ""
    action: str = ""
    prefix: str = ""
    identity: Identity = None
    signature: Signature = None

    def content(self):
        return read_content(self.request, self.signature)

    @property
    def level(self):
        if self.key:
            return "key"
        return "bucket" if self.bucket else "account"

    def authorize(self):
        """The rules of scope, actions, bucket and paths."""
        who = self.identity
        if self.action == "HeadBucket":
            who.check_bucket(self.bucket)
        elif self.action == "ListBuckets":
            need(self.action in who.actions and not who.has_paths,
                 "AccessDenied", "ListBuckets is not granted")
        elif self.level == "key":
            who.check(self.action, self.bucket, self.key)
        else:
            who.check(self.action, self.bucket)
        if self.action in LISTINGS:
            need(who.lists(self.prefix), "AccessDenied",
                 "the prefix is outside the credential's paths")


# HTTP -----------------------------------------------------------------------

class Request:
    """One HTTP request, its body still in the socket."""

    def __init__(self, connection, line, headers):
        self.connection = connection
        self.headers = headers      # [(lower-case name, value)] as bytes
        parts = line.decode("latin-1").split(" ")
        need(len(parts) == 3 and parts[2] in ("HTTP/1.1", "HTTP/1.0")
             and parts[1].startswith("/"), "InvalidArgument",
             "malformed request line")
        self.method, target, self.version = parts
        self.raw_path, _, query = target.partition("?")
        self.query = split_query(query)     # [(name, value)] as bytes
        self.body_read = False

    def header(self, name):
        """A header's value, or None; one given twice is joined by ','."""
        values = [value for found, value in self.headers
                  if found == name.encode()]
        return b",".join(values).decode("latin-1") if values else None

    def param(self, name):
        """A query parameter's value, or None; twice is an error."""
        values = [value for found, value in self.query
                  if found == name.encode()]
        need(len(values) < 2, "InvalidArgument", f"{name} stands twice")
        try:
            return values[0].decode("utf-8") if values else None
        except UnicodeDecodeError:
            raise Refused("InvalidArgument",
                          f"{name} is not UTF-8") from None

    def waits(self):
        """The client wants to hear from us before it sends the body."""
        return (self.header("expect") or "").lower() == "100-continue"

    def keeps_alive(self):
        tokens = (self.header("connection") or "").lower()
        return self.version == "HTTP/1.1" and "close" not in tokens

    def body_length(self):
        """Bytes to come, or -1: chunked."""
        coding = self.header("transfer-encoding")
        length = self.header("content-length")
        if coding is not None:
            need(coding.lower() == "chunked" and length is None,
                 "InvalidArgument", "a body of unknown length")
            return -1
        if length is None:
            need(self.method not in ("PUT", "POST"), "MissingContentLength",
                 "Content-Length is missing")
            return 0
        need(re.fullmatch(r"[0-9]{1,18}", length), "InvalidArgument",
             "Content-Length is no number")
        need(int(length) <= MAX_BODY, "EntityTooLarge", "too large")
        return int(length)

    def read_body(self):
        length = self.body_length()
        if self.waits():
            self.connection.wfile.write(b"HTTP/1.1 100 Continue\r\n\r\n")
        self.body_read = True
        if length < 0:
            return self.read_chunked()
        return self.read_exactly(length)

    def read_exactly(self, length):
        data = self.connection.rfile.read(length)
        if len(data) != length:
            raise ConnectionError("the body was cut short")
        return data

    def read_chunked(self):
        chunks, total, size = [], 0, None
        while size != 0:
            line = self.connection.rfile.readline(1024)
            match = re.fullmatch(rb"([0-9A-Fa-f]{1,8})(?:;.*)?\r\n", line)
            if not match:
                raise ConnectionError("a malformed chunk")
            size = int(match[1], 16)
            total += size
            if total > MAX_BODY:
                raise ConnectionError("too large")
            chunks.append(self.read_exactly(size))
            if size and self.connection.rfile.readline(1024) != b"\r\n":
                raise ConnectionError("a malformed chunk")
        while self.connection.rfile.readline(MAX_HEAD) not in (b"\r\n", b""):
            pass
        return b"".join(chunks)


def read_head(file):
    """Request line and [(lower-case name, value)]; None at the end."""
    line, total, headers = file.readline(MAX_HEAD), 0, []
    if not line.endswith(b"\n"):
        return None
    while True:
        header = file.readline(MAX_HEAD)
        total += len(header)
        if not header.endswith(b"\n") or total > MAX_HEAD:
            return None
        if header in (b"\r\n", b"\n"):
            return line.rstrip(b"\r\n"), headers
        name, colon, value = header.partition(b":")
        if not colon or not name or name != name.strip():
            return None
        headers.append((name.lower(), value.strip()))


REASONS = {200: "OK", 204: "No Content", 206: "Partial Content",
           304: "Not Modified", 400: "Bad Request", 401: "Unauthorized",
           403: "Forbidden", 404: "Not Found", 405: "Method Not Allowed",
           409: "Conflict", 411: "Length Required",
           412: "Precondition Failed", 416: "Range Not Satisfiable",
           500: "Internal Server Error", 501: "Not Implemented"}


class Connection(socketserver.StreamRequestHandler):
    timeout = 60
    disable_nagle_algorithm = True

    def handle(self):
        try:
            while self.serve_one():
                pass
        except OSError:
            pass        # the client went away, or stop() closed the socket

    def serve_one(self):
        head = read_head(self.rfile)
        if head is None:
            return False
        try:
            request = Request(self, *head)
        except Refused as refused:
            self.send(None, error_response(refused), False)
            return False
        response = self.server.endpoint.answer(request)
        keep = request.keeps_alive() and (request.body_read
                                          or not request.waits())
        self.send(request, response, keep)
        return self.finish_body(request) and keep

    def send(self, request, response, keep):
        """Head and body in one write; HEAD gets no body."""
        status = response.status
        body, length = response.body, response.length
        if request is not None and request.method == "HEAD":
            length = 0 if length is None else length
            body = b""
        length = len(body) if length is None else length
        lines = [f"HTTP/1.1 {status} {REASONS[status]}",
                 f"Date: {http_time(time.time())}"]
        lines += [f"{name}: {value}" for name, value in response.headers]
        if status not in (204, 304):
            lines.append(f"Content-Length: {length}")
        if not keep:
            lines.append("Connection: close")
        head = "\r\n".join(lines) + "\r\n\r\n"
        self.wfile.write(head.encode("latin-1") + body)

    def finish_body(self, request):
        """Takes in what was refused unread, so that the reply arrives."""
        if request.body_read:
            return True
        if request.waits():
            self.connection.shutdown(socket.SHUT_WR)
            self.connection.settimeout(2)
            while self.connection.recv(65536):
                pass
            return False
        try:
            request.read_body()
        except Refused:
            return False
        return True


class Server(socketserver.ThreadingTCPServer):
    daemon_threads = True
    block_on_close = False
    allow_reuse_address = True
    request_queue_size = 128

    def __init__(self, address, endpoint):
        self.endpoint = endpoint
        self.open = set()
        self.open_lock = threading.Lock()
        super().__init__(address, Connection)

    def process_request(self, request, client_address):
        with self.open_lock:
            self.open.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request):
        with self.open_lock:
            self.open.discard(request)
        super().shutdown_request(request)

    def close_all(self):
        """Ends connections that clients keep open."""
        with self.open_lock:
            for connection in self.open:
                try:
                    connection.shutdown(socket.SHUT_RDWR)
                except OSError:
                    pass


# The endpoint ---------------------------------------------------------------

class Entry(collections.namedtuple("Entry",
                                   "method bucket key status code")):
    """One request of the log; code is "" where all went well."""
    action = ""
    reason = ""


class R2:
    """The endpoint: start(), stop(), url, host, log; see the top."""

    def __init__(self, parents, port=0, host=None, data=None,
                 clock_offset=0, log_file=None):
        self.parents = dict(parents)
        self.clock_offset = clock_offset
        self.log = []
        self.log_file = log_file
        self.log_lock = threading.Lock()
        self.store = Store(data)
        for parent in self.parents.values():
            assert parent["permission"] in SCOPES, parent["permission"]
            for bucket in parent.get("buckets") or []:
                self.store.make_bucket(parse_bucket(bucket))
        self.server = Server(("127.0.0.1", port), self)
        self.port = self.server.server_address[1]
        self.url = f"http://127.0.0.1:{self.port}"
        self.host = host or f"127.0.0.1:{self.port}"
        self.thread = None

    def start(self):
        self.thread = threading.Thread(target=self.server.serve_forever,
                                       args=(0.05,), daemon=True)
        self.thread.start()
        return self

    def stop(self):
        if self.thread is not None:
            self.server.shutdown()
            self.thread.join()
            self.thread = None
        self.server.server_close()
        self.server.close_all()

    def now(self):
        return time.time() + self.clock_offset

    def put(self, bucket, key, body, headers=None):
        self.store.make_bucket(bucket)
        self.store.put(bucket, nfc(key), body, headers or {}, self.now())

    def get(self, bucket, key):
        found = self.store.buckets.get(bucket, {}).get(nfc(key))
        return None if found is None else found.read()

    def answer(self, request):
        """The response to a request, whatever becomes of it."""
        call, refused, response = Call(request, self.now()), None, None
        try:
            response = self.serve(call)
        except Refused as error:
            refused, response = error, error_response(error)
        except OSError:
            raise                       # the client's side, not ours
        except Exception as error:      # a fault of this file: show it
            print(f"# r2: {error!r}", file=sys.stderr)
            response = xml_response("Error", [("Code", "InternalError")],
                                    500)
        self.record(call, response, refused)
        return response

    def serve(self, call):
        request = call.request
        need(request.header("host") == self.host, "InvalidArgument",
             "Host is not this endpoint's")
        bucket, _, key = request.raw_path[1:].partition("/")
        call.bucket = parse_bucket(bucket) if bucket else ""
        call.key = parse_key(key) if key else ""
        self.authenticate(call)
        call.action, code = find_route(request, call.level)
        prefix = request.param("prefix") or ""
        call.prefix = nfc(prefix)
        call.authorize()
        if request.method not in ("PUT", "POST"):
            call.content()              # empty as a rule, and as signed
        return code(self.store, call)

    def authenticate(self, call):
        signature = call.signature = parse_signature(call.request)
        name = signature.access_key_id
        parent = self.parents.get(name)
        unauthorized(parent is not None, "unknown access key id")
        check_signed_headers(call.request, signature)
        check_payload_name(signature)
        check_age(signature, call.now)
        if signature.token is None:
            call.identity = parent_identity(name, parent)
        else:
            call.identity = child_identity(name, parent, signature.token,
                                           self.host, call.now)
        check_signature(call.request, signature, call.identity.secret)

    def record(self, call, response, refused):
        code = "" if response.status < 400 else "InternalError"
        entry = Entry(call.request.method, call.bucket, call.key,
                      response.status, refused.code if refused else code)
        entry.action = call.action
        entry.reason = refused.reason if refused else ""
        with self.log_lock:
            self.log.append(entry)
            if self.log_file is not None:
                line = dict(entry._asdict(), action=entry.action,
                            reason=entry.reason)
                self.log_file.write(json.dumps(line) + "\n")
                self.log_file.flush()


# From a shell ---------------------------------------------------------------

def main():
    parser = argparse.ArgumentParser(
        description="A small S3 endpoint with R2's rules.")
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--parents", required=True, metavar="FILE.json")
    parser.add_argument("--data", metavar="DIR")
    parser.add_argument("--host", metavar="NAME[:PORT]")
    parser.add_argument("--log", metavar="FILE")
    parser.add_argument("--clock-offset", type=int, default=0,
                        metavar="SECONDS")
    options = parser.parse_args()
    with open(options.parents) as file:
        parents = json.load(file)
    log_file = open(options.log, "a") if options.log else None
    ended = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: ended.set())
    endpoint = R2(parents, options.port, options.host, options.data,
                  options.clock_offset, log_file)
    endpoint.start()
    print(endpoint.url, flush=True)
    ended.wait()
    endpoint.stop()


if __name__ == "__main__":
    main()
