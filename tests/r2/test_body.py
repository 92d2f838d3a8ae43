#!/usr/bin/python3
"""Bodies in chunks, signed and unsigned, and the digests beside them."""
import base64
import hashlib
import re
import zlib

from signer import AS_PARENT, NOTHING, Signer, ask, hexmac, mint, send
from support import main, tap


class Chunked:
    """An aws-chunked upload, signed chunk by chunk or not at all."""

    def __init__(self, endpoint, who, kind, content, trailer=()):
        self.endpoint, self.content = endpoint, content
        self.signed = "HMAC" in kind
        self.trailer = list(trailer)
        headers = {"content-encoding": "aws-chunked",
                   "x-amz-decoded-content-length": str(len(content))}
        if self.trailer:
            headers["x-amz-trailer"] = self.trailer[0][0]
        self.signer = Signer(endpoint, who, "PUT", "/my-bucket/chunked", (),
                             headers, kind)
        self.target, self.headers = self.signer.in_header()

    def next(self, kind, *lines):
        signer = self.signer
        signer.signature = hexmac(
            signer.key, f"AWS4-HMAC-SHA256-{kind}", signer.amz_date,
            signer.scope, signer.signature, *lines)
        return signer.signature

    def body(self, size=4):
        content, pieces = self.content, []
        chunks = [content[at:at + size]
                  for at in range(0, len(content), size)] + [b""]
        for chunk in chunks:
            line = f"{len(chunk):x}"
            if self.signed:
                line += ";chunk-signature=" + self.next(
                    "PAYLOAD", NOTHING, hashlib.sha256(chunk).hexdigest())
            pieces.append(line.encode() + b"\r\n" + chunk
                          + (b"\r\n" if chunk else b""))
        lines = list(self.trailer)
        if self.signed and lines:
            text = "".join(f"{name}:{value}\n" for name, value in lines)
            lines.append(("x-amz-trailer-signature", self.next(
                "TRAILER", hashlib.sha256(text.encode()).hexdigest())))
        for name, value in lines:
            pieces.append(f"{name}:{value}\r\n".encode())
        return b"".join(pieces) + b"\r\n"

    def send(self, body):
        self.endpoint.store.delete("my-bucket", "chunked")
        answer = send(self.endpoint, "PUT", self.target, self.headers, body)
        return (answer.status, answer.entry.reason,
                self.endpoint.get("my-bucket", "chunked"))


def test_chunked(endpoint):
    content = b"ten bytes!"
    crc = base64.b64encode(zlib.crc32(content).to_bytes(4, "big")).decode()
    trailer = [("x-amz-checksum-crc32", crc)]
    signed = "STREAMING-AWS4-HMAC-SHA256-PAYLOAD"
    who = mint(endpoint)
    for kind, lines in ((signed, []), (signed + "-TRAILER", trailer),
                        ("STREAMING-UNSIGNED-PAYLOAD-TRAILER", trailer)):
        chunked = Chunked(endpoint, who, kind, content, lines)
        tap.same(chunked.send(chunked.body()), (200, "", content),
                 f"chunked: {kind}")
        wrong = Chunked(endpoint, who, kind, content,
                        [(name, "AAAAAA==") for name, _ in lines])
        if lines:
            tap.same(wrong.send(wrong.body()),
                     (400, "x-amz-checksum-crc32 is another", None),
                     f"chunked: {kind}, another checksum")
    chunked = Chunked(endpoint, who, signed, content)
    body = chunked.body()
    tap.same(chunked.send(body.replace(b"ten ", b"TEN ")),
             (403, "aws-chunked: a chunk's signature", None),
             "chunked: a chunk changed")
    tap.same(chunked.send(re.sub(rb";chunk-signature=\w+", b"", body)),
             (403, "aws-chunked: a chunk's signature", None),
             "chunked: signatures left out")
    tap.same(chunked.send(body[:-60]),
             (400, "aws-chunked: a line without end", None),
             "chunked: cut short")
    chunked = Chunked(endpoint, who, signed + "-TRAILER", content, trailer)
    body = chunked.body()
    tap.same(chunked.send(body.replace(b"crc32:", b"crc32c:")),
             (403, "aws-chunked: the trailer's signature", None),
             "chunked: the trailer changed")
    chunked = Chunked(endpoint, who, signed, content)
    chunked.content = b"shorter"
    tap.same(chunked.send(chunked.body()),
             (400, "x-amz-decoded-content-length is another", None),
             "chunked: another length")


def test_checksums(endpoint):
    """Digests a client may send beside the payload's."""
    for name, value in (
            ("content-md5", base64.b64encode(hashlib.md5(b"x").digest())),
            ("x-amz-checksum-sha256",
             base64.b64encode(hashlib.sha256(b"x").digest())),
            ("x-amz-checksum-sha1",
             base64.b64encode(hashlib.sha1(b"x").digest()))):
        for body, status in ((b"x", 200), (b"y", 400)):
            tap.same(ask(endpoint, AS_PARENT, "PUT", "/my-bucket/sum",
                         body=body, headers={name: value.decode()}).status,
                     status, f"checksum: {name} of {body!r}")


if __name__ == "__main__":
    main()
