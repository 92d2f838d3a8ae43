#!/usr/bin/python3
"""Session tokens: claims, times, signatures, and the base64 around them."""
import base64
import time

import jwt

from signer import (ACCOUNT, PARENT, READER, READER_SECRET, SECRET,
                    Credential, ask, follow, from_jwt, make_jwt, mint)
from support import main, tap


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


if __name__ == "__main__":
    main()
