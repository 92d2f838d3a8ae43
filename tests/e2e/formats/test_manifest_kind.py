#!/usr/bin/python3
"""How a manifest's format is told."""
import hashlib
import json
import subprocess
import sys

sys.path.insert(1, sys.path[0] + "/../lib")
from harness import MINTAGE, PORTAL, batch_path, case, equal, form, main, query
from manifests import (DOWN, FIELDS, Folder, MALFORMED, UNKNOWN, curl,
                       fields_as_parts, keys_of, make_site, multipart, part,
                       raw, refused, same_keys)

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


if __name__ == "__main__":
    main(make_site)
