#!/usr/bin/python3
"""Manifests in CSV, judged by Python's csv module."""
import csv
import hashlib
import io
import random
import sys
import urllib.parse

sys.path.insert(1, sys.path[0] + "/../lib")
from harness import (AWKWARD, batch_path, case, equal, main, need, query,
                     real_names)
from judge import Judge
from manifests import (BAD_VALUE, DOWN, DUPLICATE, EMPTY, FIELDS, LINKS,
                       MALFORMED, MISSING, UNKNOWN, fields_as_parts, links_of,
                       make_site, multipart, part, query_of, raw, refused,
                       same_keys, table)

# errors[].code
DENIED, OBJECT_NAME = 10003, 10020
# What only some formats can carry.
BROKEN_LINES = ["a\nb", "a\r\nb", "a\rb", "\n", "\r\n\r\n", "ends in cr\r",
                "\"\n\"", "\\n\n\\"]


@case("CSV: whatever Python's csv writes comes back key by key")
def _(site):
    keys = AWKWARD + BROKEN_LINES + real_names(300)[len(AWKWARD):]
    for dialect in ({}, {"quoting": csv.QUOTE_ALL},
                    {"quoting": csv.QUOTE_NONNUMERIC, "lineterminator": "\n"},
                    {"quoting": csv.QUOTE_ALL, "lineterminator": "\n",
                     "encoding": "utf-8-sig"}):
        body = table([[key] for key in keys], **dialect)
        same_keys(site, raw(site, body, "text/csv",
                            batch_path() + query(**FIELDS)), keys)


@case("CSV: what is taken at all is what Python's strict reader makes of it")
def _(site):
    chance = random.Random(20)
    pieces = ["a", "b", ",", '"', '""', "\n", "\r\n", "\r", " ", "\\", ";"]
    taken = 0
    for _ in range(300):
        header = chance.choice(["key\n", "key,filename\r\n"])
        text = header + "".join(chance.choices(pieces,
                                               k=chance.randrange(1, 9)))
        answer = raw(site, text, "text/csv", LINKS + query(bucket=DOWN))
        if answer.status != 200:
            equal(answer.status, 400, f"status for {text!r}")
            continue
        taken += 1
        rows = list(csv.reader(io.StringIO(text, newline=""), strict=True))
        equal([[link["key"]] for link in links_of(site, answer)],
              [row[:1] for row in rows[1:] if row], f"keys of {text!r}")
        equal({len(row) for row in rows if row}, {header.count(",") + 1},
              f"cells of {text!r}")
    need(taken > 30, f"only {taken} were taken")


@case("CSV: columns in any order; an empty cell is not given")
def _(site):
    columns = ["ttlSeconds", "key", "actions", "permission"]
    rows = [["", "plain", "", ""], ["60", "rw", "", "object-read-write"],
            ["", "get, \"put\"", "GetObject; PutObject", "object-read-write"],
            ["7", "put", "PutObject", "object-write-only"]]
    for quoting in (csv.QUOTE_MINIMAL, csv.QUOTE_ALL):
        answer = raw(site, table(rows, columns, quoting=quoting), "text/csv",
                     batch_path() + query(**FIELDS))
        plain, rw, both, put = site.issued_as(answer)
        Judge(site, DOWN, "object-read-only").object(plain, "plain")
        Judge(site, DOWN, "object-read-write", 60).object(rw, "rw")
        Judge(site, DOWN, ["GetObject", "PutObject"]).object(
            both, "get, \"put\"")
        Judge(site, DOWN, ["PutObject"], 7).object(put, "put")


@case("CSV: what a link has of its own is in the link")
def _(site):
    digest = hashlib.sha256(b"content").hexdigest()
    columns = ["sha256", "contentLength", "contentType", "filename", "method",
               "key"]
    rows = [["", "", "", "Bericht \u2013 \"final\", 2.pdf", "", "a"],
            [digest.upper(), "7", "text/plain; charset=utf-8", "", "PUT",
             "b"], ["", "", "", "", "HEAD", "c"]]
    answer = raw(site, table(rows, columns), "text/csv; charset=utf-8",
                 LINKS + query(bucket=DOWN))
    get, put, head = links_of(site, answer)
    need(urllib.parse.quote("Bericht \u2013 \"final\", 2.pdf", safe="")
         in query_of(get)["response-content-disposition"],
         "the name is not in the link")
    headers = {name.lower(): value for name, value in put["headers"].items()}
    equal(headers, {"content-type": "text/plain; charset=utf-8",
                    "content-length": "7", "x-amz-content-sha256": digest})
    equal([get["method"], put["method"], head["method"]],
          ["GET", "PUT", "HEAD"])


@case("CSV: a bad value is its entry's alone, which is told by name and line")
def _(site):
    body = table([["a", ""], ["b", "0"], ["", ""], ["c", "5"]],
                 ["key", "ttlSeconds"])
    path = batch_path() + query(**FIELDS)
    answer = raw(site, body, "text/csv", path)
    equal([(error["code"], error["source"]["pointer"])
           for error in answer.errors],
          [(BAD_VALUE, "/manifest/1/ttlSeconds"),
           (OBJECT_NAME, "/manifest/2")])
    need("line 3" in answer.errors[0]["message"], "the line is not told")
    answer = raw(site, body, "text/csv", path + "&onError=report")
    equal([(entry["key"], "error" in entry)
           for entry in site.issued_as(answer)],
          [("a", False), ("b", True), ("", True), ("c", False)])


def bad_csv(name, body, code, words, pointer="/manifest"):
    @case(f"CSV: {name} is refused")
    def _(site):
        for path in (batch_path() + query(**FIELDS),
                     LINKS + query(bucket=DOWN)):
            refused(site, raw(site, body, "text/csv", path), 400, code,
                    pointer, words)
        refused(site, multipart(site, fields_as_parts() + [
            part("manifest", body, "a.csv", "text/csv")]), 400, code, pointer,
            words)


for _name, _body, _code, _words in (
        ("a row with a cell too many", "key\na\nb,c\nd\n", MALFORMED,
         "line 3: the row has 2 cells, the header 1"),
        ("a row with a cell too few", "key,ttlSeconds\na,5\nb\n", MALFORMED,
         "line 3: the row has 1 cell, the header 2"),
        ("a quote that is never closed", 'key\na\n"b\nc\nd\n', MALFORMED,
         "line 3: the quote that begins here is never closed"),
        ("a quote inside a cell", 'key\na"b\n', MALFORMED, "line 2: a quote"),
        ("text behind a closing quote", 'key\n"a"b\n', MALFORMED,
         "line 2: text behind"),
        ("a carriage return inside a cell", "key\na\rb\n", MALFORMED,
         "line 2: a carriage return"),
        ("a table without a column key", "filename,method\na,GET\n", MISSING,
         "no column 'key'"),
        ("an unknown column", "key,contentTyp\na,b\n", UNKNOWN,
         "did you mean 'contentType'"),
        ("a column given twice", "key,key\na,b\n", DUPLICATE, "two columns"),
        ("a table without a header", "a/b.txt\nc\n", UNKNOWN, "first line"),
        ("an unknown column between semicolons", "key;size\na;1\n", UNKNOWN,
         "cells are separated by ;"),
        ("a row of another separator", "key;ttlSeconds\na;5\nb,5\n",
         MALFORMED, "line 3: the row has 1 cell, the header 2; cells are "
         "separated by ;"),
        ("a column given twice in another case", "key,Key\na,b\n", DUPLICATE,
         "two columns 'key'"),
        ("a header without rows", "key,method\n\n", EMPTY, ""),
        ("nothing at all", "\n\n", EMPTY, "")):
    bad_csv(_name, _body, _code, _words)


if __name__ == "__main__":
    main(make_site)
