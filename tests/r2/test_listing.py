#!/usr/bin/python3
"""Lists of objects, page by page, as boto3 reads them."""
import hashlib

from programs import client
from signer import ADMIN, ADMIN_SECRET, Credential
from support import main, tap


def test_listing(endpoint):
    keys = ["a&<b>", "a/1", "a/2", "a/é", "b", "c/x/1", "c/x/2", "d d+"]
    for key in keys:
        endpoint.put("list-bucket", key, b"12")
    s3 = client(endpoint, Credential(ADMIN, ADMIN_SECRET))
    for name in ("list_objects", "list_objects_v2"):
        for size in (1, 3, 1000):
            pages = list(s3.get_paginator(name).paginate(
                Bucket="list-bucket", PaginationConfig={"PageSize": size}))
            found = [item["Key"] for page in pages
                     for item in page.get("Contents", [])]
            tap.same(found, sorted(keys, key=str.encode),
                     f"{name}: {size} a page")
            pages = list(s3.get_paginator(name).paginate(
                Bucket="list-bucket", Delimiter="/",
                PaginationConfig={"PageSize": size}))
            found = ([item["Key"] for page in pages
                      for item in page.get("Contents", [])],
                     [item["Prefix"] for page in pages
                      for item in page.get("CommonPrefixes", [])])
            tap.same(found, (["a&<b>", "b", "d d+"], ["a/", "c/"]),
                     f"{name}: folders, {size} a page")
    answer = s3.list_objects_v2(Bucket="list-bucket", Prefix="c/x/",
                                StartAfter="c/x/1")
    tap.same([(item["Key"], item["Size"], item["ETag"])
              for item in answer["Contents"]],
             [("c/x/2", 2, f'"{hashlib.md5(b"12").hexdigest()}"')],
             "list_objects_v2: prefix and start-after")


if __name__ == "__main__":
    main()
