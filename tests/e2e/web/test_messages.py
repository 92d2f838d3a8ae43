#!/usr/bin/python3
"""What is said to people and to programs of many entries at once."""
import os
import sys

sys.path.insert(1, sys.path[0] + "/../lib")
from harness import (ACCOUNT, SRC, Site, batch_path, case, equal, form, main,
                     need, query)

BUCKET = "portal-downloads"
LINKS = f"/accounts/{ACCOUNT}/r2/presigned-urls"
OUTSIDE = ("is not within this caller's reach: keys must begin with public/ "
           "or users/ann/")


def sent(name):
    with open(os.path.join(SRC, "tests/cases/manifests", name), "rb") as file:
        return file.read()


def credentials(site, body, token="bulk", **fields):
    """Send a list as the body, for a credential for each of its keys."""
    return site.manifest(body, "text/plain", token, bucket=BUCKET,
                         permission="object-read-only", **fields)


def links(site, body, token="bulk", **fields):
    return site.request("POST", LINKS + query(bucket=BUCKET, **fields), body,
                        token, headers={"Content-Type": "text/plain"})


def page(site, path, **fields):
    return site.request("POST", path, form({"bucket": BUCKET, **fields}),
                        "web", headers={
                            "Content-Type":
                            "application/x-www-form-urlencoded",
                            "Accept": "text/html"})


# Warnings --------------------------------------------------------------------

@case("find-dot.txt: credentials as they stand, and one warning with a count")
def _(site):
    keys = sent("find-dot.txt").decode().splitlines()
    answer = credentials(site, sent("find-dot.txt"))
    equal([entry["key"] for entry in site.issued_as(answer)], keys)
    [message] = answer.json["messages"]
    need(message.startswith("/manifest/0 and 3 more entries: this key begins "
                            "with ./"), message)
    need("find . -type f -printf '%P\\n'" in message, message)


@case("find-dot.txt: links are refused, with the command that lists keys")
def _(site):
    answer = links(site, sent("find-dot.txt"))
    equal(answer.status, 400)
    equal([error["source"]["pointer"] for error in answer.errors],
          [f"/manifest/{n}" for n in range(4)])
    need(all("find . -type f -printf '%P\\n'" in error["message"]
             for error in answer.errors), answer.text)


@case("windows-paths.txt: one warning and a count")
def _(site):
    for ask in (credentials, links):
        answer = ask(site, sent("windows-paths.txt"))
        site.issued.update(entry["secretAccessKey"] for entry in answer.result
                           if "secretAccessKey" in entry)
        equal([entry["key"] for entry in answer.result],
              ["reports\\2026\\a.pdf", "C:\\Users\\me\\a.pdf",
               "\\\\srv\\share\\a.pdf"])
        [message] = answer.json["messages"]
        need(message.startswith("/manifest/0 and 2 more entries: this key has "
                                "a drive or a \\"), message)


@case("addresses and blanks at an end are warned of in each kind of list")
def _(site):
    keys = ["s3://bucket/a", "ok", " a", "https://x/y", "a "]
    lines = "".join(key + "\n" for key in keys)
    asked = {"bucket": BUCKET, "permission": "object-read-only"}
    for answer in (
            credentials(site, lines.encode(), manifestFormat="lines"),
            site.batch({**asked, "objects": keys}),
            site.manifest("key\n" + "".join(f'"{key}"\n' for key in keys),
                          "text/csv", **asked)):
        equal([entry["key"] for entry in site.issued_as(answer)], keys)
        address, blank = answer.json["messages"]
        need("/0 and 1 more entry: this key is an address" in address, address)
        need("/2 and 1 more entry: this key begins or ends with a blank"
             in blank, blank)


@case("every format's answer has the warnings in its head, in words")
def _(site):
    for format in ("json", "ndjson", "html", "csv", "aws", "rclone"):
        answer = credentials(site, b"ok\n./a\n./b\n", format=format)
        equal(answer.status, 200, format)
        [line] = answer.headers.get_all("Mintage-Warning")
        need(line.startswith("2 entries, the first is entry 2: this key "
                             "begins with ./"), line)
    for format in ("text", "csv", "ndjson"):
        answer = links(site, b"a//b\n", format=format)
        [line] = answer.headers.get_all("Mintage-Warning")
        need(line.startswith("entry 1: this key begins with / or"), line)
    equal(credentials(site, b"ok\n").headers.get_all("Mintage-Warning"), None)
    need("2 entries, the first is entry 2: this key begins" in
         credentials(site, b"ok\n./a\n./b\n", format="html").text,
         "the page doesn't say it")


@case("all warnings at once fit in the head of an answer")
def _(site):
    keys = ["./a\\", "s3://x", "/a ", "cafe\u0301", "\tb"]
    answer = site.request("POST", LINKS, token="bulk", json={
        "bucket": BUCKET, "objects": keys[1:]})
    equal(len(answer.headers.get_all("Mintage-Warning")), 4)
    answer = site.batch({"bucket": BUCKET, "objects": keys,
                         "permission": "object-read-only",
                         "prefixes": ["p"]})
    site.issued_as(answer)
    equal(len(answer.headers.get_all("Mintage-Warning")), 6)
    need(len(str(answer.headers)) < 3000, str(answer.headers))


# Errors ----------------------------------------------------------------------

@case("a key outside of the prefixes: the remedy names what keys begin with")
def _(site):
    answer = credentials(site, b"public/a\nprivate/b\n", "web")
    equal((answer.status, answer.errors[0]["source"]["pointer"],
           answer.errors[0]["message"]),
          (403, "/manifest/1", "'private/b' " + OUTSIDE))


@case("a program gets an error for each entry: a hundred, then how many more")
def _(site):
    body = "".join(f"private/{n}\n" for n in range(130)).encode()
    answer = credentials(site, b"public/a\n" + body, "web")
    equal(answer.status, 403)
    equal([error.get("source", {}).get("pointer") for error in answer.errors],
          [f"/manifest/{n + 1}" for n in range(100)] + [None])
    need("30 more" in answer.errors[-1]["message"], answer.text)


@case("a person gets one line of a hundred equal errors, in the page")
def _(site):
    keys = "public/a\n" + "".join(f"private/{n}\n" for n in range(130))
    answer = page(site, batch_path(), permission="object-read-only",
                  objects=keys + "x" * 1025 + "\n")
    equal(answer.status, 403)
    text = answer.text.replace("&#39;", "'").replace("&#x27;", "'")
    equal(text.count("is not within this caller"), 1)
    need("130 entries, the first is entry 2: 'private/0' " + OUTSIDE in text,
         text)
    # What is another error has a line of its own, and its own number; the
    # hundred that were kept came before it here.
    need("1 more" in text, text)


@case("errors that differ stay apart, each with the number people count")
def _(site):
    answer = page(site, batch_path(), permission="object-read-only",
                  objects="private/a\npublic/a\n" + "x" * 1025 + "\nother\n")
    text = answer.text.replace("&#39;", "'").replace("&#x27;", "'")
    need("2 entries, the first is entry 1: 'private/a' " in text, text)
    need("Entry 3: " in text, text)


if __name__ == "__main__":
    main(lambda: Site("fastcgi", lambda settings: settings.sections[
        "caller web"].update({"max-entries": "1000"})))
