#!/usr/bin/python3
"""`mintage mint`: what comes out. PyJWT judges the tokens."""
import json
import subprocess
import sys
import time

sys.path.insert(1, sys.path[0] + "/../lib")
from harness import MINTAGE, case
from place import (ACCOUNT, HOST, KEY_ID, LIMIT, Place, READ, claims_of, main,
                   remember, same)


@case("one object: a credential that PyJWT verifies, claim by claim")
def _():
    with Place() as place:
        before = int(time.time())
        claims = claims_of(place.result(READ, "--object", "a b/ä.txt"))
        assert before <= claims["iat"] <= time.time(), claims
        same(claims, {
            "bucket": "downloads", "scope": "object-read-only",
            "sub": ACCOUNT, "iss": KEY_ID, "aud": HOST, "iat": claims["iat"],
            "exp": claims["iat"] + 900,
            "paths": {"prefixPaths": [], "objectPaths": ["a b/ä.txt"]}})


@case("all that is named is in one credential, newlines and quotes too")
def _():
    with Place() as place:
        place.write("list.txt", "three\nfour\n")
        keys = ["one\ntwo", 'a"b\\c', "-", "\U0001f600", "\x01"]
        options = [f"--object={key}" for key in keys]
        claims = claims_of(place.result(
            READ, *options, "--prefix", "p/", "list.txt", "--ttl", "604800"))
        same(claims["paths"], {"prefixPaths": ["p/"],
                               "objectPaths": [*keys, "three", "four"]})
        same(claims["exp"] - claims["iat"], 604800)


@case("nothing named is the whole bucket")
def _():
    with Place() as place:
        assert "paths" not in claims_of(place.result(READ))
        # As when a list is piped in and "-" was forgotten.
        done = place.run("mint", "--bucket=downloads", READ)
        same(done.returncode, 0)
        assert "the whole bucket" in done.said, done.said


@case("actions are sent alone, and object-write-only as actions")
def _():
    with Place() as place:
        claims = claims_of(place.result("--actions", "GetObject,HeadObject"))
        same(sorted(claims["actions"]), ["GetObject", "HeadObject"])
        assert "scope" not in claims
        claims = claims_of(place.result(
            "--permission", "object-read-write", "--actions", "PutObject"))
        same(claims["actions"], ["PutObject"])
        claims = claims_of(place.result("--permission", "object-write-only"))
        assert "scope" not in claims and "PutObject" in claims["actions"]
        assert "GetObject" not in claims["actions"]
        assert "UploadPartCopy" not in claims["actions"]


@case("--each: one an entry, in the order objects, prefixes, manifest")
def _():
    with Place() as place:
        place.write("list", "m1\r\n\n m2\n")
        result = place.result(READ, "--each", "--prefix", "p/", "--object", "o",
                              "list")
        same([each.get("key", each.get("prefix")) for each in result],
             ["o", "p/", "m1", " m2"])
        for each in result:
            paths = claims_of(each)["paths"]
            kind = "prefixPaths" if "prefix" in each else "objectPaths"
            same(paths[kind], [each.get("key", each.get("prefix"))])
            same(sum(map(len, paths.values())), 1)


@case("ndjson is a line an entry and a last line; html is a page")
def _():
    with Place() as place:
        done = place.mint(READ, "--each", "--format=ndjson", "-",
                          stdin=b"a\nb\n")
        lines = [json.loads(line) for line in done.stdout.splitlines()]
        same([line.get("key") for line in lines], ["a", "b", None])
        for line in lines[:-1]:
            remember(line)
            claims_of(line)
        same(lines[-1]["success"], True)
        same(lines[-1]["result_info"]["count"], 2)
        done = place.mint(READ, "--object", "<b>", "--each", "--format", "html")
        assert b"<html" in done.stdout and b"<b>" not in done.stdout


@case("100,000 keys through a pipe, as many credentials out")
def _():
    with Place() as place:
        keys = [f"folder {i % 97}/file-{i}.bin" for i in range(100000)]
        done = place.mint(READ, "--each", "--format=ndjson", "-",
                          stdin="\n".join(keys).encode())
        lines = done.stdout.splitlines()
        same(len(lines), 100001)
        same(json.loads(lines[-1])["result_info"],
             {"count": 100000, "failed": 0})
        entries = [json.loads(line) for line in lines[:-1]]
        same([entry["key"] for entry in entries], keys)
        same(len({entry["sessionToken"] for entry in entries}), 100000)
        for entry in entries[::100]:
            same(claims_of(entry)["paths"]["objectPaths"], [entry["key"]])


@case("single and batch through a file are what they are through a pipe")
def _():
    with Place() as place:
        path = place.write("list", "".join(f"k{i}\n" for i in range(5000)))
        with open(path, "rb") as file:
            done = subprocess.run(
                [MINTAGE, "mint", "--bucket=downloads", READ, "--each", "-"],
                stdin=file, capture_output=True, timeout=LIMIT, check=True,
                env=place.environment())
        same(len(json.loads(done.stdout)["result"]), 5000)
        same(len(place.result(READ, "--each", path)), 5000)


if __name__ == "__main__":
    main(runs=10, words=10000)
