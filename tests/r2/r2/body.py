"""The body of a request: aws-chunked is decoded, digests are checked."""
import base64
import hashlib
import hmac
import re
import zlib

from .errors import need
from .sigv4 import STREAMING, UNSIGNED, sign_chunk, sign_trailer

CHECKSUMS = {
    "x-amz-checksum-crc32":
        lambda data: zlib.crc32(data).to_bytes(4, "big"),
    "x-amz-checksum-sha1": lambda data: hashlib.sha1(data).digest(),
    "x-amz-checksum-sha256": lambda data: hashlib.sha256(data).digest(),
    "content-md5": lambda data: hashlib.md5(data).digest(),
}


def take_line(data, at):
    end = data.find(b"\r\n", at)
    need(end >= 0, "IncompleteBody", "aws-chunked: a line without end")
    return data[at:end], end + 2


def decode_chunked(data, signature):
    """The content of an aws-chunked body, and its trailer's lines."""
    chunks_signed, has_trailer = STREAMING[signature.payload]
    previous, content, at, size = signature.value, [], 0, None
    while size != 0:
        line, at = take_line(data, at)
        match = re.fullmatch(
            rb"([0-9A-Fa-f]{1,8})(?:;chunk-signature=([0-9a-f]{64}))?", line)
        need(match, "InvalidArgument", "aws-chunked: malformed chunk")
        size = int(match[1], 16)
        chunk = data[at:at + size]
        need(len(chunk) == size, "IncompleteBody", "aws-chunked: cut short")
        at += size
        if chunks_signed:
            good = sign_chunk(signature.key, signature.amz_date,
                              signature.scope, previous, chunk)
            need(match[2] and hmac.compare_digest(good.encode(), match[2]),
                 "SignatureDoesNotMatch", "aws-chunked: a chunk's signature")
            previous = good
        if size:
            line, at = take_line(data, at)
            need(line == b"", "InvalidArgument", "aws-chunked: overlong")
        content.append(chunk)
    trailer = decode_trailer(data[at:], has_trailer)
    if chunks_signed and has_trailer:
        check_trailer(trailer, signature, previous)
    return b"".join(content), trailer


def decode_trailer(data, expected):
    """[(lower-case name, value)] of the lines after the last chunk."""
    lines = [line for line in data.split(b"\r\n") if line]
    need(expected or not lines, "InvalidArgument",
         "aws-chunked: a trailer that was not announced")
    trailer = []
    for line in lines:
        name, colon, value = line.partition(b":")
        need(colon, "InvalidArgument", "aws-chunked: malformed trailer")
        trailer.append((name.strip().lower(), value.strip()))
    return trailer


def check_trailer(trailer, signature, previous):
    text = b"".join(name + b":" + value + b"\n" for name, value in trailer
                    if name != b"x-amz-trailer-signature")
    good = sign_trailer(signature.key, signature.amz_date, signature.scope,
                        previous, text)
    sent = dict(trailer).get(b"x-amz-trailer-signature", b"")
    need(hmac.compare_digest(good.encode(), sent),
         "SignatureDoesNotMatch", "aws-chunked: the trailer's signature")


def check_checksums(content, fields):
    for name, value in fields:
        digest = CHECKSUMS.get(name.decode("latin-1"))
        need(digest is None
             or base64.b64encode(digest(content)) == value,
             "BadDigest", f"{name.decode('latin-1')} is another")


def read_content(request, signature):
    """The body as it is to be stored, proved to be the one signed."""
    data = request.read_body()
    trailer = []
    if signature.payload in STREAMING:
        data, trailer = decode_chunked(data, signature)
        need(request.header("x-amz-decoded-content-length")
             == str(len(data)), "IncompleteBody",
             "x-amz-decoded-content-length is another")
    elif signature.payload != UNSIGNED:
        need(hashlib.sha256(data).hexdigest() == signature.payload,
             "XAmzContentSHA256Mismatch", "the body has another digest")
    check_checksums(data, request.headers + trailer)
    return data
