#!/usr/bin/python3
"""Apache makes no second request of one that lies, by each of its modules."""
import sys

sys.path.insert(1, sys.path[0] + "/../lib")
import servers
from smuggled import main

if __name__ == "__main__":
    main(servers.ApacheFcgid, servers.ApacheProxy, servers.ApacheBalancer,
         servers.ApacheCgid)
