"""Every format, read by the program it is for.

Each of these programs is given the answer as it came, and then reaches the
objects through it: the account's endpoint is the S3 endpoint of the tests.
"""
import hashlib
import os
import re
import shutil
import subprocess
import tempfile

from harness import ACCOUNT, PORTAL, SRC, Site, equal, need
import r2

ENDPOINT = r2.R2({})
BUCKET = "portal-downloads"
UPLOADS = "portal-uploads"

# Templates that an administrator adds to the folder.
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
    """The body of an answer. Asserts that it counts so many entries."""
    need(answer.status == 200, f"{answer.status}: {answer.body[:500]!r}")
    equal(answer.headers["Mintage-Count"], str(rows), "Mintage-Count")
    equal(answer.headers["Mintage-Failed"], str(failed), "Mintage-Failed")
    return answer.text


def ended(answer, rows, failed=0):
    """The body of an answer in a format with comments. Asserts that the last
    comment says it is complete."""
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
    """A new folder for a client. The servers do not write to it."""
    place = os.path.join(site.folder, "clients")
    os.makedirs(place, exist_ok=True)
    return tempfile.mkdtemp(dir=place)


def clean_environment(home, **more):
    """An environment without settings that clients obey, such as AWS_*."""
    kept = {name: value for name, value in os.environ.items()
            if not re.match("(AWS|RCLONE|CURL|ARIA|XDG)_", name)
            and not name.lower().endswith("_proxy")}
    return {**kept, "HOME": home, "LC_ALL": "C.UTF-8",
            "AWS_EC2_METADATA_DISABLED": "true", **more}


def run(command, folder, status=0, environment=None):
    """Run a client. Returns its standard output."""
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


# csv -------------------------------------------------------------------------

QUOTED = ["a\nb", "a\r\nb", "\r", "\n", '"', '""', ',', '","', 'x"y', "a,b",
          "=1+1", " ", "'", "\t", "\\", "a;b", "\u2028"]
# Each is the name of a file that some program finds hard to handle.
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
    """A hundred keys, which are put into the store."""
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
