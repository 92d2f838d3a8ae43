#!/usr/bin/python3
"""Credentials at work: boto3 and curl use them at the tests' S3 endpoint."""
import base64
import hashlib
import os
import shutil
import subprocess
import sys

sys.path.insert(1, sys.path[0] + "/../lib")
from endpoint import ENDPOINT, make_site
from harness import ARCHIVE, AWKWARD, PORTAL, case, equal, main, need


def client(credential):
    import boto3
    from botocore.config import Config
    return boto3.client(
        "s3", endpoint_url=ENDPOINT.url, region_name="auto",
        aws_access_key_id=credential["accessKeyId"],
        aws_secret_access_key=credential["secretAccessKey"],
        aws_session_token=credential["sessionToken"],
        config=Config(s3={"addressing_style": "path"},
                      retries={"total_max_attempts": 1}))


def turned_away(code, call, **arguments):
    """A call that has to be refused with this code of S3's."""
    from botocore.exceptions import ClientError
    try:
        call(**arguments)
    except ClientError as error:
        status = error.response["ResponseMetadata"]["HTTPStatusCode"]
        found = error.response["Error"]["Code"]
        # An answer to HEAD has no body to hold a code.
        equal(ENDPOINT.log[-1].code, code,
              f"what {call.__name__} was answered ({status} {found})")
        return
    raise AssertionError(f"{call.__name__} {arguments} was let in")


def read_one(site, key="docs/käse 1.txt", **more):
    fields = {"bucket": "portal-downloads", "objects": [key],
              "permission": "object-read-only", **more}
    return site.issued_as(site.batch(fields))[0]


@case("boto3: the right key is read; other keys, buckets, verbs are not")
def _(site):
    key = "docs/käse 1.txt"
    for name in (key, "docs/other.txt"):
        ENDPOINT.put("portal-downloads", name, b"text of " + name.encode())
    ENDPOINT.put("portal-uploads", key, b"elsewhere")
    s3 = client(read_one(site, key))
    body = s3.get_object(Bucket="portal-downloads", Key=key)["Body"].read()
    equal(body, b"text of " + key.encode())
    s3.head_object(Bucket="portal-downloads", Key=key)
    here = {"Bucket": "portal-downloads"}
    denied = "AccessDenied"
    turned_away(denied, s3.get_object, **here, Key="docs/other.txt")
    turned_away(denied, s3.get_object, **here, Key=key + "2")
    turned_away(denied, s3.get_object, Bucket="portal-uploads", Key=key)
    turned_away(denied, s3.put_object, **here, Key=key, Body=b"new")
    turned_away(denied, s3.delete_object, **here, Key=key)
    turned_away(denied, s3.list_objects_v2, **here)
    equal(ENDPOINT.get("portal-downloads", key), b"text of " + key.encode())


@case("boto3: every awkward name of a batch opens its own object")
def _(site):
    # boto3 itself can't ask for some: it squashes // and /./.
    keys = [key for key in AWKWARD if "//" not in "/" + key]
    for key in keys:
        ENDPOINT.put("portal-downloads", key, key.encode())
    answer = site.batch({"bucket": "portal-downloads", "objects": keys,
                         "permission": "object-read-only"})
    for key, credential in zip(keys, site.issued_as(answer)):
        found = client(credential).get_object(Bucket="portal-downloads",
                                              Key=key)["Body"].read()
        equal(found, key.encode(), f"content of {key!r}")


@case("boto3: write-only uploads, in parts too, and reads nothing")
def _(site):
    answer = site.single({"bucket": "portal-uploads",
                          "permission": "object-write-only",
                          "prefixes": ["incoming/ann/"]}, token="drop")
    s3 = client(site.issued_as(answer))
    here = {"Bucket": "portal-uploads", "Key": "incoming/ann/file"}
    s3.put_object(**here, Body=b"first")
    equal(ENDPOINT.get("portal-uploads", here["Key"]), b"first")
    upload = s3.create_multipart_upload(**here)["UploadId"]
    part = s3.upload_part(**here, UploadId=upload, PartNumber=1,
                          Body=b"second")
    s3.complete_multipart_upload(
        **here, UploadId=upload, MultipartUpload={
            "Parts": [{"PartNumber": 1, "ETag": part["ETag"]}]})
    equal(ENDPOINT.get("portal-uploads", here["Key"]), b"second")
    turned_away("AccessDenied", s3.get_object, **here)
    turned_away("AccessDenied", s3.delete_object, **here)
    turned_away("AccessDenied", s3.put_object, Bucket="portal-uploads",
                Key="incoming/bob/file", Body=b"")


@case("boto3: a prefix reads and lists below itself and nowhere else")
def _(site):
    for name in ("tree/a", "tree/b", "trees/c"):
        ENDPOINT.put("portal-downloads", name, b"")
    answer = site.single({"bucket": "portal-downloads", "prefixes": ["tree/"],
                          "permission": "object-read-only"})
    s3 = client(site.issued_as(answer))
    here = {"Bucket": "portal-downloads"}
    found = s3.list_objects_v2(**here, Prefix="tree/")["Contents"]
    equal([item["Key"] for item in found], ["tree/a", "tree/b"])
    turned_away("AccessDenied", s3.get_object, **here, Key="trees/c")
    turned_away("AccessDenied", s3.list_objects_v2, **here)


@case("boto3: expired, tampered, mixed up: turned away")
def _(site):
    key = "docs/k"
    ENDPOINT.put("portal-downloads", key, b"text")
    here = {"Bucket": "portal-downloads", "Key": key}
    good, other = read_one(site, key, ttlSeconds=60), read_one(site, "x")
    client(good).get_object(**here)
    swapped = dict(good, sessionToken=other["sessionToken"])
    turned_away("SignatureDoesNotMatch", client(swapped).get_object, **here)
    wrong = dict(good, secretAccessKey="0" * 64)
    turned_away("SignatureDoesNotMatch", client(wrong).get_object, **here)
    turned_away("Unauthorized", client(forge(good)).get_object, **here)
    stranger = dict(good, accessKeyId=ARCHIVE)
    turned_away("Unauthorized", client(stranger).get_object, **here)
    ENDPOINT.clock_offset = 120
    try:
        turned_away("ExpiredRequest", client(good).get_object, **here)
    finally:
        ENDPOINT.clock_offset = 0
    parent = ENDPOINT.parents.pop(PORTAL)
    turned_away("Unauthorized", client(good).get_object, **here)
    ENDPOINT.parents[PORTAL] = parent


def forge(credential):
    """The same with some letters of the token's payload changed, and with the
    secret that would belong to that."""
    token = base64.b64decode(credential["sessionToken"])[4:].decode()
    head, payload, signature = token.split(".")
    payload = base64.urlsafe_b64decode(payload + "==").replace(
        b"object-read-only", b"object-read-write")
    payload = base64.urlsafe_b64encode(payload).decode().rstrip("=")
    token = ".".join((head, payload, signature)).encode()
    return {**credential,
            "sessionToken": base64.b64encode(b"jwt/" + token).decode(),
            "secretAccessKey": hashlib.sha256(token).hexdigest()}


def curl(credential, method, url, *more):
    """The status of curl's own AWS signature."""
    # Secrets go in by a file: a command line is for all to see.
    settings = (f'user = "{credential["accessKeyId"]}:'
                f'{credential["secretAccessKey"]}"\n'
                f'header = "x-amz-security-token: '
                f'{credential["sessionToken"]}"\n'
                # curl before 8 does not say by itself what it signed.
                'header = "x-amz-content-sha256: UNSIGNED-PAYLOAD"\n')
    done = subprocess.run(
        ["curl", "--silent", "--show-error", "--max-time", "30", "--noproxy",
         "*", "--aws-sigv4", "aws:amz:auto:s3", "--request", method,
         "--config", "-", "--output", os.devnull, "--write-out",
         "%{http_code}", *more, url], input=settings.encode(),
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=False)
    need(done.returncode == 0, f"curl: {done.stderr.decode()}")
    return int(done.stdout)


@case("curl --aws-sigv4: let in with the right key and verb alone")
def _(site):
    need(shutil.which("curl"), "curl is not installed")
    ENDPOINT.put("portal-downloads", "docs/plain.txt", b"text")
    url = ENDPOINT.url + "/portal-downloads/docs/plain.txt"
    good = read_one(site, "docs/plain.txt")
    equal(curl(good, "GET", url), 200, "GET")
    equal(curl(good, "GET", url + "2"), 403, "GET of another key")
    equal(curl(good, "GET", url.replace("downloads", "uploads")), 403,
          "GET in another bucket")
    equal(curl(good, "DELETE", url), 403, "DELETE")
    wrong = dict(good, secretAccessKey="f" * 64)
    equal(curl(wrong, "GET", url), 403, "GET with a wrong secret")
    equal(curl(forge(good), "GET", url), 401,
          "GET with a tampered token")


if __name__ == "__main__":
    main(make_site)
