"""What the API answers with: envelopes, errors, and a connection's end."""
import json


class Refused(Exception):
    """What a well-behaved API says no to."""

    def __init__(self, status, code, message):
        super().__init__(message)
        self.status, self.code = status, code


class Hangup(Exception):
    """The connection ends here."""


def envelope(result, messages=(), errors=(), **more):
    return {"result": result, "success": not errors, "errors": list(errors),
            "messages": list(messages), **more}


class Answer:
    def __init__(self, status, body, headers=(), kind="application/json"):
        self.status = status
        self.body = body if isinstance(body, bytes) else \
            json.dumps(body).encode()
        self.headers = {"Content-Type": kind, **dict(headers)}


def error(status, code, message, **headers):
    return Answer(status, envelope(None, errors=[
        {"code": code, "message": message}]), headers)
