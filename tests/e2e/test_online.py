#!/usr/bin/python3
"""What `mintage` does online: `token`, `check --online` and `check --url`,
against an API and an S3 endpoint of the tests' own, and real servers."""
import contextlib
import csv
import hashlib
import io
import json
import os
import re
import secrets
import shutil
import signal
import struct
import subprocess
import sys
import tempfile

from harness import (ACCOUNT, BUILD, MINTAGE, PORTAL, SRC, Settings, Site,
                     Skip, case, equal, main, need, until)

from judge import Judge

sys.path[1:1] = [os.path.join(SRC, "tests", "cloud"),
                 os.path.join(SRC, "tests", "r2")]
import api  # noqa: E402
import r2   # noqa: E402

TOKEN = "Api-" + secrets.token_urlsafe(30)
REMOTE = "c10dc10dc10dc10dc10dc10dc10dc10d"
NOBODY = "d" * 32
NO_NETWORK = ("unshare", "--net") if os.geteuid() == 0 \
    else ("unshare", "--map-current-user", "--net")
ONLINE = os.path.join(BUILD, "mintage-online")


class Done:
    def __init__(self, process):
        self.status = process.returncode
        self.out, self.err = process.stdout.decode(), process.stderr.decode()

    def __str__(self):
        return f"{self.status}\n{self.out}\n{self.err}"


class World:
    """A configuration whose endpoint is r2.py and whose API is api.py."""

    def __init__(self, clock_offset=0):
        self.folder = tempfile.mkdtemp(prefix="mintage-")
        for name in ("keys", "log", "state", "tmp"):
            os.makedirs(os.path.join(self.folder, name))
        self.r2 = r2.R2({}, clock_offset=clock_offset).start()
        self.settings = Settings(self.folder, self.r2.url)
        self.token_file = self.write("keys/api.token", TOKEN)
        for name in ("archive", "berlin"):
            del self.settings.sections["parent " + name]
        for name in [name for name in self.settings.sections
                     if name.startswith("caller")] + ["account europe"]:
            del self.settings.sections[name]
        self.settings.sections["mintage"]["state-dir"] = \
            os.path.join(self.folder, "state")
        remote = secrets.token_hex(32)
        self.api = api.Api(self.folder, TOKEN, {REMOTE: remote},
                           host=self.settings.host, account=ACCOUNT).start()
        self.settings.sections["mintage"]["api-ca-file"] = self.api.ca
        self.settings.sections["account main"]["api-endpoint"] = self.api.url
        self.add_parent(PORTAL, self.settings.secrets[PORTAL],
                        ["portal-downloads", "portal-uploads", "shared"])
        self.add_parent(REMOTE, remote, ["clouds"])
        self.settings.write()

    def add_parent(self, key_id, secret, buckets):
        self.r2.parents[key_id] = {
            "secret": secret, "account": ACCOUNT, "buckets": buckets,
            "permission": "object-read-write"}
        for bucket in buckets:
            self.r2.store.make_bucket(bucket)

    def write(self, name, text, mode=0o600):
        path = os.path.join(self.folder, name)
        with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode),
                  "w") as f:
            f.write(text + "\n")
        return path

    def add_remote(self):
        self.settings.add("parent remote", account="main",
                          access_key_id=REMOTE, buckets="clouds",
                          permission="object-read-write",
                          signer="cloudflare",
                          api_token_file=self.token_file)
        self.settings.write()

    def run(self, *words, config=True, alone=False, **environment):
        """`alone`: where it can reach nobody."""
        options = ["--config", self.settings.path] if config else []
        where = NO_NETWORK if alone else ()
        log = os.path.join(self.folder, "log", "sanitizer")
        return Done(subprocess.run(
            [*where, MINTAGE, *words, *options], stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=100,
            cwd=self.folder, check=False,
            env={**os.environ, "ASAN_OPTIONS": f"log_path={log}",
                 **environment}))

    def token(self, *words, **more):
        return self.run("token", *words, "--api-token-file", self.token_file,
                        **more)

    def check(self):
        """The findings of check --online: (status, {what: verdict})."""
        done = self.run("check", "--online")
        found = dict(line.split(": ", 1) for line in done.out.splitlines()
                     if re.match(r"parent \w+, ", line))
        need(self.settings.secrets[PORTAL] not in done.out + done.err
             and TOKEN not in done.out + done.err, "a secret is shown")
        return done.status, found

    def read(self, name):
        with open(os.path.join(self.folder, name)) as f:
            return f.read()

    def close(self):
        self.api.stop()
        self.r2.stop()
        with contextlib.suppress(FileNotFoundError):
            for name in os.listdir(os.path.join(self.folder, "log")):
                need(not name.startswith("sanitizer"),
                     self.read("log/" + name))
        shutil.rmtree(self.folder)


@contextlib.contextmanager
def world(**more):
    made = World(**more)
    try:
        yield made
    finally:
        made.close()


# ---- token ----------------------------------------------------------------------

CREATE = ("create", "--account", "main", "--bucket", "portal-uploads",
          "--bucket", "shared", "--permission", "object-read-write")


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
                ("create", *bucket, *may, "--expires", "2001-01-01"),
                ("create", *bucket, *may, "--ip", "300.1.1.1"),
                ("create", *bucket, *may, "--ip", "192.0.2.0/33"),
                ("create", *bucket, *may, "--name", "../x"),
                ("create", *bucket, *may, "--account", "nobody"),
                ("create", *bucket, *may, "more"), ("roll",), ("revoke",),
                ("list", "all"), ("creat",), ()):
            done = here.token(*words)
            equal((done.status, done.out), (2, ""), f"{words}: {done}")
        done = here.run("token", "list")
        equal(done.status, 2, str(done))
        need("--api-token-file" in done.err, done.err)
        equal(here.api.calls, [])


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


def make_known(here):
    """PORTAL's token is one of the API's."""
    here.api.tokens[PORTAL] = {"id": PORTAL, "name": "portal",
                               "status": "active"}
    here.api.values[PORTAL] = "old"


@case("token roll: a new secret in its place, the old one beside it")
def _():
    with world() as here:
        make_known(here)
        path = os.path.join(here.folder, "keys", "portal.secret")
        os.chmod(path, 0o640)
        before = here.read("keys/portal.secret")
        done = here.token("roll", "portal")
        equal((done.status, done.err), (0, ""), str(done))
        value = here.api.values[PORTAL]
        fresh = hashlib.sha256(value.encode()).hexdigest()
        equal(here.read("keys/portal.secret"), fresh + "\n")
        equal(here.read("keys/portal.secret.previous"), before)
        equal(os.stat(path).st_mode & 0o7777, 0o640)
        need("has just ended" in done.out and "SIGHUP" in done.out, done.out)
        need(fresh not in done.out and value not in done.out, done.out)
        # Not again until told.
        done = here.token("roll", "portal")
        equal(done.status, 1, str(done))
        need("--forget-previous" in done.err, done.err)
        equal(here.api.values[PORTAL], value)
        calls = len(here.api.calls)
        done = here.run("token", "roll", "portal", "--forget-previous")
        equal(done.status, 0, str(done))
        equal(sorted(os.listdir(os.path.join(here.folder, "keys"))),
              ["api.token", "archive.secret", "berlin.secret",
               "portal.secret"])
        equal(len(here.api.calls), calls)
        equal(here.token("roll", PORTAL).status, 0)


@case("token roll that fails changes nothing")
def _():
    with world() as here:
        before = here.read("keys/portal.secret")
        done = here.token("roll", "portal")
        equal(done.status, 1, str(done))
        need("1003" in done.err, done.err)
        equal(here.read("keys/portal.secret"), before)
        need(not os.path.exists(os.path.join(
            here.folder, "keys/portal.secret.new")), "a file was left")
        here.add_remote()
        equal(here.token("roll", "remote").status, 1)


@case("token create, token roll: an answer that was lost is said to be")
def _():
    with world() as here:
        for mischief in ("hangup", "cut", "500"):
            before = len(here.api.tokens)
            # On the connection that the groups were looked up by.
            with here.api.doing([mischief] * 20, at="/tokens") as calls:
                done = here.token(*CREATE, "--name", "fresh")
            equal((done.status, done.out), (1, ""), str(done))
            need("may have been made all the same" in done.err
                 and "mintage fresh" in done.err, str(done))
            equal([call.method for call in calls], ["GET", "POST"])
            equal(len(here.api.tokens) - before, mischief == "cut")
        make_known(here)
        before = here.read("keys/portal.secret")
        for mischief in ("hangup", "cut", "500"):
            with here.api.doing([mischief] * 20, at="/value"):
                done = here.token("roll", "portal")
            equal(done.status, 1, str(done))
            need("roll it again" in done.err, str(done))
            equal(here.read("keys/portal.secret"), before)


def start_token(here, *words):
    return subprocess.Popen(
        [MINTAGE, "token", *words, "--config", here.settings.path,
         "--api-token-file", here.token_file], cwd=here.folder,
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
        stderr=subprocess.PIPE)


def told_to_stop(here, number, at, *words):
    """A token command that is sent a signal while it waits for the API."""
    with here.api.doing(latency=1, at=at) as calls:
        process = start_token(here, *words)
        until(lambda: [call for call in calls if call.path.endswith(at)],
              "it asks")
        process.send_signal(number)
        out = process.communicate(timeout=60)[0].decode()
    equal(process.returncode, -number, out)
    return out


@case("token create, token roll: told to stop, the secret is kept first")
def _():
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        with world() as here:
            make_known(here)
            told_to_stop(here, number, "/value", "roll", "portal")
            equal(here.read("keys/portal.secret").strip(), hashlib.sha256(
                here.api.values[PORTAL].encode()).hexdigest())
            out = told_to_stop(here, number, "/tokens", *CREATE, "--name",
                               "fresh")
            made, = set(here.api.tokens) - {PORTAL}
            need(f"access-key-id = {made}" in out, out)
            path = re.search("^secret-access-key-file = (.*)$", out, re.M)[1]
            equal(here.read(path).strip(), hashlib.sha256(
                here.api.values[made].encode()).hexdigest())


@case("token roll: a secret that can't be put in its place is shown")
def _():
    with world() as here:
        make_known(here)
        with here.api.doing(latency=1, at="/value") as calls:
            process = start_token(here, "roll", "portal")
            until(lambda: calls, "it asks")
            here.write("keys/portal.secret.previous", "somebody else's")
            out = process.communicate(timeout=60)[0].decode()
        equal(process.returncode, 1)
        equal(out.split("\n")[0], hashlib.sha256(
            here.api.values[PORTAL].encode()).hexdigest())


@case("token roll: not of the token by which it is done")
def _():
    with world() as here:
        here.add_remote()
        here.settings.sections["parent remote"]["secret-access-key-file"] = \
            here.write("keys/remote.secret",
                       hashlib.sha256(TOKEN.encode()).hexdigest())
        here.settings.write()
        here.api.tokens[REMOTE] = {"id": REMOTE, "name": "r",
                                   "status": "active"}
        here.api.values[REMOTE] = TOKEN
        for words in ((), ("--api-token-file", here.token_file)):
            done = here.run("token", "roll", "remote", *words)
            equal(done.status, 1, str(done))
            need("--api-token-file" in done.err, str(done))
        equal(here.api.values[REMOTE], TOKEN)


@case("token: its calls count among those of five minutes")
def _():
    with world() as here:
        make_known(here)
        equal(here.token("list").status, 0)
        equal(here.token("roll", "portal").status, 0)
        with open(os.path.join(here.folder, "state", "calls"), "rb") as f:
            slots = struct.unpack("<2048q", f.read()[16:])
        equal(sum(slots[1::2]), len(here.api.calls))


@case("token list: pages, and whose parents they are")
def _():
    with world() as here:
        make_known(here)
        for number in range(120):
            here.api.tokens[f"{number:032x}"] = {
                "id": f"{number:032x}", "name": f"no {number}\x1b[31m",
                "status": "active"}
        done = here.token("list")
        equal((done.status, done.err), (0, ""), str(done))
        lines = done.out.splitlines()
        equal(len(lines), 121)
        equal(lines[0], f"{PORTAL}  active  -  portal  [parent portal]")
        need("\x1b" not in done.out, "control characters")
        equal(len(here.api.calls), 3)
        here.add_remote()
        equal(here.run("token", "list").out, done.out, "by a parent's token")
        equal(here.token("list", "--user").status, 0)
        need(here.api.calls[-1].path.endswith("/user/tokens"), "not the user")


@case("token revoke: by the parent's name or the token's id")
def _():
    with world() as here:
        make_known(here)
        here.api.tokens[NOBODY] = {"id": NOBODY, "name": "x"}
        done = here.token("revoke", "portal")
        equal((done.status, done.err), (0, ""), str(done))
        need("every credential" in done.out, done.out)
        equal(list(here.api.tokens), [NOBODY])
        equal(here.token("revoke", NOBODY).status, 0)
        equal(here.token("revoke", NOBODY).status, 1)
        equal(here.token("revoke", "nobody").status, 1)
        equal(here.api.tokens, {})


# ---- check --online ---------------------------------------------------------------

@case("check --online: all is well")
def _():
    with world() as here:
        here.add_remote()
        status, found = here.check()
        equal(found, {
            "parent portal, bucket portal-downloads": "ok",
            "parent portal, clock": "ok",
            "parent portal, bucket portal-uploads": "ok",
            "parent portal, bucket shared": "ok",
            "parent portal, a credential for one object": "ok",
            "parent portal, the same credential for another": "ok",
            "parent remote, API token": "ok",
            "parent remote, a credential for one object": "ok",
            "parent remote, the same credential for another": "ok",
            "parent remote, clock": "ok"})
        equal(status, 0)
        need(all(entry.method in ("HEAD", "GET") for entry in here.r2.log),
             "something was changed")


@case("check --online: a wrong secret, a missing bucket, a dead parent")
def _():
    with world() as here:
        here.write("keys/portal.secret", "0" * 64)
        status, found = here.check()
        equal(status, 1)
        for what in ("bucket shared", "a credential for one object"):
            need(found["parent portal, " + what].startswith("WRONG: "),
                 str(found))
        need("403" in found["parent portal, bucket shared"], str(found))
        here.write("keys/portal.secret", here.settings.secrets[PORTAL])
        here.settings.sections["parent portal"]["buckets"] = \
            "shared no-such-bucket"
        here.settings.write()
        here.r2.parents[PORTAL]["buckets"].append("no-such-bucket")
        status, found = here.check()
        equal(status, 1)
        equal(found["parent portal, bucket shared"], "ok")
        need("404" in found["parent portal, bucket no-such-bucket"],
             str(found))
        del here.r2.parents[PORTAL]
        status, found = here.check()
        need("401" in found["parent portal, bucket shared"], str(found))


def late_connection(now):
    """The Date header goes by the endpoint's clock too."""
    class Late(r2.Connection):
        def date(self):
            return r2.http_time(now())
    return Late


@case("check --online: the clock")
def _():
    for seconds, word in ((100, "behind"), (-50, "ahead of")):
        with world(clock_offset=seconds) as here:
            late = here.r2.now
            here.r2.server.RequestHandlerClass = late_connection(late)
            status, found = here.check()
            equal(status, 1)
            need(word in found["parent portal, clock"]
                 and found["parent portal, bucket shared"] == "ok",
                 str(found))


@case("check --online: an endpoint that gives everything to everyone")
def _():
    with world() as here:
        real = here.r2.answer

        def answer(request):
            response = real(request)
            if request.method == "GET":
                response.status = 404
            return response
        here.r2.answer = answer
        status, found = here.check()
        equal(status, 1)
        need("should be refused" in
             found["parent portal, the same credential for another"],
             str(found))


@case("check --online: an API token that is no good")
def _():
    with world() as here:
        here.add_remote()
        here.api.token = "another"
        status, found = here.check()
        equal(status, 1)
        for what in ("API token", "a credential for one object"):
            need("Authentication error" in found["parent remote, " + what],
                 str(found))


@case("check --online: nobody there; plain http elsewhere isn't asked")
def _():
    with world() as here:
        deaf = api.Deaf()
        main_account = here.settings.sections["account main"]
        main_account["endpoint"] = f"http://127.0.0.1:{deaf.port}"
        here.settings.sections["mintage"]["api-deadline"] = "1"
        here.settings.write()
        status, found = here.check()
        equal(status, 1)
        need(found["parent portal, bucket shared"].startswith("WRONG: "),
             str(found))
        main_account["endpoint"] = "http://192.0.2.1"
        here.settings.write()
        status, found = here.check()
        equal((status, list(found)), (1, ["parent portal, endpoint"]))
        deaf.stop()


# ---- check --url -------------------------------------------------------------------

@case("check --url: what a web server passes on")
def _():
    with world() as here:
        site = Site("fastcgi", processes=1)
        try:
            url = f"http://127.0.0.1:{site.port}{site.mount}/"
            done = here.run("check", "--url", url, config=False)
            equal((done.status, done.out), (0, "path: ok\nAuthorization: ok\n"),
                  str(done))
            token = here.write("caller.token", site.settings.tokens["web"])
            done = here.run("check", "--url", url, "--token-file", token,
                            config=False)
            equal((done.status, done.out),
                  (0, "path: ok\nAuthorization: ok\ncaller: ok, web\n"), str(done))
            here.write("caller.token", "wrong")
            done = here.run("check", "--url", url, "--token-file", token,
                            config=False)
            equal(done.status, 1, str(done))
            need("caller: WRONG" in done.out, done.out)
            done = here.run("check", "--url", url + "nowhere", config=False)
            equal(done.status, 1, str(done))
            done = here.run("check", "--url", "http://192.0.2.1/",
                            config=False)
            equal(done.status, 2, str(done))
        finally:
            site.kill()
            site.remove(False)


@case("check --url: the directive that is missing, by the server's name")
def _():
    with world() as here:
        deaf = api.Api(here.folder, TOKEN, {}, tls=False)
        index = {"name": "mintage", "received": {
            "authorization": False, "remoteUser": False, "https": False},
            "caller": None}
        names = {"Apache/2.4": "CGIPassAuth On",
                 "nginx/1.22": "fastcgi_param HTTP_AUTHORIZATION",
                 "lighttpd/1.4": "in front of it", "x": "CGIPassAuth On"}
        deaf.start()
        try:
            for server, words in names.items():
                deaf.answer = lambda call, server=server: api.Answer(
                    200, json.dumps(index).encode(), {"Server": server})
                done = here.run("check", "--url",
                                f"http://127.0.0.1:{deaf.port}/",
                                config=False)
                equal(done.status, 1, str(done))
                need(words in done.out, done.out)
        finally:
            deaf.stop()


# ---- mint and sign --url -----------------------------------------------------------

def awkward(count):
    """Manifest lines, and what they name."""
    keys = [f"public/{n} é \"x\"\t{'y' * (n % 97)}" for n in range(count)]
    return "".join(key + "\n" for key in keys), keys


class Far:
    """A service, and a caller's `mintage` elsewhere."""

    def __init__(self, here):
        self.here = here
        self.site = Site("fastcgi", processes=1)
        self.url = f"http://127.0.0.1:{self.site.port}{self.site.mount}/"
        here.write("web.token", self.site.settings.tokens["bulk"])

    def run(self, command, *words, url=None):
        return self.here.run(
            command, "--url", url or self.url, "--token-file", "web.token",
            "--bucket", "portal-downloads", *words, config=False)

    def requests(self):
        return sum(line["event"] == "issue"
                   for line in self.site.audit_lines())

    def close(self):
        self.site.kill()
        self.site.remove(False)


@contextlib.contextmanager
def far():
    with world() as here:
        made = Far(here)
        try:
            yield made
        finally:
            made.close()


READ = ("--permission", "object-read-only", "--account", ACCOUNT)


@case("mint --url: many requests, one answer, in order")
def _():
    with far() as service:
        text, keys = awkward(3000)
        service.here.write("list", text[:-1])
        judge = Judge(service.site, "portal-downloads", "object-read-only")
        for form in ("json", "ndjson", "csv"):
            before = service.requests()
            done = service.run("mint", *READ, "--each", "--format", form,
                               "--request-size", "16384", "list")
            equal((done.status, done.err), (0, ""), str(done)[:2000])
            need(service.requests() - before > 10, "too few requests")
            if form == "json":
                rows = json.loads(done.out)
                equal(rows["result_info"], {"count": 3000, "failed": 0})
                equal(rows["success"], True)
                rows = rows["result"]
            elif form == "ndjson":
                rows = [json.loads(line) for line in done.out.splitlines()]
                end = rows.pop()
                equal((end["result_info"]["count"], end["success"]),
                      (3000, True))
            else:
                rows = [{name: row[name] for name in (
                    "key", "accessKeyId", "secretAccessKey", "sessionToken",
                    "expiresAt")} for row in csv.DictReader(
                        io.StringIO(done.out, newline=""))]
            judge.batch(rows, keys)
        before = service.requests()
        equal(service.run("mint", *READ, "--each", "list").status, 0)
        need(2 <= service.requests() - before <= 4, "128 KB are to be used")


@case("sign --url: text and JSON; entries of their own; the account unnamed")
def _():
    with far() as service:
        service.here.write("list", "\n".join(
            [json.dumps({"key": f"k{n}", "ttlSeconds": n + 1, "filename":
                         "ü.txt"}) for n in range(400)]))
        done = service.run("sign", "--account", ACCOUNT, "--format", "text",
                           "--request-size", "4096", "list",
                           "--manifest-format", "ndjson")
        equal((done.status, done.err), (0, ""), str(done))
        lines = done.out.splitlines()
        equal(len(lines), 400)
        for number, line in enumerate(lines):
            need(f"/k{number}?" in line
                 and f"X-Amz-Expires={number + 1}&" in line
                 and "UTF-8%27%27%25C3%25BC" in line, line)
        equal(service.run("sign", "--object", "a").status, 0)


@case("mint --url: a single credential, and prefixes among objects")
def _():
    with far() as service:
        done = service.run("mint", *READ, "--object", "a", "--prefix", "p/")
        equal((done.status, done.err), (0, ""), str(done))
        judge = Judge(service.site, "portal-downloads", "object-read-only")
        equal(judge.paths(json.loads(done.out)["result"]), (["p/"], ["a"]))
        done = service.run("mint", *READ, "--each", "--object", "a",
                           "--prefix", "p/", "--actions", "GetObject")
        equal(done.status, 0, str(done))
        rows = json.loads(done.out)["result"]
        judge = Judge(service.site, "portal-downloads", ["GetObject"])
        judge.object(rows[0], "a")
        judge.prefix(rows[1], "p/")
        # What names nothing never comes to mean everything.
        service.here.write("list", "\n\n")
        for words in (("list",), ("--each", "list"), ("--each",)):
            done = service.run("mint", *READ, *words)
            need(done.status == 1 and not done.out, f"{words}: {done}")


@case("mint --url: what is refused is named by its place in the whole")
def _():
    with far() as service:
        service.here.write("web.token", service.site.settings.tokens["web"])
        keys = [f"public/{n}" for n in range(90)] + ["secret"]
        service.here.write("list", "\n".join(keys))
        done = service.run("mint", *READ, "--each", "--request-size", "4096",
                           "list")
        equal(done.status, 1, str(done))
        need("entry 90: 'secret'" in done.err, done.err)
        done = service.run("mint", *READ, "--each", "--on-error", "report",
                           "--request-size", "4096", "list")
        equal(done.status, 1, str(done))
        rows = json.loads(done.out)
        equal(rows["result_info"], {"count": 90, "failed": 1})
        need("error" in rows["result"][90], rows["result"][90])
        # No good even here: nothing is sent.
        service.here.write("list", "public/a\n" + "x" * 1025)
        before = service.requests()
        done = service.run("mint", *READ, "--each", "list")
        equal((done.status, service.requests()), (1, before), str(done))


@case("mint --url: half-way is over, what was issued is said")
def _():
    with far() as service:
        service.here.write("web.token", service.site.settings.tokens["bulk"])
        proxy = api.Api(service.here.folder, TOKEN, {}, tls=False)
        count = [0]

        def answer(call):
            count[0] += 1
            if call.method == "POST" and count[0] > 3:
                return api.Answer(502, b"<html>", kind="text/html")
            found = service.site.request(call.method, call.path.removeprefix(
                service.site.mount), call.body, headers={
                    "Authorization": call.headers["authorization"],
                    "Content-Type": "application/json"})
            return api.Answer(found.status, found.body, {
                "Mintage-Count": found.headers["Mintage-Count"],
                "Mintage-Failed": found.headers["Mintage-Failed"] or "0"})
        proxy.answer = answer
        proxy.start()
        url = f"http://127.0.0.1:{proxy.port}{service.site.mount}"
        service.here.write("list", "\n".join(f"{n}" * 40
                                             for n in range(1000, 1100)))
        done = service.run("mint", *READ, "--each", "--format", "ndjson",
                           "--request-size", "4096", "list", url=url)
        equal(done.status, 1, str(done))
        rows = done.out.splitlines()
        need("success" not in done.out, "it looks whole")
        need(f"{len(rows)} of 100 entries were done" in done.err
             and f"those from {len(rows)} to" in done.err, done.err)
        need(0 < len(rows) < 100, f"{len(rows)} rows")
        proxy.stop()


@case("mint --url: an answer that was cut short is not passed on")
def _():
    with far() as service:
        deaf = api.Api(service.here.folder, TOKEN, {}, tls=False)
        good = {form: service.run("mint", *READ, "--each", "--object", "a",
                                  "--object", "b", "--format", form).out
                for form in ("json", "ndjson", "csv")}
        good["text"] = service.run("sign", "--object", "a", "--object", "b",
                                   "--format", "text").out
        bodies = []
        deaf.answer = lambda call: api.Answer(200, bodies[-1].encode(), {
            "Mintage-Count": "2", "Mintage-Failed": "0"})
        deaf.start()
        url = f"http://127.0.0.1:{deaf.port}/mint"

        def ask(form):
            words = ("sign", "--account", ACCOUNT) if form == "text" \
                else ("mint", *READ, "--each")
            return service.run(*words, "--object", "a", "--object", "b",
                               "--format", form, url=url)
        for form, body in good.items():
            bodies.append(body)
            done = ask(form)
            equal((done.status, done.out), (0, body), f"{form}: {done}")
            lines = body.splitlines(keepends=True)
            cuts = [body[:-2], "".join(lines[:-1]), body[:len(body) // 2], ""]
            if form == "json":
                cuts.append(body.replace('"success":true', '"success":false'))
            for cut in cuts:
                bodies.append(cut)
                done = ask(form)
                equal((done.status, done.out), (1, ""), f"{form}: {cut!r}")
        deaf.stop()


@case("mint --url: wrong usage, and formats that can't be joined")
def _():
    with far() as service:
        for words in (("--config", "x"), ("--request-size", "10"),
                      ("--request-size", "1G"), ("--account", "main/..")):
            done = service.run("mint", "--permission", "object-read-only",
                               "--object", "a", *words)
            equal(done.status, 2, f"{words}: {done}")
        done = service.run("mint", *READ, "--object", "a",
                           url="http://192.0.2.1/")
        equal(done.status, 2, str(done))
        done = service.here.run("mint", "--bucket", "shared", "--object", "a",
                                "--token-file", "web.token", *READ)
        equal(done.status, 2, str(done))
        text, _ = awkward(500)
        service.here.write("list", text)
        done = service.run("mint", *READ, "--each", "--format", "aws",
                           "--request-size", "4096", "list")
        equal((done.status, done.out), (1, ""), str(done))
        need("can't be joined" in done.err, done.err)
        equal(service.requests(), 0)
        equal(service.run("mint", *READ, "--object", "a", "--format",
                          "env").status, 0)


if __name__ == "__main__":
    if not os.path.exists(ONLINE):
        print("1..0 # SKIP built without libcurl")
        sys.exit(0)
    main()
