#!/usr/bin/python3
"""Signature Version 4: AWS's own examples, then requests wrong in one way."""
import hashlib
import time

import r2
from signer import (AS_PARENT, NOTHING, PARENT, READER_SECRET, SECRET,
                    UNSIGNED, Credential, Signer, ask, follow, mint, quote,
                    send)
from support import main, tap

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


if __name__ == "__main__":
    main()
