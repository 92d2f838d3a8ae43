#!/usr/bin/python3
"""`mintage check`: who may read what below each [download], and the rules of
each [domain] for Cloudflare's WAF."""
import base64
import hashlib
import hmac
import json
import os
import re
import shutil
import subprocess
import sys

sys.path.insert(1, sys.path[0] + "/../lib")
from harness import SRC, Skip, case
from place import CONFIG, READ, Place, main, same, secrets

HOST = "files.example.org"
WORD = 'a "link" \\ secret'
PUBLIC = CONFIG.replace("[mintage]\n", "[mintage]\nstate-dir = .\n"
                        "public-url = https://portal.example.org/mint/\n")

USERS = """
[caller users]
remote-user = *
parents = portal
buckets = downloads
permissions = object-read-only
prefixes = users/{user}/ public/users/

[caller drop]
remote-user = drop
parents = portal
buckets = uploads
permissions = object-write-only
prefixes = *
"""

DOMAIN = f"""
[domain {HOST}]
bucket = downloads
secret-file = link.secret
ttl = 1d
"""


def download(name="get", prefix="public/", path=None, **keys):
    return "".join(f"{key.replace('_', '-')} = {value}\n" for key, value in {
        f"\n[download {name}]\npath": path or f"/{name}/",
        "bucket": "downloads", "prefix": prefix, **keys}.items())


def linked(kinds, **keys):
    return download(open_to="link", link=kinds,
                    link_secret_file="link.secret", **keys)


def place_of(*sections):
    place = Place("".join((PUBLIC, *sections)))
    place.write("link.secret", WORD + "\n", 0o600)
    secrets.add(WORD)
    return place


def told(place, *warnings):
    """{section: {label: text}} of a check that ends well, with these words in
    its warnings, one each."""
    done = place.run("check")
    same(done.returncode, 0, done.said)
    said = done.said.splitlines()
    same(len(said), len(warnings), done.said)
    for line, words in zip(said, warnings):
        assert ": warning: " in line and words in line, (line, words)
    text = done.stdout.decode()
    assert WORD not in text, text
    sections, section = {}, None
    for line in text.splitlines()[1:]:
        if line.startswith("  "):
            label, value = re.fullmatch(r"  (.{13}|caller \S+) (.*)",
                                        line).groups()
            if section is not None:
                section[label.strip()] = value
        else:
            section = sections.setdefault(line, {})
    return sections


@case("a download: its address, and what it leads to")
def _():
    with place_of(download(path="/my files/", ttl="2h",
                           disposition="inline")) as place:
        same(told(place)["download get"], {
            "address": "https://portal.example.org/mint/my%20files/",
            "path": '"/my files/"', "account": "main", "bucket": "downloads",
            "prefix": "public/", "parent": "portal", "ttl": "7200",
            "disposition": "inline", "open to": "callers: each may read",
            "caller web": "every key below public/ of downloads"})
        place.write("mintage.conf", CONFIG + download(prefix="*"))
        section = told(place)["download get"]
        assert "address" not in section, section
        same((section["prefix"], section["caller web"]),
             ("* (the whole bucket)", "keys below public/ of downloads"))


@case("who may: everyone")
def _():
    with place_of(download(open_to="everyone")) as place:
        same(told(place)["download get"]["open to"],
             "everyone: anybody may read every key below public/ of downloads")
    with place_of(download(open_to="everyone", prefix="*")) as place:
        same(told(place, "anybody may read the whole of bucket downloads")
             ["download get"]["open to"],
             "everyone: anybody may read every key of downloads")


@case("who may: whoever holds a good link, with the kinds that are weak")
def _():
    with place_of(linked("signed bunny", max_downloads=3)) as place:
        section = told(place)["download get"]
        same(section["open to"], "link: whoever holds a good link of kinds "
             "signed, bunny may read its key below public/ of downloads")
        same(section["max downloads"], "3")
        assert not [label for label in section if "caller" in label], section
    with place_of(linked("secdownload-md5 secure-link")) as place:
        told(place, "kind secdownload-md5 in [download get] are made by MD5",
             "kind secure-link in [download get] never expire")


@case("who may: each caller, the part of the prefix, or nothing and why")
def _():
    with place_of(USERS, download(),
                  download("own", prefix="users/{user}/")) as place:
        sections = told(place)
        get, own = sections["download get"], sections["download own"]
        same((get["caller web"], get["caller users"], get["caller drop"]),
             ("every key below public/ of downloads",
              "keys below public/users/ of downloads",
              "nothing: its 'buckets' lack downloads"))
        same((own["caller web"], own["caller users"]),
             ("nothing: it has no user that {user} could stand for",
              "every key below users/{user}/ of downloads"))


@case("a download that lies outside every caller's prefixes: a warning")
def _():
    outside = "reaches nothing in [download get], nor does any other: " \
        "none of its 'prefixes' is within 'private/'"
    with place_of(download(prefix="private/")) as place:
        same(told(place, "[caller web] " + outside)
             ["download get"]["caller web"],
             "nothing: none of its 'prefixes' is within 'private/'")
        done = place.run("check", "--json")
        same(json.loads(done.stdout)["downloads"][0]["callers"],
             [{"name": "web", "reaches": "nothing", "prefixes": [],
               "lacks": "prefixes"}])


@case("--json has the same facts, and no secret")
def _():
    with place_of(USERS, download(), linked("signed").replace("get", "two"),
                  DOMAIN) as place:
        done = place.run("check", "--json")
        same(done.returncode, 0, done.said)
        assert json.dumps(WORD).encode() not in done.stdout
        assert WORD.encode() not in done.stdout
        answer = json.loads(done.stdout)
        same((answer["publicUrl"], answer["maxLinkAgeSeconds"]),
             ("https://portal.example.org/mint", 315360000))
        common = {"account": "main", "bucket": "downloads",
                  "prefix": "public/", "parent": "portal", "ttlSeconds": 3600,
                  "disposition": "stored", "maxDownloads": 0}
        lines = [section.pop("line") for section in answer["downloads"]]
        same(answer["downloads"], [
            {"name": "get", "path": "/get/", "openTo": "callers", "links": [],
             "address": "https://portal.example.org/mint/get/", **common,
             "callers": [
                 {"name": "web", "reaches": "all", "prefixes": [],
                  "lacks": None},
                 {"name": "users", "reaches": "part",
                  "prefixes": ["public/users/"], "lacks": None},
                 {"name": "drop", "reaches": "nothing", "prefixes": [],
                  "lacks": "buckets"}]},
            {"name": "two", "path": "/two/", "openTo": "link",
             "links": ["signed"], "callers": [], **common,
             "address": "https://portal.example.org/mint/two/"}])
        text = (PUBLIC + USERS + download()).count("\n")
        same(lines, [text - 3, text + 2])
        [domain] = answer["domains"]
        rule = read_rule(domain.pop("wafRule"))
        same((rule["secret"], domain.pop("line")), ("THE-SECRET", text + 10))
        same(domain, {"host": HOST, "account": "main", "bucket": "downloads",
                      "ttlSeconds": 86400})


def examples():
    """The sections that the manual shows: a whole configuration, and each
    example that adds to it."""
    with open(os.path.join(SRC, "cgi/man/mintage.conf.5"),
              encoding="utf-8") as file:
        shown = file.read().split(".Sh EXAMPLES\n")[1].split(".Sh ")[0]
    first, *more = [text for text in re.findall(
        r"^\.Bd -literal.*\n((?:.*\n)*?)\.Ed$", shown, re.M) if "[" in text]
    return (first.replace("<64 digits, from mintage caller add>", "1" * 64)
            .replace("/var/log/mintage/", ""),
            [text for text in more if text.startswith("[")])


@case("without public-url nobody knows a download's address")
def _():
    unknown = re.sub("public-url = .*\n", "", PUBLIC)
    with Place(unknown + download(open_to="everyone")) as place:
        done = place.run("check", "--json")
        same(done.returncode, 0, done.said)
        [section] = json.loads(done.stdout)["downloads"]
        same((section["path"], section["address"]), ("/get/", None))
        text = place.run("check").stdout.decode()
        assert "\n  path          /get/\n" in text, text
        assert "  address " not in text, text


@case("the manual's examples are sound")
def _():
    whole, more = examples()
    same(len(more), 3)
    base = whole.split("; /mint/files/")[0]
    texts = [whole]
    for each in more:
        head = "[mintage]\n"
        if each.startswith(head):
            head, each = each.split("\n\n", 1)
            head += "\n"
        texts.append(base.replace("[mintage]\n", head) + "\n" + each)
    for text in texts:
        with Place(text) as place:
            for name in re.findall(r"secret-file = (.*)", text):
                place.write(name, WORD + "\n", 0o600)
            done = place.run("check")
            same(done.returncode, 0, done.said)
            for line in done.said.splitlines():
                assert "are made by MD5" in line, line


# ---- the WAF's rule ---------------------------------------------------------

def read_rule(text):
    """The parts of a rule, as Cloudflare's language for rules has them."""
    found = re.fullmatch(
        r'\(http\.host eq "(?P<host>[^"\\]+)" and not '
        r'\(starts_with\(http\.request\.uri\.query, "(?P<query>[a-z=]+)"\) '
        r'and is_timed_hmac_valid_v0\("(?P<secret>(?:[^"\\]|\\["\\])+)", http\.request\.uri, '
        r'(?P<ttl>[0-9]+), http\.request\.timestamp\.sec, '
        r'(?P<separator>[0-9]+), "s"\)\)\)', text)
    assert found, text
    rule = found.groupdict()
    rule["secret"] = re.sub(r'\\(.)', r'\1', rule["secret"])
    return rule


def blocks(rule, host, uri, now):
    """Would the rule's action be taken? By the published description of
    is_timed_hmac_valid_v0: message, separator, time, "-" and MAC."""
    if host != rule["host"]:
        return False
    found = re.fullmatch(r"(.+)(.{%d})([0-9]{10})-([A-Za-z0-9_-]{43})"
                         % int(rule["separator"]), uri)
    if not found or not uri.partition("?")[2].startswith(rule["query"]):
        return True
    message, _, issued, code = found.groups()
    mac = hmac.new(rule["secret"].encode(), (message + issued).encode(),
                   hashlib.sha256).digest()
    right = base64.urlsafe_b64encode(mac).decode().rstrip("=")
    return not (hmac.compare_digest(code, right)
                and now < int(issued) + int(rule["ttl"]))


LINK = """
const [secret, path, time] = process.argv.slice(1);
const mac = require("crypto").createHmac("sha256", secret)
    .update(path + time).digest("base64url");
process.stdout.write(path + "?verify=" + time + "-" + mac);
"""


def link(secret, path, issued):
    """A link by the published formula, in Node's crypto."""
    if not shutil.which("node"):
        raise Skip("there is no node")
    return subprocess.run(["node", "-e", LINK, secret, path, str(issued)],
                          capture_output=True, check=True,
                          timeout=60).stdout.decode()


@case("check prints the rule without its secret, and how to get it whole")
def _():
    with place_of(DOMAIN) as place:
        section = told(place)["domain " + HOST]
        same((section["account"], section["bucket"], section["ttl"]),
             ("main", "downloads", "86400"))
        same(read_rule(section["waf rule"]),
             {"host": HOST, "secret": "THE-SECRET", "ttl": "86400",
              "separator": "8", "query": "verify="})
        same(section[""], "Its action is Block. For THE-SECRET, run: "
             "mintage check --waf-rule " + HOST)


@case("--waf-rule prints the whole rule, and links by the formula pass it")
def _():
    with place_of(DOMAIN) as place:
        done = place.run("check", "--waf-rule", HOST)
        same((done.returncode, done.said), (0, ""))
        assert done.stdout.endswith(b'"s")))\n'), done.stdout
        rule = read_rule(done.stdout.decode()[:-1])
        same(rule["secret"], WORD)
        whole = read_rule(told(place)["domain " + HOST]["waf rule"])
        same({**rule, "secret": ""}, {**whole, "secret": ""})
        now = 1700000000
        # What Cloudflare signs would also be right behind another argument:
        # the rule wants verify= to be the first.
        other = link(WORD, "/a.zip", now).replace("?verify=", "?ab=cde=")
        same(blocks(rule, HOST, other, now), True)
        same(blocks({**rule, "query": ""}, HOST, other, now), False)
        for path in ("/a.zip", "/2026/%C3%BC%20%22x%22.pdf", "/a%3Fb=c"):
            good = link(WORD, path, now)
            for uri, host, time, blocked in (
                    (good, HOST, now, False),
                    (good, HOST, now + 86399, False),
                    (good, HOST, now + 86400, True),
                    (good, "other.example.org", now, False),
                    (link(WORD + "x", path, now), HOST, now, True),
                    (good.replace(path, path + "x"), HOST, now, True),
                    (good.replace(str(now), str(now + 1)), HOST, now, True),
                    (good[:-1], HOST, now, True), (path, HOST, now, True)):
                same(blocks(rule, host, uri, time), blocked, (uri, time))


@case("--waf-rule: a host there is none of, and options that don't go with it")
def _():
    with place_of(DOMAIN, DOMAIN.replace(HOST, "b.example.org")) as place:
        place.refused("check", "--waf-rule", "files.example.com",
                      says=["there is no [domain files.example.com] in",
                            f"there are: {HOST}, b.example.org\n"])
        place.refused("check", "--waf-rule", "", says=HOST)
        for more in ("--json", "--online", "--url=https://h"):
            place.refused("check", "--waf-rule", HOST, more, status=2,
                          says="--waf-rule prints a rule alone")
        os.chmod(place.path("link.secret"), 0o644)
        place.refused("check", "--waf-rule", HOST,
                      says=["link.secret", "run: chmod 600"])
    with place_of() as place:
        place.refused("check", "--waf-rule", HOST, says="nor any other")


# ---- secrets ----------------------------------------------------------------

@case("a link's secret that others can read is refused, as are all secrets")
def _():
    for section in (linked("signed"), DOMAIN):
        with place_of(section) as place:
            for mode in (0o644, 0o604, 0o660, 0o602):
                os.chmod(place.path("link.secret"), mode)
                for command in (["check"],
                                ["mint", "--bucket=downloads", READ]):
                    place.refused(*command, says=["link.secret",
                                                  f"{mode:04o}", "chmod"])
            os.chmod(place.path("link.secret"), 0o640)
            told(place)


if __name__ == "__main__":
    main(runs=30, words=2)
