#!/usr/bin/python3
"""lighttpd, nginx and HAProxy make no second request of one that lies."""
import sys

sys.path.insert(1, sys.path[0] + "/../lib")
import servers
from smuggled import main

if __name__ == "__main__":
    main(servers.LighttpdFastcgi, servers.LighttpdCgi, servers.Nginx,
         servers.Haproxy)
