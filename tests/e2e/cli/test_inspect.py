#!/usr/bin/python3
"""`mintage inspect`: what it tells of a token, and what it never shows."""
import base64
import json
import os
import sys
import time

import jwt

sys.path.insert(1, sys.path[0] + "/../lib")
from harness import case
from place import (ACCOUNT, CONFIG, HOST, KEY_ID, OTHER_KEY_ID, OTHER_SECRET,
                   Place, READ, SECOND_PARENT, SECRET, main, same, secrets)


def make_token(secret=SECRET, raw=None, header=None, **changes):
    """A session token made by PyJWT, with its claims changed; None drops."""
    now = int(time.time())
    claims = {"bucket": "downloads", "scope": "object-read-only",
              "sub": ACCOUNT, "iss": KEY_ID, "aud": HOST, "iat": now,
              "exp": now + 900, "paths": {"prefixPaths": [],
                                          "objectPaths": ["a"]}}
    claims.update(changes)
    claims = {name: value for name, value in claims.items()
              if value is not None}
    if raw is None:
        text = jwt.encode(claims, secret, headers=header)
    else:
        text = jwt.api_jws.encode(raw, secret, "HS256")
    token = base64.b64encode(b"jwt/" + text.encode()).decode()
    secrets.add(token)
    return token


def lines_of(done):
    """The lines of inspect as a dictionary of lists."""
    lines = {}
    label = ""
    for line in done.stdout.decode().splitlines():
        label = line[:11].strip() or label
        lines.setdefault(label, []).append(line[11:])
    return lines


@case("inspect tells what was minted, and that its parent signed it")
def _():
    with Place() as place:
        token = place.token(READ, "--object=a/b.txt", "--object=c d",
                            "--prefix=p/", "--ttl=3600")
        for arguments, stdin in [(["-"], f"  {token}\n"), ([token], "")]:
            done = place.run("inspect", *arguments, stdin=stdin.encode())
            same(done.returncode, 0, done.said)
            lines = lines_of(done)
            same(lines["bucket"], ["downloads"])
            same(lines["permission"], ["object-read-only"])
            same(lines["objects"], ["a/b.txt", '"c d"'])
            same(lines["prefixes"], ["p/"])
            same((lines["account"], lines["parent"], lines["endpoint"]),
                 ([ACCOUNT], [KEY_ID], [HOST]))
            assert "(in 5" in lines["expires"][0] or \
                "(in 60 minutes)" in lines["expires"][0], lines
            assert lines["signature"][0].startswith("right"), lines
            assert token not in done.stdout.decode()
        done = place.run("inspect", place.token("--actions=PutObject"))
        same(lines_of(done)["actions"], ["PutObject"])
        same(lines_of(done)["paths"], ["the whole bucket"])


@case("inspect: paths that are empty are the whole bucket")
def _():
    with Place() as place:
        for paths in (None, {}, {"prefixPaths": []},
                      {"prefixPaths": [], "objectPaths": []}):
            done = place.run("inspect", make_token(paths=paths))
            same(lines_of(done)["paths"], ["the whole bucket"], paths)


@case("inspect: expired or wrongly signed ends with 1")
def _():
    now = int(time.time())
    with Place(CONFIG + SECOND_PARENT) as place:
        done = place.run("inspect", make_token(iat=now - 9000, exp=now - 8000))
        same(done.returncode, 1)
        assert "expired 2 hours ago" in done.said, done.said
        assert "right" in lines_of(done)["signature"][0]
        done = place.run("inspect", make_token(secret=OTHER_SECRET))
        same(done.returncode, 1)
        assert "WRONG" in lines_of(done)["signature"][0], done.stdout
        assert "portal" in done.said, done.said
        good = make_token()
        for parent, status in [("portal", 0), (KEY_ID, 0), ("second", 1)]:
            done = place.run("inspect", "--parent", parent, good)
            same(done.returncode, status, done.said)
        place.refused("inspect", "--parent=third", good, says="third")
        # One character of the signature, the payload or the header.
        text = base64.b64decode(good)[4:].decode()
        header, payload, signature = text.split(".")
        forged = json.loads(base64.urlsafe_b64decode(payload + "=="))
        forged["bucket"] = "uploads"
        payload = base64.urlsafe_b64encode(
            json.dumps(forged).encode()).decode().rstrip("=")
        token = base64.b64encode(
            f"jwt/{header}.{payload}.{signature}".encode()).decode()
        done = place.run("inspect", token)
        same(done.returncode, 1)
        assert "WRONG" in lines_of(done)["signature"][0]


@case("inspect without a configuration: the signature is not checked")
def _():
    with Place() as place:
        nowhere = dict(os.environ, MINTAGE_CONFIG="/nowhere/mintage.conf")
        token = make_token()
        done = place.run("inspect", token, environment=nowhere)
        same(done.returncode, 0, done.said)
        assert lines_of(done)["signature"][0].startswith("not checked")
        place.refused("inspect", "--parent=portal", token, environment=nowhere,
                      says="/nowhere/mintage.conf")
        place.refused("inspect", "--config=/nowhere", token, says="/nowhere")
        done = place.run("inspect", make_token(iss=OTHER_KEY_ID))
        same(done.returncode, 0)
        assert lines_of(done)["signature"][0].startswith("not checked")


@case("inspect: what isn't a session token is refused, and never shown")
def _():
    def wrapped(text):
        return base64.b64encode(text).decode()

    with Place() as place:
        good = make_token()
        text = base64.b64decode(good)[4:]
        cases = ["", "x", good[:-1], good + "====", good[1:], "-" * 40,
                 good[:60] + "\n" + good[60:], text.decode(), wrapped(text),
                 wrapped(b"jwt/" + text + b".x"),
                 wrapped(b"jwt/" + text.replace(b".", b"", 1)),
                 wrapped(b"jwt/"), make_token(header={"kid": "1"}),
                 make_token(raw=b"[]"), make_token(raw=b"{"),
                 make_token(raw=b"{}"), make_token(raw=b"\xff"),
                 make_token(raw=1000 * b"["),
                 make_token(bucket=None), make_token(bucket=7),
                 make_token(scope=None), make_token(actions="GetObject"),
                 make_token(actions=[1]), make_token(sub=None),
                 make_token(exp=None), make_token(exp=-1),
                 make_token(exp=10**15), make_token(iat=None),
                 make_token(paths=[]), make_token(paths={"objectPaths": "a"}),
                 make_token(paths={"prefixPaths": [{}]})]
        for number, token in enumerate(cases):
            done = place.refused("inspect", "-", stdin=token.encode(),
                                 says="not a session token")
            assert len(token) < 8 or token not in done.said, number
        # Its end is missing, and with it some of the signature.
        same(place.run("inspect", good[:-8]).returncode, 1)


@case("inspect: a token's text can't reach the terminal's controls")
def _():
    with Place() as place:
        keys = ["a\x1b[2J", "b\x9b2J", "c\x7f", "d\n    signature right", "e\""]
        done = place.run("inspect", make_token(
            paths={"objectPaths": keys}, bucket="\x1b]0;x\x07"))
        same(done.returncode, 0, done.said)
        text = done.stdout.decode()
        for character in text:
            assert character == "\n" or character.isprintable(), repr(text)
        same([json.loads(line) for line in lines_of(done)["objects"]], keys)
        done = place.run("inspect", make_token(**{"\x1b[2J": 1}))
        assert "\x1b" not in done.stdout.decode()


if __name__ == "__main__":
    main(runs=40, words=30)
