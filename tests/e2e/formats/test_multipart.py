#!/usr/bin/python3
"""Bodies that are not multipart, or are cut."""
import sys

sys.path.insert(1, sys.path[0] + "/../lib")
from harness import batch_path, case, equal, main, query
from manifests import (BOUNDARY, FIELDS, LINKS, MALFORMED, MEDIA_TYPE, UNKNOWN,
                       fields_as_parts, keys_of, make_site, multipart, part,
                       raw, refused)


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
                 "text/csv; charset=iso-8859-1", "text/tab-separated-values"):
        answer = raw(site, "a", kind, batch_path() + query(**FIELDS))
        refused(site, answer, 415, MEDIA_TYPE, words="text/csv")


if __name__ == "__main__":
    main(make_site)
