#!/usr/bin/python3
"""Whom the helper talks to: certificates, proxies, HTTP/2."""
import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile

sys.path.insert(1, sys.path[0] + "/../lib")
from cloud import Cloud, GOOD, REMOTE, TOKEN, ask_one, run_all
from harness import (RESPONDER, Skip, case, equal, free_port, need,
                     single_path, until)
import wire
import api


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


if __name__ == "__main__":
    run_all()
