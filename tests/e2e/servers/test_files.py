#!/usr/bin/python3
"""Files of a bucket under /files/ of a site: what mintage-deploy(7) says beside
its table. every_server.py opens the links themselves."""
import os
import sys

sys.path.insert(1, sys.path[0] + "/../lib")
import servers
from harness import case, equal, main
from matrix import ENDPOINT, endpoint_for
from publishing import ask, opens


class Virtual(servers.ApacheProxy):
    """A site that is a <VirtualHost>, as on Debian."""
    lines = ""

    def site(self, addresses):
        return (super().site(addresses) + f"<VirtualHost *:{self.port}>\n"
                f'DocumentRoot "{self.at("www")}"\n{self.lines}'
                "</VirtualHost>\n")


class Slashed(Virtual):
    lines = "AllowEncodedSlashes NoDecode\n"


@case("Apache: a virtual host needs AllowEncodedSlashes of its own")
def _():
    for make, status in ((Virtual, 404), (Slashed, 302)):
        with make(ENDPOINT.url) as server:
            endpoint_for(server)
            opens(server, {"2026/a.zip": "2026/a.zip"})
            equal(ask(server, "/files/2026%2Fa.zip")[0], status, make.__name__)


@case("Apache: what lies in the document root does not change a key")
def _():
    with servers.ApacheProxy(ENDPOINT.url) as server:
        endpoint_for(server)
        os.makedirs(server.at("www", "files", "2026"))
        server.write("www/files/2026/a.zip", "a file of the site\n")
        server.give_away()
        opens(server, {name: name for name in (
            "2026/a.zip", "2026/b.zip", "2026/a.zip/c", "2026")})
        equal(ask(server, "/files/2026/")[0], 404)


if __name__ == "__main__":
    ENDPOINT.start()
    try:
        main()
    finally:
        ENDPOINT.stop()
