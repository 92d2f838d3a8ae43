#!/usr/bin/python3
"""Downloads: who asks is sent to an address that opens just this object."""
import re
import sys
import time

sys.path.insert(1, sys.path[0] + "/../lib")
from harness import case, equal, main, need
from linking import curl, query_of
from redirecting import (BROWSER, make_site, location, opens, put,
                         record, refused, signed)


@case("callers: a redirect by GET and by HEAD, each signed for its own")
def _(site):
    put("public/a b.txt")
    for method in ("GET", "HEAD"):
        answer = site.request(method, "/get/public/a%20b.txt", token="web")
        opens(site, answer, "public/a b.txt", method)
        line = record(site, answer, download="get", caller="web", user=None,
                      remote="127.0.0.1", route="redirect", ttlSeconds=3600)
        equal(set(line), {"time", "event", "request", "caller", "user",
                          "remote", "route", "download", "account", "parent",
                          "bucket", "key", "method", "ttlSeconds"})


@case("the lifetime is the section's, or the caller's where that is shorter")
def _(site):
    put("public/more/a")
    for path, token, ttl in (("/get/public/more/a", "bulk", 7200),
                             ("/get/public/more/a", "web", 3600),
                             ("/get/more/a", "bulk", 60),
                             ("/get/more/a", "web", 60),
                             ("/open/more/a", None, 3600)):
        answer = site.request("GET", path, token=token)
        equal(query_of(location(site, answer))["X-Amz-Expires"], str(ttl))
        record(site, answer, ttlSeconds=ttl, key="public/more/a")


@case("a caller gets what its own policy allows, and nothing else")
def _(site):
    for key in ("public/a", "users/ann/a", "users/bob/a", "a", "publica"):
        put(key)
        found = site.request("GET", "/get/" + key, token="web")
        if key in ("public/a", "users/ann/a"):
            opens(site, found, key)
        else:
            message = refused(site, found, 403, 10003)
            need("reach" in message, message)
        opens(site, site.request("GET", "/get/" + key, token="bulk"), key)
        # Who may only write, or has no right in this bucket, gets nothing.
        for token in ("drop", "admin"):
            refused(site, site.request("GET", "/get/" + key, token=token),
                    403, 10003)
    for token in (None, "nobody's"):
        answer = site.request("GET", "/get/public/a", token=token)
        refused(site, answer, 401, 10002)
        need(answer.headers["WWW-Authenticate"].startswith("Bearer"), "how")


@case("a caller with a login has a folder of its own")
def _(site):
    def ask(path, user="ann", method="GET"):
        headers = {"Authorization": "Basic " + {
            "ann": "YW5uOmFubidzIHdvcmQ=",
            "chief": "Y2hpZWY6Y2hpZWYncyB3b3Jk"}[user]}
        return site.request(method, path, mount="/office", headers=headers)
    for key in ("users/ann/a", "users/chief/a", "users/bob/a", "a"):
        put(key)
    for user in ("ann", "chief"):
        answer = ask("/mine/a", user)
        opens(site, answer, f"users/{user}/a")
        record(site, answer, user=user, download="mine")
        opens(site, ask("/mine/a", user, "HEAD"), f"users/{user}/a", "HEAD")
    for path in ("/mine/x/../../mine/bob", "/mine/x/%2e%2e/a"):
        refused(site, ask(path), 400, 11005)
    refused(site, ask("/get/users/bob/a"), 403, 10003)
    opens(site, ask("/get/users/bob/a", "chief"), "users/bob/a")
    # A token is no login, and has no folder.
    refused(site, site.request("GET", "/mine/a", token="bulk"), 403, 10003)


@case("everyone: no name, no token, within the section's prefix")
def _(site):
    put("public/a"), put("a")
    opens(site, site.request("GET", "/open/a"), "public/a")
    answer = site.request("HEAD", "/open/a")
    opens(site, answer, "public/a", "HEAD")
    record(site, answer, caller=None, user=None, download="open")
    # Whoever it is gets no more.
    opens(site, site.request("GET", "/open/a", token="bulk"), "public/a")
    put("public//a")
    opens(site, site.request("GET", "/open//a"), "public//a")


@case("a link opens its key until its time, and no other")
def _(site):
    put("public/x/käse 1+2.pdf"), put("public/b")
    now = int(time.time())
    good = signed("x/käse 1+2.pdf", now + 600)
    for method in ("GET", "HEAD"):
        opens(site, site.request(method, good), "public/x/käse 1+2.pdf",
              method)
    refused(site, site.request("GET", good.replace("x/k%C3%A4se%201%2B2.pdf",
                                                   "b")), 403, 10003)
    refused(site, site.request("GET", good.replace(f"={now + 600}",
                                                   f"={now + 601}")), 403)
    refused(site, site.request("GET", good[:-1]), 403)
    refused(site, site.request("GET", "/dl/b", token="bulk"), 403, 10003)
    refused(site, site.request("GET", signed("b", now - 2)), 410, 11020)
    refused(site, site.request("HEAD", signed("b", now - 2)), 410)


@case("attachment and inline are in the address for GET; else as stored")
def _(site):
    put("public/more/a")
    for path, token, expected in (("/get/more/a", "bulk", "attachment"),
                                  ("/open/more/a", None, "inline"),
                                  ("/get/public/more/a", "bulk", None)):
        answer = site.request("GET", path, token=token)
        headers = opens(site, answer, "public/more/a")
        equal(headers["Content-Disposition"], expected)
        opens(site, site.request("HEAD", path, token=token),
              "public/more/a", "HEAD")


@case("what R2 does not have, R2 says; folders and bad addresses we do")
def _(site):
    answer = site.request("GET", "/open/no%20such")
    equal(curl(location(site, answer))[0], 404, "R2's answer")
    record(site, answer, key="public/no such")
    for path in ("/open/", "/open/a/", "/get/more/", "/open/a%2F"):
        refused(site, site.request("GET", path, token="bulk"), 404, 7003)
    for path in ("/open", "/ope/a", "/client/v4/open/a", "//open/a"):
        answer = site.request("GET", path)
        equal((answer.status, answer.errors[0]["code"]), (404, 7003))
    for path in ("/open/x/../a", "/open/x/%2e%2e/a", "/open/100%", "/open/%zz"):
        refused(site, site.request("GET", path), 400, 11005)
    refused(site, site.request("GET", "/open/" + "x" * 1018), 400)


@case("other methods are told which there are, with whatever body")
def _(site):
    for method in ("POST", "PUT", "DELETE", "OPTIONS", "PATCH"):
        for body in (None, b"x" * 3000000):
            answer = site.request(method, "/open/a", body)
            refused(site, answer, 405, 11008, recorded=False)
            equal(answer.headers["Allow"], "GET, HEAD")


@case("a browser that gets no file gets a page that says what to do")
def _(site):
    now = int(time.time())
    for path, status, words in (
            ("/open/x/../a", 400, "copy the whole address"),
            ("/get/public/a", 401, "sign in there"),
            ("/dl/a", 403, "copied whole"), ("/open/", 404, "a folder"),
            (signed("a", now - 9), 410, "for a new one")):
        answer = site.request("GET", path, headers=BROWSER)
        refused(site, answer, status)
        equal(answer.headers["Content-Type"], "text/html; charset=utf-8")
        need("default-src 'none'" in answer.headers["Content-Security-Policy"],
             "policy")
        need(words in answer.text and answer.id in answer.text, answer.text)
        for word in ("<form", "Bearer", "audit", "REQUEST_URI", "caller",
                     "credential", "<script"):
            need(word not in answer.text, f"{word} in {answer.text}")
        equal(site.request("HEAD", path, headers=BROWSER).body, b"")
        # What curl sends, and programs, gets words too.
        for accept in ("*/*", "application/json", None):
            found = site.request("GET", path, headers={"Accept": accept})
            refused(site, found, status)
            need(found.errors[0]["message"], "no words")
    answer = site.request("POST", "/open/a", b"", headers=BROWSER)
    refused(site, answer, 405, recorded=False)
    need("<form" not in answer.text, answer.text)
    location(site, site.request("GET", "/open/a", headers=BROWSER))


@case("a page of another site may lead here, as any page has links")
def _(site):
    for headers in ({"Sec-Fetch-Site": "cross-site"},
                    {"Origin": "https://elsewhere.example"}):
        location(site, site.request("GET", "/open/a", headers=headers))
        location(site, site.request("GET", "/get/public/a", token="web",
                                    headers=headers))


@case("metrics count what was handed out; GET / is what it was")
def _(site):
    def counters():
        text = site.request("GET", "/metrics", token="web").text
        return [int(re.search(re.escape(name) + r" (\d+)", text + name
                              + " 0").group(1)) for name in (
            'mintage_issued_total{route="redirect"}',
            'mintage_requests_total{route="redirect",status="302"}',
            'mintage_requests_total{route="redirect",status="410"}')]
    before = counters()
    for path in ("/open/a", "/open/a", signed("a", 1000000000)):
        site.request("GET", path)
    equal([b - a for a, b in zip(before, counters())], [2, 2, 1])
    described = site.request("GET", "/", token="web", headers={
        "Accept": "application/json"}).json
    equal(described["caller"]["name"], "web")


if __name__ == "__main__":
    main(make_site)
