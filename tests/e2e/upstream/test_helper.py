#!/usr/bin/python3
"""The helper at a prompt, behind the SDK, and through a reload."""
import json
import os
import shutil
import subprocess
import sys

sys.path.insert(1, sys.path[0] + "/../lib")
from cloud import Cloud, GOOD, KEYS, REMOTE, TOKEN, helpers, mint, run_all
from harness import (ACCOUNT, BUILD, Skip, case, children, command_line, equal,
                     need, process_status, until)


@case("at a prompt: single, each, and the environment's proxy unused")
def _(site):
    site.forget_calls()
    done = mint(site, "--object", KEYS[0], "--parent", "remote",
                https_proxy="http://127.0.0.1:9", HTTPS_PROXY="http://[::1]:9",
                all_proxy="http://127.0.0.1:9")
    equal((done.returncode, done.stderr), (0, b""))
    site.check_claims(json.loads(done.stdout)["result"],
                      {"objectPaths": [KEYS[0]]}, 900, "object-read-only")
    done = mint(site, "--each", "--object", "a", "--object", "b",
                "--format", "ndjson")
    equal(done.returncode, 0, done.stderr)
    rows = [json.loads(line) for line in done.stdout.splitlines()]
    site.check(rows[0], "a")
    site.check(rows[1], "b")
    with site.api.doing(["echo"]):
        done = mint(site, "--object", "a")
    equal((done.returncode, done.stdout), (1, b""))
    need(b"Cloudflare answered 403 code 10000" in done.stderr
         and TOKEN.encode() not in done.stderr, done.stderr)


@case("the SDK asks us, we ask the API")
def _(site):
    if not shutil.which("node"):
        raise Skip("node is not installed")
    script = os.path.join(BUILD, "tests", "npm", "sdk.mjs")
    if not os.path.isdir(os.path.join(BUILD, "tests/npm/node_modules")):
        raise Skip("there is no cloudflare package")
    asked = {"baseURL": f"http://127.0.0.1:{site.port}{site.mount}",
             "apiToken": site.settings.tokens["sky"],
             "params": {"account_id": ACCOUNT, **GOOD,
                        "parentAccessKeyId": REMOTE, "ttlSeconds": 60,
                        "objects": KEYS[:1]}}

    def sdk():
        done = subprocess.run(["node", script], check=True, timeout=100,
                              input=json.dumps(asked).encode(),
                              stdout=subprocess.PIPE).stdout
        return json.loads(done)
    site.check_claims(sdk()["result"], {"objectPaths": KEYS[:1]}, 60,
                      "object-read-only")
    with site.api.doing(lambda *_: ("refusal", (403, 10003, "not you"))):
        error = sdk()["error"]
    equal(error["status"], 502)
    need("not you" in error["errors"][0]["message"], error)


@case("reload: a new token, a new endpoint, the same connections' process")
def _(site):
    equal(site.single({**GOOD, "objects": ["a"]}, token="sky").status, 200)
    before = helpers(site)
    equal(len(before), 1, "helpers")
    site.reload()
    equal(site.single({**GOOD, "objects": ["a"]}, token="sky").status, 200)
    equal(helpers(site), before, "helpers")


@case("the helper ends with its responder")
def _(site):
    with Cloud() as other:
        other.single({**GOOD, "objects": ["a"]}, token="sky")
        found = helpers(other)
        equal(len(found), 1, "helpers")
        for pid in other.responders():
            os.kill(pid, 9)
        until(lambda: not any("mintage-online" in command_line(pid)
                              for pid in found), "it ends")


def family(site):
    """A site's responder and its keeper."""
    site.single({**GOOD, "objects": ["a"]}, token="sky")
    responder, = site.responders()
    keeper, = children(responder)
    return responder, keeper


@case("without its keeper a responder starts no helper: 503, and it says why")
def _(_):
    with Cloud() as other:
        responder, keeper = family(other)
        os.kill(keeper, 9)
        until(lambda: not children(responder), "it ends")
        answer = other.single({**GOOD, "objects": ["a"]}, token="sky")
        other.refused(answer, 503, "the keeper, which starts it, failed",
                      "restart this process")
        # What needs no helper is issued all the same.
        equal(other.single({"bucket": "portal-downloads", "objects": ["a"],
                            "permission": "object-read-only"}).status, 200)
        other.audit(answer.id, "refused")


@case("a helper is the child of a keeper, which leaves no zombie of it")
def _(_):
    with Cloud() as other:
        responder, keeper = family(other)
        for _ in range(3):
            other.single({**GOOD, "objects": ["a"]}, token="sky")
            helper, = children(keeper)
            os.kill(helper, 9)
            until(lambda: not children(keeper), "it is waited for")
        equal(children(responder), [keeper], "children")


@case("plain CGI starts it through a keeper too, and leaves nothing behind")
def _(_):
    with Cloud("cgi") as other:
        for _ in range(3):
            result = other.single({**GOOD, "objects": ["a"]},
                                  token="sky").result
            need(result["sessionToken"], "no credential")
        until(lambda: not [pid for pid in os.listdir("/proc")
                           if process_status(pid).get("Name") in (
                               "mintage-keeper", "mintage-online")
                           and other.folder in command_line(pid)], "they end")


if __name__ == "__main__":
    run_all()
