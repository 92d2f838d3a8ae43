"""What a client keeps of an answer: each credential and each link, checked, and
as the rows over which the audit log has a digest.

A row is [bucket, permission or actions, lifetime, kind, path].
"""
import base64
import hashlib
import hmac
import json
import re
import urllib.parse

TOKEN = re.compile(rb'"sessionToken":"(and0L2[A-Za-z0-9+/=]{40,})"')
URL = re.compile(rb'"url":("https?://[^"]+")')
ANY = re.compile(rb"and0L2[A-Za-z0-9+/=]{40,}|X-Amz-Signature=[0-9a-f]{64}")
ACTIONS = {"GET": "GetObject", "HEAD": "HeadObject", "PUT": "PutObject",
           "DELETE": "DeleteObject"}


class Wrong(Exception):
    """What was received is not what it should be."""


def insist(condition, what):
    if not condition:
        raise Wrong(what)


def claims_of(token, known):
    """The claims of a session token; `known` is a server's description."""
    text = base64.b64decode(token, validate=True)
    insist(text[:4] == b"jwt/", "a token that is no jwt/")
    head, _, signature = text[4:].rpartition(b".")
    claims = json.loads(base64.urlsafe_b64decode(head.split(b".")[1] + b"=="))
    secret = known["secrets"].get(claims["iss"])
    insist(secret, f"a token of the parent {claims['iss']}")
    code = hmac.digest(secret.encode(), head, "sha256")
    insist(base64.urlsafe_b64encode(code).rstrip(b"=") == signature,
           "a token whose signature is wrong")
    return claims


def rows_of_token(token, known):
    """(the parent, the rows) of a session token."""
    claims = claims_of(token, known)
    paths = claims.get("paths")
    head = [claims["bucket"], claims.get("scope") or claims["actions"],
            claims["exp"] - claims["iat"]]
    if paths is None:
        rows = [head + ["bucket", ""]]
    else:
        rows = [head + ["prefix", path]
                for path in paths.get("prefixPaths", [])]
        rows += [head + ["object", path]
                 for path in paths.get("objectPaths", [])]
    return claims["iss"], rows


def row_of_url(url, method, known):
    """(the parent, the row) of a presigned link."""
    place = urllib.parse.urlsplit(url)
    insist(place.netloc == known["host"], f"a link to {place.netloc}")
    asked = dict(urllib.parse.parse_qsl(place.query, strict_parsing=True))
    bucket, _, key = place.path[1:].partition("/")
    parent = asked["X-Amz-Credential"].split("/")[0]
    insist(signature_of(place, asked, method, known["secrets"][parent])
           == asked["X-Amz-Signature"], "a link whose signature is wrong")
    return parent, [bucket, [ACTIONS[method]], int(asked["X-Amz-Expires"]),
                    "object", urllib.parse.unquote(key, errors="strict")]


def signature_of(place, asked, method, secret):
    """AWS's Signature Version 4 of a link that signs its host only."""
    query = "&".join(sorted(part for part in place.query.split("&")
                            if not part.startswith("X-Amz-Signature=")))
    canonical = "\n".join((method, place.path, query, "host:" + place.netloc,
                           "", "host", "UNSIGNED-PAYLOAD"))
    scope = asked["X-Amz-Credential"].partition("/")[2]
    text = "\n".join(("AWS4-HMAC-SHA256", asked["X-Amz-Date"], scope,
                      hashlib.sha256(canonical.encode()).hexdigest()))
    code = ("AWS4" + secret).encode()
    for part in scope.split("/") + [text]:
        code = hmac.digest(code, part.encode(), "sha256")
    return code.hex()


def check_members(body):
    """Each whole entry has the secret that belongs to its token."""
    result = json.loads(body)["result"]
    for entry in result if isinstance(result, list) else [result]:
        if "sessionToken" in entry:
            token = base64.b64decode(entry["sessionToken"])[4:]
            insist(entry["secretAccessKey"]
                   == hashlib.sha256(token).hexdigest(), "a wrong secret")


def digest(rows):
    """As in tests/e2e/lib/judge.py, and faster."""
    lines = []
    for bucket, scope, ttl, kind, path in rows:
        scope = scope if isinstance(scope, str) else ",".join(scope)
        path = json.dumps(path, ensure_ascii=False)
        lines.append(f"{bucket}\t{scope}\t{ttl}\t{kind}\t{path}\n")
    return hashlib.sha256("".join(lines).encode()).hexdigest()


def issued_in(asked, status, headers, body, known):
    """(entries, parents, rows) that one can take out of what came of an
    answer, whether it is whole or not."""
    found, parents, rows = 0, set(), []
    if asked.kind == "redirect":
        if status == 302:
            parent, row = row_of_url(headers["Location"], "GET", known)
            return 1, {parent}, [row]
    elif asked.kind == "links":
        for text in URL.findall(body):
            parent, row = row_of_url(json.loads(text), "GET", known)
            parents.add(parent)
            rows.append(row)
        found = len(rows)
    else:
        for token in TOKEN.findall(body):
            parent, some = rows_of_token(token, known)
            parents.add(parent)
            rows += some
            found += 1
    return found, parents, rows


def is_whole_json(body):
    try:
        return json.loads(body)["success"] is True
    except ValueError:
        return False


def receipt(asked, status, headers, body, ended, known):
    """What is kept. `ended` is whether the server ended the answer well."""
    kept = {"id": headers.get("Mintage-Request"), "kind": asked.kind,
            "caller": asked.caller, "status": status, "name": asked.name,
            "count": 0, "whole": False}
    try:
        count, parents, rows = issued_in(asked, status, headers, body, known)
        good = 302 if asked.kind == "redirect" else 200
        insist(count == 0 or status == good, f"issued with status {status}")
        insist(status == good or not ANY.search(body), "a secret in a refusal")
        insist(rows == asked.rows[:len(rows)],
               f"asked for {asked.rows[:3]}, and got {rows[:3]}")
        insist(not count or kept["id"], "an answer without its request's id")
        if status == good and asked.kind == "redirect":
            kept["whole"] = True
        elif status == good and ended and is_whole_json(body):
            insist(rows == asked.rows, "an answer that looks whole, and lacks "
                   f"{len(asked.rows) - len(rows)} of {len(asked.rows)}")
            check_members(body)
            kept["whole"] = True
        kept.update(count=count, parents=sorted(parents),
                    bucket=asked.rows[0][0])
        if kept["whole"]:
            kept["scopes"] = digest(rows)
            kept["rows"] = rows if asked.kind == "redirect" else []
    except (Wrong, ValueError, KeyError, TypeError) as error:
        kept["wrong"] = f"{type(error).__name__}: {error}"[:500]
    return kept
