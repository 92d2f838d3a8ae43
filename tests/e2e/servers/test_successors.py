#!/usr/bin/python3
"""Coming from mod_secdownload, secure_link and mod_auth_token: the examples of
mintage-deploy(7), before and after, run as they stand there."""
import hashlib
import os
import re
import shutil
import subprocess
import sys
import time
import urllib.error
import urllib.request

sys.path.insert(1, sys.path[0] + "/../lib")
from harness import (ACCOUNT, PORTAL, SRC, Site, case, equal, free_port, main,
                     need, until)
import r2

ENDPOINT = r2.R2({})
FILE = "käse/report 1.pdf"
TEXT = b"text of the report"
PROGRAMS = os.environ.get("PATH", "") + ":/usr/sbin:/usr/local/sbin"
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


def examples(name):
    """(before, after) of a section of the manual."""
    with open(os.path.join(SRC, "cgi", "man", "mintage-deploy.7"),
              encoding="utf-8") as f:
        section = f.read().split(f"\n.Ss From {name}\n")[1].split("\n.S")[0]
    found = re.findall(r"\.Bd -literal[^\n]*\n(.*?)\n\.Ed", section, re.S)
    equal(len(found), 2, "examples")
    return [text.replace("\\e", "\\").replace("\\&", "") for text in found]


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
    """What the old links promised, R2 keeps for the new one."""
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


@case("mod_secdownload: the old link is what the module took, the new opens")
def _(site):
    before, after = examples("mod_secdownload")
    _, prefix, found, stamp, path = run(site, before, "a.pdf").split("/")
    equal((prefix, path), ("dl", "a.pdf"))
    need(abs(int(stamp, 16) - time.time()) < 60, f"time {stamp}")
    # Its documentation: md5(secret + path + time in hex), eight digits.
    equal(found, hashlib.md5(f"a secret/a.pdf{stamp}".encode()).hexdigest())
    equal(len(stamp), 8)
    opens_what_it_should(site, run(site, after, FILE))


@case("mod_auth_token: the old link is what the module took, the new opens")
def _(site):
    before, after = examples("mod_auth_token")
    _, prefix, found, stamp, path = run(site, before, "a.pdf").split("/")
    equal((prefix, path), ("protected", "a.pdf"))
    need(abs(int(stamp, 16) - time.time()) < 60, f"time {stamp}")
    equal(found, hashlib.md5(f"a secret/a.pdf{stamp}".encode()).hexdigest())
    opens_what_it_should(site, run(site, after, FILE))


NGINX = """
daemon off;
pid {folder}/nginx.pid;
error_log {folder}/log/nginx.log;
events {{ }}
http {{
	access_log off;
	client_body_temp_path {folder}/tmp/body;
	proxy_temp_path {folder}/tmp/proxy;
	fastcgi_temp_path {folder}/tmp/fastcgi;
	uwsgi_temp_path {folder}/tmp/uwsgi;
	scgi_temp_path {folder}/tmp/scgi;
	server {{
		listen 127.0.0.1:{port};
		root {folder}/www;
		location /s/ {{
			secure_link $arg_md5,$arg_expires;
			secure_link_md5 "$secure_link_expires$uri a secret";
			if ($secure_link != "1") {{ return 403; }}
		}}
	}}
}}
"""


@case("secure_link: nginx lets the old link in, R2 the new one")
def _(site):
    program = shutil.which("nginx", path=PROGRAMS)
    need(program, "nginx is not installed")
    before, after = examples("secure_link")
    port = free_port()
    os.makedirs(os.path.join(site.folder, "www", "s"))
    for name, text in (("www/s/a.pdf", "text of old"),
                       ("nginx.conf", NGINX.format(folder=site.folder,
                                                   port=port))):
        with open(os.path.join(site.folder, name), "w") as f:
            f.write(text)
    os.chmod(site.folder, 0o711)
    nginx = subprocess.Popen(
        [program, "-p", site.folder, "-c",
         os.path.join(site.folder, "nginx.conf"), "-e",
         os.path.join(site.folder, "log", "nginx.log")],
        stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL)
    try:
        until(lambda: os.path.exists(os.path.join(site.folder, "nginx.pid"))
              or nginx.poll() is not None, "nginx starts")
        old = f"http://127.0.0.1:{port}" + run(site, before, "a.pdf")
        equal(fetch(old), (200, b"text of old"))
        equal(fetch(old.replace("md5=", "md5=x"))[0], 403)
    finally:
        nginx.terminate()
        nginx.wait(20)
        shutil.rmtree(os.path.join(site.folder, "tmp"))
        os.mkdir(os.path.join(site.folder, "tmp"))
    opens_what_it_should(site, run(site, after, FILE))


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
