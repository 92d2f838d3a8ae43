#!/usr/bin/python3
"""The record: complete, before the first secret, and without any secret."""
import json
import os
import re
import signal
import sys
import threading

sys.path.insert(1, sys.path[0] + "/../lib")
from harness import (ACCOUNT, AWKWARD, PORTAL, Site, batch_path, case, equal,
                     main, need, real_names, single_path, until)
from judge import scopes_digest
import wire

READ = {"bucket": "portal-downloads", "permission": "object-read-only"}
TIME = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z"
WHO = ["time", "event", "request", "caller", "user", "remote", "route"]
ISSUE = WHO + ["account", "parent", "bucket", "permission", "ttlSeconds",
               "count", "failed", "scopes"]


def rows(keys, scope="object-read-only", ttl=900, kind="object"):
    return [("portal-downloads", scope, ttl, kind, key) for key in keys]


@case("a batch leaves who, what, how many; then how it ended")
def _(site):
    keys = real_names(2000)
    answer = site.batch({**READ, "objects": keys})
    site.issued_as(answer)
    issue, outcome = site.audit(answer.id, "issue", "outcome")
    need(re.fullmatch(TIME, issue["time"]), issue["time"])
    equal(set(issue), set(ISSUE), "members")
    expected = {"event": "issue", "request": answer.id, "caller": "bulk",
                "user": None, "remote": "127.0.0.1", "route": "batch",
                "account": ACCOUNT, "parent": PORTAL,
                "bucket": "portal-downloads",
                "permission": "object-read-only", "ttlSeconds": 900,
                "count": 2000, "failed": 0}
    equal({name: issue[name] for name in expected}, expected)
    equal(issue["scopes"], scopes_digest(rows(keys)), "scopes")
    equal(set(outcome), set(WHO + ["result", "issued", "bytes"]), "members")
    equal((outcome["result"], outcome["issued"]), ("complete", 2000))
    # Some bytes are the headers'.
    need(0 <= outcome["bytes"] - len(answer.body) < 1024, str(outcome))


@case("the scopes' digest tells order, paths, scopes, lifetimes, kinds apart")
def _(site):
    answer = site.batch({**READ, "objects": [
        "a", {"key": "b", "permission": "object-read-write"},
        {"key": "c", "permission": "object-read-write",
         "actions": ["PutObject", "GetObject"], "ttlSeconds": 60},
        *AWKWARD]})
    issue = site.audit(answer.id, "issue", "outcome")[0]
    equal(issue["scopes"], scopes_digest(
        rows(["a"]) + rows(["b"], "object-read-write")
        + rows(["c"], ["GetObject", "PutObject"], 60) + rows(AWKWARD)))
    answer = site.batch({**READ, "prefixes": ["p/", "q/"]})
    issue = site.audit(answer.id, "issue", "outcome")[0]
    equal(issue["scopes"], scopes_digest(rows(["p/", "q/"], kind="prefix")))


@case("what entries have that differs from their batch can be read in the line")
def _(site):
    answer = site.batch({**READ, "objects": ["a"]})
    issue = site.audit(answer.id, "issue", "outcome")[0]
    need(not any(name.startswith("differing") for name in issue), str(issue))
    answer = site.batch({**READ, "objects": [
        "a", {"key": "b", "permission": "object-read-only"},
        {"key": "c", "actions": ["HeadObject"]},
        {"key": "d", "ttlSeconds": 60},
        {"key": "e", "actions": ["GetObject"], "ttlSeconds": 1800}]})
    site.issued_as(answer)
    issue = site.audit(answer.id, "issue", "outcome")[0]
    equal((issue["permission"], issue["ttlSeconds"], issue["count"]),
          ("object-read-only", 900, 5))
    equal(issue["differing"], 3)
    need({"GetObject", "HeadObject"} <= set(issue["differingActions"]), str(issue))
    need("PutObject" not in issue["differingActions"], str(issue))
    equal(issue["differingTtlSeconds"], 1800)
    answer = site.request(
        "POST", f"/accounts/{ACCOUNT}/r2/presigned-urls", token="bulk", json={
            "bucket": "portal-downloads",
            "objects": ["a", {"key": "b", "method": "DELETE"}]})
    issue = site.audit(answer.id, "issue", "outcome")[0]
    equal((issue["actions"], issue["differing"], issue["differingActions"]),
          (["GetObject"], 1, ["DeleteObject"]))


@case("single: a line of the digest for each path, one for a bucket")
def _(site):
    answer = site.single({**READ, "objects": ["a", "b"]})
    issue = site.audit(answer.id, "issue", "outcome")[0]
    equal((issue["route"], issue["count"]), ("single", 1))
    equal(issue["scopes"], scopes_digest(rows(["a", "b"])))
    answer = site.single(READ)
    issue = site.audit(answer.id, "issue", "outcome")[0]
    equal(issue["scopes"], scopes_digest(rows([""], kind="bucket")))


@case("actions are recorded as actions")
def _(site):
    answer = site.single({"bucket": "portal-downloads", "objects": ["a"],
                          "actions": ["PutObject", "GetObject"]})
    issue = site.audit(answer.id, "issue", "outcome")[0]
    need("permission" not in issue, "a permission too")
    equal(issue["actions"], ["GetObject", "PutObject"])


@case("the line is there before the first byte of an answer")
def _(site):
    body = json.dumps({**READ, "objects": ["a"] * 5000}).encode()
    with wire.Responder(site) as responder:
        exchange = responder.open(wire.environment(
            "POST", batch_path(), len(body),
            token=site.settings.tokens["bulk"]))
        exchange.send(body)
        before = len(site.audit_lines())
        exchange.send(b"")
        need(exchange.answered(), "no answer")
        lines = site.audit_lines()[before:]
        equal([line["event"] for line in lines][:1], ["issue"])
        exchange.answer()


def one(site):
    """The variables and the body of a small good request."""
    body = json.dumps({**READ, "objects": ["a"]}).encode()
    return wire.environment("POST", single_path(), len(body),
                            token=site.settings.tokens["bulk"]), body


@case("on a full disk nothing is issued")
def _(site):
    with site.changed("mintage", audit_log="/dev/full"), \
            wire.Responder(site) as responder:
        answer = responder.ask(*one(site))
        equal(answer.status, 503)
        equal(answer.errors[0]["code"], 10043)
        need(b"sessionToken" not in answer.body, "issued after all")


@case("what can't be recorded is not issued, until it can again")
def _(site):
    folder = os.path.join(site.folder, "later")
    log = os.path.join(folder, "audit.jsonl")
    health = wire.environment("GET", "/healthz")
    with site.changed("mintage", audit_log=log), \
            wire.Responder(site) as responder:
        answer = responder.ask(*one(site))
        equal(answer.status, 503)
        equal(answer.errors[0]["code"], 10043)
        need(b"sessionToken" not in answer.body, "issued after all")
        need(log not in answer.text, "the client learns where")
        equal(responder.ask(health).status, 503, "health")
        os.mkdir(folder)
        equal(responder.ask(*one(site)).status, 200, "healed")
        equal(responder.ask(health).status, 200, "health")
    with open(log, encoding="utf-8") as f:
        equal([json.loads(line)["event"] for line in f],
              ["issue", "outcome"])


@case("where the record can't be written, /healthz says so: to us, where")
def _(site):
    log = os.path.join(site.folder, "none", "audit.jsonl")
    near = wire.environment("GET", "/healthz")
    far = {**near, "REMOTE_ADDR": "192.0.2.7"}
    with site.changed("mintage", audit_log=log), \
            wire.Responder(site) as responder:
        answer = responder.ask(near)
        equal(answer.status, 503)
        need(log in answer.text, answer.text)
        answer = responder.ask(far)
        equal(answer.status, 503)
        need("audit log" in answer.text and log not in answer.text,
             answer.text)
    if os.path.exists("/dev/log"):
        return      # a syslog daemon listens here
    with site.changed("mintage", audit_log="syslog"), \
            wire.Responder(site) as responder:
        equal(responder.ask(near).status, 503, "syslog that isn't there")


@case("refusals are recorded with status, number and place, not with words")
def _(site):
    secret = "my-private-name-for-a-thing"
    answer = site.single({**READ, "objects": [secret + "/a"]}, "web")
    line = site.audit(answer.id, "refused")[0]
    equal(set(line), set(WHO + ["status", "code", "pointer"]), "members")
    equal((line["caller"], line["route"], line["status"], line["code"],
           line["pointer"]), ("web", "single", 403, 10003, "/objects/0"))
    answer = site.single({**READ, secret: 1}, "web")
    equal(site.audit(answer.id, "refused")[0]["status"], 400)
    with open(site.settings.audit_log, encoding="utf-8") as f:
        need(secret + "/a" not in f.read(), "what was asked is in the log")


@case("a token that was refused is not in the log")
def _(site):
    token = "Tk-nearly-right-and-therefore-secret"
    answer = site.single(READ, token)
    equal(answer.status, 401)
    site.audit(answer.id, "refused")
    with open(site.settings.audit_log, encoding="utf-8") as f:
        need(token not in f.read(), "the token is in the log")


@case("no name a server passes can end a line or make one")
def _(site):
    name = 'ann"}\n{"event":"issue"}\r\u2028'
    values = wire.environment("POST", single_path(), 2, REMOTE_USER=name,
                              remote="127.0.0.1")
    with wire.Responder(site) as responder:
        before = len(site.audit_lines())
        answer = responder.ask(values, b"{}")
        need(answer.status in (400, 401, 403), f"status {answer.status}")
        site.audit(answer.id, "refused")
        values["REMOTE_USER"] = "\udcff\udcfe"
        responder.ask(values, b"{}")
    equal(len(site.audit_lines()), before + 2, "lines")


@case("lines of many requests at once don't mix")
def _(site):
    ids = []

    def ask():
        for number in range(20):
            ids.append(site.batch({**READ, "objects": [f"k{number}"] * 30}).id)
    threads = [threading.Thread(target=ask) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for request in ids:
        site.audit(request, "issue", "outcome")
    equal(len(set(ids)), 120, "ids")


@case("after SIGHUP the log is opened anew")
def _(site):
    log = os.path.join(site.folder, "log", "rotated.jsonl")

    def lines():
        with open(log, encoding="utf-8") as f:
            return f.read().count("\n")
    with site.changed("mintage", audit_log=log), \
            wire.Responder(site) as responder:
        equal(responder.ask(*one(site)).status, 200)
        equal(lines(), 2)
        os.rename(log, log + ".1")
        responder.process.send_signal(signal.SIGHUP)
        until(lambda: responder.ask(*one(site)).status == 200
              and os.path.exists(log), "a new log")
        equal(lines(), 2)


@case("others can't read the log")
def _(site):
    equal(os.stat(site.settings.audit_log).st_mode & 0o007, 0, "mode")


@case("audit-sync = yes records all the same")
def _(site):
    with site.changed("mintage", audit_sync="yes"), \
            wire.Responder(site) as responder:
        answer = responder.ask(*one(site))
        site.audit(answer.id, "issue", "outcome")


if __name__ == "__main__":
    main(lambda: Site("fastcgi"))
