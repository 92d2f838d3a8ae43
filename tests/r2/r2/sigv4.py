"""Signature Version 4, as AWS's documentation of S3 describes it.

The first half computes signatures of texts; the second half finds the
signature of a request, in its headers or in its link, and checks it.
"""
import calendar
import dataclasses
import hashlib
import hmac
import re
import time
import urllib.parse

from .errors import Refused, need, unauthorized

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
EMPTY_SHA256 = hashlib.sha256(b"").hexdigest()
MAX_EXPIRES = 604800        # seconds a link may live
DATE_SKEW = 15 * 60         # seconds x-amz-date may be off our clock
PRESIGN = ("X-Amz-Algorithm", "X-Amz-Credential", "X-Amz-Date",
           "X-Amz-Expires", "X-Amz-SignedHeaders", "X-Amz-Signature")
PRESIGN_TOKEN = "X-Amz-Security-Token"


# Signatures of texts --------------------------------------------------------

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


# Signatures of requests -----------------------------------------------------

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


def parse_presigned(request):
    """The X-Amz-* query parameters."""
    fields = {name: request.param(name) for name in PRESIGN}
    for name, value in fields.items():
        need(value is not None, "InvalidArgument", f"{name} is missing")
    need(fields["X-Amz-Algorithm"] == ALGORITHM, "InvalidArgument",
         "X-Amz-Algorithm: unknown algorithm")
    need(re.fullmatch(r"[1-9][0-9]{0,5}", fields["X-Amz-Expires"])
         and int(fields["X-Amz-Expires"]) <= MAX_EXPIRES, "InvalidArgument",
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
         "only one auth mechanism allowed: the query or Authorization")
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
