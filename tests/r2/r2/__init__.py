"""A small S3 endpoint that judges R2 temporary credentials.

It follows R2's published rules for credentials signed locally and the AWS
documentation of Signature Version 4, and shares no code with the program it
judges.  It is strict where R2's behaviour is not known: what it accepts, R2
should accept as well; what it refuses, R2 may accept or refuse.

In a test, with tests/r2 in sys.path:

    import r2
    endpoint = r2.R2({"<access key id>": {
        "secret": "<64 hex>", "account": "<32 hex>",
        "permission": "object-read-write", "buckets": ["my-bucket"]}})
    endpoint.start()
    endpoint.url              # http://127.0.0.1:PORT
    endpoint.host             # 127.0.0.1:PORT, what `aud` has to be
    endpoint.put("my-bucket", "a/b.txt", b"text")   # no signature needed
    endpoint.get("my-bucket", "a/b.txt")            # bytes, or None
    endpoint.log              # (method, bucket, key, status, code), ...
    endpoint.log[-1].reason   # in words, and .action: what was asked for
    endpoint.log[-1].sent     # the headers: {"authorization": "Basic ...", ...}
                              # and .query: {"X-Amz-Date": "2026...", ...}
    endpoint.clock_offset     # seconds added to the clock, to let time pass
    endpoint.parents          # a parent taken out takes its children along
    endpoint.stop()

From a shell (the first line of output is the URL; ends on SIGTERM, SIGINT):

    cd tests/r2
    python3 -m r2 --port 0 --parents parents.json [--data DIR]
                  [--host NAME[:PORT]] [--log FILE] [--clock-offset SECONDS]

parents.json is the table above as JSON.  A parent without "buckets" may use
any bucket; the buckets named exist from the start.  --data keeps objects in
files, which a later run finds again.  --host is the name clients use when it
is not the address listened on; it is the `aud` asked for.  --log gets a line
of JSON per request.

The modules, each of which uses only those before it:

    errors      the error codes, and need() that raises one
    names       buckets and keys
    identity    who signed, and what they may do
    token       session tokens
    sigv4       signatures of texts and of requests
    body        aws-chunked bodies and checksums
    store       objects, in memory or in a directory
    answers     responses, XML
    objects     actions on an object
    buckets     actions on a bucket
    listing     lists of objects
    multipart   uploads in parts
    routes      the table of actions
    connection  HTTP
    server      class R2
    __main__    the command

Choices where R2's documentation is silent:
- Refusals: 401 Unauthorized, the credential itself is not valid; 400
  ExpiredRequest, it (or the link) is too old; 403 SignatureDoesNotMatch; 403
  AccessDenied, a valid credential that does not cover this; 400
  InvalidArgument, a malformed request, and one with an Authorization header
  beside X-Amz-* parameters, whatever is in the header.
- The path must arrive percent-encoded exactly as SigV4 wants it: encoded
  once, upper-case hex, unreserved characters and "/" bare.
- All x-amz-* headers sent must be signed, as at AWS.
- A presigned request's payload hash is the value of its (signed)
  x-amz-content-sha256 header, or UNSIGNED-PAYLOAD where there is none.
- Keys are kept in Unicode NFC, and compared with paths in NFC on both sides.
- A credential with paths lists only with a `prefix` that lies within one of
  its prefixPaths; objectPaths let nobody list.
- iat may lie 60 seconds ahead, x-amz-date 15 minutes either way.
"""
from .answers import http_time
from .connection import Connection
from .server import R2
from .sigv4 import (UNSIGNED, canonical_path, canonical_query,
                    canonical_request, parse_amz_date, sign_chunk,
                    sign_request, signing_key, split_query)

__all__ = [
    "R2", "Connection", "http_time", "UNSIGNED", "canonical_path",
    "canonical_query", "canonical_request", "parse_amz_date", "sign_chunk",
    "sign_request", "signing_key", "split_query",
]
