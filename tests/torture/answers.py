"""What an answer is: right, refused, visibly cut, or a lie."""
import base64
import hashlib
import hmac
import json
import re

TOKEN = re.compile(rb"and0L2[A-Za-z0-9+/=]{40,}")
SHARE = re.compile(rb'"url":"[^"]*/s/[\w-]{22}"')
SIGNED = re.compile(rb"X-Amz-Signature=[0-9a-f]{64}|[?&;]signature=[\w-]{43}")

# What differs between two answers to one question.
VOLATILE = [
    (re.compile(rb"X-Amz-Date=\d{8}T\d{6}Z"), b"X-Amz-Date=D"),
    (re.compile(rb"(X-Amz-Credential=[0-9a-f]{32}(?:/|%2F))\d{8}"), rb"\1D"),
    (re.compile(rb"X-Amz-Signature=[0-9a-f]{64}"), b"X-Amz-Signature=S"),
    (re.compile(rb"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ"), b"D"),
    (re.compile(rb"(?<![0-9a-f])[0-9a-f]{64}(?![0-9a-f])"), b"S"),
    (re.compile(rb"expires=\d{10}"), b"expires=E"),
    (re.compile(rb"/s/[\w-]{22}"), b"/s/S"),
    (re.compile(rb'"id":"[0-9a-f]{32}"'), b'"id":"I"'),
    (re.compile(rb"signature=[\w-]{43}"), b"signature=S"),
    (re.compile(rb"(Mintage-Request: |<dt>Request</dt><dd>)[0-9a-f]{32}"),
     rb"\1I"),
    # Without random bytes there is none, and the form can still be sent.
    (re.compile(rb'<input type="hidden" name="formNumber"[^>]*>\n'), b""),
    (re.compile(rb"f-\d{6}"), b"f-N"),
    (re.compile(rb"\((in )?\d+ \w+( ago)?\)"), b"(N)"),
    # What a caller has left.
    (re.compile(rb'("(?:rate|daily-entries)";r=)\d+(;t=\d+)?'), rb"\1N"),
    # /metrics counts as "other" the requests whose route was not known when they
    # failed. The row's first answer has no such line, because nothing had failed
    # yet; later answers have one. The lines of all other routes are compared.
    (re.compile(rb'mintage_requests_total\{route="other",.*\n'), b""),
]


def claims(secrets, token):
    """What a token says, without its times."""
    try:
        text = base64.b64decode(token)[4:]
        head, _, signature = text.rpartition(b".")
        body = json.loads(base64.urlsafe_b64decode(
            head.split(b".")[1] + b"=="))
    except (ValueError, IndexError):
        return b"a part of a token"
    code = hmac.digest(secrets[body["iss"]].encode(), head, "sha256")
    if base64.urlsafe_b64encode(code).rstrip(b"=") != signature:
        return b"a token that nobody signed"
    body["life"] = body.pop("exp") - body.pop("iat")
    return json.dumps([body, len(hashlib.sha256(text).hexdigest())]).encode()


def normal(output, secrets, numbers=False):
    """The text of an answer without what differs from one time to the next."""
    output = TOKEN.sub(lambda found: claims(secrets, found[0]), output)
    for pattern, text in VOLATILE:
        output = pattern.sub(text, output)
    return re.sub(rb"\d+", b"N", output) if numbers else output


def received(output):
    """How many credentials or links one could take out of this."""
    return (len(TOKEN.findall(output)) or len(SIGNED.findall(output))
            or len(SHARE.findall(output)))


class Answer:
    """The output of a request, in pieces. `ended` is whether the program said
    that this is all of it."""

    def __init__(self, output, ended=True):
        self.output = output
        head, self.has_head, self.body = output.partition(b"\r\n\r\n")
        self.ended = ended
        self.headers = dict(line.split(": ", 1) for line in
                            head.decode("latin-1").split("\r\n")
                            if ": " in line)
        self.status = int(self.headers.get("Status", "200").split()[0])
        self.id = self.headers.get("Mintage-Request")
        self.type = self.headers.get("Content-Type", "")

    def json(self):
        try:
            return json.loads(self.body)
        except ValueError:
            return None

    def is_refusal(self):
        """A whole error that gives nothing away."""
        if not self.has_head or self.status < 400 or received(self.output):
            return False
        if "json" in self.type:
            envelope = self.json()
            return (isinstance(envelope, dict)
                    and envelope.get("success") is False
                    and bool(envelope["errors"]))
        if "html" in self.type:
            return self.body.rstrip().endswith(b"</html>")
        return self.body.endswith(b"\n")

    def looks_whole(self):
        """Whether a client would take it for all of an answer."""
        if not self.has_head:
            return False
        if self.status == 302:
            return True
        if "ndjson" in self.type:
            return b'"success":true}' in self.body.rstrip().split(b"\n")[-1]
        if "json" in self.type:
            return self.json() is not None
        if "html" in self.type:
            return self.body.rstrip().endswith(b"</html>")
        if "csv" in self.type:
            return (self.body.endswith(b"\n") and self.body.count(b"\n") - 1
                    >= int(self.headers.get("Mintage-Count", "0")))
        return self.ended
