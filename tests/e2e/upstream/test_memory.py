#!/usr/bin/python3
"""Keys in memory: what root finds in a worker that has answered a thousand
requests of all kinds and waits for the next. Secrets and what was made of them
may be in locked pages, and nowhere else."""
import base64
import contextlib
import hashlib
import itertools
import json
import os
import secrets
import signal
import subprocess
import sys
import time

sys.path.insert(1, sys.path[0] + "/../lib")
sys.path.insert(1, sys.path[0] + "/../../vectors")
from harness import (PORTAL, RESPONDER, SANITIZED, Skip, batch_path, case,
                     equal, need, until)
import memory
from mixed import ALL, FIELDS, WAF, Kept, Memory, ask_all
from wire import Process
from world import TOKEN, run_all, world

ROUNDS = 25         # of forty requests
# Links of these kinds have an MD5 of the secret for their code.
BY_MD5 = {"secure-link", "secure-link-md5", "secdownload-md5", "auth-token"}


def open_image(pid):
    if SANITIZED:
        raise Skip("a sanitizer maps more than can be read, and keeps what "
                   "was freed")
    try:
        return memory.Image(pid)
    except PermissionError:
        raise Skip("/proc/PID/mem can't be read here") from None


@contextlib.contextmanager
def worker(site):
    command = [RESPONDER, "--config=" + site.settings.path]
    with Process(command, site.here.folder,
                 dict(os.environ, TMPDIR=site.here.folder + "/tmp")) as process:
        site.process = process
        open_image(process.pid)
        yield process


# ---- what must not be found --------------------------------------------------

def days():
    """Today and its neighbours: a test may run at midnight."""
    now = time.time()
    return [time.strftime("%Y%m%d", time.gmtime(now + shift))
            for shift in (-86400, 0, 86400)]


def sources(site):
    """Name -> the texts and derived keys that no page shows openly."""
    found = {}
    for name, text in itertools.chain(
            {"parent": site.settings.secrets[PORTAL], "API token": TOKEN,
             **{"token of " + caller: token
                for caller, token in site.settings.tokens.items()}}.items(),
            (("secret of " + name, text)
             for name, text in site.secrets.items())):
        found[name] = memory.forms(text.encode())
    found["states"] = list(states(site).values())
    parent = b"AWS4" + site.settings.secrets[PORTAL].encode()
    found["AWS4"] = [parent] + memory.forms(parent)[1:]
    for day in days():
        chain = memory.code(parent, day, "auto", "s3", "aws4_request")
        for key in chain:
            found.setdefault("signing keys", []).extend(
                [key, key.hex().encode(), *memory.inside(key),
                 memory.padded(key, 0x36)[:32], memory.padded(key, 0x5c)[:32],
                 *memory.states(key)])
    return found


def states(site):
    """Name -> what signs, of each secret that can be a state."""
    found = {}
    parent = site.settings.secrets[PORTAL].encode()
    for name, key in (("parent", parent), ("AWS4", b"AWS4" + parent),
                      ("signed", site.secrets["signed"].encode()),
                      ("waf", site.secrets[WAF].encode())):
        found[name + " inner"], found[name + " outer"] = memory.states(key)
    key = site.secrets["secdownload-hmac-sha1"].encode()
    found["sha1 inner"], found["sha1 outer"] = memory.states_sha1(key)
    return found


def findings(site):
    image = memory.Image(site.process.pid)
    needles = dict(sources(site))
    for kind, answers in site.wanted.items():
        needles[kind] = [text for texts in answers for text in texts]
    found = []
    for name, texts in needles.items():
        for text in texts:
            where = image.find(text)
            if where:
                found.append(f"{name}: {text[:12]!r}... ({len(text)} bytes) "
                             f"in {where}")
    return found


def is_clean(site):
    """Nothing is found, as soon as the last request has ended."""
    end = time.monotonic() + 5
    while (found := findings(site)) and time.monotonic() < end:
        time.sleep(0.2)
    need(not found, "\n".join(sorted(set(found))[:60]))


# ---- cases -------------------------------------------------------------------

@case("the test knows what it looks for")
def _():
    key = b"a key of HMAC"
    for name, one in (("sha256", memory.sha256_block),
                      ("sha1", memory.sha1_block)):
        text = b"x" * 55
        padding = b"\x80" + (440).to_bytes(8, "big")
        equal(b"".join(word.to_bytes(4, "big") for word in one(text + padding)),
              hashlib.new(name, text).digest(), name)
    need(len(set(memory.states(key))) == 2, "states")
    # Every form is found where it lies.
    for shift in range(3):
        whole = base64.b64encode(b"\xff" * shift + key + b"\xff")
        need(any(form in whole for form in memory.inside(key)), "base64")


@case("an idle worker shows no secret, token, signature or key")
def _():
    with world() as here:
        site = Memory(here)
        with worker(site):
            is_clean(site)      # as soon as it is loaded
            ask_all(site, ROUNDS)
            is_clean(site)
            image = memory.Image(site.process.pid)
            # The very same look finds what is there.
            need(image.find(site.settings.path.encode()), "its own path")
            need(image.locked, "there are no locked pages")
            for name, state in states(site).items():
                need(image.has_locked(state), f"{name}: no state is locked")
            for kind in BY_MD5:
                need(image.has_locked(site.secrets[kind].encode()),
                     f"{kind}: its text is needed")
            need(image.has_locked(TOKEN.encode()), "the API token is needed")
            for name in ("signed", "bunny", "secdownload-hmac-sha1", WAF):
                need(not image.has_locked(site.secrets[name].encode()),
                     f"{name}: its text is kept, and a state would do")
            need(not image.has_locked(site.settings.secrets[PORTAL].encode()),
                 "the parent's text is kept")


@case("no request leaves anything, on a connection that stays open")
def _():
    with world() as here:
        site = Memory(here)
        with worker(site), Kept(site) as kept:
            def ask(*how, **more):
                is_clean(site)      # of the request before
                return kept.ask(*how, **more)
            for one in ALL:
                one(site, ask, 0)
            is_clean(site)


@case("a reload leaves nothing of the configuration before it")
def _():
    with world() as here:
        site = Memory(here)
        with worker(site) as process:
            ask_all(site, 1)
            before = sources(site)
            with open(here.settings.sections["parent portal"]
                      ["secret-access-key-file"], "w") as file:
                here.settings.secrets[PORTAL] = secrets.token_hex(32)
                file.write(here.settings.secrets[PORTAL] + "\n")
            process.send_signal(signal.SIGHUP)
            until(lambda: "loaded anew" in process.errors, "it is loaded")
            is_clean(site)
            image = memory.Image(process.pid)
            for name in ("parent", "AWS4", "signing keys"):
                for text in before[name]:
                    need(not image.find(text) and not image.has_locked(text),
                         f"{name} of the configuration before")
            ask_all(site, 1)
            is_clean(site)


@case("a CGI program that answers a slow reader has forgotten the token")
def _():
    with world() as here:
        site = Memory(here)
        objects = [f"public/{number}" for number in range(20000)]
        body = json.dumps({**FIELDS, "objects": objects}).encode()
        values, body = site.values("POST", batch_path(), body)
        token = site.settings.tokens["bulk"]
        values["REDIRECT_HTTP_AUTHORIZATION"] = values["HTTP_AUTHORIZATION"]
        with subprocess.Popen(
                [RESPONDER, "--config=" + site.settings.path], env=values,
                stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
            process.stdin.write(body)
            process.stdin.close()
            process.stdout.read(10000)
            image = open_image(process.pid)
            need(image.find(b"SCRIPT_NAME=/mint"), "its environment")
            for form in memory.forms(token.encode()):
                equal(image.find(form), None, "the token")
            process.stdout.read()
            equal(process.wait(), 0, "exit status")


if __name__ == "__main__":
    run_all()
