#!/usr/bin/python3
"""lighttpd with mod_fastcgi passes every case of every_server.py."""
import sys

sys.path.insert(1, sys.path[0] + "/../lib")
import servers
from every_server import main

if __name__ == "__main__":
    main(servers.LighttpdFastcgi)
