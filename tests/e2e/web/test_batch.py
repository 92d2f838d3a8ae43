#!/usr/bin/python3
"""The route for a batch: every shape in, every shape out, in bulk."""
import html.parser
import json
import sys

sys.path.insert(1, sys.path[0] + "/../lib")
from endpoint import WRITE_ONLY, make_site
from harness import (ACCOUNT, AWKWARD, SANITIZED, batch_path, case, comment,
                     equal, form, main, need, peak_memory, real_names)
from judge import Judge

SHAPED = 20000
BATCH = 10000
LARGE = 100000
MEMORY_MAX = 32 << 20


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


if __name__ == "__main__":
    main(make_site)
