"""What the test programs of this folder share: TAP, and a running endpoint.

    from support import main, tap

    def test_something(endpoint):
        tap.same(ask(endpoint, ...).status, 200, "what is tried")

    if __name__ == "__main__":
        main()

main() runs every function of the program that is called test_*. One with a
parameter gets a new endpoint, in whose my-bucket a.txt says "hello"; one
without starts its own.
"""
import contextlib
import inspect
import os
import sys
import traceback

import r2
from signer import PARENTS


class Tap:
    def __init__(self):
        self.count = self.failed = 0

    def ok(self, condition, name, *diagnostics):
        self.count += 1
        self.failed += not condition
        print(f"{'ok' if condition else 'not ok'} {self.count} - {name}")
        if not condition:
            for line in "\n".join(map(str, diagnostics)).splitlines():
                print(f"# {line}")
        sys.stdout.flush()

    def same(self, got, wanted, name):
        self.ok(got == wanted, name, f"got:    {got!r}",
                f"wanted: {wanted!r}")


tap = Tap()


@contextlib.contextmanager
def r2_endpoint(**options):
    endpoint = r2.R2(PARENTS, **options)
    endpoint.start()
    try:
        yield endpoint
    finally:
        endpoint.stop()


def run_test(test):
    if not inspect.signature(test).parameters:
        test()
        return
    with r2_endpoint() as endpoint:
        endpoint.put("my-bucket", "a.txt", b"hello")
        test(endpoint)


def main():
    for name in list(os.environ):
        if name.startswith("AWS_") or name.lower().endswith("_proxy"):
            del os.environ[name]
    for name, test in list(vars(sys.modules["__main__"]).items()):
        if not name.startswith("test_"):
            continue
        try:
            run_test(test)
        except Exception:
            tap.ok(False, f"{name} ran to its end", traceback.format_exc())
    print(f"1..{tap.count}")
    print(f"# {tap.count - tap.failed} passed, {tap.failed} failed")
    sys.exit(1 if tap.failed or not tap.count else 0)
