"""What a server answered, and the two ways to send fields to it."""
import json
import urllib.parse

from .tap import equal, need


class Answer:
    """One answer that came to its end."""

    def __init__(self, status, headers, body):
        self.status = status
        self.headers = headers      # http.client's: any case, get_all()
        self.body = body

    @property
    def id(self):
        return self.headers["Mintage-Request"]

    @property
    def text(self):
        return self.body.decode("utf-8")

    @property
    def json(self):
        return json.loads(self.text, object_pairs_hook=no_twins)

    @property
    def result(self):
        """What was issued. Asserts that the answer issues something."""
        need(self.status == 200, f"{self.status}: {self.body[:500]!r}")
        envelope = self.json
        equal(envelope["success"], True, "success")
        equal(envelope["errors"], [], "errors")
        return envelope["result"]

    @property
    def errors(self):
        """What was refused. Asserts that this is a whole error envelope."""
        envelope = self.json
        equal(envelope["success"], False, "success")
        equal(envelope["result"], None, "result")
        need(isinstance(envelope["messages"], list), "messages is no list")
        for error in envelope["errors"]:
            need(error["code"] >= 1000 and error["message"],
                 f"an error without number or words: {error}")
        return envelope["errors"]


def no_twins(pairs):
    names = [name for name, _ in pairs]
    equal(len(set(names)), len(names), f"members named {names}: different")
    return dict(pairs)


def form(pairs):
    return urllib.parse.urlencode(pairs).encode()


def query(**fields):
    return "?" + urllib.parse.urlencode(fields)
