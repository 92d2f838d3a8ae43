"""The requests that are tortured, a row for each: a function of a Place that
gives the variables and the body of one request."""
import json
import os
import re
import struct

import wire
from harness import ACCOUNT, batch_path, form, need, single_path
from logs import PipeLog

LINKS = f"/accounts/{ACCOUNT}/r2/presigned-urls"
KEYS = ["public/a", "public/b c", "public/ä/d.txt", "e", "f" * 300]
READ = {"bucket": "portal-downloads", "permission": "object-read-only"}
ROWS = {}


def row(name, **how):
    """Makes the function below a row. `numbers`: all numbers in the answer may
    differ. `step`: of a kind, every so many-th call only. `reload`: the
    configuration is loaded anew before it. `change`: of the place. `check`:
    called with the place after each fault and the answer that follows."""
    def add(function):
        ROWS[name] = (function, how)
        return function
    return add


def post(place, path, body, content_type="application/json", query="",
         token="bulk", **more):
    body = body if isinstance(body, bytes) else json.dumps(body).encode()
    return wire.environment(
        "POST", path, len(body), content_type, query=query,
        token=place.settings.tokens.get(token, token), **more), body


@row("single")
def _(place):
    return post(place, single_path(), {**READ, "objects": KEYS[:3]})


@row("single reload", reload=True)
def _(place):
    return post(place, single_path(), {**READ, "objects": KEYS[:3]})


@row("batch")
def _(place):
    return post(place, batch_path(), {**READ, "objects": KEYS})


@row("batch terms")
def _(place):
    entries = [{"key": key, "ttlSeconds": 60 + number}
               for number, key in enumerate(KEYS)]
    return post(place, batch_path(), {**READ, "objects": entries})


@row("batch report")
def _(place):
    return post(place, batch_path(), {
        **READ, "objects": ["public/a", "elsewhere", "public/b"],
        "onError": "report"}, token="web")


@row("form page")
def _(place):
    return post(place, batch_path(), form(
        {**READ, "manifest": "\n".join(KEYS)}),
        "application/x-www-form-urlencoded", HTTP_ACCEPT="text/html")


def upload(text, **fields):
    parts = "".join(
        f'--B\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n'
        f"{value}\r\n" for name, value in fields.items())
    return (parts + '--B\r\nContent-Disposition: form-data; name="manifest"; '
            f'filename="l.txt"\r\n\r\n{text}\r\n--B--\r\n').encode()


@row("upload to disk", step={"read": 9})
def _(place):
    """More than a megabyte is kept in a file; here of what is passed over."""
    body = b"x" * (1030 << 10) + b"\r\n" + upload("\n".join(KEYS), **READ)
    return post(place, batch_path(), body,
                "multipart/form-data; boundary=B")


@row("csv")
def _(place):
    return post(place, batch_path(), b"key,ttlSeconds\na,60\nb,61\nc,62\n",
                "text/csv", "bucket=portal-downloads&format=csv&"
                "permission=object-read-only")


@row("ndjson")
def _(place):
    return post(place, batch_path(), b'{"key":"a"}\n{"key":"b"}\n',
                "application/x-ndjson", "bucket=portal-downloads&format=ndjson"
                "&permission=object-read-only")


@row("long csv")
def _(place):
    """Longer than what is written at once."""
    return post(place, batch_path(), "".join(
        f"public/{number:05}\n" for number in range(200)).encode(),
        "text/plain", "bucket=portal-downloads&format=csv&"
        "permission=object-read-only")


@row("guess")
def _(place):
    """A list of digests, whose format is guessed."""
    text = "".join(f"{number:064x}  file {number}\n" for number in range(3))
    return post(place, batch_path(), text.encode(), "text/plain",
                "bucket=portal-downloads&permission=object-read-only")


@row("other list")
def _(place):
    return post(place, batch_path(),
                b"-rw-r--r-- 1 ann ann 5 Jan  1 00:00 a.txt\n" * 3,
                "text/plain", "bucket=portal-downloads")


@row("links")
def _(place):
    return post(place, LINKS, {"bucket": "portal-downloads", "objects": [
        {"key": "public/a", "filename": "a.txt"}, "public/b"]})


@row("links scoped")
def _(place):
    return post(place, LINKS, {"bucket": "portal-downloads", "sign": "scoped",
                               "objects": ["public/a", "public/b"]})


@row("links download")
def _(place):
    return post(place, LINKS, {
        "bucket": "portal-downloads", "sign": "download", "download": "files",
        "objects": ["public/a", "public/b"]})


@row("redirect")
def _(place):
    path, query = place.signed()
    return wire.environment("GET", path, query=query, content_type=None), b""


@row("bad link")
def _(place):
    path, query = place.signed()
    return wire.environment("GET", path + "x", query=query,
                            content_type=None), b""


# Shares ----------------------------------------------------------------------

def are_shares_recorded(place):
    """The log has every share in the folder, which has no unfinished file."""
    with open(place.settings.audit_log, "rb") as file:
        log = file.read()
    for name in os.listdir(os.path.join(place.folder, "shares")):
        if name == "swept":     # when that was done last
            continue
        need(b'"share":"%s"' % name.encode() in log, f"share {name}")


@row("share", check=are_shares_recorded)
def _(place):
    return post(place, "/shares", {
        "bucket": "portal-downloads", "title": "T", "expires": "1d",
        "maxDownloads": 3, "objects": [{"key": "a", "filename": "x y"}, "b"]})


@row("share for a browser", check=are_shares_recorded)
def _(place):
    return post(place, "/shares", form({"bucket": "portal-downloads",
                                        "objects": "a\nb"}),
                "application/x-www-form-urlencoded", HTTP_ACCEPT="text/html")


def begin_log(place):
    """Begin the log with a line. A request that finds it empty would also wait
    until its name is on the disk."""
    with open(place.settings.audit_log, "w") as file:
        file.write('{"event":"begun"}\n')


def visit(path, query="", **more):
    return wire.environment("GET", path, query=query, content_type=None,
                            **more), b""


@row("share opened", change=begin_log)
def _(place):
    return visit(place.share(KEYS[:2], maxDownloads=2))


@row("share opened by a browser", change=begin_log)
def _(place):
    return visit(place.share(KEYS[:2]), HTTP_ACCEPT="text/html")


@row("share as a list", change=begin_log)
def _(place):
    return visit(place.share(KEYS[:2]), "format=aria2")


@row("share's file", change=begin_log)
def _(place):
    return visit(place.share(KEYS[:2]) + "/2/b%20c")


@row("share's file, counted", change=begin_log)
def _(place):
    return visit(place.share(KEYS[:2], maxDownloads=2) + "/1")


@row("share that is none", change=begin_log)
def _(_):
    return visit("/s/" + "A" * 22)


@row("shares", change=begin_log)
def _(place):
    for name in os.listdir(os.path.join(place.folder, "shares")):
        os.unlink(os.path.join(place.folder, "shares", name))
    place.share(["a"])
    return wire.environment("GET", "/shares", content_type=None,
                            token=place.settings.tokens["bulk"]), b""


@row("page")
def _(place):
    return wire.environment("GET", "/", content_type=None,
                            token=place.settings.tokens["bulk"],
                            HTTP_ACCEPT="text/html"), b""


@row("page as json")
def _(place):
    return wire.environment("GET", "/", content_type=None,
                            token=place.settings.tokens["web"],
                            HTTP_ACCEPT="application/json"), b""


@row("metrics", numbers=True)
def _(_):
    return wire.environment("GET", "/metrics", content_type=None), b""


@row("health")
def _(_):
    return wire.environment("GET", "/healthz", content_type=None), b""


@row("not this caller's")
def _(place):
    return post(place, single_path(), {**READ, "objects": ["e"]}, token="web")


@row("nobody")
def _(place):
    return post(place, single_path(), {**READ, "objects": ["e"]},
                token="nobody")


@row("user")
def _(place):
    return post(place, single_path(), {**READ, "objects": ["users/ann/a"]},
                token=None, REMOTE_USER="ann")


# Limits ----------------------------------------------------------------------

MOST = 1000000      # of requests in a day, and of entries


def limit(place):
    settings = place.settings.sections
    settings["mintage"]["stranger-rate"] = "60000/day"
    settings["caller bulk"].update({"rate": f"{MOST}/day",
                                    "daily-entries": str(MOST)})


def is_counted(place):
    """Nothing was handed out that was not counted."""
    left = dict(re.findall(rb'"(rate|daily-entries)";r=(\d+)', place.last))
    counted = {name: MOST - int(count) for name, count in left.items()}
    need(counted[b"rate"] >= place.answers
         and counted[b"daily-entries"] >= place.entries,
         f"counted: {counted}; received: {place.answers} answers with "
         f"{place.entries} entries")


@row("limited", change=limit, check=is_counted)
def _(place):
    return post(place, batch_path(), {**READ, "objects": KEYS[:3]})


@row("limited report", change=limit, check=is_counted)
def _(place):
    """Entries that are refused are given back."""
    return post(place, batch_path(), {
        **READ, "objects": ["public/a", {"key": "b", "ttlSeconds": -1}],
        "onError": "report"})


def are_strangers_counted(place):
    """Each 401 was counted. The counts are the last 12 numbers of a place, of
    which a page has 101 after its head: lib/state/visitors.c."""
    path = os.path.join(place.folder, "state", "strangers.1")
    with open(path, "rb") as file:
        pages = file.read()
    count = sum(sum(struct.unpack_from("<12H", pages, page + 72 + 40 * number))
                for page in range(0, len(pages), 4096)
                for number in range(101))
    need(count >= place.strangers,
         f"{place.strangers} strangers were told so, {count} were counted")


@row("stranger", change=limit, check=are_strangers_counted)
def _(place):
    return post(place, single_path(), {**READ, "objects": ["e"]},
                token="nobody")


# Records that go elsewhere than into a file ----------------------------------

def to_pipe(place):
    place.log = PipeLog(place.settings.audit_log)


@row("batch, log is a pipe", change=to_pipe)
def _(place):
    return post(place, batch_path(), {**READ, "objects": KEYS})
