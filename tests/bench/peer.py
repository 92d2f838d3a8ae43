"""Credentials by Python's own hmac, or links by botocore: a peer.

    peer.py mint|presign

Every peer makes what the job in its environment says (see bench.h) for
BENCH_COUNT keys and prints one line: the seconds that took, and SHA-256 over
everything it made for the first BENCH_CHECK keys, which it made before, so
that it is warm. Links are of the time they are made at; theirs is a third word.
"""
import base64
import hashlib
import hmac
import itertools
import json
import os
import sys
import time
import urllib.parse

JOB = os.environ
SECRET = JOB["BENCH_SECRET"].encode()
HEADER = b"eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9"


def keys(count):
    with open(JOB["BENCH_KEYS"], encoding="utf-8", newline="\n") as file:
        return [line[:-1] for line in itertools.islice(file, int(count))]


def base64url(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=")


def credential(key):
    issued = int(JOB["BENCH_TIME"])
    payload = json.dumps({
        "bucket": JOB["BENCH_BUCKET"], "scope": JOB["BENCH_SCOPE"],
        "sub": JOB["BENCH_ACCOUNT"], "iss": JOB["BENCH_PARENT"],
        "aud": JOB["BENCH_HOST"], "iat": issued,
        "exp": issued + int(JOB["BENCH_TTL"]),
        "paths": {"prefixPaths": [], "objectPaths": [key]},
    }, separators=(",", ":"), ensure_ascii=False)
    signed = HEADER + b"." + base64url(payload.encode())
    signature = hmac.digest(SECRET, signed, "sha256")
    jwt = signed + b"." + base64url(signature)
    return {"accessKeyId": JOB["BENCH_PARENT"],
            "secretAccessKey": hashlib.sha256(jwt).hexdigest(),
            "sessionToken": base64.b64encode(b"jwt/" + jwt).decode()}


def text_of(made):
    return made if isinstance(made, str) else "".join(made.values())


def linker():
    # Where python3-awscrt is installed, botocore lets that library sign, which
    # writes the same link another way. The peer is botocore's own signer.
    os.environ["BOTO_DISABLE_CRT"] = "true"
    import boto3
    import botocore.config
    client = boto3.client(
        "s3", region_name="auto",
        endpoint_url="https://" + JOB["BENCH_HOST"],
        aws_access_key_id=JOB["BENCH_PARENT"],
        aws_secret_access_key=JOB["BENCH_SECRET"],
        config=botocore.config.Config(
            signature_version="s3v4", s3={"addressing_style": "path"}))
    bucket, ttl = JOB["BENCH_BUCKET"], int(JOB["BENCH_TTL"])

    def link(key):
        return client.generate_presigned_url(
            "get_object", {"Bucket": bucket, "Key": key}, ExpiresIn=ttl)
    return link


def stamp(link):
    query = urllib.parse.parse_qs(urllib.parse.urlsplit(link).query)
    return query["X-Amz-Date"][0]


def digest(make, links):
    """Of what is made within one second, where that shows."""
    for _ in range(10):
        made = [text_of(make(key)) for key in keys(JOB["BENCH_CHECK"])]
        stamps = {stamp(link) for link in made} if links else {""}
        if len(stamps) == 1:
            break
    else:
        sys.exit("peer.py: never so many links in one second")
    return hashlib.sha256("".join(made).encode()).hexdigest(), stamps.pop()


def main():
    links = sys.argv[1] == "presign"
    make = linker() if links else credential
    check, when = digest(make, links)
    todo = keys(JOB["BENCH_COUNT"])
    start = time.perf_counter()
    for key in todo:
        make(key)
    print(time.perf_counter() - start, check, when)


main()
