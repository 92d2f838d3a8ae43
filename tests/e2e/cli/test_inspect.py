#!/usr/bin/python3
"""`mintage inspect`: what it tells of a token, and what it never shows."""
import base64
import hmac
import json
import os
import sys
import time

import jwt

sys.path.insert(1, sys.path[0] + "/../lib")
from harness import case
from place import (ACCOUNT, CONFIG, HOST, KEY_ID, OTHER_KEY_ID, OTHER_SECRET,
                   Place, READ, SECOND_PARENT, SECRET, main, same, secrets)


def pack(header, payload, secret=SECRET):
    """A token of this JSON, byte for byte, with a signature that is right."""
    def part(data):
        return base64.urlsafe_b64encode(data).rstrip(b"=")

    signed = part(header) + b"." + part(payload)
    mac = hmac.new(secret.encode(), signed, "sha256").digest()
    token = base64.b64encode(b"jwt/" + signed + b"." + part(mac)).decode()
    secrets.add(token)
    return token


def claims_text(**changes):
    """The JSON of claims; a text stands as it is, for what json can't make."""
    now = int(time.time())
    claims = {"bucket": "downloads", "scope": "object-read-only",
              "sub": ACCOUNT, "iss": KEY_ID, "aud": HOST, "iat": now,
              "exp": now + 900, "paths": {"objectPaths": ["a"]}}
    claims.update(changes)
    return json.dumps(claims).encode()


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
        done = place.run("inspect", place.token(READ, "--object=für/日本"))
        same((done.returncode, lines_of(done)["objects"]), (0, ['"für/日本"']),
             done.said)
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
                 wrapped(b"jwt/"),
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


HEADER = b'{"alg":"HS256","typ":"JWT"}'


@case("inspect: the header is JSON, whose members may stand in any order")
def _():
    with Place() as place:
        for header in (HEADER, b'{"typ":"JWT","alg":"HS256"}',
                       b' { "typ" : "JWT" ,\n"alg" : "HS256" } ',
                       b'{"typ":"jwt","alg":"HS256"}'):
            done = place.run("inspect", pack(header, claims_text()))
            same((done.returncode, done.said), (0, ""), header)
            assert lines_of(done)["signature"][0].startswith("right")
        # PyJWT puts alg first, or typ, by its version; both are read.
        done = place.run("inspect", make_token(header={"kid": "1"}))
        same(done.returncode, 0, done.said)
        assert "warning: its header has 'kid'" in done.said, done.said
        done = place.run("inspect", pack(b'{"alg":"HS256"}', claims_text()))
        same(done.returncode, 0, done.said)
        assert "no 'typ'" in done.said, done.said


@case("inspect: a header that says something else is named")
def _():
    with Place() as place:
        for header, says in (
                (b'{"alg":"none","typ":"JWT"}', "alg is none, and R2's is"),
                (b'{"alg":"RS256","typ":"JWT"}', "alg is RS256, and"),
                (b'{"alg":"hs256","typ":"JWT"}', "alg is hs256, and"),
                (b'{"alg":"HS256\\u001b[2J","typ":"JWT"}', "isn't HS256"),
                (b'{"alg":["HS256"],"typ":"JWT"}', "alg isn't HS256"),
                (b'{"alg":null}', "alg isn't HS256"),
                (b'{"typ":"JWT"}', "no alg"), (b'{}', "no alg"),
                (b'{"alg":"HS256","typ":"at+jwt"}', "typ isn't JWT"),
                (b'{"alg":"HS256","typ":7}', "typ isn't JWT"),
                (b'{"alg":"HS256","crit":["exp"],"exp":1}', "crit"),
                (b'{"alg":"none","alg":"HS256"}', "alg is none"),
                (b'{"alg":"HS256","alg":"HS256"}', "twice"),
                (b'{"alg":"HS256","kid":"1","k\\u0069d":"2"}', "twice: 'kid'"),
                (b'["HS256"]', "isn't a JSON object"),
                (b'"HS256"', "isn't a JSON object"), (b"", "JSON"),
                (b'{"alg":"HS256"', "isn't JSON"),
                (b'{"alg":"HS256"} x', "isn't JSON"),
                (b'{"alg":"HS256",}', "isn't JSON"), (b"\xff", "JSON")):
            place.refused("inspect", pack(header, claims_text()),
                          says=["not a session token", says])


@case("inspect: a claim that is given twice, or isn't what it should be")
def _():
    good = claims_text()
    with Place() as place:
        for payload, says in (
                (good[:-1] + b',"bucket":"uploads"}', "twice: 'bucket'"),
                (b'{"bucket":"uploads",' + good[1:], "twice: 'bucket'"),
                (good[:-1] + b',"b\\u0075cket":"uploads"}', "twice: 'bucket'"),
                (good[:-1] + b',"exp":9999999999}', "twice: 'exp'"),
                (good[:-1] + b',"x":{"y":[{"z":1,"z":2}]}}', "twice: 'z'"),
                (good.replace(b'{"objectPaths"', b'{"objectPaths": ["b"], '
                              b'"objectPaths"'), "twice: 'objectPaths'"),
                (b"{" + b",".join(b'"%d":1' % n for n in range(99)) + b"}",
                 "too many members"),
                (claims_text(exp=time.time() + 9.5), "'exp' isn't a time in "),
                (claims_text(exp="2030"), "'exp' isn't a time in whole"),
                (claims_text(iat=True), "'iat' isn't a time in whole"),
                (claims_text(nbf="1"), "'nbf' isn't a time in whole"),
                (claims_text(nbf=None), "'nbf' isn't a time in whole"),
                (claims_text(nbf=-1), "'nbf' isn't a time in whole"),
                (claims_text(aud=[HOST]), "'aud' isn't a text"),
                (claims_text(bucket=None), "'bucket' isn't a text"),
                (claims_text(scope=["a"]), "'scope' isn't a text"),
                (claims_text(actions="GetObject"), "'actions' isn't an array"),
                (claims_text(paths=None), "'paths' isn't an object"),
                (claims_text(paths={"objectPaths": None}), "isn't an object"),
                (good.replace(b'"exp"', b'"exq"'), "'exp' is missing"),
                (good.replace(b'"iat"', b'"iaq"'), "'iat' is missing")):
            place.refused("inspect", pack(HEADER, payload),
                          says=["not a session token", says])


@case("inspect: paths with a member that R2 doesn't know grant what nobody can "
      "tell")
def _():
    with Place() as place:
        for paths, name in (({"prefixes": ["a/"]}, "prefixes"),
                            ({"objectPaths": ["a"], "maxSize": 1}, "maxSize"),
                            ({"objectpaths": ["a"]}, "objectpaths")):
            place.refused("inspect", make_token(paths=paths),
                          says=f"'paths' has a member '{name}'")


def judged(place, says, status, **claims):
    done = place.run("inspect", make_token(**claims))
    same(done.returncode, status, done.said)
    for words in [says] if isinstance(says, str) else says:
        assert words in done.said, f"{words!r} not in {done.said!r}"
    assert ("warning: " in done.said) == (status == 0), done.said
    return lines_of(done)


@case("inspect: times that are not now are told, and end with 1")
def _():
    now = int(time.time())
    with Place() as place:
        lines = judged(place, "not valid yet: its time begins in 2 hours", 1,
                       nbf=now + 7230, exp=now + 9000)
        assert "(in 2 hours)" in lines["not before"][0], lines
        judged(place, "not valid yet: it says that it will be issued in 2 "
               "hours", 1, iat=now + 7230, exp=now + 9000)
        judged(place, "two clocks differ", 0, iat=now + 30)
        judged(place, "never valid: it expires (exp) no later than it was", 1,
               iat=now - 10, exp=now - 10)
        judged(place, "never valid: it expires (exp) no later than its", 1,
               nbf=now + 900, exp=now + 900)
        judged(place, "longer than R2's 604800 seconds", 0,
               exp=now + 604800 + 60)
        done = place.run("inspect", make_token(nbf=now - 5))
        same((done.returncode, done.said), (0, ""))
        assert "not before" in lines_of(done)


@case("inspect: unknown claims are told; what seems to be a limit ends with 1")
def _():
    with Place() as place:
        lines = judged(place, "claim 'jti' is unknown", 0, jti="x")
        same(lines["unknown"], ["jti"])
        judged(place, "'prefixes' limits nothing", 1, prefixes=["a/"])
        judged(place, "'objectPaths' limits nothing", 1, objectPaths=["a"])
        judged(place, "'permission' limits nothing", 1, permission="x")
        judged(place, "'path' is unknown; the one that R2 reads is 'paths'", 1,
               path={"objectPaths": ["a"]}, paths=None)
        judged(place, "'action' is unknown; the one that R2 reads is", 1,
               action=["GetObject"])
        judged(place, "prefixes is empty, and stands for the whole bucket", 1,
               paths={"prefixPaths": ["", "a/"]})
        judged(place, "objects is empty", 0, paths={"objectPaths": ["", "a"]})
        judged(place, "R2 has no permission 'object-read'", 0,
               scope="object-read")
        judged(place, "R2 has no permission 'object-write-only'", 0,
               scope="object-write-only")
        judged(place, ["R2 has no action 'getobject'", "both a permission"], 0,
               actions=["getobject", "PutObject"])
        judged(place, "list of actions is empty", 0, actions=[], scope=None)


@case("inspect: another shape of base64 is named")
def _():
    with Place() as place:
        good = make_token()
        text = base64.b64decode(good)[4:].decode()
        for token, says in (
                (good.replace("=", "%3D") + "%3D", "percent-encoded"),
                (text, "a bare JWT"), (good[:40] + "\n" + good[40:], "a blank"),
                (good[:-len(good) % 4 - 3], "padding"),
                (base64.b64encode(b"jwt/" + text.replace(
                    ".", "=.", 1).encode()).decode(), "header isn't base64url"),
                (base64.b64encode(b"jwt/" + "=.".join(
                    text.rsplit(".", 1)).encode()).decode(),
                 "payload isn't base64url"),
                (base64.b64encode(text.encode()).decode(),
                 'begin with "jwt/"')):
            place.refused("inspect", "-", stdin=token.encode(),
                          says=["not a session token", says])


@case("inspect --json: one object, as the manual says")
def _():
    now = int(time.time())
    when = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(now + 900))
    with Place() as place:
        done = place.run("inspect", "--json", make_token(
            iat=now, exp=now + 900, jti="x\x9b", actions=["GetObject"]))
        same(done.returncode, 0, done.said)
        told = json.loads(done.stdout)
        warnings = told.pop("warnings")
        same(told, {
            "valid": True, "signature": "right", "signatureReason": None,
            "parent": "portal", "bucket": "downloads",
            "permission": "object-read-only", "actions": ["GetObject"],
            "objects": ["a"], "prefixes": [], "wholeBucket": False,
            "accountId": ACCOUNT, "parentAccessKeyId": KEY_ID,
            "endpoint": HOST, "issuedAt": time.strftime(
                "%Y-%m-%dT%H:%M:%SZ", time.gmtime(now)),
            "notBefore": None, "expiresAt": when, "unknownClaims": ["jti"],
            "problems": []})
        same(len(warnings), 2)
        done = place.run("inspect", "--json", make_token(
            secret=OTHER_SECRET, exp=now - 5, iat=now - 9, nbf=now - 9,
            paths={}, scope=None, actions=[], sub="x\x9by"))
        same(done.returncode, 1)
        assert b"\xc2\x9b" not in done.stdout
        told = json.loads(done.stdout)
        same((told["valid"], told["signature"], told["wholeBucket"],
              told["permission"], told["actions"], told["accountId"]),
             (False, "wrong", True, None, [], "x\x9by"))
        same(len(told["problems"]), 2, told)
        done = place.run("inspect", "--json", make_token(iss=OTHER_KEY_ID))
        told = json.loads(done.stdout)
        same((told["valid"], told["signature"], told["parent"]),
             (True, "not checked", None))
        assert OTHER_KEY_ID not in told["signatureReason"]
        place.refused("inspect", "--json", "x", says="not a session token")


@case("inspect: a parent for whom Cloudflare signs has no secret to judge by")
def _():
    remote = CONFIG.replace("secret-access-key-file = portal.secret",
                            "signer = cloudflare\napi-token-file = api.token")
    says = "the secret of parent 'portal' isn't kept here"
    with Place(remote) as place:
        place.write("api.token", "Api-0123456789-0123456789-01234\n", 0o600)
        done = place.run("inspect", make_token())
        same(done.returncode, 0, done.said)
        same(lines_of(done)["signature"], ["not checked: " + says])
        place.refused("inspect", "--parent=portal", make_token(), says=says)


@case("inspect: a token for another endpoint than the account's is a warning")
def _():
    with Place() as place:
        host = HOST.replace(".r2.", ".eu.r2.")
        done = place.run("inspect", make_token(aud=host))
        same(done.returncode, 0, done.said)
        assert ("warning: its endpoint isn't that of account 'main', "
                + HOST) in done.said, done.said


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
