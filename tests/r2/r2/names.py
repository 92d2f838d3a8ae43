"""Names of buckets, and keys: their limits and the form they are kept in."""
import re
import unicodedata
import urllib.parse

from .errors import Refused, need

MAX_KEY = 1024


def nfc(text):
    return unicodedata.normalize("NFC", text)


def length_utf8(text):
    """Bytes of text in UTF-8; 0 where a lone surrogate has no UTF-8."""
    try:
        return len(text.encode("utf-8"))
    except UnicodeEncodeError:
        return 0


def parse_bucket(text):
    need(re.fullmatch(r"[a-z0-9][a-z0-9-]{1,61}[a-z0-9]", text),
         "InvalidBucketName", "not a bucket's name")
    return text


def check_key(text):
    need(0 < length_utf8(text) <= MAX_KEY, "InvalidObjectName",
         "a key has 1 to 1024 bytes")
    return nfc(text)


def parse_key(raw):
    """A key from its percent-encoded form."""
    try:
        text = urllib.parse.unquote_to_bytes(raw).decode("utf-8")
    except UnicodeDecodeError:
        raise Refused("InvalidObjectName", "a key in UTF-8") from None
    return check_key(text)
