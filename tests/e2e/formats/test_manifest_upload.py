#!/usr/bin/python3
"""Manifests that are uploaded by a form."""
import sys

sys.path.insert(1, sys.path[0] + "/../lib")
from harness import (batch_path, case, equal, form, main, need, query,
                     real_names)
from manifests import (DOWN, DUPLICATE, FIELDS, Folder, TOO_LARGE, curl,
                       fields_as_parts, keys_of, make_site, multipart, part,
                       raw, refused, table)

LARGE = 50000


@case("upload: the form asks for a file, and what browsers send of it is read")
def _(site):
    page = site.request("GET", "/", token="bulk",
                        headers={"Accept": "text/html"}).text
    need('enctype="multipart/form-data"' in page, "the form sends no files")
    need('name="manifest" type="file"' in page, "no input for a file")
    inputs = [part("bucket", DOWN), part("permission", "object-read-only"),
              part("ttlSeconds", ""), part("prefixes", ""),
              part("actions", ""), part("onError", ""),
              part("format", "json")]
    no_file = part("manifest", "", "", "application/octet-stream")
    file = part("manifest", "key\r\n\"a\r\nb\"\r\n", "Liste \"1\".csv",
                "application/vnd.ms-excel")
    html = "text/html,application/xhtml+xml,*/*;q=0.8"
    for parts, keys in (
            ([part("objects", "a\r\nb"), no_file, part("manifest", "")],
             ["a", "b"]),
            ([part("objects", ""), file, part("manifest", "")], ["a\r\nb"]),
            ([part("objects", ""), no_file, part("manifest", "c\r\nd")],
             ["c", "d"])):
        answer = multipart(site, inputs + parts, accept=html)
        equal(keys_of(site, answer), keys)
    # A form left blank must not open the whole bucket.
    answer = multipart(site, inputs + [
        part("objects", ""), no_file, part("manifest", "")], accept=html)
    equal(answer.status, 400)
    need("at least one object or prefix" in answer.text, "no reason is given")
    # Of a file that was refused, the form doesn't show the text.
    answer = multipart(site, inputs + [
        part("manifest", "key,marker\na,b\n", "a.csv")], accept=html)
    equal(answer.status, 400)
    need("no column" in answer.text and "key,marker" not in answer.text,
         "the file is shown as text")


@case(f"upload: {LARGE} rows of a table in one file")
def _(site):
    keys = real_names(LARGE)
    body = table([[f"{key}\n" if number % 1000 == 0 else key, 60]
                  for number, key in enumerate(keys)], ["key", "ttlSeconds"])
    need(len(body) > 1 << 20, "not large enough to lie in a file")
    with Folder() as folder:
        path = folder.put("large.csv", body)
        answer = curl(site, "-F", f"manifest=@{path}")
    found = keys_of(site, answer)
    equal(len(found), len(keys))
    for number, key in enumerate(keys):
        need(found[number].rstrip("\n") == key.rstrip("\n"),
             f"entry {number}: {found[number]!r} instead of {key!r}")


@case("upload: more entries than allowed, or a longer body, is refused")
def _(site):
    parts = fields_as_parts() + [
        part("manifest", "key\n" + "a\n" * 60001, "a.csv")]
    refused(site, multipart(site, parts), 413, TOO_LARGE, "/manifest/60000")
    parts = fields_as_parts() + [
        part("manifest", "key\n" + "a" * (33 << 20), "a.csv")]
    refused(site, multipart(site, parts), 413, TOO_LARGE)


@case("two manifests at once are refused, whichever way they come")
def _(site):
    twice = fields_as_parts() + [part("manifest", "a\n", "a.txt"),
                                 part("manifest", "b\n", "b.txt")]
    refused(site, multipart(site, twice), 400, DUPLICATE, "/manifest")
    refused(site, multipart(site, fields_as_parts() + [
        part("manifest", "a"), part("manifest", "b", "b.txt")]), 400,
        DUPLICATE, "/manifest")
    refused(site, multipart(site, [part("manifest", "a", "a.txt")],
                            batch_path() + query(manifest="b", **FIELDS)),
            400, DUPLICATE, "/manifest")
    refused(site, raw(site, "a\n", "text/plain",
                      batch_path() + query(manifest="b", **FIELDS)),
            400, DUPLICATE, "/manifest")
    refused(site, raw(site, form([*FIELDS.items(), ("manifest", "a"),
                                  ("manifest", "b")]),
                      "application/x-www-form-urlencoded",
                      accept="application/json"), 400, DUPLICATE, "/manifest")


if __name__ == "__main__":
    main(make_site)
