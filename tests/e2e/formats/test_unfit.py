#!/usr/bin/python3
"""What a format can't carry, and how answers end."""
import re
import sys

sys.path.insert(1, sys.path[0] + "/../lib")
from harness import case, equal, main, need
from reading import (BUCKET, batch, ended, links, links_path, make_site,
                     single, whole)

# What can't be carried -------------------------------------------------------

NO_FILES = ["/absolute", "//x", "a//b", "folder/"]
# Parts of more than 255 bytes: a file's, a folder's, and in letters of two.
LONG = ["n" * 256, "x/" + "n" * 256, "n" * 256 + "/x", "\u00e4" * 128]
NO_LINES = ["a\nb", "a\rb", "tab\t", "\x01", "del\x7f"]

UNFIT = {
    "aws": (batch, NO_LINES),
    "rclone": (batch, NO_LINES),
    "curl": (links, NO_FILES + LONG),
    "aria2": (links, NO_FILES + LONG + NO_LINES + [" a", "a ", "x/${HOME}"]),
    "metalink": (links, NO_FILES + LONG + NO_LINES + ["\ufffe", "x\uffff"]),
}


def ask(site, how, name, keys, **more):
    return batch(site, name, objects=keys, **more) if how is batch \
        else links(site, keys, name, **more)


@case("what a format can't carry is that entry's error, never a mangled line")
def _(site):
    for name, (how, keys) in UNFIT.items():
        answer = ask(site, how, name, ["good"] + keys)
        equal(answer.status, 400, name)
        equal([error["source"]["pointer"] for error in answer.errors],
              [f"/objects/{n + 1}" for n in range(len(keys))], name)
        need(all(f"format '{name}' can't carry this: " in error["message"]
                 for error in answer.errors), answer.errors)
        answer = ask(site, how, name, ["good"] + keys, onError="report")
        whole(answer, len(keys) + 1, len(keys))
        # Anything else takes them all.
        whole(ask(site, how, "json", ["good"] + keys), len(keys) + 1)


@case("a file's name has up to 255 bytes, folders apart; a download name counts")
def _(site):
    longest = ["n" * 255, "f" * 255 + "/" + "n" * 255, "\u00e4" * 127 + "n"]
    named = {"key": "n" * 300, "filename": "short"}
    for name in ("curl", "aria2", "metalink"):
        whole(links(site, [*longest, named], name), len(longest) + 1)
        answer = links(site, ["a", {"key": "k", "filename": "n" * 256}], name)
        equal([error["source"]["pointer"] for error in answer.errors],
              ["/objects/1"], name)
        need("more than 255 bytes" in answer.errors[0]["message"],
             answer.text)
    # curl needs no file to ask for the size of an object or to delete it.
    for method in ("HEAD", "DELETE"):
        whole(links(site, [{"key": "n" * 256, "method": method}], "curl"), 1)
    # Nor does it matter where the format names no file.
    for name in ("json", "ndjson", "csv", "text"):
        whole(links(site, ["n" * 256], name), 1)


@case("formats that only fetch take no other links than GET")
def _(site):
    for name in ("aria2", "metalink"):
        for method in ("HEAD", "PUT", "DELETE"):
            answer = links(site, ["a", {"key": "b", "method": method}], name)
            equal([error["source"]["pointer"] for error in answer.errors],
                  ["/objects/1"], f"{name}, {method}")


@case("a format for one holds one, a format for links no credentials")
def _(site):
    for name in ("env", "process", "container"):
        whole(single(site, name, objects=["a", "b"]), 1)
        whole(batch(site, name, objects=["a"]), 1)
        answer = batch(site, name, objects=["a", "b"])
        equal([error["source"]["pointer"] for error in answer.errors],
              ["/format"], name)
    for name in ("env", "aws", "process", "container", "rclone"):
        equal(links(site, ["a"], name).status, 400, name)
    for name in ("text", "curl", "aria2", "metalink"):
        equal(batch(site, name, objects=["a"]).status, 400, name)
        equal(single(site, name, objects=["a"]).status, 400, name)


@case("the form and GET / say what holds what")
def _(site):
    page = site.request("GET", "/", token="web",
                        headers={"Accept": "text/html"}).text
    offered = dict(re.findall(r'<option value="([a-z0-9-]+)"[^>]*>([^<]*)<',
                              page))
    equal([offered[name] for name in ("json", "env", "curl", "wget-list")],
          ["json", "env (credentials)", "curl (links)", "wget-list"])
    listed = {entry["name"]: (entry["credentials"], entry["links"])
              for entry in site.request("GET", "/", token="web", headers={
                  "Accept": "application/json"}).json["formats"]}
    equal([listed[name] for name in ("json", "env", "curl", "wget-list")],
          [(True, True), (True, False), (False, True), (True, True)])


@case("Accept chooses csv, text and metalink; the others go by name alone")
def _(site):
    fields = {"bucket": BUCKET, "objects": ["a"]}
    for accept, found in (
            ("text/csv", "text/csv; charset=utf-8; header=present"),
            ("text/plain", "text/plain; charset=utf-8"),
            ("application/metalink4+xml", "application/metalink4+xml"),
            ("text/x-wget", "text/x-wget;charset=utf-8"),
            ("*/*", "application/json"), ("text/*", "text/html; "
                                          "charset=utf-8")):
        answer = site.request("POST", links_path(), token="bulk", json=fields,
                              headers={"Accept": accept})
        equal((answer.status, answer.headers["Content-Type"]), (200, found))
    fields["permission"] = "object-read-only"
    answer = site.batch(fields, headers={"Accept": "text/plain"})
    equal(answer.status, 406)


@case("what is plain text is never taken for a page")
def _(site):
    for name in ("csv", "env", "aws", "rclone"):
        equal(batch(site, name, objects=["<b>x</b>"])
              .headers["X-Content-Type-Options"], "nosniff", name)
    for name in ("csv", "text", "curl", "aria2", "metalink"):
        equal(links(site, ["<b>x</b>"], name)
              .headers["X-Content-Type-Options"], "nosniff", name)


# Cut short -------------------------------------------------------------------

@case("an answer of each format with comments ends with how many there were")
def _(site):
    for name in ("curl", "aria2"):
        ended(links(site, [f"k/{n}" for n in range(123)], name), 123)
    for name in ("aws", "rclone"):
        ended(batch(site, name, objects=[f"k/{n}" for n in range(123)]), 123)


if __name__ == "__main__":
    main(make_site)
