"""Presigned links: how to ask for them, look at them and follow them.

curl follows them to an endpoint that judges them, and botocore signs them
again.
"""
import base64
import contextlib
import datetime
import email
import email.utils
import hashlib
import subprocess
import types
import unittest.mock
import urllib.parse

import botocore.auth
import botocore.awsrequest
import botocore.credentials
import botocore.utils

from harness import ACCOUNT, PORTAL, Site, equal, need
import r2

ENDPOINT = r2.R2({})
DOWN, UP = "portal-downloads", "portal-uploads"
PARAMETERS = ["X-Amz-Algorithm", "X-Amz-Credential", "X-Amz-Date",
              "X-Amz-Expires", "X-Amz-SignedHeaders", "X-Amz-Signature"]


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
    """The links of an answer. Their signatures are secrets: check_files will
    look for them."""
    for link in answer.result:
        if "url" in link:
            parameters = query_of(link["url"])
            site.issued.add(parameters["X-Amz-Signature"])
            site.issued.add(parameters.get("X-Amz-Security-Token"))
    return answer.result


def links(site, fields, **more):
    return issued(site, ask(site, fields, **more))


def link(site, entry, **fields):
    """Ask for the link of one entry."""
    found = links(site, {"objects": [entry], **fields})
    equal(len(found), 1, "links")
    return found[0]


# Looking at links ------------------------------------------------------------

def query_of(url):
    pairs = urllib.parse.parse_qsl(url.partition("?")[2], strict_parsing=True,
                                   keep_blank_values=True)
    equal(len(dict(pairs)), len(pairs), "parameters that stand once")
    return dict(pairs)


def key_of(url, bucket=DOWN):
    """The key in the path, decoded strictly, as R2 does."""
    host, _, path = url.partition("://")[2].partition("?")[0].partition("/")
    equal(host, ENDPOINT.host, "host")
    need(path.startswith(bucket + "/"), path)
    return urllib.parse.unquote(path[len(bucket) + 1:], errors="strict")


def unix(text, shape):
    when = datetime.datetime.strptime(text, shape)
    return int(when.replace(tzinfo=datetime.timezone.utc).timestamp())


def check_times(found, ttl):
    """Assert that the times in the link are those of the answer."""
    parameters = query_of(found["url"])
    equal(parameters["X-Amz-Expires"], str(ttl), "X-Amz-Expires")
    begin = unix(parameters["X-Amz-Date"], "%Y%m%dT%H%M%SZ")
    equal(unix(found["expiresAt"], "%Y-%m-%dT%H:%M:%SZ"), begin + ttl,
          "expiresAt")
    return begin


def credential_of(found):
    """The credential in a scoped link, in the form of a batch's entry."""
    token = query_of(found["url"])["X-Amz-Security-Token"]
    text = base64.b64decode(token)[len("jwt/"):]
    return {"key": found["key"], "sessionToken": token,
            "accessKeyId": query_of(found["url"])["X-Amz-Credential"]
            .split("/")[0],
            "secretAccessKey": hashlib.sha256(text).hexdigest(),
            "expiresAt": found["expiresAt"]}


@contextlib.contextmanager
def clock_at(time):
    """For a while, botocore takes this for the present time."""
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
    """Assert that two links are the same bytes, in any order of parameters."""
    path, _, parameters = ours.partition("?")
    other, _, others = theirs.partition("?")
    equal(path, other, "path")
    equal(sorted(parameters.split("&")), sorted(others.split("&")),
          "parameters")


# Following them --------------------------------------------------------------

def curl(url, *options, body=b""):
    """(status, headers, body) from curl with its defaults."""
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
    """PUT with the link's headers, some of them changed; None leaves one out.
    "_" in a name stands for "-"."""
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


BODY = b"a body of bytes \0\xff\n"
BOUND = {"key": "up/a.html", "contentType": 'text/html; charset="utf-8"',
         "contentLength": len(BODY), "sha256": hashlib.sha256(BODY).hexdigest()}
