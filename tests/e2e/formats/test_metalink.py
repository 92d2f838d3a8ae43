#!/usr/bin/python3
"""metalink: read by Python's XML parser and by aria2."""
import os
import re
import sys
import urllib.request
import xml.etree.ElementTree

sys.path.insert(1, sys.path[0] + "/../lib")
from harness import case, equal, main, need
from reading import (body_of, downloaded, folder_for, hundred, links,
                     make_site, run, same_files, sha256_of, whole, write)

METALINK = "{urn:ietf:params:xml:ns:metalink}"


def check_file(element):
    """RFC 5854, 4.1.2: what a file may and must hold."""
    equal(set(element.attrib), {"name"}, "attributes of a file")
    name = element.get("name")
    need(name and not name.startswith("/")
         and not set(name.split("/")) & {"", ".", ".."},
         f"a name with directions in it: {name!r}")
    need(not (element.text or "").strip(), "text in a file")
    found = {}
    for child in element:
        need(child.tag in (METALINK + "url", METALINK + "hash"), child.tag)
        need(not len(child) and not (child.tail or "").strip(), child.tag)
        found.setdefault(child.tag[len(METALINK):], []).append(child)
    for child in found.get("hash", []):
        equal(child.attrib, {"type": "sha-256"})
        need(re.fullmatch("[0-9a-f]{64}", child.text), child.text)
    equal([child.attrib for child in found["url"]], [{}], "one url")
    need(re.fullmatch("https?://[!-~]+", found["url"][0].text),
         found["url"][0].text)
    return name, found["url"][0].text, [one.text
                                        for one in found.get("hash", [])]


def check_metalink(body):
    """Its files, after RFC 5854's schema was seen to hold."""
    root = xml.etree.ElementTree.fromstring(body)
    equal((root.tag, root.attrib), (METALINK + "metalink", {}))
    need(len(root) > 0 and not (root.text or "").strip(), "no file in it")
    equal({child.tag for child in root}, {METALINK + "file"})
    files = [check_file(child) for child in root]
    equal(len({name for name, _, _ in files}), len(files), "different names")
    return files


@case("metalink: Python's XML parser reads it back, within RFC 5854")
def _(site):
    keys = hundred("a & b &amp;", " a blank before", "a blank behind ")
    answer = links(site, [{"key": key, "sha256": sha256_of(key)}
                          for key in keys], "metalink")
    equal(answer.headers["Content-Type"], "application/metalink4+xml")
    whole(answer, 100)
    need(answer.text.endswith("\n</metalink>\n"), answer.text[-100:])
    files = check_metalink(answer.body)
    equal([name for name, _, _ in files], keys)
    equal([digests for _, _, digests in files],
          [[sha256_of(key)] for key in keys])
    for name, url, _ in files[::10]:
        with urllib.request.urlopen(url, timeout=30) as answer:
            equal(answer.read(), body_of(name))


@case("metalink: aria2c downloads a hundred files and checks their digests")
def _(site):
    # aria2 with libxml2 makes "&#38;" of an ampersand in a name, by itself.
    keys = hundred(" a blank before", "a blank behind ")
    answer = links(site, [{"key": key, "sha256": sha256_of(key)}
                          for key in keys], "metalink")
    target = downloaded(site, answer, "aria2c", "--no-conf", "--quiet",
                        "--enable-dht=false", "--metalink-file")
    same_files(target, {key: body_of(key) for key in keys})
    answer = links(site, [{"key": keys[0], "sha256": sha256_of(keys[1])}],
                   "metalink")
    folder = folder_for(site)
    write(os.path.join(folder, "x.meta4"), answer.body)
    run(["aria2c", "--no-conf", "--quiet", "x.meta4"], folder, 32)


@case("metalink: a bad entry has no place in it")
def _(site):
    answer = links(site, ["a", "b\x01", "c/../d"], "metalink",
                   onError="report")
    whole(answer, 3, 2)
    equal([name for name, _, _ in check_metalink(answer.body)], ["a"])
    answer = links(site, ["b\x01"], "metalink", onError="report")
    equal((answer.status, answer.errors[0]["source"]["pointer"]),
          (400, "/format"))


if __name__ == "__main__":
    main(make_site)
