#!/usr/bin/python3
"""What a credential reaches: scopes, actions, its bucket, its paths."""
import re

from programs import client
from signer import (ADMIN, ADMIN_SECRET, AS_PARENT, Credential, ask, mint,
                    mint_actions)
from support import main, tap

DELETE_XML = b"<Delete><Object><Key>gone</Key></Object></Delete>"
FULL = {"x-amz-copy-source": "/my-bucket/a.txt"}
# action: method, path, query, headers, body; none of them harms a.txt
REQUESTS = {
    "HeadObject": ("HEAD", "/my-bucket/a.txt", (), {}, b""),
    "GetObject": ("GET", "/my-bucket/a.txt", (), {}, b""),
    "GetBucketLocation": ("GET", "/my-bucket", [("location", "")], {}, b""),
    "ListObjectsV1": ("GET", "/my-bucket", (), {}, b""),
    "ListObjectsV2": ("GET", "/my-bucket", [("list-type", "2")], {}, b""),
    "ListMultipartUploads": ("GET", "/my-bucket", [("uploads", "")], {},
                             b""),
    "ListParts": ("GET", "/my-bucket/m", [("uploadId", "none")], {}, b""),
    "PutObject": ("PUT", "/my-bucket/w", (), {}, b"w"),
    "DeleteObject": ("DELETE", "/my-bucket/gone", (), {}, b""),
    "DeleteObjects": ("POST", "/my-bucket", [("delete", "")], {},
                      DELETE_XML),
    "CopyObject": ("PUT", "/my-bucket/w", (), FULL, b""),
    "CreateMultipartUpload": ("POST", "/my-bucket/m", [("uploads", "")], {},
                              b""),
    "UploadPart": ("PUT", "/my-bucket/m",
                   [("partNumber", "1"), ("uploadId", "none")], {}, b"p"),
    "UploadPartCopy": ("PUT", "/my-bucket/m",
                       [("partNumber", "1"), ("uploadId", "none")], FULL,
                       b""),
    "AbortMultipartUpload": ("DELETE", "/my-bucket/m",
                             [("uploadId", "none")], {}, b""),
    "CompleteMultipartUpload": ("POST", "/my-bucket/m",
                                [("uploadId", "none")], {}, b"<x/>"),
}
READ = ["HeadObject", "GetObject", "GetBucketLocation", "ListObjectsV1",
        "ListObjectsV2", "ListMultipartUploads", "ListParts"]


def let_in(endpoint, who):
    """The actions this credential is not denied."""
    allowed = []
    for action, (method, path, query, headers, body) in REQUESTS.items():
        answer = ask(endpoint, who, method, path, query, body,
                     headers=headers)
        assert answer.status != 501, answer.verdict
        if answer.status not in (401, 403):
            allowed.append(action)
        elif answer.entry.code != "AccessDenied":
            raise AssertionError(answer.verdict)
    return allowed


def test_scopes(endpoint):
    for scope in ("object-read-only", "admin-read-only"):
        tap.same(let_in(endpoint, mint(endpoint, {"scope": scope})), READ,
                 f"scope: {scope}")
    for scope in ("object-read-write", "admin-read-write"):
        tap.same(let_in(endpoint, mint(endpoint, {"scope": scope})),
                 list(REQUESTS), f"scope: {scope}")
    tap.same(let_in(endpoint, AS_PARENT), list(REQUESTS),
             "scope: the parent itself")


def test_actions(endpoint):
    """Each action alone lets in its own request and no other."""
    for action in REQUESTS:
        tap.same(let_in(endpoint, mint_actions(endpoint, action)), [action]
                 if not action == "CopyObject" else [],
                 f"actions: {action}")
    tap.same(let_in(endpoint, mint_actions(endpoint, "CopyObject",
                                           "GetObject")),
             ["GetObject", "CopyObject"],
             "actions: a copy needs to read its source")
    name = client(endpoint, AS_PARENT).create_multipart_upload(
        Bucket="my-bucket", Key="m")["UploadId"]
    for actions, status in ((["UploadPartCopy"], 403),
                            (["UploadPartCopy", "GetObject"], 200)):
        answer = ask(endpoint, mint_actions(endpoint, *actions), "PUT",
                     "/my-bucket/m", [("partNumber", "1"),
                                      ("uploadId", name)], headers=FULL)
        tap.same(answer.status, status, f"actions: {' '.join(actions)}")


def test_administration(endpoint):
    """Buckets are an administrator's; one of them is all a child sees."""
    admin = Credential(ADMIN, ADMIN_SECRET)
    child = mint(endpoint, {"scope": "admin-read-only"}, (), ADMIN,
                 ADMIN_SECRET)
    tap.same(ask(endpoint, admin, "PUT", "/new-bucket").status, 200,
             "admin: creates a bucket")
    answer = ask(endpoint, admin, "GET", "/")
    tap.same(re.findall(rb"<Name>(.*?)</Name>", answer.body),
             [b"my-bucket", b"new-bucket", b"other-bucket"],
             "admin: lists buckets")
    answer = ask(endpoint, child, "GET", "/")
    tap.same(re.findall(rb"<Name>(.*?)</Name>", answer.body),
             [b"my-bucket"], "admin: a child sees its own bucket")
    tap.same(ask(endpoint, child, "DELETE", "/my-bucket").verdict,
             (403, "DeleteBucket is not granted"), "admin: a reading child")
    tap.same(ask(endpoint, admin, "DELETE", "/new-bucket").status, 204,
             "admin: deletes a bucket")
    tap.same(ask(endpoint, mint(endpoint), "GET", "/").verdict,
             (403, "ListBuckets is not granted"), "admin: nobody else")


def test_bucket(endpoint):
    """The bucket of the claim and no other."""
    who = mint(endpoint)
    outside = (403, "the bucket is not this credential's")
    for method, path in (("GET", "/other-bucket/a.txt"),
                         ("HEAD", "/other-bucket/a.txt"),
                         ("PUT", "/other-bucket/a.txt"),
                         ("DELETE", "/other-bucket/a.txt"),
                         ("GET", "/other-bucket"),
                         ("HEAD", "/other-bucket"),
                         ("GET", "/no-such-bucket/a.txt")):
        tap.same(ask(endpoint, who, method, path).verdict, outside,
                 f"other bucket: {method} {path}")
    source = {"x-amz-copy-source": "other-bucket/a.txt"}
    tap.same(ask(endpoint, who, "PUT", "/my-bucket/c", headers=source)
             .verdict, outside, "other bucket: as the source of a copy")
    narrow = mint_actions(endpoint, "PutObject",
                          paths={"objectPaths": ["x"]})
    tap.same(ask(endpoint, narrow, "HEAD", "/my-bucket").status, 200,
             "HeadBucket for any credential of the bucket")


def test_paths(endpoint):
    """Exactly these objects, and what begins with these prefixes."""
    endpoint.put("my-bucket", "docs/one", b"1")
    who = mint(endpoint, {"paths": {"prefixPaths": ["docs/"],
                                    "objectPaths": ["a.txt"]}})
    outside = (403, "the key is outside the credential's paths")
    for key, verdict in (("a.txt", (200, "")), ("docs/one", (200, "")),
                         ("docs/two", (404, "no such key")),
                         ("a.txt.bak", outside), ("a.tx", outside),
                         ("A.txt", outside), ("a.txt/b", outside),
                         ("docs", outside), ("docsx", outside),
                         ("x/docs/one", outside), ("/a.txt", outside),
                         ("docs//../../a", (404, "no such key"))):
        tap.same(ask(endpoint, who, "GET", "/my-bucket/" + key).verdict,
                 verdict, f"paths: GET {key}")
    for method in ("HEAD", "PUT", "DELETE"):
        tap.same(ask(endpoint, who, method, "/my-bucket/b.txt").verdict,
                 outside, f"paths: {method} of another key")
    for source, key, verdict in (("a.txt", "docs/c", (200, "")),
                                 ("b.txt", "docs/c", outside),
                                 ("a.txt", "c", outside)):
        headers = {"x-amz-copy-source": f"/my-bucket/{source}"}
        tap.same(ask(endpoint, who, "PUT", f"/my-bucket/{key}",
                     headers=headers).verdict, verdict,
                 f"paths: copy of {source} to {key}")
    composed = mint(endpoint, {"paths": {"objectPaths": ["caf\u00e9"]}})
    tap.same(ask(endpoint, composed, "PUT", "/my-bucket/cafe%CC%81").status,
             200, "paths: the same key in another Unicode form")


def test_paths_listing(endpoint):
    who = mint(endpoint, {"paths": {"prefixPaths": ["docs/"],
                                    "objectPaths": ["a.txt"]}})
    outside = (403, "the prefix is outside the credential's paths")
    for kind, query in (("V2", [("list-type", "2")]), ("V1", []),
                        ("uploads", [("uploads", "")])):
        for prefix, verdict in (("docs/", (200, "")), ("docs/o", (200, "")),
                                (None, outside), ("", outside),
                                ("docs", outside), ("a.txt", outside)):
            extra = [] if prefix is None else [("prefix", prefix)]
            tap.same(ask(endpoint, who, "GET", "/my-bucket", query + extra)
                     .verdict, verdict,
                     f"paths: list {kind} with prefix {prefix}")


def test_paths_delete_objects(endpoint):
    who = mint(endpoint, {"paths": {"prefixPaths": ["d/"]}})
    for key in ("d/1", "d/2", "e/1"):
        endpoint.put("my-bucket", key, b"x")
    answer = client(endpoint, who).delete_objects(
        Bucket="my-bucket",
        Delete={"Objects": [{"Key": "d/1"}, {"Key": "e/1"}]})
    tap.same(([item["Key"] for item in answer["Deleted"]],
              [(item["Key"], item["Code"]) for item in answer["Errors"]],
              [endpoint.get("my-bucket", key)
               for key in ("d/1", "d/2", "e/1")]),
             (["d/1"], [("e/1", "AccessDenied")], [None, b"x", b"x"]),
             "paths: DeleteObjects takes only the keys within")


if __name__ == "__main__":
    main()
