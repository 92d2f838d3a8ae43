"""The actions of an upload in parts."""
import hashlib
import re

from .answers import Response, iso_time, parse_xml, xml_response
from .errors import need
from .listing import list_encoder
from .objects import copy_source, stored_headers
from .store import Object


def create_upload(store, call):
    call.content()
    name = store.begin_upload(call.bucket, call.key,
                              stored_headers(call.request))
    return xml_response("InitiateMultipartUploadResult", [
        ("Bucket", call.bucket), ("Key", call.key), ("UploadId", name)])


def this_upload(store, call):
    return store.upload(call.bucket, call.key,
                        call.request.param("uploadId"))


def store_part(store, call, body):
    text = call.request.param("partNumber")
    need(re.fullmatch(r"[0-9]{1,5}", text) and 1 <= int(text) <= 10000,
         "InvalidArgument", "partNumber is not 1 to 10000")
    part = Object(call.key, hashlib.md5(body).hexdigest(), len(body),
                  int(call.now), {}, body)
    this_upload(store, call).parts[int(text)] = part
    return part


def upload_part(store, call):
    this_upload(store, call)
    part = store_part(store, call, call.content())
    return Response(200, [("ETag", f'"{part.etag}"')])


def upload_part_copy(store, call):
    this_upload(store, call)
    body = copy_source(store, call).read()
    text = call.request.header("x-amz-copy-source-range")
    if text is not None:
        match = re.fullmatch(r"bytes=([0-9]+)-([0-9]+)", text)
        need(match and int(match[1]) <= int(match[2]) < len(body),
             "InvalidArgument", "x-amz-copy-source-range")
        body = body[int(match[1]):int(match[2]) + 1]
    call.content()
    part = store_part(store, call, body)
    return xml_response("CopyPartResult", [
        ("ETag", f'"{part.etag}"'),
        ("LastModified", iso_time(part.modified))])


def complete_upload(store, call):
    tree = parse_xml(call.content(), "CompleteMultipartUpload")
    chosen = []
    for part in tree.findall("Part"):
        number = part.findtext("PartNumber") or ""
        need(re.fullmatch(r"[0-9]{1,5}", number), "MalformedXML",
             "a part without number")
        chosen.append((int(number), part.findtext("ETag") or ""))
    stored = store.complete_upload(call.bucket, call.key,
                                   call.request.param("uploadId"), chosen,
                                   call.now)
    return xml_response("CompleteMultipartUploadResult", [
        ("Location", f"/{call.bucket}/{call.key}"),
        ("Bucket", call.bucket), ("Key", call.key),
        ("ETag", f'"{stored.etag}"')])


def abort_upload(store, call):
    this_upload(store, call)
    store.uploads.pop(call.request.param("uploadId"), None)
    return Response(204)


def list_parts(store, call):
    upload = this_upload(store, call)
    return xml_response("ListPartsResult", [
        ("Bucket", call.bucket), ("Key", call.key),
        ("UploadId", call.request.param("uploadId")),
        ("MaxParts", 10000), ("IsTruncated", "false")] + [
            ("Part", [("PartNumber", number),
                      ("LastModified", iso_time(part.modified)),
                      ("ETag", f'"{part.etag}"'), ("Size", part.size)])
            for number, part in sorted(upload.parts.items())])


def list_uploads(store, call):
    store.bucket(call.bucket)
    encode = list_encoder(call.request)
    return xml_response("ListMultipartUploadsResult", [
        ("Bucket", call.bucket), ("Prefix", encode(call.prefix)),
        ("MaxUploads", 1000), ("IsTruncated", "false")] + [
            ("Upload", [("Key", encode(upload.key)), ("UploadId", name)])
            for name, upload in sorted(store.uploads.items())
            if upload.bucket == call.bucket
            and upload.key.startswith(call.prefix)])
