#!/usr/bin/python3
"""What people are told: the form comes back with each error at its field."""
import sys

sys.path.insert(1, sys.path[0] + "/../lib")
from harness import batch_path, case, equal, form, main, need, query
from refusals import (BAD_VALUE, GOOD, MALFORMED, UNKNOWN, make_site, post,
                      refused)


@case("for a browser it is the form again, with each error at its field")
def _(site):
    fields = {"bucket": "My_<Bucket>", "permission": "object-read-only",
              "ttlSeconds": "0", "objects": "a\n<b>"}
    answer = post(site, form(fields), batch_path(), headers={
        "Content-Type": "application/x-www-form-urlencoded",
        "Accept": "text/html"})
    equal(answer.status, 400)
    equal(answer.headers["Content-Type"], "text/html; charset=utf-8")
    need("My_&lt;Bucket&gt;" in answer.text, "the bucket is not filled in")
    need("&lt;b&gt;" in answer.text, "the objects are not filled in")
    need("<Bucket>" not in answer.text and "<b>" not in answer.text,
         "what was sent became markup")
    site.audit(answer.id, "refused")


@case("for a browser, errors that belong to no field say what they speak of")
def _(site):
    answer = post(site, form({
        "bucket": "portal-downloads", "permission": "object-read-only",
        "objects": "a", "objcts": "b", "ttlSecnds": "60"}), batch_path(),
        headers={"Content-Type": "application/x-www-form-urlencoded",
                 "Accept": "text/html"})
    equal(answer.status, 400)
    for name in ("/objcts", "/ttlSecnds"):
        need(f"<code>{name}</code>: " in answer.text, answer.text)


@case("a list of something else, pasted where keys belong, is named")
def _(site):
    digest = "0" * 64
    for text, looks, remedy in (
            (f"{digest}  a.txt\n{digest}  b.txt", "sha256sum", "field manifest"),
            ("d41d8cd98f00b204e9800998ecf8427e  a.txt", "MD5", "sha256sum"),
            ("total 4\n-rw-r--r-- 1 ann ann 3 Jan  1 00:00 a.txt", "ls -l",
             "find"),
            ("s3://bucket/a.txt\ns3://bucket/b.txt", "addresses",
             "manifestFormat=lines")):
        for field in ("objects", "prefixes"):
            answer = post(site, form({
                "bucket": "portal-downloads", field: text,
                "permission": "object-read-only"}), batch_path(), headers={
                    "Content-Type": "application/x-www-form-urlencoded",
                    "Accept": "application/json"})
            for words in (looks, remedy):
                refused(site, answer, 400, BAD_VALUE, "/" + field, words)


@case("for a browser it is the form again, whatever format it chose")
def _(site):
    for fields, place in (
            ({"bucket": "My", "format": "csv"}, "bucket-wrong-"),
            ({"bucket": "portal-downloads", "format": "process"},
             "format-wrong-"),
            ({"bucket": "portal-downloads", "format": "cvs"},
             "format-wrong-")):
        fields = {**fields, "permission": "object-read-only",
                  "objects": "public/a\npublic/b"}
        answer = post(site, form(fields), batch_path(), headers={
            "Content-Type": "application/x-www-form-urlencoded",
            "Accept": "text/html,*/*;q=0.8"})
        equal((answer.status, answer.headers["Content-Type"]),
              (400, "text/html; charset=utf-8"), str(fields))
        need(place in answer.text, f"{fields} has no mark at its field")
        need("public/a\npublic/b" in answer.text, "what was typed is gone")
    need("did you mean &#39;csv&#39;?" in answer.text, answer.text)
    # Who takes anything is no browser.
    answer = post(site, form(fields), batch_path(), headers={
        "Content-Type": "application/x-www-form-urlencoded",
        "Accept": "*/*"})
    refused(site, answer, 400, BAD_VALUE, "/format")


@case("what could not be read is not called missing")
def _(site):
    body = '{"objects":["a",],"bucket":"b","permission":"object-read-only"}'
    answer = post(site, body, batch_path())
    refused(site, answer, 400, MALFORMED, [""], "line 1, column 17")


@case("a list that was sent as a form by mistake: what to send it as")
def _(site):
    answer = post(site, "public/a\npublic/b\n", batch_path() + query(
        bucket="portal-downloads", permission="object-read-only"), headers={
            "Content-Type": "application/x-www-form-urlencoded",
            "Accept": "application/json"})
    refused(site, answer, 400, MALFORMED, [""], "text/plain")


@case("a pointer to a field of any name is one of RFC 6901")
def _(site):
    refused(site, site.single({**GOOD, "a/b~c": 1}), 400, UNKNOWN,
            "/a~1b~0c", "'a/b~c'")


@case("a manifest's format that isn't: those that are")
def _(site):
    for name, words in (("xml", "json, ndjson, lines, csv or sha256sum"),
                        ("jsno", "did you mean 'json'")):
        answer = site.manifest("a", "text/plain", bucket="portal-downloads",
                               permission="object-read-only",
                               manifestFormat=name)
        refused(site, answer, 400, BAD_VALUE, "/manifestFormat",
                (words, f"'{name}'"))


if __name__ == "__main__":
    main(make_site)
