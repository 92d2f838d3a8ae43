"""What every end-to-end suite stands on: real servers, a client, TAP.

    import sys
    sys.path.insert(1, sys.path[0] + "/../lib")
    from harness import Site, case, equal, main, need

    @case("a single credential")
    def _(site):
        answer = site.single({"bucket": ...})
        equal(answer.status, 200)

    if __name__ == "__main__":
        main(lambda: Site("fastcgi"))

A Site is a throw-away folder with a configuration and its keys, and a lighttpd
on a loopback port of its own with the responder behind it. Its callers, see
Settings, are the cast of all suites. Tokens and keys are made for each run.

A suite is tests/e2e/FOLDER/test_*.py. `make check` runs them all, and
`make check SUITES="e2e/cli"` those with this word in their name. One of them
runs alone from any folder, and words after it choose among its cases:

    python3 tests/e2e/web/test_single.py
    python3 tests/e2e/web/test_single.py "whole bucket"

MINTAGE_BUILD names the folder of the programs where that is not the source.
With TEST_KEEP=1 the folder of a suite that failed is kept. What the suites of
one folder share is in that folder; what all share is here, in tests/e2e/lib.
"""
from .answer import Answer, form, no_twins, query
from .names import AWKWARD, real_names
from .places import BUILD, MINTAGE, RESPONDER, SANITIZED, SRC
from .processes import (children, command_line, free_port, peak_memory,
                        process_status)
from .service import Service, batch_path, single_path
from .settings import (ACCOUNT, ARCHIVE, BERLIN, EUROPE, FOREIGN, PORTAL,
                       R2_HOST, USERS, Settings)
from .site import Site
from .tap import (CASES, Skip, attempt, case, comment, equal, main, need,
                  until)

__all__ = [
    "ACCOUNT", "ARCHIVE", "AWKWARD", "Answer", "BERLIN", "BUILD", "CASES",
    "EUROPE", "FOREIGN", "MINTAGE", "PORTAL", "R2_HOST", "RESPONDER",
    "SANITIZED", "SRC", "Service", "Settings", "Site", "Skip", "USERS",
    "attempt", "batch_path", "case", "children", "command_line", "comment",
    "equal", "form", "free_port", "main", "need", "no_twins", "peak_memory",
    "process_status", "query", "real_names", "single_path", "until"]
