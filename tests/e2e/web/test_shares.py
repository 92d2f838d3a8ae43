#!/usr/bin/python3
"""POST /shares, and who opens what it makes."""
import datetime
import json
import os
import sys
import time

sys.path.insert(1, sys.path[0] + "/../lib")
from harness import ACCOUNT, case, equal, main, need
from preload import failing
from sharing import (BROWSER, BUCKET, PUBLIC, alone, ask, download, make,
                     make_site, opened, put)


def unix(text):
    return datetime.datetime.strptime(
        text, "%Y-%m-%dT%H:%M:%S%z").timestamp()


def redirects(site, share):
    return [line for line in site.audit_lines()
            if line["event"] == "redirect" and line.get("share") == share["id"]]


@case("a share opens its files, whole, by the names that people know")
def _(site):
    texts = put("public/2026/a.pdf", "public/2026/b/ü ?#%.txt",
                "public/2026/c")
    share = make(site, title="For you", message="Line 1\nLine 2",
                 objects=["public/2026/a.pdf", "public/2026/b/ü ?#%.txt",
                          {"key": "public/2026/c", "filename": "see.txt",
                           "contentLength": 1500, "sha256": "ab" * 32}])
    need(share["url"].startswith(PUBLIC + "/s/"), share)
    need(share["id"] not in share["url"], "the id is in the address")
    found = opened(site, share["url"])
    equal((found["id"], found["title"], found["message"]),
          (share["id"], "For you", "Line 1\nLine 2"))
    equal([file["name"] for file in found["files"]],
          ["a.pdf", "b/ü ?#%.txt", "see.txt"])
    equal(found["files"][2]["size"], 1500)
    equal(found["files"][2]["sha256"], "ab" * 32)
    for file, (key, text) in zip(found["files"], texts.items()):
        equal(download(site, file["url"]), (200, text), key)
        equal(download(site, file["url"], method="HEAD")[0], 200, key)


@case("a name that ends in a slash, or is nothing else, can be downloaded")
def _(site):
    texts = put("public/d/", "public/d/e//")
    share = make(site, objects=list(texts))
    for file, (key, text) in zip(opened(site, share["url"])["files"],
                                 texts.items()):
        equal(download(site, file["url"]), (200, text), key)


@case("a share is of the account that its path names, else of the one that fits")
def _(site):
    put("public/o")
    fields = {"bucket": BUCKET, "objects": ["public/o"]}

    def asked(account):
        return site.request("POST", f"/accounts/{account}/r2/shares",
                            token="web", json=fields)
    share = asked(ACCOUNT).result
    equal(ask(site, share["url"] + "/1").status, 302)
    equal(asked("f" * 32).status, 404)


@case("a damaged share is refused in words, and is never shown in part")
def _(site):
    put("public/w1", "public/w2")
    share = make(site, objects=["public/w1", "public/w2"])
    path = os.path.join(site.shares, share["id"])
    with open(path, "rb") as file:
        whole = file.read()
    with open(path, "wb") as file:
        file.write(whole.replace(b'{"key":"public/w2"', b'{"kez":"public/w2"'))
    for accept in ("application/json", "text/html"):
        answer = ask(site, share["url"], Accept=accept)
        equal(answer.status, 503)
        need("w1" not in answer.text, answer.text)
    equal(ask(site, share["url"], "HEAD").status, 200)
    os.unlink(path)


@case("the log has who shared what until when, and who got which file")
def _(site):
    put("public/r")
    answer = site.request("POST", "/shares", token="web", json={
        "bucket": BUCKET, "objects": ["public/r"], "expires": "2d"})
    share = answer.result
    issue, outcome = site.audit(answer.id, "issue", "outcome")
    equal((issue["route"], issue["caller"], issue["share"], issue["count"],
           issue["expiresAt"]),
          ("shares", "web", share["id"], 1, share["expiresAt"]))
    equal((outcome["result"], outcome["issued"]), ("complete", 1))
    equal(redirects(site, share), [])
    given = ask(site, share["url"] + "/1")
    equal(given.status, 302)
    line, = redirects(site, share)
    equal((line["caller"], line["key"], line["bucket"], line["method"],
           line["request"]),
          ("web", "public/r", BUCKET, "GET", given.id))
    need(share["url"][-22:] not in open(site.settings.audit_log).read(),
         "the secret is in the log")


@case("a share opens what it names, by no other number, name, secret or id")
def _(site):
    put("public/x1", "public/x2")
    one = make(site, objects=["public/x1"])
    for wrong in ("/0", "/2", "/-1", "/01", "/1x", "/18446744073709551617",
                  "/x1", "/1/../2", "/%31%2f"):
        need(ask(site, one["url"] + wrong).status in (400, 404), wrong)
    secret = one["url"][-22:]
    for other in (one["id"], secret[:-1], secret + "A", secret.swapcase(),
                  "A" * 22, "new-" + one["id"], "../" + secret, "."):
        equal(ask(site, f"{PUBLIC}/s/{other}").status, 404, other)
    # The end of the address is for people and for programs that save files.
    equal(ask(site, one["url"] + "/1/whatever").status, 302)


@case("a share is 410 after its last second, and 404 once it is revoked")
def _(site):
    put("public/e")
    share = make(site, objects=["public/e"], expires="3600")
    need(abs(unix(share["expiresAt"]) - time.time() - 3600) < 10, share)
    end = int(unix(share["expiresAt"]))
    for clock, status in ((end, 302), (end + 1, 410)):
        with failing(site.environment(), clock=str(clock)) as system:
            equal(alone(site, share["url"] + "/1", system).status, status)
    equal(ask(site, share["url"] + "/1").status, 302)
    for token, status in (("bulk", 404), ("web", 200), ("web", 404)):
        equal(site.request("DELETE", f"/shares/{share['id']}",
                           token=token).status, status, token)
    for url in (share["url"], share["url"] + "/1"):
        equal(ask(site, url).status, 404)
    equal([line["event"] for line in site.audit_lines()
           if line.get("share") == share["id"]][-1], "revoke")


@case("the policy of a share's maker is asked again each time")
def _(site):
    put("public/p", "users/ann/p")
    share = make(site, objects=["public/p", "users/ann/p"])
    equal(ask(site, share["url"] + "/2").status, 302)

    def asked(number):
        return alone(site, f"{share['url']}/{number}").status
    with site.changed("caller web", prefixes="public/"):
        equal((asked(1), asked(2)), (302, 410))
        equal([file["name"] for file in alone(site, share["url"]).result[
            "files"]], ["public/p"])
        # What says how many lines it has counts those that are there.
        lines = [json.loads(line) for line in alone(
            site, share["url"] + "?format=ndjson").text.splitlines()]
        equal((len(lines), lines[-1]["result_info"]["count"]), (2, 1))
    with site.changed("caller web", buckets="shared"):
        equal(asked(1), 410)
    with site.changed("caller web", permissions="object-write-only"):
        equal(asked(1), 410)
    kept = site.settings.sections.pop("caller web")
    site.settings.write()
    equal(asked(1), 410)
    site.settings.sections["caller web"] = kept
    site.settings.write()
    equal((asked(1), asked(2)), (302, 302))


@case("the page shows names and links, runs nothing, and is for nobody else")
def _(site):
    name = "<img src=x onerror=alert(1)>.pdf"
    put("public/" + name)
    share = make(site, title="<b>T", objects=["public/" + name])
    page = ask(site, share["url"], **BROWSER)
    equal(page.status, 200)
    need("text/html" in page.headers["Content-Type"], "type")
    need("<img" not in page.text and "&lt;img src=x" in page.text, page.text)
    equal((page.headers["X-Robots-Tag"], page.headers["Cache-Control"],
           page.headers["Referrer-Policy"]),
          ("noindex", "no-store", "no-referrer"))
    for url in (share["url"] + "/1", share["url"] + "/9", PUBLIC + "/s/x",
                PUBLIC + "/s/", share["url"] + "/", share["url"] + "/1/a/b"):
        for method in ("GET", "HEAD", "PUT"):
            equal(ask(site, url, method, **BROWSER).headers["X-Robots-Tag"],
                  "noindex", f"{method} {url}")
    # Opening the page never counts.
    limited = make(site, objects=["public/" + name], maxDownloads=1)
    for _ in range(5):
        equal(opened(site, limited["url"])["files"][0]["downloadsLeft"], 1)
    equal(ask(site, limited["url"] + "/1").status, 302)
    equal(opened(site, limited["url"])["files"][0]["downloadsLeft"], 0)
    equal(ask(site, limited["url"] + "/1", agent="other").status, 410)


@case("lists for programs: text, aria2, metalink, curl, csv")
def _(site):
    put("public/l/1.bin", "public/l/2.bin")
    share = make(site, objects=["public/l/1.bin", "public/l/2.bin"])
    lines = ask(site, share["url"] + "?format=text").text.splitlines()
    equal(lines, [f"{share['url']}/{n}/{n}.bin" for n in (1, 2)])
    need(" out=2.bin\n" in ask(site, share["url"] + "?format=aria2").text, "")
    need('<file name="1.bin">'
         in ask(site, share["url"] + "?format=metalink").text, "")
    equal(ask(site, share["url"] + "?format=nope").status, 400)
    equal(ask(site, share["url"] + "?format=aws").status, 400)


@case("refusals of visitors are summed, as those of other strangers are")
def _(site):
    put("public/f")
    share = make(site, objects=["public/f"], maxDownloads=1)
    equal(ask(site, share["url"] + "/1", agent="first").status, 302)
    with site.changed("mintage", refusal_rate="1/min"):
        answers = [alone(site, share["url"] + "/1", HTTP_USER_AGENT=f"{n}")
                   for n in range(5)]
    equal([answer.status for answer in answers], [410] * 5)
    lines = [line for line in site.audit_lines()
             if line["request"] in {answer.id for answer in answers}]
    need(len(lines) <= 1, f"{len(lines)} lines")


@case("GET /shares lists the caller's own, newest first, without addresses")
def _(site):
    before = site.request("GET", "/shares", token="bulk").result
    share = make(site, "bulk", title="mine", objects=["k"], maxDownloads=3)
    listed = site.request("GET", "/shares", token="bulk")
    equal(listed.result[0] | {}, {
        "id": share["id"], "title": "mine", "bucket": BUCKET, "count": 1,
        "maxDownloads": 3, "createdAt": listed.result[0]["createdAt"],
        "expiresAt": share["expiresAt"]})
    equal(len(listed.result), len(before) + 1)
    need(share["url"][-22:] not in listed.text, "the secret is listed")
    need(share["id"] not in site.request("GET", "/shares", token="web").text,
         "somebody else's share is listed")
    equal(site.request("GET", "/shares").status, 401)


@case("a request that can't be a share is refused, and leaves nothing behind")
def _(site):
    put("public/q")
    good = {"bucket": BUCKET, "objects": ["public/q"]}
    before = sorted(os.listdir(site.shares))
    for pointer, status, fields in (
            ("/objects/0", 403, {"objects": ["secret/q"]}),
            ("/objects", 400, {"objects": []}),
            ("/prefixes", 400, {"prefixes": ["public/"]}),
            ("/bucket", 403, {"bucket": "shared"}),
            ("/method", 400, {"method": "PUT"}),
            ("/sign", 400, {"sign": "scoped"}),
            ("/onError", 400, {"onError": "report"}),
            ("/expires", 400, {"expires": "2020-01-01"}),
            ("/expires", 400, {"expires": "1970-01-01T00:00:00Z"}),
            ("/lifetime", 400, {"lifetime": "1970-01-01T00:00:00Z"}),
            ("/objects/0/ttlSeconds", 400, {
                "objects": [{"key": "public/q", "ttlSeconds": 60}]}),
            ("/format", 400, {"format": "csv"}),
            ("/expires", 400, {"expires": "soon"}),
            ("/expires", 403, {"expires": "61d"}),
            ("/title", 400, {"title": "a\nb"}),
            ("/title", 400, {"title": "x" * 201}),
            ("/message", 400, {"message": "\u0007"}),
            ("/maxDownloads", 400, {"maxDownloads": -1}),
            ("/maxDownloads", 400, {"maxDownloads": 1.5}),
            ("/objekts", 400, {"objekts": []})):
        answer = site.request("POST", "/shares", token="web",
                              json={**good, **fields})
        equal((answer.status, answer.errors[0]["source"]["pointer"]),
              (status, pointer), str(fields))
    for field, value in (("title", "x"), ("message", "x"), ("expires", "1d"),
                         ("maxDownloads", 1)):
        for path in ("r2/presigned-urls", "r2/temp-access-credentials"):
            answer = site.request(
                "POST", f"/accounts/0a1b2c3d4e5f60718293a4b5c6d7e8f9/{path}",
                token="web", json={**good, field: value,
                                   **({} if "urls" in path else
                                      {"permission": "object-read-only"})})
            equal((answer.status, answer.errors[0]["source"]["pointer"]),
                  (400, "/" + field))
    equal(sorted(os.listdir(site.shares)), before)


if __name__ == "__main__":
    main(make_site)
