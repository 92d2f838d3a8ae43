#!/usr/bin/python3
"""Manifests of every format and in every wrapping, through lighttpd.

Python's csv module and sha256sum are the judges of what a list holds; curl
uploads it.
"""
import csv
import hashlib
import io
import json
import os
import random
import subprocess
import tempfile
import urllib.parse

from harness import (ACCOUNT, AWKWARD, MINTAGE, PORTAL, Answer, Site,
                     batch_path, case, equal, form, main, need, query,
                     real_names)
from judge import Judge

# errors[].code
DENIED, OBJECT_NAME = 10003, 10020
MALFORMED, UNKNOWN, DUPLICATE, MISSING = 11001, 11002, 11003, 11004
BAD_VALUE, EMPTY, TOO_LARGE, MEDIA_TYPE = 11005, 11006, 11011, 11012

DOWN = "portal-downloads"
FIELDS = {"bucket": DOWN, "permission": "object-read-only"}
LARGE = 50000
LINKS = f"/accounts/{ACCOUNT}/r2/presigned-urls"
# What only some formats can carry.
BROKEN_LINES = ["a\nb", "a\r\nb", "a\rb", "\n", "\r\n\r\n", "ends in cr\r",
                "\"\n\"", "\\n\n\\"]


def make_site():
    def change(settings):
        settings.sections["mintage"]["max-entries"] = "60000"
    return Site("fastcgi", change)


# Asking ----------------------------------------------------------------------

def keys_of(site, answer):
    return [entry["key"] for entry in site.issued_as(answer)]


def same_keys(site, answer, keys):
    """The keys came back, in their order, each in its own credential."""
    result = site.issued_as(answer)
    equal([entry["key"] for entry in result], keys)
    Judge(site, DOWN, "object-read-only").batch(result, keys)


def links_of(site, answer):
    result = answer.result
    for link in result:
        site.issued.add(query_of(link)["X-Amz-Signature"])
    return result


def query_of(link):
    return dict(urllib.parse.parse_qsl(
        urllib.parse.urlsplit(link["url"]).query, strict_parsing=True))


def table(rows, columns=("key",), encoding="utf-8", **dialect):
    """CSV as Python writes it."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, **dialect)
    writer.writerow(columns)
    writer.writerows(rows)
    return text.getvalue().encode(encoding)


def part(name, content, filename=None, content_type=None):
    """A part of a multipart body, as browsers write it."""
    def quote(text):
        return text.replace("\n", "%0A").replace("\r", "%0D") \
            .replace('"', "%22")
    head = f'Content-Disposition: form-data; name="{quote(name)}"'
    if filename is not None:
        head += f'; filename="{quote(filename)}"'
    if content_type is not None:
        head += f"\r\nContent-Type: {content_type}"
    if isinstance(content, str):
        content = content.encode()
    return head.encode() + b"\r\n\r\n" + content


BOUNDARY = "----WebKitFormBoundaryABCDEFGHIJKLMNOP"


def multipart(site, parts, path=None, accept=None, token="bulk",
              content_type=f"multipart/form-data; boundary={BOUNDARY}"):
    body = b"".join(b"--" + BOUNDARY.encode() + b"\r\n" + each + b"\r\n"
                    for each in parts) + f"--{BOUNDARY}--\r\n".encode()
    return raw(site, body, content_type, path, accept, token)


def raw(site, body, content_type, path=None, accept=None, token="bulk"):
    return site.request("POST", path or batch_path(), body, token, headers={
        "Content-Type": content_type, "Accept": accept})


def fields_as_parts(**more):
    return [part(name, value) for name, value in {**FIELDS, **more}.items()]


def curl(site, *arguments, path=None, **fields):
    """What curl gets for these arguments, with the fields in the query."""
    fields = {**FIELDS, **fields} if path is None else \
        {"bucket": DOWN, **fields}
    url = f"http://127.0.0.1:{site.port}{site.mount}" \
        + (path or batch_path()) + query(**fields)
    done = subprocess.run(
        ["curl", "-q", "-sS", "-w", "\n%{http_code}", "-H", "Expect:",
         "-H", f"Authorization: Bearer {site.settings.tokens['bulk']}",
         *arguments, url], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
        stderr=subprocess.PIPE, timeout=60, check=False)
    equal(done.returncode, 0, f"curl's exit status ({done.stderr!r})")
    body, _, status = done.stdout.rpartition(b"\n")
    return Answer(int(status), {}, body)


class Folder:
    """Files to be uploaded, for as long as a case runs."""

    def __enter__(self):
        self.folder = tempfile.TemporaryDirectory(prefix="mintage-")
        return self

    def __exit__(self, *_):
        self.folder.cleanup()

    def put(self, name, content):
        path = os.path.join(self.folder.name, name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "wb") as f:
            f.write(content if isinstance(content, bytes)
                    else content.encode())
        return path

    def sums(self, names, *options):
        done = subprocess.run(["sha256sum", *options, "--", *names],
                              cwd=self.folder.name, stdout=subprocess.PIPE,
                              timeout=60, check=True)
        return done.stdout


def refused(site, answer, status, code, pointer=None, words=""):
    """This refusal, readable and on record; nothing was issued."""
    equal(answer.status, status, f"status ({answer.body[:300]!r})")
    need(b"sessionToken" not in answer.body
         and b"X-Amz-Signature" not in answer.body, "something was issued")
    first = answer.errors[0]
    equal(first["code"], code, f"code ({first['message']})")
    if pointer is not None:
        equal(first.get("source", {}).get("pointer", ""), pointer,
              f"pointer ({first['message']})")
    need(words in first["message"],
         f"{words!r} is not in {first['message']!r}")
    if answer.id:
        equal(site.audit(answer.id, "refused")[0]["code"], code, "on record")


# CSV -------------------------------------------------------------------------

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
        ("an unknown column", "key,contenttype\na,b\n", UNKNOWN,
         "did you mean 'contentType'"),
        ("a column given twice", "key,key\na,b\n", DUPLICATE, "two columns"),
        ("a table without a header", "a/b.txt\nc\n", UNKNOWN, "first line"),
        ("a table of semicolons", "key;method\na;GET\n", UNKNOWN, "commas"),
        ("a header without rows", "key,method\n\n", EMPTY, ""),
        ("nothing at all", "\n\n", EMPTY, "")):
    bad_csv(_name, _body, _code, _words)


# sha256sum and BagIt ---------------------------------------------------------

@case("sha256sum: its lists of real files become uploads of just these")
def _(site):
    names = ["plain.txt", " blank", "two  blanks", "k\u00e4se \U0001f600",
             "*star", "quote\"", "percent%20", "new\nline", "back\\slash",
             "both\\n\n", "cr\r", "sub/folder.txt"]
    with Folder() as folder:
        for name in names:
            folder.put(name, f"content of {name}")
        for options in ((), ("-b",), ("-t",)):
            path = folder.put("SHA256SUMS", folder.sums(names, *options))
            answer = curl(site, "-F", f"manifest=@{path}", path=LINKS,
                          method="PUT")
            result = links_of(site, answer)
            equal([link["key"] for link in result], names)
            for link in result:
                content = f"content of {link['key']}".encode()
                headers = {name.lower(): value
                           for name, value in link["headers"].items()}
                equal(headers.get("x-amz-content-sha256"),
                      hashlib.sha256(content).hexdigest(), "signed digest")


@case("sha256sum: a credential for each file of find's list, paths as they are")
def _(site):
    with Folder() as folder:
        for name in ("./a", "./b c", "./d\\e"):
            folder.put(name, name)
        body = folder.sums(["./a", "./b c", "./d\\e"])
    same_keys(site, raw(site, body, "text/plain", batch_path()
                        + query(manifestFormat="sha256sum", **FIELDS)),
              ["./a", "./b c", "./d\\e"])


@case("BagIt: a manifest-sha256.txt in each of its spellings")
def _(site):
    digest = hashlib.sha256(b"").hexdigest()
    with Folder() as folder:
        path = folder.put("manifest-sha256.txt",
                          f"{digest} data/a\r\n{digest}  data/b c\r\n"
                          f"{digest}\tdata/d\r\n{digest} *data/e\r\n")
        same_keys(site, curl(site, "-F", f"manifest=@{path}"),
                  ["data/a", "data/b c", "data/d", "data/e"])


@case("sha256sum: a line that is none is that entry's error")
def _(site):
    digest = hashlib.sha256(b"").hexdigest()
    path = batch_path() + query(manifestFormat="sha256sum", **FIELDS)
    body = f"{digest}  a\n{digest[:32]}  b\n\\{digest}  c\\x\n{digest}  d\n"
    answer = raw(site, body, "text/plain", path)
    equal([(error["code"], error["source"]["pointer"])
           for error in answer.errors],
          [(MALFORMED, "/manifest/1"), (MALFORMED, "/manifest/2")])
    answer = raw(site, body, "text/plain", path + "&onError=report")
    equal([("error" in entry) for entry in site.issued_as(answer)],
          [False, True, True, False])


# Which format? ---------------------------------------------------------------

DIGEST = hashlib.sha256(b"a").hexdigest()
BODIES = {"json": '["a", {"key": "b"}]', "ndjson": '"a"\n{"key": "b"}\n',
          "lines": "a\nb\n", "csv": "key,ttlSeconds\na,900\nb,\n",
          "sha256sum": f"{DIGEST}  a\n{DIGEST} *b\n"}


@case("a manifest is told by its type, its name, its content, or outright")
def _(site):
    names = {"json": "m.json", "ndjson": "m.jsonl", "lines": "m.lst",
             "csv": "m.CSV", "sha256sum": "m.sha256"}
    kinds = {"json": "application/json", "ndjson": "application/x-ndjson",
             "csv": "text/csv"}
    with Folder() as folder:
        for name, body in BODIES.items():
            bare = folder.put(f"{name}/manifest", body)
            named = folder.put(f"{name}/{names[name]}", body)
            same_keys(site, curl(site, "-F", f"manifest=@{bare}"),
                      ["a", "b"])
            same_keys(site, curl(site, "-F", f"manifest=@{named}"),
                      ["a", "b"])
            same_keys(site, curl(site, "-F", f"manifest=<{bare}"),
                      ["a", "b"])
            same_keys(site, curl(site, "-F", f"manifest=@{bare}",
                                 "-F", f"manifestFormat={name}"), ["a", "b"])
            same_keys(site, curl(site, "-F",
                                 f"manifest=@{bare};filename=m.xml",
                                 manifestFormat=name), ["a", "b"])
            if name in kinds:
                same_keys(site, curl(
                    site, "-F", f"manifest=@{bare};type={kinds[name]};"
                    "filename=wrong.txt"), ["a", "b"])
            same_keys(site, raw(site, form({**FIELDS, "manifest": body}),
                                "application/x-www-form-urlencoded",
                                accept="application/json"), ["a", "b"])


@case("what is said outright wins over type, name and content")
def _(site):
    text = "key\n\"a\"\n"
    answer = multipart(site, fields_as_parts() + [
        part("manifest", text, "a.csv", "text/csv"),
        part("manifestFormat", "lines")])
    equal(keys_of(site, answer), ["key", '"a"'])
    answer = raw(site, text, "text/csv", batch_path()
                 + query(manifestFormat="lines", **FIELDS))
    equal(keys_of(site, answer), ["key", '"a"'])


@case("what only looks like a format is refused, not taken for keys")
def _(site):
    for text, code in (("[draft]\na\n", MALFORMED),
                       ("key,size\na,1\n", UNKNOWN),
                       ("\"key\"\n\"a\"\n", MALFORMED),
                       ("Key\na\n", MALFORMED),
                       ("\"a\nb\"\n", MALFORMED)):
        answer = multipart(site, fields_as_parts() + [
            part("manifest", text, "list")])
        refused(site, answer, 400, code, "/manifest", "manifestFormat")
        answer = multipart(site, fields_as_parts() + [
            part("manifest", text, "list"), part("manifestFormat", "lines")])
        equal(keys_of(site, answer), text.splitlines())


@case("the command line tells a manifest by its name as the service does")
def _(site):
    with Folder() as folder:
        for name, file in (("csv", "a.csv"), ("sha256sum", "SHA256SUMS"),
                           ("json", "a.json"), ("lines", "a.lst")):
            path = folder.put(file, BODIES[name])
            done = subprocess.run(
                [MINTAGE, "mint", "--config", site.settings.path, "--bucket",
                 DOWN, "--permission", "object-read-only", "--each",
                 "--parent", PORTAL, path], stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=60,
                env=site.environment(), check=False)
            equal((done.returncode, done.stderr), (0, b""), "mintage")
            entries = json.loads(done.stdout)["result"]
            equal([entry["key"] for entry in entries], ["a", "b"], file)


# Uploads ---------------------------------------------------------------------

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


# What isn't multipart --------------------------------------------------------

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
bad_multipart("another boundary than is said", GOOD_PARTS, "does not begin",
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
    part("manifest", "a", "a.csv", "text/csv; charset=utf-16")], "UTF-8")
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
