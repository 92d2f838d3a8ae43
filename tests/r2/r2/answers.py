"""Responses: XML, errors, and the ways time is written; XML of requests."""
import dataclasses
import email.utils
import re
import time
import xml.etree.ElementTree

from .errors import Refused, need


@dataclasses.dataclass
class Response:
    status: int = 200
    headers: list = dataclasses.field(default_factory=list)
    body: bytes = b""
    length: int = None      # Content-Length, where it isn't the body's


def xml_text(value):
    """Escaped, with what XML cannot hold as a character reference."""
    text = str(value).replace("&", "&amp;").replace("<", "&lt;")
    text = text.replace(">", "&gt;").replace('"', "&quot;")
    return re.sub("[\x00-\x1f\x7f\ufffe\uffff]",
                  lambda match: f"&#x{ord(match[0]):x};", text)


def xml_element(name, value):
    """value: text, or [(name, value)]."""
    if isinstance(value, list):
        inner = "".join(xml_element(*item) for item in value)
    else:
        inner = xml_text(value)
    return f"<{name}>{inner}</{name}>"


def xml_response(name, value, status=200):
    text = ('<?xml version="1.0" encoding="UTF-8"?>\n'
            + xml_element(name, value))
    return Response(status, [("Content-Type", "application/xml")],
                    text.encode("utf-8"))


def error_response(refused):
    response = xml_response("Error", [("Code", refused.code),
                                      ("Message", refused.reason)],
                            refused.status)
    response.headers += refused.headers
    return response


def iso_time(seconds):
    return time.strftime("%Y-%m-%dT%H:%M:%S.000Z", time.gmtime(seconds))


def http_time(seconds):
    return email.utils.formatdate(seconds, usegmt=True)


def yes_no(value):
    return "true" if value else "false"


def parse_xml(data, root):
    """The children of a request's XML, by local name."""
    try:
        tree = xml.etree.ElementTree.fromstring(data)
    except xml.etree.ElementTree.ParseError:
        raise Refused("MalformedXML", "not XML") from None
    for element in tree.iter():
        element.tag = element.tag.rpartition("}")[2]
    need(tree.tag == root, "MalformedXML", f"not a {root}")
    return tree
