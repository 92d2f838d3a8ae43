#!/usr/bin/python3
"""A presigned link does one thing, for one key, until it expires."""
import re
import sys

sys.path.insert(1, sys.path[0] + "/../lib")
from harness import AWKWARD, case, equal, main, need
from linking import (DOWN, ENDPOINT, PARAMETERS, UP, ask, check_times, curl,
                     equal_links, issued, key_of, last, link, links, make_site,
                     query_of, sign_again, unix, upload)


@case("an answer: a link an entry, in order, with all its members")
def _(site):
    answer = ask(site, {"objects": ["b", "a"]})
    found = issued(site, answer)
    equal([list(each) for each in found],
          2 * [["key", "method", "url", "headers", "expiresAt"]], "members")
    equal([each["key"] for each in found], ["b", "a"], "keys")
    for each in found:
        equal((each["method"], each["headers"]), ("GET", {}))
        equal(sorted(query_of(each["url"])), sorted(PARAMETERS))
        check_times(each, 900)
        equal_links(each["url"], sign_again(site, each))
    equal(answer.json["result_info"], {"count": 2, "failed": 0})
    equal(answer.json["messages"], [])
    equal(answer.headers["Cache-Control"], "no-store")
    equal(answer.headers["Mintage-Count"], "2")
    need(answer.text.rstrip("\n").endswith('"success":true}'),
         f"ends in {answer.text[-60:]!r}")


@case("GET, HEAD, PUT and DELETE links do what they say")
def _(site):
    ENDPOINT.put(DOWN, "f.txt", b"content")
    get = link(site, "f.txt")
    status, headers, body = curl(get["url"])
    equal((status, body), (200, b"content"))
    head = link(site, "f.txt", method="HEAD")
    status, headers, body = curl(head["url"], "--head")
    equal((status, headers["Content-Length"]), (200, "7"))
    put = link(site, "new.txt", method="PUT")
    equal(put["headers"], {})
    equal(upload(put, b"new", Content_Type="text/x-new"), 200, last().reason)
    equal(ENDPOINT.get(DOWN, "new.txt"), b"new")
    delete = link(site, "new.txt", method="DELETE")
    equal(curl(delete["url"], "-X", "DELETE")[0], 204)
    equal(ENDPOINT.get(DOWN, "new.txt"), None)
    equal([each["method"] for each in (get, head, put, delete)],
          ["GET", "HEAD", "PUT", "DELETE"])


@case("a link of one method is none for another: HEAD on a GET link is 403")
def _(site):
    ENDPOINT.put(DOWN, "f.txt", b"content")
    for sign in ("parent", "scoped"):
        made = {method: link(site, "f.txt", method=method, sign=sign)["url"]
                for method in ("GET", "HEAD", "PUT", "DELETE")}
        for method, url in made.items():
            for other in set(made) - {method}:
                how = ["--head"] if other == "HEAD" else ["-X", other]
                equal(curl(url, *how)[0], 403, f"{other} on a {method} link")
                equal(last().code, "SignatureDoesNotMatch")
    equal(ENDPOINT.get(DOWN, "f.txt"), b"content")


@case("every awkward key is reached by its own link, by GET and by PUT")
def _(site):
    keys = AWKWARD + ["a/%2e%2e/b", "%2E/x", "...", "a.../..b", "~a-b_c.d",
                      "!$&'()*+,;=:@", "x?X-Amz-Expires=1", "a%", "http://b/"]
    ups = links(site, {"bucket": UP, "objects": keys, "method": "PUT"})
    equal([each["key"] for each in ups], keys)
    for number, each in enumerate(ups):
        equal(key_of(each["url"], UP), each["key"])
        equal(upload(each, b"%d" % number), 200, repr(each["key"]))
    downs = links(site, {"bucket": UP, "objects": keys})
    for number, each in enumerate(downs):
        status, _, body = curl(each["url"])
        equal((status, body), (200, b"%d" % number), repr(each["key"]))


@case("a link for a changed key, bucket, time, day or name is refused")
def _(site):
    ENDPOINT.put(DOWN, "secret", b"")
    url = link(site, {"key": "open", "filename": "a.txt"})["url"]
    for old, new in [("/open?", "/secret?"), (f"/{DOWN}/", f"/{UP}/"),
                     ("Expires=900", "Expires=9000"), ("a.txt", "b.txt"),
                     ("&X-Amz-Expires", "&x=y&X-Amz-Expires")]:
        need(old in url, old)
        need(curl(url.replace(old, new))[0] in (400, 403, 501), new)
        need(last().code, "it was let in")
    changed = re.sub("Signature=(.)", lambda found: "Signature="
                     + ("1" if found[1] == "0" else "0"), url)
    equal(curl(changed)[0], 403)


@case("a link works until expiresAt, and not from then on")
def _(site):
    ENDPOINT.put(DOWN, "f.txt", b"content")
    for sign in ("parent", "scoped"):
        found = link(site, "f.txt", ttlSeconds=604800, sign=sign)
        check_times(found, 604800)
        ends = unix(found["expiresAt"], "%Y-%m-%dT%H:%M:%SZ")
        try:
            ENDPOINT.clock_offset += ends - ENDPOINT.now() - 60
            equal(curl(found["url"])[0], 200, last().reason)
            ENDPOINT.clock_offset += 60
            equal(curl(found["url"])[0], 400)
            equal(last().code, "ExpiredRequest")
        finally:
            ENDPOINT.clock_offset = 0


if __name__ == "__main__":
    main(make_site)
