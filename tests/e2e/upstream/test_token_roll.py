#!/usr/bin/python3
"""`mintage token roll`: a new secret, and the old one kept beside it."""
import hashlib
import os
import re
import signal
import subprocess
import sys

sys.path.insert(1, sys.path[0] + "/../lib")
from harness import MINTAGE, PORTAL, case, equal, need, until
from world import CREATE, REMOTE, TOKEN, make_known, run_all, world


@case("token roll: a new secret in its place, the old one beside it")
def _():
    with world() as here:
        make_known(here)
        path = os.path.join(here.folder, "keys", "portal.secret")
        os.chmod(path, 0o640)
        before = here.read("keys/portal.secret")
        done = here.token("roll", "portal")
        equal((done.status, done.err), (0, ""), str(done))
        value = here.api.values[PORTAL]
        fresh = hashlib.sha256(value.encode()).hexdigest()
        equal(here.read("keys/portal.secret"), fresh + "\n")
        equal(here.read("keys/portal.secret.previous"), before)
        equal(os.stat(path).st_mode & 0o7777, 0o640)
        need("has just ended" in done.out and "SIGHUP" in done.out, done.out)
        need(fresh not in done.out and value not in done.out, done.out)
        # Not again until told.
        done = here.token("roll", "portal")
        equal(done.status, 1, str(done))
        need("--forget-previous" in done.err, done.err)
        equal(here.api.values[PORTAL], value)
        calls = len(here.api.calls)
        done = here.run("token", "roll", "portal", "--forget-previous")
        equal(done.status, 0, str(done))
        equal(sorted(os.listdir(os.path.join(here.folder, "keys"))),
              ["api.token", "archive.secret", "berlin.secret",
               "portal.secret"])
        equal(len(here.api.calls), calls)
        equal(here.token("roll", PORTAL).status, 0)


@case("token roll that fails changes nothing")
def _():
    with world() as here:
        before = here.read("keys/portal.secret")
        done = here.token("roll", "portal")
        equal(done.status, 1, str(done))
        need("1003" in done.err, done.err)
        equal(here.read("keys/portal.secret"), before)
        need(not os.path.exists(os.path.join(
            here.folder, "keys/portal.secret.new")), "a file was left")
        here.add_remote()
        equal(here.token("roll", "remote").status, 1)
        done = here.token("roll", "nobody")
        equal((done.status, done.out), (1, ""), str(done))
        need("'nobody' is neither a parent of" in done.err, done.err)


@case("token create, token roll: an answer that was lost is said to be")
def _():
    with world() as here:
        for mischief in ("hangup", "cut", "500"):
            before = len(here.api.tokens)
            # On the connection that the groups were looked up by.
            with here.api.doing([mischief] * 20, at="/tokens") as calls:
                done = here.token(*CREATE, "--name", "fresh")
            equal((done.status, done.out), (1, ""), str(done))
            need("may have been made all the same" in done.err
                 and "mintage fresh" in done.err, str(done))
            equal([call.method for call in calls], ["GET", "POST"])
            equal(len(here.api.tokens) - before, mischief == "cut")
        make_known(here)
        before = here.read("keys/portal.secret")
        for mischief in ("hangup", "cut", "500"):
            with here.api.doing([mischief] * 20, at="/value"):
                done = here.token("roll", "portal")
            equal(done.status, 1, str(done))
            need("roll it again" in done.err, str(done))
            equal(here.read("keys/portal.secret"), before)


@case("token roll, token revoke: what can't be printed is no success")
def _():
    with world() as here, open("/dev/full", "wb") as full:
        make_known(here)
        for words in (("roll", "portal"), ("revoke", "portal")):
            done = subprocess.run(
                [MINTAGE, "token", *words, "--config", here.settings.path,
                 "--api-token-file", here.token_file], stdout=full,
                stderr=subprocess.PIPE, check=False, cwd=here.folder)
            equal(done.returncode, 1, str(words))
            need(b"standard output: No space" in done.stderr, done.stderr)


def start_token(here, *words):
    return subprocess.Popen(
        [MINTAGE, "token", *words, "--config", here.settings.path,
         "--api-token-file", here.token_file], cwd=here.folder,
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
        stderr=subprocess.PIPE)


def told_to_stop(here, number, at, *words):
    """A token command that is sent a signal while it waits for the API."""
    with here.api.doing(latency=1, at=at) as calls:
        process = start_token(here, *words)
        until(lambda: [call for call in calls if call.path.endswith(at)],
              "it asks")
        process.send_signal(number)
        out = process.communicate(timeout=60)[0].decode()
    equal(process.returncode, -number, out)
    return out


@case("token create, token roll: told to stop, the secret is kept first")
def _():
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        with world() as here:
            make_known(here)
            told_to_stop(here, number, "/value", "roll", "portal")
            equal(here.read("keys/portal.secret").strip(), hashlib.sha256(
                here.api.values[PORTAL].encode()).hexdigest())
            out = told_to_stop(here, number, "/tokens", *CREATE, "--name",
                               "fresh")
            made, = set(here.api.tokens) - {PORTAL}
            need(f"access-key-id = {made}" in out, out)
            path = re.search("^secret-access-key-file = (.*)$", out, re.M)[1]
            equal(here.read(path).strip(), hashlib.sha256(
                here.api.values[made].encode()).hexdigest())


@case("token roll: a secret that can't be put in its place is shown")
def _():
    with world() as here:
        make_known(here)
        with here.api.doing(latency=1, at="/value") as calls:
            process = start_token(here, "roll", "portal")
            until(lambda: calls, "it asks")
            here.write("keys/portal.secret.previous", "somebody else's")
            out = process.communicate(timeout=60)[0].decode()
        equal(process.returncode, 1)
        equal(out.split("\n")[0], hashlib.sha256(
            here.api.values[PORTAL].encode()).hexdigest())


@case("token roll: not of the token by which it is done")
def _():
    with world() as here:
        here.add_remote()
        here.settings.sections["parent remote"]["secret-access-key-file"] = \
            here.write("keys/remote.secret",
                       hashlib.sha256(TOKEN.encode()).hexdigest())
        here.settings.write()
        here.api.tokens[REMOTE] = {"id": REMOTE, "name": "r",
                                   "status": "active"}
        here.api.values[REMOTE] = TOKEN
        for words in ((), ("--api-token-file", here.token_file)):
            done = here.run("token", "roll", "remote", *words)
            equal(done.status, 1, str(done))
            need("--api-token-file" in done.err, str(done))
        equal(here.api.values[REMOTE], TOKEN)


if __name__ == "__main__":
    run_all()
