#!/usr/bin/python3
"""`mintage token create`: the token, the secret's file, the section."""
import calendar
import hashlib
import os
import sys
import time

sys.path.insert(1, sys.path[0] + "/../lib")
from harness import ACCOUNT, Skip, case, equal, need
from world import CREATE, run_all, world
import api


@case("token create: the token, the secret's file, the section")
def _():
    with world() as here:
        done = here.token(*CREATE, "--name", "fresh", "--ip", "192.0.2.0/24",
                          "--ip", "2001:db8::1", "--expires",
                          "2099-01-31")
        equal((done.status, done.err), (0, ""), str(done))
        [(id, token)] = here.api.tokens.items()
        equal(token["policies"], [{
            "effect": "allow",
            "resources": {
                f"com.cloudflare.edge.r2.bucket.{ACCOUNT}_default_{name}":
                "*" for name in ("portal-uploads", "shared")},
            "permission_groups": [{"id": api.GROUPS[
                "Workers R2 Storage Bucket Item Write"]}]}])
        equal(token["condition"],
              {"request_ip": {"in": ["192.0.2.0/24", "2001:db8::1"]}})
        equal(token["expires_on"], "2099-01-31T00:00:00Z")
        path = os.path.join(here.folder, "fresh.secret")
        value = here.api.values[id]
        equal(here.read("fresh.secret"),
              hashlib.sha256(value.encode()).hexdigest() + "\n")
        equal(os.stat(path).st_mode & 0o7777, 0o600)
        need(value not in done.out, "the value is shown")
        equal(done.out, f"[parent fresh]\naccount = main\n"
                        f"access-key-id = {id}\n"
                        f"secret-access-key-file = {path}\n"
                        "permission = object-read-write\n"
                        "buckets = portal-uploads shared\n")
        # What it prints can be pasted, and works.
        with open(here.settings.path, "a") as f:
            f.write("\n" + done.out)
        here.add_parent(id, hashlib.sha256(value.encode()).hexdigest(),
                        ["portal-uploads", "shared"])
        status, found = here.check()
        equal(found["parent fresh, bucket shared"], "ok")
        equal(status, 0, str(found))


@case("token create without a configuration: an account's section too")
def _():
    with world() as here:
        # No api-endpoint can be named then: this is as far as it gets.
        done = here.token("create", "--account", "5" * 32, "--bucket", "one",
                          "--permission", "object-read-only", config=False,
                          alone=True,
                          MINTAGE_CONFIG=os.path.join(here.folder, "none"))
        equal(done.status, 1, str(done))
        need("could not be asked" in done.err, str(done))
        need(not os.path.exists(os.path.join(here.folder, "one.secret")),
             "a file was left")
        # An account without a section, in a file that is there.
        here.settings.sections["account main"]["id"] = ACCOUNT
        here.api.account = None
        done = here.run("token", "create", "--account", "main", "--bucket",
                        "one:default", "--permission", "object-read-only",
                        "--api-token-file", here.token_file)
        equal(done.status, 0, str(done))
        need("[account" not in done.out, done.out)


@case("token create: admin permissions reach the account")
def _():
    with world() as here:
        for name, group in (("admin-read-only", "Workers R2 Storage Read"),
                            ("admin-read-write",
                             "Workers R2 Storage Write")):
            done = here.token("create", "--bucket", "shared", "--permission",
                              name, "--name", name)
            equal(done.status, 0, str(done))
            [policy] = list(here.api.tokens.values())[-1]["policies"]
            equal(policy["resources"],
                  {f"com.cloudflare.api.account.{ACCOUNT}": "*"})
            equal(policy["permission_groups"], [{"id": api.GROUPS[group]}])


@case("token create: never over a file, and nothing is made then")
def _():
    with world() as here:
        here.write("mine", "precious")
        for target in ("mine", "no/such/folder"):
            done = here.token(*CREATE, "--secret-file",
                              os.path.join(here.folder, target))
            equal((done.status, done.out), (1, ""), str(done))
        os.symlink("elsewhere", os.path.join(here.folder, "link"))
        done = here.token(*CREATE, "--secret-file",
                          os.path.join(here.folder, "link"))
        equal(done.status, 1, str(done))
        equal(here.read("mine"), "precious\n")
        equal(here.api.tokens, {})


@case("token create that fails leaves no file behind")
def _():
    with world() as here:
        here.write("wrong.token", "Api-" + "w" * 30)
        done = here.run("token", *CREATE, "--name", "fresh",
                        "--api-token-file",
                        os.path.join(here.folder, "wrong.token"))
        equal((done.status, done.out), (1, ""), str(done))
        need("403 code 10000: Authentication error" in done.err
             and "edit API tokens" in done.err, done.err)
        api.GROUPS.pop("Zone Read")
        done = here.token(*CREATE, "--name", "portal")
        equal(done.status, 1, str(done))
        need("[parent portal]" in done.err, done.err)
        need(not [name for name in os.listdir(here.folder)
                  if name.endswith(".secret")], os.listdir(here.folder))


@case("token: wrong usage is status 2, and calls nobody")
def _():
    with world() as here:
        bucket = ("--bucket", "shared")
        may = ("--permission", "object-read-only")
        for words in (
                ("create",), ("create", *bucket), ("create", *may),
                ("create", *may, "--bucket", "UPPER"),
                ("create", *may, "--bucket", "shared:mars"),
                ("create", *may, "--bucket", "aaa:eu", "--bucket",
                 "bbb:fedramp"),
                ("create", *bucket, "--permission", "object-write-only"),
                ("create", *bucket, "--permission", "everything"),
                ("create", *bucket, *may, "--expires", "tomorrow"),
                ("create", *bucket, *may, "--expires", "2027"),
                ("create", *bucket, *may, "--expires", "1y"),
                ("create", *bucket, *may, "--expires", "0h"),
                ("create", *bucket, *may, "--expires", "2001-01-01"),
                ("create", *bucket, *may, "--ip", "300.1.1.1"),
                ("create", *bucket, *may, "--ip", "192.0.2.0/33"),
                ("create", *bucket, *may, "--name", "../x"),
                ("create", *bucket, *may, "--account", "nobody"),
                ("create", *bucket, *may, "more"), ("roll",), ("revoke",),
                ("list", "all"), ("creat",), ()):
            done = here.token(*words)
            equal((done.status, done.out), (2, ""), f"{words}: {done}")
        done = here.token("list", config=False, MINTAGE_CONFIG="/nowhere")
        equal((done.status, done.out), (2, ""), str(done))
        need("option '--account' is needed" in done.err, done.err)
        done = here.run("token", "list")
        equal(done.status, 2, str(done))
        need("--api-token-file" in done.err, done.err)
        equal(here.api.calls, [])


@case("token create: a bucket in the jurisdiction us, until 12 hours from now")
def _():
    with world() as here:
        here.settings.sections["account main"]["jurisdiction"] = "us"
        here.settings.write()
        begin = time.time()
        done = here.token("create", "--bucket", "shared:us", "--permission",
                          "object-read-only", "--expires", "12h")
        equal(done.status, 0, str(done))
        [token] = here.api.tokens.values()
        equal(token["policies"][0]["resources"], {
            f"com.cloudflare.edge.r2.bucket.{ACCOUNT}_us_shared": "*"})
        until = calendar.timegm(time.strptime(token["expires_on"],
                                              "%Y-%m-%dT%H:%M:%SZ"))
        need(int(begin) <= until - 12 * 3600 <= time.time(), str(token))
        done = here.token("create", "--bucket", "shared:mars",
                          "--permission", "object-read-only")
        need("a jurisdiction is default, eu, us or fedramp" in done.err,
             done.err)


@case("token create in another jurisdiction than the account's: refused")
def _():
    with world() as here:
        done = here.token("create", "--bucket", "shared:eu", "--permission",
                          "object-read-only")
        equal(done.status, 1, str(done))
        need("jurisdiction 'default'" in done.err, done.err)


@case("token create as root, in a folder of another group: how to let it in")
def _():
    if os.geteuid() != 0:
        raise Skip("not root")
    with world() as here:
        for group in (0, 4321):
            os.chown(here.folder, -1, group)
            done = here.token(*CREATE, "--secret-file",
                              os.path.join(here.folder, f"group{group}"))
            equal(done.status, 0, str(done))
            equal("chmod 640" in done.err, group != 0, str(done))


if __name__ == "__main__":
    run_all()
