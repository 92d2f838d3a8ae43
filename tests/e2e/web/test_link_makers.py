#!/usr/bin/python3
"""cgi/deploy/links.php and links.sh make links of the kind `signed` without
asking: the same bytes as sign=download, and the responder opens them."""
import json
import os
import shutil
import subprocess
import sys
import time

sys.path.insert(1, sys.path[0] + "/../lib")
from harness import AWKWARD, SRC, case, equal, main, need
from owning import (DAY, DOWN, ENDPOINT, PUBLIC, follow, make_site,
                    own, signature_of, write_secret)

DEPLOY = os.path.join(SRC, "cgi", "deploy")
# Every byte that may stand alone, and what the others are made of. An argument
# holds no NUL.
KEYS = [key for key in AWKWARD if not key.endswith("/")] + [
    "".join(map(chr, range(1, 128))).replace("/", "") + ".x", "new\nline",
    "last\n", "\n", "-n", "-e\\n", "%s%%", "\\0101\\c", "a/./b.".replace(
        "/./", "/.b/"), "...", "a//b", "~._-", "x" * 1024]
WRONG = ("", "/", "a/", "a/../b", "..", "./a", "a/.", "../", ".")
SHELLS = ("sh", "bash", "busybox sh")


def secret_file(site):
    return os.path.join(site.folder, "keys", "files.link")


def by_shell(site, shell, keys, seconds, secret=None, status=0):
    done = subprocess.run(
        [*shell.split(), os.path.join(DEPLOY, "links.sh"), *keys],
        env={**os.environ, "LINKS_BASE": PUBLIC + "/get/",
             "LINKS_SECRET_FILE": secret or secret_file(site),
             "LINKS_TTL": str(seconds)}, capture_output=True, check=False)
    equal(min(done.returncode, 1), status, done.stderr.decode())
    if status:
        equal(done.stdout, b"")
        return done.stderr.decode()
    equal(done.stderr, b"")
    return done.stdout.decode().splitlines()


PHP = """
require $argv[1] . '/links.php';
foreach (json_decode(stream_get_contents(STDIN)) as $key)
    echo mintage_signed_link($argv[2], $argv[3], $key, (int)$argv[4]), "\\n";
"""


def by_php(site, keys, seconds, secret=None, status=0):
    need(shutil.which("php"), "php is not installed")
    done = subprocess.run(
        ["php", "-d", "display_errors=stderr", "-r", PHP, "--", DEPLOY,
         PUBLIC + "/get/", secret or secret_file(site), str(seconds)],
        input=json.dumps(keys).encode(), capture_output=True, check=False)
    equal(min(done.returncode, 1), status, done.stderr.decode())
    if status:
        equal(done.stdout, b"")
        return done.stderr.decode()
    equal(done.stderr, b"")
    return done.stdout.decode().splitlines()


def makers(site):
    """(name, function of keys, seconds, ...) of each program that is here."""
    yield "php", lambda *a, **more: by_php(site, *a, **more)
    for shell in SHELLS:
        if shutil.which(shell.split()[0]):
            yield shell, lambda *a, s=shell, **more: by_shell(
                site, s, *a, **more)


def at(url):
    """When the link is over."""
    return int(url.rpartition("?expires=")[2].partition("&")[0])


def same_links(site, name, links, keys, seconds):
    """Assert that the service makes these links when it is asked for what ends
    in the same second."""
    equal(len(links), len(keys), name)
    site.issued.update(signature_of(link) for link in links)
    for end in {at(link) for link in links}:
        mine = [number for number, link in enumerate(links) if at(link) == end]
        need(0 <= end - time.time() - seconds + 60 <= 61, links[mine[0]])
        for _ in range(20):
            asked = own(site, {
                "objects": ["public/" + keys[number] for number in mine],
                "ttlSeconds": end - int(time.time())})
            if at(asked[0]["url"]) == end:
                break
        equal([links[number] for number in mine],
              [link["url"] for link in asked], name)


@case("php and each shell make the links that sign=download makes, byte for byte")
def _(site):
    # What is longer with its prefix is no key, so the service is not asked.
    keys = [key for key in KEYS if len(key.encode()) <= 1017]
    for name, make in makers(site):
        same_links(site, name, make(keys, 30 * DAY), keys, 30 * DAY)


@case("the responder opens them, and R2 the key that was meant")
def _(site):
    keys = ["ä b/%2F+#?&='\".txt", "a//b", "漢字", "x"]
    for key in keys:
        ENDPOINT.put(DOWN, "public/" + key, b"body of " + key.encode())
    for name, make in makers(site):
        links = make(keys, 60)
        equal(len(links), len(keys), name)
        for key, url in zip(keys, links):
            equal(follow(site, url), (200, b"body of " + key.encode()),
                  f"{name}: {key}")
        equal(follow(site, links[3].replace("/x?", "/y?"))[0], 403, name)


@case("a secret is read as the service reads it, and a long one hashed first")
def _(site):
    plain = "c2VjcmV0+/=="
    for name, make in makers(site):
        for number, text in enumerate((plain, plain + "\n", plain + "\r\n",
                                       f" \t{plain} \n\n", f"\n{plain}\n")):
            path = write_secret(site.folder, f"odd{number}", text)
            same_links(site, name, make(["k"], DAY, secret=path), ["k"], DAY)
    for length in (1, 63, 64, 65, 128):
        path = write_secret(site.folder, "files.link", "k" * length + "\n")
        for pid in site.responders():
            os.kill(pid, 1)
        for name, make in makers(site):
            links = make(["k"], DAY)
            for _ in range(100):
                if follow(site, links[0])[0] != 403:
                    break
                time.sleep(0.05)
            need(follow(site, links[0])[0] == 404, f"{name}, {length} bytes")
    write_secret(site.folder, "files.link", plain + "\n")
    for pid in site.responders():
        os.kill(pid, 1)


@case("no link is made to what no address leads to, nor without a secret")
def _(site):
    for name, make in makers(site):
        for key in WRONG:
            need("no link can lead to" in make([key], DAY, status=1),
                 f"{name}: {key!r}")
        make(["k"], DAY, secret="/nonexistent", status=1)
        path = write_secret(site.folder, "empty", " \n")
        need("empty" in make(["k"], DAY, secret=path, status=1), name)
    for wrong in ("x" * 1025, "\0"):
        by_php(site, [wrong], DAY, status=1)
    for seconds in (0, -1):
        by_php(site, ["k"], seconds, status=1)


@case("the secret is on no command line while the shell makes a link")
def _(site):
    log = os.path.join(site.folder, "log", "arguments")
    # Each program that is run comes first in PATH, and notes its arguments.
    folder = os.path.join(site.folder, "tmp", "bin")
    os.makedirs(folder)
    for program in ("openssl", "od", "awk", "sed", "tr", "date"):
        path = os.path.join(folder, program)
        with open(path, "w") as f:
            f.write(f'#!/bin/sh\necho "$0 $*" >>{log}\n'
                    f'exec {shutil.which(program)} "$@"\n')
        os.chmod(path, 0o755)
    done = subprocess.run(
        ["sh", os.path.join(DEPLOY, "links.sh"), "k"],
        env={**os.environ, "PATH": folder + ":" + os.environ["PATH"],
             "LINKS_SECRET_FILE": secret_file(site)}, capture_output=True,
        check=False)
    equal((done.returncode, done.stderr), (0, b""))
    with open(log) as f:
        text = f.read()
    for program in ("openssl", "od", "awk"):
        need(f"/{program} " in text, text)
    need("c2VjcmV0" not in text, "it is")
    shutil.rmtree(folder)


if __name__ == "__main__":
    main(make_site)
