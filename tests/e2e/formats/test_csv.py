#!/usr/bin/python3
"""csv, read by Python's csv module."""
import csv
import hashlib
import io
import re
import sys
import urllib.request

sys.path.insert(1, sys.path[0] + "/../lib")
from harness import AWKWARD, PORTAL, case, equal, main, need
from reading import (BUCKET, ENDPOINT, QUOTED, batch, body_of, links,
                     make_site, store, whole)


# What a spreadsheet takes for a formula, or may once it has passed over what
# stands before it: OWASP's list, and full-width forms.
ACTIVE = [f"{before}{sign}1+1" for sign in "=+-@＝＋－＠"
          for before in ("", "'", '"', "\t", "\r", "\n", " ", "\u00a0")]
ACTIVE += ["=HYPERLINK(\"http://127.0.0.1/?\"&A1,\"x\")", "=cmd|' /C calc'!A0",
           "-2+3+cmd|'x'!A0", "@SUM(1;1)*cmd", "\ufeff=1", "'", '"', "''=1"]
# What a cell in csv may not begin with.
BEGINS = "[=+@\\-＝＋－＠\\x00-\\x20\\x7f\u00a0\u3000\ufeff\"]"
CALM = ["a=1", "1+1", "a-b", "x@y", "käse", "/=1", "a\n=1", "a\t=1", ".=1"]


def rows_of(text):
    """The rows of a table in either format. Every line ends in CR LF."""
    rows = list(csv.DictReader(io.StringIO(text, newline=""), strict=True))
    blank = re.sub('"[^"]*"', "", text)
    need(blank.endswith("\r\n"), f"ends in {blank[-20:]!r}")
    equal((blank.count("\r"), blank.count("\n")),
          (len(rows) + 1, len(rows) + 1), "ends of lines")
    equal(blank.count("\r\n"), len(rows) + 1, "CR LF")
    for row in rows:
        need(None not in row and None not in row.values(), f"ragged: {row}")
    return rows


def plain(cell):
    """The text of a cell in csv: a ' at its beginning was added."""
    return cell[1:] if cell.startswith("'") else cell


@case("csv-exact: Python's csv reads back every key of a batch, and its "
      "credential")
def _(site):
    keys = list(dict.fromkeys(AWKWARD + QUOTED + ACTIVE + CALM))
    answer = batch(site, "csv-exact", objects=keys,
                   prefixes=["p\n,\"/", "q/"])
    need(answer.headers["Content-Type"].startswith("text/csv;"),
         answer.headers["Content-Type"])
    rows = rows_of(whole(answer, len(keys) + 2))
    equal(list(rows[0]), ["key", "prefix", "accessKeyId", "secretAccessKey",
                          "sessionToken", "expiresAt", "errorCode",
                          "errorMessage"], "columns")
    equal(sorted(row["key"] for row in rows if row["key"]), sorted(keys),
          "keys")
    equal([row["prefix"] for row in rows if row["prefix"]], ["p\n,\"/", "q/"],
          "prefixes")
    for row in rows:
        equal((row["accessKeyId"], row["errorCode"]), (PORTAL, ""))
        need(re.fullmatch("[0-9a-f]{64}", row["secretAccessKey"]), row)
        need(re.fullmatch(r"[0-9-]{10}T[0-9:]{8}Z", row["expiresAt"]), row)


@case("csv-exact: Python's csv reads back every key of a list of links, and "
      "each link opens it")
def _(site):
    keys = list(dict.fromkeys(AWKWARD + QUOTED + ACTIVE))
    store(keys)
    answer = links(site, keys, "csv-exact")
    rows = rows_of(whole(answer, len(keys)))
    equal(list(rows[0]), ["key", "method", "url", "headers", "expiresAt",
                          "errorCode", "errorMessage"], "columns")
    equal([row["key"] for row in rows], keys, "keys")
    for row in rows:
        with urllib.request.urlopen(row["url"], timeout=30) as answer:
            equal(answer.read(), body_of(row["key"]), row["key"])


@case("csv: no cell begins a formula; without its ' each is what it was")
def _(site):
    keys = list(dict.fromkeys(AWKWARD + QUOTED + ACTIVE + CALM))
    prefixes = [f"{key}/" for key in ACTIVE]
    rows = rows_of(whole(batch(site, "csv", objects=keys, prefixes=prefixes),
                         len(keys) + len(prefixes)))
    rows += rows_of(whole(links(site, keys, "csv"), len(keys)))
    bad = batch(site, "csv", objects=[
        "a", {"key": "=1+1", "permission": "=2+2"},
        {"key": "-1", "permission": "=2+2"}], onError="report")
    rows += rows_of(whole(bad, 3, 2))
    for cell in (cell for row in rows for cell in row.values()):
        need(not re.match(BEGINS, cell), f"{cell!r} may be a formula")
    equal(sorted(plain(row["key"]) for row in rows if row["key"]),
          sorted(keys + keys + ["a", "=1+1", "-1"]), "keys")
    equal(sorted(plain(row.get("prefix") or "") for row in rows
                 if row.get("prefix")), sorted(prefixes), "prefixes")
    for row in rows:
        need(row["key"][:1] != "'" or re.match(f"{BEGINS}|'", row["key"][1:]),
             f"{row['key']!r} needs no '")


@case("csv: what must be sent with a link is in its row, and is all it needs")
def _(site):
    body = b"twelve bytes"
    digest = hashlib.sha256(body).hexdigest()
    answer = links(site, [{"key": "up, \"1\"", "method": "PUT",
                           "contentType": 'text/x; a="b, c"',
                           "contentLength": len(body), "sha256": digest}],
                   "csv")
    row, = rows_of(whole(answer, 1))
    equal(row["method"], "PUT")
    headers = dict(line.split(": ", 1) for line in row["headers"].split("\n"))
    equal(headers, {"Content-Type": 'text/x; a="b, c"',
                    "Content-Length": "12", "x-amz-content-sha256": digest})
    with urllib.request.urlopen(urllib.request.Request(
            row["url"], body, headers, method="PUT"), timeout=30) as answer:
        equal(answer.status, 200)
    equal(ENDPOINT.get(BUCKET, "up, \"1\""), body)


@case("csv: a bad entry is a row with its error, as many columns wide")
def _(site):
    entries = ["good", {"key": "no,\n\"", "permission": "no \"such\",\nthing"}]
    for rows in (
            rows_of(whole(batch(site, "csv", objects=entries,
                                onError="report"), 2, 1)),
            rows_of(whole(links(site, entries, "csv", onError="report"), 2,
                          1))):
        equal([row["key"] for row in rows], ["good", "no,\n\""])
        equal([bool(row["errorCode"]) for row in rows], [False, True])
        need(rows[1]["errorMessage"] and not rows[1]["expiresAt"], rows[1])


if __name__ == "__main__":
    main(make_site)
