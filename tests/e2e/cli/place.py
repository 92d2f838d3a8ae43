"""A user's folder with a configuration, and `mintage` run in it.

PyJWT judges the tokens that come out, the tests' S3 endpoint judges the links.
Every run is watched: no secret may be on standard error or in the audit log.
"""
import base64
import hashlib
import json
import os
import re
import shutil
import subprocess
import tempfile
import time
import urllib.parse

import jwt

import harness
from harness import MINTAGE, case
import r2

LIMIT = 60  # seconds that one run may take

ACCOUNT = "023e105f4ecef8ad9ca31a8372d0c353"
OTHER_ACCOUNT = "1111111111111111111111111111aaaa"
R2_HOST = "r2.cloudflarestorage.com"
HOST = f"{ACCOUNT}.{R2_HOST}"
KEY_ID = "b2f1a3c4d5e6f708192a3b4c5d6e7f80"
SECRET = hashlib.sha256(b"a parent").hexdigest()
OTHER_KEY_ID = "ffffa3c4d5e6f708192a3b4c5d6e7f80"
OTHER_SECRET = hashlib.sha256(b"another parent").hexdigest()
READ = "--permission=object-read-only"

CONFIG = f"""\
[mintage]
audit-log = audit.jsonl
templates = none

[account main]
id = {ACCOUNT}

[parent portal]
account = main
access-key-id = {KEY_ID}
secret-access-key-file = portal.secret
permission = object-read-write
buckets = uploads downloads

[caller web]
bearer-sha256 = {hashlib.sha256(b"a caller").hexdigest()}
parents = portal
buckets = downloads
permissions = object-read-only
prefixes = public/
"""

SECOND_PARENT = f"""
[parent second]
account = main
access-key-id = {OTHER_KEY_ID}
secret-access-key-file = other.secret
permission = object-read-only
buckets = downloads
"""

SECOND_ACCOUNT = f"""
[account other]
id = {OTHER_ACCOUNT}
jurisdiction = eu

[parent abroad]
account = other
access-key-id = {OTHER_KEY_ID}
secret-access-key-file = other.secret
permission = object-read-only
buckets = abroad downloads
"""
told = []  # what every run wrote to standard error
secrets = {SECRET, OTHER_SECRET}  # and what must not be in it


class Place:
    """A folder with a configuration. `mintage` runs in it."""

    def __init__(self, config=CONFIG):
        self.folder = tempfile.mkdtemp(prefix="mintage-cli-")
        self.write("portal.secret", SECRET + "\n", 0o600)
        self.write("other.secret", OTHER_SECRET + "\n", 0o600)
        self.config = self.write("mintage.conf", config)
        self.log = self.path("audit.jsonl")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        shutil.rmtree(self.folder)

    def path(self, name):
        return os.path.join(self.folder, name)

    def write(self, name, content, mode=0o644):
        path = self.path(name)
        if isinstance(content, str):
            content = content.encode()
        with open(path, "wb") as file:
            file.write(content)
        os.chmod(path, mode)
        return path

    def environment(self):
        return dict(os.environ, MINTAGE_CONFIG=self.config)

    def run(self, *arguments, stdin=None, environment=None):
        """Run it with these bytes in a pipe, or without any input."""
        source = {"stdin": subprocess.DEVNULL} if stdin is None else \
            {"input": stdin}
        done = subprocess.run(
            [MINTAGE, *arguments], capture_output=True, **source,
            cwd=self.folder, timeout=LIMIT, check=False,
            env=self.environment() if environment is None else environment)
        told.append(done.stderr)
        done.said = done.stderr.decode("utf-8", "replace")
        return done

    @staticmethod
    def forget(token):
        """A new caller's token belongs on standard error, this once."""
        told[-1] = told[-1].replace(token.encode(), b"")

    def mint(self, *arguments, status=0, bucket="downloads", **more):
        done = self.run("mint", "--bucket", bucket, *arguments, **more)
        same(done.returncode, status, done.said)
        return done

    def result(self, *arguments, **more):
        """The result of a mint in JSON. Asserts that it ended well."""
        done = self.mint(*arguments, **more)
        assert done.stdout.rstrip().endswith(b'"success":true}'), done.stdout
        answer = json.loads(done.stdout)
        for each in listed(answer["result"]):
            remember(each)
        return answer["result"]

    def links(self, *arguments, bucket="downloads", status=0, stdin=None):
        """The result of a sign in JSON. Judges every link in it."""
        done = self.run("sign", "--bucket", bucket, *arguments, stdin=stdin)
        same(done.returncode, status, done.said)
        assert done.stdout.rstrip().endswith(b'"success":true}'), done.stdout
        result = json.loads(done.stdout)["result"]
        for each in result:
            if "url" in each:
                judge_link(each, bucket)
        return result

    def token(self, *arguments, **more):
        return self.result(*arguments, **more)["sessionToken"]

    def refused(self, *arguments, status=1, says=(), **more):
        """Assert that a run is refused: nothing is on standard output, and the
        reason is on standard error."""
        done = self.run(*arguments, **more)
        same(done.returncode, status, f"{arguments}: {done.said}")
        same(done.stdout, b"")
        for words in [says] if isinstance(says, str) else says:
            assert words in done.said, f"{words!r} not in {done.said!r}"
        return done

    def audit(self):
        with open(self.log, "rb") as file:
            text = file.read()
        for secret in secrets:
            assert secret.encode() not in text, "a secret in the audit log"
        return [json.loads(line) for line in text.splitlines()]


def listed(result):
    return result if isinstance(result, list) else [result]


def remember(credential):
    if "secretAccessKey" in credential:
        secrets.add(credential["secretAccessKey"])
        secrets.add(credential["sessionToken"])


def same(is_, should, why=""):
    assert is_ == should, f"{is_!r} instead of {should!r} {why}"


def claims_of(credential, secret=SECRET, key_id=KEY_ID, host=HOST):
    """The claims of a credential. PyJWT checks all that R2 checks."""
    token = base64.b64decode(credential["sessionToken"], validate=True)
    assert token.startswith(b"jwt/"), token
    text = token[4:].decode()
    claims = jwt.decode(text, secret, algorithms=["HS256"], audience=host,
                        issuer=key_id)
    same(jwt.get_unverified_header(text), {"alg": "HS256", "typ": "JWT"})
    same(credential["accessKeyId"], key_id)
    same(credential["secretAccessKey"],
         hashlib.sha256(text.encode()).hexdigest())
    same(credential["expiresAt"], time.strftime(
        "%Y-%m-%dT%H:%M:%SZ", time.gmtime(claims["exp"])))
    return claims


def query_of(link):
    return dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(link["url"]).query,
                                       strict_parsing=True))


def judge_link(link, bucket):
    """Assert that the parent, or the credential in the link, signed it."""
    parts = urllib.parse.urlsplit(link["url"])
    assert re.fullmatch(r"https://[0-9a-f]{32}\.(eu\.)?" + R2_HOST,
                        f"{parts.scheme}://{parts.netloc}"), link
    same(urllib.parse.unquote(parts.path), f"/{bucket}/{link['key']}")
    query = query_of(link)
    key_id, scope = query["X-Amz-Credential"].split("/", 1)
    secret = {KEY_ID: SECRET, OTHER_KEY_ID: OTHER_SECRET}[key_id]
    if "X-Amz-Security-Token" in query:
        token = base64.b64decode(query["X-Amz-Security-Token"])
        secret = hashlib.sha256(token[4:]).hexdigest()
    headers = {"host": parts.netloc, **{
        name.lower(): value for name, value in link["headers"].items()}}
    same(query["X-Amz-SignedHeaders"], ";".join(sorted(headers)))
    canonical = r2.canonical_request(
        link["method"], r2.canonical_path(parts.path),
        r2.canonical_query(r2.split_query(parts.query)),
        [(name.encode(), value.encode()) for name, value in headers.items()],
        sorted(headers), headers.get("x-amz-content-sha256", r2.UNSIGNED))
    same(query["X-Amz-Signature"], r2.sign_request(
        r2.signing_key(secret, scope[:8]), query["X-Amz-Date"], scope,
        canonical), link["key"])
    same(link["expiresAt"], time.strftime(
        "%Y-%m-%dT%H:%M:%SZ", time.gmtime(r2.parse_amz_date(
            query["X-Amz-Date"]) + int(query["X-Amz-Expires"]))))
    secrets.add(query["X-Amz-Signature"])


def main(runs, words):
    """Run all cases. At last, none of their runs may have told a secret. There
    must have been at least so many runs, and so many secrets to look for."""
    @case("no run told a secret on standard error")
    def _():
        text = b"\n".join(told).decode("utf-8", "replace")
        assert len(told) >= runs and len(secrets) >= words, \
            f"{len(told)} runs and {len(secrets)} secrets were watched"
        for secret in secrets:
            assert secret not in text, "a secret on standard error"
    harness.main()
