#!/usr/bin/python3
"""links.php and links.sh, and the examples of mintage-deploy(7) that use them,
run as they stand there."""
import os
import shutil
import subprocess
import sys
import urllib.error
import urllib.request

sys.path.insert(1, sys.path[0] + "/../lib")
from harness import ACCOUNT, PORTAL, SRC, Site, case, equal, main, need
import manual
import r2

ENDPOINT = r2.R2({})
FILE = "käse/report 1.pdf"
TEXT = b"text of the report"
OPENER = urllib.request.build_opener(urllib.request.ProxyHandler({}))


def make_site():
    site = Site("fastcgi", endpoint=ENDPOINT.url)
    ENDPOINT.parents[PORTAL] = {
        "secret": site.settings.secrets[PORTAL], "account": ACCOUNT,
        "permission": "object-read-write", "buckets": ["portal-downloads"]}
    ENDPOINT.start()
    ENDPOINT.put("portal-downloads", FILE, TEXT)
    ENDPOINT.put("portal-downloads", "other.pdf", b"another")
    token = site.settings.tokens["bulk"]
    for name, line in (("token", token),
                       ("header", "Authorization: Bearer " + token)):
        path = os.path.join(site.folder, "keys", name)
        with open(os.open(path, os.O_WRONLY | os.O_CREAT, 0o600), "w") as f:
            f.write(line + "\n")
    return site


def run(site, code, file, status=0):
    """What link_to(file) of an example gives."""
    if code.startswith("<?php"):
        command = ["php", "-r", code[5:] + " echo link_to($argv[1]), \"\\n\";",
                   "--", file]
    else:
        command = ["sh", "-c", code + '\nlink_to "$1"', "sh", file]
    need(shutil.which(command[0]), f"{command[0]} is not installed")
    url = (f"http://127.0.0.1:{site.port}{site.mount}/accounts/{ACCOUNT}"
           "/r2/presigned-urls")
    done = subprocess.run(
        command, cwd=os.path.join(SRC, "cgi", "deploy"), env=dict(
            os.environ, LINKS_URL=url, LINKS_BUCKET="portal-downloads",
            LINKS_TOKEN_FILE=os.path.join(site.folder, "keys", "token"),
            LINKS_HEADER=os.path.join(site.folder, "keys", "header")),
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=False)
    equal(min(done.returncode, 1), status, f"status, {done.stderr.decode()}")
    if status:
        return done.stdout.decode() + done.stderr.decode()
    equal(done.stderr, b"")
    return done.stdout.decode().rstrip("\n")


def fetch(url):
    """(status, body)."""
    try:
        with OPENER.open(url, timeout=60) as answer:
            return answer.status, answer.read()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read()


def opens_what_it_should(site, link):
    """One file, and for its time."""
    before = len(ENDPOINT.log)
    equal(fetch(link), (200, TEXT))
    equal(len(ENDPOINT.log), before + 1, "requests to R2")
    other = link.replace(link.split("?")[0].rsplit("/", 2)[1] + "/"
                         + link.split("?")[0].rsplit("/", 1)[1], "other.pdf")
    need(other != link, link)
    equal(fetch(other)[0], 403, "another file with its signature")
    ENDPOINT.clock_offset = 3590
    try:
        equal(fetch(link)[0], 200, "just before its end")
        ENDPOINT.clock_offset = 3660
        need(fetch(link)[0] in (400, 401, 403), "opened after its end")
    finally:
        ENDPOINT.clock_offset = 0
    line = site.audit_lines()[-1]
    equal((line["event"], line["route"], line["result"]),
          ("outcome", "presigned-urls", "complete"))


@case("the manual's examples give links that open in R2")
def _(site):
    codes = manual.blocks("Links that Mintage makes")
    equal(len(codes), 2)
    for code in codes:
        opens_what_it_should(site, run(site, code, FILE))


@case("links.sh: many at once in order; refused: the reason, and no link")
def _(site):
    found = run(site, 'link_to() { ./links.sh "$@" "other.pdf" "a b.pdf"; }',
                FILE).split("\n")
    equal(len(found), 3)
    equal(fetch(found[0])[1], TEXT)
    equal(fetch(found[1])[1], b"another")
    said = run(site, 'link_to() { ./links.sh "$1/../up"; }', FILE, 1)
    need("segment" in said and "X-Amz" not in said, said)


@case("links.php: many at once; refused: the reason, as an exception")
def _(site):
    code = ("<?php require 'links.php'; function link_to($file) { "
            "$links = mintage_links([$file, 'other.pdf'], 60); "
            "return implode(' ', [$links[$file], $links['other.pdf']]); }")
    found = run(site, code, FILE).split(" ")
    equal([fetch(link)[1] for link in found], [TEXT, b"another"])
    said = run(site, code, "../up", 1)
    need("segment" in said and "X-Amz" not in said, said)


if __name__ == "__main__":
    main(make_site)
