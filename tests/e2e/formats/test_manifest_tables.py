#!/usr/bin/python3
"""Tables and JSON as people have them: from spreadsheets, PowerShell, rclone
and the AWS command line, by each way in which a manifest can be sent.

What must happen to each file of tests/cases/manifests is a row below.
"""
import csv
import io
import json
import os
import subprocess
import sys

sys.path.insert(1, sys.path[0] + "/../lib")
from harness import (MINTAGE, PORTAL, SRC, batch_path, case, equal, form,
                     main, need, query)
from manifests import (BAD_VALUE, DOWN, DUPLICATE, EMPTY, FIELDS, Folder,
                       LINKS, MALFORMED, MISSING, UNKNOWN, curl,
                       fields_as_parts, links_of, make_site, multipart, part,
                       query_of, raw, refused)

OBJECT_NAME = 10020
ONE, REPORT, QUOTED = "x/one.txt", "x/Übersicht, 2026.pdf", 'x/a "q".txt'
TYPES = {".csv": "text/csv", ".tsv": "text/tab-separated-values",
         ".txt": "text/plain", ".json": "application/json"}


def read(name):
    with open(os.path.join(SRC, "tests/cases/manifests", name), "rb") as file:
        return file.read()


# ---- the ways a manifest is sent ---------------------------------------------

def run(site, command, folder, name, key_name, *options):
    """mintage mint --each or mintage sign, with the file under its name."""
    path = folder.put(name, read(name))
    options = ["--config", site.settings.path, "--bucket", DOWN, "--parent",
               PORTAL, *options]
    if key_name:
        options += ["--key-name", key_name]
    return subprocess.run(
        [MINTAGE, command, *options, path], stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=60,
        env=site.environment(), check=False)


def commands(site, folder, name, key_name):
    yield run(site, "sign", folder, name, key_name)
    yield run(site, "mint", folder, name, key_name, "--permission",
              "object-read-only", "--each")


def requests(site, name, key_name):
    """The answers of the service: own type, text/plain, and two uploads."""
    body, kind = read(name), TYPES[os.path.splitext(name)[1]]
    fields = {"bucket": DOWN}
    if key_name:
        fields["keyName"] = key_name
    if key_name or kind != "application/json":
        yield raw(site, body, kind, LINKS + query(**fields))
    yield raw(site, body, "text/plain", LINKS + query(**fields))
    for uploaded in ((name, kind), (name, "application/octet-stream"),
                     (name, "text/plain"), ("list", None)):
        parts = [part(*field) for field in fields.items()]
        yield multipart(site, parts + [part("manifest", body, *uploaded)],
                        LINKS)


def lifetime(link):
    return int(query_of(link)["X-Amz-Expires"])


def is_read(name, keys, key_name=None, ttl=600):
    @case(f"{name}{' by ' + key_name if key_name else ''} is read")
    def _(site):
        for answer in requests(site, name, key_name):
            links = links_of(site, answer)
            equal([link["key"] for link in links], keys)
            equal({lifetime(link) for link in links}, {ttl}, "lifetimes")
        with Folder() as folder:
            for done in commands(site, folder, name, key_name):
                equal((done.returncode, done.stderr), (0, b""))
                equal([each["key"] for each in
                       json.loads(done.stdout)["result"]], keys)


def is_refused(name, code, *words, pointer="/manifest", key_name=None):
    @case(f"{name}{' by ' + key_name if key_name else ''} is refused: "
          f"{words[0]}")
    def _(site):
        for answer in requests(site, name, key_name):
            for word in words:
                refused(site, answer, 400, code, pointer, word)
        with Folder() as folder:
            for done in commands(site, folder, name, key_name):
                need(done.returncode != 0 and not done.stdout, "was issued")
                for word in words:
                    need(word in done.stderr.decode(), done.stderr)


is_read("semicolon.csv", [ONE, REPORT, QUOTED])
is_read("sep-line.csv", [ONE, REPORT, QUOTED])
is_read("tab.tsv", [ONE, REPORT, QUOTED])
is_read("utf16-tab.csv", [ONE, REPORT, QUOTED])
is_read("comma-bom.csv", [ONE, REPORT])
is_read("utf16-lines.txt", [ONE], ttl=900)
is_read("other-columns.csv", [ONE], "Filename", 900)
is_read("list-objects-v2.json", [ONE, "x/two words.txt", "x/Árvíz.txt"],
        "Key", 900)
is_read("rclone-lsjson.json",
        ['x/=cmd, "q".txt', ONE, "x/two words.txt", "x/Árvíz.txt"], "Path",
        900)

is_refused("cp1252.csv", OBJECT_NAME, "line 3: not UTF-8: byte 3",
           "Windows-1252", "UTF-8", pointer="/manifest/1")
is_refused("other-columns.csv", UNKNOWN, "keyName=Filename",
           "Filename, Size, Modified")
is_refused("other-columns.csv", MISSING, "no column 'Path'",
           "Filename, Size, Modified", key_name="Path")
is_refused("cr-only.csv", MALFORMED, "carriage return",
           "save the file")
is_refused("list-objects-v2.json", UNKNOWN, "keyName=Key",
           "--query 'Contents[].Key'")
is_refused("list-objects-v2.json", MISSING, 'no member "Path"',
           "Key, LastModified, ETag", pointer="/manifest/0", key_name="Path")
is_refused("rclone-lsjson.json", UNKNOWN, "keyName=Path",
           pointer="/manifest/0")
is_refused("utf16-lines.txt", MISSING, "no column 'Path'", key_name="Path")


@case("JSON that is a manifest is no request, and the refusal says how to send "
      "it")
def _(site):
    path = LINKS + query(bucket=DOWN)
    refused(site, raw(site, read("rclone-lsjson.json"), "application/json",
                      path), 400, MALFORMED, words="keyName=Path")
    refused(site, raw(site, read("list-objects-v2.json"), "application/json",
                      path), 400, UNKNOWN, words="keyName=Key")


# ---- keyName -----------------------------------------------------------------

@case("keyName goes with a manifest alone")
def _(site):
    refused(site, site.batch({**FIELDS, "objects": [{"Path": "a"}],
                              "keyName": "Path"}), 400, UNKNOWN, "/keyName",
            "query")
    refused(site, raw(site, form({**FIELDS, "keyName": "Path", "objects": "a"}),
                      "application/x-www-form-urlencoded", LINKS,
                      accept="application/json"), 400, BAD_VALUE, "/keyName",
            "no manifest")
    for value, code in (("", EMPTY), ("x" * 129, BAD_VALUE)):
        refused(site, raw(site, "[]", "application/json", batch_path()
                          + query(**FIELDS, keyName=value)), 400, code,
                "/keyName")
    refused(site, raw(site, "a\n", "text/plain", batch_path()
                      + query(**FIELDS, keyName="Path",
                              manifestFormat="lines")), 400, BAD_VALUE,
            "/keyName", "json, ndjson or csv")


@case("with keyName in the query a JSON body never becomes a request")
def _(site):
    path = batch_path() + query(keyName="Path", **FIELDS)
    for body, code in (
            ({"bucket": "other", "objects": ["a"]}, BAD_VALUE),
            ({"objects": [{"Path": "a"}], "permission":
              "object-read-write"}, UNKNOWN),
            ({"objects": [{"Path": "a"}], "prefixes": [{"Path": "p/"}]},
             BAD_VALUE),
            ({"objects": []}, EMPTY), ({}, EMPTY), ([], EMPTY),
            ([{"Path": "d", "IsDir": True}], EMPTY)):
        answer = raw(site, json.dumps(body), "application/json", path)
        refused(site, answer, 400, code)
    # Folders alone are nothing, and nothing never becomes everything.
    single = path.replace("/batch", "")
    for body in ("[]", "{}", '[{"Path":"d","IsDir":true}]'):
        refused(site, raw(site, body, "application/json", single,
                          token="bulk"), 400, EMPTY)


@case("keyName: known columns and members keep their meaning, two keys don't "
      "pass")
def _(site):
    path = LINKS + query(bucket=DOWN, keyName="Path")
    for kind, body in (
            ("text/csv", "Path,Size,TTLSECONDS,Filename\na,1,60,n.txt\n"),
            ("application/json", json.dumps(
                {"Files": [{"Path": "a", "Size": 1, "ttlSeconds": 60,
                            "filename": "n.txt"}]})),
            ("application/x-ndjson", json.dumps(
                {"Path": "a", "Size": 1, "ttlSeconds": 60,
                 "filename": "n.txt"}))):
        link, = links_of(site, raw(site, body, kind, path))
        equal((link["key"], lifetime(link)), ("a", 60))
        need("n.txt" in query_of(link)["response-content-disposition"],
             "the name is not in the link")
    for kind, body in (("text/csv", "Path,Key\na,b\n"),
                       ("text/csv", "Path,PATH\na,b\n"),
                       ("application/json", '[{"Path":"a","key":"b"}]'),
                       ("application/json", '[{"Path":"a","Path":"b"}]')):
        refused(site, raw(site, body, kind, path), 400, DUPLICATE)


# ---- programs ----------------------------------------------------------------

FILES = ["a b.txt", "über/ä;ö,ü.txt", 'q"uo"te.txt', "d/e/f.txt"]


def lsjson(folder, *options):
    done = subprocess.run(
        ["rclone", "--config", "/dev/null", "lsjson", "-R", *options,
         folder.folder.name], stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL, timeout=60, check=True)
    return done.stdout


@case("rclone lsjson on a folder: its files become links, its folders don't")
def _(site):
    with Folder() as folder:
        for name in FILES:
            folder.put(name, "x")
        for options in ([], ["--hash"], ["--files-only"]):
            text = lsjson(folder, *options)
            files = [each["Path"] for each in json.loads(text)
                     if not each["IsDir"]]
            equal(sorted(files), sorted(FILES), "rclone's files")
            listing = folder.put("../listing-" + os.path.basename(
                folder.folder.name), text)
            try:
                answer = curl(site, "-H", "Content-Type: application/json",
                              "--data-binary", f"@{listing}", path=LINKS,
                              keyName="Path")
            finally:
                os.remove(listing)
            equal([link["key"] for link in links_of(site, answer)], files)


@case("Python's csv writes what is read, with each separator, in UTF-8 and "
      "UTF-16")
def _(site):
    rows = [[name, "", 60 + i] for i, name in enumerate(FILES)]
    for delimiter in ",;\t":
        for quoting in (csv.QUOTE_MINIMAL, csv.QUOTE_ALL):
            text = io.StringIO(newline="")
            writer = csv.writer(text, delimiter=delimiter, quoting=quoting)
            writer.writerow(["Name", "Note, of; all", "TtlSeconds"])
            writer.writerows(rows)
            for encoding in ("utf-8", "utf-8-sig", "utf-16"):
                body = text.getvalue().encode(encoding)
                answer = raw(site, body, "text/csv", LINKS
                             + query(bucket=DOWN, keyName="name"))
                equal([(link["key"], lifetime(link))
                       for link in links_of(site, answer)],
                      [(row[0], row[2]) for row in rows])


@case("UTF-16 with a mark is read in every format, in either order")
def _(site):
    digest = 64 * "a"
    bodies = {"text/plain": "ü\r\nb\r\n", "text/csv": "key;method\r\nü;\r\nb;\n",
              "application/x-ndjson": '"ü"\n{"key":"b"}\n',
              "application/json": '["ü",{"key":"b"}]'}
    for codec, mark in (("utf-16-le", b"\xff\xfe"), ("utf-16-be", b"\xfe\xff")):
        for kind, body in bodies.items():
            body = mark + body.encode(codec)
            answers = [multipart(site, [part("bucket", DOWN), part(
                "manifest", body, "m", kind + charset)], LINKS)
                for charset in ("", "; charset=utf-16")]
            if kind != "application/json":
                answers += [raw(site, body, kind + charset,
                                LINKS + query(bucket=DOWN))
                            for charset in ("", "; charset=UTF-16")]
            for answer in answers:
                equal([link["key"] for link in links_of(site, answer)],
                      ["ü", "b"], f"{kind} in {codec}")
        answer = raw(site, mark + f"{digest}  ü\n".encode(codec), "text/plain",
                     LINKS + query(bucket=DOWN, method="PUT",
                                   manifestFormat="sha256sum"))
        equal([link["key"] for link in links_of(site, answer)], ["ü"])
    answer = raw(site, '[{"Path":"ü"}]'.encode("utf-16"), "application/json",
                 LINKS + query(bucket=DOWN, keyName="Path"))
    equal([link["key"] for link in links_of(site, answer)], ["ü"])


@case("a large manifest in UTF-16 is read as a whole")
def _(site):
    keys = [f"中/{i:05d}.txt" for i in range(50000)]
    body = "\r\n".join(["key\tttlSeconds"]
                       + [f"{key}\t600" for key in keys]).encode("utf-16")
    need(len(body) > 1 << 20, "not large")
    answer = raw(site, body, "text/csv", LINKS + query(bucket=DOWN))
    equal([link["key"] for link in answer.result], keys)


@case("UTF-16 that is cut, damaged or without a mark is named, with the place")
def _(site):
    whole = "key;method\r\na;GET\r\n".encode("utf-16")
    for body, code, words in (
            (whole[:-1], MALFORMED, "odd number of bytes"),
            (whole[2:], MALFORMED, "without a byte order mark"),
            (whole + b"\x00\xd8", MALFORMED, "line 3, character 1")):
        for answer in (
                raw(site, body, "text/csv", LINKS + query(bucket=DOWN)),
                multipart(site, fields_as_parts() + [
                    part("manifest", body, "a.csv")])):
            refused(site, answer, 400, code, "/manifest", words)


if __name__ == "__main__":
    main(make_site)
