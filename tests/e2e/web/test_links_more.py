#!/usr/bin/python3
"""Links with more in them: what a download is answered with, and what an upload
keeps. botocore signs each again, and the tests' R2 judges them."""
import html
import json
import os
import subprocess
import sys

sys.path.insert(1, sys.path[0] + "/../lib")
from harness import case, equal, form, main, need, query
from linking import (BODY, BOUND, DOWN, ENDPOINT, UP, ask, curl, equal_links,
                     issued, last, link, links, links_path, make_site,
                     query_of, sign_again, upload)

# By field: its value, and the parameters of the link that come of it.
GET = {
    "disposition": ("inline", {"response-content-disposition": "inline"}),
    "responseContentType": ("text/plain; charset=utf-8", {
        "response-content-type": "text/plain; charset=utf-8"}),
    "responseCacheControl": ("private, max-age=60", {
        "response-cache-control": "private, max-age=60"}),
}
# By field: its value, and the headers that come of it.
PUT = {
    "cacheControl": ("public, max-age=31536000", {
        "Cache-Control": "public, max-age=31536000"}),
    "contentDisposition": ('attachment; filename="a, b.txt"', {
        "Content-Disposition": 'attachment; filename="a, b.txt"'}),
    "contentEncoding": ("br, gzip", {"Content-Encoding": "br, gzip"}),
    "ifNoneMatch": ("*", {"If-None-Match": "*"}),
    "metadata": ({"Author": "Ada = Lovelace", "b_2": "~", "a-1": "x"}, {
        "x-amz-meta-a-1": "x", "x-amz-meta-author": "Ada = Lovelace",
        "x-amz-meta-b_2": "~"}),
}


def all_of(table):
    """Every value of a table, and all that comes of them."""
    asked = {name: value for name, (value, _) in table.items()}
    found = {}
    for _, more in table.values():
        found.update(more)
    return asked, found


def text_of(value):
    """A value as forms, queries and tables have it."""
    return json.dumps(value) if isinstance(value, dict) else value


def parameters_of(found):
    return {name: value for name, value in query_of(found["url"]).items()
            if not name.startswith("X-Amz-")}


def check_get(site, found, parameters):
    equal(parameters_of(found), parameters)
    equal(found["headers"], {})
    equal_links(found["url"], sign_again(site, found, **parameters))


def check_put(site, found, headers):
    equal(found["headers"], headers)
    equal(parameters_of(found), {})
    equal(query_of(found["url"])["X-Amz-SignedHeaders"],
          ";".join(sorted([name.lower() for name in headers] + ["host"])))
    equal_links(found["url"], sign_again(site, found, UP))


# Each by itself, and all at once ---------------------------------------------

@case("GET and HEAD: each field alone and all at once; the answer has it")
def _(site):
    ENDPOINT.put(DOWN, "f.txt", b"content")
    tables = [{name: GET[name]} for name in GET] + [GET]
    for method in ("GET", "HEAD"):
        for table in tables:
            asked, parameters = all_of(table)
            found = link(site, {"key": "f.txt", **asked}, method=method)
            check_get(site, found, parameters)
            status, headers, _ = curl(
                found["url"], *(["--head"] if method == "HEAD" else []))
            equal(status, 200, last().reason)
            for name, value in parameters.items():
                equal(headers[name.removeprefix("response-")], value)


@case("PUT: each field alone and all at once; R2 keeps it")
def _(site):
    tables = [{name: PUT[name]} for name in PUT] + [PUT]
    for sign in ("parent", "scoped"):
        for number, table in enumerate(tables):
            asked, headers = all_of(table)
            key = f"more/{sign}/{number}"
            found = link(site, {"key": key, **asked}, bucket=UP, method="PUT",
                         sign=sign)
            equal(found["headers"], headers)
            if sign == "parent":
                check_put(site, found, headers)
            equal(upload(found, BODY), 200, last().reason)
            kept = curl(link(site, key, bucket=UP)["url"])
            equal((kept[0], kept[2]), (200, BODY))
            for name, value in headers.items():
                if name == "If-None-Match":
                    continue
                if name == "Content-Encoding":
                    value = value.replace(" ", "")
                equal(kept[1][name], value, name)


@case("all of a PUT's headers, with type, length and digest")
def _(site):
    asked, headers = all_of(PUT)
    found = link(site, {**BOUND, **asked, "key": "more/whole"}, bucket=UP,
                 method="PUT")
    check_put(site, found, {**headers, "Content-Type": BOUND["contentType"],
                            "Content-Length": str(BOUND["contentLength"]),
                            "x-amz-content-sha256": BOUND["sha256"]})
    equal(list(found["headers"]),
          sorted(found["headers"], key=str.lower), "their order")
    equal(upload(found, BODY), 200, last().reason)


@case("a header that is changed, left out or added is refused")
def _(site):
    asked, headers = all_of(PUT)
    found = link(site, {"key": "more/kept", **asked}, bucket=UP, method="PUT")
    for name in headers:
        if "_" in name:  # upload() has another use for it
            continue
        for value in ("other", None):
            need(upload(found, BODY, **{name: value}) == 403, name)
            equal(last().code, "SignatureDoesNotMatch", name)
    equal(upload(found, BODY, **{"x-amz-meta-c": "1"}), 403)
    need(ENDPOINT.get(UP, "more/kept") is None, "something was stored")
    equal(upload(found, BODY), 200, last().reason)


@case("ifNoneMatch: the second upload is refused, and the first one stays")
def _(site):
    found = link(site, {"key": "more/once", "ifNoneMatch": "*"}, bucket=UP,
                 method="PUT")
    equal(upload(found, BODY), 200, last().reason)
    equal(upload(found, b"another"), 412)
    equal(last().code, "PreconditionFailed")
    equal(ENDPOINT.get(UP, "more/once"), BODY)


@case("a name that a browser shows: inline; an attachment needs no name")
def _(site):
    for entry, wanted in [
            ({"disposition": "inline", "filename": "ä b.pdf"},
             'inline; filename="_ b.pdf"; filename*=UTF-8\'\'%C3%A4%20b.pdf'),
            ({"disposition": "attachment", "filename": "a"},
             'attachment; filename="a"; filename*=UTF-8\'\'a'),
            ({"filename": "a"},
             'attachment; filename="a"; filename*=UTF-8\'\'a'),
            ({"disposition": "attachment"}, "attachment"),
            ({"disposition": "inline"}, "inline")]:
        found = link(site, {"key": "f.txt", **entry})
        check_get(site, found, {"response-content-disposition": wanted})


# Where they may be said ------------------------------------------------------

def every_way(site, asked, keys, method):
    """The links of the same request, in each encoding: JSON's entries and
    defaults, a form, and a query beside manifests in CSV, NDJSON and JSON."""
    fields = {"bucket": UP, "method": method}
    texts = {name: text_of(value) for name, value in asked.items()}
    bulk = {"token": "bulk"}
    yield "entries", ask(site, {**fields, "objects": [
        {"key": key, **asked} for key in keys]})
    yield "defaults", ask(site, {**fields, **asked, "objects": keys})
    yield "form", site.request(
        "POST", links_path(), form({**fields, **texts,
                                    "objects": "\r\n".join(keys),
                                    "format": "json"}), **bulk,
        headers={"Content-Type": "application/x-www-form-urlencoded"})
    path = links_path() + query(**fields)
    rows = [",".join(["key", *texts])] + [
        ",".join('"' + cell.replace('"', '""') + '"'
                 for cell in [key, *texts.values()]) for key in keys]
    yield "csv", site.request("POST", path, "\r\n".join(rows), **bulk,
                              headers={"Content-Type": "text/csv"})
    lines = [json.dumps({"key": key, **asked}) for key in keys]
    yield "ndjson", site.request(
        "POST", path, "\n".join(lines), **bulk,
        headers={"Content-Type": "application/x-ndjson"})
    yield "json manifest", site.request(
        "POST", path + "&manifestFormat=json&keyName=key",
        "[" + ",".join(lines) + "]", **bulk,
        headers={"Content-Type": "application/json"})
    yield "query", site.request(
        "POST", links_path() + query(**fields, **texts), "\n".join(keys),
        **bulk, headers={"Content-Type": "text/plain"})


@case("JSON, CSV, NDJSON, forms and queries give the same links")
def _(site):
    keys = ["a b", "ä"]
    for method, table in (("GET", GET), ("PUT", PUT)):
        asked, wanted = all_of(table)
        for way, answer in every_way(site, asked, keys, method):
            equal(answer.status, 200, f"{way}: {answer.text[:500]}")
            found = issued(site, answer)
            equal([each["key"] for each in found], keys, way)
            for each in found:
                if method == "PUT":
                    check_put(site, each, wanted)
                    continue
                equal(parameters_of(each), wanted, way)
                equal_links(each["url"], sign_again(site, each, UP, **wanted))


@case("an entry's own value goes before the request's, metadata as a whole")
def _(site):
    found = links(site, {
        "bucket": UP, "method": "PUT", "cacheControl": "no-cache",
        "metadata": {"a": "1", "b": "2"},
        "objects": ["x", {"key": "y", "metadata": {"b": "3"}},
                    {"key": "z", "cacheControl": "private"}]})
    equal([each["headers"] for each in found], [
        {"Cache-Control": "no-cache", "x-amz-meta-a": "1",
         "x-amz-meta-b": "2"},
        {"Cache-Control": "no-cache", "x-amz-meta-b": "3"},
        {"Cache-Control": "private", "x-amz-meta-a": "1",
         "x-amz-meta-b": "2"}])
    for each in found:
        check_put(site, each, each["headers"])
    # An empty cell of a table says nothing.
    answer = site.request(
        "POST", links_path() + query(bucket=UP, method="PUT",
                                     metadata='{"a":"1"}'),
        "key,metadata\nx,\ny,\"{\"\"b\"\":\"\"2\"\"}\"\n", "bulk",
        headers={"Content-Type": "text/csv"})
    equal([each["headers"] for each in issued(site, answer)],
          [{"x-amz-meta-a": "1"}, {"x-amz-meta-b": "2"}])


# How they are answered -------------------------------------------------------

def hide(site, text):
    """Links in any format are secrets too."""
    for piece in text.split("X-Amz-Signature=")[1:]:
        site.issued.add(piece[:64])


@case("each format shows or sends the headers of an upload, or has no such link")
def _(site):
    asked, wanted = all_of(PUT)
    fields = {"bucket": UP, "method": "PUT", **asked}
    for name in ("json", "ndjson", "csv", "csv-exact", "html"):
        answer = ask(site, {**fields, "objects": ["a"], "format": name})
        equal(answer.status, 200, answer.text[:300])
        hide(site, answer.text)
        shown = html.unescape(answer.text).replace(
            '""' if "csv" in name else '\\"', '"')
        for header, value in wanted.items():
            line = (f'"{header}":"{value}"' if "json" in name
                    else f"{header}: {value}")
            need(line in shown, f"{name}: {line}")
    for name in ("text", "aria2", "metalink"):
        answer = ask(site, {**fields, "objects": ["a"], "format": name})
        equal(answer.status, 400, name)
        need("can't carry this" in answer.text, answer.text)


@case("curl -K sends an upload with all of its headers")
def _(site):
    asked, wanted = all_of(PUT)
    answer = ask(site, {"bucket": UP, "method": "PUT", **asked,
                        "objects": ["more/by-curl"], "format": "curl"})
    hide(site, answer.text)
    folder = os.path.join(site.folder, "curl")
    os.makedirs(os.path.join(folder, "more"))
    with open(os.path.join(folder, "more/by-curl"), "wb") as file:
        file.write(BODY)
    done = subprocess.run(["curl", "--disable", "-sS", "-K", "-"],
                          input=answer.body, cwd=folder, capture_output=True,
                          check=False)
    equal((done.returncode, done.stderr), (0, b""), last().reason)
    found = ENDPOINT.store.find(UP, "more/by-curl")
    equal(found.read(), BODY)
    for header, value in wanted.items():
        if header not in ("If-None-Match", "Content-Encoding"):
            equal(found.headers[header.lower()], value)


@case("programs that fetch get the parameters of a download in its address")
def _(site):
    asked, _ = all_of(GET)
    for name in ("text", "curl", "aria2", "metalink", "csv", "html"):
        answer = ask(site, {**asked, "objects": ["a"], "format": name})
        equal(answer.status, 200, answer.text[:300])
        hide(site, answer.text)
        need("&response-cache-control=private%2C%20max-age%3D60"
             "&response-content-disposition=inline&response-content-type="
             in html.unescape(answer.text), f"{name}: {answer.text[:1000]}")


@case("the longest metadata: 32 names, 2048 bytes")
def _(site):
    metadata = {f"n{number:02}": "v" * 61 for number in range(32)}
    found = link(site, {"key": "more/long", "metadata": metadata}, bucket=UP,
                 method="PUT")
    check_put(site, found, {"x-amz-meta-" + name: value
                            for name, value in metadata.items()})
    equal(upload(found, BODY), 200, last().reason)


if __name__ == "__main__":
    main(make_site)
