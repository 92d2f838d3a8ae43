"""The actions on one object: get, put, copy, delete; and DeleteObjects.

An action is a function of the store and the call; it returns a Response or
raises Refused. routes.py names the request that each is for.
"""
import email.utils
import re

from .answers import Response, http_time, iso_time, parse_xml, xml_response
from .errors import Refused, need
from .names import check_key, parse_bucket, parse_key

STORED_HEADERS = ("content-type", "cache-control", "content-disposition",
                  "content-encoding", "content-language", "expires")
OVERRIDES = {"response-" + name: name for name in STORED_HEADERS}


def stored_headers(request):
    """The headers of an upload that are given back with the object."""
    headers = {}
    for raw_name, raw_value in request.headers:
        name, value = raw_name.decode("latin-1"), raw_value.decode("latin-1")
        if name == "content-encoding":
            value = ",".join(part.strip() for part in value.split(",")
                             if part.strip() != "aws-chunked")
        if name in STORED_HEADERS or name.startswith("x-amz-meta-"):
            if value:
                headers[name] = value
    headers.setdefault("content-type", "application/octet-stream")
    return headers


def has_etag(text, etag):
    """Whether an If-Match or If-None-Match list names this tag."""
    tags = [tag.strip().removeprefix("W/").strip('"')
            for tag in text.split(",")]
    return "*" in tags or etag in tags


def http_date(text):
    try:
        return email.utils.parsedate_to_datetime(text).timestamp()
    except (TypeError, ValueError):
        return None


def not_modified(request, found):
    """RFC 9110's preconditions: refuses, or tells whether to answer 304."""
    match = request.header("if-match")
    since = http_date(request.header("if-unmodified-since"))
    if match is not None:
        need(has_etag(match, found.etag), "PreconditionFailed", "If-Match")
    elif since is not None:
        need(found.modified <= since, "PreconditionFailed",
             "If-Unmodified-Since")
    match = request.header("if-none-match")
    since = http_date(request.header("if-modified-since"))
    if match is not None:
        return has_etag(match, found.etag)
    return since is not None and found.modified <= since


def is_still(condition, found):
    """Whether an If-Range, if there is one, names the object as it is: by its
    tag, or by the very date that it was modified."""
    if condition is None or condition == f'"{found.etag}"':
        return True
    return http_date(condition) == found.modified


def wanted_range(request, found):
    """(first, last) of a Range that applies, or None."""
    text = request.header("range")
    match = re.fullmatch(r"bytes=([0-9]*)-([0-9]*)", text or "")
    if not match or not (match[1] or match[2]):
        return None
    if not is_still(request.header("if-range"), found):
        return None
    last = found.size - 1
    if not match[1]:
        first = max(0, found.size - int(match[2]))
        usable = int(match[2]) > 0 and found.size > 0
    else:
        first = int(match[1])
        usable = first <= last
        if match[2]:
            need(int(match[2]) >= first, "InvalidRange", "backwards")
            last = min(last, int(match[2]))
    need(usable, "InvalidRange", "outside the object",
         [("Content-Range", f"bytes */{found.size}")])
    return first, last


def override_headers(request):
    """The response-* parameters of a GET or HEAD."""
    headers = {}
    for param, name in OVERRIDES.items():
        value = request.param(param)
        if value is not None:
            need(not re.search("[\x00-\x08\x0a-\x1f\x7f]", value),
                 "InvalidArgument", f"{param}: a control character")
            headers[name] = value.encode("utf-8").decode("latin-1")
    return headers


def object_headers(request, found):
    headers = {**found.headers, **override_headers(request)}
    return list(headers.items()) + [
        ("ETag", f'"{found.etag}"'),
        ("Last-Modified", http_time(found.modified)),
        ("Accept-Ranges", "bytes")]


def get_object(store, call):
    found = store.find(call.bucket, call.key)
    headers = object_headers(call.request, found)
    if not_modified(call.request, found):
        return Response(304, headers)
    part = wanted_range(call.request, found)
    status, body, length = 200, b"", found.size
    if part is not None:
        status, length = 206, part[1] - part[0] + 1
        headers.append(("Content-Range",
                        f"bytes {part[0]}-{part[1]}/{found.size}"))
    if call.request.method != "HEAD":
        body = found.read()
        body = body if part is None else body[part[0]:part[1] + 1]
    return Response(status, headers, body, length)


def put_object(store, call):
    request = call.request
    if request.header("if-none-match") is not None:
        found = store.bucket(call.bucket).get(call.key)
        need(found is None
             or not has_etag(request.header("if-none-match"), found.etag),
             "PreconditionFailed", "If-None-Match")
    stored = store.put(call.bucket, call.key, call.content(),
                       stored_headers(request), call.now)
    return Response(200, [("ETag", f'"{stored.etag}"')])


def copy_source(store, call):
    """The object x-amz-copy-source names, if the signer may read it."""
    text = call.request.header("x-amz-copy-source")
    path, _, version = text.partition("?")
    need(not version, "NotImplemented", "versions")
    bucket, _, key = path.lstrip("/").partition("/")
    bucket, key = parse_bucket(bucket), parse_key(key)
    call.identity.check("GetObject", bucket, key)
    return store.find(bucket, key)


def copy_object(store, call):
    source = copy_source(store, call)
    call.content()
    headers = source.headers
    if call.request.header("x-amz-metadata-directive") == "REPLACE":
        headers = stored_headers(call.request)
    stored = store.put(call.bucket, call.key, source.read(), headers,
                       call.now)
    return xml_response("CopyObjectResult", [
        ("ETag", f'"{stored.etag}"'),
        ("LastModified", iso_time(stored.modified))])


def delete_object(store, call):
    store.delete(call.bucket, call.key)
    return Response(204)


def delete_objects(store, call):
    tree = parse_xml(call.content(), "Delete")
    quiet = tree.findtext("Quiet") == "true"
    result = []
    for element in tree.findall("Object"):
        name = element.findtext("Key") or ""
        try:
            key = check_key(name)
            call.identity.check("DeleteObjects", call.bucket, key)
            store.delete(call.bucket, key)
        except Refused as refused:
            result.append(("Error", [("Key", name), ("Code", refused.code),
                                     ("Message", refused.reason)]))
            continue
        if not quiet:
            result.append(("Deleted", [("Key", name)]))
    return xml_response("DeleteResult", result)
