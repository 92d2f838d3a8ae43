#!/usr/bin/python3
"""Presigned links through lighttpd's FastCGI: curl follows them to an endpoint
that judges them, and botocore signs them again."""
import base64
import contextlib
import datetime
import email
import email.utils
import hashlib
import json
import os
import random
import re
import subprocess
import sys
import types
import unittest.mock
import urllib.parse

import botocore.auth
import botocore.awsrequest
import botocore.credentials
import botocore.utils

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)),
                                "..", "r2"))
import r2

from harness import (ACCOUNT, AWKWARD, EUROPE, PORTAL, R2_HOST, Site, case,
                     equal, form, main, need, query, real_names)
from judge import Judge, scopes_digest

ENDPOINT = r2.R2({})
DOWN, UP = "portal-downloads", "portal-uploads"
LARGE = 100000
SAMPLE = 1000
PARAMETERS = ["X-Amz-Algorithm", "X-Amz-Credential", "X-Amz-Date",
              "X-Amz-Expires", "X-Amz-SignedHeaders", "X-Amz-Signature"]
HEX64 = "[0-9a-f]{64}"


def make_site():
    site = Site("fastcgi", endpoint=ENDPOINT.url)
    ENDPOINT.parents[PORTAL] = {
        "secret": site.settings.secrets[PORTAL], "account": ACCOUNT,
        "permission": "object-read-write", "buckets": [DOWN, UP, "shared"]}
    for bucket in ENDPOINT.parents[PORTAL]["buckets"]:
        ENDPOINT.store.make_bucket(bucket)
    ENDPOINT.start()
    return site


# Asking ----------------------------------------------------------------------

def links_path(account=ACCOUNT):
    return f"/accounts/{account}/r2/presigned-urls"


def ask(site, fields, token="bulk", account=ACCOUNT, **more):
    fields = {"bucket": DOWN, **fields}
    return site.request("POST", links_path(account), token=token, json=fields,
                        **more)


def issued(site, answer):
    """What was issued, and remembered: a signature is a secret too."""
    for link in answer.result:
        if "url" in link:
            parameters = query_of(link["url"])
            site.issued.add(parameters["X-Amz-Signature"])
            site.issued.add(parameters.get("X-Amz-Security-Token"))
    return answer.result


def links(site, fields, **more):
    return issued(site, ask(site, fields, **more))


def link(site, entry, **fields):
    """The one link for an entry."""
    found = links(site, {"objects": [entry], **fields})
    equal(len(found), 1, "links")
    return found[0]


def refused(answer, status, *expected):
    """Each of `expected`: a pointer, or it and words of the message, or those
    and the code."""
    equal(answer.status, status, answer.text[:300])
    expected = [each if isinstance(each, tuple) else (each,)
                for each in expected]
    equal([error.get("source", {}).get("pointer") for error in answer.errors],
          [each[0] for each in expected])
    for error, (_, words, code) in zip(
            answer.errors, [(*each, "", None)[:3] for each in expected]):
        need(words in error["message"], error["message"])
        equal(error["code"], code or error["code"], "code")


# Looking at links ------------------------------------------------------------

def query_of(url):
    pairs = urllib.parse.parse_qsl(url.partition("?")[2], strict_parsing=True,
                                   keep_blank_values=True)
    equal(len(dict(pairs)), len(pairs), "parameters that stand once")
    return dict(pairs)


def key_of(url, bucket=DOWN):
    """The key in the path; strict: how R2 decodes it."""
    host, _, path = url.partition("://")[2].partition("?")[0].partition("/")
    equal(host, ENDPOINT.host, "host")
    need(path.startswith(bucket + "/"), path)
    return urllib.parse.unquote(path[len(bucket) + 1:], errors="strict")


def unix(text, shape):
    when = datetime.datetime.strptime(text, shape)
    return int(when.replace(tzinfo=datetime.timezone.utc).timestamp())


def check_times(found, ttl):
    """Its time is what it says, and what the answer says."""
    parameters = query_of(found["url"])
    equal(parameters["X-Amz-Expires"], str(ttl), "X-Amz-Expires")
    begin = unix(parameters["X-Amz-Date"], "%Y%m%dT%H%M%SZ")
    equal(unix(found["expiresAt"], "%Y-%m-%dT%H:%M:%SZ"), begin + ttl,
          "expiresAt")
    return begin


def credential_of(found):
    """What a scoped link carries, as the entry of a batch would have it."""
    token = query_of(found["url"])["X-Amz-Security-Token"]
    text = base64.b64decode(token)[len("jwt/"):]
    return {"key": found["key"], "sessionToken": token,
            "accessKeyId": query_of(found["url"])["X-Amz-Credential"]
            .split("/")[0],
            "secretAccessKey": hashlib.sha256(text).hexdigest(),
            "expiresAt": found["expiresAt"]}


@contextlib.contextmanager
def clock_at(time):
    """botocore finds it is that time."""
    moment = datetime.datetime.utcfromtimestamp(time)
    with contextlib.ExitStack() as stack:
        stub = types.SimpleNamespace(datetime=types.SimpleNamespace(
            utcnow=lambda: moment))
        stack.enter_context(unittest.mock.patch.object(
            botocore.auth, "datetime", stub))
        if hasattr(botocore.auth, "get_current_datetime"):
            stack.enter_context(unittest.mock.patch.object(
                botocore.auth, "get_current_datetime", lambda: moment))
        yield


def sign_again(site, found, bucket=DOWN, token=None, **parameters):
    """The same link, made by botocore; `parameters` are response-*."""
    there = query_of(found["url"])
    secret, session = site.settings.secrets[PORTAL], None
    if token:
        secret, session = token["secretAccessKey"], token["sessionToken"]
    path = botocore.utils.percent_encode(found["key"], safe="/~")
    request = botocore.awsrequest.AWSRequest(
        found["method"], f"{ENDPOINT.url}/{bucket}/{path}",
        headers=found["headers"], params=parameters)
    signer = botocore.auth.S3SigV4QueryAuth(
        botocore.credentials.Credentials(PORTAL, secret, session), "s3",
        "auto", int(there["X-Amz-Expires"]))
    with clock_at(unix(there["X-Amz-Date"], "%Y%m%dT%H%M%SZ")):
        signer.add_auth(request)
    return request.url


def equal_links(ours, theirs):
    """Byte for byte, but for the order of the parameters."""
    path, _, parameters = ours.partition("?")
    other, _, others = theirs.partition("?")
    equal(path, other, "path")
    equal(sorted(parameters.split("&")), sorted(others.split("&")),
          "parameters")


# Following them --------------------------------------------------------------

def curl(url, *options, body=b""):
    """(status, headers, body): curl as anyone has it, nothing set apart."""
    done = subprocess.run(
        ["curl", "--disable", "--silent", "--show-error", "--max-time", "30",
         "--dump-header", "/dev/fd/2", *options, url],
        input=body, capture_output=True, check=False)
    need(done.returncode == 0, f"curl: {done.stderr!r}")
    head = done.stderr.split(b"\r\n\r\n")[-2]
    first, _, fields = head.decode("latin-1").partition("\r\n")
    return (int(first.split()[1]), email.message_from_string(fields),
            done.stdout)


def upload(found, body, **headers):
    """PUT with the link's headers, some changed; None: not sent. A name's _
    stands for -."""
    fields = {"Content-Type": "", **found["headers"], **{
        name.replace("_", "-"): value for name, value in headers.items()}}
    options = [option for name, value in fields.items()
               if name != "Content-Length" or value is None
               for option in ("-H", f"{name}: {value or ''}".rstrip(" "))]
    status, _, _ = curl(found["url"], "-X", "PUT", "--data-binary", "@-",
                        *options, body=body)
    return status


def last():
    """What the endpoint made of the last request."""
    return ENDPOINT.log[-1]


# A link does one thing -------------------------------------------------------

@case("an answer: a link an entry, in order, with all its members")
def _(site):
    answer = ask(site, {"objects": ["b", "a"]})
    found = issued(site, answer)
    equal([list(each) for each in found],
          2 * [["key", "method", "url", "headers", "expiresAt"]], "members")
    equal([each["key"] for each in found], ["b", "a"], "keys")
    for each in found:
        equal((each["method"], each["headers"]), ("GET", {}))
        equal(sorted(query_of(each["url"])), sorted(PARAMETERS))
        check_times(each, 900)
        equal_links(each["url"], sign_again(site, each))
    equal(answer.json["result_info"], {"count": 2, "failed": 0})
    equal(answer.json["messages"], [])
    equal(answer.headers["Cache-Control"], "no-store")
    equal(answer.headers["Mintage-Count"], "2")
    need(answer.text.rstrip("\n").endswith('"success":true}'),
         f"ends in {answer.text[-60:]!r}")


@case("GET, HEAD, PUT and DELETE links do what they say")
def _(site):
    ENDPOINT.put(DOWN, "f.txt", b"content")
    get = link(site, "f.txt")
    status, headers, body = curl(get["url"])
    equal((status, body), (200, b"content"))
    head = link(site, "f.txt", method="HEAD")
    status, headers, body = curl(head["url"], "--head")
    equal((status, headers["Content-Length"]), (200, "7"))
    put = link(site, "new.txt", method="PUT")
    equal(put["headers"], {})
    equal(upload(put, b"new", Content_Type="text/x-new"), 200, last().reason)
    equal(ENDPOINT.get(DOWN, "new.txt"), b"new")
    delete = link(site, "new.txt", method="DELETE")
    equal(curl(delete["url"], "-X", "DELETE")[0], 204)
    equal(ENDPOINT.get(DOWN, "new.txt"), None)
    equal([each["method"] for each in (get, head, put, delete)],
          ["GET", "HEAD", "PUT", "DELETE"])


@case("a link of one method is none for another: HEAD on a GET link is 403")
def _(site):
    ENDPOINT.put(DOWN, "f.txt", b"content")
    for sign in ("parent", "scoped"):
        made = {method: link(site, "f.txt", method=method, sign=sign)["url"]
                for method in ("GET", "HEAD", "PUT", "DELETE")}
        for method, url in made.items():
            for other in set(made) - {method}:
                how = ["--head"] if other == "HEAD" else ["-X", other]
                equal(curl(url, *how)[0], 403, f"{other} on a {method} link")
                equal(last().code, "SignatureDoesNotMatch")
    equal(ENDPOINT.get(DOWN, "f.txt"), b"content")


@case("every awkward key is reached by its own link, by GET and by PUT")
def _(site):
    keys = AWKWARD + ["a/%2e%2e/b", "%2E/x", "...", "a.../..b", "~a-b_c.d",
                      "!$&'()*+,;=:@", "x?X-Amz-Expires=1", "a%", "http://b/"]
    ups = links(site, {"bucket": UP, "objects": keys, "method": "PUT"})
    equal([each["key"] for each in ups], keys)
    for number, each in enumerate(ups):
        equal(key_of(each["url"], UP), each["key"])
        equal(upload(each, b"%d" % number), 200, repr(each["key"]))
    downs = links(site, {"bucket": UP, "objects": keys})
    for number, each in enumerate(downs):
        status, _, body = curl(each["url"])
        equal((status, body), (200, b"%d" % number), repr(each["key"]))


@case("a link for a changed key, bucket, time, day or name is refused")
def _(site):
    ENDPOINT.put(DOWN, "secret", b"")
    url = link(site, {"key": "open", "filename": "a.txt"})["url"]
    for old, new in [("/open?", "/secret?"), (f"/{DOWN}/", f"/{UP}/"),
                     ("Expires=900", "Expires=9000"), ("a.txt", "b.txt"),
                     ("&X-Amz-Expires", "&x=y&X-Amz-Expires")]:
        need(old in url, old)
        need(curl(url.replace(old, new))[0] in (400, 403, 501), new)
        need(last().code, "it was let in")
    changed = re.sub("Signature=(.)", lambda found: "Signature="
                     + ("1" if found[1] == "0" else "0"), url)
    equal(curl(changed)[0], 403)


@case("a link works until expiresAt, and not from then on")
def _(site):
    ENDPOINT.put(DOWN, "f.txt", b"content")
    for sign in ("parent", "scoped"):
        found = link(site, "f.txt", ttlSeconds=604800, sign=sign)
        check_times(found, 604800)
        ends = unix(found["expiresAt"], "%Y-%m-%dT%H:%M:%SZ")
        try:
            ENDPOINT.clock_offset += ends - ENDPOINT.now() - 60
            equal(curl(found["url"])[0], 200, last().reason)
            ENDPOINT.clock_offset += 60
            equal(curl(found["url"])[0], 400)
            equal(last().code, "ExpiredRequest")
        finally:
            ENDPOINT.clock_offset = 0


# Download names --------------------------------------------------------------

NAMES = [
    "plain.pdf", "Jahresbericht 2026, Teil 1 – Übersicht.pdf",
    "quotes \"double\" 'single' `back`.txt", "漢字 ファイル.pdf",
    "😀🏳️‍🌈.png", "semi;colon=a, comma.csv", "100% %41%2f.txt",
    "back\\slash\\.txt", "(1)*!#$&+^|~{}[]<>@:?.txt", " both ends ", "—", "..a",
    "שלום/مرحبا.txt".replace("/", "-"), "cafe\u0301.txt", "ÿĀ\ufffd\U0010ffff",
    "filename*=UTF-8''x", "a" * 500, "é" * 250,
]


def plain(name):
    """What programs that know no filename* can be given."""
    return "".join(c if " " <= c <= "~" and c not in '"\\%' else "_"
                   for c in name)


def names_in(headers):
    """Both forms as Python's parser of e-mail reads them."""
    parameters = headers.get_params(header="Content-Disposition")
    equal(parameters[0], ("attachment", ""), "what the header begins with")
    equal([name for name, _ in parameters[1:]], ["filename", "filename"])
    ascii_form, extended = [value for _, value in parameters[1:]]
    equal(extended[:2], ("UTF-8", ""), "charset and language")
    return ascii_form, email.utils.collapse_rfc2231_value(extended)


@case("a download name comes back in both forms, whatever is in it")
def _(site):
    ENDPOINT.put(DOWN, "f.txt", b"content")
    found = links(site, {"objects": [{"key": "f.txt", "filename": name}
                                     for name in NAMES]})
    for name, each in zip(NAMES, found):
        disposition = query_of(each["url"])["response-content-disposition"]
        equal_links(each["url"], sign_again(site, each, **{
            "response-content-disposition": disposition}))
        status, headers, body = curl(each["url"])
        equal((status, body), (200, b"content"), name)
        equal(headers["Content-Disposition"], disposition)
        equal(names_in(headers), (plain(name), name))
        need(disposition.isascii() and disposition.isprintable(), disposition)
        # Nothing of RFC 8187's "'()*,;" is left bare in the extended form.
        need(re.fullmatch(r"[A-Za-z0-9!#$&+.^_`|~%-]*",
                          disposition.rpartition("UTF-8''")[2]), disposition)


@case("a HEAD link has a download name too; curl saves under it")
def _(site):
    ENDPOINT.put(DOWN, "f.txt", b"content")
    entry = {"key": "f.txt", "filename": "Übung, 1.txt"}
    status, headers, _ = curl(link(site, entry, method="HEAD")["url"],
                              "--head")
    equal((status, names_in(headers)), (200, ("_bung, 1.txt",
                                              "Übung, 1.txt")))
    entry["filename"] = "a, b – c.txt"
    folder = os.path.join(site.folder, "www")
    curl(link(site, entry)["url"], "--remote-name", "--remote-header-name",
         "--output-dir", folder)
    with open(os.path.join(folder, "a, b _ c.txt"), "rb") as saved:
        equal(saved.read(), b"content")


# What is signed into an upload -----------------------------------------------

BODY = b"a body of bytes \0\xff\n"
BOUND = {"key": "up/a.html", "contentType": 'text/html; charset="utf-8"',
         "contentLength": len(BODY), "sha256": hashlib.sha256(BODY).hexdigest()}
HEADERS = {"Content-Type": BOUND["contentType"],
           "Content-Length": str(len(BODY)),
           "x-amz-content-sha256": BOUND["sha256"]}


@case("a PUT's type, length and digest come back as headers, and are taken")
def _(site):
    for sign in ("parent", "scoped"):
        found = link(site, {**BOUND, "key": "up/" + sign}, bucket=UP,
                     method="PUT", sign=sign)
        equal(found["headers"], HEADERS)
        equal(query_of(found["url"])["X-Amz-SignedHeaders"],
              "content-length;content-type;host;x-amz-content-sha256")
        equal(upload(found, BODY), 200, last().reason)
        equal(ENDPOINT.get(UP, "up/" + sign), BODY)
        status, headers, _ = curl(link(site, "up/" + sign, bucket=UP)["url"])
        equal((status, headers["Content-Type"]), (200, BOUND["contentType"]))


@case("each of the three alone is signed, and botocore signs the same")
def _(site):
    for number, names in enumerate([
            ["contentType"], ["contentLength"], ["sha256"],
            ["contentType", "sha256"], ["contentLength", "sha256"]]):
        entry = {name: BOUND[name] for name in ["key", *names]}
        found = link(site, entry, bucket=UP, method="PUT")
        equal(len(found["headers"]), len(names), f"headers of {names}")
        equal_links(found["url"], sign_again(site, found, UP))
        body = b"%d" % number + BODY[1:] if "sha256" not in names else BODY
        equal(upload(found, body), 200, f"{names}: {last().reason}")
        equal(ENDPOINT.get(UP, BOUND["key"]), body)


@case("an upload that is another than was signed is refused")
def _(site):
    entry = {**BOUND, "key": "up/kept"}
    ENDPOINT.put(UP, "up/kept", b"as it was")
    found = link(site, entry, bucket=UP, method="PUT")
    other = b"b" + BODY[1:]
    digest = hashlib.sha256(other).hexdigest()
    for body, headers, code in [
            (other, {}, "XAmzContentSHA256Mismatch"),
            (other, {"x_amz_content_sha256": digest}, "SignatureDoesNotMatch"),
            (BODY, {"x_amz_content_sha256": None}, "SignatureDoesNotMatch"),
            (BODY, {"Content_Type": "text/html"}, "SignatureDoesNotMatch"),
            (BODY, {"Content_Type": None}, "SignatureDoesNotMatch"),
            (BODY + b"more", {}, "SignatureDoesNotMatch"),
            (b"", {}, "SignatureDoesNotMatch"),
            (BODY, {"x_amz_meta_more": "1"}, "AccessDenied")]:
        need(upload(found, body, **headers) in (400, 403), f"{headers}")
        equal(last().code, code, f"{headers} {body}")
    equal(ENDPOINT.get(UP, "up/kept"), b"as it was")
    equal(upload(found, BODY), 200, last().reason)


@case("an empty upload: a length of 0 and the digest of nothing")
def _(site):
    found = link(site, {"key": "empty", "contentLength": 0,
                        "sha256": hashlib.sha256(b"").hexdigest().upper()},
                 bucket=UP, method="PUT")
    equal(found["headers"], {
        "Content-Length": "0",
        "x-amz-content-sha256": hashlib.sha256(b"").hexdigest()})
    equal(upload(found, b"x"), 403)
    equal(upload(found, b""), 200, last().reason)
    equal(ENDPOINT.get(UP, "empty"), b"")


@case("a sha256sum list binds uploads, and downloads do without")
def _(site):
    text = "".join(f"{hashlib.sha256(name.encode()).hexdigest()}  {name}\n"
                   for name in ("a.bin", "ä b.bin")).encode()
    for method in ("PUT", "GET"):
        answer = site.request(
            "POST", links_path() + query(bucket=UP, method=method,
                                         manifestFormat="sha256sum"), text,
            "bulk", headers={"Content-Type": "text/plain"})
        found = issued(site, answer)
        equal([each["key"] for each in found], ["a.bin", "ä b.bin"])
        for each in found:
            digest = hashlib.sha256(each["key"].encode()).hexdigest()
            if method == "GET":
                equal(each["headers"], {})
                equal(curl(each["url"])[::2], (200, each["key"].encode()))
                continue
            equal(each["headers"], {"x-amz-content-sha256": digest})
            equal(upload(each, b"other"), 400)
            equal(upload(each, each["key"].encode()), 200, last().reason)


# Who signs -------------------------------------------------------------------

ACTIONS = {"GET": "GetObject", "HEAD": "HeadObject", "PUT": "PutObject",
           "DELETE": "DeleteObject"}


@case("scoped: the token in the link holds this object and this action alone")
def _(site):
    keys = ["f.txt", "käse/ö.txt", "x" * 1024, "\"quoted\"\\", "😀"]
    for method, action in ACTIONS.items():
        found = links(site, {"objects": keys, "method": method,
                             "sign": "scoped", "ttlSeconds": 3600})
        judge = Judge(site, DOWN, [action], 3600)
        for key, each in zip(keys, found):
            credential = credential_of(each)
            judge.object(credential, key)
            equal(key_of(each["url"]), key)
            equal(sorted(query_of(each["url"])),
                  sorted([*PARAMETERS, "X-Amz-Security-Token"]))
            equal_links(each["url"], sign_again(site, each, DOWN, credential))
            ends = judge.token(credential)["exp"]
            equal(check_times(each, 3600) + 3600, ends, "exp of the token")


@case("scoped: what the link carries opens nothing else")
def _(site):
    ENDPOINT.put(DOWN, "f.txt", b"content")
    ENDPOINT.put(DOWN, "other.txt", b"other")
    found = link(site, "f.txt", sign="scoped")
    equal(curl(found["url"])[::2], (200, b"content"), last().reason)
    credential = credential_of(found)
    for changes, how in [({"key": "other.txt"}, []), ({"key": "f.txt2"}, []),
                         ({"method": "HEAD"}, ["--head"]),
                         ({"method": "PUT"}, ["-X", "PUT"]),
                         ({"method": "DELETE"}, ["-X", "DELETE"])]:
        url = sign_again(site, {**found, **changes}, DOWN, credential)
        equal(curl(url, *how)[0], 403, f"{changes}")
        equal(last().code, "AccessDenied")
    equal(curl(sign_again(site, found, DOWN, credential))[0], 200)
    equal(curl(sign_again(site, found, UP, credential))[0], 403)


@case("signed by the parent unless asked; short, without any token")
def _(site):
    for fields in ({}, {"sign": "parent"}):
        url = link(site, "f.txt", **fields)["url"]
        need("X-Amz-Security-Token" not in url, url)
        need(len(url) < 400, f"{len(url)} characters")


@case("an EU account's links go to its own host, over https")
def _(site):
    found = links(site, {"bucket": "berlin", "objects": ["a b"]},
                  token="admin", account=EUROPE)
    need(found[0]["url"].startswith(
        f"https://{EUROPE}.eu.{R2_HOST}/berlin/a%20b?X-Amz-Algorithm="),
         found[0]["url"])


# What an entry sets apart ----------------------------------------------------

@case("an entry's own method, ttlSeconds and the rest go before the batch's")
def _(site):
    entries = ["a", {"key": "b", "method": "HEAD"},
               {"key": "c", "ttlSeconds": 60},
               {"key": "d", "method": "PUT", "contentType": "image/png"},
               {"key": "e", "method": "DELETE", "ttlSeconds": 604800},
               {"key": "f", "filename": "F.txt"}, "g",
               {"key": "h", "permission": "object-write-only",
                "method": "PUT"}]
    for sign in ("parent", "scoped"):
        found = links(site, {"objects": entries, "sign": sign,
                             "ttlSeconds": 3600})
        equal([each["method"] for each in found],
              ["GET", "HEAD", "GET", "PUT", "DELETE", "GET", "GET", "PUT"])
        ttls = [3600, 3600, 60, 3600, 604800, 3600, 3600, 3600]
        for each, ttl in zip(found, ttls):
            check_times(each, ttl)
            if sign == "scoped":
                Judge(site, DOWN, [ACTIONS[each["method"]]], ttl).object(
                    credential_of(each), each["key"])
        equal([each["headers"] for each in found if each["headers"]],
              [{"Content-Type": "image/png"}])
        named = ["response-content-disposition" in query_of(each["url"])
                 for each in found]
        equal([number for number, has in enumerate(named) if has], [5])


@case("onError=report: good links, and an error in the place of a bad one")
def _(site):
    answer = ask(site, {"onError": "report", "objects": [
        "a", "b/../c", {"key": "d", "contentType": "image/png"},
        {"key": "e", "method": "POST"}, {"kye": "f"}, "g"]})
    found = issued(site, answer)
    equal([list(each) for each in found[1:5]],
          4 * [["key", "error"]], "members")
    equal([each["error"]["code"] for each in found[1:5]][0], 10020)
    equal([each["key"] for each in found],
          ["a", "b/../c", "d", "e", "", "g"])
    for each in (found[0], found[5]):
        equal_links(each["url"], sign_again(site, each))
    equal(answer.json["result_info"], {"count": 2, "failed": 4})
    need("PUT" in found[3]["error"]["message"], found[3]["error"]["message"])
    issue, outcome = site.audit(answer.id, "issue", "outcome")
    equal((issue["count"], issue["failed"], outcome["issued"]), (2, 4, 2))


@case("ndjson, a form and a bare manifest give the same links")
def _(site):
    asked = {"bucket": DOWN, "method": "HEAD", "ttlSeconds": "60"}
    keys = ["a b", "ä"]
    answers = [
        ask(site, {**asked, "objects": keys, "ttlSeconds": 60,
                   "format": "ndjson"}),
        site.request("POST", links_path(), form({
            **asked, "objects": "\r\n".join(keys), "format": "ndjson"}),
            "bulk", headers={"Content-Type":
                             "application/x-www-form-urlencoded"}),
        site.request("POST", links_path() + query(**asked, format="ndjson"),
                     '"a b"\n{"key":"ä"}\n', "bulk",
                     headers={"Content-Type": "application/x-ndjson"})]
    for answer in answers:
        equal(answer.status, 200, answer.text)
        *found, end = [json.loads(line) for line in answer.text.splitlines()]
        equal([each["key"] for each in found], keys)
        for each in found:
            equal(each["method"], "HEAD")
            check_times(each, 60)
            equal_links(each["url"], sign_again(site, each))
        equal((end["success"], end["result_info"]),
              (True, {"count": 2, "failed": 0}))


# Whose they are --------------------------------------------------------------

@case("links are held to what their caller may do")
def _(site):
    mine = {"objects": ["public/a"]}
    links(site, mine, token="web")
    links(site, {**mine, "method": "HEAD"}, token="web")
    for method in ("PUT", "DELETE"):
        for sign in ("parent", "scoped"):
            refused(ask(site, {**mine, "method": method, "sign": sign},
                        token="web"), 403, "/method")
        refused(ask(site, {"objects": ["public/a", {
            "key": "public/b", "method": method}]}, token="web"), 403,
            "/objects/1/method")
    drop = {"bucket": UP, "objects": ["incoming/x"]}
    links(site, {**drop, "method": "PUT"}, token="drop")
    for method in (None, "GET", "HEAD", "DELETE"):
        fields = {**drop, "method": method} if method else drop
        refused(ask(site, fields, token="drop"), 403, "/method")


@case("and to its prefixes, its bucket, its time and its number of entries")
def _(site):
    refused(ask(site, {"objects": ["public/a", "private/a", "publi", "public",
                                   "x/public/a"]}, token="web"), 403,
            *(f"/objects/{number}" for number in (1, 2, 3, 4)))
    mine = {"objects": ["public/a"]}
    refused(ask(site, {**mine, "bucket": UP}, token="web"), 403, "/bucket")
    refused(ask(site, {**mine, "ttlSeconds": 3601}, token="web"), 403,
            "/ttlSeconds")
    refused(ask(site, {"objects": [{"key": "public/a", "ttlSeconds": 3601}]},
                token="web"), 403, "/objects/0/ttlSeconds")
    many = [f"public/{number}" for number in range(101)]
    equal(len(links(site, {"objects": many[:100]}, token="web")), 100)
    refused(ask(site, {"objects": many}, token="web"), 403, "/objects/100")
    refused(ask(site, mine, token="web", account=EUROPE), 404, None)
    equal(ask(site, mine, token=None).status, 401)
    equal(ask(site, mine, token="nobody's").status, 401)


@case("a user's links reach that user's folder alone")
def _(site):
    for key, status in (("users/ann/a", 200), ("users/bob/a", 403),
                        ("users/ann/../bob/a", 400)):
        answer = site.as_user("ann", links_path(), json={
            "bucket": DOWN, "method": "PUT", "objects": [key]})
        equal(answer.status, status, key)


# Bad input -------------------------------------------------------------------

@case("a method that is none, or not in capitals, is refused")
def _(site):
    for method, words in (("POST", "use PUT"), ("get", "GET"), ("Put", "PUT"),
                          ("", "GET"), ("PATCH", "GET"), ("GET ", "GET")):
        refused(ask(site, {"objects": ["a"], "method": method}), 400,
                ("/method", words))
        refused(ask(site, {"objects": ["a", {"key": "b", "method": method}]}),
                400, ("/objects/1/method", words))
    refused(ask(site, {"objects": ["a"], "method": 1}), 400, "/method")
    refused(ask(site, {"objects": ["a"], "method": ["GET"]}), 400, "/method")


@case("what can't be signed into this method is refused")
def _(site):
    for method, entry in [
            ("GET", {"contentType": "text/plain"}),
            ("HEAD", {"contentType": "text/plain"}),
            ("DELETE", {"contentType": "text/plain"}),
            ("GET", {"contentLength": 0}), ("DELETE", {"contentLength": 1}),
            ("PUT", {"filename": "a.txt"}), ("DELETE", {"filename": "a.txt"})]:
        name = next(iter(entry))
        for fields in ({"method": method, "objects": [{"key": "a", **entry}]},
                       {"objects": [{"key": "a", "method": method, **entry}]}):
            refused(ask(site, fields), 400,
                    (f"/objects/0/{name}", method))


@case("values that can't be right are refused, each by its place")
def _(site):
    digest = BOUND["sha256"]
    cases = [("sha256", value) for value in
             ("", digest[:63], digest + "0", "g" + digest[1:], 7, digest[:62],
              base64.b64encode(bytes.fromhex(digest)).decode(), None)]
    cases += [("contentType", value) for value in
              ("", "text", "text/", "text/plain\r\nx-amz-acl: public", "a/b c",
               " text/plain", "text/plain ", "text/plain;  charset=x",
               "tëxt/plain", "a/" + "b" * 254, 1)]
    cases += [("contentLength", value) for value in
              (-1, 1.5, "1", 5497558138881, None, [])]
    objects = [{"key": "a", name: value} for name, value in cases]
    refused(ask(site, {"bucket": UP, "method": "PUT", "objects": objects}),
            400, *(f"/objects/{number}/{name}"
                   for number, (name, _) in enumerate(cases)))
    names = ["", ".", "..", "a/b", "a\nb", "a\r\nSet-Cookie: x", "\0", "\x7f",
             "\x9b", "a" * 501, 1, None]
    objects = [{"key": "a", "filename": name} for name in names]
    refused(ask(site, {"objects": objects}), 400,
            *(f"/objects/{number}/filename" for number in range(len(names))))
    for ttl in (0, 604801, -1, "900", 1.5):
        refused(ask(site, {"objects": ["a"], "ttlSeconds": ttl}), 400,
                "/ttlSeconds")


@case("no link for a key that clients would rewrite")
def _(site):
    bad = [".", "..", "./a", "../a", "a/.", "a/..", "a/./b", "a/../b", "/.",
           "/../a", "a//../b"]
    refused(ask(site, {"objects": bad}), 400,
            *((f"/objects/{number}", "credential", 10020)
              for number in range(len(bad))))
    refused(ask(site, {"objects": ["public/../private"]}, token="web"), 400,
            ("/objects/0", "", 10020))
    # A credential reaches them.
    equal(len(site.issued_as(site.batch({
        "bucket": DOWN, "permission": "object-read-only",
        "objects": bad}))), len(bad))


@case("prefixes, permissions that don't cover the method, other signers")
def _(site):
    refused(ask(site, {"objects": ["a"], "prefixes": ["p/"]}), 400,
            ("/prefixes", "one object"))
    refused(site.request("POST", links_path(), form({
        "bucket": DOWN, "manifest": '{"objects":["a"],"prefixes":["p/"]}'}),
        "bulk", headers={"Content-Type": "application/x-www-form-urlencoded"}),
        400, ("/manifest/prefixes/0", "one object"))
    for fields in ({"permission": "object-read-only", "method": "PUT"},
                   {"permission": "object-write-only"},
                   {"permission": "object-write-only", "method": "DELETE"},
                   {"actions": ["HeadObject"]},
                   {"actions": ["GetObject"], "method": "HEAD"},
                   {"permission": "object-read-write",
                    "actions": ["PutObject"], "method": "GET"}):
        refused(ask(site, {"objects": ["a"], **fields}), 400,
                ("/method", "permission"))
    refused(ask(site, {"method": "PUT", "objects": [
        "a", {"key": "b", "permission": "object-read-only"},
        {"key": "c", "actions": ["GetObject"]}]}), 400,
        "/objects/1/method", "/objects/2/method")
    for sign in ("both", "", "Parent", "child"):
        refused(ask(site, {"objects": ["a"], "sign": sign}), 400, "/sign")
    refused(ask(site, {}), 400, ("/objects", "name objects"))
    refused(ask(site, {"objects": []}), 400, "/objects")
    refused(ask(site, {"objects": ["a"], "metod": "PUT"}), 400,
            ("/metod", "'method'"))


@case("a permission beside links narrows them, and never widens")
def _(site):
    for fields in ({"permission": "object-read-only"},
                   {"permission": "object-read-write",
                    "actions": ["GetObject", "HeadObject"]},
                   {"permission": "admin-read-write"}):
        found = link(site, "a", sign="scoped", **fields)
        Judge(site, DOWN, ["GetObject"]).object(credential_of(found), "a")


@case("what is for links is refused beside credentials")
def _(site):
    fields = {"bucket": DOWN, "permission": "object-read-only"}
    for name, value in (("method", "GET"), ("sign", "parent")):
        for send in (site.batch, site.single):
            refused(send({**fields, "objects": ["a"], name: value}), 400,
                    ("/" + name, "links"))
    entries = {"method": "GET", "filename": "a", "contentType": "a/b",
               "contentLength": 1}
    refused(site.batch({**fields, "objects": [
        {"key": "a", name: value} for name, value in entries.items()]}), 400,
        *((f"/objects/{number}/{name}", "links")
          for number, name in enumerate(entries)))
    equal(len(site.issued_as(site.batch({**fields, "objects": [
        {"key": "a", "sha256": BOUND["sha256"]}]}))), 1)


@case("the route takes POST, and says so")
def _(site):
    for method in ("GET", "PUT", "DELETE"):
        answer = site.request(method, links_path(), token="bulk")
        equal((answer.status, answer.headers["Allow"]), (405, "POST"))


# Warnings --------------------------------------------------------------------

@case("a key with a leading / or // is warned of, and its link works")
def _(site):
    keys = ["a", "/a", "a//b", "a/b", "a//", "//", "/"]
    answer = ask(site, {"objects": keys})
    found = issued(site, answer)
    messages = answer.json["messages"]
    equal([message.split(":")[0] for message in messages],
          [f"/objects/{number}" for number in (1, 2, 4, 5, 6)])
    for each in found:
        ENDPOINT.put(DOWN, each["key"], each["key"].encode())
        equal(curl(each["url"])[::2], (200, each["key"].encode()))
    # Credentials have no such trouble.
    answer = site.batch({"bucket": DOWN, "permission": "object-read-only",
                         "objects": keys})
    site.issued_as(answer)
    equal(answer.json["messages"], [])


@case("a key that is not in NFC is warned of")
def _(site):
    answer = ask(site, {"objects": ["cafe\u0301", "caf\u00e9"]})
    issued(site, answer)
    equal(len(answer.json["messages"]), 1)
    need(answer.json["messages"][0].startswith("/objects/0: "), "which one?")


# The record ------------------------------------------------------------------

@case("the audit has the action, the count, and a digest of every link")
def _(site):
    answer = ask(site, {"ttlSeconds": 60, "sign": "scoped", "objects": [
        "a", {"key": "b\"\n", "method": "PUT", "ttlSeconds": 90}, "ä"]})
    issued(site, answer)
    issue, outcome = site.audit(answer.id, "issue", "outcome")
    expected = {"caller": "bulk", "route": "presigned-urls",
                "account": ACCOUNT, "parent": PORTAL, "bucket": DOWN,
                "actions": ["GetObject"], "ttlSeconds": 60, "count": 3,
                "failed": 0}
    equal({name: issue.get(name) for name in expected}, expected)
    equal(issue["scopes"], scopes_digest([
        (DOWN, ["GetObject"], 60, "object", "a"),
        (DOWN, ["PutObject"], 90, "object", "b\"\n"),
        (DOWN, ["GetObject"], 60, "object", "ä")]))
    equal((outcome["result"], outcome["issued"]), ("complete", 3))
    answer = ask(site, {"objects": ["public/a"], "method": "PUT"},
                 token="web")
    line = site.audit(answer.id, "refused")[0]
    equal((line["route"], line["status"], line["pointer"]),
          ("presigned-urls", 403, "/method"))


# In bulk ---------------------------------------------------------------------

@case(f"{LARGE:,} links of a real listing in one request; botocore made none "
      "of them otherwise")
def _(site):
    keys = real_names(LARGE)
    equal(len(keys), LARGE, "different keys")
    answer = site.request(
        "POST", links_path() + query(bucket=DOWN, ttlSeconds=86400),
        "\n".join(keys) + "\n", "bulk", headers={"Content-Type": "text/plain"})
    found = answer.result
    equal(answer.headers["Mintage-Count"], str(LARGE))
    equal(answer.json["result_info"], {"count": LARGE, "failed": 0})
    equal([each["key"] for each in found], keys, "keys in their order")
    check_all(found)
    issue = site.audit(answer.id, "issue", "outcome")[0]
    equal((issue["count"], issue["scopes"]), (LARGE, scopes_digest(
        (DOWN, ["GetObject"], 86400, "object", key) for key in keys)))
    seed = int.from_bytes(os.urandom(4), "big")
    for each in random.Random(seed).sample(found, SAMPLE):
        equal_links(each["url"], sign_again(site, each))
        site.issued.add(each["url"][-64:])
    ENDPOINT.put(DOWN, keys[-1], b"the last")
    equal(curl(found[-1]["url"])[::2], (200, b"the last"))


def check_all(found):
    """What can be seen of every link in little time."""
    begin = check_times(found[0], 86400)
    stamp = datetime.datetime.utcfromtimestamp(begin)
    shape = re.compile(
        re.escape(f"{ENDPOINT.url}/{DOWN}/") + "([A-Za-z0-9._~/%-]+)"
        + re.escape("?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential="
                    f"{PORTAL}%2F{stamp:%Y%m%d}%2Fauto%2Fs3%2Faws4_request"
                    f"&X-Amz-Date={stamp:%Y%m%dT%H%M%SZ}&X-Amz-Expires=86400"
                    "&X-Amz-SignedHeaders=host&X-Amz-Signature=")
        + f"({HEX64})")
    signatures = set()
    for each in found:
        parts = shape.fullmatch(each["url"])
        need(parts, each["url"])
        equal(urllib.parse.unquote(parts[1], errors="strict"), each["key"])
        signatures.add(parts[2])
    equal(len(signatures), len(found), "different signatures")
    equal({each["expiresAt"] for each in found}, {found[0]["expiresAt"]})
    equal({each["method"] for each in found}, {"GET"})


if __name__ == "__main__":
    main(make_site)
