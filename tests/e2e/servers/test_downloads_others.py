#!/usr/bin/python3
"""lighttpd, nginx and HAProxy lead to the object that was asked for."""
import sys

sys.path.insert(1, sys.path[0] + "/../lib")
import servers
from downloading import main, with_section

def whole(text):
    """nginx's "." also stands for a line feed."""
    return text.replace("location ~ ^/mint", "location ~ (?s)^/mint")


if __name__ == "__main__":
    main(with_section(servers.LighttpdFastcgi),
         with_section(servers.LighttpdCgi),
         with_section(servers.Nginx, whole),
         with_section(servers.Nginx, None, ("default", {"%0A": "404"})),
         with_section(servers.Haproxy))
