#!/usr/bin/python3
"""Every format, read by the program it is for.

Each of these programs is given the answer as it came, and then reaches the
objects through it: the account's endpoint is the S3 endpoint of the tests.
"""
import base64
import configparser
import csv
import hashlib
import io
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import urllib.request
import xml.etree.ElementTree

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)),
                                "..", "r2"))
import r2

from harness import (ACCOUNT, AWKWARD, MINTAGE, PORTAL, RESPONDER, SRC, USERS,
                     Site, batch_path, case, equal, main, need, query,
                     single_path, until)

ENDPOINT = r2.R2({})
BUCKET = "portal-downloads"
UPLOADS = "portal-uploads"

# Formats of an administrator's own, dropped into the folder of templates.
OWN = {
    "wget-list": "{{! format: type=text/x-wget;charset=utf-8 escape=line"
                 " for=links,credentials accept }}\n"
                 "{{! raw: row expiresAt }}\n"
                 "{{#entries}}\n{{^errorCode}}\n"
                 "{{{row}}} {{{expiresAt}}} {{key}} {{url}}\n"
                 "{{/errorCode}}\n{{#errorCode}}\n"
                 "# {{key}}: {{errorMessage}}\n"
                 "{{/errorCode}}\n{{/entries}}\n# end: {{{row}}} entries\n",
    "page2": "\n{{! what portals show }}\n{{! format: type=text/html\n"
             "escape=html for=credentials one }}\n"
             "{{#entries}}<b>{{key}}</b>{{/entries}}\n",
}


def make_site():
    def change(settings):
        folder = os.path.join(settings.folder, "templates")
        shutil.copytree(os.path.join(SRC, "templates"), folder)
        for name, text in OWN.items():
            write(os.path.join(folder, name + ".tmpl"), text.encode())
        settings.sections["mintage"]["templates"] = folder
        settings.add_bearer("mine", parents="portal", buckets=BUCKET,
                            permissions="object-read-only", prefixes="mine/",
                            max_ttl="3600")

    site = Site("fastcgi", change, endpoint=ENDPOINT.url)
    ENDPOINT.parents[PORTAL] = {
        "secret": site.settings.secrets[PORTAL], "account": ACCOUNT,
        "permission": "object-read-write", "buckets": [BUCKET, UPLOADS]}
    for bucket in (BUCKET, UPLOADS):
        ENDPOINT.store.make_bucket(bucket)
    ENDPOINT.start()
    return site


# Asking ----------------------------------------------------------------------

def links_path():
    return f"/accounts/{ACCOUNT}/r2/presigned-urls"


def links(site, entries, format_name, token="bulk", **more):
    return site.request("POST", links_path(), token=token, json={
        "bucket": BUCKET, "objects": entries, "format": format_name, **more})


def batch(site, format_name, permission="object-read-only", **more):
    return site.batch({"bucket": BUCKET, "permission": permission,
                       "format": format_name, **more})


def single(site, format_name, permission="object-read-only", **more):
    return site.single({"bucket": BUCKET, "permission": permission,
                        "format": format_name, **more})


def whole(answer, rows, failed=0):
    """The body of an answer that has all that it says it has."""
    need(answer.status == 200, f"{answer.status}: {answer.body[:500]!r}")
    equal(answer.headers["Mintage-Count"], str(rows), "Mintage-Count")
    equal(answer.headers["Mintage-Failed"], str(failed), "Mintage-Failed")
    return answer.text


def ended(answer, rows, failed=0):
    """The same of a format with comments."""
    text = whole(answer, rows, failed)
    equal(text.rstrip("\n").rsplit("\n", 1)[-1], f"# end: {rows} entries",
          "the last line")
    return text


def body_of(key):
    return b"what is in " + key.encode("utf-8") + b"\n"


def sha256_of(key):
    return hashlib.sha256(body_of(key)).hexdigest()


def store(keys, bucket=BUCKET):
    for key in keys:
        ENDPOINT.put(bucket, key, body_of(key))


# Running other programs ------------------------------------------------------

def write(path, data):
    with open(path, "wb") as file:
        file.write(data)
    return path


def folder_for(site):
    """A new folder of a client's, not one the servers write to."""
    place = os.path.join(site.folder, "clients")
    os.makedirs(place, exist_ok=True)
    return tempfile.mkdtemp(dir=place)


def clean_environment(home, **more):
    """Nothing in it tells a client whom to trust or where to go."""
    kept = {name: value for name, value in os.environ.items()
            if not re.match("(AWS|RCLONE|CURL|ARIA|XDG)_", name)
            and not name.lower().endswith("_proxy")}
    return {**kept, "HOME": home, "LC_ALL": "C.UTF-8",
            "AWS_EC2_METADATA_DISABLED": "true", **more}


def run(command, folder, status=0, environment=None):
    """A client's standard output."""
    need(shutil.which(command[0]), f"{command[0]} is not installed")
    done = subprocess.run(
        command, cwd=folder, stdin=subprocess.DEVNULL,
        env=environment or clean_environment(folder), timeout=100,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=False)
    equal(done.returncode, status,
          f"exit status of {command[0]}, which says {done.stderr[-1500:]!r}")
    return done.stdout


def saved(folder):
    """{name: bytes} of all files below a folder."""
    found = {}
    for place, _, files in os.walk(folder):
        for name in files:
            path = os.path.join(place, name)
            with open(path, "rb") as file:
                found[os.path.relpath(path, folder)] = file.read()
    return found


def same_files(folder, wanted):
    found = saved(folder)
    equal(sorted(set(found) ^ set(wanted)), [], "names on one side only")
    for name, body in wanted.items():
        equal(found[name], body, f"bytes of {name!r}")


BOTO = """
import os, sys, boto3
session = boto3.Session(profile_name=os.environ.get("PROFILE"))
s3 = session.client("s3", endpoint_url=sys.argv[1], region_name="auto")
for key in sys.argv[3:]:
    try:
        answer = s3.get_object(Bucket=sys.argv[2], Key=key)
        sys.stdout.buffer.write(answer["Body"].read())
    except s3.exceptions.ClientError as error:
        print(error.response["Error"]["Code"])
"""


def boto3_gets(folder, keys, environment):
    """What boto3 prints of these objects, in a process of its own."""
    return run([sys.executable, "-c", BOTO, ENDPOINT.url, BUCKET] + keys,
               folder, environment=environment)


# csv -------------------------------------------------------------------------

QUOTED = ["a\nb", "a\r\nb", "\r", "\n", '"', '""', ',', '","', 'x"y', "a,b",
          "=1+1", " ", "'", "\t", "\\", "a;b", "\u2028"]


def rows_of(text):
    rows = list(csv.DictReader(io.StringIO(text, newline=""), strict=True))
    for row in rows:
        need(None not in row and None not in row.values(), f"ragged: {row}")
    return rows


@case("csv: Python's csv reads back every key of a batch, and its credential")
def _(site):
    keys = list(dict.fromkeys(AWKWARD + QUOTED))
    answer = batch(site, "csv", objects=keys, prefixes=["p\n,\"/", "q/"])
    need(answer.headers["Content-Type"].startswith("text/csv;"),
         answer.headers["Content-Type"])
    rows = rows_of(whole(answer, len(keys) + 2))
    equal(list(rows[0]), ["key", "prefix", "accessKeyId", "secretAccessKey",
                          "sessionToken", "expiresAt", "errorCode",
                          "errorMessage"], "columns")
    equal(sorted(row["key"] for row in rows if row["key"]), sorted(keys),
          "keys")
    equal([row["prefix"] for row in rows if row["prefix"]], ["p\n,\"/", "q/"],
          "prefixes")
    for row in rows:
        equal((row["accessKeyId"], row["errorCode"]), (PORTAL, ""))
        need(re.fullmatch("[0-9a-f]{64}", row["secretAccessKey"]), row)
        need(re.fullmatch(r"[0-9-]{10}T[0-9:]{8}Z", row["expiresAt"]), row)


@case("csv: Python's csv reads back every key of a list of links, and each "
      "link opens it")
def _(site):
    keys = list(dict.fromkeys(AWKWARD + QUOTED))
    store(keys)
    answer = links(site, keys, "csv")
    rows = rows_of(whole(answer, len(keys)))
    equal(list(rows[0]), ["key", "method", "url", "headers", "expiresAt",
                          "errorCode", "errorMessage"], "columns")
    equal([row["key"] for row in rows], keys, "keys")
    for row in rows:
        with urllib.request.urlopen(row["url"], timeout=30) as answer:
            equal(answer.read(), body_of(row["key"]), row["key"])


@case("csv: what must be sent with a link is in its row, and is all it needs")
def _(site):
    body = b"twelve bytes"
    digest = hashlib.sha256(body).hexdigest()
    answer = links(site, [{"key": "up, \"1\"", "method": "PUT",
                           "contentType": 'text/x; a="b, c"',
                           "contentLength": len(body), "sha256": digest}],
                   "csv")
    row, = rows_of(whole(answer, 1))
    equal(row["method"], "PUT")
    headers = dict(line.split(": ", 1) for line in row["headers"].split("\n"))
    equal(headers, {"Content-Type": 'text/x; a="b, c"',
                    "Content-Length": "12", "x-amz-content-sha256": digest})
    with urllib.request.urlopen(urllib.request.Request(
            row["url"], body, headers, method="PUT"), timeout=30) as answer:
        equal(answer.status, 200)
    equal(ENDPOINT.get(BUCKET, "up, \"1\""), body)


@case("csv: a bad entry is a row with its error, as many columns wide")
def _(site):
    entries = ["good", {"key": "no,\n\"", "permission": "no \"such\",\nthing"}]
    for rows in (
            rows_of(whole(batch(site, "csv", objects=entries,
                                onError="report"), 2, 1)),
            rows_of(whole(links(site, entries, "csv", onError="report"), 2,
                          1))):
        equal([row["key"] for row in rows], ["good", "no,\n\""])
        equal([bool(row["errorCode"]) for row in rows], [False, True])
        need(rows[1]["errorMessage"] and not rows[1]["expiresAt"], rows[1])


# text ------------------------------------------------------------------------

@case("text: xargs -n1 curl follows each line, and there is nothing else")
def _(site):
    keys = AWKWARD + QUOTED
    store(keys)
    answer = links(site, keys, "text")
    lines = whole(answer, len(keys)).splitlines()
    equal(len(lines), len(keys), "lines")
    need(all(line.startswith(ENDPOINT.url + "/") for line in lines), lines)
    folder = folder_for(site)
    write(os.path.join(folder, "list"), answer.body)
    found = run(["xargs", "-a", "list", "-n1", "curl", "-sSfq"], folder)
    equal(found, b"".join(body_of(key) for key in keys))


@case("text: a bad entry has no line; one with headers to send is one")
def _(site):
    answer = links(site, ["a", {"key": "b", "method": "DELETE"},
                          {"key": "c", "method": "PUT"},
                          {"key": "d", "method": "PUT",
                           "contentType": "text/x"}],
                   "text", onError="report")
    lines = whole(answer, 4, 1).splitlines()
    equal([line.split("?")[0].rsplit("/", 1)[1] for line in lines],
          ["a", "b", "c"])


# env -------------------------------------------------------------------------

HOSTILE = ["'; rm -rf ~; #", "';touch pwned;'", "$(touch pwned)",
           "`touch pwned`", "\n touch pwned\n#", "'\"'\"'\\''", "\\", "\\'",
           "a\\\nb", "-n", "*", "\x01\x7f\r\t", "${IFS}&touch pwned|", "!!",
           "\u0081\u0088"]

SHOW = (". ./env || exit 9; for name in AWS_ACCESS_KEY_ID "
        "AWS_SECRET_ACCESS_KEY AWS_SESSION_TOKEN MINTAGE_EXPIRES_AT "
        "MINTAGE_ENDPOINT MINTAGE_BUCKET MINTAGE_KEY MINTAGE_PREFIX; do "
        "eval \"value=\\${$name-unset}\"; printf '%s\\0' \"$value\"; done; "
        "test \"$(sh -c 'printf %s \"$AWS_SESSION_TOKEN\"')\" = "
        "\"$AWS_SESSION_TOKEN\"")


def sourced(site, answer, shell="sh", **before):
    folder = folder_for(site)
    write(os.path.join(folder, "env"), answer.body)
    found = run([shell, "-c", SHOW], folder,
                environment=clean_environment(folder, **before))
    equal(os.listdir(folder), ["env"], "files there")
    return found.decode().split("\0")[:-1]


@case("env: sh and bash source it; a hostile key stays a string")
def _(site):
    for key in HOSTILE + [key for key in AWKWARD if len(key) < 100]:
        answer = batch(site, "env", objects=[key])
        ended(answer, 1)
        for shell in ["sh"] + ["bash"] * bool(shutil.which("bash")):
            values = sourced(site, answer, shell)
            equal(values[0], PORTAL)
            equal(values[4:], [ENDPOINT.url, BUCKET, key, "unset"])
            need(re.fullmatch("[0-9a-f]{64}", values[1]), values[1])


@case("env: sh finds nothing left of an earlier one")
def _(site):
    values = sourced(site, single(site, "env", prefixes=["a/", "b/"]),
                     MINTAGE_KEY="old", MINTAGE_PREFIX="old/")
    equal(values[6:], ["unset", "unset"])
    values = sourced(site, batch(site, "env", prefixes=["it's/"]),
                     MINTAGE_KEY="old")
    equal(values[6:], ["unset", "it's/"])


@case("env: sh gets no variable from a bad entry, whatever its error says")
def _(site):
    answer = batch(site, "env", onError="report", objects=[
        {"key": "a'\ntouch pwned\n'", "permission": "x\n touch pwned\n"}])
    ended(answer, 1, 1)
    equal(sourced(site, answer), ["unset"] * 8)


@case("env: boto3, started by a shell that sourced it, opens the object")
def _(site):
    key = "it's $HOME.txt"
    store([key, "other"])
    folder = folder_for(site)
    write(os.path.join(folder, "env"), batch(site, "env", objects=[key]).body)
    write(os.path.join(folder, "boto.py"), BOTO.encode())
    found = run(["sh", "-c", '. ./env && exec "$0" boto.py '
                 '"$MINTAGE_ENDPOINT" "$MINTAGE_BUCKET" "$MINTAGE_KEY" other',
                 sys.executable], folder)
    equal(found, body_of(key) + b"AccessDenied\n")


# aws, process, container -----------------------------------------------------

def aws_environment(folder, profile=None, **more):
    """A client with files of its own and nothing else to go by."""
    paths = {"AWS_CONFIG_FILE": "config",
             "AWS_SHARED_CREDENTIALS_FILE": "credentials"}
    more.update({name: os.path.join(folder, path)
                 for name, path in paths.items()})
    if profile:
        more["PROFILE"] = profile
    return clean_environment(folder, **more)


@case("aws: boto3 finds a profile for each entry, and each opens its own")
def _(site):
    keys = ["plain", "käse = ; # [x].txt", "aws_access_key_id = x"]
    store(keys)
    answer = batch(site, "aws", objects=keys, prefixes=["pre/"])
    text = ended(answer, 4)
    for key in keys:
        need(f"\n# key: {key}\n" in text, f"{key} is not named")
    folder = folder_for(site)
    write(os.path.join(folder, "credentials"), answer.body)
    write(os.path.join(folder, "config"), b"")
    for number, key in enumerate(keys):
        found = boto3_gets(folder, [key, keys[number - 1]],
                           aws_environment(folder, f"mintage-{number}"))
        equal(found, body_of(key) + b"AccessDenied\n", key)


@case("aws: boto3 finds a single credential as [mintage], whatever its keys")
def _(site):
    keys = ["line\nfeed", "other"]
    store(keys)
    answer = single(site, "aws", objects=keys)
    ended(answer, 1)
    folder = folder_for(site)
    write(os.path.join(folder, "credentials"), answer.body)
    write(os.path.join(folder, "config"), b"[default]\nregion = auto\n")
    found = boto3_gets(folder, keys, aws_environment(folder, "mintage"))
    equal(found, b"".join(map(body_of, keys)))


@case("aws: configparser sees no section or setting that an entry made up")
def _(site):
    bad = "x\n[default]\naws_access_key_id = stolen\n#"
    answer = batch(site, "aws", onError="report", objects=[
        "good", bad, {"key": "y", "permission": "z\n[other]\n"}])
    parser = configparser.RawConfigParser()
    parser.read_string(ended(answer, 3, 2))
    equal(parser.sections(), ["mintage-0"])
    equal(parser.defaults(), {})
    equal(set(parser["mintage-0"]), {
        "aws_access_key_id", "aws_secret_access_key", "aws_session_token"})


@case("process: boto3 runs mintage as its credential_process")
def _(site):
    store(["mine/a", "b"])
    folder = folder_for(site)
    command = (f"{MINTAGE} mint --config {site.settings.path} --bucket "
               f"{BUCKET} --permission object-read-only --prefix mine/ "
               "--format process")
    write(os.path.join(folder, "config"),
          f"[profile r2]\ncredential_process = {command}\n".encode())
    found = boto3_gets(folder, ["mine/a", "b"], aws_environment(folder, "r2"))
    equal(found, body_of("mine/a") + b"AccessDenied\n")


@case("process: one JSON object, version the number 1")
def _(site):
    found = json.loads(whole(single(site, "process", objects=["a"]), 1))
    equal(found.pop("Version"), 1)
    equal(set(found), {"AccessKeyId", "SecretAccessKey", "SessionToken",
                       "Expiration"})


def container_query(**more):
    return query(bucket=BUCKET, permission="object-read-only", **more)


@case("container: boto3 fetches it from AWS_CONTAINER_CREDENTIALS_FULL_URI")
def _(site):
    store(["mine/ä b", "b"])
    folder = folder_for(site)
    uri = (f"http://127.0.0.1:{site.port}{site.mount}{single_path()}"
           + container_query(prefixes="mine/", format="container",
                             ttlSeconds="3600"))
    found = boto3_gets(folder, ["mine/ä b", "b"], aws_environment(
        folder, AWS_CONTAINER_CREDENTIALS_FULL_URI=uri,
        AWS_CONTAINER_AUTHORIZATION_TOKEN="Bearer "
        + site.settings.tokens["mine"]))
    equal(found, body_of("mine/ä b") + b"AccessDenied\n")


@case("container: GET issues for a bearer who asks for it, and is recorded")
def _(site):
    path = single_path() + container_query(objects="a", format="container")
    answer = site.request("GET", path, token="bulk")
    found = json.loads(whole(answer, 1))
    equal(set(found), {"AccessKeyId", "SecretAccessKey", "Token",
                       "Expiration"})
    site.audit(answer.id, "issue", "outcome")


@case("container: by GET nobody else gets anything")
def _(site):
    good = single_path() + container_query(objects="users/ann/a",
                                           format="container")
    basic = {"Authorization": "Basic "
             + base64.b64encode(f"ann:{USERS['ann']}".encode()).decode()}
    for answer in (
            site.request("GET", good),
            site.request("GET", good, mount="/office", headers=basic),
            site.request("HEAD", good, token="bulk"),
            site.request("GET", good.replace("format=container",
                                             "format=json"), token="bulk"),
            site.request("GET", good.replace("&format=container", ""),
                         token="bulk"),
            site.request("GET", batch_path() + container_query(
                objects="a", format="container"), token="bulk"),
            site.request("GET", links_path() + query(
                bucket=BUCKET, objects="a", format="container"),
                token="bulk")):
        equal((answer.status, answer.headers["Allow"]), (405, "POST"))
        need("sessionToken" not in answer.text and "Token\"" not in
             answer.text, answer.text)
    equal(site.request("GET", good, token="wrong").status, 401)
    answer = site.request("GET", good + "&format=json", token="bulk")
    equal(answer.status, 400)
    answer = site.request("GET", good.replace("users%2Fann%2F", "private/"),
                          token="web")
    equal(answer.status, 403)


# rclone ----------------------------------------------------------------------

def rclone(folder, *arguments):
    return run(["rclone", "--config", os.path.join(folder, "rclone.conf"),
                "--retries", "1", "--low-level-retries", "1", *arguments],
               folder)


@case("rclone: lists and copies all below a prefix with a single credential")
def _(site):
    keys = ["tree/a.txt", "tree/sub/käse \"b\" 'c'.txt", "tree/sub/100% d.txt",
            "tree/-e"]
    store(keys + ["other/f"])
    answer = single(site, "rclone", prefixes=["tree/"])
    ended(answer, 1)
    folder = folder_for(site)
    write(os.path.join(folder, "rclone.conf"), answer.body)
    equal(rclone(folder, "listremotes"), b"mintage:\n")
    listed = rclone(folder, "lsf", "-R", "--files-only",
                    f"mintage:{BUCKET}/tree")
    equal(sorted(listed.decode().splitlines()),
          sorted(key[len("tree/"):] for key in keys))
    rclone(folder, "copy", f"mintage:{BUCKET}/tree", "copy")
    same_files(os.path.join(folder, "copy"),
               {key[len("tree/"):]: body_of(key) for key in keys})


@case("rclone: has a remote for each entry of a batch, and no other")
def _(site):
    store(["one/a", "two.txt"])
    bad = "x\n[evil]\ntype = local\n#"
    answer = batch(site, "rclone", objects=["two.txt", bad],
                   prefixes=["one/"], onError="report")
    ended(answer, 3, 1)
    folder = folder_for(site)
    write(os.path.join(folder, "rclone.conf"), answer.body)
    remotes = rclone(folder, "listremotes").decode().split()
    equal(len(remotes), 2, f"remotes {remotes}")
    sections = dict(re.findall(r"# (key|prefix): .*\n.*\n\[(.*)\]",
                               answer.text))
    rclone(folder, "copyto", f"{sections['key']}:{BUCKET}/two.txt", "got/2")
    rclone(folder, "copy", f"{sections['prefix']}:{BUCKET}/one", "got")
    same_files(os.path.join(folder, "got"),
               {"2": body_of("two.txt"), "a": body_of("one/a")})


@case("rclone: copies a folder up")
def _(site):
    answer = site.single({"bucket": UPLOADS, "prefixes": ["in/"],
                          "permission": "object-read-write",
                          "format": "rclone"})
    folder = folder_for(site)
    write(os.path.join(folder, "rclone.conf"), answer.body)
    os.makedirs(os.path.join(folder, "up/sub"))
    for name in ("up/a b", "up/sub/ä"):
        write(os.path.join(folder, name), body_of(name))
    rclone(folder, "copy", "up", f"mintage:{UPLOADS}/in")
    equal(ENDPOINT.get(UPLOADS, "in/a b"), body_of("up/a b"))
    equal(ENDPOINT.get(UPLOADS, "in/sub/ä"), body_of("up/sub/ä"))


# curl, aria2, metalink -------------------------------------------------------

# Each names a file, and each is awkward to someone.
ODD = [
    "two  blanks.txt", "-o", "--output=x", "-", "@at", "~", "~root/x", "..a",
    "a..b/...", ".hidden/.x", "quotes \" ' `", "back\\slash\\n\\", "C:\\x",
    "$(id) $HOME *?[a]", "#1 glob #2", "{a,b}[1-3]", "100% + plus;x=1",
    "percent%2Fencoded%00%", "<script>alert(1)</script>", "a=b", "out=x",
    "http:x", "käse/brötchen.txt", "π/ζ/ω.dat",
    "漢字/ファイル名.pdf", "emoji 😀 🏳️‍🌈.png", "right to left/שלום/مرحبا",
    "nbsp\u00a0", "line\u2028separator", "nel\u0085", "\U0010ffff",
    "{{key}} {{{url}}}", "x.meta4", "x.torrent", "x.aria2", "é" * 120,
]


def hundred(*odd):
    """A hundred keys; the store has them."""
    keys = list(dict.fromkeys(ODD + list(odd)))
    keys += [f"bulk/{n % 7}/file {n}.bin" for n in range(100 - len(keys))]
    equal(len(keys), 100, "keys")
    store(keys)
    return keys


def downloaded(site, answer, *command):
    """The folder where a client saved what the list names."""
    folder = folder_for(site)
    target = os.path.join(folder, "got")
    os.mkdir(target)
    suffix = ".meta4" if "xml" in answer.headers["Content-Type"] else ""
    path = write(os.path.join(folder, "list" + suffix), answer.body)
    run(list(command) + [path], target,
        environment=clean_environment(folder))
    return target


CURL = ("curl", "-q", "-sS", "-K")
ARIA2 = ("aria2c", "--no-conf", "--quiet", "--enable-dht=false",
         "--follow-torrent=false", "--follow-metalink=false")


@case("curl: -K downloads a hundred files, each under its key")
def _(site):
    keys = hundred(" a blank before", "a blank behind ", "tab\there",
                   "new\nline", "cr\rvt\vbell\a", "${HOME}", "a & b &amp;")
    answer = links(site, keys, "curl")
    ended(answer, 100)
    same_files(downloaded(site, answer, *CURL),
               {key: body_of(key) for key in keys})


@case("curl: -K saves a file under its download name")
def _(site):
    store(["k/1", "k/2"])
    answer = links(site, [{"key": "k/1", "filename": "Käse \"1\" #1.txt"},
                          {"key": "k/2", "filename": "-rf"}], "curl")
    same_files(downloaded(site, answer, *CURL),
               {"Käse \"1\" #1.txt": body_of("k/1"), "-rf": body_of("k/2")})


@case("curl: -K uploads, looks, deletes and downloads in one list")
def _(site):
    store(["down 1", "down 2", "gone"])
    small = body_of("up/\"1\"")
    answer = links(site, [
        {"key": "gone", "method": "DELETE"}, "down 1",
        {"key": "up/\"1\"", "method": "PUT", "contentLength": len(small),
         "contentType": 'text/x; a="b\\\\c"',
         "sha256": hashlib.sha256(small).hexdigest()},
        {"key": "up/{2,3}[4-5]", "method": "PUT"},
        {"key": "down 1", "method": "HEAD"}, "down 2"], "curl")
    ended(answer, 6)
    folder = folder_for(site)
    os.mkdir(os.path.join(folder, "up"))
    for name in ("up/\"1\"", "up/{2,3}[4-5]"):
        write(os.path.join(folder, name), body_of(name))
    write(os.path.join(folder, "list"), answer.body)
    seen = len(ENDPOINT.log)
    out = run(list(CURL) + ["list"], folder)
    need(b"HTTP/1.1 200" in out and b"ETag" in out, f"HEAD shows {out!r}")
    equal([entry[:3] for entry in ENDPOINT.log[seen:]], [
        ("DELETE", BUCKET, "gone"), ("GET", BUCKET, "down 1"),
        ("PUT", BUCKET, "up/\"1\""), ("PUT", BUCKET, "up/{2,3}[4-5]"),
        ("HEAD", BUCKET, "down 1"), ("GET", BUCKET, "down 2")])
    equal({entry.code for entry in ENDPOINT.log[seen:]}, {""})
    equal(ENDPOINT.get(BUCKET, "gone"), None)
    equal(ENDPOINT.get(BUCKET, "up/\"1\""), small)
    equal(ENDPOINT.get(BUCKET, "up/{2,3}[4-5]"), body_of("up/{2,3}[4-5]"))
    equal({name: body for name, body in saved(folder).items()
           if name.startswith("down")},
          {name: body_of(name) for name in ("down 1", "down 2")})


@case("curl: -K saves no error page as a file, and takes options for all")
def _(site):
    store(["there 1", "there 2"])
    answer = links(site, ["there 1", "not there", "there 2"], "curl")
    folder = folder_for(site)
    write(os.path.join(folder, "list"), answer.body)
    os.mkdir(os.path.join(folder, "got"))
    run(["curl", "-q", "-sS", "--fail-early", "-K", "list"], folder, 22)
    run(["curl", "-q", "-sS", "--output-dir", "got", "-K", "list"], folder)
    same_files(os.path.join(folder, "got"),
               {name: body_of(name) for name in ("there 1", "there 2")})


@case("curl: -K goes where it should, whatever a bad entry says")
def _(site):
    bad = "x\nurl = \"http://127.0.0.1:9/\"\n#"
    store(["good"])
    answer = links(site, ["good", {"key": bad, "method": "y\noutput = z\n"}],
                   "curl", onError="report")
    ended(answer, 2, 1)
    same_files(downloaded(site, answer, *CURL), {"good": body_of("good")})


@case("aria2: -i downloads a hundred files, each under its key, and checks "
      "them")
def _(site):
    keys = hundred("a & b &amp;")
    answer = links(site, [{"key": key, "sha256": sha256_of(key)}
                          for key in keys], "aria2")
    equal(ended(answer, 100).count("\n checksum=sha-256="), 100)
    same_files(downloaded(site, answer, *ARIA2, "-i"),
               {key: body_of(key) for key in keys})


@case("aria2: -i saves under the download name; a wrong digest is found out")
def _(site):
    store(["k/1", "k/2"])
    good = {"key": "k/1", "filename": "Käse = 1.txt", "sha256":
            sha256_of("k/1")}
    answer = links(site, [good, "k/2"], "aria2")
    same_files(downloaded(site, answer, *ARIA2, "-i"), {
        "Käse = 1.txt": body_of("k/1"), "k/2": body_of("k/2")})
    answer = links(site, [{**good, "sha256": sha256_of("k/2")}], "aria2")
    folder = folder_for(site)
    write(os.path.join(folder, "list"), answer.body)
    run(list(ARIA2) + ["-i", "list"], folder, 32)


@case("aria2: -i goes where it should, whatever a bad entry says")
def _(site):
    bad = "x\nhttp://127.0.0.1:9/\n out=z\n#"
    store(["good", "last"])
    answer = links(site, ["good", {"key": bad, "method": "y\n out=z\n"},
                          "last"], "aria2", onError="report")
    ended(answer, 3, 1)
    same_files(downloaded(site, answer, *ARIA2, "-i"),
               {name: body_of(name) for name in ("good", "last")})


METALINK = "{urn:ietf:params:xml:ns:metalink}"


def check_file(element):
    """RFC 5854, 4.1.2: what a file may and must hold."""
    equal(set(element.attrib), {"name"}, "attributes of a file")
    name = element.get("name")
    need(name and not name.startswith("/")
         and not set(name.split("/")) & {"", ".", ".."},
         f"a name with directions in it: {name!r}")
    need(not (element.text or "").strip(), "text in a file")
    found = {}
    for child in element:
        need(child.tag in (METALINK + "url", METALINK + "hash"), child.tag)
        need(not len(child) and not (child.tail or "").strip(), child.tag)
        found.setdefault(child.tag[len(METALINK):], []).append(child)
    for child in found.get("hash", []):
        equal(child.attrib, {"type": "sha-256"})
        need(re.fullmatch("[0-9a-f]{64}", child.text), child.text)
    equal([child.attrib for child in found["url"]], [{}], "one url")
    need(re.fullmatch("https?://[!-~]+", found["url"][0].text),
         found["url"][0].text)
    return name, found["url"][0].text, [one.text
                                        for one in found.get("hash", [])]


def check_metalink(body):
    """Its files, after RFC 5854's schema was seen to hold."""
    root = xml.etree.ElementTree.fromstring(body)
    equal((root.tag, root.attrib), (METALINK + "metalink", {}))
    need(len(root) > 0 and not (root.text or "").strip(), "no file in it")
    equal({child.tag for child in root}, {METALINK + "file"})
    files = [check_file(child) for child in root]
    equal(len({name for name, _, _ in files}), len(files), "different names")
    return files


@case("metalink: Python's XML parser reads it back, within RFC 5854")
def _(site):
    keys = hundred("a & b &amp;", " a blank before", "a blank behind ")
    answer = links(site, [{"key": key, "sha256": sha256_of(key)}
                          for key in keys], "metalink")
    equal(answer.headers["Content-Type"], "application/metalink4+xml")
    whole(answer, 100)
    need(answer.text.endswith("\n</metalink>\n"), answer.text[-100:])
    files = check_metalink(answer.body)
    equal([name for name, _, _ in files], keys)
    equal([digests for _, _, digests in files],
          [[sha256_of(key)] for key in keys])
    for name, url, _ in files[::10]:
        with urllib.request.urlopen(url, timeout=30) as answer:
            equal(answer.read(), body_of(name))


@case("metalink: aria2c downloads a hundred files and checks their digests")
def _(site):
    # aria2 with libxml2 makes "&#38;" of an ampersand in a name, by itself.
    keys = hundred(" a blank before", "a blank behind ")
    answer = links(site, [{"key": key, "sha256": sha256_of(key)}
                          for key in keys], "metalink")
    target = downloaded(site, answer, "aria2c", "--no-conf", "--quiet",
                        "--enable-dht=false", "--metalink-file")
    same_files(target, {key: body_of(key) for key in keys})
    answer = links(site, [{"key": keys[0], "sha256": sha256_of(keys[1])}],
                   "metalink")
    folder = folder_for(site)
    write(os.path.join(folder, "x.meta4"), answer.body)
    run(["aria2c", "--no-conf", "--quiet", "x.meta4"], folder, 32)


@case("metalink: a bad entry has no place in it")
def _(site):
    answer = links(site, ["a", "b\x01", "c/../d"], "metalink",
                   onError="report")
    whole(answer, 3, 2)
    equal([name for name, _, _ in check_metalink(answer.body)], ["a"])
    answer = links(site, ["b\x01"], "metalink", onError="report")
    equal((answer.status, answer.errors[0]["source"]["pointer"]),
          (400, "/format"))


# What can't be carried -------------------------------------------------------

NO_FILES = ["/absolute", "//x", "a//b", "folder/"]
NO_LINES = ["a\nb", "a\rb", "tab\t", "\x01", "del\x7f"]

UNFIT = {
    "aws": (batch, NO_LINES),
    "rclone": (batch, NO_LINES),
    "curl": (links, NO_FILES),
    "aria2": (links, NO_FILES + NO_LINES + [" a", "a ", "x/${HOME}"]),
    "metalink": (links, NO_FILES + NO_LINES + ["\ufffe", "x\uffff"]),
}


def ask(site, how, name, keys, **more):
    return batch(site, name, objects=keys, **more) if how is batch \
        else links(site, keys, name, **more)


@case("what a format can't carry is that entry's error, never a mangled line")
def _(site):
    for name, (how, keys) in UNFIT.items():
        answer = ask(site, how, name, ["good"] + keys)
        equal(answer.status, 400, name)
        equal([error["source"]["pointer"] for error in answer.errors],
              [f"/objects/{n + 1}" for n in range(len(keys))], name)
        need(all(f"format '{name}' can't carry this: " in error["message"]
                 for error in answer.errors), answer.errors)
        answer = ask(site, how, name, ["good"] + keys, onError="report")
        whole(answer, len(keys) + 1, len(keys))
        # Anything else takes them all.
        whole(ask(site, how, "json", ["good"] + keys), len(keys) + 1)


@case("formats that only fetch take no other links than GET")
def _(site):
    for name in ("aria2", "metalink"):
        for method in ("HEAD", "PUT", "DELETE"):
            answer = links(site, ["a", {"key": "b", "method": method}], name)
            equal([error["source"]["pointer"] for error in answer.errors],
                  ["/objects/1"], f"{name}, {method}")


@case("a format for one holds one, a format for links no credentials")
def _(site):
    for name in ("env", "process", "container"):
        whole(single(site, name, objects=["a", "b"]), 1)
        whole(batch(site, name, objects=["a"]), 1)
        answer = batch(site, name, objects=["a", "b"])
        equal([error["source"]["pointer"] for error in answer.errors],
              ["/format"], name)
    for name in ("env", "aws", "process", "container", "rclone"):
        equal(links(site, ["a"], name).status, 400, name)
    for name in ("text", "curl", "aria2", "metalink"):
        equal(batch(site, name, objects=["a"]).status, 400, name)
        equal(single(site, name, objects=["a"]).status, 400, name)


@case("the form and GET / say what holds what")
def _(site):
    page = site.request("GET", "/", token="web",
                        headers={"Accept": "text/html"}).text
    offered = dict(re.findall(r'<option value="([a-z0-9-]+)"[^>]*>([^<]*)<',
                              page))
    equal([offered[name] for name in ("json", "env", "curl", "wget-list")],
          ["json", "env (credentials)", "curl (links)", "wget-list"])
    listed = {entry["name"]: (entry["credentials"], entry["links"])
              for entry in site.request("GET", "/", token="web", headers={
                  "Accept": "application/json"}).json["formats"]}
    equal([listed[name] for name in ("json", "env", "curl", "wget-list")],
          [(True, True), (True, False), (False, True), (True, True)])


@case("Accept chooses csv, text and metalink; the others go by name alone")
def _(site):
    fields = {"bucket": BUCKET, "objects": ["a"]}
    for accept, found in (
            ("text/csv", "text/csv; charset=utf-8; header=present"),
            ("text/plain", "text/plain; charset=utf-8"),
            ("application/metalink4+xml", "application/metalink4+xml"),
            ("text/x-wget", "text/x-wget;charset=utf-8"),
            ("*/*", "application/json"), ("text/*", "text/html; "
                                          "charset=utf-8")):
        answer = site.request("POST", links_path(), token="bulk", json=fields,
                              headers={"Accept": accept})
        equal((answer.status, answer.headers["Content-Type"]), (200, found))
    fields["permission"] = "object-read-only"
    answer = site.batch(fields, headers={"Accept": "text/plain"})
    equal(answer.status, 406)


@case("what is plain text is never taken for a page")
def _(site):
    for name in ("csv", "env", "aws", "rclone"):
        equal(batch(site, name, objects=["<b>x</b>"])
              .headers["X-Content-Type-Options"], "nosniff", name)
    for name in ("csv", "text", "curl", "aria2", "metalink"):
        equal(links(site, ["<b>x</b>"], name)
              .headers["X-Content-Type-Options"], "nosniff", name)


# Templates of one's own ------------------------------------------------------

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


# Cut short -------------------------------------------------------------------

@case("an answer of each format with comments ends with how many there were")
def _(site):
    for name in ("curl", "aria2"):
        ended(links(site, [f"k/{n}" for n in range(123)], name), 123)
    for name in ("aws", "rclone"):
        ended(batch(site, name, objects=[f"k/{n}" for n in range(123)]), 123)


if __name__ == "__main__":
    main(make_site)
