#!/usr/bin/python3
"""The main job through lighttpd's FastCGI, judged by independent programs."""
import base64
import hashlib
import html.parser
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)),
                                "..", "r2"))
import r2

import wire
from harness import (ACCOUNT, ARCHIVE, AWKWARD, BERLIN, EUROPE, PORTAL,
                     R2_HOST, SANITIZED, Site, batch_path, case, comment,
                     equal, form, main, need, peak_memory, real_names,
                     single_path, until)
from judge import Judge, claims_of

ENDPOINT = r2.R2({})
SHAPED = 20000
BATCH = 10000
LARGE = 100000
MEMORY_MAX = 32 << 20


def make_site():
    site = Site("fastcgi", endpoint=ENDPOINT.url)
    for name, permission, buckets in (
            (PORTAL, "object-read-write",
             ["portal-downloads", "portal-uploads", "shared"]),
            (ARCHIVE, "object-read-only", ["archive", "shared"])):
        ENDPOINT.parents[name] = {
            "secret": site.settings.secrets[name], "account": ACCOUNT,
            "permission": permission, "buckets": buckets}
    ENDPOINT.start()
    return site


# What can be had by GET ------------------------------------------------------

@case("GET / is the form for a browser, and names its fields")
def _(site):
    answer = site.request("GET", "/", token="web", headers={
        "Accept": "text/html,application/xhtml+xml,*/*;q=0.8"})
    equal(answer.status, 200)
    equal(answer.headers["Content-Type"], "text/html; charset=utf-8")
    for field in ("bucket", "permission", "objects", "prefixes"):
        need(f'name="{field}"' in answer.text, f"no input named {field}")


@case("GET / describes for programs what this caller can do")
def _(site):
    accept = {"Accept": "application/json"}
    answer = site.request("GET", "/", token="web", headers=accept)
    equal(answer.status, 200)
    need("portal-downloads" in answer.text, "its bucket is not named")
    need("object-read-only" in answer.text, "its permission is not named")
    need("portal-uploads" not in answer.text, "another caller's bucket is")
    need(isinstance(answer.json, dict), "not an object")


@case("GET /healthz is ok")
def _(site):
    answer = site.request("GET", "/healthz")
    equal((answer.status, answer.text.strip()), (200, "ok"))


@case("GET /metrics counts what was answered, for this host and its callers")
def _(site):
    def read(responder, **more):
        answer = responder.ask(wire.environment("GET", "/metrics", 0, **more))
        equal(answer.status, 200)
        return dict(line.rsplit(" ", 1) for line in answer.text.splitlines()
                    if not line.startswith("#"))

    body = json.dumps({"bucket": "portal-downloads",
                       "permission": "object-read-only",
                       "objects": ["a", "b", "c"]}).encode()
    ask = wire.environment("POST", batch_path(), len(body),
                           token=site.settings.tokens["bulk"])
    issued = 'mintage_issued_total{route="batch"}'
    good = 'mintage_requests_total{route="batch",status="200"}'
    bad = 'mintage_requests_total{route="batch",status="400"}'
    with wire.Responder(site) as responder:
        before = read(responder)
        equal(responder.ask(ask, body).status, 200)
        equal(responder.ask({**ask, "CONTENT_LENGTH": "2"}, b"{}").status, 400)
        after = read(responder)
        for name, more in ((issued, 3), (good, 1), (bad, 1)):
            equal(int(after[name]) - int(before.get(name, 0)), more, name)
        far = wire.environment("GET", "/metrics", 0, remote="192.0.2.9")
        equal(responder.ask({**far, "HTTPS": "on"}).status, 401)


@case("HEAD has GET's headers and no body")
def _(site):
    answer = site.request("HEAD", "/healthz")
    equal((answer.status, answer.body), (200, b""))


# Single ----------------------------------------------------------------------

@case("single: objects and prefixes in one credential, as the API answers")
def _(site):
    answer = site.single({
        "bucket": "portal-downloads", "parentAccessKeyId": PORTAL,
        "permission": "object-read-write", "ttlSeconds": 604800,
        "objects": ["a.txt", "käse/ö.txt"], "prefixes": ["p/", "q/"]})
    result = site.issued_as(answer)
    equal(answer.headers["Content-Type"].split(";")[0], "application/json")
    equal(answer.headers["Cache-Control"], "no-store")
    equal(answer.headers["Mintage-Count"], "1")
    equal(set(result), {"accessKeyId", "secretAccessKey", "sessionToken",
                        "expiresAt"})
    equal(answer.json["messages"], [])
    need(answer.text.rstrip("\n").endswith('"success":true}'),
         f"ends in {answer.text[-60:]!r}")
    judge = Judge(site, "portal-downloads", "object-read-write", 604800)
    equal(judge.paths(result), (["p/", "q/"], ["a.txt", "käse/ö.txt"]))


@case("single: /client/v4 before the route is dropped")
def _(site):
    answer = site.request(
        "POST", "/client/v4" + single_path(), token="web",
        json={"bucket": "portal-downloads", "permission": "object-read-only",
              "objects": ["public/a"]})
    judge = Judge(site, "portal-downloads", "object-read-only")
    equal(judge.paths(site.issued_as(answer)), ([], ["public/a"]))


@case("single: a whole bucket has no paths at all")
def _(site):
    answer = site.single({"bucket": "shared", "parentAccessKeyId": ARCHIVE,
                          "permission": "object-read-only"})
    judge = Judge(site, "shared", "object-read-only", parent=ARCHIVE)
    equal(judge.paths(site.issued_as(answer)), None)


@case("single: an EU account's audience is its own host")
def _(site):
    answer = site.single({"bucket": "berlin", "prefixes": ["x/"],
                          "permission": "admin-read-write"}, token="admin",
                         account=EUROPE)
    judge = Judge(site, "berlin", "admin-read-write", parent=BERLIN,
                  account=EUROPE, host=f"{EUROPE}.eu.{R2_HOST}")
    equal(judge.paths(site.issued_as(answer)), (["x/"], []))


@case("single: actions are sent instead of the permission they are within")
def _(site):
    for permission in ({}, {"permission": "object-read-write"}):
        answer = site.single({"bucket": "portal-uploads", "objects": ["k"],
                              "actions": ["PutObject", "GetObject"],
                              **permission})
        judge = Judge(site, "portal-uploads", ["GetObject", "PutObject"])
        equal(judge.paths(site.issued_as(answer)), ([], ["k"]))


WRITE_ONLY = ["PutObject", "CreateMultipartUpload", "UploadPart",
              "AbortMultipartUpload", "CompleteMultipartUpload"]


@case("single: object-write-only is sent as its actions")
def _(site):
    answer = site.single({"bucket": "portal-uploads",
                          "permission": "object-write-only",
                          "prefixes": ["incoming/7/"]}, token="drop")
    judge = Judge(site, "portal-uploads", WRITE_ONLY)
    equal(judge.paths(site.issued_as(answer)), (["incoming/7/"], []))


@case("the default ttl is 900, or the caller's most where that is less")
def _(site):
    body = json.dumps({"bucket": "portal-downloads", "objects": ["public/a"],
                       "permission": "object-read-only"}).encode()
    values = wire.environment("POST", single_path(), len(body),
                              token=site.settings.tokens["web"])
    judge = Judge(site, "portal-downloads", "object-read-only", 900)
    with wire.Responder(site) as responder:
        judge.token(site.issued_as(responder.ask(values, body)))
        with site.changed("caller web", max_ttl="60"):
            responder.process.send_signal(signal.SIGHUP)
            until(lambda: lifetime(responder.ask(values, body)) == 60,
                  "SIGHUP makes the new configuration count")
            judge.ttl = 60
            judge.token(site.issued_as(responder.ask(values, body)))


def lifetime(answer):
    claims = claims_of(answer.result["sessionToken"])
    return claims["exp"] - claims["iat"]


# Batches ---------------------------------------------------------------------

def batch_in_every_shape(site, keys):
    """(name, answer) of one batch asked for in each way there is."""
    fields = {"bucket": "portal-downloads", "permission": "object-read-only"}
    lines = "".join(key + "\n" for key in keys)
    yield "JSON", site.batch({**fields, "objects": keys})
    yield "JSON of entries", site.batch(
        {**fields, "objects": [{"key": key} for key in keys]})
    yield "NDJSON", site.manifest(
        "".join(json.dumps({"key": key}, ensure_ascii=False) + "\n"
                for key in keys), "application/x-ndjson", **fields)
    yield "text/plain", site.manifest(lines, "text/plain; charset=utf-8",
                                      **fields)
    for name in ("objects", "manifest"):
        yield f"a form's {name}", site.request(
            "POST", batch_path(), form({**fields, name: lines}), "bulk",
            headers={"Content-Type": "application/x-www-form-urlencoded",
                     "Accept": "application/json"})


@case(f"batch: {SHAPED} real and awkward names in every shape there is")
def _(site):
    keys = real_names(SHAPED)
    judge = Judge(site, "portal-downloads", "object-read-only")
    for shape, answer in batch_in_every_shape(site, keys):
        try:
            result = site.issued_as(answer)
            need([entry["key"] for entry in result] == keys,
                 "the keys that came back are not those that were sent")
            # The awkward ones come first.
            judge.batch(result[:100] + result[100::50],
                        keys[:100] + keys[100::50])
            equal(answer.headers["Mintage-Count"], str(SHAPED))
            equal(answer.json["result_info"], {"count": SHAPED, "failed": 0})
        except AssertionError as error:
            raise AssertionError(f"{shape}: {error}") from error


@case(f"batch: PyJWT accepts every token of {BATCH} entries")
def _(site):
    keys = real_names(BATCH)
    answer = site.batch({"bucket": "portal-downloads", "objects": keys,
                         "permission": "object-read-only",
                         "ttlSeconds": 3600})
    judge = Judge(site, "portal-downloads", "object-read-only", 3600)
    judge.batch(site.issued_as(answer), keys)


@case("batch: lines end in LF or CRLF, the last perhaps in nothing")
def _(site):
    answer = site.manifest("a\r\nb\n\n\r\nc", "text/plain",
                           bucket="portal-downloads",
                           permission="object-read-only")
    equal([entry["key"] for entry in site.issued_as(answer)],
          ["a", "b", "c"])


@case("batch: prefixes are entries too, before the objects or after")
def _(site):
    answer = site.batch({"bucket": "portal-downloads",
                         "permission": "object-read-only",
                         "objects": ["o"], "prefixes": ["p/"]})
    judge = Judge(site, "portal-downloads", "object-read-only")
    result = site.issued_as(answer)
    equal(len(result), 2)
    for entry in result:
        if "prefix" in entry:
            judge.prefix(entry, "p/")
        else:
            judge.object(entry, "o")


@case("batch: an entry may have a scope and a lifetime of its own")
def _(site):
    answer = site.batch({
        "bucket": "portal-downloads", "permission": "object-read-only",
        "objects": ["plain", {"key": "rw", "permission": "object-read-write"},
                    {"key": "put", "permission": "object-read-write",
                     "actions": ["PutObject"], "ttlSeconds": 60},
                    {"key": "drop", "permission": "object-write-only"}]})
    plain, rw, put, drop = site.issued_as(answer)
    bucket = "portal-downloads"
    Judge(site, bucket, "object-read-only").object(plain, "plain")
    Judge(site, bucket, "object-read-write").object(rw, "rw")
    Judge(site, bucket, ["PutObject"], 60).object(put, "put")
    Judge(site, bucket, WRITE_ONLY).object(drop, "drop")


@case("batch: NDJSON out, a line an entry and an end that can be seen")
def _(site):
    keys = AWKWARD[:20]
    for how in ({"format": "ndjson"}, {"accept": "application/x-ndjson"}):
        answer = site.manifest("\n".join(keys), "text/plain",
                               bucket="portal-downloads",
                               permission="object-read-only", **how)
        equal(answer.status, 200)
        equal(answer.headers["Content-Type"].split(";")[0],
              "application/x-ndjson")
        *lines, end, nothing = answer.text.split("\n")
        equal(nothing, "", "behind the last line's end")
        need(end.startswith('{"result_info":')
             and end.endswith('"success":true}'), f"ends in {end!r}")
        equal(json.loads(end)["result_info"], {"count": 20, "failed": 0})
        judge = Judge(site, "portal-downloads", "object-read-only")
        judge.batch([json.loads(line) for line in lines], keys)


@case("batch: HTML out, with nothing in it that a key could have smuggled in")
def _(site):
    answer = site.manifest("<script>alert(1)</script>\n\"'&", "text/plain",
                           bucket="portal-downloads", format="html",
                           permission="object-read-only")
    equal(answer.status, 200)
    equal(answer.headers["Content-Type"], "text/html; charset=utf-8")
    need("<script>alert" not in answer.text, "a key became markup")
    need("&lt;script&gt;alert(1)&lt;/script&gt;" in answer.text,
         "the key is not there")


@case("links: HTML out, a download is one click, an upload is not")
def _(site):
    class Anchors(html.parser.HTMLParser):
        found = []

        def handle_starttag(self, tag, attrs):
            if tag == "a":
                self.found.append(dict(attrs)["href"])
    asked = {"bucket": "portal-downloads", "objects": [
        "a \"b\" & <c>", {"key": "in", "method": "PUT"}]}
    path = f"/accounts/{ACCOUNT}/r2/presigned-urls"
    good = site.request("POST", path, token="bulk", json=asked).result
    page = site.request("POST", path, token="bulk",
                        json={**asked, "format": "html"})
    Anchors().feed(page.text)
    # The same but for the second it was signed in.
    equal([url.split("?")[0] for url in Anchors.found],
          [good[0]["url"].split("?")[0], "../../../"])


@case("batch: JSON ends so that a cut answer never looks whole")
def _(site):
    answer = site.batch({"bucket": "portal-downloads", "objects": ["a", "b"],
                         "permission": "object-read-only"})
    need(answer.text.rstrip("\n").endswith(
        '"result_info":{"count":2,"failed":0},"errors":[],"messages":[],'
        '"success":true}'), f"ends in {answer.text[-120:]!r}")


@case("report: good entries are issued, bad ones carry their error")
def _(site):
    objects = ["public/a", "private/b", "", "public/c",
               {"key": "public/d", "permission": "object-read-write"}]
    answer = site.batch({"bucket": "portal-downloads", "objects": objects,
                         "permission": "object-read-only",
                         "onError": "report"}, token="web")
    result = site.issued_as(answer)
    equal([entry["key"] for entry in result],
          ["public/a", "private/b", "", "public/c", "public/d"])
    equal([entry.get("error", {}).get("code") for entry in result],
          [None, 10003, 10020, None, 10003])
    judge = Judge(site, "portal-downloads", "object-read-only")
    judge.object(result[0], "public/a")
    judge.object(result[3], "public/c")
    for entry in (result[1], result[2], result[4]):
        equal(set(entry), {"key", "error"}, "members of a failed entry")
        need(entry["error"]["message"], "an error without words")
    equal(answer.json["result_info"], {"count": 2, "failed": 3})
    issue, outcome = site.audit(answer.id, "issue", "outcome")
    equal((issue["count"], issue["failed"], outcome["issued"]), (2, 3, 2))


@case("report: keys that are no text leave the answer what it is")
def _(site):
    answer = site.manifest(
        b"a\n\xff\xfe/b\nc\0d\n" + b"x" * 1025 + b"\ne", "text/plain",
        bucket="portal-downloads", permission="object-read-only",
        onError="report")
    result = site.issued_as(answer)
    equal([entry.get("error", {}).get("code") for entry in result],
          [None, 10020, 10020, 10020, None])
    equal((result[0]["key"], result[4]["key"]), ("a", "e"))


@case("warnings: an open prefix and a key not in NFC are said, not refused")
def _(site):
    answer = site.single({"bucket": "portal-downloads",
                          "permission": "object-read-only",
                          "prefixes": ["users/ann"], "objects": ["e\u0301"]})
    judge = Judge(site, "portal-downloads", "object-read-only")
    equal(judge.paths(site.issued_as(answer)), (["users/ann"], ["e\u0301"]))
    messages = answer.json["messages"]
    equal(len(messages), 2, f"messages {messages}: number")
    need(all(isinstance(message, str) for message in messages),
         f"messages that are no texts: {messages}")


@case(f"batch: {LARGE} real paths, every token good, within 32 MiB")
def _(site):
    keys = real_names(LARGE)
    body = json.dumps({"bucket": "portal-downloads", "objects": keys,
                       "permission": "object-read-only"},
                      ensure_ascii=False).encode()
    before = {pid: peak_memory(pid) for pid in site.responders()}
    answer = site.request("POST", batch_path(), body, "bulk",
                          headers={"Content-Type": "application/json"})
    peaks = {pid: peak_memory(pid) for pid in site.responders()}
    equal(set(peaks), set(before), "responders")
    equal(answer.headers["Mintage-Count"], str(LARGE))
    result = answer.result
    judge = Judge(site, "portal-downloads", "object-read-only")
    judge.batch(result, keys)
    peak = max(peaks.values()) - len(body)
    comment(f"{len(body) >> 10} KiB asked, {len(answer.body) >> 10} KiB "
            f"answered, peak memory without the body {peak >> 10} KiB")
    if not SANITIZED:
        need(peak < MEMORY_MAX, f"{peak >> 10} KiB of memory")


# Who asks --------------------------------------------------------------------

@case("a user the web server knows has users/NAME/, and no other's")
def _(site):
    def ask(name, key):
        return site.as_user(name, single_path(), json={
            "bucket": "portal-downloads", "objects": [key],
            "permission": "object-read-write"})
    judge = Judge(site, "portal-downloads", "object-read-write")
    answer = ask("ann", "users/ann/a")
    equal(judge.paths(site.issued_as(answer)), ([], ["users/ann/a"]))
    line = site.audit(answer.id, "issue", "outcome")[0]
    equal((line["caller"], line["user"]), ("office", "ann"))
    equal(ask("ann", "users/bob/a").status, 403)
    equal(ask("chief", "users/bob/a").status, 200)


@case("a bearer's scheme may be in any case")
def _(site):
    for scheme in ("bearer", "BEARER"):
        answer = site.request(
            "POST", single_path(), json={
                "bucket": "portal-downloads", "objects": ["public/a"],
                "permission": "object-read-only"},
            headers={"Authorization":
                     f"{scheme} {site.settings.tokens['web']}"})
        equal(answer.status, 200, scheme)


@case("anonymous callers are let in from loopback alone")
def _(_):
    def change(settings):
        settings.add("caller here", anonymous="yes", parents="portal",
                     buckets="portal-downloads", prefixes="public/",
                     permissions="object-read-only")
        settings.sections["mintage"]["require-https"] = "no"
    site = Site("fastcgi", change, processes=1)
    try:
        fields = {"bucket": "portal-downloads", "objects": ["public/a"],
                  "permission": "object-read-only"}
        answer = site.single(fields, token=None)
        Judge(site, "portal-downloads", "object-read-only").token(
            site.issued_as(answer))
        line = site.audit(answer.id, "issue", "outcome")[0]
        equal((line["caller"], line["user"], line["remote"]),
              ("here", None, "127.0.0.1"))
        equal(site.single(fields, token="wrong").status, 401,
              "a wrong token is not turned into nobody's")
        equal(site.single(fields, token=None, headers={
            "X-Forwarded-For": "192.0.2.7"}).status, 401, "from afar")
        equal(site.single(fields, token=None, headers={
            "Host": "evil.example:8080"}).status, 401,
              "by a name that was made to lead here")
        site.check_files()
        site.stop()
    finally:
        site.kill()
        site.remove(False)


# Credentials at work ---------------------------------------------------------

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


# Signals and hang-ups --------------------------------------------------------

def large_request(site, count):
    keys = [f"docs/{number:07}" for number in range(count)]
    body = json.dumps({"bucket": "portal-downloads", "objects": keys,
                       "permission": "object-read-only"}).encode()
    return wire.environment("POST", batch_path(), len(body),
                            token=site.settings.tokens["bulk"]), body


@case("SIGTERM while a request comes in: it is answered whole, then the end")
def _(site):
    values, body = large_request(site, 5000)
    for name in (signal.SIGTERM, signal.SIGUSR1):
        with wire.Responder(site) as responder:
            exchange = responder.open(values)
            exchange.send(body[:70000])
            need(not exchange.answered(0.2), "answered before all is there")
            responder.process.send_signal(name)
            need(not exchange.answered(0.2), "cut by the signal")
            exchange.send(body[70000:])
            exchange.send(b"")
            equal(len(site.issued_as(exchange.answer())), 5000, "entries")
            equal(responder.ended(), 0, "exit status")


@case("SIGTERM while an answer goes out: it is whole, then the end")
def _(site):
    values, body = large_request(site, 5000)
    with wire.Responder(site) as responder:
        exchange = responder.open(values)
        exchange.send(body)
        exchange.send(b"")
        exchange.read(100000)
        responder.process.terminate()
        time.sleep(0.1)
        answer = exchange.answer()
        equal(len(site.issued_as(answer)), 5000, "entries")
        equal(responder.ended(), 0, "exit status")
        line = site.audit(answer.id, "issue", "outcome")[1]
        equal(line["result"], "complete")


@case("SIGTERM while idle ends it at once")
def _(site):
    with wire.Responder(site) as responder:
        equal(responder.ask(wire.environment("GET", "/healthz")).status, 200)
        responder.process.terminate()
        equal(responder.ended(10), 0, "exit status")


@case("SIGKILL in mid-answer: what went out has its audit line")
def _(site):
    values, body = large_request(site, 5000)
    with wire.Responder(site) as responder:
        exchange = responder.open(values)
        exchange.send(body)
        exchange.send(b"")
        output = exchange.read(20000)
        responder.process.kill()
        responder.process.wait()
        answer = wire.parse(output)
        need(b"sessionToken" in answer.body, "no credential got out")
        exchange.close()
        line = site.audit(answer.id, "issue")[0]
        equal(line["count"], 5000)


@case("SIGKILL behind lighttpd: never a credential without its audit line")
def _(site):
    values, body = large_request(site, 20000)
    del values
    answers = []

    def ask():
        try:
            answers.append(site.request(
                "POST", batch_path(), body, "bulk",
                headers={"Content-Type": "application/json"}))
        except OSError:
            pass        # cut off before anything came
        except Exception as error:
            if "IncompleteRead" not in repr(error):
                raise
    for delay in (0.0, 0.02, 0.05, 0.1, 0.2):
        asking = threading.Thread(target=ask)
        asking.start()
        time.sleep(delay)
        for pid in site.responders():
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                pass
        asking.join()
    lines = {line["request"] for line in site.audit_lines()
             if line["event"] == "issue"}
    for answer in answers:
        if b"sessionToken" in answer.body:
            need(answer.id in lines, f"request {answer.id} was not recorded")
            whole = answer.text.rstrip("\n").endswith('"success":true}')
            equal(whole, answer.body.count(b"sessionToken") == 20000,
                  "whether a cut answer looks whole")
    until(lambda: site.request("GET", "/healthz").status == 200,
          "lighttpd starts new responders")


@case("a client that hangs up: recorded, and the next is served")
def _(site):
    values, body = large_request(site, 20000)
    with wire.Responder(site) as responder:
        exchange = responder.open(values)
        exchange.send(body)
        exchange.send(b"")
        answer = wire.parse(exchange.read(20000))
        exchange.close()
        issue, outcome = site.audit(answer.id, "issue", "outcome")
        equal(outcome["result"], "client-gone")
        need(outcome["issued"] < issue["count"], "all were issued")
        equal(responder.ask(wire.environment("GET", "/healthz")).status, 200)
        equal(responder.process.poll(), None, "the process")


@case("a client that hangs up on lighttpd: the same responder serves on")
def _(site):
    before = site.responders()
    _, body = large_request(site, 50000)
    with socket.create_connection(("127.0.0.1", site.port)) as connection:
        head = (f"POST {site.mount}{batch_path()} HTTP/1.1\r\nHost: here\r\n"
                f"Authorization: Bearer {site.settings.tokens['bulk']}\r\n"
                "Content-Type: application/json\r\n"
                f"Content-Length: {len(body)}\r\n\r\n")
        connection.sendall(head.encode() + body)
        start = connection.recv(4096).decode("latin-1")
    request = start.lower().split("mintage-request: ")[1][:32]
    outcome = site.audit(request, "issue", "outcome")[1]
    need(outcome["result"] in ("client-gone", "complete"), str(outcome))
    equal(site.request("GET", "/healthz").status, 200)
    equal(site.responders(), before, "responders")


@case("a broken new configuration keeps the old one in force")
def _(site):
    values = wire.environment("GET", "/", token=site.settings.tokens["web"],
                              HTTP_ACCEPT="application/json")

    def said():
        equal(responder.ask(values).json["caller"]["name"], "web")
        with open(responder.log, encoding="utf-8") as f:
            return "no-such-key" in f.read()
    with wire.Responder(site) as responder:
        equal(responder.ask(values).status, 200)
        with site.changed("mintage", no_such_key="1"):
            responder.process.send_signal(signal.SIGHUP)
            until(said, "the reason is said")
        equal(responder.ask(values).json["caller"]["name"], "web")


@case("two responders at once: requests in parallel, each its own answer")
def _(site):
    problems = []

    def ask(number):
        keys = [f"docs/{number}/{index}" for index in range(300)]
        for _ in range(5):
            answer = site.batch({"bucket": "portal-downloads",
                                 "objects": keys,
                                 "permission": "object-read-only"})
            found = [entry["key"] for entry in answer.result]
            if found != keys:
                problems.append(f"{number}: {found[:3]}")
    threads = [threading.Thread(target=ask, args=(number,))
               for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    equal(problems, [])


if __name__ == "__main__":
    main(make_site)
