"""Manifests of every format and in every wrapping, through lighttpd.

Python's csv module and sha256sum are the judges of what a list holds; curl
uploads it.
"""
import csv
import io
import os
import subprocess
import tempfile
import urllib.parse

from harness import ACCOUNT, Answer, Site, batch_path, equal, need, query
from judge import Judge

MALFORMED, UNKNOWN, DUPLICATE, MISSING = 11001, 11002, 11003, 11004
BAD_VALUE, EMPTY, TOO_LARGE, MEDIA_TYPE = 11005, 11006, 11011, 11012

DOWN = "portal-downloads"
FIELDS = {"bucket": DOWN, "permission": "object-read-only"}
LINKS = f"/accounts/{ACCOUNT}/r2/presigned-urls"


def make_site():
    def change(settings):
        settings.sections["mintage"]["max-entries"] = "60000"
    return Site("fastcgi", change)


def keys_of(site, answer):
    return [entry["key"] for entry in site.issued_as(answer)]


def same_keys(site, answer, keys):
    """Assert that the keys came back in order, each in its own credential."""
    result = site.issued_as(answer)
    equal([entry["key"] for entry in result], keys)
    Judge(site, DOWN, "object-read-only").batch(result, keys)


def links_of(site, answer):
    result = answer.result
    for link in result:
        site.issued.add(query_of(link)["X-Amz-Signature"])
    return result


def query_of(link):
    return dict(urllib.parse.parse_qsl(
        urllib.parse.urlsplit(link["url"]).query, strict_parsing=True))


def table(rows, columns=("key",), encoding="utf-8", **dialect):
    """A manifest in CSV, written by Python's csv module."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, **dialect)
    writer.writerow(columns)
    writer.writerows(rows)
    return text.getvalue().encode(encoding)


def part(name, content, filename=None, content_type=None):
    """A part of a multipart body, as browsers write it."""
    def quote(text):
        return text.replace("\n", "%0A").replace("\r", "%0D") \
            .replace('"', "%22")
    head = f'Content-Disposition: form-data; name="{quote(name)}"'
    if filename is not None:
        head += f'; filename="{quote(filename)}"'
    if content_type is not None:
        head += f"\r\nContent-Type: {content_type}"
    if isinstance(content, str):
        content = content.encode()
    return head.encode() + b"\r\n\r\n" + content


BOUNDARY = "----WebKitFormBoundaryABCDEFGHIJKLMNOP"


def multipart(site, parts, path=None, accept=None, token="bulk",
              content_type=f"multipart/form-data; boundary={BOUNDARY}"):
    body = b"".join(b"--" + BOUNDARY.encode() + b"\r\n" + each + b"\r\n"
                    for each in parts) + f"--{BOUNDARY}--\r\n".encode()
    return raw(site, body, content_type, path, accept, token)


def raw(site, body, content_type, path=None, accept=None, token="bulk"):
    return site.request("POST", path or batch_path(), body, token, headers={
        "Content-Type": content_type, "Accept": accept})


def fields_as_parts(**more):
    return [part(name, value) for name, value in {**FIELDS, **more}.items()]


def curl(site, *arguments, path=None, **fields):
    """What curl gets for these arguments, with the fields in the query."""
    fields = {**FIELDS, **fields} if path is None else \
        {"bucket": DOWN, **fields}
    url = f"http://127.0.0.1:{site.port}{site.mount}" \
        + (path or batch_path()) + query(**fields)
    done = subprocess.run(
        ["curl", "-q", "-sS", "-w", "\n%{http_code}", "-H", "Expect:",
         "-H", f"Authorization: Bearer {site.settings.tokens['bulk']}",
         *arguments, url], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
        stderr=subprocess.PIPE, timeout=60, check=False)
    equal(done.returncode, 0, f"curl's exit status ({done.stderr!r})")
    body, _, status = done.stdout.rpartition(b"\n")
    return Answer(int(status), {}, body)


class Folder:
    """Files to upload, which are removed when the case ends."""

    def __enter__(self):
        self.folder = tempfile.TemporaryDirectory(prefix="mintage-")
        return self

    def __exit__(self, *_):
        self.folder.cleanup()

    def put(self, name, content):
        path = os.path.join(self.folder.name, name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "wb") as f:
            f.write(content if isinstance(content, bytes)
                    else content.encode())
        return path

    def sums(self, names, *options):
        done = subprocess.run(["sha256sum", *options, "--", *names],
                              cwd=self.folder.name, stdout=subprocess.PIPE,
                              timeout=60, check=True)
        return done.stdout


def refused(site, answer, status, code, pointer=None, words=""):
    """Assert that an answer is this refusal, that it is recorded and that
    nothing was issued."""
    equal(answer.status, status, f"status ({answer.body[:300]!r})")
    need(b"sessionToken" not in answer.body
         and b"X-Amz-Signature" not in answer.body, "something was issued")
    first = answer.errors[0]
    equal(first["code"], code, f"code ({first['message']})")
    if pointer is not None:
        equal(first.get("source", {}).get("pointer", ""), pointer,
              f"pointer ({first['message']})")
    need(words in first["message"],
         f"{words!r} is not in {first['message']!r}")
    if answer.id:
        equal(site.audit(answer.id, "refused")[0]["code"], code, "on record")
