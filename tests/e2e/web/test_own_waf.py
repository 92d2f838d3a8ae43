#!/usr/bin/python3
"""sign=waf: links to a custom domain, judged in Node's crypto by the formula
that Cloudflare publishes for is_timed_hmac_valid_v0."""
import json
import shutil
import subprocess
import sys
import time

sys.path.insert(1, sys.path[0] + "/../lib")
from harness import AWKWARD, PORTAL, Skip, case, equal, main, need
from owning import (DOWN, HOST, SECRETS, UP, ask, expires_of, make_site, own)

# Cloudflare docs, "HMAC validation functions": MessageMAC is the concatenation
# of message, separator, timestamp, "-" and mac; it matches this regular
# expression; the mac is over message and timestamp. With the flag "s" it is in
# the alphabet of URLs and needs no encoding.
JUDGE = r"""
const { createHmac, timingSafeEqual } = require("crypto");
function is_timed_hmac_valid_v0(key, text, ttl, now, separator, flags) {
  const found = /^(.+)(\d{10})-(.{43,})$/s.exec(text);
  if (!found || found[1].length <= separator) return false;
  const message = found[1].slice(0, found[1].length - separator);
  if (!/^[A-Za-z0-9_-]{43}$/.test(found[3]) || flags !== "s") return false;
  const mac = createHmac("sha256", key).update(message + found[2]).digest();
  const given = Buffer.from(found[3], "base64url");
  return mac.length === given.length && timingSafeEqual(mac, given) &&
    now < Number(found[2]) + ttl;
}
const { key, ttl, asked } = JSON.parse(require("fs").readFileSync(0));
console.log(JSON.stringify(asked.map(([uri, now]) =>
  is_timed_hmac_valid_v0(key, uri, ttl, now, "?verify=".length, "s"))));
"""
# The secret as the file has it: the rule quotes it, the key is itself.
KEY, TTL = SECRETS["waf"], 7200


def judged(asked):
    """Whether Cloudflare would let these pass: of each (uri, time)."""
    if not shutil.which("node"):
        raise Skip("node is not installed")
    done = subprocess.run(
        ["node", "-e", JUDGE], capture_output=True, check=False,
        input=json.dumps({"key": KEY, "ttl": TTL, "asked": asked}).encode())
    equal(done.returncode, 0, done.stderr.decode())
    return json.loads(done.stdout)


def uri(link):
    need(link["url"].startswith(f"https://{HOST}/"), link["url"])
    return link["url"][len(f"https://{HOST}"):]


@case("Cloudflare's formula lets a link pass until the rule's time is over")
def _(site):
    keys = [key for key in AWKWARD if key not in ("..two", ".hidden")]
    keys += ["..two", ".hidden", "public/a b/ä.pdf"]
    now = int(time.time())
    found = own(site, {"objects": keys}, "waf")
    equal([link["key"] for link in found], keys)
    for link in found:
        need(0 <= expires_of(link) - now - TTL <= 10, link["expiresAt"])
        equal((link["method"], link["headers"]), ("GET", {}))
    for shift, good in ((-TTL, True), (-1, True), (0, False), (1, False)):
        equal(judged([[uri(link), expires_of(link) + shift]
                      for link in found]), [good] * len(found), str(shift))


@case("and no other key, time or code")
def _(site):
    one, other = own(site, {"objects": ["a", "b"]}, "waf")
    now = int(time.time())
    path, _, verify = uri(one).partition("?verify=")
    stamp, _, mac = verify.partition("-")
    wrong = [uri(other).partition("?")[0] + "?verify=" + verify,
             f"{path}?verify={int(stamp) + 1}-{mac}",
             f"{path}?verify={stamp}-{mac[:-1]}",
             f"{path}?verify={stamp}-{mac[1:]}A",
             f"{path}?verify={stamp}-{mac}&x=1", path]
    equal(judged([[text, now] for text in [uri(one), *wrong]]),
          [True] + [False] * len(wrong))


def refused(answer, status, pointer, words):
    equal(answer.status, status, answer.text[:400])
    equal([error["source"]["pointer"] for error in answer.errors], [pointer])
    need(words in answer.errors[0]["message"], answer.text)


@case("a link lives as long as the rule says: any other time is refused")
def _(site):
    wanted = {"sign": "waf", "objects": ["public/a"]}
    own(site, {"objects": ["public/a"], "ttlSeconds": TTL}, "waf")
    own(site, {"objects": ["public/a"], "ttlSeconds": "2h"}, "waf")
    for ttl in (60, TTL + 1, 30 * 86400):
        refused(ask(site, {**wanted, "ttlSeconds": ttl}), 400, "/ttlSeconds",
                "write 7200")
    refused(ask(site, {"sign": "waf", "objects": [
        {"key": "public/a", "ttlSeconds": 60}]}), 400,
        "/objects/0/ttlSeconds", "write 7200")


@case("what the caller's policy does not allow is refused as ever")
def _(site):
    wanted = {"sign": "waf", "objects": ["public/a"]}
    own(site, wanted, "waf", token="web")
    refused(ask(site, {**wanted, "objects": ["private/a"]}, token="web"), 403,
            "/objects/0", "reach")
    refused(ask(site, {**wanted, "bucket": UP}, token="web"), 403, "/bucket",
            "may not use bucket")
    refused(ask(site, {**wanted, "bucket": UP}), 403, "/sign", "[domain]")
    refused(ask(site, {**wanted, "download": "else.example.org"}), 403,
            "/download", "else.example.org")
    for method in ("HEAD", "PUT", "DELETE"):
        refused(ask(site, {**wanted, "method": method}), 400, "/method",
                "opens by GET")


@case("the record names the kind and the domain")
def _(site):
    answer = ask(site, {"sign": "waf", "objects": ["public/a"]})
    line, _ = site.audit(answer.id, "issue", "outcome")
    equal({name: line.get(name) for name in (
        "sign", "domain", "download", "expiresAt", "ttlSeconds", "parent",
        "bucket")},
        {"sign": "waf", "domain": HOST, "download": None, "parent": PORTAL,
         "expiresAt": answer.result[0]["expiresAt"], "ttlSeconds": TTL,
         "bucket": DOWN})


if __name__ == "__main__":
    main(make_site)
