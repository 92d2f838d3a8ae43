#!/usr/bin/python3
"""Uploads in parts."""
import botocore.exceptions

from programs import boto_status, client
from signer import mint
from support import main, tap


def test_multipart(endpoint):
    """Parts: their order, their tags, their size, an end without them."""
    s3 = client(endpoint, mint(endpoint))
    where = {"Bucket": "my-bucket", "Key": "parts"}
    name = s3.create_multipart_upload(**where)["UploadId"]
    where["UploadId"] = name
    tags = [s3.upload_part(PartNumber=number, Body=b"small",
                           **where)["ETag"] for number in (1, 2)]
    parts = [{"PartNumber": number, "ETag": tag}
             for number, tag in zip((1, 2), tags)]
    tap.same([part["PartNumber"]
              for part in s3.list_parts(**where)["Parts"]], [1, 2],
             "parts: listed")
    tap.same([upload["Key"] for upload in s3.list_multipart_uploads(
        Bucket="my-bucket", Prefix="parts")["Uploads"]], ["parts"],
        "parts: the upload listed")
    for wrong, code in (
            (parts, "EntityTooSmall"), (parts[::-1], "InvalidPartOrder"),
            ([{"PartNumber": 1, "ETag": '"0"'}], "InvalidPart"),
            ([{"PartNumber": 3, "ETag": tags[0]}], "InvalidPart")):
        try:
            s3.complete_multipart_upload(
                MultipartUpload={"Parts": wrong}, **where)
            got = "no error"
        except botocore.exceptions.ClientError as error:
            got = error.response["Error"]["Code"]
        tap.same(got, code, f"parts: {code}")
    s3.abort_multipart_upload(**where)
    tap.same(boto_status(s3.list_parts, **where), 404, "parts: aborted")


if __name__ == "__main__":
    main()
