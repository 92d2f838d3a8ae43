#!/usr/bin/python3
"""Cloudflare's own client library, its base URL pointed at us."""
import json
import os
import shutil
import subprocess
import sys

sys.path.insert(1, sys.path[0] + "/../lib")
from harness import (ACCOUNT, BUILD, FOREIGN, PORTAL, SRC, Site, Skip, case,
                     equal, main, need)
from judge import Judge

PACKAGES = os.path.join(BUILD, "tests", "npm")
GOOD = {"account_id": ACCOUNT, "bucket": "portal-downloads",
        "parentAccessKeyId": PORTAL, "permission": "object-read-only",
        "ttlSeconds": 600}


def sdk(site, token="web", base="", **params):
    """What the library made of one call: {"result"} or {"error"}."""
    if not shutil.which("node"):
        raise Skip("node is not installed")
    if not os.path.isdir(os.path.join(PACKAGES, "node_modules/cloudflare")):
        raise Skip(f"there is no cloudflare package in {PACKAGES}")
    # node looks for packages beside the importing file.
    script = os.path.join(PACKAGES, "sdk.mjs")
    if os.path.realpath(SRC) != os.path.realpath(BUILD):
        shutil.copyfile(os.path.join(SRC, "tests", "npm", "sdk.mjs"),
                        script)
    asked = {"baseURL": f"http://127.0.0.1:{site.port}{site.mount}{base}",
             "apiToken": site.settings.tokens.get(token, token),
             "params": params}
    done = subprocess.run(["node", script], input=json.dumps(asked).encode(),
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                          timeout=100, check=False)
    need(done.returncode == 0, done.stderr.decode())
    return json.loads(done.stdout)


@case("a credential for objects and prefixes")
def _(site):
    for base in ("", "/client/v4"):
        result = sdk(site, base=base, **GOOD, objects=["public/käse"],
                     prefixes=["users/ann/"])["result"]
        judge = Judge(site, "portal-downloads", "object-read-only", 600)
        equal(judge.paths(result), (["users/ann/"], ["public/käse"]))


@case("a refusal can be read: class, status, number, words")
def _(site):
    error = sdk(site, **GOOD, objects=["private/x"])["error"]
    equal((error["name"], error["status"]), ("PermissionDeniedError", 403))
    equal([wrong["code"] for wrong in error["errors"]], [10003])
    equal(error["errors"][0]["source"]["pointer"], "/objects/0")
    need(error["errors"][0]["message"], "no words")


@case("a wrong token, field, account: each in its own class")
def _(site):
    for name, status, more in (
            ("AuthenticationError", 401, {"token": "wrong"}),
            ("BadRequestError", 400, {"ttlSeconds": 0}),
            ("BadRequestError", 400, {"objcts": ["public/a"]}),
            ("NotFoundError", 404, {"account_id": FOREIGN})):
        error = sdk(site, **{**GOOD, "objects": ["public/a"],
                             **more})["error"]
        equal((error["name"], error["status"]), (name, status))
        need(error["errors"][0]["message"], "no words")


if __name__ == "__main__":
    main(lambda: Site("fastcgi", processes=1))
