"""Every web server we have a configuration for, on loopback, each with the
very file of cgi/deploy that its owner copies: fill.sh only replaces the paths
in it, as its owner does.

    for make in ALL:
        with make(endpoint) as server:
            server.request("GET", "/healthz")

Around that file stands the least that its server starts with. Where root runs
the tests, everything runs as the web server's user, who owns the folder.
"""
from .apache import (ApacheBalancer, ApacheCgid, ApacheFcgid, ApacheProxy,
                     SharedCgi, SharedFcgid)
from .base import DEPLOY, PROGRAMS, Server, program
from .haproxy import Haproxy
from .lighttpd import LighttpdCgi, LighttpdFastcgi
from .nginx import Nginx

ALL = [ApacheFcgid, ApacheProxy, ApacheBalancer, ApacheCgid, SharedCgi,
       SharedFcgid, LighttpdFastcgi, LighttpdCgi, Nginx, Haproxy]


__all__ = [
    "ALL", "ApacheBalancer", "ApacheCgid", "ApacheFcgid", "ApacheProxy",
    "DEPLOY", "Haproxy", "LighttpdCgi", "LighttpdFastcgi", "Nginx", "PROGRAMS",
    "Server", "SharedCgi", "SharedFcgid", "program"]
