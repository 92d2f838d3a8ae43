#!/usr/bin/python3
"""curl and aria2: download and upload by our lists."""
import hashlib
import os
import sys

sys.path.insert(1, sys.path[0] + "/../lib")
from harness import case, equal, main, need
from reading import (BUCKET, ENDPOINT, body_of, downloaded, ended, folder_for,
                     hundred, links, make_site, run, same_files, saved,
                     sha256_of, store, write)

CURL = ("curl", "-q", "-sS", "-K")
ARIA2 = ("aria2c", "--no-conf", "--quiet", "--enable-dht=false",
         "--follow-torrent=false", "--follow-metalink=false")


@case("curl: -K downloads a hundred files, each under its key")
def _(site):
    keys = hundred(" a blank before", "a blank behind ", "tab\there",
                   "new\nline", "cr\rvt\vbell\a", "${HOME}", "a & b &amp;")
    answer = links(site, keys, "curl")
    ended(answer, 100)
    same_files(downloaded(site, answer, *CURL),
               {key: body_of(key) for key in keys})


@case("curl: -K saves a file under its download name")
def _(site):
    store(["k/1", "k/2"])
    answer = links(site, [{"key": "k/1", "filename": "Käse \"1\" #1.txt"},
                          {"key": "k/2", "filename": "-rf"}], "curl")
    same_files(downloaded(site, answer, *CURL),
               {"Käse \"1\" #1.txt": body_of("k/1"), "-rf": body_of("k/2")})


@case("a name of 255 bytes is saved by curl and by aria2")
def _(site):
    keys = ["n" * 255, "f" * 255 + "/x", "\u00e4" * 127 + "n"]
    store(keys)
    bodies = {key: body_of(key) for key in keys}
    same_files(downloaded(site, links(site, keys, "curl"), *CURL), bodies)
    same_files(downloaded(site, links(site, keys, "aria2"), *ARIA2, "-i"),
               bodies)


@case("curl: -K uploads, looks, deletes and downloads in one list")
def _(site):
    store(["down 1", "down 2", "gone"])
    small = body_of("up/\"1\"")
    answer = links(site, [
        {"key": "gone", "method": "DELETE"}, "down 1",
        {"key": "up/\"1\"", "method": "PUT", "contentLength": len(small),
         "contentType": 'text/x; a="b\\\\c"',
         "sha256": hashlib.sha256(small).hexdigest()},
        {"key": "up/{2,3}[4-5]", "method": "PUT"},
        {"key": "down 1", "method": "HEAD"}, "down 2"], "curl")
    ended(answer, 6)
    folder = folder_for(site)
    os.mkdir(os.path.join(folder, "up"))
    for name in ("up/\"1\"", "up/{2,3}[4-5]"):
        write(os.path.join(folder, name), body_of(name))
    write(os.path.join(folder, "list"), answer.body)
    seen = len(ENDPOINT.log)
    out = run(list(CURL) + ["list"], folder)
    need(b"HTTP/1.1 200" in out and b"ETag" in out, f"HEAD shows {out!r}")
    equal([entry[:3] for entry in ENDPOINT.log[seen:]], [
        ("DELETE", BUCKET, "gone"), ("GET", BUCKET, "down 1"),
        ("PUT", BUCKET, "up/\"1\""), ("PUT", BUCKET, "up/{2,3}[4-5]"),
        ("HEAD", BUCKET, "down 1"), ("GET", BUCKET, "down 2")])
    equal({entry.code for entry in ENDPOINT.log[seen:]}, {""})
    equal(ENDPOINT.get(BUCKET, "gone"), None)
    equal(ENDPOINT.get(BUCKET, "up/\"1\""), small)
    equal(ENDPOINT.get(BUCKET, "up/{2,3}[4-5]"), body_of("up/{2,3}[4-5]"))
    equal({name: body for name, body in saved(folder).items()
           if name.startswith("down")},
          {name: body_of(name) for name in ("down 1", "down 2")})


@case("curl: -K uploads a file of the signed length, and one of another "
      "length is refused at once")
def _(site):
    for name, signed, sent, status in (
            ("as signed", 12, 12, 0), ("empty", 0, 0, 0),
            ("large", 2_000_000, 2_000_000, 0),
            ("shorter", 12, 11, 22), ("longer", 12, 13, 22),
            ("empty, not signed so", 12, 0, 22), ("not empty", 0, 1, 22),
            ("large, shorter", 2_000_001, 2_000_000, 22)):
        key, body = f"lengths/{name}", b"x" * sent
        answer = links(site, [{"key": key, "method": "PUT",
                               "contentLength": signed}], "curl")
        folder = folder_for(site)
        os.mkdir(os.path.join(folder, "lengths"))
        write(os.path.join(folder, key), body)
        write(os.path.join(folder, "list"), answer.body)
        need("Content-Length" not in answer.text, answer.text)
        # curl ends with 28 where nothing came for these seconds.
        run(list(CURL) + ["list", "--max-time", "20"], folder, status)
        equal(ENDPOINT.get(BUCKET, key), None if status else body, name)


@case("curl: -K saves no error page as a file, and takes options for all")
def _(site):
    store(["there 1", "there 2"])
    answer = links(site, ["there 1", "not there", "there 2"], "curl")
    folder = folder_for(site)
    write(os.path.join(folder, "list"), answer.body)
    os.mkdir(os.path.join(folder, "got"))
    run(["curl", "-q", "-sS", "--fail-early", "-K", "list"], folder, 22)
    run(["curl", "-q", "-sS", "--output-dir", "got", "-K", "list"], folder)
    same_files(os.path.join(folder, "got"),
               {name: body_of(name) for name in ("there 1", "there 2")})


@case("curl: -K goes where it should, whatever a bad entry says")
def _(site):
    bad = "x\nurl = \"http://127.0.0.1:9/\"\n#"
    store(["good"])
    answer = links(site, ["good", {"key": bad, "method": "y\noutput = z\n"}],
                   "curl", onError="report")
    ended(answer, 2, 1)
    same_files(downloaded(site, answer, *CURL), {"good": body_of("good")})


@case("aria2: -i downloads a hundred files, each under its key, and checks "
      "them")
def _(site):
    keys = hundred("a & b &amp;")
    answer = links(site, [{"key": key, "sha256": sha256_of(key)}
                          for key in keys], "aria2")
    equal(ended(answer, 100).count("\n checksum=sha-256="), 100)
    same_files(downloaded(site, answer, *ARIA2, "-i"),
               {key: body_of(key) for key in keys})


@case("aria2: -i saves under the download name; a wrong digest is found out")
def _(site):
    store(["k/1", "k/2"])
    good = {"key": "k/1", "filename": "Käse = 1.txt", "sha256":
            sha256_of("k/1")}
    answer = links(site, [good, "k/2"], "aria2")
    same_files(downloaded(site, answer, *ARIA2, "-i"), {
        "Käse = 1.txt": body_of("k/1"), "k/2": body_of("k/2")})
    answer = links(site, [{**good, "sha256": sha256_of("k/2")}], "aria2")
    folder = folder_for(site)
    write(os.path.join(folder, "list"), answer.body)
    run(list(ARIA2) + ["-i", "list"], folder, 32)


@case("aria2: -i goes where it should, whatever a bad entry says")
def _(site):
    bad = "x\nhttp://127.0.0.1:9/\n out=z\n#"
    store(["good", "last"])
    answer = links(site, ["good", {"key": bad, "method": "y\n out=z\n"},
                          "last"], "aria2", onError="report")
    ended(answer, 3, 1)
    same_files(downloaded(site, answer, *ARIA2, "-i"),
               {name: body_of(name) for name in ("good", "last")})


if __name__ == "__main__":
    main(make_site)
