#!/usr/bin/python3
"""A clock that can't be believed, memory that runs out: 503, and no secret."""
import json
import subprocess
import sys

sys.path.insert(1, sys.path[0] + "/../lib")
from harness import (MINTAGE, RESPONDER, Site, batch_path, case, equal, main,
                     need, single_path)
from preload import failing
import wire

READ = {"bucket": "portal-downloads", "permission": "object-read-only"}
CLOCKS = ["fail", 0, 1, 1000000000, 1767225599, -1, 253402300800]


def ask(site, environment, path, fields):
    """What a responder in this environment answers, and its audit lines."""
    body = json.dumps(fields).encode()
    values = wire.environment("POST", path, len(body),
                              token=site.settings.tokens["bulk"])
    before = len(site.audit_lines())
    with wire.Process([RESPONDER, "--config=" + site.settings.path],
                      site.folder, environment=environment) as responder:
        with responder.connect() as connection:
            connection.ask(values, body)
            answer = wire.parse(connection.read())
            need(responder.running, "the responder died")
    return answer, site.audit_lines()[before:]


def refused(answer):
    equal(answer.status, 503)
    equal(answer.errors[0]["code"], 10043)
    need(b"sessionToken" not in answer.body, "issued after all")


@case("with a clock that fails, or from before this version, nothing is issued")
def _(site):
    for clock in CLOCKS:
        with failing(site.environment(), clock=clock) as environment:
            for path, more in ((single_path(), {}), (batch_path(), {}),
                               (single_path().replace(
                                   "temp-access-credentials", "presigned-urls"),
                                {})):
                fields = {**READ, "objects": ["a"], **more}
                if "presigned" in path:
                    del fields["permission"]
                answer, lines = ask(site, environment, path, fields)
                refused(answer)
                need("clock" in answer.errors[0]["message"], answer.text)
                equal([line["event"] for line in lines], [], "lines")


@case("/healthz says what is wrong with the clock")
def _(site):
    with failing(site.environment(), clock=0) as environment, \
            wire.Process([RESPONDER, "--config=" + site.settings.path],
                         site.folder, environment=environment) as responder, \
            responder.connect() as connection:
        connection.ask(wire.environment("GET", "/healthz"))
        answer = wire.parse(connection.read())
    equal(answer.status, 503)
    need("the clock of this machine says 1970" in answer.text, answer.text)


@case("with a clock that is right, it is")
def _(site):
    for clock in (1767225600, 1900000000):
        with failing(site.environment(), clock=clock) as environment:
            answer, lines = ask(site, environment, single_path(),
                                {**READ, "objects": ["a"]})
            equal(answer.status, 200)
            equal([line["event"] for line in lines], ["issue", "outcome"])


@case("the command says what is wrong with the clock")
def _(site):
    token = site.single({**READ, "objects": ["a"]}).result["sessionToken"]
    config = "--config=" + site.settings.path
    for arguments in (["mint", config, "--bucket=portal-downloads",
                       "--permission=object-read-only", "--object=a"],
                      ["inspect", config, token]):
        for clock in ("fail", 0):
            with failing(site.environment(), clock=clock) as environment:
                done = subprocess.run([MINTAGE, *arguments], env=environment,
                                      capture_output=True, check=False)
            need(done.returncode != 0, "it succeeded")
            need(b"the clock of this machine" in done.stderr, done.stderr)
            equal(done.stdout, b"")


@case("where memory runs out in the second pass, the answer is 503")
def _(site):
    # The token is a third longer than its paths and is the longest piece that
    # malloc is asked for.
    keys = [f"{number:05}-" + "k" * 1000 for number in range(200)]
    with failing(site.environment(), malloc=260000) as environment:
        answer, lines = ask(site, environment, single_path(),
                            {**READ, "objects": keys})
    refused(answer)
    need("memory" in answer.errors[0]["message"], answer.text)
    equal([line["event"] for line in lines], ["issue", "outcome", "refused"])
    equal((lines[1]["result"], lines[1]["issued"], lines[1]["bytes"]),
          ("failed", 0, 0))
    equal({line["request"] for line in lines}, {answer.id})
    with failing(site.environment(), malloc=1 << 30) as environment:
        answer, lines = ask(site, environment, single_path(),
                            {**READ, "objects": keys})
    equal(answer.status, 200)


if __name__ == "__main__":
    main(lambda: Site("fastcgi"))
