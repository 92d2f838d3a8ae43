#!/usr/bin/python3
"""text and env: read by xargs, sh and bash."""
import os
import re
import shutil
import sys

sys.path.insert(1, sys.path[0] + "/../lib")
from harness import AWKWARD, PORTAL, case, equal, main, need
from reading import (BOTO, BUCKET, ENDPOINT, QUOTED, batch, body_of,
                     clean_environment, ended, folder_for, links, make_site,
                     run, single, store, whole, write)


# text ------------------------------------------------------------------------

@case("text: xargs -n1 curl follows each line, and there is nothing else")
def _(site):
    keys = AWKWARD + QUOTED
    store(keys)
    answer = links(site, keys, "text")
    lines = whole(answer, len(keys)).splitlines()
    equal(len(lines), len(keys), "lines")
    need(all(line.startswith(ENDPOINT.url + "/") for line in lines), lines)
    folder = folder_for(site)
    write(os.path.join(folder, "list"), answer.body)
    found = run(["xargs", "-a", "list", "-n1", "curl", "-sSfq"], folder)
    equal(found, b"".join(body_of(key) for key in keys))


@case("text: a bad entry has no line; one with headers to send is one")
def _(site):
    answer = links(site, ["a", {"key": "b", "method": "DELETE"},
                          {"key": "c", "method": "PUT"},
                          {"key": "d", "method": "PUT",
                           "contentType": "text/x"}],
                   "text", onError="report")
    lines = whole(answer, 4, 1).splitlines()
    equal([line.split("?")[0].rsplit("/", 1)[1] for line in lines],
          ["a", "b", "c"])


# env -------------------------------------------------------------------------

HOSTILE = ["'; rm -rf ~; #", "';touch pwned;'", "$(touch pwned)",
           "`touch pwned`", "\n touch pwned\n#", "'\"'\"'\\''", "\\", "\\'",
           "a\\\nb", "-n", "*", "\x01\x7f\r\t", "${IFS}&touch pwned|", "!!",
           "\u0081\u0088"]

SHOW = (". ./env || exit 9; for name in AWS_ACCESS_KEY_ID "
        "AWS_SECRET_ACCESS_KEY AWS_SESSION_TOKEN MINTAGE_EXPIRES_AT "
        "MINTAGE_ENDPOINT MINTAGE_BUCKET MINTAGE_KEY MINTAGE_PREFIX; do "
        "eval \"value=\\${$name-unset}\"; printf '%s\\0' \"$value\"; done; "
        "test \"$(sh -c 'printf %s \"$AWS_SESSION_TOKEN\"')\" = "
        "\"$AWS_SESSION_TOKEN\"")


def sourced(site, answer, shell="sh", **before):
    folder = folder_for(site)
    write(os.path.join(folder, "env"), answer.body)
    found = run([shell, "-c", SHOW], folder,
                environment=clean_environment(folder, **before))
    equal(os.listdir(folder), ["env"], "files there")
    return found.decode().split("\0")[:-1]


@case("env: sh and bash source it; a hostile key stays a string")
def _(site):
    for key in HOSTILE + [key for key in AWKWARD if len(key) < 100]:
        answer = batch(site, "env", objects=[key])
        ended(answer, 1)
        for shell in ["sh"] + ["bash"] * bool(shutil.which("bash")):
            values = sourced(site, answer, shell)
            equal(values[0], PORTAL)
            equal(values[4:], [ENDPOINT.url, BUCKET, key, "unset"])
            need(re.fullmatch("[0-9a-f]{64}", values[1]), values[1])


@case("env: sh finds nothing left of an earlier one")
def _(site):
    values = sourced(site, single(site, "env", prefixes=["a/", "b/"]),
                     MINTAGE_KEY="old", MINTAGE_PREFIX="old/")
    equal(values[6:], ["unset", "unset"])
    values = sourced(site, batch(site, "env", prefixes=["it's/"]),
                     MINTAGE_KEY="old")
    equal(values[6:], ["unset", "it's/"])


@case("env: sh gets no variable from a bad entry, whatever its error says")
def _(site):
    answer = batch(site, "env", onError="report", objects=[
        {"key": "a'\ntouch pwned\n'", "permission": "x\n touch pwned\n"}])
    ended(answer, 1, 1)
    equal(sourced(site, answer), ["unset"] * 8)


@case("env: boto3, started by a shell that sourced it, opens the object")
def _(site):
    key = "it's $HOME.txt"
    store([key, "other"])
    folder = folder_for(site)
    write(os.path.join(folder, "env"), batch(site, "env", objects=[key]).body)
    write(os.path.join(folder, "boto.py"), BOTO.encode())
    found = run(["sh", "-c", '. ./env && exec "$0" boto.py '
                 '"$MINTAGE_ENDPOINT" "$MINTAGE_BUCKET" "$MINTAGE_KEY" other',
                 sys.executable], folder)
    equal(found, body_of(key) + b"AccessDenied\n")


if __name__ == "__main__":
    main(make_site)
