#!/usr/bin/python3
"""sign=download: links to a [download] of this service, which may live longer
than R2's seven days."""
import csv
import hashlib
import io
import json
import os
import subprocess
import sys
import tempfile
import time

sys.path.insert(1, sys.path[0] + "/../lib")
from harness import (AWKWARD, MINTAGE, PORTAL, case, equal, form, main, need)
from owning import (ACCOUNT, DAY, DOWN, ENDPOINT, HOST, PUBLIC, UP, ask,
                    expires_of, follow, here, links_path, make_site, opened_at,
                    own, signature_of)
from preload import failing

# lighttpd itself answers 400 to control characters in an address.
KEYS = ["public/" + key for key in AWKWARD
        if not key.endswith("/") and len(key.encode()) <= 1017
        and not any(ord(c) < 32 or ord(c) == 127 for c in key)]


def store(keys):
    for key in keys:
        ENDPOINT.put(DOWN, key, b"body of " + key.encode())


def refused(answer, status, pointer, *words):
    equal(answer.status, status, answer.text[:400])
    equal([error["source"]["pointer"] for error in answer.errors], [pointer])
    for word in words:
        need(word in answer.errors[0]["message"], answer.text)


@case("a link opens its key by GET and by HEAD, whatever the key is")
def _(site):
    store(KEYS)
    found = own(site, {"objects": KEYS})
    equal([link["key"] for link in found], KEYS)
    for link in found:
        equal((link["method"], link["headers"]), ("GET", {}))
        need(link["url"].startswith(PUBLIC + "/get/"), link["url"])
        equal(follow(site, link["url"]),
              (200, b"body of " + link["key"].encode()), link["key"])
        equal(follow(site, link["url"], "HEAD")[0], 200, link["key"])
    equal(len({link["url"] for link in found}), len(KEYS))


@case("and no other key, nor with a signature that is not its own")
def _(site):
    store(["public/a", "public/b"])
    one, other = own(site, {"objects": ["public/a", "public/b"]})
    before = len(ENDPOINT.log)
    for wrong in (one["url"].replace("/get/a?", "/get/b?"),
                  one["url"].replace(signature_of(one["url"]),
                                     signature_of(other["url"])),
                  one["url"][:-1],
                  one["url"].replace("expires=1", "expires=2")):
        equal(follow(site, wrong)[0], 403, wrong)
    equal(len(ENDPOINT.log), before, "requests to R2")


@case("a link of 30 days opens after 29 days, and is over after 31")
def _(site):
    store(["public/month"])
    begin = int(time.time())
    link, = own(site, {"objects": ["public/month"], "ttlSeconds": "30d"})
    need(0 <= expires_of(link) - begin - 30 * DAY <= 5, link["expiresAt"])
    for clock, status in ((begin + 29 * DAY, 302), (expires_of(link), 302),
                          (expires_of(link) + 1, 410),
                          (begin + 31 * DAY, 410)):
        with failing(site.environment(), clock=clock) as system:
            answer = opened_at(site, link["url"], system)
        equal(answer.status, status, str(clock - begin))
        if status != 302:
            continue
        # R2 is asked at that time, too.
        ENDPOINT.clock_offset = clock - int(time.time())
        try:
            done = subprocess.run(
                ["curl", "-qsS", answer.headers["Location"]],
                capture_output=True, check=True)
        finally:
            ENDPOINT.clock_offset = 0
        equal(done.stdout, b"body of public/month")


@case("a caller has what its max-link-age allows, and not a second more")
def _(site):
    for token, most in (("web", DAY), ("bulk", 365 * DAY)):
        own(site, {"objects": ["public/a"], "ttlSeconds": most}, token=token)
        refused(ask(site, {"sign": "download", "objects": ["public/a"],
                           "ttlSeconds": most + 1}, token=token),
                403, "/ttlSeconds", f"1 to {most}")
    refused(ask(site, {"sign": "download", "objects": ["public/a"],
                       "ttlSeconds": "2d"}, token="web"),
            403, "/ttlSeconds", f"1 to {DAY}")
    # An entry's own is held to it, and so is a list's.
    refused(ask(site, {"sign": "download", "objects": [
        "public/a", {"key": "public/b", "ttlSeconds": "2d"}]}, token="web"),
        403, "/objects/1/ttlSeconds", f"1 to {DAY}")


@case("the service's max-link-age bounds every caller and the owner")
def _(site):
    with site.changed("mintage", max_link_age="2d"):
        with failing(site.environment()) as system:
            for arguments, status in ((["--ttl=2d"], 0),
                                      (["--ttl=172801"], 1)):
                done = subprocess.run(
                    [MINTAGE, "sign", "--config=" + site.settings.path,
                     "--bucket", DOWN, "--download", "--object=public/a",
                     *arguments], env=system, capture_output=True, check=False)
                equal(done.returncode, status, done.stderr.decode())
                if status:
                    need(b"1 to 172800" in done.stderr, done.stderr)
        for pid in site.responders():
            os.kill(pid, 1)
        wanted = {"sign": "download", "objects": ["public/a"],
                  "ttlSeconds": 172801}
        deadline = time.time() + 20
        while ask(site, wanted).status == 200 and time.time() < deadline:
            time.sleep(0.1)
        refused(ask(site, wanted), 403, "/ttlSeconds", "1 to 172800")
        own(site, {**wanted, "ttlSeconds": 172800})
    for pid in site.responders():
        os.kill(pid, 1)


@case("the record names the kind, the section and the expiry")
def _(site):
    answer = ask(site, {"sign": "download", "objects": ["public/a"],
                        "ttlSeconds": "30d"})
    line, _ = site.audit(answer.id, "issue", "outcome")
    link, = answer.result
    equal({name: line[name] for name in (
        "sign", "download", "expiresAt", "ttlSeconds", "parent", "bucket",
        "actions", "count")},
        {"sign": "download", "download": "files", "parent": PORTAL,
         "expiresAt": link["expiresAt"], "ttlSeconds": 30 * DAY,
         "bucket": DOWN, "actions": ["GetObject"], "count": 1})
    answer = ask(site, {"objects": ["public/a"]})
    line, _ = site.audit(answer.id, "issue", "outcome")
    equal([name for name in ("sign", "download", "domain", "expiresAt")
           if name in line], [], "of a link to R2")


@case("a key that is another's, or that no address leads to, is refused")
def _(site):
    for key, status, words in (
            ("secret/a", 403, "begin with public/"), ("public/", 400, "prefix"),
            ("public/folder/", 400, "slash"),
            ("public/a/../b", 400, "'..'"), ("public/./a", 400, "'.'")):
        refused(ask(site, {"sign": "download", "objects": [key]}), status,
                "/objects/0", words)
    refused(ask(site, {"sign": "download", "objects": ["private/x"]},
                token="web"), 403, "/objects/0", "reach")
    # With onError=report the good ones are made.
    found = own(site, {"onError": "report", "objects": [
        "public/a", "public/a/", "secret/b", "public/c"]})
    equal(["url" in link for link in found], [True, False, False, True])


@case("two sections of one bucket: the field names one")
def _(site):
    wanted = {"bucket": UP, "sign": "download", "objects": ["incoming/x"]}
    refused(ask(site, wanted), 400, "/download", "[download up]",
            "[download incoming]")
    for name, url in (("up", "/up/incoming/x?"), ("incoming", "/in/x?")):
        link, = own(site, {**wanted, "download": name})
        need(link["url"].startswith(PUBLIC + url), link["url"])
    refused(ask(site, {**wanted, "download": "files"}), 403, "/download",
            "files")
    refused(ask(site, {**wanted, "sign": "parent", "download": "up"}), 400,
            "/download", "sign=download")


# Every way to ask, every way to be answered ----------------------------------

@case("forms, queries and lists ask for them, too")
def _(site):
    body = form({"bucket": DOWN, "sign": "download", "download": "files",
                 "ttlSeconds": "30d", "objects": "public/a\r\npublic/b"})
    answer = site.request("POST", links_path(), body, "bulk", headers={
        "Content-Type": "application/x-www-form-urlencoded",
        "Accept": "application/json"})
    equal([link["url"].split("?")[0] for link in answer.result],
          [PUBLIC + "/get/a", PUBLIC + "/get/b"])
    answer = site.request(
        "POST", links_path() + f"?bucket={DOWN}&sign=download&ttlSeconds=8d",
        "key,ttlSeconds\npublic/a,60d\npublic/b,\n", "bulk", headers={
            "Content-Type": "text/csv", "Accept": "application/json"})
    equal([(expires_of(link) - int(time.time()) + 60) // DAY
           for link in answer.result], [60, 8])


def text_of(site, name, keys, **fields):
    answer = ask(site, {"sign": "download", "objects": keys, "format": name,
                        "ttlSeconds": "30d", **fields})
    equal(answer.status, 200, answer.text[:300])
    return answer.text


@case("text, csv, ndjson and html hold the same links as json")
def _(site):
    keys = ["public/ä b", "public/%2F+"]
    for _ in range(3):      # a second may end between two of them
        urls = [link["url"] for link in own(
            site, {"objects": keys, "ttlSeconds": "30d"})]
        texts = {name: text_of(site, name, keys)
                 for name in ("text", "csv", "csv-exact", "ndjson", "html")}
        if own(site, {"objects": keys, "ttlSeconds": "30d"})[0]["url"] == (
                urls[0]):
            break
    equal(texts["text"].splitlines(), urls)
    for name in ("csv", "csv-exact"):
        equal([row["url"] for row in csv.DictReader(
            io.StringIO(texts[name]))], urls)
    equal([json.loads(line)["url"]
           for line in texts["ndjson"].splitlines()[:-1]], urls)
    for url in urls:
        need(url.replace("&", "&amp;") in texts["html"], url)


def saved(site, command, text, name):
    """What a program saves that reads this list."""
    text = text.replace(PUBLIC, here(site, PUBLIC + "/")[:-1])
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, name)
        with open(path, "w", encoding="utf-8") as f:
            f.write(text)
        done = subprocess.run([*command, path], cwd=folder,
                              capture_output=True, check=False)
        equal(done.returncode, 0, done.stderr.decode() + done.stdout.decode())
        os.unlink(path)
        found = {}
        for where, _, names in os.walk(folder):
            for each in names:
                full = os.path.join(where, each)
                with open(full, "rb") as f:
                    found[os.path.relpath(full, folder)] = f.read()
    return found


@case("curl, aria2 and a metalink program follow them to the files")
def _(site):
    keys = ["public/ä b", "public/sub/%2F+#?&=;", "public/c"]
    store(keys)
    want = {key: b"body of " + key.encode() for key in keys}
    entries = [{"key": key, "sha256": hashlib.sha256(want[key]).hexdigest()}
               for key in keys]
    aria2 = ["aria2c", "--no-conf", "--quiet", "--enable-dht=false"]
    for name, command, file in (
            ("curl", ["curl", "-qsS", "-K"], "list"),
            ("aria2", [*aria2, "--follow-metalink=false", "-i"], "list"),
            ("metalink", aria2, "list.meta4")):
        text = text_of(site, name, entries)
        equal(saved(site, command, text, file),
              {key.replace("&", "&#38;") if name == "metalink" else key: body
               for key, body in want.items()}, name)


@case("GET / tells a caller where its links may lead, and for how long")
def _(site):
    for token, age, downloads, domains in (
            ("bulk", 365 * DAY, ["files", "up", "incoming"], [HOST]),
            ("web", DAY, ["files"], [HOST]), ("drop", 900, [], []),
            ("admin", 7 * DAY, [], [])):
        caller = site.request("GET", "/", token=token, headers={
            "Accept": "application/json"}).json["caller"]
        equal(caller["maxLinkAgeSeconds"], age, token)
        equal([section["name"] for account in caller["accounts"]
               for section in account["downloads"]], downloads, token)
        equal([(section["name"], section["bucket"], section["ttlSeconds"])
               for account in caller["accounts"]
               for section in account["domains"]],
              [(name, DOWN, 7200) for name in domains], token)


# The command -----------------------------------------------------------------

def command(site, *arguments, status=0):
    done = subprocess.run(
        [MINTAGE, "sign", "--bucket", DOWN, *arguments],
        env=site.environment(), stdin=subprocess.DEVNULL, capture_output=True,
        check=False)
    equal(done.returncode, status, done.stderr.decode())
    return (done.stderr if status else done.stdout).decode()


@case("mintage sign --download, here and from a service, makes the same links")
def _(site):
    store(["public/a b"])
    token = os.path.join(site.folder, "keys", "bulk.token")
    with open(os.open(token, os.O_WRONLY | os.O_CREAT, 0o600), "w") as f:
        f.write(site.settings.tokens["bulk"])
    there = ["--url", f"http://127.0.0.1:{site.port}{site.mount}",
             "--token-file", token, "--account", ACCOUNT]
    for where in (["--config=" + site.settings.path], there):
        for how in (["--download"], ["--sign=download"],
                    ["--download", "--section=files"]):
            url = command(site, *where, *how, "--ttl=30d", "--format=text",
                          "--object=public/a b").strip()
            need(url.startswith(PUBLIC + "/get/a%20b?"), url)
            equal(follow(site, url), (200, b"body of public/a b"))
        url = command(site, *where, "--sign=waf", "--section", HOST,
                      "--format=text", "--object=public/a b").strip()
        need(url.startswith(f"https://{HOST}/public/a%20b?verify="), url)
        need("section" in command(site, *where, "--section=files",
                                  "--object=public/a", status=2 if
                                  where is not there else 1), "field")
        need("nope" in command(site, *where, "--download", "--section=nope",
                               "--object=public/a", status=1), "section")
    need("'sign' is given twice" in command(
        site, "--download", "--sign=parent", "--object=a", status=2), "twice")
    need("604800" in command(site, "--ttl=8d", "--object=a", status=2), "8d")


if __name__ == "__main__":
    main(make_site)
