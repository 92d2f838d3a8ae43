"""What the cases for every web server share, and the list of these cases."""
from harness import ACCOUNT, PORTAL, real_names
from judge import Judge
import r2

READ = {"bucket": "portal-downloads", "permission": "object-read-only"}
ONE = {**READ, "objects": ["public/a.txt"]}
MANY = 20000            # entries: over a mebibyte in, some 25 out
KEYS = real_names(MANY)
LIST = "".join(key + "\n" for key in KEYS).encode()
END = b'"success":true}'

CASES = []


def case(name, title):
    """Make the function below a test of every server and a column of the table.
    The function returns the text of the cell; None stands for "yes"."""
    def add(function):
        CASES.append((name, title, function))
        return function
    return add


def judge(server, scope="object-read-only"):
    return Judge(server, "portal-downloads", scope)


def is_whole(body):
    return body.rstrip(b"\n").endswith(END)


def large_list(server):
    """(lines, how many) of as many keys as that server takes at once."""
    text = LIST
    if server.limit:
        text = text[:text.rindex(b"\n", 0, server.limit) + 1]
    return text, text.count(b"\n")


ENDPOINT = r2.R2({})


def endpoint_for(server):
    ENDPOINT.parents[PORTAL] = {
        "secret": server.settings.secrets[PORTAL], "account": ACCOUNT,
        "permission": "object-read-write",
        "buckets": ["portal-downloads", "portal-uploads", "shared"]}
    for bucket in ENDPOINT.parents[PORTAL]["buckets"]:
        ENDPOINT.store.make_bucket(bucket)
