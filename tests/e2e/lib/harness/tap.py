"""Cases, what they insist on, and the TAP that says how they went."""
import operator
import os
import sys
import time
import traceback

CASES = []


class Skip(Exception):
    """A case raises this where it can't be tried. The text says why."""


def case(name):
    """Makes the function below a test of that name."""
    def add(function):
        CASES.append((name, function))
        return function
    return add


def need(condition, what):
    if not condition:
        raise AssertionError(what)


def equal(found, expected, what="value"):
    if found != expected:
        raise AssertionError(f"{what}: {found!r}, expected {expected!r}")


def comment(text):
    for line in text.rstrip("\n").split("\n"):
        print("# " + line, flush=True)


def attempt(number, name, function, *arguments):
    """Run one case and say how it went; true unless it failed."""
    try:
        function(*arguments)
    except Skip as reason:
        print(f"ok {number} - {name} # SKIP {reason}", flush=True)
    except Exception as error:
        print(f"not ok {number} - {name}", flush=True)
        frames = traceback.extract_tb(error.__traceback__)
        for frame in frames[1:]:
            comment(f"{os.path.basename(frame.filename)}:{frame.lineno}: "
                    f"{frame.line}")
        comment(f"{type(error).__name__}: {error}"[:2000])
        return False
    else:
        print(f"ok {number} - {name}", flush=True)
    return True


def main(make_site=None):
    """Run all cases and exit. Each case is given what make_site() returns,
    and at last that has to end well; without make_site, cases are given
    nothing."""
    failed = 0
    sites = []

    def begin():
        sites.append(make_site())

    wanted = sys.argv[1:]
    cases = [entry for entry in CASES
             if not wanted or any(word in entry[0] for word in wanted)]
    if make_site is not None:
        if not attempt(1, "the servers start", begin):
            print("1..1")
            sys.exit(1)
        cases += [
            ("nothing secret is in what the servers wrote",
             operator.methodcaller("check_files")),
            ("the servers stop, and left nothing to complain of",
             operator.methodcaller("stop"))]
    first = 1 + len(sites)
    for number, (name, function) in enumerate(cases, first):
        failed += not attempt(number, name, function, *sites)
    for site in sites:
        site.kill()
        site.remove(failed)
    print(f"1..{first + len(cases) - 1}", flush=True)
    sys.exit(1 if failed else 0)


def until(condition, what, seconds=20):
    """Waits for `condition()` to be true, and returns its value."""
    end = time.monotonic() + seconds
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > end:
            raise AssertionError(f"waited {seconds} s in vain: {what}")
        time.sleep(0.01)
