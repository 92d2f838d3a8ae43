#!/usr/bin/python3
"""A parent that Cloudflare signs for, against an API of the tests' own that
answers well, badly, late, in parts and not at all."""
import base64
import concurrent.futures
import datetime
import glob
import hashlib
import json
import os
import random
import secrets
import shutil
import signal
import socket
import struct
import subprocess
import sys
import tempfile

import wire
from harness import (ACCOUNT, BUILD, MINTAGE, RESPONDER, SRC, Site, Skip,
                     case, children, command_line, equal, free_port, main, need,
                     process_status, single_path, until)
from judge import claims_of, instant

sys.path.insert(0, os.path.join(SRC, "tests", "cloud"))
import api  # noqa: E402

REMOTE = "c10dc10dc10dc10dc10dc10dc10dc10d"
TOKEN = "Api-" + secrets.token_urlsafe(30)
ONLINE = os.path.join(BUILD, "mintage-online")
GOOD = {"bucket": "clouds", "permission": "object-read-only"}
KEYS = [f"public/käse {n}.txt" for n in range(20)]


def change(cloud, **service):
    """A function for Site: REMOTE is Cloudflare's to sign for, and belongs
    to the caller `sky`."""
    def apply(settings):
        token_file = os.path.join(settings.folder, "keys", "api.token")
        with open(os.open(token_file, os.O_WRONLY | os.O_CREAT, 0o600),
                  "w") as f:
            f.write(TOKEN + "\n")
        settings.sections["account main"]["api-endpoint"] = cloud.url
        settings.sections["mintage"].update({
            "api-ca-file": cloud.ca, "api-deadline": "8",
            "state-dir": os.path.join(settings.folder, "state"), **{
                name.replace("_", "-"): value
                for name, value in service.items()}})
        os.makedirs(os.path.join(settings.folder, "state"), exist_ok=True)
        settings.add("parent remote", account="main", access_key_id=REMOTE,
                     permission="object-read-write", buckets="clouds",
                     signer="cloudflare", api_token_file=token_file)
        settings.add_bearer("sky", parents="remote", buckets="clouds",
                            permissions="object-read-write", prefixes="*",
                            whole_bucket="yes", max_ttl="604800")
        cloud.host = settings.host
        settings.secrets["API token"] = TOKEN
    return apply


class Cloud(Site):
    """A Site with its API."""

    def __init__(self, how="fastcgi", processes=1, **service):
        self.certificates = tempfile.mkdtemp(prefix="mintage-")
        self.api = api.Api(self.certificates, TOKEN,
                           {REMOTE: secrets.token_hex(32)}, account=ACCOUNT)
        self.api.start()
        super().__init__(how, change(self.api, **service),
                         processes=processes)

    def __enter__(self):
        return self

    def __exit__(self, kind, *_):
        self.kill()
        self.remove(kind is not None)

    def reload(self):
        """What is asked from now on is asked under the new configuration."""
        for pid in self.responders():
            # One that is only starting knows no SIGHUP yet, and would end.
            until(lambda pid=pid: int(process_status(pid)["SigCgt"], 16) & 1,
                  "a responder that takes SIGHUP")
            os.kill(pid, signal.SIGHUP)

    def remove(self, failed):
        self.api.stop()
        shutil.rmtree(self.certificates, ignore_errors=True)
        super().remove(failed)

    def check(self, entry, key, ttl=900, scope="object-read-only"):
        """A credential of the API's for this key and nothing else."""
        equal(entry.get("key"), key, "key")
        self.check_claims(entry, {"objectPaths": [key]}, ttl, scope)

    def check_claims(self, entry, paths, ttl, scope):
        claims = claims_of(entry["sessionToken"])
        equal(claims.get("paths"), paths, "paths")
        equal((claims["iss"], claims["scope"], claims["bucket"]),
              (REMOTE, scope, "clouds"))
        equal(claims["exp"] - claims["iat"], ttl, "lifetime")
        token = base64.b64decode(entry["sessionToken"])[4:]
        equal(entry["secretAccessKey"], hashlib.sha256(token).hexdigest())
        # Not later than it is; the calls took their time.
        said = datetime.datetime.fromisoformat(
            entry["expiresAt"].replace("Z", "+00:00")).timestamp()
        need(claims["exp"] - 10 <= said <= claims["exp"],
             f"expiresAt {entry['expiresAt']}, {instant(claims['exp'])}")

    def forget_calls(self):
        """As if five minutes had gone by."""
        for path in glob.glob(os.path.join(self.folder, "state", "*")):
            os.unlink(path)

    def refused(self, answer, status, *words):
        """An envelope of failure with these words, and never the token."""
        equal(answer.status, status, f"status of {answer.body[:300]!r}")
        text = answer.errors[0]["message"]
        for word in words:
            need(word in text, f"no {word!r} in {text!r}")
        need(TOKEN not in answer.text and TOKEN not in str(answer.headers),
             "the API token is in the answer")
        need("sessionToken" not in answer.text, "something was issued")
        return text


def helpers(site):
    """Process ids of the site's helpers."""
    return [pid for parent in site.responders() for pid in children(parent)
            if "mintage-online" in command_line(pid)]


# ---- as it should be ----------------------------------------------------------

@case("what signs locally loads no libcurl, and starts no helper")
def _(site):
    for program in (RESPONDER, MINTAGE):
        libraries = subprocess.run(["ldd", program], check=True,
                                   stdout=subprocess.PIPE).stdout
        need(b"curl" not in libraries, f"{program}: {libraries}")
    libraries = subprocess.run(["ldd", ONLINE], check=True,
                               stdout=subprocess.PIPE).stdout
    need(b"curl" in libraries, "nothing has libcurl")
    result = site.single({"bucket": "portal-downloads", "objects": ["a"],
                          "permission": "object-read-only"}).result
    need(result["sessionToken"], "no credential")
    equal(helpers(site), [], "helpers")


@case("a single credential: everything passes as it was asked for")
def _(site):
    with site.api.doing() as calls:
        answer = site.single({**GOOD, "ttlSeconds": 77, "objects": KEYS[:2],
                              "prefixes": ["users/ann/"]}, token="sky")
        result = site.issued_as(answer)
    equal(len(calls), 1, "calls")
    equal(calls[0].path, f"/client/v4/accounts/{ACCOUNT}/r2/"
                         "temp-access-credentials")
    equal(calls[0].json, {**GOOD, "parentAccessKeyId": REMOTE,
                          "ttlSeconds": 77, "objects": KEYS[:2],
                          "prefixes": ["users/ann/"]})
    site.check_claims(result, {"objectPaths": KEYS[:2],
                               "prefixPaths": ["users/ann/"]}, 77,
                      "object-read-only")
    site.audit(answer.id, "issue", "outcome")


@case("the whole bucket, where that was asked for")
def _(site):
    result = site.issued_as(site.single(GOOD, token="sky"))
    site.check_claims(result, None, 900, "object-read-only")


@case("a batch: a call for each entry, in order, over few connections")
def _(site):
    with site.api.doing(latency=0.02) as calls:
        answer = site.batch({**GOOD, "objects": KEYS}, token="sky")
        entries = site.issued_as(answer)
    equal(len(entries), len(KEYS))
    for entry, key in zip(entries, KEYS):
        site.check(entry, key)
    equal(len(calls), len(KEYS), "calls")
    need(api.connections(calls) <= 8, "more connections than calls at a time")
    need(2 <= site.api.most_under_way <= 8,
         f"{site.api.most_under_way} calls at a time")
    equal(answer.headers["Mintage-Count"], str(len(KEYS)))
    first, last = site.audit(answer.id, "issue", "outcome")
    equal((first["count"], last["issued"], last["result"]),
          (len(KEYS), len(KEYS), "complete"))


@case("entries with their own permission and time; prefixes; ndjson")
def _(site):
    lines = [{"key": "a/1", "permission": "object-read-write"},
             {"key": "a/2", "ttlSeconds": 60}, {"key": "a/3"}]
    answer = site.manifest("".join(json.dumps(line) + "\n" for line in lines),
                           "application/x-ndjson", "sky", format="ndjson",
                           **GOOD)
    equal(answer.status, 200, answer.text)
    rows = [json.loads(line) for line in answer.text.splitlines()]
    site.check(rows[0], "a/1", scope="object-read-write")
    site.check(rows[1], "a/2", ttl=60)
    site.check(rows[2], "a/3")
    equal(rows[3]["result_info"]["count"], 3)
    row = site.batch({**GOOD, "prefixes": ["p/"]}, token="sky").result[0]
    equal(row["prefix"], "p/")
    site.check_claims(row, {"prefixPaths": ["p/"]}, 900, "object-read-only")


@case("one helper, one pool: what is open is used again")
def _(site):
    with site.api.doing() as calls:
        for _ in range(5):
            site.single({**GOOD, "objects": ["a"]}, token="sky")
    equal(len(helpers(site)), 1, "helpers")
    equal((len(calls), api.connections(calls)), (5, 1))


@case("a helper that was killed is started again")
def _(site):
    before = helpers(site)
    os.kill(before[0], 9)
    until(lambda: not os.path.exists(f"/proc/{before[0]}/fd/0"), "it ends")
    result = site.single({**GOOD, "objects": ["a"]}, token="sky").result
    need(result["sessionToken"], "no credential")
    need(helpers(site) != before, "the same helper")


@case("a helper has no secret in its arguments or environment, nothing open")
def _(site):
    pid = helpers(site)[0]
    need(TOKEN not in command_line(pid), "the token is an argument")
    with open(f"/proc/{pid}/environ", "rb") as f:
        environment = f.read().decode()
    need(TOKEN not in environment and "HTTP" not in environment,
         environment)
    links = [os.readlink(path) for path in glob.glob(f"/proc/{pid}/fd/*")]
    for link in links:
        need("audit" not in link and ".conf" not in link
             and not link.startswith(site.folder + "/fcgi"),
             f"{link} is open in the helper")


# ---- what the API can't do ------------------------------------------------------

@case("actions, writing only and links are refused, with the reason")
def _(site):
    with site.api.doing() as calls:
        for fields, pointer in (
                ({"actions": ["GetObject"]}, "/actions"),
                ({"permission": "object-read-only",
                  "actions": ["GetObject"]}, "/actions"),
                ({"permission": "object-write-only"}, "/permission")):
            answer = site.single({"bucket": "clouds", "objects": ["a"],
                                  **fields}, token="sky")
            site.refused(answer, 400, "Cloudflare signs for this parent")
            equal(answer.errors[0]["source"]["pointer"], pointer)
        answer = site.batch({**GOOD, "objects": [
            "a", {"key": "b", "actions": ["GetObject"]},
            {"key": "c", "permission": "object-write-only"}]}, token="sky")
        equal([error["source"]["pointer"] for error in answer.errors],
              ["/objects/1/actions", "/objects/2/permission"])
        answer = site.request(
            "POST", f"/accounts/{ACCOUNT}/r2/presigned-urls", token="sky",
            json={"bucket": "clouds", "objects": ["a"]})
        site.refused(answer, 400, "Cloudflare signs for this parent")
        equal(answer.errors[0]["source"]["pointer"], "/parentAccessKeyId")
    equal(calls, [], "calls")


# ---- retries ------------------------------------------------------------------

@case("500, 503, 408, 429, a hang-up, half an answer: asked again")
def _(site):
    for mischief in ("500", "503", "408", "429", "hangup", "cut"):
        with site.api.doing([mischief]) as calls:
            answer = site.single({**GOOD, "objects": ["a"]}, token="sky")
        need(answer.status == 200, f"after {mischief}: {answer.text}")
        equal(len(calls), 2, f"calls after {mischief}")


@case("a hang-up on a kept connection: asked again by us, and counted")
def _(site):
    site.forget_calls()
    for _ in range(4):
        with site.api.doing([None, "hangup"]) as calls:
            answer = site.batch({**GOOD, "objects": ["a", "b"]}, token="sky")
        equal(answer.status, 200, answer.text)
        equal(len(calls), 3, "calls")
    with open(os.path.join(site.folder, "state", "calls"), "rb") as f:
        slots = struct.unpack("<2048q", f.read()[16:])
    equal(sum(slots[1::2]), 12, "calls counted")
    site.forget_calls()


@case("Retry-After is waited for, in seconds and as a date")
def _(site):
    for value, least in ((1, 1), ("2", 1)):
        with site.api.doing([("429", value)]) as calls:
            answer = site.single({**GOOD, "objects": ["a"]}, token="sky")
        equal(answer.status, 200, answer.text)
        equal(len(calls), 2, "calls")
        pause = calls[1].time - calls[0].time
        need(pause >= least * 0.95, f"asked again after {pause} s")


@case("asked for silence, all calls wait, and so does another process")
def _(site):
    site.forget_calls()
    with site.api.doing([("429", 1)]) as calls:
        answer = site.batch({**GOOD, "objects": KEYS}, token="sky")
    equal(answer.status, 200, answer.text)
    late = [call.time for call in calls[8:]]
    need(min(late) - calls[0].time >= 0.95, "calls within the silence")
    with site.api.doing([("429", 600)]) as calls:
        text = site.refused(site.single({**GOOD, "objects": ["a"]},
                                        token="sky"), 502, "429")
        need("10058" in text, text)
        equal(len(calls), 1, "calls")
        answer = site.single({**GOOD, "objects": ["a"]}, token="sky")
        site.refused(answer, 429)
        need(int(answer.headers["Retry-After"]) > 500, answer.headers)
        equal(len(calls), 1, "calls after that")
    site.forget_calls()


@case("5 % of calls fail at random: all 200 are issued")
def _(site):
    chance = random.Random(7)
    keys = [f"k/{n}" for n in range(200)]

    def script(number, call):
        return chance.choice(("500", "hangup", "cut", "429")) \
            if chance.random() < 0.05 else None
    with site.api.doing(script) as calls:
        entries = site.batch({**GOOD, "objects": keys}, token="sky").result
    need(len(calls) > 200, "nothing failed")
    for entry, key in zip(entries, keys):
        site.check(entry, key)
    equal(len(entries), 200)
    site.forget_calls()


@case("what can't change is asked once")
def _(site):
    for mischief, words in (
            (("refusal", (403, 10000, "Authentication error")),
             ("403", "10000", "Authentication error")),
            (("refusal", (400, 10004, "no\nsuch\x1b[31m thing")),
             ("400", "no such")),
            ("no success", ("200",)), ("invalid", ("not in its JSON",)),
            (("html", 403), ("403", "not in its JSON")),
            ("redirect", ("302", "not followed")),
            ("huge", ("too long",)), ("echo", ("403", "10000"))):
        with site.api.doing(lambda *_: mischief) as calls:
            text = site.refused(site.single({**GOOD, "objects": ["a"]},
                                            token="sky"), 502, *words)
        need("\n" not in text and "\x1b" not in text, repr(text))
        equal(len(calls), 1, f"calls after {mischief}")


@case("an error page instead of an envelope, again and again")
def _(site):
    with site.api.doing(lambda *_: "html") as calls:
        site.refused(site.single({**GOOD, "objects": ["a"]}, token="sky"),
                     502, "502", "not in its JSON")
    equal(len(calls), 6, "calls")


@case("messages may be texts or objects")
def _(site):
    for messages in (["a text"], [{"code": 1, "message": "x"}], [], None):
        with site.api.doing([("messages", messages)]):
            answer = site.single({**GOOD, "objects": ["a"]}, token="sky")
        equal(answer.status, 200, answer.text)


@case("what isn't a credential does not get into an answer")
def _(site):
    for text in ('x"<script>', "a b", "x\ny", "$(id)", "'", "", "é", None, 7):
        with site.api.doing([("poison", text)]):
            answer = site.single({**GOOD, "objects": ["a"]}, token="sky")
        site.refused(answer, 502, "holds no credential")


# ---- all or nothing, or each its own ----------------------------------------------

def broken_at(*numbers):
    """Calls for these keys fail."""
    bad = {KEYS[number] for number in numbers}
    return lambda number, call: ("refusal", (403, 10003, "not this one")) \
        if call.json["objects"][0] in bad else None


@case("reject: one failure, and nothing is issued; the rest isn't asked for")
def _(site):
    with site.api.doing(broken_at(3), latency=0.02) as calls:
        answer = site.batch({**GOOD, "objects": KEYS * 5}, token="sky")
    text = site.refused(answer, 502, "403", "10003", "not this one")
    need(text, "no words")
    equal(answer.errors[0]["source"]["pointer"], "/objects/3")
    need(len(calls) < 60, f"{len(calls)} calls")
    lines = site.audit(answer.id, "issue", "refused", "outcome")
    equal((lines[2]["result"], lines[2]["issued"]), ("failed", 0))


@case("report: each entry that failed carries its own error")
def _(site):
    with site.api.doing(broken_at(0, 7, 19)):
        answer = site.batch({**GOOD, "objects": KEYS, "onError": "report"},
                            token="sky")
    entries = answer.result
    equal([n for n, entry in enumerate(entries) if "error" in entry],
          [0, 7, 19])
    for entry, key in zip(entries, KEYS):
        equal(entry["key"], key)
        if "error" in entry:
            equal(entry["error"]["code"], 11015)
            need("not this one" in entry["error"]["message"], entry)
        else:
            site.check(entry, key)
    equal(answer.json["result_info"], {"count": 17, "failed": 3})
    lines = site.audit(answer.id, "issue", "outcome")
    equal(lines[1]["issued"], 17)


@case("report: entries that are no good themselves are not asked for")
def _(site):
    with site.api.doing(broken_at(1)) as calls:
        answer = site.batch({**GOOD, "objects": [KEYS[0], "", KEYS[1],
                                                 KEYS[2]],
                             "onError": "report"}, token="sky")
    equal(["error" in entry for entry in answer.result],
          [False, True, True, False])
    site.check(answer.result[3], KEYS[2])
    equal(len(calls), 3, "calls")
    equal(answer.json["result_info"], {"count": 2, "failed": 2})


@case("slower than its time: 502, and nothing is issued")
def _(site):
    with Cloud(api_deadline="1") as other:
        with other.api.doing(lambda *_: ("slow", 3)):
            other.refused(other.batch({**GOOD, "objects": KEYS}, token="sky"),
                          502)


@case("the helper is killed half-way: nothing was issued")
def _(site):
    def kill(number, call):
        if number == 5:
            for pid in helpers(site):
                os.kill(pid, 9)
    with site.api.doing(kill, latency=0.05):
        answer = site.batch({**GOOD, "objects": KEYS}, token="sky")
    site.refused(answer, 503, "try again")
    lines = site.audit(answer.id, "issue", "refused", "outcome")
    equal((lines[2]["result"], lines[2]["issued"]), ("failed", 0))


@case("the responder is killed half-way: nothing has been answered")
def _(site):
    with Cloud() as other:
        def kill(number, call):
            if number == 5:
                for pid in other.responders():
                    os.kill(pid, 9)
        with other.api.doing(kill, latency=0.05):
            answer = other.batch({**GOOD, "objects": KEYS}, token="sky")
        need(answer.status in (500, 502, 503), answer.text)
        need(b"sessionToken" not in answer.body, "something was answered")
        # Recorded as begun, and never as over.
        equal([line["event"] for line in other.audit_lines()], ["issue"])
        until(lambda: not helpers(other), "its helper ends")


# ---- whom it talks to --------------------------------------------------------------

@case("a certificate that isn't trusted: no token is sent")
def _(site):
    with Cloud(api_ca_file="/etc/ssl/certs/ca-certificates.crt") as other:
        with other.api.doing() as calls:
            other.refused(other.single({**GOOD, "objects": ["a"]},
                                       token="sky"), 502, "certificate")
        equal(calls, [], "calls")


@case("a certificate for another name: no token is sent")
def _(site):
    folder = site.certificates
    wrong = api.Api(folder, TOKEN, {}, certificate=api.make_certificate(
        folder, "elsewhere.example")).start()
    try:
        with Cloud() as other:
            other.settings.sections["account main"]["api-endpoint"] = \
                wrong.url
            other.settings.sections["mintage"]["api-ca-file"] = wrong.ca
            other.settings.write()
            other.reload()
            other.refused(other.single({**GOOD, "objects": ["a"]},
                                       token="sky"), 502, "certificate")
        equal(wrong.calls, [], "calls")
    finally:
        wrong.stop()


@case("nobody there: 502")
def _(site):
    deaf = api.Deaf()
    with Cloud(api_deadline="2") as other:
        other.settings.sections["account main"]["api-endpoint"] = \
            f"https://127.0.0.1:{deaf.port}/client/v4"
        other.settings.write()
        other.reload()
        other.refused(other.single({**GOOD, "objects": ["a"]}, token="sky"),
                      502, "could not be asked")
    deaf.stop()


@case("a client's Proxy header is no proxy of ours, under FastCGI and CGI")
def _(site):
    trap = api.Trap()
    headers = {"Proxy": f"http://127.0.0.1:{trap.port}"}
    try:
        for how in ("fastcgi", "cgi"):
            with Cloud(how) as other:
                result = other.single({**GOOD, "objects": ["a"]}, "sky",
                                      headers=headers).result
                need(result["sessionToken"], "no credential")
        # lighttpd takes that header away; not every server does.
        body = json.dumps({**GOOD, "objects": ["a"]}).encode()
        proxies = {name: headers["Proxy"] for name in (
            "HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "https_proxy",
            "ALL_PROXY", "all_proxy")}
        done = subprocess.run(
            [RESPONDER, "--config=" + site.settings.path], input=body,
            stdout=subprocess.PIPE, check=True, env={
                **wire.inherited(site), **proxies,
                **wire.environment("POST", single_path(), len(body),
                                   token=site.settings.tokens["sky"])})
        need(wire.parse(done.stdout).result["sessionToken"], "no credential")
        equal(trap.came, 0, "visitors of the false proxy")
    finally:
        trap.stop()


@case("the proxy of the configuration is used")
def _(site):
    trap = api.Trap()
    try:
        with Cloud(api_proxy=f"http://127.0.0.1:{trap.port}",
                   api_deadline="2") as other:
            other.refused(other.single({**GOOD, "objects": ["a"]},
                                       token="sky"), 502)
        need(trap.came > 0, "nobody came")
    finally:
        trap.stop()


NGINX = """
daemon off; worker_processes 1; pid {folder}/pid; error_log {folder}/error;
{user}
events {{}}
http {{
    log_format x "$server_protocol $connection";
    access_log {folder}/access x;
    client_body_temp_path {folder}/1; proxy_temp_path {folder}/2;
    fastcgi_temp_path {folder}/3; uwsgi_temp_path {folder}/4;
    scgi_temp_path {folder}/5;
    server {{
        listen 127.0.0.1:{port} ssl http2;
        ssl_certificate {certificate};
        ssl_certificate_key {key};
        location / {{
            default_type application/json;
            return 200 '{answer}';
        }}
    }}
}}
"""
ANSWER = {"success": True, "errors": [], "messages": [], "result": {
    "accessKeyId": REMOTE, "secretAccessKey": "0" * 64,
    "sessionToken": "bm9uZQ=="}}


@case("HTTP/2 where it is offered: many calls over one connection")
def _(site):
    program = shutil.which("nginx", path=os.environ["PATH"] + ":/usr/sbin")
    if not program:
        raise Skip("nginx is not installed")
    with tempfile.TemporaryDirectory(prefix="mintage-") as folder:
        certificate, key = api.make_certificate(folder)
        port = free_port()
        with open(os.path.join(folder, "conf"), "w") as f:
            f.write(NGINX.format(
                folder=folder, port=port, certificate=certificate, key=key,
                answer=json.dumps(ANSWER),
                user="user root;" if os.geteuid() == 0 else ""))
        with Cloud() as other, subprocess.Popen(
                [program, "-c", os.path.join(folder, "conf")],
                stderr=subprocess.DEVNULL) as server:
            try:
                until(lambda: answers(port), "nginx listens")
                other.settings.sections["account main"]["api-endpoint"] = \
                    f"https://127.0.0.1:{port}/client/v4"
                other.settings.sections["mintage"]["api-ca-file"] = \
                    certificate
                other.settings.write()
                other.reload()
                equal(ask_one(other, 50).status, 200)
            finally:
                server.terminate()
        with open(os.path.join(folder, "access")) as f:
            lines = [line.split() for line in f]
        equal(len(lines), 50, "calls")
        equal({line[0] for line in lines}, {"HTTP/2.0"}, "protocols")
        equal(len({line[1] for line in lines}), 1, "connections")


def answers(port):
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


# ---- the budget ------------------------------------------------------------------

def many(count):
    return [f"m/{n}" for n in range(count)]


@case("1200 calls in five minutes, by all processes together")
def _(site):
    with Cloud(processes=2, api_deadline="60") as other:
        def ask(_):
            return other.batch({**GOOD, "objects": many(180)}, token="sky")
        with other.api.doing() as calls, \
                concurrent.futures.ThreadPoolExecutor(4) as pool:
            answers = list(pool.map(ask, range(8)))
        good = [answer for answer in answers if answer.status == 200]
        equal(len(helpers(other)), 2, "helpers")
        equal(len(good), 6, f"of {[answer.status for answer in answers]}")
        equal(len(calls), 6 * 180, "calls")
        for answer in answers:
            if answer.status != 200:
                other.refused(answer, 429, "1200 in 300 seconds")
                need(200 < int(answer.headers["Retry-After"]) <= 360,
                     answer.headers["Retry-After"])
        # What is left may still be had: 120, and then nothing.
        equal(ask_one(other, 120).status, 200)
        other.refused(ask_one(other, 1), 429)
        # At a prompt it is the same budget.
        done = mint(other, "--object", "a")
        equal(done.returncode, 1)
        need(b"1200 in 300 seconds" in done.stderr, done.stderr)


def ask_one(site, count):
    return site.batch({**GOOD, "objects": many(count)}, token="sky")


@case("more than can be had at all is refused with the time it would take")
def _(site):
    with site.api.doing() as calls:
        answer = site.batch({**GOOD, "objects": many(5000)}, token="sky")
    site.refused(answer, 429, "5000 calls", "seconds")
    need(int(answer.headers["Retry-After"]) >= 1200,
         answer.headers["Retry-After"])
    equal(calls, [], "calls")
    equal([line["event"] for line in site.audit_lines()
           if line["request"] == answer.id], ["refused"])


@case("a batch that failed early has used up what it called for, no more")
def _(site):
    site.forget_calls()
    with site.api.doing(broken_at(0)):
        answer = site.batch({**GOOD, "objects": KEYS + many(1100)},
                            token="sky")
    site.refused(answer, 502)
    with site.api.doing():
        equal(ask_one(site, 1000).status, 200)
    site.forget_calls()


@case("the count can't be kept: nothing is called")
def _(site):
    with Cloud() as other:
        state = os.path.join(other.folder, "state")
        shutil.rmtree(state)
        with other.api.doing() as calls:
            other.refused(other.single({**GOOD, "objects": ["a"]},
                                       token="sky"), 503, "state-dir")
        equal(calls, [], "calls")
        os.mkdir(state)
        path = os.path.join(state, "calls")
        os.symlink("/dev/null", path)
        other.refused(other.single({**GOOD, "objects": ["a"]}, token="sky"),
                      503, "state-dir")
        os.unlink(path)
        equal(other.single({**GOOD, "objects": ["a"]},
                           token="sky").status, 200)
        equal(os.stat(path).st_mode & 0o777, 0o600, "mode")
        with open(path, "rb") as f:
            need(TOKEN.encode() not in f.read(), "the token is in the file")


@case("without state-dir calls are counted beside the audit log")
def _(site):
    if os.path.isdir("/run/mintage"):
        raise Skip("/run/mintage goes before it")
    with Cloud() as other:
        del other.settings.sections["mintage"]["state-dir"]
        other.settings.write()
        other.reload()
        equal(ask_one(other, 1200).status, 200)
        other.refused(ask_one(other, 1), 429)
        equal(len(glob.glob(other.folder + "/log/calls")), 1, "files")


# ---- others ------------------------------------------------------------------------

def mint(site, *options, **more):
    return subprocess.run(
        [MINTAGE, "mint", "--config", site.settings.path, "--bucket",
         "clouds", "--permission", "object-read-only", *options],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=False,
        timeout=100, env={**site.environment(), **more})


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
    before = helpers(site)
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


if __name__ == "__main__":
    if not os.path.exists(ONLINE):
        print("1..0 # SKIP built without libcurl")
        sys.exit(0)
    main(Cloud)
