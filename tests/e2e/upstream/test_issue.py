#!/usr/bin/python3
"""Cloudflare signs: what it is asked, what comes out, and what it can't do."""
import glob
import json
import os
import subprocess
import sys

sys.path.insert(1, sys.path[0] + "/../lib")
from cloud import GOOD, KEYS, ONLINE, REMOTE, TOKEN, helpers, run_all
from harness import (ACCOUNT, MINTAGE, RESPONDER, case, command_line, equal,
                     need, until)
import api


# ---- as it should be ----------------------------------------------------------

@case("what signs locally loads no libcurl, and starts no helper")
def _(site):
    for program in (RESPONDER, MINTAGE):
        libraries = subprocess.run(["ldd", program], check=True,
                                   stdout=subprocess.PIPE).stdout
        need(b"curl" not in libraries, f"{program}: {libraries}")
    libraries = subprocess.run(["ldd", ONLINE], check=True,
                               stdout=subprocess.PIPE).stdout
    need(b"curl" in libraries, "nothing has libcurl")
    result = site.single({"bucket": "portal-downloads", "objects": ["a"],
                          "permission": "object-read-only"}).result
    need(result["sessionToken"], "no credential")
    equal(helpers(site), [], "helpers")


@case("a single credential: everything passes as it was asked for")
def _(site):
    with site.api.doing() as calls:
        answer = site.single({**GOOD, "ttlSeconds": 77, "objects": KEYS[:2],
                              "prefixes": ["users/ann/"]}, token="sky")
        result = site.issued_as(answer)
    equal(len(calls), 1, "calls")
    equal(calls[0].path, f"/client/v4/accounts/{ACCOUNT}/r2/"
                         "temp-access-credentials")
    equal(calls[0].json, {**GOOD, "parentAccessKeyId": REMOTE,
                          "ttlSeconds": 77, "objects": KEYS[:2],
                          "prefixes": ["users/ann/"]})
    site.check_claims(result, {"objectPaths": KEYS[:2],
                               "prefixPaths": ["users/ann/"]}, 77,
                      "object-read-only")
    site.audit(answer.id, "issue", "outcome")


@case("the whole bucket, where that was asked for")
def _(site):
    result = site.issued_as(site.single(GOOD, token="sky"))
    site.check_claims(result, None, 900, "object-read-only")


@case("a batch: a call for each entry, in order, over few connections")
def _(site):
    with site.api.doing(latency=0.02) as calls:
        answer = site.batch({**GOOD, "objects": KEYS}, token="sky")
        entries = site.issued_as(answer)
    equal(len(entries), len(KEYS))
    for entry, key in zip(entries, KEYS):
        site.check(entry, key)
    equal(len(calls), len(KEYS), "calls")
    need(api.connections(calls) <= 8, "more connections than calls at a time")
    need(2 <= site.api.most_under_way <= 8,
         f"{site.api.most_under_way} calls at a time")
    equal(answer.headers["Mintage-Count"], str(len(KEYS)))
    first, last = site.audit(answer.id, "issue", "outcome")
    equal((first["count"], last["issued"], last["result"]),
          (len(KEYS), len(KEYS), "complete"))


@case("entries with their own permission and time; prefixes; ndjson")
def _(site):
    lines = [{"key": "a/1", "permission": "object-read-write"},
             {"key": "a/2", "ttlSeconds": 60}, {"key": "a/3"}]
    answer = site.manifest("".join(json.dumps(line) + "\n" for line in lines),
                           "application/x-ndjson", "sky", format="ndjson",
                           **GOOD)
    equal(answer.status, 200, answer.text)
    rows = [json.loads(line) for line in answer.text.splitlines()]
    site.check(rows[0], "a/1", scope="object-read-write")
    site.check(rows[1], "a/2", ttl=60)
    site.check(rows[2], "a/3")
    equal(rows[3]["result_info"]["count"], 3)
    row = site.batch({**GOOD, "prefixes": ["p/"]}, token="sky").result[0]
    equal(row["prefix"], "p/")
    site.check_claims(row, {"prefixPaths": ["p/"]}, 900, "object-read-only")


@case("one helper, one pool: what is open is used again")
def _(site):
    with site.api.doing() as calls:
        for _ in range(5):
            site.single({**GOOD, "objects": ["a"]}, token="sky")
    equal(len(helpers(site)), 1, "helpers")
    equal((len(calls), api.connections(calls)), (5, 1))


@case("a helper that was killed is started again")
def _(site):
    before = helpers(site)
    os.kill(before[0], 9)
    until(lambda: not os.path.exists(f"/proc/{before[0]}/fd/0"), "it ends")
    result = site.single({**GOOD, "objects": ["a"]}, token="sky").result
    need(result["sessionToken"], "no credential")
    need(helpers(site) != before, "the same helper")


@case("a helper has no secret in its arguments or environment, nothing open")
def _(site):
    pid = helpers(site)[0]
    need(TOKEN not in command_line(pid), "the token is an argument")
    with open(f"/proc/{pid}/environ", "rb") as f:
        environment = f.read().decode()
    need(TOKEN not in environment and "HTTP" not in environment,
         environment)
    links = [os.readlink(path) for path in glob.glob(f"/proc/{pid}/fd/*")]
    for link in links:
        need("audit" not in link and ".conf" not in link
             and not link.startswith(site.folder + "/fcgi"),
             f"{link} is open in the helper")


# ---- what the API can't do ------------------------------------------------------

@case("actions, writing only and links are refused, with the reason")
def _(site):
    with site.api.doing() as calls:
        for fields, pointer in (
                ({"actions": ["GetObject"]}, "/actions"),
                ({"permission": "object-read-only",
                  "actions": ["GetObject"]}, "/actions"),
                ({"permission": "object-write-only"}, "/permission")):
            answer = site.single({"bucket": "clouds", "objects": ["a"],
                                  **fields}, token="sky")
            site.refused(answer, 400, "Cloudflare signs for this parent")
            equal(answer.errors[0]["source"]["pointer"], pointer)
        answer = site.batch({**GOOD, "objects": [
            "a", {"key": "b", "actions": ["GetObject"]},
            {"key": "c", "permission": "object-write-only"}]}, token="sky")
        equal([error["source"]["pointer"] for error in answer.errors],
              ["/objects/1/actions", "/objects/2/permission"])
        answer = site.request(
            "POST", f"/accounts/{ACCOUNT}/r2/presigned-urls", token="sky",
            json={"bucket": "clouds", "objects": ["a"]})
        site.refused(answer, 400, "Cloudflare signs for this parent")
        equal(answer.errors[0]["source"]["pointer"], "/parentAccessKeyId")
    equal(calls, [], "calls")


if __name__ == "__main__":
    run_all()
