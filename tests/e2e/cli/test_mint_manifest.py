#!/usr/bin/python3
"""`mintage mint` with a manifest: its format, its entries, what is refused."""
import json
import sys

sys.path.insert(1, sys.path[0] + "/../lib")
from harness import case
from place import CONFIG, Place, READ, claims_of, main, same


@case("a manifest's format is by option, else by an ending that tells, "
      "else by content")
def _():
    cases = [
        ("m.json", '["a","b"]', [], ["a", "b"]),
        ("m.json", '{"objects":["a"],"prefixes":["p/"]}', [], ["a", "p/"]),
        ("m.ndjson", '"a"\n{"key":"b"}\n', [], ["a", "b"]),
        ("m.JSONL", '"a"\n', [], ["a"]),
        ("m.txt", '"a"\n[b\n', ["--manifest-format=lines"], ['"a"', "[b"]),
        ("m.txt", "a\n[b\n", [], ["a", "[b"]),
        ("m.lst", '{"key":"a"}\n', [], ["a"]),
        ("m.txt", "key,ttlSeconds\na,60\n", [], ["a"]),
        ("m", '["a","b"]', [], ["a", "b"]),
        ("m", "a,b\n", [], ["a,b"]),
        ("m.json", "a\nb\n", ["--manifest-format=lines"], ["a", "b"]),
        ("m.txt", '["a"]', ["--manifest-format=json"], ["a"]),
    ]
    with Place() as place:
        for name, text, options, keys in cases:
            place.write(name, text)
            result = place.result(READ, "--each", *options, name)
            same([each.get("key", each.get("prefix")) for each in result],
                 keys, name)


@case("an entry's own permission, actions and ttl hold for it alone")
def _():
    with Place() as place:
        place.write("m.json", json.dumps([
            "a", {"key": "b", "ttlSeconds": 60},
            {"key": "c", "permission": "object-read-write"},
            {"key": "d", "actions": ["HeadObject"]}]))
        a, b, c, d = map(claims_of, place.result(READ, "--each", "m.json"))
        same((a["scope"], a["exp"] - a["iat"]), ("object-read-only", 900))
        same((b["scope"], b["exp"] - b["iat"]), ("object-read-only", 60))
        same((c["scope"], c["exp"] - c["iat"]), ("object-read-write", 900))
        same((d["actions"], "scope" in d), (["HeadObject"], False))


@case("bad manifests are refused with the place of what is wrong")
def _():
    cases = [
        ("empty.txt", "", "empty"),
        ("blank.txt", "\n\n", "/manifest"),
        ("none.json", "[]", "/manifest"),
        ("cut.json", '["a",', "line 1"),
        ("m.json", '[{"key":"a","kye":"b"}]', ["entry 1", "kye"]),
        ("m.json", '[{"key":"a","key":"b"}]', "entry 1"),
        ("m.json", '{"objects":[],"prefixes":["p/"]}', "/manifest/objects"),
        ("m.txt", "a\n" + 1025 * "b" + "\n", "entry 2"),
        ("m.txt", b"a\nb\nc\xff\n", "entry 3"),
        ("m.json", '["a\\u0000"]', "entry 1"),
        ("m.json", '["\\ud800"]', "entry 1"),
        ("m.csv", "key\na,b\n", ["/manifest", "line 2"]),
        ("m.csv", "kye\na\n", ["/manifest", "kye"]),
        ("deep.json", 1000 * "[", "/manifest"),
    ]
    with Place() as place:
        for name, text, words in cases:
            place.write(name, text)
            for each in [["--each"], []]:
                place.refused("mint", "--bucket=downloads", READ, *each, name,
                              says=words)
        place.refused("mint", "--bucket=downloads", READ, "missing",
                      says=["missing", "No such file"])
        place.refused("mint", "--bucket=downloads", READ, place.folder,
                      says=place.folder)
        place.refused("mint", "--bucket=downloads", READ, "-",
                      says="empty")


@case("a manifest from a pipe may be as long as max-body")
def _():
    with Place(CONFIG.replace("templates", "max-body = 1K\ntemplates")) as place:
        place.result(READ, "-", stdin=b"a\n" * 100)
        place.refused("mint", "--bucket=downloads", READ, "-", "--each",
                      stdin=b"a\n" * 1000, says="1024 bytes")


@case("more than max-entries is refused")
def _():
    with Place(CONFIG.replace("templates", "max-entries = 3\ntemplates")) \
            as place:
        same(len(place.result(READ, "--each", "-", stdin=b"a\nb\nc\n")), 3)
        place.refused("mint", "--bucket=downloads", READ, "-", "--each",
                      stdin=b"a\nb\nc\nd\n", says="entry 4")


@case("every bad entry is named, one a line, and nothing is issued")
def _():
    with Place() as place:
        manifest = json.dumps(["a", "", {"key": "b", "ttlSeconds": 0}, "c",
                               {"key": "d", "permission": "admin-read-only"}])
        done = place.refused("mint", "--bucket=downloads", READ, "--each", "-",
                             stdin=manifest.encode())
        lines = done.said.splitlines()
        same(len(lines), 3, done.said)
        for line, entry in zip(lines, (2, 3, 5)):
            assert line.startswith(f"mintage: entry {entry}"), line


@case("--on-error report issues the good ones and ends with 1")
def _():
    with Place() as place:
        result = place.result(READ, "--each", "--on-error=report", "-",
                              stdin=b"a\nb" + 1030 * b"b" + b"\nc\n", status=1)
        same([("error" in each) for each in result], [False, True, False])
        claims_of(result[0])
        claims_of(result[2])
        same(set(result[1]), {"key", "error"})
        same([line.get("failed") for line in place.audit()], [1, None])


if __name__ == "__main__":
    main(runs=40, words=25)
