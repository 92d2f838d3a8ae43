#!/usr/bin/python3
"""The manual's table of web servers, and `mintage check --url` behind Apache
with a directive forgotten."""
import os
import subprocess
import sys

sys.path.insert(1, sys.path[0] + "/../lib")
import servers
from every_server import PROMISED
from harness import BUILD, MINTAGE, Skip, case, equal, main, need, until


class Deaf(servers.ApacheCgid):
    """With the one line forgotten that everybody forgets."""

    def filled(self, name, **places):
        return super().filled(name, **{**places, "CGIPassAuth On": ""})

    def answers(self):
        return until(lambda: self.request("GET", "/healthz").status == 200
                     if os.path.exists(self.at("run", "apache.pid"))
                     else self.main.poll() is not None, "Apache answers")


class Pathless(servers.ApacheProxy):
    """With the directive that everybody finds first."""

    def site(self, addresses):
        return (f'ProxyPass "/mint" "unix:{addresses[0]}|fcgi://localhost/" '
                "enablereuse=off\n"
                '<Location "/mint">\nCGIPassAuth On\n</Location>\n')


def check_by_url(server):
    path = server.write("token", server.settings.tokens["web"] + "\n", 0o600)
    done = subprocess.run(
        [MINTAGE, "check", "--token-file", path, "--url",
         f"http://127.0.0.1:{server.port}{server.mount}"],
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)
    return done.returncode, done.stdout.decode()


@case("the manual has a row for each server")
def _():
    equal(set(PROMISED), {make.name for make in servers.ALL})


@case("mintage check --url names the line that was forgotten")
def _():
    if not os.path.exists(os.path.join(BUILD, "mintage-online")):
        raise Skip("built without libcurl")
    with servers.ApacheCgid() as server:
        equal(check_by_url(server)[0], 0, "where nothing is missing")
    with Deaf() as server:
        status, said = check_by_url(server)
    equal(status, 1)
    need("CGIPassAuth On" in said, said)
    with Pathless() as server:
        status, said = check_by_url(server)
    equal(status, 1)
    need("path: WRONG" in said and "SetHandler" in said, said)


if __name__ == "__main__":
    main()
