"""What `mintage` does online, against an API and an S3 endpoint of the tests'
own, and real servers."""
import contextlib
import os
import re
import secrets
import shutil
import subprocess
import sys
import tempfile

from harness import ACCOUNT, BUILD, MINTAGE, PORTAL, Settings, main, need
import api
import r2

TOKEN = "Api-" + secrets.token_urlsafe(30)
REMOTE = "c10dc10dc10dc10dc10dc10dc10dc10d"
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
    """A configuration with an r2.R2 as endpoint and an api.Api as API."""

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
        """Run mintage. With `alone` it has no network."""
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


CREATE = ("create", "--account", "main", "--bucket", "portal-uploads",
          "--bucket", "shared", "--permission", "object-read-write")


def make_known(here):
    """PORTAL's token is one of the API's."""
    here.api.tokens[PORTAL] = {"id": PORTAL, "name": "portal",
                               "status": "active"}
    here.api.values[PORTAL] = "old"


def run_all():
    """Run all cases, or none where libcurl is missing."""
    if not os.path.exists(ONLINE):
        print("1..0 # SKIP built without libcurl")
        sys.exit(0)
    main()
