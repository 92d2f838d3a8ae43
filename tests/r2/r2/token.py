"""Session tokens: "jwt/" and a JWT in base64, signed by the parent.

child_identity() is the whole check; the parts of it stand above.
"""
import base64
import binascii
import hashlib
import hmac
import json
import re

from .errors import Refused, need, unauthorized
from .identity import ACTIONS, SCOPES, Identity
from .names import MAX_KEY, length_utf8

MAX_TTL = 604800    # seconds a credential may live
IAT_SKEW = 60       # seconds its iat may lie ahead of our clock
JWT_HEADER = b'{"alg":"HS256","typ":"JWT"}'
CLAIMS = frozenset("bucket scope actions paths sub iss aud iat exp".split())
REQUIRED_CLAIMS = frozenset("bucket sub iss aud iat exp".split())


def base64_strict(text):
    """Decode standard base64, padded; no character or bit may be extra."""
    try:
        data = base64.b64decode(text.encode("ascii"), validate=True)
    except (binascii.Error, ValueError):
        raise Refused("Unauthorized", "token: not base64") from None
    unauthorized(base64.b64encode(data).decode() == text,
                 "token: not base64")
    return data


def base64url_strict(text, what):
    """Decode base64url as in RFC 7515: no padding, and no bit left over."""
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
    """Decode a JSON object; a name that stands in it twice is an error."""
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
    """A session token, parsed. check_signature() tells who signed it."""

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
