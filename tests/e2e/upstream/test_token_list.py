#!/usr/bin/python3
"""`mintage token list` and `token revoke`."""
import json
import os
import struct
import sys

sys.path.insert(1, sys.path[0] + "/../lib")
from harness import PORTAL, case, equal, need
from world import make_known, run_all, world

NOBODY = "d" * 32


@case("token: its calls count among those of five minutes")
def _():
    with world() as here:
        make_known(here)
        equal(here.token("list").status, 0)
        equal(here.token("roll", "portal").status, 0)
        with open(os.path.join(here.folder, "state", "calls"), "rb") as f:
            slots = struct.unpack("<2048q", f.read()[32:])
        equal(sum(slots[1::2]), len(here.api.calls))


@case("token list: pages, and whose parents they are")
def _():
    with world() as here:
        make_known(here)
        for number in range(120):
            here.api.tokens[f"{number:032x}"] = {
                "id": f"{number:032x}", "name": f"no {number}\x1b[31m",
                "status": "active"}
        done = here.token("list")
        equal((done.status, done.err), (0, ""), str(done))
        lines = done.out.splitlines()
        equal(len(lines), 121)
        equal(lines[0], f"{PORTAL}  active  -  portal  [parent portal]")
        need("\x1b" not in done.out, "control characters")
        equal(len(here.api.calls), 3)
        here.add_remote()
        equal(here.run("token", "list").out, done.out, "by a parent's token")
        equal(here.token("list", "--user").status, 0)
        need(here.api.calls[-1].path.endswith("/user/tokens"), "not the user")


@case("token list --json: one object, whole or without its end")
def _():
    with world() as here:
        make_known(here)
        for number in range(60):
            here.api.tokens[f"{number:032x}"] = {
                "id": f"{number:032x}", "name": f"no {number}\x1b[31m",
                "status": "active", "expires_on": "2099-01-31T00:00:00Z"}
        done = here.token("list", "--json")
        equal((done.status, done.err), (0, ""), str(done))
        tokens = json.loads(done.out)["tokens"]
        equal(len(tokens), 61)
        equal(tokens[0], {"id": PORTAL, "status": "active", "expiresOn": None,
                          "name": "portal", "parent": "portal"})
        equal(tokens[3], {"id": f"{2:032x}", "status": "active",
                          "expiresOn": "2099-01-31T00:00:00Z",
                          "name": "no 2\x1b[31m", "parent": None})
        need("\x1b" not in done.out, "control characters")
        here.write("wrong.token", "Api-" + "w" * 30)
        done = here.run("token", "list", "--json", "--account", "main",
                        "--api-token-file",
                        os.path.join(here.folder, "wrong.token"))
        equal(done.status, 1)
        need(not done.out.rstrip().endswith("}"), done.out)


@case("token revoke: by the parent's name or the token's id")
def _():
    with world() as here:
        make_known(here)
        here.api.tokens[NOBODY] = {"id": NOBODY, "name": "x"}
        done = here.token("revoke", "portal")
        equal((done.status, done.err), (0, ""), str(done))
        need("every credential" in done.out, done.out)
        equal(list(here.api.tokens), [NOBODY])
        equal(here.token("revoke", NOBODY).status, 0)
        equal(here.token("revoke", NOBODY).status, 1)
        equal(here.token("revoke", "nobody").status, 1)
        equal(here.api.tokens, {})


if __name__ == "__main__":
    run_all()
