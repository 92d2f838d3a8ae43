#!/usr/bin/python3
"""Links: warnings, the record, and a hundred thousand of them."""
import datetime
import os
import random
import re
import sys
import urllib.parse

sys.path.insert(1, sys.path[0] + "/../lib")
from harness import ACCOUNT, PORTAL, case, equal, main, need, query, real_names
from judge import scopes_digest
from linking import (DOWN, ENDPOINT, ask, check_times, curl, equal_links,
                     issued, links_path, make_site, sign_again)

LARGE = 100000
SAMPLE = 1000
HEX64 = "[0-9a-f]{64}"


# Warnings --------------------------------------------------------------------

@case("a key with a leading / or // is warned of, and its link works")
def _(site):
    keys = ["a", "/a", "a//b", "a/b", "a//", "//", "/"]
    answer = ask(site, {"objects": keys})
    found = issued(site, answer)
    messages = answer.json["messages"]
    equal([message.split(":")[0] for message in messages],
          ["/objects/1 and 4 more entries"])
    for each in found:
        ENDPOINT.put(DOWN, each["key"], each["key"].encode())
        equal(curl(each["url"])[::2], (200, each["key"].encode()))
    # Credentials have no such trouble.
    answer = site.batch({"bucket": DOWN, "permission": "object-read-only",
                         "objects": keys})
    site.issued_as(answer)
    equal(answer.json["messages"], [])


@case("a key that is not in NFC is warned of")
def _(site):
    answer = ask(site, {"objects": ["cafe\u0301", "caf\u00e9"]})
    issued(site, answer)
    equal(len(answer.json["messages"]), 1)
    need(answer.json["messages"][0].startswith("/objects/0: "), "which one?")


# The record ------------------------------------------------------------------

@case("the audit has the action, the count, and a digest of every link")
def _(site):
    answer = ask(site, {"ttlSeconds": 60, "sign": "scoped", "objects": [
        "a", {"key": "b\"\n", "method": "PUT", "ttlSeconds": 90}, "ä"]})
    issued(site, answer)
    issue, outcome = site.audit(answer.id, "issue", "outcome")
    expected = {"caller": "bulk", "route": "presigned-urls",
                "account": ACCOUNT, "parent": PORTAL, "bucket": DOWN,
                "actions": ["GetObject"], "ttlSeconds": 60, "count": 3,
                "failed": 0}
    equal({name: issue.get(name) for name in expected}, expected)
    equal(issue["scopes"], scopes_digest([
        (DOWN, ["GetObject"], 60, "object", "a"),
        (DOWN, ["PutObject"], 90, "object", "b\"\n"),
        (DOWN, ["GetObject"], 60, "object", "ä")]))
    equal((outcome["result"], outcome["issued"]), ("complete", 3))
    answer = ask(site, {"objects": ["public/a"], "method": "PUT"},
                 token="web")
    line = site.audit(answer.id, "refused")[0]
    equal((line["route"], line["status"], line["pointer"]),
          ("presigned-urls", 403, "/method"))


# In bulk ---------------------------------------------------------------------

@case(f"{LARGE:,} links of a real listing in one request; botocore made none "
      "of them otherwise")
def _(site):
    keys = real_names(LARGE)
    equal(len(keys), LARGE, "different keys")
    answer = site.request(
        "POST", links_path() + query(bucket=DOWN, ttlSeconds=86400),
        "\n".join(keys) + "\n", "bulk", headers={"Content-Type": "text/plain"})
    found = answer.result
    equal(answer.headers["Mintage-Count"], str(LARGE))
    equal(answer.json["result_info"], {"count": LARGE, "failed": 0})
    equal([each["key"] for each in found], keys, "keys in their order")
    check_all(found)
    issue = site.audit(answer.id, "issue", "outcome")[0]
    equal((issue["count"], issue["scopes"]), (LARGE, scopes_digest(
        (DOWN, ["GetObject"], 86400, "object", key) for key in keys)))
    seed = int.from_bytes(os.urandom(4), "big")
    for each in random.Random(seed).sample(found, SAMPLE):
        equal_links(each["url"], sign_again(site, each))
        site.issued.add(each["url"][-64:])
    ENDPOINT.put(DOWN, keys[-1], b"the last")
    equal(curl(found[-1]["url"])[::2], (200, b"the last"))


def check_all(found):
    """What can be seen of every link in little time."""
    begin = check_times(found[0], 86400)
    stamp = datetime.datetime.utcfromtimestamp(begin)
    shape = re.compile(
        re.escape(f"{ENDPOINT.url}/{DOWN}/") + "([A-Za-z0-9._~/%-]+)"
        + re.escape("?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential="
                    f"{PORTAL}%2F{stamp:%Y%m%d}%2Fauto%2Fs3%2Faws4_request"
                    f"&X-Amz-Date={stamp:%Y%m%dT%H%M%SZ}&X-Amz-Expires=86400"
                    "&X-Amz-SignedHeaders=host&X-Amz-Signature=")
        + f"({HEX64})")
    signatures = set()
    for each in found:
        parts = shape.fullmatch(each["url"])
        need(parts, each["url"])
        equal(urllib.parse.unquote(parts[1], errors="strict"), each["key"])
        signatures.add(parts[2])
    equal(len(signatures), len(found), "different signatures")
    equal({each["expiresAt"] for each in found}, {found[0]["expiresAt"]})
    equal({each["method"] for each in found}, {"GET"})


if __name__ == "__main__":
    main(make_site)
