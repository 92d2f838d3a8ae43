"""Lists of the objects in a bucket: both versions, page by page."""
import base64
import re

from .answers import iso_time, xml_response, yes_no
from .errors import Refused, need
from .sigv4 import uri_encode


def list_page(keys, prefix, delimiter, after, limit):
    """One page of names after `after`: [(name, is a common prefix)].

    Also tells whether more follow.  keys are sorted; a common prefix stands
    for all the keys that begin with it.
    """
    page = []
    for key in keys:
        if not key.startswith(prefix):
            continue
        cut = key.find(delimiter, len(prefix)) if delimiter else -1
        name = key if cut < 0 else key[:cut + len(delimiter)]
        if name.encode() <= after.encode():
            continue
        if page and page[-1] == (name, True):
            continue
        if len(page) >= limit:
            return page, True
        page.append((name, cut >= 0))
    return page, False


def list_number(request, name):
    text = request.param(name)
    if text is None:
        return 1000
    need(re.fullmatch(r"[0-9]{1,9}", text), "InvalidArgument",
         f"{name} is no number")
    return min(int(text), 1000)


def list_encoder(request):
    """How keys are written in this listing."""
    kind = request.param("encoding-type")
    need(kind in (None, "url"), "InvalidArgument", "unknown encoding-type")
    if kind == "url":
        return lambda text: uri_encode(text.encode(), safe="/")
    return str


def list_entries(store, call, page, encode):
    entries = []
    for name, is_prefix in page:
        if is_prefix:
            entries.append(("CommonPrefixes", [("Prefix", encode(name))]))
            continue
        found = store.bucket(call.bucket).get(name)
        if found is not None:
            entries.append(("Contents", [
                ("Key", encode(name)),
                ("LastModified", iso_time(found.modified)),
                ("ETag", f'"{found.etag}"'), ("Size", found.size),
                ("StorageClass", "STANDARD")]))
    return entries


def list_objects(store, call, after, head, next_name):
    """What both versions of the listing share.

    head: elements of one version alone; next_name: how it names the place
    to go on from, and how that is written.
    """
    request = call.request
    encode = list_encoder(request)
    delimiter = request.param("delimiter") or ""
    limit = list_number(request, "max-keys")
    page, more = [], False
    if limit:
        page, more = list_page(store.keys(call.bucket), call.prefix,
                               delimiter, after, limit)
    result = [("Name", call.bucket), ("Prefix", encode(call.prefix)),
              ("MaxKeys", limit), ("IsTruncated", yes_no(more))] + head
    if delimiter:
        result.append(("Delimiter", encode(delimiter)))
    if request.param("encoding-type"):
        result.append(("EncodingType", "url"))
    if more:
        name, write = next_name
        result.append((name, write(page[-1][0])))
    result += list_entries(store, call, page, encode)
    return xml_response("ListBucketResult", result)


def list_objects_v1(store, call):
    marker = call.request.param("marker") or ""
    encode = list_encoder(call.request)
    return list_objects(store, call, marker, [("Marker", encode(marker))],
                        ("NextMarker", encode))


def list_objects_v2(store, call):
    request = call.request
    need(request.param("list-type") == "2", "InvalidArgument",
         "unknown list-type")
    after = request.param("start-after") or ""
    token = request.param("continuation-token")
    if token is not None:
        try:
            after = base64.b64decode(token, validate=True).decode("utf-8")
        except ValueError:
            raise Refused("InvalidArgument",
                          "unknown continuation-token") from None
    return list_objects(
        store, call, after, [],
        ("NextContinuationToken",
         lambda name: base64.b64encode(name.encode()).decode()))
