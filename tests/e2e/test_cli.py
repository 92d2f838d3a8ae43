#!/usr/bin/python3
"""The command at a prompt, as a user has it: tokens are judged by PyJWT, links
by the tests' S3 endpoint, exit statuses, messages, the audit log and what never
may be in them by what the manual says. Speaks TAP."""
import base64
import hashlib
import json
import os
import pwd
import re
import shutil
import stat
import subprocess
import sys
import tempfile
import time
import traceback
import urllib.parse

import jwt

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "r2"))
import r2

SRC = os.environ.get("MINTAGE_SRC") or os.path.join(HERE, "..", "..")
PROGRAM = os.path.join(os.environ.get("MINTAGE_BUILD") or SRC, "mintage")
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

tests = []
told = []  # what the runs of all tests put on standard error
secrets = {SECRET, OTHER_SECRET}  # and what must not be there


def test(name):
    def register(function):
        tests.append((name, function))
        return function
    return register


class Place:
    """A folder with a configuration, and the program run there."""

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

    def run(self, *arguments, stdin=b"", environment=None):
        done = subprocess.run(
            [PROGRAM, *arguments], input=stdin, capture_output=True,
            cwd=self.folder, timeout=LIMIT, check=False,
            env=self.environment() if environment is None else environment)
        told.append(done.stderr)
        done.said = done.stderr.decode("utf-8", "replace")
        return done

    def mint(self, *arguments, status=0, bucket="downloads", **more):
        done = self.run("mint", "--bucket", bucket, *arguments, **more)
        same(done.returncode, status, done.said)
        return done

    def result(self, *arguments, **more):
        """What a mint in JSON answers; a good end is insisted on."""
        done = self.mint(*arguments, **more)
        assert done.stdout.rstrip().endswith(b'"success":true}'), done.stdout
        answer = json.loads(done.stdout)
        for each in listed(answer["result"]):
            remember(each)
        return answer["result"]

    def links(self, *arguments, bucket="downloads", status=0, stdin=b""):
        """What a sign in JSON answers; every link in it is judged."""
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
        """Turned away: nothing on standard output, the reason on error."""
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
    """All that R2 checks of a credential, by another's hands."""
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
    """That its parent, or the credential in it, has signed it."""
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


def make_token(secret=SECRET, raw=None, header=None, **changes):
    """A session token made by PyJWT, with its claims changed; None drops."""
    now = int(time.time())
    claims = {"bucket": "downloads", "scope": "object-read-only",
              "sub": ACCOUNT, "iss": KEY_ID, "aud": HOST, "iat": now,
              "exp": now + 900, "paths": {"prefixPaths": [],
                                          "objectPaths": ["a"]}}
    claims.update(changes)
    claims = {name: value for name, value in claims.items()
              if value is not None}
    if raw is None:
        text = jwt.encode(claims, secret, headers=header)
    else:
        text = jwt.api_jws.encode(raw, secret, "HS256")
    token = base64.b64encode(b"jwt/" + text.encode()).decode()
    secrets.add(token)
    return token


# ---- the front door ---------------------------------------------------------

@test("help and version go to standard output")
def _():
    with Place() as place:
        for arguments, words in [
                (["--version"], b"mintage "), (["--help"], b"Usage: mintage "),
                (["help"], b"Usage: mintage "),
                (["help", "mint"], b"--bucket"),
                (["help", "sign"], b"--method"), (["sign", "-h"], b"--sign"),
                (["help", "inspect"], b"TOKEN"),
                (["help", "check"], b"--config"),
                (["help", "caller"], b"NAME"), (["mint", "--help"], b"--each"),
                (["inspect", "-h"], b"--parent"),
                (["check", "--help"], b"--config"),
                (["caller", "--help"], b"add"),
                (["caller", "add", "--help"], b"add")]:
            done = place.run(*arguments)
            same(done.returncode, 0, arguments)
            assert words in done.stdout, (arguments, done.stdout)
            same(done.said, "", arguments)


@test("wrong usage ends with 2 and says what was meant")
def _():
    with Place() as place:
        for arguments, words in [
                ([], "Usage"), (["mnit"], "'mint'"), (["help", "chek"], "check"),
                (["mint", "--buckt", "x"], "'--bucket'"),
                (["mint", "--bucket"], "needs a value"),
                (["mint", "--each=3"], "takes no value"),
                (["mint", "-x"], "'-x'"), (["mint"], "--bucket"),
                (["mint", "--bucket", "downloads", READ, "a", "b"], "MANIFEST"),
                (["sign"], "--bucket"), (["sign", "--metod=PUT"], "'--method'"),
                (["sign", "--bucket=downloads", "--prefix=p/"], "'--prefix'"),
                (["sign", "--bucket=downloads", READ], "'--permission"),
                (["sign", "--bucket=downloads", "a", "b"], "MANIFEST"),
                (["mint", "--bucket=downloads", "--method=GET"], "'--method"),
                (["inspect"], "TOKEN"), (["inspect", "a", "b"], "TOKEN"),
                (["check", "x"], "--config"), (["caller"], "add"),
                (["caller", "ad", "x"], "'caller add'"),
                (["caller", "add"], "NAME")]:
            place.refused(*arguments, status=2, says=words)


@test("the configuration is --config, else $MINTAGE_CONFIG, else as installed")
def _():
    with Place() as place:
        bare = {name: value for name, value in os.environ.items()
                if name != "MINTAGE_CONFIG"}
        wrong = dict(bare, MINTAGE_CONFIG="/nowhere/mintage.conf")
        place.refused("check", environment=wrong, says="/nowhere/mintage.conf")
        done = place.run("check", "--config", place.config, environment=wrong)
        same(done.returncode, 0, done.said)
        done = place.run("check", environment=bare)
        assert done.returncode == 0 or "mintage.conf" in done.said, done.said


# ---- mint: what comes out ---------------------------------------------------

@test("one object: a credential that PyJWT verifies, claim by claim")
def _():
    with Place() as place:
        before = int(time.time())
        claims = claims_of(place.result(READ, "--object", "a b/ä.txt"))
        assert before <= claims["iat"] <= time.time(), claims
        same(claims, {
            "bucket": "downloads", "scope": "object-read-only",
            "sub": ACCOUNT, "iss": KEY_ID, "aud": HOST, "iat": claims["iat"],
            "exp": claims["iat"] + 900,
            "paths": {"prefixPaths": [], "objectPaths": ["a b/ä.txt"]}})


@test("all that is named is in one credential, newlines and quotes too")
def _():
    with Place() as place:
        place.write("list.txt", "three\nfour\n")
        keys = ["one\ntwo", 'a"b\\c', "-", "\U0001f600", "\x01"]
        options = [f"--object={key}" for key in keys]
        claims = claims_of(place.result(
            READ, *options, "--prefix", "p/", "list.txt", "--ttl", "604800"))
        same(claims["paths"], {"prefixPaths": ["p/"],
                               "objectPaths": [*keys, "three", "four"]})
        same(claims["exp"] - claims["iat"], 604800)


@test("nothing named is the whole bucket")
def _():
    with Place() as place:
        assert "paths" not in claims_of(place.result(READ))
        # As when a list is piped in and "-" was forgotten.
        done = place.run("mint", "--bucket=downloads", READ)
        same(done.returncode, 0)
        assert "the whole bucket" in done.said, done.said


@test("actions are sent alone, and object-write-only as actions")
def _():
    with Place() as place:
        claims = claims_of(place.result("--actions", "GetObject,HeadObject"))
        same(sorted(claims["actions"]), ["GetObject", "HeadObject"])
        assert "scope" not in claims
        claims = claims_of(place.result(
            "--permission", "object-read-write", "--actions", "PutObject"))
        same(claims["actions"], ["PutObject"])
        claims = claims_of(place.result("--permission", "object-write-only"))
        assert "scope" not in claims and "PutObject" in claims["actions"]
        assert "GetObject" not in claims["actions"]
        assert "UploadPartCopy" not in claims["actions"]


@test("--each: one an entry, in the order objects, prefixes, manifest")
def _():
    with Place() as place:
        place.write("list", "m1\r\n\n m2\n")
        result = place.result(READ, "--each", "--prefix", "p/", "--object", "o",
                              "list")
        same([each.get("key", each.get("prefix")) for each in result],
             ["o", "p/", "m1", " m2"])
        for each in result:
            paths = claims_of(each)["paths"]
            kind = "prefixPaths" if "prefix" in each else "objectPaths"
            same(paths[kind], [each.get("key", each.get("prefix"))])
            same(sum(map(len, paths.values())), 1)


@test("ndjson is a line an entry and a last line; html is a page")
def _():
    with Place() as place:
        done = place.mint(READ, "--each", "--format=ndjson", "-",
                          stdin=b"a\nb\n")
        lines = [json.loads(line) for line in done.stdout.splitlines()]
        same([line.get("key") for line in lines], ["a", "b", None])
        for line in lines[:-1]:
            remember(line)
            claims_of(line)
        same(lines[-1]["success"], True)
        same(lines[-1]["result_info"]["count"], 2)
        done = place.mint(READ, "--object", "<b>", "--each", "--format", "html")
        assert b"<html" in done.stdout and b"<b>" not in done.stdout


@test("100,000 keys through a pipe, as many credentials out")
def _():
    with Place() as place:
        keys = [f"folder {i % 97}/file-{i}.bin" for i in range(100000)]
        done = place.mint(READ, "--each", "--format=ndjson", "-",
                          stdin="\n".join(keys).encode())
        lines = done.stdout.splitlines()
        same(len(lines), 100001)
        same(json.loads(lines[-1])["result_info"],
             {"count": 100000, "failed": 0})
        entries = [json.loads(line) for line in lines[:-1]]
        same([entry["key"] for entry in entries], keys)
        same(len({entry["sessionToken"] for entry in entries}), 100000)
        for entry in entries[::100]:
            same(claims_of(entry)["paths"]["objectPaths"], [entry["key"]])


@test("single and batch through a file are what they are through a pipe")
def _():
    with Place() as place:
        path = place.write("list", "".join(f"k{i}\n" for i in range(5000)))
        with open(path, "rb") as file:
            done = subprocess.run(
                [PROGRAM, "mint", "--bucket=downloads", READ, "--each", "-"],
                stdin=file, capture_output=True, timeout=LIMIT, check=True,
                env=place.environment())
        same(len(json.loads(done.stdout)["result"]), 5000)
        same(len(place.result(READ, "--each", path)), 5000)


# ---- mint: manifests --------------------------------------------------------

@test("a manifest's format is by option, else by ending, else by content")
def _():
    cases = [
        ("m.json", '["a","b"]', [], ["a", "b"]),
        ("m.json", '{"objects":["a"],"prefixes":["p/"]}', [], ["a", "p/"]),
        ("m.ndjson", '"a"\n{"key":"b"}\n', [], ["a", "b"]),
        ("m.JSONL", '"a"\n', [], ["a"]),
        ("m.txt", '"a"\n[b\n', [], ['"a"', "[b"]),
        ("m.lst", '{"key":"a"}\n', [], ['{"key":"a"}']),
        ("m", '["a","b"]', [], ["a", "b"]),
        ("m", "a,b\n", [], ["a,b"]),
        ("m.json", "a\nb\n", ["--manifest-format=lines"], ["a", "b"]),
        ("m.txt", '["a"]', ["--manifest-format=json"], ["a"]),
    ]
    with Place() as place:
        for name, text, options, keys in cases:
            place.write(name, text)
            result = place.result(READ, "--each", *options, name)
            same([each.get("key", each.get("prefix")) for each in result],
                 keys, name)


@test("an entry's own permission, actions and ttl hold for it alone")
def _():
    with Place() as place:
        place.write("m.json", json.dumps([
            "a", {"key": "b", "ttlSeconds": 60},
            {"key": "c", "permission": "object-read-write"},
            {"key": "d", "actions": ["HeadObject"]}]))
        a, b, c, d = map(claims_of, place.result(READ, "--each", "m.json"))
        same((a["scope"], a["exp"] - a["iat"]), ("object-read-only", 900))
        same((b["scope"], b["exp"] - b["iat"]), ("object-read-only", 60))
        same((c["scope"], c["exp"] - c["iat"]), ("object-read-write", 900))
        same((d["actions"], "scope" in d), (["HeadObject"], False))


@test("bad manifests are refused with the place of what is wrong")
def _():
    cases = [
        ("empty.txt", "", "empty"),
        ("blank.txt", "\n\n", "/manifest"),
        ("none.json", "[]", "/manifest"),
        ("cut.json", '["a",', "line 1"),
        ("m.json", '[{"key":"a","kye":"b"}]', ["/manifest/0", "kye"]),
        ("m.json", '[{"key":"a","key":"b"}]', "/manifest/0"),
        ("m.json", '{"objects":[],"prefixes":["p/"]}', "/manifest/objects"),
        ("m.txt", "a\n" + 1025 * "b" + "\n", "/manifest/1"),
        ("m.txt", b"a\nb\nc\xff\n", "/manifest/2"),
        ("m.json", '["a\\u0000"]', "/manifest/0"),
        ("m.json", '["\\ud800"]', "/manifest/0"),
        ("m.csv", "key\na,b\n", ["/manifest", "line 2"]),
        ("m.csv", "kye\na\n", ["/manifest", "kye"]),
        ("deep.json", 1000 * "[", "/manifest"),
    ]
    with Place() as place:
        for name, text, words in cases:
            place.write(name, text)
            for each in [["--each"], []]:
                place.refused("mint", "--bucket=downloads", READ, *each, name,
                              says=words)
        place.refused("mint", "--bucket=downloads", READ, "missing",
                      says=["missing", "No such file"])
        place.refused("mint", "--bucket=downloads", READ, place.folder,
                      says=place.folder)
        place.refused("mint", "--bucket=downloads", READ, "-",
                      says="empty")


@test("a manifest from a pipe may be as long as max-body")
def _():
    with Place(CONFIG.replace("templates", "max-body = 1K\ntemplates")) as place:
        place.result(READ, "-", stdin=b"a\n" * 100)
        place.refused("mint", "--bucket=downloads", READ, "-", "--each",
                      stdin=b"a\n" * 1000, says="1024 bytes")


@test("more than max-entries is refused")
def _():
    with Place(CONFIG.replace("templates", "max-entries = 3\ntemplates")) \
            as place:
        same(len(place.result(READ, "--each", "-", stdin=b"a\nb\nc\n")), 3)
        place.refused("mint", "--bucket=downloads", READ, "-", "--each",
                      stdin=b"a\nb\nc\nd\n", says="/manifest/3")


@test("every bad entry is named, one a line, and nothing is issued")
def _():
    with Place() as place:
        manifest = json.dumps(["a", "", {"key": "b", "ttlSeconds": 0}, "c",
                               {"key": "d", "permission": "admin-read-only"}])
        done = place.refused("mint", "--bucket=downloads", READ, "--each", "-",
                             stdin=manifest.encode())
        lines = done.said.splitlines()
        same(len(lines), 3, done.said)
        for line, entry in zip(lines, (1, 2, 4)):
            assert line.startswith(f"mintage: /manifest/{entry}"), line


@test("--on-error report issues the good ones and ends with 1")
def _():
    with Place() as place:
        result = place.result(READ, "--each", "--on-error=report", "-",
                              stdin=b"a\nb" + 1030 * b"b" + b"\nc\n", status=1)
        same([("error" in each) for each in result], [False, True, False])
        claims_of(result[0])
        claims_of(result[2])
        same(set(result[1]), {"key", "error"})
        same([line.get("failed") for line in place.audit()], [1, None])


# ---- mint: what is refused --------------------------------------------------

@test("values that can't be right end with 2 and name their option")
def _():
    cases = [(f"--ttl={ttl}", "--ttl") for ttl in
             ("0", "-1", "604801", "1.5", "1e3", "", " 900", "0x10")]
    cases += [
        ("--permission=object-read", "--permission"),
        ("--permission=", "--permission"),
        ("--permission=OBJECT-READ-ONLY", "--permission"),
        ("--actions=Getobject", "--actions"), ("--actions=", "--actions"),
        ("--actions=GetObject,GetObject", "--actions"),
        ("--actions=PutObject", "--actions"),
        ("--format=yaml", "--format"), ("--format=", "--format"),
        ("--on-error=ignore", "--on-error"), ("--on-error=report", "--on-error"),
        ("--manifest-format=xml", "--manifest-format"),
        ("--manifest-format=json", "--manifest-format"),
        ("--bucket=downloads", "--bucket"),
    ]
    with Place() as place:
        for option, name in cases:
            arguments = ["mint", "--bucket", "downloads", option]
            if not option.startswith("--permission"):
                arguments.append(READ)
            done = place.refused(*arguments, status=2)
            assert done.said.startswith(f"mintage: {name}: "), \
                (option, done.said)
        for bucket in ("My_Bucket", "ab", 64 * "a", "-ab", "ab-", "a.b", ""):
            place.refused("mint", READ, "--bucket", bucket, status=2,
                          says="mintage: --bucket: ")
        place.refused("mint", "--bucket=downloads", status=2,
                      says="mintage: --permission: ")
        place.refused("mint", "--bucket=downloads", READ, "--parent=portal",
                      "--parent=portal", status=2, says="--parent")


@test("what the parent may not do ends with 1, and is in the audit log")
def _():
    with Place() as place:
        place.refused("mint", "--bucket=others", READ, says="--bucket")
        place.refused("mint", "--bucket=uploads", "--permission",
                      "admin-read-only", says="--permission")
        lines = place.audit()
        same([line["event"] for line in lines], ["refused", "refused"])
        same([line["status"] for line in lines], [403, 403])
        same({line["caller"] for line in lines}, {"owner"})


@test("keys and prefixes of the command line that are none are refused")
def _():
    with Place() as place:
        for option in ("--object", "--prefix"):
            pointer = "/objects" if option == "--object" else "/prefixes"
            for key in ("", 1025 * "k", b"\xff"):
                place.refused("mint", "--bucket=downloads", READ, option, "ok",
                              option, key, says=f"mintage: {pointer}/1: ")
        place.result(READ, "--object", 1024 * "k")
        place.refused("mint", "--bucket=downloads", READ, "--each",
                      says="entries")


@test("a prefix without a slash is warned of")
def _():
    with Place() as place:
        done = place.mint(READ, "--prefix", "users/ann")
        remember(json.loads(done.stdout)["result"])
        assert "mintage: warning: /prefixes/0: " in done.said, done.said
        same(len(json.loads(done.stdout)["messages"]), 1)


# ---- mint: parents and accounts ---------------------------------------------

@test("of two parents that fit one must be named, by name or id")
def _():
    with Place(CONFIG + SECOND_PARENT) as place:
        place.refused("mint", "--bucket=downloads", READ,
                      says=["mintage: --parent: ", KEY_ID, OTHER_KEY_ID])
        for name in ("second", OTHER_KEY_ID):
            claims_of(place.result(READ, "--parent", name), OTHER_SECRET,
                      OTHER_KEY_ID)
        claims_of(place.result(READ, "--parent=portal"))
        claims_of(place.result(READ, bucket="uploads"))
        place.refused("mint", "--bucket=downloads", READ, "--parent=third",
                      says=["--parent", "third"])


@test("the account is the parent's, the one named, or the one that fits")
def _():
    host = OTHER_ACCOUNT + ".eu.r2.cloudflarestorage.com"
    with Place(CONFIG + SECOND_ACCOUNT) as place:
        abroad = (OTHER_SECRET, OTHER_KEY_ID, host)
        for options, bucket in [(["--parent=abroad"], "downloads"),
                                (["--account=other"], "downloads"),
                                (["--account", OTHER_ACCOUNT], "downloads"),
                                ([], "abroad")]:
            claims = claims_of(place.result(READ, *options, bucket=bucket),
                               *abroad)
            same(claims["sub"], OTHER_ACCOUNT)
        same(claims_of(place.result(READ, bucket="uploads"))["sub"], ACCOUNT)
        place.refused("mint", "--bucket=downloads", READ,
                      says=["--account", "main", "other"])
        place.refused("mint", "--bucket=nowhere", READ, says="nowhere")
        place.refused("mint", "--bucket=downloads", status=2,
                      says="--permission")
        place.refused("mint", "--bucket=downloads", READ, "--account=third",
                      says=["--account", "third"])
        place.refused("mint", "--bucket=downloads", READ, "--account=main",
                      "--parent=abroad", says="--parent")


@test("an account in two jurisdictions is not two that fit")
def _():
    both = SECOND_ACCOUNT.replace(OTHER_ACCOUNT, ACCOUNT)
    with Place(CONFIG + both) as place:
        host = ACCOUNT + ".eu.r2.cloudflarestorage.com"
        claims_of(place.result(READ, bucket="abroad"), OTHER_SECRET,
                  OTHER_KEY_ID, host)
        claims_of(place.result(READ, bucket="uploads"))
        place.refused("mint", "--bucket=downloads", READ, says="--parent")


# ---- mint: the record, and where it goes ------------------------------------

@test("two lines of audit: what was issued before, how it ended after")
def _():
    with Place() as place:
        place.result(READ, "--each", "--object", 'a"\n', "--prefix", "p/",
                     "--ttl", "60")
        issue, outcome = place.audit()
        same((issue["event"], outcome["event"]), ("issue", "outcome"))
        same(issue["request"], outcome["request"])
        same((issue["caller"], issue["route"]), ("owner", "mint"))
        same(issue["user"], pwd.getpwuid(os.getuid()).pw_name)
        same((issue["account"], issue["parent"], issue["bucket"],
              issue["permission"], issue["ttlSeconds"], issue["count"]),
             (ACCOUNT, KEY_ID, "downloads", "object-read-only", 60, 2))
        same((outcome["result"], outcome["issued"]), ("complete", 2))
        scopes = ('downloads\tobject-read-only\t60\tobject\t"a\\"\\n"\n'
                  'downloads\tobject-read-only\t60\tprefix\t"p/"\n')
        same(issue["scopes"], hashlib.sha256(scopes.encode()).hexdigest())


@test("what can't be recorded is not issued")
def _():
    for log, words in [("none/audit.jsonl", "No such file"),
                       (".", "Is a directory"),
                       ("/dev/full", "No space left")]:
        with Place(CONFIG.replace("audit.jsonl", log)) as place:
            place.refused("mint", "--bucket=downloads", READ, says=words)


@test("a reader that goes away ends it with 1 and the outcome says so")
def _():
    with Place() as place:
        place.write("list", "".join(f"key {i}\n" for i in range(20000)))
        with subprocess.Popen(
                [PROGRAM, "mint", "--bucket=downloads", READ, "--each", "list"],
                stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                cwd=place.folder, env=place.environment()) as process:
            process.stdout.read(1000)
            process.stdout.close()
            said = process.stderr.read()
            told.append(said)
            same(process.wait(LIMIT), 1)
        assert b"Broken pipe" in said, said
        issue, outcome = place.audit()
        same((issue["count"], outcome["result"]), (20000, "client-gone"))
        assert outcome["issued"] < 20000, outcome


@test("pipes that don't block lose nothing")
def _():
    with Place() as place:
        ours_in, theirs_out = os.pipe()
        theirs_in, ours_out = os.pipe()
        os.set_blocking(theirs_in, False)
        os.set_blocking(theirs_out, False)
        with subprocess.Popen(
                [PROGRAM, "mint", "--bucket=downloads", READ, "--each", "-"],
                stdin=theirs_in, stdout=theirs_out, cwd=place.folder,
                env=place.environment()) as process:
            os.close(theirs_in)
            os.close(theirs_out)
            # It answers after the last key only.
            with open(ours_out, "wb") as file:
                file.write(b"a key\n" * 20000)
            with open(ours_in, "rb") as file:
                answer = json.load(file)
            same(process.wait(LIMIT), 0)
        same(len(answer["result"]), 20000)


@test("a manifest that is changed while it is read ends it with 1")
def _():
    with Place() as place:
        path = place.write("list", "".join(f"key {i}\n" for i in range(20000)))
        with subprocess.Popen(
                [PROGRAM, "mint", "--bucket=downloads", READ, "--each", "list"],
                stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                cwd=place.folder, env=place.environment()) as process:
            # It has begun, and can't end: a pipe doesn't hold so much.
            process.stdout.read(1)
            was = os.stat(path)
            with open(path, "r+b") as file:
                file.write(b"KEY")
            # Its time of modification can be put back.
            os.utime(path, ns=(was.st_atime_ns, was.st_mtime_ns))
            _, said = process.communicate(timeout=LIMIT)
            told.append(said)
            same(process.returncode, 1)
        assert b"was changed" in said, said


@test("a file may be longer than max-body, whoever can write it")
def _():
    with Place() as place:
        place.write("mintage.conf", CONFIG.replace(
            "[mintage]\n", "[mintage]\nmax-body = 1K\n"))
        for mode in (0o600, 0o664):
            path = place.write("list", "x/" * 500 + "\n" + "y/" * 500 + "\n")
            os.chmod(path, mode)
            same(len(place.result(READ, "--each", "list")), 2, mode)


@test("a manifest that others can write is read once: what is issued is checked")
def _():
    with Place() as place:
        keys = [f"key {i}" for i in range(20000)]
        path = place.write("list", "".join(key + "\n" for key in keys))
        os.chmod(path, 0o666)
        with subprocess.Popen(
                [PROGRAM, "mint", "--bucket=downloads", READ, "--each", "list"],
                stdout=subprocess.PIPE, stderr=subprocess.PIPE, bufsize=0,
                cwd=place.folder, env=place.environment()) as process:
            first = process.stdout.read(1)
            with open(path, "r+b") as file:
                file.seek(-6, os.SEEK_END)
                file.write(b"OTHER")
            out, said = process.communicate(timeout=LIMIT)
            same((process.returncode, said), (0, b""))
        same([each["key"] for each in json.loads(first + out)["result"]], keys)


@test("a file that was linked where calls are counted is left alone")
def _():
    with Place() as place:
        os.mkdir(os.path.join(place.folder, "state"))
        mine = place.write("mine", "x" * 5000)
        os.link(mine, os.path.join(place.folder, "state", "metrics.2"))
        place.write("mintage.conf", CONFIG.replace(
            "[mintage]\n", "[mintage]\nstate-dir = state\n"))
        place.result(READ, "--object=a")
        with open(mine) as file:
            same(file.read(), "x" * 5000)


@test("standard output that is full or closed: 1, and no secret elsewhere")
def _():
    with Place() as place:
        for redirect in (">/dev/full", ">&-", ">&- <&-", ">&- 2>&- <&-"):
            done = subprocess.run(
                ["sh", "-c", f'exec "$0" "$@" {redirect}', PROGRAM, "mint",
                 "--bucket=downloads", READ, "--object=a"],
                cwd=place.folder, env=place.environment(), timeout=LIMIT,
                capture_output=True, check=False)
            told.append(done.stderr)
            same(done.returncode, 1, redirect)
            same(place.audit()[-1]["result"], "client-gone", redirect)
        # Nothing else than lines of JSON: what was for standard output would
        # have failed to parse.
        same(len(place.audit()), 8)
        with open(place.log, "rb") as file:
            assert b"sessionToken" not in file.read()


# ---- sign -------------------------------------------------------------------

@test("sign: a link an object, by GET and for 900 seconds unless asked")
def _():
    with Place() as place:
        keys = ["a b/ä.txt", "new\nline", "%2F?#&+", "-", "\U0001f600"]
        links = place.links(*[f"--object={key}" for key in keys])
        same([link["key"] for link in links], keys)
        for link in links:
            same((link["method"], link["headers"]), ("GET", {}))
            same(query_of(link)["X-Amz-Expires"], "900")
            assert "X-Amz-Security-Token" not in link["url"], link
        for method in ("GET", "HEAD", "PUT", "DELETE"):
            link, = place.links("--object=a", "--method", method, "--ttl=60")
            same((link["method"], query_of(link)["X-Amz-Expires"]),
                 (method, "60"))
        same(place.links("--object=a", "--sign=parent")[0]["key"], "a")


@test("sign: scoped links hold a token for one object and one action")
def _():
    with Place() as place:
        place.write("list", "m1\nm 2\n")
        for method, action in (("GET", "GetObject"), ("PUT", "PutObject")):
            links = place.links("--sign=scoped", "--object=o", "--ttl=60",
                                "--method", method, "list")
            same([link["key"] for link in links], ["o", "m1", "m 2"])
            for link in links:
                token = query_of(link)["X-Amz-Security-Token"]
                text = base64.b64decode(token)[4:]
                credential = {
                    "accessKeyId": KEY_ID, "sessionToken": token,
                    "secretAccessKey": hashlib.sha256(text).hexdigest(),
                    "expiresAt": link["expiresAt"]}
                remember(credential)
                claims = claims_of(credential)
                same((claims["actions"], claims["exp"] - claims["iat"]),
                     ([action], 60))
                same(claims["paths"], {"prefixPaths": [],
                                       "objectPaths": [link["key"]]})


@test("sign: an entry's method, ttl, name and headers are its own")
def _():
    digest = hashlib.sha256(b"x").hexdigest()
    with Place() as place:
        place.write("m.json", json.dumps([
            "a", {"key": "b", "method": "PUT", "contentType": "image/png",
                  "contentLength": 1, "sha256": digest},
            {"key": "c", "ttlSeconds": 60},
            {"key": "d", "filename": "ä, 1.txt"}]))
        a, b, c, d = place.links("m.json")
        same([link["method"] for link in (a, b, c, d)],
             ["GET", "PUT", "GET", "GET"])
        same(b["headers"], {"Content-Type": "image/png", "Content-Length": "1",
                            "x-amz-content-sha256": digest})
        same(query_of(c)["X-Amz-Expires"], "60")
        same(query_of(d)["response-content-disposition"],
             "attachment; filename=\"_, 1.txt\"; "
             "filename*=UTF-8''%C3%A4%2C%201.txt")
        place.write("m.csv", "method,key,contentType\nPUT,p,text/plain\n,g,\n")
        p, g = place.links("m.csv")
        same((p["method"], p["headers"], g["method"]),
             ("PUT", {"Content-Type": "text/plain"}, "GET"))


@test("sign: 20,000 keys through a pipe, as many links out, in ndjson")
def _():
    with Place() as place:
        keys = [f"folder {i % 97}/file-{i}.bin" for i in range(20000)]
        done = place.run("sign", "--bucket=downloads", "--format=ndjson", "-",
                         stdin="\n".join(keys).encode())
        same(done.returncode, 0, done.said)
        *links, end = map(json.loads, done.stdout.splitlines())
        same([link["key"] for link in links], keys)
        same(end["result_info"], {"count": 20000, "failed": 0})
        for link in links[::100]:
            judge_link(link, "downloads")


@test("sign: what is refused, and by which exit status")
def _():
    with Place(CONFIG + SECOND_PARENT.replace("downloads", "reports")) as place:
        for option, words in [
                ("--method=POST", "use PUT"), ("--method=get", "GET"),
                ("--method=", "GET"), ("--sign=both", "scoped"),
                ("--ttl=604801", "604800"), ("--on-error=no", "report")]:
            done = place.refused("sign", "--bucket=downloads", "--object=a",
                                 option, status=2, says=words)
            assert done.said.startswith(
                f"mintage: {option.split('=')[0]}: "), done.said
        place.refused("sign", "--bucket=downloads", says="name objects")
        place.refused("sign", "--bucket=reports", "--object=a",
                      "--method=PUT", says="mintage: --method: ")
        same(len(place.links("--object=a", bucket="reports")), 1)
        place.refused("sign", "--bucket=downloads", "--object=ok",
                      "--object=a/../b", says=["/objects/1: ", "credential"])
        place.write("m.json", json.dumps([
            "a", {"key": "b", "contentType": "a/b"}, {"key": "./c"},
            {"key": "d", "method": "PUT", "sha256": "0"}]))
        done = place.refused("sign", "--bucket=downloads", "m.json")
        same([line.split(": ")[1] for line in done.said.splitlines()],
             ["/manifest/1/contentType", "/manifest/2", "/manifest/3/sha256"])
        links = place.links("--on-error=report", "m.json", status=1)
        same([("error" in link) for link in links], [False, True, True, True])
        place.write("p.json", '{"prefixes":["p/"]}')
        place.refused("sign", "--bucket=downloads", "p.json",
                      says=["/manifest/prefixes/0", "one object"])


@test("sign: a key that clients may squash is warned of, on standard error")
def _():
    with Place() as place:
        done = place.run("sign", "--bucket=downloads", "--object=a//b",
                         "--object=ok", "--object=/c")
        same(done.returncode, 0)
        lines = done.said.splitlines()
        same([line.split(": ")[:3] for line in lines],
             [["mintage", "warning", "/objects/0"],
              ["mintage", "warning", "/objects/2"]])
        for link in json.loads(done.stdout)["result"]:
            judge_link(link, "downloads")


@test("sign: the account is the one whose parent may do the method")
def _():
    with Place(CONFIG + SECOND_ACCOUNT) as place:
        link, = place.links("--object=a", "--method=PUT")
        assert ACCOUNT in link["url"], link
        link, = place.links("--object=a", "--parent=abroad")
        assert f"//{OTHER_ACCOUNT}.eu." in link["url"], link
        place.refused("sign", "--bucket=downloads", "--object=a",
                      says=["--account", "main", "other"])
        place.refused("sign", "--bucket=abroad", "--object=a", "--method=PUT",
                      says="abroad")


@test("sign: two lines of audit, with the action and every link's scope")
def _():
    with Place() as place:
        place.write("m.json", '["a",{"key":"b","method":"PUT"}]')
        place.links("--ttl=60", "m.json")
        issue, outcome = place.audit()
        same((issue["caller"], issue["route"], issue["actions"],
              issue["ttlSeconds"], issue["count"]),
             ("owner", "sign", ["GetObject"], 60, 2))
        same((outcome["result"], outcome["issued"]), ("complete", 2))
        scopes = ('downloads\tGetObject\t60\tobject\t"a"\n'
                  'downloads\tPutObject\t60\tobject\t"b"\n')
        same(issue["scopes"], hashlib.sha256(scopes.encode()).hexdigest())


# ---- the configuration ------------------------------------------------------

@test("a secret that others can read is refused")
def _():
    with Place() as place:
        for mode in (0o644, 0o604, 0o660, 0o602):
            os.chmod(place.path("portal.secret"), mode)
            for command in (["check"], ["mint", "--bucket=downloads", READ]):
                place.refused(*command,
                              says=["portal.secret", f"{mode:04o}",
                                    place.config + ":"])
        os.chmod(place.path("portal.secret"), 0o640)
        same(place.run("check").returncode, 0)


@test("what is wrong in the configuration is named with file and line")
def _():
    lines = CONFIG.splitlines()
    cases = [
        (2, "audit-log = ", "empty"), (2, "audit-lgo = x", "audit-log"),
        (5, "[acount main]", "account"), (6, "id = XYZ", "id"),
        (6, "id", ""), (9, "account = mian", "mian"),
        (11, "secret-access-key-file = gone", "gone"),
        (12, "permission = read", "permission"),
        (13, "buckets = My_Bucket", "My_Bucket"),
        (16, "bearer-sha256 = abc", "bearer-sha256"),
        (17, "parents = nobody", "nobody"), (20, "prefixes", ""),
    ]
    with Place() as place:
        for number, text, words in cases:
            changed = lines[:number - 1] + [text] + lines[number:]
            place.write("mintage.conf", "\n".join(changed) + "\n")
            for command in (["check"], ["mint", "--bucket=downloads", READ]):
                place.refused(*command,
                              says=[f"mintage: {place.config}:{number}: ",
                                    words])


@test("check: sound, what it amounts to, warnings with their line")
def _():
    with Place() as place:
        done = place.run("check")
        same((done.returncode, done.said), (0, ""))
        for words in (": sound\n", ACCOUNT, KEY_ID, "portal", "uploads",
                      "object-read-write", "web", "public/", "audit.jsonl"):
            assert words in done.stdout.decode(), words
        assert SECRET.encode() not in done.stdout
        assert not os.path.exists(place.log), "check made the audit log"
        place.write("mintage.conf", CONFIG.replace("public/", "public"))
        done = place.run("check")
        same(done.returncode, 0)
        assert done.said.startswith(f"{place.config}:15: warning: "), done.said
        assert ", 1 warning\n" in done.stdout.decode(), done.stdout


@test("check: a log or a template that can't be used is a failure")
def _():
    with Place(CONFIG.replace("audit.jsonl", "none/audit.jsonl")) as place:
        place.refused("check", says="none/audit.jsonl")
    with Place(CONFIG.replace("audit.jsonl", "/proc/self")) as place:
        place.refused("check", says="/proc/self")
    with Place(CONFIG.replace("= none", "= .")) as place:
        place.write("json.tmpl", "\n\n{{kye}}\n")
        place.refused("check", says=["json.tmpl:3: ", "'kye'"])
        place.refused("mint", "--bucket=downloads", READ, says="json.tmpl")


# ---- inspect ----------------------------------------------------------------

def lines_of(done):
    """The lines of inspect as a dictionary of lists."""
    lines = {}
    label = ""
    for line in done.stdout.decode().splitlines():
        label = line[:11].strip() or label
        lines.setdefault(label, []).append(line[11:])
    return lines


@test("inspect tells what was minted, and that its parent signed it")
def _():
    with Place() as place:
        token = place.token(READ, "--object=a/b.txt", "--object=c d",
                            "--prefix=p/", "--ttl=3600")
        for arguments, stdin in [(["-"], f"  {token}\n"), ([token], "")]:
            done = place.run("inspect", *arguments, stdin=stdin.encode())
            same(done.returncode, 0, done.said)
            lines = lines_of(done)
            same(lines["bucket"], ["downloads"])
            same(lines["permission"], ["object-read-only"])
            same(lines["objects"], ["a/b.txt", '"c d"'])
            same(lines["prefixes"], ["p/"])
            same((lines["account"], lines["parent"], lines["endpoint"]),
                 ([ACCOUNT], [KEY_ID], [HOST]))
            assert "(in 5" in lines["expires"][0] or \
                "(in 60 minutes)" in lines["expires"][0], lines
            assert lines["signature"][0].startswith("right"), lines
            assert token not in done.stdout.decode()
        done = place.run("inspect", place.token("--actions=PutObject"))
        same(lines_of(done)["actions"], ["PutObject"])
        same(lines_of(done)["paths"], ["the whole bucket"])


@test("inspect: paths that are empty are the whole bucket")
def _():
    with Place() as place:
        for paths in (None, {}, {"prefixPaths": []},
                      {"prefixPaths": [], "objectPaths": []}):
            done = place.run("inspect", make_token(paths=paths))
            same(lines_of(done)["paths"], ["the whole bucket"], paths)


@test("inspect: expired or wrongly signed ends with 1")
def _():
    now = int(time.time())
    with Place(CONFIG + SECOND_PARENT) as place:
        done = place.run("inspect", make_token(iat=now - 9000, exp=now - 8000))
        same(done.returncode, 1)
        assert "expired 2 hours ago" in done.said, done.said
        assert "right" in lines_of(done)["signature"][0]
        done = place.run("inspect", make_token(secret=OTHER_SECRET))
        same(done.returncode, 1)
        assert "WRONG" in lines_of(done)["signature"][0], done.stdout
        assert "portal" in done.said, done.said
        good = make_token()
        for parent, status in [("portal", 0), (KEY_ID, 0), ("second", 1)]:
            done = place.run("inspect", "--parent", parent, good)
            same(done.returncode, status, done.said)
        place.refused("inspect", "--parent=third", good, says="third")
        # One character of the signature, the payload or the header.
        text = base64.b64decode(good)[4:].decode()
        header, payload, signature = text.split(".")
        forged = json.loads(base64.urlsafe_b64decode(payload + "=="))
        forged["bucket"] = "uploads"
        payload = base64.urlsafe_b64encode(
            json.dumps(forged).encode()).decode().rstrip("=")
        token = base64.b64encode(
            f"jwt/{header}.{payload}.{signature}".encode()).decode()
        done = place.run("inspect", token)
        same(done.returncode, 1)
        assert "WRONG" in lines_of(done)["signature"][0]


@test("inspect without a configuration: the signature is not checked")
def _():
    with Place() as place:
        nowhere = dict(os.environ, MINTAGE_CONFIG="/nowhere/mintage.conf")
        token = make_token()
        done = place.run("inspect", token, environment=nowhere)
        same(done.returncode, 0, done.said)
        assert lines_of(done)["signature"][0].startswith("not checked")
        place.refused("inspect", "--parent=portal", token, environment=nowhere,
                      says="/nowhere/mintage.conf")
        place.refused("inspect", "--config=/nowhere", token, says="/nowhere")
        done = place.run("inspect", make_token(iss=OTHER_KEY_ID))
        same(done.returncode, 0)
        assert lines_of(done)["signature"][0].startswith("not checked")


@test("inspect: what isn't a session token is refused, and never shown")
def _():
    def wrapped(text):
        return base64.b64encode(text).decode()

    with Place() as place:
        good = make_token()
        text = base64.b64decode(good)[4:]
        cases = ["", "x", good[:-1], good + "====", good[1:], "-" * 40,
                 good[:60] + "\n" + good[60:], text.decode(), wrapped(text),
                 wrapped(b"jwt/" + text + b".x"),
                 wrapped(b"jwt/" + text.replace(b".", b"", 1)),
                 wrapped(b"jwt/"), make_token(header={"kid": "1"}),
                 make_token(raw=b"[]"), make_token(raw=b"{"),
                 make_token(raw=b"{}"), make_token(raw=b"\xff"),
                 make_token(raw=1000 * b"["),
                 make_token(bucket=None), make_token(bucket=7),
                 make_token(scope=None), make_token(actions="GetObject"),
                 make_token(actions=[1]), make_token(sub=None),
                 make_token(exp=None), make_token(exp=-1),
                 make_token(exp=10**15), make_token(iat=None),
                 make_token(paths=[]), make_token(paths={"objectPaths": "a"}),
                 make_token(paths={"prefixPaths": [{}]})]
        for number, token in enumerate(cases):
            done = place.refused("inspect", "-", stdin=token.encode(),
                                 says="not a session token")
            assert len(token) < 8 or token not in done.said, number
        # Its end is missing, and with it some of the signature.
        same(place.run("inspect", good[:-8]).returncode, 1)


@test("inspect: a token's text can't reach the terminal's controls")
def _():
    with Place() as place:
        keys = ["a\x1b[2J", "b\x9b2J", "c\x7f", "d\n    signature right", "e\""]
        done = place.run("inspect", make_token(
            paths={"objectPaths": keys}, bucket="\x1b]0;x\x07"))
        same(done.returncode, 0, done.said)
        text = done.stdout.decode()
        for character in text:
            assert character == "\n" or character.isprintable(), repr(text)
        same([json.loads(line) for line in lines_of(done)["objects"]], keys)
        done = place.run("inspect", make_token(**{"\x1b[2J": 1}))
        assert "\x1b" not in done.stdout.decode()


# ---- caller add -------------------------------------------------------------

@test("caller add: a token, its hash, and a section that grants nothing")
def _():
    with Place() as place:
        with open(place.config, "rb") as file:
            before = file.read()
        seen = set()
        for name in ("portal-2", "a_b.C"):
            done = place.run("caller", "add", name)
            same((done.returncode, done.said), (0, ""))
            token, empty, *section = done.stdout.decode().splitlines()
            secrets.add(token)
            seen.add(token)
            same(len(base64.urlsafe_b64decode(token + "=")), 32)
            same(empty, "")
            same(section[0], f"[caller {name}]")
            same(section[1], "bearer-sha256 = " +
                 hashlib.sha256(token.encode()).hexdigest())
            with open(place.config, "ab") as file:
                file.write(b"\n" + "\n".join(section).encode() + b"\n")
            before += b"\n" + "\n".join(section).encode() + b"\n"
        same(len(seen), 2)
        done = place.run("check")
        same(done.returncode, 0, done.said)
        same(done.said.count("can get nothing"), 2)
        with open(place.config, "rb") as file:
            same(file.read(), before)


@test("caller add: without a token, and what is refused")
def _():
    with Place() as place:
        done = place.run("caller", "add", "--remote-user=ann b", "ann")
        same(done.returncode, 0)
        same(done.stdout.decode().splitlines()[:2],
             ["[caller ann]", "remote-user = ann b"])
        done = place.run("caller", "add", "here", "--anonymous")
        same(done.stdout.decode().splitlines()[:2],
             ["[caller here]", "anonymous = yes"])
        for name in ("", "a b", "a]", "ä", "a\nb", 64 * "a", "owner"):
            place.refused("caller", "add", name, status=2)
        place.refused("caller", "add", "x", "--anonymous", "--remote-user=y",
                      status=2)
        for user in ("", "a\nb", " a", "a ;b"):
            place.refused("caller", "add", "x", "--remote-user", user, status=2)


@test("caller add: warns of a name that is taken")
def _():
    with Place() as place:
        done = place.run("caller", "add", "web")
        secrets.add(done.stdout.decode().splitlines()[0])
        same(done.returncode, 0)
        assert "warning" in done.said and ":15" in done.said, done.said
        place.write("mintage.conf", "nonsense\n")
        done = place.run("caller", "add", "web")
        secrets.add(done.stdout.decode().splitlines()[0])
        same(done.returncode, 0)
        assert "warning" in done.said, done.said
        done = place.run("caller", "add", "x", environment=dict(
            os.environ, MINTAGE_CONFIG="/nowhere/mintage.conf"))
        secrets.add(done.stdout.decode().splitlines()[0])
        same((done.returncode, done.said), (0, ""))


# ---- all of them ------------------------------------------------------------

@test("no run told a secret on standard error")
def _():
    text = b"\n".join(told).decode("utf-8", "replace")
    assert len(told) > 100 and len(secrets) > 20, "the runs were not watched"
    for secret in secrets:
        assert secret not in text, "a secret on standard error"


def main():
    if not os.access(PROGRAM, os.X_OK) or not stat.S_ISREG(
            os.stat(PROGRAM).st_mode):
        print(f"Bail out! {PROGRAM} isn't built")
        return 1
    failed = 0
    for number, (name, function) in enumerate(tests, 1):
        try:
            function()
            print(f"ok {number} - {name}")
        except Exception:  # pylint: disable=broad-except
            failed += 1
            print(f"not ok {number} - {name}")
            for line in traceback.format_exc().splitlines():
                print("# " + line[:1000])
    print(f"1..{len(tests)}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
