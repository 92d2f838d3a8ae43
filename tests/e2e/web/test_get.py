#!/usr/bin/python3
"""What can be had by GET: the form, the description, health, metrics."""
import json
import sys

sys.path.insert(1, sys.path[0] + "/../lib")
from endpoint import make_site
from harness import batch_path, case, equal, main, need
import wire


@case("GET / is the form for a browser, and names its fields")
def _(site):
    answer = site.request("GET", "/", token="web", headers={
        "Accept": "text/html,application/xhtml+xml,*/*;q=0.8"})
    equal(answer.status, 200)
    equal(answer.headers["Content-Type"], "text/html; charset=utf-8")
    for field in ("bucket", "permission", "objects", "prefixes"):
        need(f'name="{field}"' in answer.text, f"no input named {field}")


@case("GET / tells a browser's user every format of a manifest")
def _(site):
    answer = site.request("GET", "/", token="web",
                          headers={"Accept": "text/html"})
    need("JSON, a JSON entry a line, a key a line, CSV, "
         "what sha256sum prints" in answer.text, "the formats are not told")


@case("GET / describes for programs what this caller can do")
def _(site):
    accept = {"Accept": "application/json"}
    answer = site.request("GET", "/", token="web", headers=accept)
    equal(answer.status, 200)
    need("portal-downloads" in answer.text, "its bucket is not named")
    need("object-read-only" in answer.text, "its permission is not named")
    need("portal-uploads" not in answer.text, "another caller's bucket is")
    need(isinstance(answer.json, dict), "not an object")


@case("GET /healthz is ok")
def _(site):
    answer = site.request("GET", "/healthz")
    equal((answer.status, answer.text.strip()), (200, "ok"))


@case("GET /metrics counts what was answered, for this host and its callers")
def _(site):
    def read(responder, **more):
        answer = responder.ask(wire.environment("GET", "/metrics", 0, **more))
        equal(answer.status, 200)
        return dict(line.rsplit(" ", 1) for line in answer.text.splitlines()
                    if not line.startswith("#"))

    body = json.dumps({"bucket": "portal-downloads",
                       "permission": "object-read-only",
                       "objects": ["a", "b", "c"]}).encode()
    ask = wire.environment("POST", batch_path(), len(body),
                           token=site.settings.tokens["bulk"])
    issued = 'mintage_issued_total{route="batch"}'
    good = 'mintage_requests_total{route="batch",status="200"}'
    bad = 'mintage_requests_total{route="batch",status="400"}'
    with wire.Responder(site) as responder:
        before = read(responder)
        equal(responder.ask(ask, body).status, 200)
        equal(responder.ask({**ask, "CONTENT_LENGTH": "2"}, b"{}").status, 400)
        after = read(responder)
        for name, more in ((issued, 3), (good, 1), (bad, 1)):
            equal(int(after[name]) - int(before.get(name, 0)), more, name)
        far = wire.environment("GET", "/metrics", 0, remote="192.0.2.9")
        equal(responder.ask({**far, "HTTPS": "on"}).status, 401)


@case("HEAD has GET's headers and no body")
def _(site):
    answer = site.request("HEAD", "/healthz")
    equal((answer.status, answer.body), (200, b""))


if __name__ == "__main__":
    main(make_site)
