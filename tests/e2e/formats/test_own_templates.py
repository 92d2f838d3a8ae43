#!/usr/bin/python3
"""Formats of an administrator's own."""
import os
import re
import subprocess
import sys

sys.path.insert(1, sys.path[0] + "/../lib")
from harness import MINTAGE, RESPONDER, case, equal, main, need, until
from reading import batch, ended, links, make_site, whole, write


@case("a template dropped into the folder is a format")
def _(site):
    answer = links(site, ["a b", "c"], "wget-list")
    equal(answer.headers["Content-Type"], "text/x-wget;charset=utf-8")
    lines = ended(answer, 2).splitlines()
    need(re.match(r"0 \S+Z a b http://127\.0\.0\.1:\d+/\S+$", lines[0]),
         lines[0])
    answer = batch(site, "wget-list", objects=["a\nb", "c"], onError="report")
    lines = ended(answer, 2, 1).splitlines()
    need(lines[0].startswith("# a\\x0ab: format 'wget-list' can't carry"),
         lines[0])
    equal(len(lines), 3, "lines")
    # It shows the key, however the download is called.
    answer = links(site, [{"key": "a\nb", "filename": "x"}], "wget-list")
    equal((answer.status, answer.errors[0]["code"]), (400, 11005))
    answer = batch(site, "page2", objects=["<i>&"])
    need("<b>&lt;i&gt;&amp;</b>" in whole(answer, 1), answer.text)
    need("default-src 'none'" in answer.headers["Content-Security-Policy"],
         "it could run a script")
    equal(batch(site, "page2", objects=["a", "b"]).status, 400)
    equal(links(site, ["a"], "page2").status, 400)
    need("wget-list" in site.request("GET", "/", token="web", headers={
        "Accept": "application/json"}).text, "GET / does not tell")


def check_config(site, status=0):
    """mintage check: what it prints and what it complains of."""
    done = subprocess.run([MINTAGE, "check", "--config", site.settings.path],
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                          timeout=60, check=False)
    equal(done.returncode, status, f"exit status, {done.stderr!r}")
    return done.stdout.decode(), done.stderr.decode()


@case("mintage check lists the templates of one's own")
def _(site):
    printed, _ = check_config(site)
    need("\nformat page2\n" in printed and "\nformat wget-list\n" in printed,
         printed)
    need(re.search(r"type +text/x-wget;charset=utf-8\n", printed), printed)


GOOD_HEAD = "{{! format: type=text/x-a escape=line for=links }}\n"
BROKEN = [
    ("x", "{{key}}\n", ":1: "),
    ("x", GOOD_HEAD + "\n{{ky}}\n", ":3: no value is named 'ky'"),
    ("x", GOOD_HEAD + "{{{key}}}", ":2: "),
    ("x", GOOD_HEAD + "{{#entries}}\n", ":2: "),
    ("x", "\n\n{{! format: type=text/x-a escape=none for=links }}", ":3: "),
    ("x", "{{! format: type=text/x-a\r\nX:y escape=line for=links }}",
     ":1: "),
    ("x", "{{! format: type=text/html escape=line for=links }}",
     ":1: this type needs escape=html"),
    ("x", "{{! format: type=text/x-a escape=line }}", ":1: "),
    ("Bad_name", GOOD_HEAD, ": a format's name"),
]


@case("a broken template stops the start, with its file and line")
def _(site):
    folder = site.settings.sections["mintage"]["templates"]
    for name, text, where in BROKEN:
        path = write(os.path.join(folder, name + ".tmpl"), text.encode())
        try:
            _, complaint = check_config(site, 1)
            need(path + where in complaint, complaint)
            done = subprocess.run(
                [RESPONDER, "--config", site.settings.path],
                env={"GATEWAY_INTERFACE": "CGI/1.1", "REQUEST_METHOD": "GET",
                     "PATH_INFO": "/healthz", "SERVER_NAME": "x"},
                stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                stderr=subprocess.PIPE, timeout=60, check=False)
            need((path + where).encode() in done.stderr, done.stderr)
            need(b"Status: 503" in done.stdout, done.stdout)
        finally:
            os.unlink(path)
    check_config(site)


@case("SIGHUP finds a new template; a broken one leaves all as it was")
def _(site):
    folder = site.settings.sections["mintage"]["templates"]
    path = os.path.join(folder, "late.tmpl")

    def status():
        return {links(site, ["a"], "late").status for _ in range(8)}

    equal(status(), {400})
    write(path, GOOD_HEAD.encode() + b"late\n")
    for pid in site.responders():
        os.kill(pid, 1)
    until(lambda: status() == {200}, "the new format is there")
    write(path, b"{{broken")
    for pid in site.responders():
        os.kill(pid, 1)
    until(lambda: site.log().count("late.tmpl:1:") >= site.processes,
          "the complaint is there")
    equal(links(site, ["a"], "late").text, "late\n")
    os.unlink(path)


if __name__ == "__main__":
    main(make_site)
