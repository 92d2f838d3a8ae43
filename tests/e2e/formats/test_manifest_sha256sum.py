#!/usr/bin/python3
"""Manifests of sha256sum and BagIt."""
import hashlib
import sys

sys.path.insert(1, sys.path[0] + "/../lib")
from harness import batch_path, case, equal, main, query
from manifests import (FIELDS, Folder, LINKS, MALFORMED, curl, links_of,
                       make_site, raw, same_keys)


@case("sha256sum: its lists of real files become uploads of just these")
def _(site):
    names = ["plain.txt", " blank", "two  blanks", "k\u00e4se \U0001f600",
             "*star", "quote\"", "percent%20", "new\nline", "back\\slash",
             "both\\n\n", "cr\r", "sub/folder.txt"]
    with Folder() as folder:
        for name in names:
            folder.put(name, f"content of {name}")
        for options in ((), ("-b",), ("-t",)):
            path = folder.put("SHA256SUMS", folder.sums(names, *options))
            answer = curl(site, "-F", f"manifest=@{path}", path=LINKS,
                          method="PUT")
            result = links_of(site, answer)
            equal([link["key"] for link in result], names)
            for link in result:
                content = f"content of {link['key']}".encode()
                headers = {name.lower(): value
                           for name, value in link["headers"].items()}
                equal(headers.get("x-amz-content-sha256"),
                      hashlib.sha256(content).hexdigest(), "signed digest")


@case("sha256sum: a credential for each file of find's list, paths as they are")
def _(site):
    with Folder() as folder:
        for name in ("./a", "./b c", "./d\\e"):
            folder.put(name, name)
        body = folder.sums(["./a", "./b c", "./d\\e"])
    same_keys(site, raw(site, body, "text/plain", batch_path()
                        + query(manifestFormat="sha256sum", **FIELDS)),
              ["./a", "./b c", "./d\\e"])


@case("BagIt: a manifest-sha256.txt in each of its spellings")
def _(site):
    digest = hashlib.sha256(b"").hexdigest()
    with Folder() as folder:
        path = folder.put("manifest-sha256.txt",
                          f"{digest} data/a\r\n{digest}  data/b c\r\n"
                          f"{digest}\tdata/d\r\n{digest} *data/e\r\n")
        same_keys(site, curl(site, "-F", f"manifest=@{path}"),
                  ["data/a", "data/b c", "data/d", "data/e"])


@case("sha256sum: a line that is none is that entry's error")
def _(site):
    digest = hashlib.sha256(b"").hexdigest()
    path = batch_path() + query(manifestFormat="sha256sum", **FIELDS)
    body = f"{digest}  a\n{digest[:32]}  b\n\\{digest}  c\\x\n{digest}  d\n"
    answer = raw(site, body, "text/plain", path)
    equal([(error["code"], error["source"]["pointer"])
           for error in answer.errors],
          [(MALFORMED, "/manifest/1"), (MALFORMED, "/manifest/2")])
    answer = raw(site, body, "text/plain", path + "&onError=report")
    equal([("error" in entry) for entry in site.issued_as(answer)],
          [False, True, True, False])


if __name__ == "__main__":
    main(make_site)
