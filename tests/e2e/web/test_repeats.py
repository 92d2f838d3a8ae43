#!/usr/bin/python3
"""One key that is named twice: with the same terms, or with different ones."""
import os
import sys

sys.path.insert(1, sys.path[0] + "/../lib")
from harness import (ACCOUNT, SRC, Site, batch_path, case, equal, main, need,
                     query)

BUCKET = "portal-downloads"
READ = {"bucket": BUCKET, "permission": "object-read-only"}
LINKS = f"/accounts/{ACCOUNT}/r2/presigned-urls"
A, B = "a" * 64, "b" * 64


def batch(site, objects, **more):
    return site.batch({**READ, "objects": objects, **more})


def links(site, objects, **more):
    return site.request("POST", LINKS, token="bulk", json={
        "bucket": BUCKET, "objects": objects, **more})


def refused(answer, *places):
    """Assert that the whole request is refused for these entries."""
    equal(answer.status, 400, answer.text[:500])
    equal([error["source"]["pointer"] for error in answer.errors],
          list(places), answer.text)
    equal({error["code"] for error in answer.errors}, {11005})


@case("same-key-twice.sha256: refused, by both entries and what differs")
def _(site):
    with open(os.path.join(SRC, "tests/cases/manifests",
                           "same-key-twice.sha256"), "rb") as file:
        body = file.read()
    for path, fields in ((batch_path(), READ), (LINKS, {"bucket": BUCKET}),
                         (LINKS, {"bucket": BUCKET, "method": "PUT"}),
                         (batch_path().removesuffix("/batch"), READ)):
        answer = site.request("POST", path + query(
            **fields, manifestFormat="sha256sum"), body, "bulk",
                              headers={"Content-Type": "text/plain"})
        refused(answer, "/manifest/1")
        need("entries 1 and 2 name one key, and differ in sha256"
             in answer.errors[0]["message"], answer.text)


@case("what may differ: each of the terms, and it is named")
def _(site):
    for member, value in (("ttlSeconds", 60), ("method", "HEAD"),
                          ("filename", "x"), ("sha256", A)):
        refused(links(site, [{"key": "a", member: value}, "b", "a"]),
                "/objects/2")
        answer = links(site, ["a", "b", {"key": "a", member: value}])
        refused(answer, "/objects/2")
        need(f"entries 1 and 3 name one key, and differ in {member}: "
             in answer.errors[0]["message"], answer.text)
    for member, value in (("contentType", "a/b"), ("contentLength", 0),
                          ("sha256", A)):
        refused(links(site, ["a", {"key": "a", member: value}], method="PUT"),
                "/objects/1")
    refused(links(site, [{"key": "a", "sha256": A}, {"key": "a", "sha256": B}],
                  method="PUT"), "/objects/1")
    refused(batch(site, [{"key": "a", "ttlSeconds": 60, "sha256": A},
                         {"key": "a", "ttlSeconds": 60, "sha256": B}]),
            "/objects/1")
    for member, value in (("ttlSeconds", 60), ("actions", ["GetObject"]),
                          ("permission", "object-write-only")):
        refused(batch(site, ["a", {"key": "a", member: value}],
                      permission="object-read-write"), "/objects/1")


@case("terms are compared as they are settled: what is the default is no other")
def _(site):
    for objects in (["a", "a"], ["a", {"key": "a", "ttlSeconds": 900}],
                    [{"key": "a", "ttlSeconds": "15m"}, "a"],
                    [{"key": "a", "permission": "object-read-only"}, "a"],
                    [{"key": "a", "sha256": A}, {"key": "a",
                                                 "sha256": A.upper()}]):
        answer = batch(site, objects)
        equal([entry["key"] for entry in site.issued_as(answer)], ["a", "a"])
    equal(len(links(site, ["a", {"key": "a", "method": "GET"}]).result), 2)
    # A key and a prefix are two things.
    answer = batch(site, [{"key": "a/", "ttlSeconds": 60}], prefixes=["a/"])
    equal(len(site.issued_as(answer)), 2)


@case("a bare list that names a key twice is answered twice")
def _(site):
    answer = site.manifest(b"a\nb\na\n", "text/plain", **READ)
    equal([entry["key"] for entry in site.issued_as(answer)], ["a", "b", "a"])


@case("over several lists too")
def _(site):
    answer = site.batch({**READ, "objects": ["x", "a", {
        "key": "a", "ttlSeconds": 60}], "prefixes": [
            "p/", "p/", {"key": "p/", "ttlSeconds": 60}]})
    refused(answer, "/objects/2", "/prefixes/2")
    need("entries 4 and 6 name one key" in answer.errors[1]["message"],
         answer.text)


@case("onError=report: all entries of such a key are refused, the others not")
def _(site):
    objects = ["a", "b", {"key": "a", "ttlSeconds": 60}, "c", "a",
               {"key": "c", "ttlSeconds": 900}, {"key": "d", "ttlSeconds": 0}]
    for format in ("json", "ndjson"):
        answer = batch(site, objects, onError="report", format=format)
        equal((answer.headers["Mintage-Count"],
               answer.headers["Mintage-Failed"]), ("7", "4"))
    rows = site.issued_as(batch(site, objects, onError="report"))
    equal([row["key"] for row in rows if "error" not in row], ["b", "c", "c"])
    wrong = {row["error"]["message"] for row in rows
             if "error" in row and row["key"] == "a"}
    equal(wrong, {"entries 1 and 3 name one key, and differ in ttlSeconds: "
                  "name it once, or ask for each in a request of its own"})
    rows = links(site, [{"key": "a", "filename": "x"}, "b", "a"],
                 onError="report").result
    equal(["url" in row for row in rows], [False, True, False])
    line = site.audit(batch(site, objects, onError="report").id, "issue",
                      "outcome")[0]
    equal((line["count"], line["failed"]), (3, 4))


@case("a hundred thousand digests, and one key twice among them")
def _(site):
    lines = [f"{n:064x}  dir/{n}" for n in range(100000)]
    path = LINKS + query(bucket=BUCKET, format="text",
                         manifestFormat="sha256sum")
    kind = {"Content-Type": "text/plain"}
    answer = site.request("POST", path, "\n".join(lines), "bulk", headers=kind)
    equal((answer.status, answer.text.count("\n")), (200, 100000))
    lines[99999] = f"{7:064x}  dir/5"
    answer = site.request("POST", path, "\n".join(lines), "bulk", headers=kind)
    refused(answer, "/manifest/99999")
    need("entries 6 and 100000 name" in answer.text, answer.text)


if __name__ == "__main__":
    main(lambda: Site("fastcgi"))
