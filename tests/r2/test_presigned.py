#!/usr/bin/python3
"""Presigned links: their life, and what nobody can make of them."""
import hashlib
import time

from programs import client, run
from signer import (AS_PARENT, NOTHING, UNSIGNED, Signer, follow, mint, quote,
                    send)
from support import main, tap


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


def test_presigned_twice(endpoint):
    """Whoever sends Authorization along with a link is told so, whatever is
    in it: a client that was redirected here has that of another host."""
    path = "/my-bucket/a.txt"
    twice = (400, "only one auth mechanism allowed: the query or "
             "Authorization")
    for who, kind in ((AS_PARENT, "parent"), (mint(endpoint), "child")):
        in_header = Signer(endpoint, who, "GET", path).in_header()[1]
        target, headers = Signer(endpoint, who, "GET", path,
                                 payload=UNSIGNED).in_query()
        for name, value in (
                ("Basic", "Basic YW5uOndvcmQ="), ("Bearer", "Bearer Tk-x"),
                ("nothing", ""), ("AWS4", "AWS4-HMAC-SHA256 x"),
                ("a good signature", in_header["authorization"])):
            for method in ("GET", "HEAD"):
                answer = send(endpoint, method, target,
                              dict(headers, authorization=value))
                tap.same(answer.verdict, twice,
                         f"link of the {kind}, and {name}: {method}")
        tap.same(send(endpoint, "GET", target, dict(
            headers, authorization="Basic x")).code, "InvalidArgument",
            f"link of the {kind}, and Basic: the code")
        for one in target.partition("?")[2].split("&"):
            if one.startswith("X-Amz-Security-Token"):
                continue
            tap.same(send(endpoint, "GET", f"{path}?{one}", in_header)
                     .verdict, twice, "signed in its headers, and with "
                     + one.partition("=")[0])
        tap.same(send(endpoint, "GET", target, headers).status, 200,
                 f"link of the {kind}, and nothing else")
        tap.same(endpoint.log[-1].sent.get("authorization"), None,
                 "the log has no Authorization where none was sent")
    send(endpoint, "GET", target, dict(headers, authorization="Basic x"))
    entry = endpoint.log[-1]
    tap.same((entry.sent["authorization"], entry.sent["host"],
              entry.query["X-Amz-Expires"]),
             ("Basic x", endpoint.host, "900"),
             "the log has headers and parameters as they were sent")


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


if __name__ == "__main__":
    main()
