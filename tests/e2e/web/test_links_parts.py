#!/usr/bin/python3
"""Links for the parts of an upload, and what is refused of all that only a link
can have."""
import contextlib
import json
import sys

import boto3
import botocore.config

sys.path.insert(1, sys.path[0] + "/../lib")
from harness import (PORTAL, batch_path, case, equal, form, main, need, query,
                     single_path)
from judge import Judge
from linking import (BODY, DOWN, ENDPOINT, UP, ask, credential_of, curl,
                     equal_links, issued, last, link, links, links_path,
                     make_site, query_of, sign_again, upload)

PART = 5 * 1024 * 1024


def s3(site):
    return boto3.client(
        "s3", endpoint_url=ENDPOINT.url, region_name="auto",
        aws_access_key_id=PORTAL,
        aws_secret_access_key=site.settings.secrets[PORTAL],
        config=botocore.config.Config(s3={"addressing_style": "path"}))


# Parts -----------------------------------------------------------------------

@case("links for the parts of an upload, and the object is whole")
def _(site):
    client = s3(site)
    for sign in ("parent", "scoped"):
        key = "parts/" + sign
        begun = client.create_multipart_upload(
            Bucket=UP, Key=key, ContentType="video/mp4",
            Metadata={"author": "Ada"})
        pieces = [b"a" * PART, b"b" * PART, BODY]
        found = links(site, {
            "bucket": UP, "method": "PUT", "sign": sign,
            "uploadId": begun["UploadId"],
            "objects": [{"key": key, "partNumber": number,
                         "contentLength": len(piece)}
                        for number, piece in enumerate(pieces, 1)]})
        for number, each in enumerate(found, 1):
            there = query_of(each["url"])
            equal((there["partNumber"], there["uploadId"]),
                  (str(number), begun["UploadId"]))
            more = {name: there[name] for name in ("partNumber", "uploadId")}
            token = credential_of(each) if sign == "scoped" else None
            equal_links(each["url"], sign_again(site, each, UP, token, **more))
            if token:
                Judge(site, UP, ["UploadPart"], 900).object(token, key)
        for each, piece in zip(found, pieces):
            equal(upload(each, piece), 200, last().reason)
        parts = client.list_parts(Bucket=UP, Key=key,
                                  UploadId=begun["UploadId"])["Parts"]
        client.complete_multipart_upload(
            Bucket=UP, Key=key, UploadId=begun["UploadId"],
            MultipartUpload={"Parts": [
                {name: part[name] for name in ("PartNumber", "ETag")}
                for part in parts]})
        need(ENDPOINT.get(UP, key) == b"".join(pieces), "not what was sent")
        status, headers, _ = curl(link(site, key, bucket=UP,
                                       method="HEAD")["url"], "--head")
        equal((status, headers["x-amz-meta-author"]), (200, "Ada"))


@case("a part's link is for that part of that upload alone")
def _(site):
    client = s3(site)
    name = client.create_multipart_upload(Bucket=UP, Key="parts/one")
    found = link(site, {"key": "parts/one", "uploadId": name["UploadId"],
                        "partNumber": 3}, bucket=UP, method="PUT")
    for other in (found["url"].replace("partNumber=3", "partNumber=4"),
                  found["url"].replace("&partNumber=3", ""),
                  found["url"].replace("&uploadId=" + name["UploadId"], ""),
                  found["url"].replace("/one", "/two")):
        need(other != found["url"], other)
        need(upload({**found, "url": other}, BODY) in (403, 501), other)
    equal(upload(found, BODY), 200, last().reason)
    need(ENDPOINT.get(UP, "parts/one") is None, "an object came of a part")
    client.abort_multipart_upload(Bucket=UP, Key="parts/one",
                                  UploadId=name["UploadId"])


@case("a part twice is one; with other terms it is refused; parts are many")
def _(site):
    def asked(*entries):
        return ask(site, {"bucket": UP, "method": "PUT", "uploadId": "u",
                          "objects": [{"key": "k", **entry}
                                      for entry in entries]})
    equal(len(issued(site, asked({"partNumber": 1}, {"partNumber": 2},
                                 {"partNumber": 1}))), 3)
    answer = asked({"partNumber": 1, "contentLength": 1}, {"partNumber": 2},
                   {"partNumber": 1, "contentLength": 2})
    equal(answer.status, 400)
    need("entries 1 and 3 name one key, and differ in contentLength"
         in answer.text, answer.text)
    answer = asked({"partNumber": 1}, {"partNumber": 1, "uploadId": "v"})
    need("differ in uploadId" in answer.text, answer.text)


@case("the curl format sends whole files, so it has no parts")
def _(site):
    entry = {"key": "k", "uploadId": "u", "partNumber": 1}
    answer = ask(site, {"bucket": UP, "method": "PUT", "objects": [entry],
                        "format": "curl"})
    equal(answer.status, 400)
    need("would send the whole file" in answer.text, answer.text)
    for name in ("json", "ndjson", "csv", "csv-exact", "text"):
        answer = ask(site, {"bucket": UP, "method": "PUT", "objects": [entry],
                            "format": name})
        equal(answer.status, 200, name)
        need("partNumber=1&uploadId=u&X-Amz-Signature=" in answer.text, name)
        hide(site, answer.text)


def hide(site, text):
    """Links in any format are secrets too."""
    for piece in text.split("X-Amz-Signature=")[1:]:
        site.issued.add(piece[:64])


# Refusals --------------------------------------------------------------------

LONG = {"a": "b" * 2048}
WRONG = [
    ("PUT", "partNumber", 0), ("PUT", "partNumber", 10001),
    ("PUT", "partNumber", 1.5), ("PUT", "partNumber", "1"),
    ("PUT", "partNumber", -1), ("PUT", "uploadId", ""),
    ("PUT", "uploadId", "a b"), ("PUT", "uploadId", 7),
    ("PUT", "ifNoneMatch", '"etag"'), ("PUT", "ifNoneMatch", True),
    ("PUT", "metadata", ["a"]), ("PUT", "metadata", '{"a":"b"}'),
    ("PUT", "metadata", {"a": {"b": "c"}}), ("PUT", "metadata", {"a": 1}),
    ("PUT", "metadata", {"a": None}), ("PUT", "metadata", {}),
    ("PUT", "metadata", {"a": "b\r\nX: y"}), ("PUT", "metadata", {"a": "ä"}),
    ("PUT", "metadata", {"a": "b\0"}), ("PUT", "metadata", {"": "b"}),
    ("PUT", "metadata", {"a:b": "c"}), ("PUT", "metadata", {"ä": "c"}),
    ("PUT", "metadata", {"a": "1", "A": "2"}), ("PUT", "metadata", LONG),
    ("PUT", "metadata", {f"n{n}": "1" for n in range(33)}),
    ("PUT", "cacheControl", "a\r\nX: y"), ("PUT", "cacheControl", "a\0"),
    ("PUT", "cacheControl", " a"), ("PUT", "cacheControl", "a  b"),
    ("PUT", "cacheControl", "ä"), ("PUT", "cacheControl", "x" * 256),
    ("PUT", "cacheControl", ""), ("PUT", "cacheControl", 1),
    ("PUT", "contentDisposition", 'attachment; filename="ä"'),
    ("PUT", "contentEncoding", "aws-chunked"),
    ("PUT", "contentEncoding", "g zip"),
    ("GET", "disposition", "open"), ("GET", "disposition", "inline; x=y"),
    ("GET", "responseContentType", "html"),
    ("GET", "responseContentType", "a/b\nc"),
    ("GET", "responseCacheControl", "a\nb"),
    # Good values in the wrong place.
    *[("GET", name, "x/y") for name in ("cacheControl", "contentDisposition")],
    ("HEAD", "contentEncoding", "gzip"), ("GET", "ifNoneMatch", "*"),
    ("DELETE", "metadata", {"a": "b"}), ("GET", "uploadId", "u"),
    ("DELETE", "partNumber", 1), ("PUT", "uploadId", "u"),
    ("PUT", "partNumber", 1), ("PUT", "disposition", "inline"),
    ("PUT", "responseContentType", "a/b"),
    ("DELETE", "responseCacheControl", "no-store"),
]


def refused(answer, pointer, what):
    equal(answer.status, 400, f"{what}: {answer.text[:300]}")
    equal([error["source"]["pointer"] for error in answer.errors], [pointer],
          f"{what}: {answer.text[:300]}")
    need(len(answer.errors[0]["message"]) > 20, answer.text)


@case("each bad value: of an entry, and as a default of the request")
def _(site):
    for method, name, value in WRONG:
        what = f"{method} {name}={value!r}"
        refused(ask(site, {"bucket": UP, "method": method, "objects": [
            "a", {"key": "b", name: value}]}), f"/objects/1/{name}", what)
        answer = ask(site, {"bucket": UP, "method": method, name: value,
                            "objects": ["a"]})
        equal(answer.status, 400, what)
        need(answer.errors[0]["source"]["pointer"]
             in (f"/{name}", "/objects/0"), f"{what}: {answer.text}")
        need(f"'{name}'" in answer.text or f"/{name}" in answer.text, what)


@case("in a table, in lines of JSON, in a form and in a query too")
def _(site):
    put = query(bucket=UP, method="PUT")
    for text, media, pointer in [
            ("key,partNumber\na,1.5\n", "text/csv", "/manifest/0/partNumber"),
            ("key,metadata\na,{}\n", "text/csv", "/manifest/0/metadata"),
            ("key,metadata\na,x=y\n", "text/csv", "/manifest/0/metadata"),
            ('key,cacheControl\na,"x\ny"\n', "text/csv",
             "/manifest/0/cacheControl"),
            ('key,metadata\na,"{""a"":1}"\n', "text/csv",
             "/manifest/0/metadata"),
            ('{"key":"a"}\n{"key":"b","metadata":{"a":1}}\n',
             "application/x-ndjson", "/manifest/1/metadata"),
            ('{"key":"a","ifNoneMatch":"x"}\n', "application/x-ndjson",
             "/manifest/0/ifNoneMatch")]:
        refused(site.request("POST", links_path() + put, text, "bulk",
                             headers={"Content-Type": media}), pointer, text)
    for name, value in (("partNumber", "1.5"), ("metadata", "a=b"),
                        ("metadata", '{"a":"b"'), ("ifNoneMatch", "x"),
                        ("cacheControl", "a  b"), ("uploadId", "")):
        answer = site.request(
            "POST", links_path() + put + query(**{name: value}).replace(
                "?", "&"), "a\n", "bulk",
            headers={"Content-Type": "text/plain"})
        refused(answer, "/" + name, name)


    answer = site.request(
        "POST", links_path(), form({"bucket": UP, "method": "PUT",
                                    "objects": "a", "format": "json",
                                    "cacheControl": "a\r\nX: b"}), "bulk",
        headers={"Content-Type": "application/x-www-form-urlencoded"})
    refused(answer, "/cacheControl", "a form")


@case("a default that doesn't fit every entry is refused, and named")
def _(site):
    answer = ask(site, {"bucket": UP, "cacheControl": "no-store", "objects": [
        {"key": "a", "method": "PUT"}, "b", {"key": "c", "method": "PUT"}]})
    refused(answer, "/objects/1", "a default")
    need("the request's 'cacheControl' is for PUT links"
         in answer.errors[0]["message"], answer.text)
    answer = ask(site, {"bucket": UP, "cacheControl": "no-store",
                        "onError": "report", "objects": [
                            {"key": "a", "method": "PUT"}, "b"]})
    found = issued(site, answer)
    equal([each.get("headers") for each in found],
          [{"Cache-Control": "no-store"}, None])


@case("what belongs to one object is no default, and the message says where")
def _(site):
    for name, value in (("filename", "x"), ("contentType", "a/b"),
                        ("sha256", "a" * 64), ("contentLength", 1)):
        answer = ask(site, {name: value, "objects": ["a"]})
        refused(answer, "/" + name, name)
        need("one entry" in answer.errors[0]["message"], answer.text)


@case("of a part: nothing that only the beginning of an upload can say")
def _(site):
    for name, value in (("metadata", {"a": "b"}), ("cacheControl", "private"),
                        ("contentType", "a/b"), ("contentEncoding", "gzip"),
                        ("contentDisposition", "inline"), ("ifNoneMatch", "*")):
        answer = ask(site, {"bucket": UP, "method": "PUT", "objects": [
            {"key": "a", "uploadId": "u", "partNumber": 1, name: value}]})
        refused(answer, f"/objects/0/{name}", name)
        need("where the upload begins" in answer.text, answer.text)


@case("credentials have none of it: batch and single, entry and default")
def _(site):
    read = {"bucket": DOWN, "permission": "object-read-write"}
    for name, value in (("disposition", "inline"), ("cacheControl", "private"),
                        ("metadata", {"a": "b"}), ("uploadId", "u"),
                        ("partNumber", 1), ("ifNoneMatch", "*")):
        for path in (batch_path(), single_path()):
            answer = site.request("POST", path, token="bulk", json={
                **read, "objects": [{"key": "a", name: value}]})
            refused(answer, f"/objects/0/{name}", name)
            answer = site.request("POST", path, token="bulk", json={
                **read, name: value, "objects": ["a"]})
            refused(answer, "/" + name, name)
            need("presigned-urls" in answer.text, answer.text)


@case("a caller that may not send parts gets no link for one")
def _(site):
    answer = ask(site, {"bucket": UP, "method": "PUT",
                        "actions": ["PutObject"], "objects": [
                            {"key": "a", "uploadId": "u", "partNumber": 1}]})
    equal(answer.status, 400, answer.text)
    need("/method" in answer.errors[0]["source"]["pointer"], answer.text)


if __name__ == "__main__":
    main(make_site)
