#!/usr/bin/python3
"""Lists that people really have, and that are no lists of keys.

Each is sent as a text, as a file and by the command. A list of SHA-256 digests
binds uploads; a list of something else is refused with what it looks like and
what to do, and never becomes keys unless manifestFormat says so.
"""
import json
import os
import shutil
import subprocess
import sys

sys.path.insert(1, sys.path[0] + "/../lib")
from harness import (MINTAGE, PORTAL, Skip, batch_path, case, equal, main,
                     need, query)
from manifests import (BAD_VALUE, DOWN, FIELDS, Folder, LINKS, curl,
                       fields_as_parts, keys_of, links_of, make_site,
                       multipart, part, query_of, raw, refused)

CASES = os.path.join(sys.path[0], "..", "..", "cases", "manifests")
AWS, RCLONE, SUM = "aws s3api", "rclone lsf", "sha256sum"

# File -> the key and the beginning of the digest of its first entry.
SHA256 = {
    "checksums.txt": ("foo_linux_amd64.tar.gz", "7692c3ad"),
    "sha256-with-comment.txt": ("data/100% sure.txt", "3fc4ccfe"),
    "bsd-tag.txt": ("data/100% sure.txt", "3fc4ccfe"),
    "openssl-dgst.txt": ("data/one.txt", "7692c3ad"),
}

# File -> what the message calls it, and what it says to do.
OTHERS = {
    "md5sum.txt": ("MD5", SUM),
    "sha512sum.txt": ("SHA-512", SUM),
    "aws-s3-ls.txt": ("aws s3 ls", AWS),
    "aws-text.txt": ("tabs", "--output json"),
    "rclone-ls.txt": ("rclone ls", RCLONE),
    "rclone-lsf-pst.txt": ("rclone lsf --format", RCLONE),
    "s3-urls.txt": ("addresses", "sed"),
}

# Program and arguments -> as above. "A" stands for the names of three files.
PROGRAMS = [
    (["md5sum", "A"], "MD5", SUM),
    (["md5sum", "--tag", "A"], "MD5", SUM),
    (["sha1sum", "A"], "SHA-1", SUM),
    (["sha224sum", "A"], "SHA-224", SUM),
    (["sha384sum", "A"], "SHA-384", SUM),
    (["sha512sum", "-b", "A"], "SHA-512", SUM),
    (["b2sum", "A"], "BLAKE2", SUM),
    (["b2sum", "-l", "256", "--tag", "A"], "BLAKE2", SUM),
    (["cksum", "A"], "cksum", SUM),
    (["sum", "A"], "cksum", SUM),
    (["openssl", "dgst", "-md5", "A"], "MD5", SUM),
    (["openssl", "dgst", "-sha512", "A"], "SHA-512", SUM),
    (["openssl", "dgst", "-sha512", "-r", "A"], "SHA-512", SUM),
    (["openssl", "dgst", "-sha3-256", "A"], "digests", SUM),
    (["ls", "-l"], "ls -l", "find"),
    (["ls", "-la"], "ls -l", "find"),
    (["ls", "-lhi"], "ls -l", "find"),
    (["ls", "-l", "--time-style=long-iso"], "ls -l", "find"),
    (["find", ".", "-ls"], "find -ls", "find"),
    (["find", ".", "-type", "f", "-print0"], "NUL", "-print"),
    (["du", "-a"], "du", "find"),
    (["du", "-ah"], "du", "find"),
    (["wc", "-l", "A"], "a number before each key", "keys alone"),
    (["tar", "-tvf", "T"], "tar -tv", "tar -t"),
    (["unzip", "-l", "Z"], "unzip -l", "unzip -Z1"),
    (["rclone", "ls", "."], "rclone ls", RCLONE),
    (["rclone", "lsl", "."], "rclone lsl", RCLONE),
    (["rclone", "lsd", "."], "rclone lsd", RCLONE),
    (["rclone", "lsf", "-R", "--format", "pst", "."], "rclone lsf", RCLONE),
    (["rclone", "lsf", "-R", "--format", "tsp", "."], "rclone lsf", RCLONE),
    (["rclone", "lsf", "-R", "--format", "pt", "--csv", "."], "rclone lsf",
     RCLONE),
    (["rclone", "tree", "."], "tree", "find"),
    (["rclone", "md5sum", "."], "MD5", SUM),
]


def content_of(name):
    with open(os.path.join(CASES, name), "rb") as f:
        return f.read()


def mintage(site, *arguments):
    done = subprocess.run(
        [MINTAGE, *arguments, "--config", site.settings.path, "--bucket", DOWN,
         "--parent", PORTAL], stdin=subprocess.DEVNULL, timeout=60,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=False,
        env=site.environment())
    return done.returncode, done.stdout, done.stderr.decode()


def ways(site, name, body, path, method=None):
    """The answers to a list that is sent as a text and as a file."""
    fields = {"bucket": DOWN, "method": method} if method else FIELDS
    parts = [part(key, value) for key, value in fields.items()]
    yield raw(site, body, "text/plain; charset=utf-8", path + query(**fields))
    for kind in (None, "text/plain", "application/octet-stream"):
        yield multipart(site, parts + [part("manifest", body, name, kind)],
                        path)


def must_be_refused(site, name, body, looks, remedy):
    for path, method in ((batch_path(), None), (LINKS, "PUT")):
        for answer in ways(site, name, body, path, method):
            refused(site, answer, 400, BAD_VALUE, "/manifest", looks)
            refused(site, answer, 400, BAD_VALUE, "/manifest", remedy)
            refused(site, answer, 400, BAD_VALUE, "/manifest",
                    "manifestFormat=lines")
    with Folder() as folder:
        file = folder.put(name, body)
        for arguments in (("sign", "--method", "PUT"),
                          ("mint", "--each", "--permission",
                           "object-read-only")):
            status, out, error = mintage(site, *arguments, file)
            equal((status, out), (1, b""), f"{name}: {error}")
            need(looks in error and remedy in error, error)


def must_be_bound(site, links, expected):
    """Assert that each link uploads just what has this digest."""
    equal([(link["key"], link["headers"]["x-amz-content-sha256"])
           for link in links], expected)
    for link in links:
        signed = query_of(link)["X-Amz-SignedHeaders"].split(";")
        need("x-amz-content-sha256" in signed, "the digest is not signed")


@case("lists of SHA-256 digests: read as such, whatever the name and the type")
def _(site):
    for name, (key, digest) in SHA256.items():
        body = content_of(name)
        bodies = [body, b"\xef\xbb\xbf" + body, body.replace(b"\n", b"\r\n"),
                  b"; written by hand\n\n# twice\n" + body]
        for body in bodies:
            for answer in ways(site, name, body, LINKS, "PUT"):
                links = links_of(site, answer)
                equal(links[0]["key"], key, name)
                need(links[0]["headers"]["x-amz-content-sha256"]
                     .startswith(digest), name)
                must_be_bound(site, links, [
                    (link["key"], link["headers"]["x-amz-content-sha256"])
                    for link in links])
        with Folder() as folder:
            for file in (name, "list", "a.sha256", "a.md5"):
                status, out, error = mintage(
                    site, "sign", "--method", "PUT", folder.put(file, body))
                equal(status, 0, f"{file}: {error}")
                links = json.loads(out)["result"]
                equal(links[0]["key"], key, file)
                need(links[0]["headers"]["x-amz-content-sha256"]
                     .startswith(digest), file)


@case("the same files, listed by coreutils, OpenSSL and rclone: bound alike")
def _(site):
    names = ["100% sure", "back\\slash", "cr\r", "nl\nname", "two words",
             "\u00fc) = x", "#a", ";b"]
    commands = [["sha256sum"], ["sha256sum", "-b"], ["sha256sum", "--tag"],
                ["cksum", "-a", "sha256"],
                ["cksum", "-a", "sha256", "--untagged"],
                ["openssl", "dgst", "-sha256"],
                ["openssl", "dgst", "-sha256", "-r"]]
    with Folder() as folder:
        for name in names:
            folder.put(name, name)
        plain = [name for name in names if name.isprintable()
                 and "\\" not in name]
        wanted = None
        for command in commands:
            some = names if command[0] != "openssl" else plain
            if command[0] == "openssl":
                wanted = [pair for pair in wanted if pair[0] in plain]
            body = subprocess.run([*command, "--", *some] if some is names
                                  else [*command, *some], check=True,
                                  cwd=folder.folder.name, timeout=60,
                                  stdout=subprocess.PIPE).stdout
            answer = raw(site, body, "text/plain", LINKS + query(
                bucket=DOWN, method="PUT"))
            links = links_of(site, answer)
            if wanted is None:
                wanted = [(link["key"],
                           link["headers"]["x-amz-content-sha256"])
                          for link in links]
                equal([key for key, _ in wanted], names)
            must_be_bound(site, links, wanted)


def other_case(name, looks, remedy):
    @case(f"{name}: refused, called {looks!r}")
    def _(site):
        must_be_refused(site, name, content_of(name), looks, remedy)
        # cr-only.csv says by its name that it is a CSV.
        must_be_refused(site, "list.txt", content_of(name), looks, remedy)


for file, (file_looks, file_remedy) in OTHERS.items():
    other_case(file, file_looks, file_remedy)


@case("what is said outright is obeyed: the same lists are keys then")
def _(site):
    for name in OTHERS:
        body = content_of(name)
        keys = [line for line in body.decode().split("\n") if line]
        if name == "cr-only.csv":
            keys = [body.decode().removesuffix("\r")]
        for answer in (
                raw(site, body, "text/plain", batch_path()
                    + query(manifestFormat="lines", **FIELDS)),
                multipart(site, fields_as_parts(manifestFormat="lines") + [
                    part("manifest", body, "MD5SUMS")])):
            equal(keys_of(site, answer), keys, name)


@case("CP1252: each entry that is not UTF-8 is named with the remedy")
def _(site):
    body = content_of("cp1252.csv").replace(b", ", b" ").replace(b";", b",")
    for kind in ("text/csv", "text/plain"):
        answer = raw(site, body, kind, batch_path() + query(**FIELDS))
        first = answer.errors[0]
        equal(answer.status, 400)
        equal(first["source"]["pointer"], "/manifest/1")
        for words in ("line 3", "byte 3", "UTF-8", "save"):
            need(words in first["message"], first["message"])


def run_program(folder, command):
    """The output of a program about three files, a tar and a ZIP file."""
    if not shutil.which(command[0]):
        raise Skip(f"{command[0]} is not installed")
    names = ["one.txt", "sub/two words.txt", "=cmd, \"q\".txt"]
    place = folder.folder.name
    for name in names:
        folder.put("files/" + name, 1200 * name)
    files = os.path.join(place, "files")
    subprocess.run(["tar", "-cf", "../files.tar", "."], cwd=files, check=True)
    shutil.make_archive(os.path.join(place, "files"), "zip", files)
    arguments = []
    for word in command:
        arguments += {"A": names, "T": ["../files.tar"],
                      "Z": ["../files.zip"]}.get(word, [word])
    environment = {**os.environ, "LC_ALL": "C.UTF-8",
                   "RCLONE_CONFIG": os.path.join(place, "rclone.conf")}
    return subprocess.run(arguments, cwd=files, check=True, timeout=60,
                          env=environment, stdin=subprocess.DEVNULL,
                          stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE).stdout


def program_case(command, looks, remedy):
    @case(f"what {' '.join(command)} prints is refused, called {looks!r}")
    def _(site):
        with Folder() as folder:
            body = run_program(folder, command)
        must_be_refused(site, "list", body, looks, remedy)


for each in PROGRAMS:
    program_case(*each)


@case("find -printf, rclone lsf and tar -t list keys, and these are taken")
def _(site):
    for command in (["find", ".", "-type", "f", "-printf", "%P\\n"],
                    ["rclone", "lsf", "-R", "--files-only", "."],
                    ["unzip", "-Z1", "Z"]):
        with Folder() as folder:
            body = run_program(folder, command)
        keys = body.decode().splitlines()
        need(len(keys) >= 3, "the program listed the files")
        answer = curl(site, "-H", "Content-Type: text/plain", "--data-binary",
                      body.decode())
        equal(keys_of(site, answer), keys)


@case("odd keys that look a little like listings stay keys")
def _(site):
    for keys in (["2026-01-01 report.pdf"],
                 ["2026-01-01 00:00:00 backup.tar"],
                 ["1 intro.mp3", "2 verse.mp3", "10 end.mp3"],
                 ["20260101 a.pdf", "20260102 b.pdf"],
                 ["1234567890 invoice.pdf"],
                 ["Smith, John.pdf", "Report, 2026.pdf"],
                 ["a", "b", "s3://bucket/c"],
                 ["d41d8cd98f00b204e9800998ecf8427e"],
                 ["x\ty", "a", "b"],
                 ["FILE.;1"], ["12 monkeys"], ["total 12"]):
        body = "\n".join(keys) + "\n"
        answer = raw(site, body, "text/plain", batch_path() + query(**FIELDS))
        equal(keys_of(site, answer), keys)


if __name__ == "__main__":
    main(make_site)
