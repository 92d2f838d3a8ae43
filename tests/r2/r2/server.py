"""The endpoint: R2 is started, asked, and stopped; Call is one request."""
import collections
import dataclasses
import json
import sys
import threading
import time

from .answers import error_response, xml_response
from .body import read_content
from .connection import Server
from .errors import Refused, need, unauthorized
from .identity import LISTINGS, SCOPES, Identity
from .names import nfc, parse_bucket, parse_key
from .routes import find_route
from .sigv4 import (Signature, check_age, check_payload_name, check_signature,
                    check_signed_headers, parse_signature)
from .store import Store
from .token import child_identity, parent_identity


@dataclasses.dataclass
class Call:
    """One request on its way to its action."""
    request: object
    now: float
    bucket: str = ""
    key: str = ""
    action: str = ""
    prefix: str = ""
    identity: Identity = None
    signature: Signature = None

    def content(self):
        return read_content(self.request, self.signature)

    @property
    def level(self):
        if self.key:
            return "key"
        return "bucket" if self.bucket else "account"

    def authorize(self):
        """The rules of scope, actions, bucket and paths."""
        who = self.identity
        if self.action == "HeadBucket":
            who.check_bucket(self.bucket)
        elif self.action == "ListBuckets":
            need(self.action in who.actions and not who.has_paths,
                 "AccessDenied", "ListBuckets is not granted")
        elif self.level == "key":
            who.check(self.action, self.bucket, self.key)
        else:
            who.check(self.action, self.bucket)
        if self.action in LISTINGS:
            need(who.lists(self.prefix), "AccessDenied",
                 "the prefix is outside the credential's paths")


class Entry(collections.namedtuple("Entry",
                                   "method bucket key status code")):
    """One request of the log; code is "" where all went well."""
    action = ""
    reason = ""
    sent = None         # its headers: {lower-case name: value}
    query = None        # its parameters: {name: value}


class R2:
    """The endpoint: start(), stop(), url, host, log; see the top."""

    def __init__(self, parents, port=0, host=None, data=None,
                 clock_offset=0, log_file=None):
        self.parents = dict(parents)
        self.clock_offset = clock_offset
        self.log = []
        self.log_file = log_file
        self.log_lock = threading.Lock()
        self.store = Store(data)
        for parent in self.parents.values():
            assert parent["permission"] in SCOPES, parent["permission"]
            for bucket in parent.get("buckets") or []:
                self.store.make_bucket(parse_bucket(bucket))
        self.server = Server(("127.0.0.1", port), self)
        self.port = self.server.server_address[1]
        self.url = f"http://127.0.0.1:{self.port}"
        self.host = host or f"127.0.0.1:{self.port}"
        self.thread = None

    def start(self):
        self.thread = threading.Thread(target=self.server.serve_forever,
                                       args=(0.05,), daemon=True)
        self.thread.start()
        return self

    def stop(self):
        if self.thread is not None:
            self.server.shutdown()
            self.thread.join()
            self.thread = None
        self.server.server_close()
        self.server.close_all()

    def now(self):
        return time.time() + self.clock_offset

    def put(self, bucket, key, body, headers=None):
        self.store.make_bucket(bucket)
        self.store.put(bucket, nfc(key), body, headers or {}, self.now())

    def get(self, bucket, key):
        found = self.store.buckets.get(bucket, {}).get(nfc(key))
        return None if found is None else found.read()

    def answer(self, request):
        """The response to a request, whatever becomes of it."""
        call, refused, response = Call(request, self.now()), None, None
        try:
            response = self.serve(call)
        except Refused as error:
            refused, response = error, error_response(error)
        except OSError:
            raise                       # the client's side, not ours
        except Exception as error:      # a fault of this package: show it
            print(f"# r2: {error!r}", file=sys.stderr)
            response = xml_response("Error", [("Code", "InternalError")],
                                    500)
        self.record(call, response, refused)
        return response

    def serve(self, call):
        request = call.request
        need(request.header("host") == self.host, "InvalidArgument",
             "Host is not this endpoint's")
        bucket, _, key = request.raw_path[1:].partition("/")
        call.bucket = parse_bucket(bucket) if bucket else ""
        call.key = parse_key(key) if key else ""
        self.authenticate(call)
        call.action, code = find_route(request, call.level)
        prefix = request.param("prefix") or ""
        call.prefix = nfc(prefix)
        call.authorize()
        if request.method not in ("PUT", "POST"):
            call.content()              # empty as a rule, and as signed
        return code(self.store, call)

    def authenticate(self, call):
        signature = call.signature = parse_signature(call.request)
        name = signature.access_key_id
        parent = self.parents.get(name)
        unauthorized(parent is not None, "unknown access key id")
        check_signed_headers(call.request, signature)
        check_payload_name(signature)
        check_age(signature, call.now)
        if signature.token is None:
            call.identity = parent_identity(name, parent)
        else:
            call.identity = child_identity(name, parent, signature.token,
                                           self.host, call.now)
        check_signature(call.request, signature, call.identity.secret)

    def record(self, call, response, refused):
        code = "" if response.status < 400 else "InternalError"
        entry = Entry(call.request.method, call.bucket, call.key,
                      response.status, refused.code if refused else code)
        entry.action = call.action
        entry.reason = refused.reason if refused else ""
        entry.sent = {name.decode("latin-1"): value.decode("latin-1")
                      for name, value in call.request.headers}
        entry.query = {name.decode("latin-1"): value.decode("latin-1")
                       for name, value in call.request.query}
        with self.log_lock:
            self.log.append(entry)
            if self.log_file is not None:
                line = dict(entry._asdict(), action=entry.action,
                            reason=entry.reason)
                self.log_file.write(json.dumps(line) + "\n")
                self.log_file.flush()
