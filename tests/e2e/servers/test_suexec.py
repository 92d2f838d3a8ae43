#!/usr/bin/python3
"""The bundle on shared hosting: uploaded as by FTP, set up as INSTALL.txt says,
and run by Apache under suEXEC as the account's own user; then every mistake
that its page speaks of.
"""
import contextlib
import hashlib
import os
import re
import secrets
import shutil
import subprocess
import sys

sys.path.insert(1, sys.path[0] + "/../lib")
import harness
from harness import BUILD, SRC, Skip, case, equal, need
import sample
from shared_host import ACCOUNT, ANN, BOB, HOME, as_user, main, upload

PARENT = "11112222333344445555666677778888"


def mode(bits):
    return lambda path: os.chmod(path, bits)


def owner(uid):
    return lambda path: os.chown(path, uid, ANN)


KEYS = [f"public/{number}" for number in range(40)]


# Step by step ---------------------------------------------------------------

@case("the archive: two static programs, no secret, nothing of its maker's")
def _(host):
    for name in ("mintage", "mintage.fcgi"):
        path = os.path.join(host.bundle, "mintage", name)
        with open(path, "rb") as f:
            program = f.read()
        need(b"/ld-linux" not in program, f"{name} asks for shared libraries")
        need(SRC.encode() not in program and BUILD.encode() not in program,
             f"{name} names the folder that it was built in")
        said = subprocess.run([path, "--version"], stdout=subprocess.PIPE,
                              check=True, env={}).stdout.decode()
        need(said.startswith("mintage "), said)
    names = {os.path.relpath(os.path.join(path, name), host.bundle)
             for path, _, files in os.walk(host.bundle) for name in files}
    for name in ("INSTALL.txt", "COPYING", "mint/.htaccess",
                 "mint/mintage.cgi", "mint/check.cgi", "mintage/mintage.conf"):
        need(name in names, f"no {name} among {sorted(names)}")
    need(any(name.endswith(".zip") for name in os.listdir(host.folder))
         or not shutil.which("zip"), "no .zip")


@case("steps 1 and 2: uploaded, modes set, the page tells the true paths")
def _(host):
    as_user(ANN, upload, host.bundle + "mintage", HOME + "/mintage")
    as_user(ANN, upload, host.bundle + "mint", HOME + "/public_html/mint")
    with host.logged("file has no execute permission"):
        equal(host.page_of("check.cgi").status, 500, "before any mode is set")
    host.follow(1)
    page = host.page_of("check.cgi")
    equal(page.status, 200)
    for line in (f"This folder:        {HOME}/public_html/mint",
                 f"The web's folder:   {HOME}/public_html",
                 f"Programs run as:    ann (number {ANN})",
                 "There is no folder /home/me/mintage here."):
        need(line in page.text, page.text)
    host.edit("public_html/mint/check.cgi", ("/home/me/mintage",
                                             HOME + "/mintage"))
    host.edit("public_html/mint/mintage.cgi", ("/home/me/mintage",
                                               HOME + "/mintage"))
    page = host.page_of("check.cgi")
    need("mintage.conf: sound" in page.text, page.text)
    need(f"audit log     {HOME}/mintage/log/audit.jsonl (not there yet)\n"
         in page.text, page.text)
    need("templates     built in\n" in page.text, page.text)
    need("nonexistent" not in page.text, "it names what is only in the build")
    sample = host.read("mintage/mintage.conf")
    need("\naudit-log = log/audit.jsonl\n" in sample, sample[:1000])
    need("/usr/share" not in sample and "/var/log" not in sample,
         "the sample names folders of an installation by root")


@case("steps 3 and 4: the configuration; then it serves")
def _(host):
    host.write("mintage/portal.secret", host.secret + "\n")
    need("lets others read it" in configured(host).text, "not told")
    host.follow(3)
    page = host.page_of("check.cgi")
    need("mintage.conf: sound\n" in page.text, page.text)
    need(host.secret not in page.text and host.token not in page.text,
         "the page tells a secret")
    equal(host.page_of("mintage.cgi/healthz").text.strip(), "ok")
    host.issued(host.batch(KEYS), KEYS)
    found = os.stat(HOME + "/mintage/log/audit.jsonl")
    equal((found.st_uid, found.st_mode & 0o777), (ANN, 0o640), "the log")


def configured(host):
    """What step 3 says, for one parent and one caller. Returns check.cgi's
    answer."""
    text = host.read("mintage/mintage.conf")
    host.write("mintage/mintage.conf",
               sample.portal(text, ACCOUNT, PARENT, host.token))
    return host.page_of("check.cgi")


@case("20,000 entries: more than 128 KiB, as plain CGI in one request")
def _(host):
    keys = [f"public/{number:06}/file" for number in range(20000)]
    host.issued(host.batch(keys), keys)


@case("step 7: a page's link leads to the object that the page says")
def _(host):
    text = re.split("^7[.] .*$", host.page, flags=re.M)[1]
    section, rules = [re.sub("^  ", "", block, flags=re.M) + "\n" for block in
                      re.findall("\n\n((?:  .*\n?)+)(?=\n)", text)]
    link, key = re.search('<a href="(.*?)"> opens the object (\\S+)[.] ',
                          text).groups()
    host.write("public_html/.htaccess", rules)
    host.write("mintage/mintage.conf",
               host.read("mintage/mintage.conf") + "\n" + section)
    for sent, wanted in ((link, key),
                         (os.path.dirname(link) + "/a%20100%25.pdf",
                          os.path.dirname(key) + "/a%20100%25.pdf")):
        answer = host.request("GET", sent)
        equal(answer.status, 302, answer.text)
        equal(answer.headers["Location"].split("?")[0].split("/", 3)[3],
              "portal-downloads/" + wanted)
    equal(host.request("GET", "/mint/mintage.cgi/healthz").status, 200)


# Mistakes -------------------------------------------------------------------

@case("writable for the group, or for others: suEXEC's 500, as the page says")
def _(host):
    for name, bits, words in (
            ("public_html/mint/mintage.cgi", 0o775, "file is writable by"),
            ("public_html/mint/mintage.cgi", 0o757, "file is writable by"),
            ("public_html/mint", 0o775, "directory is writable by")):
        need(words in " ".join(host.page.split()), f"{words!r}: not on it")
        with host.mistake(name, mode(bits)), host.logged(words):
            equal(host.page_of("mintage.cgi/healthz").status, 500, name)
    equal(host.page_of("mintage.cgi/healthz").status, 200, "all well again")


@case("someone else's file: suEXEC's 500")
def _(host):
    for name in ("public_html/mint/mintage.cgi", "public_html/mint"):
        with host.mistake(name, owner(BOB)), host.logged("mismatch"):
            equal(host.page_of("mintage.cgi/healthz").status, 500, name)


@case("the program: not executable, or at another path")
def _(host):
    with host.mistake("mintage/mintage.fcgi", mode(0o644)):
        equal(host.page_of("mintage.cgi/healthz").status, 500)
        need("mintage.fcgi: not there, or not executable: chmod 755"
             in host.page_of("check.cgi").text, "not told")
    with host.mistake("public_html/mint/mintage.cgi", lambda _: host.edit(
            "public_html/mint/mintage.cgi", (HOME, "/home/me"))):
        equal(host.page_of("mintage.cgi/healthz").status, 500)


@case("a configuration or key that others may write or read: 503, and why")
def _(host):
    for name, bits, words in (
            ("mintage/portal.secret", 0o644, "mode 0644 lets others read it"),
            ("mintage/portal.secret", 0o660, "lets its group write it"),
            ("mintage/mintage.conf", 0o666, "lets others write it")):
        with host.mistake(name, mode(bits)), host.logged(words):
            answer = host.page_of("mintage.cgi/healthz")
            equal(answer.status, 503, words)
            need(HOME not in answer.text, "a stranger is told a path")
            need(words in host.page_of("check.cgi").text, "not told")


@case("a configuration or key of someone else's: 503, and why")
def _(host):
    for name in ("mintage/mintage.conf", "mintage/portal.secret"):
        with host.mistake(name, owner(BOB)), \
                host.logged(f"{os.path.basename(name)}: can't be opened: "
                            "Permission denied"):
            equal(host.page_of("mintage.cgi/healthz").status, 503, name)


@case("the log's folder of someone else's: nothing is issued")
def _(host):
    with host.mistake("mintage/log", owner(BOB)):
        answer = host.batch(KEYS)
    equal(answer.status, 503)
    need("sessionToken" not in answer.text, "issued without a record")


@case("the configuration in the web's folder: refused, and why")
def _(host):
    published = HOME + "/public_html/mint/mintage.conf"
    as_user(ANN, shutil.copy2, HOME + "/mintage/mintage.conf", published)
    host.edit("public_html/mint/mintage.conf",
              ("= portal.secret", f"= {HOME}/mintage/portal.secret"),
              ("= log/audit", f"= {HOME}/mintage/log/audit"))
    words = (f"{published}: the configuration is inside the document root, "
             f"{HOME}/public_html, where anyone may fetch it")
    with host.mistake("public_html/mint/mintage.cgi", lambda _: host.edit(
            "public_html/mint/mintage.cgi",
            (HOME + "/mintage/mintage.conf", published))):
        with host.logged(words):
            equal(host.batch(KEYS).status, 503)
    with host.mistake("public_html/mint/check.cgi", lambda _: host.edit(
            "public_html/mint/check.cgi",
            ('"$mintage/mintage.conf"', published))):
        need(words in host.page_of("check.cgi").text, "not told")
    os.unlink(published)


@case("a key in the web's folder, behind a link too: refused, and why")
def _(host):
    published = HOME + "/public_html/portal.secret"
    as_user(ANN, shutil.copy2, HOME + "/mintage/portal.secret", published)
    for change in (lambda path: host.edit(
            "mintage/mintage.conf", ("= portal.secret", "= " + published)),
                   lambda path: relink(host, published)):
        with host.mistake("mintage/mintage.conf", change), \
                host.logged("this secret is inside the document root"):
            equal(host.page_of("mintage.cgi/healthz").status, 503)
    os.unlink(published)


def relink(host, published):
    as_user(ANN, os.symlink, published, HOME + "/mintage/linked.secret")
    host.edit("mintage/mintage.conf", ("= portal.secret", "= linked.secret"))


@case("edited on Windows: line ends of DOS do no harm")
def _(host):
    with contextlib.ExitStack() as all_of_them:
        for name in ("public_html/mint/mintage.cgi", "mintage/portal.secret",
                     "public_html/mint/.htaccess", "mintage/mintage.conf"):
            all_of_them.enter_context(host.mistake(name, lambda path: None))
            host.edit(name, ("\n", "\r\n"))
        host.issued(host.batch(KEYS), KEYS)


@case("without the line for Authorization: 401; with the page's other line: 200")
def _(host):
    line = re.search(r"^ *(SetEnvIf Authorization .*)$", host.page, re.M)[1]
    name = "public_html/mint/.htaccess"
    for new, status in (("", 401), (line, 200)):
        with host.mistake(name, lambda path, new=new: host.edit(
                name, ("CGIPassAuth On", new))):
            equal(host.batch(KEYS).status, status)


@case("a line of .htaccess that the host forbids: 500 for the whole folder")
def _(host):
    host.write("public_html/mint/plain.txt", "plain")
    equal(host.page_of("plain.txt").status, 200)
    name = "public_html/mint/.htaccess"
    with host.mistake(name, lambda path: host.edit(
            name, ("Options +ExecCGI", "Options +ExecCGI +Includes"))):
        with host.logged("not allowed here"):
            equal(host.page_of("plain.txt").status, 500)
    os.unlink(HOME + "/public_html/mint/plain.txt")


# FastCGI --------------------------------------------------------------------

LAUNCHER = "public_html/mint/mintage.fcgi"


def launch(host):
    if os.path.exists(os.path.join(HOME, LAUNCHER)):
        os.rename(os.path.join(HOME, LAUNCHER), HOME + "/old")
    host.write(LAUNCHER, host.read("public_html/mint/mintage.cgi"))
    os.chmod(os.path.join(HOME, LAUNCHER), 0o755)


@case("step 6, mod_fcgid: it serves and stays; 128 KiB is the host's limit")
def _(host):
    launch(host)
    equal(host.page_of("mintage.fcgi/healthz").text.strip(), "ok")
    host.issued(host.batch(KEYS, "mintage.fcgi"), KEYS)
    keys = [f"public/{number:06}/file" for number in range(6000)]
    need(len("\n".join(keys)) < 128 << 10, "too long")
    host.issued(host.batch(keys, "mintage.fcgi"), keys)
    answer = host.batch(keys * 2, "mintage.fcgi")
    need(answer.status in (413, 500), str(answer.status))
    need("sessionToken" not in answer.text, "issued")


@case("step 6, mint --url: 20,000 entries, in parts that the host takes")
def _(host):
    if not os.path.exists(os.path.join(BUILD, "mintage-online")):
        raise Skip("built without libcurl")
    keys = [f"public/{number:06}/file" for number in range(20000)]
    for name, text in (("token", host.token + "\n"),
                       ("manifest.txt", "".join(key + "\n" for key in keys))):
        path = os.path.join(host.folder, name)
        with open(os.open(path, os.O_WRONLY | os.O_CREAT, 0o600), "w") as f:
            f.write(text)
    done = subprocess.run(
        [os.path.join(BUILD, "mintage"), "mint", "--each",
         "--url", "http://127.0.0.1/mint/mintage.fcgi/",
         "--token-file", os.path.join(host.folder, "token"),
         "--account", ACCOUNT, "--bucket", "portal-downloads",
         "--permission", "object-read-only",
         os.path.join(host.folder, "manifest.txt")],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=False)
    equal((done.returncode, done.stderr), (0, b""))
    host.issued(harness.Answer(200, {}, done.stdout), keys)


@case("step 6, a changed configuration: read when the launcher is put anew")
def _(host):
    token = secrets.token_urlsafe(30)
    equal(host.batch(KEYS, "mintage.fcgi", token).status, 401)
    host.edit("mintage/mintage.conf",
              (hashlib.sha256(host.token.encode()).hexdigest(),
               hashlib.sha256(token.encode()).hexdigest()))
    launch(host)
    equal(host.batch(KEYS, "mintage.fcgi").status, 401)
    host.token = token
    host.issued(host.batch(KEYS, "mintage.fcgi"), KEYS)


@case("mod_fcgid, the configuration in the web's folder: refused, and why")
def _(host):
    published = HOME + "/public_html/mintage.conf"
    as_user(ANN, shutil.copy2, HOME + "/mintage/mintage.conf", published)
    host.edit("public_html/mintage.conf",
              ("= portal.secret", f"= {HOME}/mintage/portal.secret"),
              ("= log/audit", f"= {HOME}/mintage/log/audit"))
    launch(host)
    host.edit(LAUNCHER, (HOME + "/mintage/mintage.conf", published))
    with host.logged(f"{published}: the configuration is inside"):
        answer = host.batch(KEYS, "mintage.fcgi")
    equal(answer.status, 503)
    need("sessionToken" not in answer.text, "issued")


@case("no secret and no token is in any log")
def _(host):
    with open(HOME + "/mintage/log/audit.jsonl") as f:
        text = f.read() + host.log()
    need('"event":"issue"' in text, "no record")
    for word in (host.secret, host.token, "eyJhbGciOi", "and0L2V5"):
        need(word not in text, f"{word} is in a log")


if __name__ == "__main__":
    main()
