#!/usr/bin/python3
"""Bodies that are not multipart, or are cut."""
import gzip
import json
import os
import sys

sys.path.insert(1, sys.path[0] + "/../lib")
from harness import SRC, batch_path, case, equal, main, need, query
from manifests import (BOUNDARY, DOWN, FIELDS, LINKS, MALFORMED, MEDIA_TYPE,
                       UNKNOWN, fields_as_parts, keys_of, links_of, make_site,
                       multipart, part, raw, refused)


def bad_multipart(name, parts, words, code=MALFORMED, **more):
    @case(f"multipart: {name} is refused")
    def _(site):
        for path in (batch_path(), LINKS):
            refused(site, multipart(site, parts, path, **more), 400, code,
                    words=words)


GOOD_PARTS = fields_as_parts(objects="a")
bad_multipart("a missing boundary", GOOD_PARTS, "names no boundary",
              content_type="multipart/form-data")
bad_multipart("an empty boundary", GOOD_PARTS, "boundary",
              content_type="multipart/form-data; boundary=\"\"")
bad_multipart("a boundary of 71 characters", GOOD_PARTS, "1 to 70",
              content_type="multipart/form-data; boundary=" + 71 * "x")
bad_multipart("another boundary than is said", GOOD_PARTS, "not in the body",
              content_type="multipart/form-data; boundary=other")
bad_multipart("a part within a part", GOOD_PARTS + [
    part("manifest", "--x\r\n\r\na\r\n--x--", None,
         "multipart/mixed; boundary=x")], "itself multipart")
bad_multipart("a header of 1 MiB", GOOD_PARTS + [
    b"X-Long: " + b"x" * (1 << 20) + b"\r\n" + part("manifest", "a")],
    "8 KiB")
bad_multipart("a name of 1 MiB", GOOD_PARTS + [
    part("manifest" + "x" * (1 << 20), "a")], "8 KiB")
bad_multipart("a part without a name", GOOD_PARTS + [
    b"Content-Type: text/plain\r\n\r\na"], "no name")
bad_multipart("a part without a header", GOOD_PARTS + [b"a"],
              "not \"name: value\"")
bad_multipart("an encoded part", GOOD_PARTS + [
    b"Content-Transfer-Encoding: base64\r\n" + part("manifest", "YQ==")],
    "encoded")
bad_multipart("a part that is not UTF-8", GOOD_PARTS + [
    part("manifest", "a", "a.csv", "text/csv; charset=latin1")], "UTF-8")
bad_multipart("an unknown field", GOOD_PARTS + [part("manifst", "a")],
              "did you mean 'manifest'", UNKNOWN)


@case("multipart: a body that ends anywhere before its end is refused")
def _(site):
    whole = b"".join(f"--{BOUNDARY}\r\n".encode() + each + b"\r\n"
                     for each in GOOD_PARTS) + f"--{BOUNDARY}--".encode()
    kind = f"multipart/form-data; boundary={BOUNDARY}"
    equal(keys_of(site, raw(site, whole, kind)), ["a"])
    for length in range(0, len(whole), 7):
        refused(site, raw(site, whole[:length], kind), 400, MALFORMED)
    refused(site, raw(site, whole[:-2], kind), 400, MALFORMED,
            words="the body was cut")


@case("other multipart types and unknown types are 415")
def _(site):
    for kind in ("multipart/mixed; boundary=x", "application/octet-stream",
                 "text/csv; charset=iso-8859-1", "text/x-csv"):
        answer = raw(site, "a", kind, batch_path() + query(**FIELDS))
        refused(site, answer, 415, MEDIA_TYPE, words="text/csv")


@case("multipart: text around the parts is ignored, as RFC 2046 says")
def _(site):
    with open(os.path.join(SRC, "tests/cases/inputs/multipart-preamble.txt"),
              "rb") as file:
        body = file.read()
    need(body.startswith(b"This is a multi-part message."), "the case")
    kind = "multipart/form-data; boundary=XX"
    body = body.replace(b"my-bucket", DOWN.encode())
    answer = raw(site, body, kind, LINKS)
    equal([link["key"] for link in links_of(site, answer)], ["a"])
    parts = b"".join(b"--XX \t\r\n" + each + b"\r\n"
                     for each in fields_as_parts(objects="a")) + b"--XX--"
    for before in (b"", b"\r\n", b"\r\n\r\n", b"see --XX and --XX--\r\n",
                   b"--XXX\r\n", b"x" * (1 << 20) + b"\r\n"):
        for after in (b"", b" \r\n", b"\r\nbye", b"\r\n\r\n--XX--\r\n",
                      b"\r\n" + b"x" * (1 << 20)):
            equal(keys_of(site, raw(site, before + parts + after, kind)),
                  ["a"])


@case("multipart: a part outside the boundaries is refused, not lost")
def _(site):
    kind = "multipart/form-data; boundary=XX"
    first, *others = [b"XX\r\n" + each + b"\r\n--" for each in
                      fields_as_parts(objects="a")[::-1]]
    need(b"objects" in first, "the list comes first")
    single = batch_path().replace("/batch", "")
    for body in (b"--X" + first + b"".join(others) + b"XX--",
                 b"--" + b"".join(others) + b"XX--\r\n--" + first + b"XX--"):
        for path in (single, batch_path(), LINKS):
            refused(site, raw(site, body, kind, path, token="bulk"), 400,
                    MALFORMED, words="outside the boundaries")


@case("a body with Content-Encoding is 415; identity is none")
def _(site):
    body = json.dumps({**FIELDS, "objects": ["a"]})
    for coding in ("identity", "Identity", " identity , identity"):
        answer = site.request("POST", batch_path(), body, "bulk", headers={
            "Content-Type": "application/json", "Content-Encoding": coding})
        equal(keys_of(site, answer), ["a"])
    for coding, sent in (("gzip", gzip.compress(body.encode())),
                         ("GZIP", body), ("identity, gzip", body),
                         ("deflate", body), ("br", body), ("zstd", body)):
        for kind in ("application/json", "text/plain", "text/csv"):
            answer = site.request(
                "POST", batch_path() + query(**FIELDS), sent, "bulk", headers={
                    "Content-Type": kind, "Content-Encoding": coding})
            refused(site, answer, 415, MEDIA_TYPE, words="Content-Encoding")


if __name__ == "__main__":
    main(make_site)
