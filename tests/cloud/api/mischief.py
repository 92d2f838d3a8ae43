"""What the API does instead of answering well.

Each function is called with the Api, the Call and the value of a (word, value)
pair, None where a word came alone.
"""
import email.utils
import json
import time

from .answers import Answer, Hangup, error


def too_many(api, call, seconds):
    """429; `seconds` to wait, or None: it doesn't say."""
    answer = error(429, 10058, "Rate limited. Please wait")
    if isinstance(seconds, str):
        answer.headers["Retry-After"] = email.utils.formatdate(
            time.time() + int(seconds), usegmt=True)
    elif seconds is not None:
        answer.headers["Retry-After"] = str(seconds)
    return answer


def slow(api, call, seconds):
    api.stopped.wait(seconds or 1)
    return api.answer(call)


def cut(api, call, _):
    """Half of a good answer."""
    answer = api.answer(call)
    answer.headers["Content-Length"] = str(len(answer.body) + 100)
    raise_after = Hangup()
    raise_after.answer = answer
    raise raise_after


def hangup(api, call, _):
    raise Hangup()


def huge(api, call, size):
    good = json.loads(api.answer(call).body)
    good["messages"] = ["x" * (size or 10 << 20)]
    return Answer(200, good)


def html(api, call, status):
    return Answer(status or 502, b"<html><h1>Bad gateway</h1></html>",
                  kind="text/html")


def invalid(api, call, _):
    return Answer(200, b'{"success":true,"result":{"accessKeyId":')


def with_messages(api, call, messages):
    good = json.loads(api.answer(call).body)
    good["messages"] = messages
    return Answer(200, good)


def refusal(api, call, value):
    return error(*value)


def echo(api, call, _):
    return error(403, 10000, "Authentication error: bad token "
                 + call.headers.get("authorization", ""))


def redirect(api, call, _):
    return Answer(302, b"", {"Location": api.url + "/elsewhere"})


def no_success(api, call, _):
    good = json.loads(api.answer(call).body)
    good["success"] = False
    return Answer(200, good)


def poison(api, call, text):
    """A good answer with something else in the credential's place."""
    good = json.loads(api.answer(call).body)
    good["result"]["secretAccessKey"] = text
    return Answer(200, good)


def status(number):
    return lambda api, call, value: error(number, 10001, f"status {number}")


MISCHIEF = {"429": too_many, "500": status(500), "503": status(503),
            "408": status(408), "slow": slow, "cut": cut, "hangup": hangup,
            "huge": huge, "html": html, "invalid": invalid,
            "messages": with_messages, "refusal": refusal, "echo": echo,
            "redirect": redirect, "no success": no_success,
            "poison": poison}
