"""What every refusal has to look like, and tests of one bad request each."""
from harness import Site, case, equal, need, single_path

# Values of errors[].code.
NO_ROUTE, UNAUTHORIZED, DENIED = 7003, 10002, 10003
MALFORMED, UNKNOWN, DUPLICATE, MISSING = 11001, 11002, 11003, 11004
BAD_VALUE, EMPTY, AMBIGUOUS, METHOD = 11005, 11006, 11007, 11008
NOT_ACCEPTABLE, LENGTH, TOO_LARGE, MEDIA_TYPE = 11009, 11010, 11011, 11012
INSECURE, SHORT = 11013, 11014

GOOD = {"bucket": "portal-downloads", "permission": "object-read-only",
        "objects": ["public/a"]}
JSON = {"Content-Type": "application/json"}


def make_site():
    def change(settings):
        settings.sections["mintage"]["max-body"] = "2M"
        settings.sections["mintage"]["max-entries"] = "1000"
    return Site("fastcgi", change)


def refused(site, answer, status, code, pointer=None, words=(),
            recorded=True):
    """Assert that an answer is this refusal, and that it is recorded (a request
    to a path that is no route of ours is not). A list as `pointer` holds the
    pointers of all errors, in order. Returns the audit line."""
    equal(answer.status, status, f"status ({answer.body[:300]!r})")
    equal(answer.headers["Content-Type"].split(";")[0], "application/json")
    equal(answer.headers["Cache-Control"], "no-store")
    need(b"sessionToken" not in answer.body, "something was issued")
    errors = answer.errors
    found = [error.get("source", {}).get("pointer", "") for error in errors]
    equal(errors[0]["code"], code, f"code ({errors[0]['message']})")
    if isinstance(pointer, list):
        equal(found, pointer, "pointers")
    elif pointer is not None:
        equal(found[0], pointer, f"pointer ({errors[0]['message']})")
    for word in [words] if isinstance(words, str) else words:
        need(word in errors[0]["message"],
             f"{word!r} is not in {errors[0]['message']!r}")
    if not recorded:
        return None
    line = site.audit(answer.id, "refused")[0]
    equal((line["status"], line["code"], line["pointer"] or ""),
          (status, code, found[0]), "audit line")
    return line


def bad(name, status, code, pointer=None, words=(), route="both",
        token="bulk", **fields):
    """Make a test of one bad JSON request: GOOD with these fields changed (None
    removes one), sent to the single route, the batch route or both."""
    asked = {name: value for name, value in {**GOOD, **fields}.items()
             if value is not None}

    @case(name)
    def _(site):
        if route != "batch":
            refused(site, site.single(asked, token), status, code, pointer,
                    words)
        if route != "single":
            refused(site, site.batch(asked, token), status, code, pointer,
                    words)


def post(site, body, path=None, token="bulk", headers=None):
    return site.request("POST", path or single_path(), body, token,
                        headers=JSON if headers is None else headers)
