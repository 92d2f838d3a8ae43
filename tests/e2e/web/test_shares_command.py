#!/usr/bin/python3
"""`mintage share list`, `show` and `revoke`."""
import json
import os
import subprocess
import sys

sys.path.insert(1, sys.path[0] + "/../lib")
from harness import MINTAGE, case, equal, main, need
from sharing import BUCKET, ask, make, make_site, put


def run(site, *words, status=0):
    done = subprocess.run(
        [MINTAGE, "share", *words, "--config", site.settings.path],
        stdin=subprocess.DEVNULL, capture_output=True, text=True,
        env=site.environment(), check=False)
    equal(done.returncode, status, done.stderr)
    return done.stdout if status == 0 else done.stderr


@case("list shows all shares, newest first, and those of one caller")
def _(site):
    equal(run(site, "list"), "")
    put("public/1", "public/2")
    one = make(site, title="One \x9b2J", objects=["public/1"])
    other = make(site, "bulk", objects=["public/1", "public/2"],
                 maxDownloads=4, expires="3d")
    text = run(site, "list")
    for word in (one["id"], other["id"], "web", "bulk", BUCKET,
                 other["expiresAt"]):
        need(word in text, text)
    need("\x9b" not in text, "a control character reaches the terminal")
    found = json.loads(run(site, "list", "--json"))["shares"]
    equal({share["id"] for share in found}, {one["id"], other["id"]})
    found, = json.loads(run(site, "list", "--json", "--caller=bulk"))["shares"]
    equal((found["id"], found["count"], found["maxDownloads"]),
          (other["id"], 2, 4))


@case("show names the keys of a share, which is named by its id or its address")
def _(site):
    share = make(site, objects=["public/1", "public/ü x"])
    for name in (share["id"], share["url"], share["url"] + "/1/x",
                 share["url"][-22:]):
        found = json.loads(run(site, "show", "--json", name))
        equal((found["id"], found["keys"]),
              (share["id"], ["public/1", "public/ü x"]))
    need('  2  "public/ü x"' in run(site, "show", share["id"]), "the key")
    need("no share" in run(site, "show", "0" * 32, status=1), "unknown")
    need("neither" in run(site, "show", "nonsense", status=1), "nonsense")


@case("revoke closes a share at once, and that is recorded")
def _(site):
    share = make(site, objects=["public/1"])
    equal(ask(site, share["url"] + "/1").status, 302)
    need(share["id"] in run(site, "revoke", share["url"]), "what it says")
    equal(ask(site, share["url"] + "/1").status, 404)
    line = [line for line in site.audit_lines() if line["event"] == "revoke"][-1]
    equal((line["share"], line["caller"], line["route"]),
          (share["id"], "owner", "share"))
    need("no share" in run(site, "revoke", share["id"], status=1), "twice")


@case("nothing is revoked that can't be recorded")
def _(site):
    share = make(site, objects=["public/1"])
    with site.changed("mintage", audit_log="/dev/full"):
        need("No space" in run(site, "revoke", share["id"], status=1), "why")
    equal(ask(site, share["url"] + "/1").status, 302)


@case("list tells of a damaged share, which opens nothing and can be revoked")
def _(site):
    share = make(site, objects=["public/1"])
    os.truncate(os.path.join(site.shares, share["id"]), 100)
    equal(ask(site, share["url"]).status, 503)
    need("1 of the files" in run(site, "list", status=1), "what it says")
    run(site, "revoke", share["id"])
    equal(ask(site, share["url"]).status, 404)


@case("without shares-dir there are no shares")
def _(site):
    with site.changed("mintage"):
        del site.settings.sections["mintage"]["shares-dir"]
        site.settings.write()
        for words in (("list",), ("show", "0" * 32), ("revoke", "0" * 32)):
            need("shares-dir" in run(site, *words, status=1), str(words))


if __name__ == "__main__":
    main(make_site)
