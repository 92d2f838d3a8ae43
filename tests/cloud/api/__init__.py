"""A small HTTPS server that speaks the envelope of Cloudflare's API.

It knows the routes that temporary credentials and API tokens need, signs with
PyJWT, and misbehaves as it is told:

    import api
    cloud = api.Api(folder, token="...", parents={"<access key id>": "<secret>"},
                    host="<what aud is to be>")
    cloud.start()
    cloud.url           # https://127.0.0.1:PORT/client/v4
    cloud.ca            # a file with the certificate, made on the spot
    cloud.latency = 0.1 # seconds before each answer
    cloud.script = lambda number, call: "500" if number == 3 else None
    cloud.calls         # what came: .method .path .json .status .peer
    cloud.stop()

`script` is asked for each call to temp-access-credentials (counted from 0)
what to do instead of answering well: a word of MISCHIEF, a (word, value) pair,
or None. It may also be a list, one item for each of the first calls.
"""
from .answers import Answer
from .certificate import make_certificate
from .listeners import Deaf, Trap
from .server import connections
from .service import GROUPS, Api

__all__ = ["Answer", "Api", "Deaf", "GROUPS", "Trap", "connections",
           "make_certificate"]
