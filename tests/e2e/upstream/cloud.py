"""A parent that Cloudflare signs for, against an API of the tests' own that
answers well, badly, late, in parts and not at all."""
import base64
import datetime
import glob
import hashlib
import os
import secrets
import shutil
import signal
import struct
import subprocess
import sys
import tempfile

from harness import (ACCOUNT, BUILD, MINTAGE, Site, children, command_line,
                     equal, main, need, process_status, until)
from judge import claims_of, instant
import api

REMOTE = "c10dc10dc10dc10dc10dc10dc10dc10d"
TOKEN = "Api-" + secrets.token_urlsafe(30)
ONLINE = os.path.join(BUILD, "mintage-online")
GOOD = {"bucket": "clouds", "permission": "object-read-only"}
KEYS = [f"public/käse {n}.txt" for n in range(20)]


def change(cloud, **service):
    """A function for Site. It adds the parent REMOTE, for which Cloudflare
    signs, and the caller `sky`, who may use it."""
    def apply(settings):
        token_file = os.path.join(settings.folder, "keys", "api.token")
        with open(os.open(token_file, os.O_WRONLY | os.O_CREAT, 0o600),
                  "w") as f:
            f.write(TOKEN + "\n")
        settings.sections["account main"]["api-endpoint"] = cloud.url
        settings.sections["mintage"].update({
            "api-ca-file": cloud.ca, "api-deadline": "8",
            "state-dir": os.path.join(settings.folder, "state"), **{
                name.replace("_", "-"): value
                for name, value in service.items()}})
        os.makedirs(os.path.join(settings.folder, "state"), exist_ok=True)
        settings.add("parent remote", account="main", access_key_id=REMOTE,
                     permission="object-read-write", buckets="clouds",
                     signer="cloudflare", api_token_file=token_file)
        settings.add_bearer("sky", parents="remote", buckets="clouds",
                            permissions="object-read-write", prefixes="*",
                            whole_bucket="yes", max_ttl="604800")
        cloud.host = settings.host
        settings.secrets["API token"] = TOKEN
    return apply


class Cloud(Site):
    """A Site, and the API that it calls."""

    def __init__(self, how="fastcgi", processes=1, **service):
        self.certificates = tempfile.mkdtemp(prefix="mintage-")
        self.api = api.Api(self.certificates, TOKEN,
                           {REMOTE: secrets.token_hex(32)}, account=ACCOUNT)
        self.api.start()
        super().__init__(how, change(self.api, **service),
                         processes=processes)

    def __enter__(self):
        return self

    def __exit__(self, kind, *_):
        self.kill()
        self.remove(kind is not None)

    def reload(self):
        """Make every responder read the new configuration."""
        for pid in self.responders():
            # SIGHUP would end a responder that has no handler for it yet.
            until(lambda pid=pid: int(process_status(pid)["SigCgt"], 16) & 1,
                  "a responder that takes SIGHUP")
            os.kill(pid, signal.SIGHUP)

    def remove(self, failed):
        self.api.stop()
        shutil.rmtree(self.certificates, ignore_errors=True)
        super().remove(failed)

    def check(self, entry, key, ttl=900, scope="object-read-only"):
        """Assert that an entry is the API's credential for this key alone."""
        equal(entry.get("key"), key, "key")
        self.check_claims(entry, {"objectPaths": [key]}, ttl, scope)

    def check_claims(self, entry, paths, ttl, scope):
        claims = claims_of(entry["sessionToken"])
        equal(claims.get("paths"), paths, "paths")
        equal((claims["iss"], claims["scope"], claims["bucket"]),
              (REMOTE, scope, "clouds"))
        equal(claims["exp"] - claims["iat"], ttl, "lifetime")
        token = base64.b64decode(entry["sessionToken"])[4:]
        equal(entry["secretAccessKey"], hashlib.sha256(token).hexdigest())
        # It may be too early by the time of the calls, but never too late.
        said = datetime.datetime.fromisoformat(
            entry["expiresAt"].replace("Z", "+00:00")).timestamp()
        need(claims["exp"] - 10 <= said <= claims["exp"],
             f"expiresAt {entry['expiresAt']}, {instant(claims['exp'])}")

    def counted_calls(self):
        """How many calls the site's file counts."""
        with open(os.path.join(self.folder, "state", "calls"), "rb") as f:
            slots = struct.unpack("<2048q", f.read()[32:])
        return sum(slots[1::2])

    def forget_calls(self):
        """Remove the count of calls, as if five minutes had gone by."""
        for path in glob.glob(os.path.join(self.folder, "state", "*")):
            os.unlink(path)

    def refused(self, answer, status, *words):
        """Assert that an answer fails with these words, and without the API
        token. Returns the message."""
        equal(answer.status, status, f"status of {answer.body[:300]!r}")
        text = answer.errors[0]["message"]
        for word in words:
            need(word in text, f"no {word!r} in {text!r}")
        need(TOKEN not in answer.text and TOKEN not in str(answer.headers),
             "the API token is in the answer")
        need("sessionToken" not in answer.text, "something was issued")
        return text


def helpers(site):
    """Process ids of the site's helpers, which the keepers started."""
    return [pid for parent in site.responders() for keeper in children(parent)
            for pid in children(keeper)
            if "mintage-online" in command_line(pid)]


def broken_at(*numbers):
    """A script for Api: calls for these keys fail."""
    bad = {KEYS[number] for number in numbers}
    return lambda number, call: ("refusal", (403, 10003, "not this one")) \
        if call.json["objects"][0] in bad else None


def many(count):
    return [f"m/{n}" for n in range(count)]


def ask_one(site, count):
    return site.batch({**GOOD, "objects": many(count)}, token="sky")


def mint(site, *options, **more):
    return subprocess.run(
        [MINTAGE, "mint", "--config", site.settings.path, "--bucket",
         "clouds", "--permission", "object-read-only", *options],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=False,
        timeout=100, env={**site.environment(), **more})


def run_all():
    """Run all cases against a Cloud, or none where libcurl is missing."""
    if not os.path.exists(ONLINE):
        print("1..0 # SKIP built without libcurl")
        sys.exit(0)
    main(Cloud)
