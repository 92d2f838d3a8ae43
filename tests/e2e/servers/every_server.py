"""One web server, and every case that all of them have to pass.

What a server can't do is no failure but a row of the table in
mintage-deploy(7), which is read from there: a cell that is not what was found
here is one. Words on the command line choose among the cases: the names of
columns.
"""
import os
import re
import sys

from harness import SRC, attempt, comment, equal
from matrix import CASES, ENDPOINT, endpoint_for
# Each of these adds its cases to CASES, in this order.
import asking       # noqa: F401
import breaking     # noqa: F401
import crowding     # noqa: F401
import publishing   # noqa: F401


def promised():
    """The table of mintage-deploy(7) as {server: {column: cell}}. A case that
    has no column there has to be "yes" on every server."""
    rows, columns = {}, []
    with open(os.path.join(SRC, "cgi", "man", "mintage-deploy.7"),
              encoding="utf-8") as f:
        for line in f:
            cells = re.sub(r"^\.It |Sy ", "", line.rstrip("\n")).split(" Ta ")
            if line.startswith('.It Sy "" Ta '):
                columns = cells[1:]
            elif columns and line.startswith(".It ") and len(cells) > 1:
                rows[cells[0]] = dict(zip(columns, cells[1:]))
            elif columns and line.startswith(".El"):
                break
    return rows


PROMISED = promised()


def run(make, wanted, number, row):
    """Try every case on one server. Returns how many failed, and the next
    number."""
    made = []
    if not attempt(number, f"{make.name}: starts",
                   lambda: made.append(make(ENDPOINT.url))):
        return 1, number + 1
    failed, number = 0, number + 1
    with made[0] as server:
        endpoint_for(server)
        for name, title, function in CASES:
            if wanted and name not in wanted:
                continue

            def measure(name=name, function=function):
                row[name] = function(server) or "yes"
                said = PROMISED[make.name].get(name, "yes")
                # A server that may stop reading a body early takes all of it
                # where the sender is fast enough.
                if (row[name], said) != ("yes", "early"):
                    equal(row[name], said, "what the manual says")
            good = attempt(number, f"{make.name}: {title}", measure)
            if not good:
                row[name] = "FAILED"
                comment(server.log())
            failed += not good
            number += 1
    return failed, number


def print_table(columns, rows):
    widths = [max([len(name)] + [len(row.get(name, ""))
                                 for row in rows.values()])
              for name in columns]
    for server, row in {"": {}, **rows}.items():
        comment(" ".join([server.ljust(18)] + [
            (row.get(name, "") if server else name).ljust(width)
            for name, width in zip(columns, widths)]).rstrip())


def main(make):
    """Try every case on one server, made by `make`, and exit."""
    known = [name for name, _, _ in CASES]
    wanted = [word for word in sys.argv[1:] if word in known]
    row = {}
    ENDPOINT.start()
    failed, number = run(make, wanted, 1, row)
    ENDPOINT.stop()
    print_table([name for name in known if not wanted or name in wanted],
                {make.name: row})
    print(f"1..{number - 1}", flush=True)
    sys.exit(1 if failed else 0)
