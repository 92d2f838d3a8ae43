#!/usr/bin/python3
"""Objects as they come back: ranges, conditions, headers, errors."""
import email.utils
import hashlib

from r2 import http_time
from signer import ADMIN, ADMIN_SECRET, AS_PARENT, Credential, ask
from support import main, tap


def day_before(text):
    moment = email.utils.parsedate_to_datetime(text).timestamp()
    return http_time(moment - 86400)


def test_range(endpoint):
    body = bytes(range(100))
    endpoint.put("my-bucket", "range", body)

    def get(**headers):
        return ask(endpoint, AS_PARENT, "GET", "/my-bucket/range",
                   headers={name.replace("_", "-"): value
                            for name, value in headers.items()})

    for text, status, wanted in (
            ("bytes=0-9", 206, body[:10]), ("bytes=90-", 206, body[90:]),
            ("bytes=-10", 206, body[-10:]), ("bytes=50-500", 206, body[50:]),
            ("bytes=100-", 416, None), ("bytes=-0", 416, None),
            ("bytes=0-1,5-6", 200, body), ("lines=1-2", 200, body)):
        answer = get(range=text)
        tap.ok(answer.status == status and wanted in (None, answer.body),
               f"GET: {text}", answer.status, answer.body)
        place = {206: f"bytes {body.index(wanted or body)}-",
                 416: "bytes */100"}.get(status, "")
        tap.ok(answer.headers.get("content-range", "").startswith(place),
               f"GET: {text}: Content-Range", answer.headers)
    tap.same(get(range="bytes=1-2").headers.get("content-range"),
             "bytes 1-2/100", "GET: Content-Range")
    tap.same(get(range="bytes=100-").code, "InvalidRange", "GET: the code")
    modified = get().headers["last-modified"]
    etag = get().headers["etag"]
    for value, status in ((etag, 206), (modified, 206), ('"x"', 200),
                          (etag.strip('"'), 200), ("W/" + etag, 200),
                          (day_before(modified), 200), ("not a date", 200)):
        answer = get(range="bytes=7-", if_range=value)
        tap.same((answer.status, answer.body),
                 (status, body[7:] if status == 206 else body),
                 f"GET: if-range: {value[:8]}")


def test_get(endpoint):
    """Headers and conditions."""
    body = bytes(range(100))
    headers = {"content-type": "image/x-test", "x-amz-meta-a": "b",
               "cache-control": "no-store"}
    ask(endpoint, AS_PARENT, "PUT", "/my-bucket/got", body=body,
        headers=headers)
    etag = f'"{hashlib.md5(body).hexdigest()}"'
    for method, length in (("GET", 100), ("HEAD", 0)):
        answer = ask(endpoint, AS_PARENT, method, "/my-bucket/got")
        got = {name: answer.headers.get(name)
               for name in ("etag", "content-length", *headers)}
        tap.same((got, len(answer.body)),
                 ({"etag": etag, "content-length": "100", **headers},
                  length), f"{method}: headers and body")
        tap.ok("last-modified" in answer.headers, f"{method}: Last-Modified")
    modified = answer.headers["last-modified"]
    for name, value, status in (
            ("if-none-match", etag, 304), ("if-none-match", '"x"', 200),
            ("if-none-match", "*", 304), ("if-match", etag, 200),
            ("if-match", '"x"', 412), ("if-modified-since", modified, 304),
            ("if-modified-since", day_before(modified), 200),
            ("if-unmodified-since", modified, 200)):
        for method in ("GET", "HEAD"):
            answer = ask(endpoint, AS_PARENT, method, "/my-bucket/got",
                         headers={name: value})
            tap.same(answer.status, status, f"{method}: {name}: {value[:8]}")
            tap.ok(status == 412 or answer.headers.get("etag") == etag,
                   f"{method}: {name}: {value[:8]}: ETag", answer.headers)
    tap.same(ask(endpoint, AS_PARENT, "PUT", "/my-bucket/got", body=b"",
                 headers={"if-none-match": "*"}).status, 412,
             "PUT: if-none-match: *")


def test_errors(endpoint):
    answer = ask(endpoint, AS_PARENT, "GET", "/my-bucket/none")
    tap.same((answer.status, answer.code,
              answer.headers["content-type"]),
             (404, "NoSuchKey", "application/xml"), "error: NoSuchKey")
    answer = ask(endpoint, AS_PARENT, "HEAD", "/my-bucket/none")
    tap.same((answer.status, answer.body), (404, b""),
             "error: no body to HEAD")
    admin = Credential(ADMIN, ADMIN_SECRET)
    tap.same(ask(endpoint, admin, "GET", "/no-bucket/none").code,
             "NoSuchBucket", "error: NoSuchBucket")
    for method, path, query in (("GET", "/my-bucket/a.txt", [("acl", "")]),
                                ("PUT", "/my-bucket/a.txt",
                                 [("tagging", "")]),
                                ("GET", "/my-bucket/a.txt",
                                 [("versionId", "1")]),
                                ("GET", "/my-bucket", [("policy", "")]),
                                ("POST", "/my-bucket/a.txt", [])):
        tap.same(ask(endpoint, AS_PARENT, method, path, query).code,
                 "NotImplemented", f"error: {method} {path} {query}")
    tap.same(ask(endpoint, AS_PARENT, "PATCH", "/my-bucket/a.txt").code,
             "MethodNotAllowed", "error: PATCH")
    tap.same(tuple(endpoint.log[-1]),
             ("PATCH", "my-bucket", "a.txt", 405, "MethodNotAllowed"),
             "error: as logged")
    tap.same(endpoint.get("my-bucket", "a.txt"), b"hello",
             "error: nothing harmed")


if __name__ == "__main__":
    main()
