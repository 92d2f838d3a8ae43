#!/usr/bin/python3
"""Links: who signs them, and what an entry has of its own."""
import json
import sys

sys.path.insert(1, sys.path[0] + "/../lib")
from harness import EUROPE, R2_HOST, case, equal, form, main, need, query
from judge import Judge
from linking import (DOWN, ENDPOINT, PARAMETERS, UP, ask, check_times,
                     credential_of, curl, equal_links, issued, key_of, last,
                     link, links, links_path, make_site, query_of, sign_again)

# Who signs -------------------------------------------------------------------

ACTIONS = {"GET": "GetObject", "HEAD": "HeadObject", "PUT": "PutObject",
           "DELETE": "DeleteObject"}


@case("scoped: the token in the link holds this object and this action alone")
def _(site):
    keys = ["f.txt", "käse/ö.txt", "x" * 1024, "\"quoted\"\\", "😀"]
    for method, action in ACTIONS.items():
        found = links(site, {"objects": keys, "method": method,
                             "sign": "scoped", "ttlSeconds": 3600})
        judge = Judge(site, DOWN, [action], 3600)
        for key, each in zip(keys, found):
            credential = credential_of(each)
            judge.object(credential, key)
            equal(key_of(each["url"]), key)
            equal(sorted(query_of(each["url"])),
                  sorted([*PARAMETERS, "X-Amz-Security-Token"]))
            equal_links(each["url"], sign_again(site, each, DOWN, credential))
            ends = judge.token(credential)["exp"]
            equal(check_times(each, 3600) + 3600, ends, "exp of the token")


@case("scoped: what the link carries opens nothing else")
def _(site):
    ENDPOINT.put(DOWN, "f.txt", b"content")
    ENDPOINT.put(DOWN, "other.txt", b"other")
    found = link(site, "f.txt", sign="scoped")
    equal(curl(found["url"])[::2], (200, b"content"), last().reason)
    credential = credential_of(found)
    for changes, how in [({"key": "other.txt"}, []), ({"key": "f.txt2"}, []),
                         ({"method": "HEAD"}, ["--head"]),
                         ({"method": "PUT"}, ["-X", "PUT"]),
                         ({"method": "DELETE"}, ["-X", "DELETE"])]:
        url = sign_again(site, {**found, **changes}, DOWN, credential)
        equal(curl(url, *how)[0], 403, f"{changes}")
        equal(last().code, "AccessDenied")
    equal(curl(sign_again(site, found, DOWN, credential))[0], 200)
    equal(curl(sign_again(site, found, UP, credential))[0], 403)


@case("signed by the parent unless asked; short, without any token")
def _(site):
    for fields in ({}, {"sign": "parent"}):
        url = link(site, "f.txt", **fields)["url"]
        need("X-Amz-Security-Token" not in url, url)
        need(len(url) < 400, f"{len(url)} characters")


@case("an EU account's links go to its own host, over https")
def _(site):
    found = links(site, {"bucket": "berlin", "objects": ["a b"]},
                  token="admin", account=EUROPE)
    need(found[0]["url"].startswith(
        f"https://{EUROPE}.eu.{R2_HOST}/berlin/a%20b?X-Amz-Algorithm="),
         found[0]["url"])


# What an entry sets apart ----------------------------------------------------

@case("an entry's own method, ttlSeconds and the rest go before the batch's")
def _(site):
    entries = ["a", {"key": "b", "method": "HEAD"},
               {"key": "c", "ttlSeconds": 60},
               {"key": "d", "method": "PUT", "contentType": "image/png"},
               {"key": "e", "method": "DELETE", "ttlSeconds": 604800},
               {"key": "f", "filename": "F.txt"}, "g",
               {"key": "h", "permission": "object-write-only",
                "method": "PUT"}]
    for sign in ("parent", "scoped"):
        found = links(site, {"objects": entries, "sign": sign,
                             "ttlSeconds": 3600})
        equal([each["method"] for each in found],
              ["GET", "HEAD", "GET", "PUT", "DELETE", "GET", "GET", "PUT"])
        ttls = [3600, 3600, 60, 3600, 604800, 3600, 3600, 3600]
        for each, ttl in zip(found, ttls):
            check_times(each, ttl)
            if sign == "scoped":
                Judge(site, DOWN, [ACTIONS[each["method"]]], ttl).object(
                    credential_of(each), each["key"])
        equal([each["headers"] for each in found if each["headers"]],
              [{"Content-Type": "image/png"}])
        named = ["response-content-disposition" in query_of(each["url"])
                 for each in found]
        equal([number for number, has in enumerate(named) if has], [5])


@case("onError=report: good links, and an error in the place of a bad one")
def _(site):
    answer = ask(site, {"onError": "report", "objects": [
        "a", "b/../c", {"key": "d", "contentType": "image/png"},
        {"key": "e", "method": "POST"}, {"kye": "f"}, "g"]})
    found = issued(site, answer)
    equal([list(each) for each in found[1:5]],
          4 * [["key", "error"]], "members")
    equal([each["error"]["code"] for each in found[1:5]][0], 10020)
    equal([each["key"] for each in found],
          ["a", "b/../c", "d", "e", "", "g"])
    for each in (found[0], found[5]):
        equal_links(each["url"], sign_again(site, each))
    equal(answer.json["result_info"], {"count": 2, "failed": 4})
    need("PUT" in found[3]["error"]["message"], found[3]["error"]["message"])
    issue, outcome = site.audit(answer.id, "issue", "outcome")
    equal((issue["count"], issue["failed"], outcome["issued"]), (2, 4, 2))


@case("ndjson, a form and a bare manifest give the same links")
def _(site):
    asked = {"bucket": DOWN, "method": "HEAD", "ttlSeconds": "60"}
    keys = ["a b", "ä"]
    answers = [
        ask(site, {**asked, "objects": keys, "ttlSeconds": 60,
                   "format": "ndjson"}),
        site.request("POST", links_path(), form({
            **asked, "objects": "\r\n".join(keys), "format": "ndjson"}),
            "bulk", headers={"Content-Type":
                             "application/x-www-form-urlencoded"}),
        site.request("POST", links_path() + query(**asked, format="ndjson"),
                     '"a b"\n{"key":"ä"}\n', "bulk",
                     headers={"Content-Type": "application/x-ndjson"})]
    for answer in answers:
        equal(answer.status, 200, answer.text)
        *found, end = [json.loads(line) for line in answer.text.splitlines()]
        equal([each["key"] for each in found], keys)
        for each in found:
            equal(each["method"], "HEAD")
            check_times(each, 60)
            equal_links(each["url"], sign_again(site, each))
        equal((end["success"], end["result_info"]),
              (True, {"count": 2, "failed": 0}))


if __name__ == "__main__":
    main(make_site)
