#!/usr/bin/python3
"""The same binary as plain CGI: a one-line script under lighttpd's mod_cgi."""
import json
import socket
import sys

sys.path.insert(1, sys.path[0] + "/../lib")
from harness import (Site, batch_path, case, equal, form, main, need,
                     real_names, single_path)
from judge import Judge
import wire

BATCH = 3000
READ = {"bucket": "portal-downloads", "permission": "object-read-only"}


@case("GET / is the form, GET /healthz is ok")
def _(site):
    answer = site.request("GET", "/", token="web",
                          headers={"Accept": "text/html"})
    equal((answer.status, answer.headers["Content-Type"]),
          (200, "text/html; charset=utf-8"))
    answer = site.request("GET", "/healthz")
    equal((answer.status, answer.text.strip()), (200, "ok"))


@case("the script without a path behind it is GET / too")
def _(site):
    answer = site.request("GET", "", token="web",
                          headers={"Accept": "application/json"})
    equal(answer.status, 200)


@case("single")
def _(site):
    answer = site.single({**READ, "objects": ["public/käse"]}, token="web")
    judge = Judge(site, "portal-downloads", "object-read-only")
    equal(judge.paths(site.issued_as(answer)), ([], ["public/käse"]))
    site.audit(answer.id, "issue", "outcome")


@case(f"batch: {BATCH} real names as JSON, lines and a form")
def _(site):
    keys = real_names(BATCH)
    lines = "".join(key + "\n" for key in keys)
    judge = Judge(site, "portal-downloads", "object-read-only")
    judge.batch(site.issued_as(site.batch({**READ, "objects": keys})), keys)
    judge.batch(site.issued_as(site.manifest(lines, "text/plain", **READ)),
                keys)
    judge.batch(site.issued_as(site.request(
        "POST", batch_path(), form({**READ, "objects": lines}), "bulk",
        headers={"Content-Type": "application/x-www-form-urlencoded",
                 "Accept": "application/json"})), keys)


@case("a refusal before the body was read arrives whole")
def _(site):
    body = json.dumps({**READ, "objects": ["x" * 1000] * 5000})
    for token, status in (("nobody's", 401), ("web", 403)):
        answer = site.request("POST", batch_path(), body, token, headers={
            "Content-Type": "application/json"})
        equal(answer.status, status)
        need(answer.errors, "no error")


@case("a body that nobody wants is taken in all the same")
def _(site):
    # Some web servers write all of it, and answer 500 when they can't.
    body = b"x" * (4 << 20)
    for method, token, status in (("POST", "wrong", 401), ("PUT", None, 405)):
        values = wire.environment(method, single_path(), len(body),
                                  token=token)
        equal(wire.run_cgi(site, values, body).status, status)


@case("PATH_INFO arrives decoded, the query does not")
def _(site):
    answer = site.request("POST", single_path().replace("r2", "%72%32"),
                          "public/a b", "web", headers={
                              "Content-Type": "text/plain"})
    equal(answer.status, 400, "the route is found, its field is missing")
    answer = site.manifest("public/a", "text/plain", token="web",
                           bucket="portal-downloads",
                           permission="object-read-only")
    equal(answer.status, 200)


@case("a client that hangs up: recorded")
def _(site):
    body = json.dumps({**READ, "objects": [
        f"docs/{number:07}" for number in range(20000)]})
    with socket.create_connection(("127.0.0.1", site.port)) as connection:
        head = (f"POST {site.mount}{batch_path()} HTTP/1.1\r\nHost: here\r\n"
                f"Authorization: Bearer {site.settings.tokens['bulk']}\r\n"
                "Content-Type: application/json\r\n"
                f"Content-Length: {len(body)}\r\n\r\n")
        connection.sendall(head.encode() + body.encode())
        start = connection.recv(4096).decode("latin-1")
    request = start.lower().split("mintage-request: ")[1][:32]
    outcome = site.audit(request, "issue", "outcome")[1]
    need(outcome["result"] in ("client-gone", "complete"), str(outcome))


@case("nobody reads the answer: the outcome says so")
def _(site):
    # No web server between: the pipe's reader is gone after a few bytes.
    body = json.dumps({**READ, "objects": [
        f"docs/{number:07}" for number in range(20000)]}).encode()
    request = wire.cut_cgi(site, wire.environment(
        "POST", batch_path(), len(body),
        token=site.settings.tokens["bulk"]), body, 20000).id
    outcome = site.audit(request, "issue", "outcome")[1]
    equal(outcome["result"], "client-gone")


@case("HTTP_PROXY and its like mean nothing: no request names a file")
def _(site):
    values = wire.environment(
        "GET", "/", token=site.settings.tokens["web"],
        HTTP_ACCEPT="application/json",
        HTTP_MINTAGE_CONFIG="/nowhere", HTTP_CONFIG="/nowhere")
    answer = wire.run_cgi(site, values)
    equal((answer.status, answer.json["caller"]["name"]), (200, "web"))


if __name__ == "__main__":
    main(lambda: Site("cgi"))
