#!/usr/bin/python3
"""nginx as a proxy in front of Apache and lighttpd: whoever comes through it
is not on this machine, unless trusted-proxies names it and it says so."""
import contextlib
import http.client
import json
import sys

sys.path.insert(1, sys.path[0] + "/../lib")
from harness import (Answer, Skip, case, equal, free_port, main, need,
                     single_path, until)
from servers import ApacheFcgid, LighttpdCgi, LighttpdFastcgi
from servers.base import program

FIELDS = {"bucket": "portal-downloads", "objects": ["public/a"],
          "permission": "object-read-only"}
MESSAGE = json.dumps(FIELDS)

FRONT = """
daemon off;
pid {folder}/run/front.pid;
error_log {folder}/log/front.log;
worker_processes 1;
events {{ worker_connections 64; }}
http {{
	access_log off;
	client_body_temp_path {folder}/tmp/front-body;
	proxy_temp_path {folder}/tmp/front-proxy;
	fastcgi_temp_path {folder}/tmp/front-fastcgi;
	uwsgi_temp_path {folder}/tmp/front-uwsgi;
	scgi_temp_path {folder}/tmp/front-scgi;
{servers}
}}
"""

SERVER = """
	server {{
		listen 127.0.0.1:{front};
		location / {{
			proxy_pass http://{back};
{more}
		}}
	}}
"""

# What administrators write below proxy_pass.
WAYS = {
    "bare": "",
    "1.1": "proxy_http_version 1.1;",
    "told": "proxy_http_version 1.1;\n"
            "proxy_set_header Host $http_host;\n"
            "proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;\n"
            "proxy_set_header X-Forwarded-Proto $scheme;",
    "secure": "proxy_set_header Host $http_host;\n"
              "proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;\n"
              "proxy_set_header X-Forwarded-Proto https;",
    "real-ip": "proxy_http_version 1.1;\n"
               "proxy_set_header X-Real-IP $remote_addr;",
    "via": "proxy_http_version 1.1;\nproxy_set_header Via '1.1 front';",
}

# The same over a Unix socket, where the web server knows no address.
SOCKETS = {"bare socket": "proxy_set_header Host localhost;",
           "told socket": WAYS["told"], "secure socket": WAYS["secure"]}

# By HTTP/1.1 and without a header of its own, a proxy can't be told from a
# client. trusted-proxies helps there, too: then it is expected to say more.
SEEN = [way for way in WAYS if way != "1.1"]


class Behind:
    """Mixed into a Server: an anonymous caller, and nginx in front of it."""

    def fill_folder(self):
        self.settings.add("caller here", anonymous="yes", parents="portal",
                          buckets="portal-downloads", prefixes="public/",
                          permissions="object-read-only")
        self.settings.write()
        super().fill_folder()

    def start(self):
        super().start()
        self.fronts = {way: free_port() for way in WAYS}
        back = f"127.0.0.1:{self.port}"
        servers = "".join(SERVER.format(front=port, back=back, more=WAYS[way])
                          for way, port in self.fronts.items())
        for way in SOCKETS if isinstance(self, Lighttpd) else ():
            self.fronts[way] = free_port()
            servers += SERVER.format(
                front=self.fronts[way], more=SOCKETS[way],
                back=f"unix:{self.at('run', 'http.sock')}:")
        path = self.write("front.conf", FRONT.format(folder=self.folder,
                                                     servers=servers))
        self.give_away()
        self.spawn(program("nginx"), "-p", self.folder, "-c", path,
                   "-e", self.at("log/front.log"))
        until(lambda: self.through("bare", "GET", "/healthz"), "nginx answers")

    def through(self, way, method, path, token=None, body=None, **headers):
        """Ask by this way, with headers X_Name=... None: nothing listens."""
        headers = {name.replace("_", "-"): value
                   for name, value in headers.items()}
        if token:
            headers["Authorization"] = "Bearer " + self.settings.tokens[token]
        if body:
            headers["Content-Type"] = "application/json"
        connection = http.client.HTTPConnection(
            "127.0.0.1", self.fronts[way], timeout=60)
        with contextlib.closing(connection):
            try:
                connection.request(method, self.mount + path, body, headers)
            except ConnectionRefusedError:
                return None
            response = connection.getresponse()
            return Answer(response.status, response.msg, response.read())

    def mint(self, way, token=None, **headers):
        return self.through(way, "POST", single_path(), token, MESSAGE,
                            **headers)

    @contextlib.contextmanager
    def trusting(self, proxies, **more):
        with self.changed("mintage", trusted_proxies=proxies, **more):
            self.reload_and_wait(True)
            yield
        self.reload_and_wait(False)

    def reload_and_wait(self, trusted):
        """CGI reads the file with each request."""
        if self.cgi:
            return
        self.reload()

        def done():
            with contextlib.suppress(OSError, http.client.HTTPException):
                status = [self.through("told", "GET", "/metrics").status
                          for _ in range(8)]
                return status == [200 if trusted else 403] * 8
        until(done, "the responders have read the new configuration")


class Apache(Behind, ApacheFcgid):
    pass


class Lighttpd(Behind, LighttpdFastcgi):
    def configure(self, addresses):
        super().configure(addresses)
        with open(self.at("server.conf"), "a", encoding="utf-8") as f:
            f.write(f'$SERVER["socket"] == "{self.at("run", "http.sock")}" '
                    '{ }\n')


class Cgi(Behind, LighttpdCgi):
    pass


def every(sentence):
    def add(test):
        for kind in (Apache, Lighttpd, Cgi):
            case(f"{kind.name}: {sentence}")(
                lambda site, kind=kind: test(site[kind.name]))
    return add


def refused(site, answer, status, remote):
    equal(answer.status, status, answer.text)
    need("sessionToken" not in answer.text, answer.text)
    equal(site.audit(answer.id, "refused")[0]["remote"], remote)


@every("directly from this machine, all is open that should be")
def _(site):
    answer = site.single(FIELDS, token=None)
    equal(answer.status, 200)
    line = site.audit(answer.id, "issue", "outcome")[0]
    equal((line["caller"], line["remote"]), ("here", "127.0.0.1"))
    equal(site.request("GET", "/metrics").status, 200)
    equal(site.single(FIELDS, token="web").status, 200)


@every("through a bare proxy_pass nothing is open")
def _(site):
    for way in SEEN:
        refused(site, site.mint(way), 403, "127.0.0.1")
        refused(site, site.mint(way, "web"), 403, "127.0.0.1")
        equal(site.through(way, "GET", "/metrics").status, 403)
        equal(site.through(way, "GET", "/healthz").status, 200)


@every("through it, an anonymous caller is nobody and a token is as good")
def _(site):
    with site.changed("mintage", require_https="no"):
        site.reload()
        if not site.cgi:
            until(lambda: [site.through("bare", "GET", "/metrics").status
                           for _ in range(8)] == [401] * 8, "the reload")
        for way in SEEN:
            refused(site, site.mint(way), 401, "127.0.0.1")
            equal(site.through(way, "GET", "/metrics").status, 401)
            equal(site.mint(way, "web").status, 200)
    site.reload_and_wait(False)


@every("what a trusted proxy says of the client is believed")
def _(site):
    with site.trusting("127.0.0.1"):
        # The client is on this machine, by http and by https.
        for way in ("told", "secure"):
            answer = site.mint(way)
            equal(answer.status, 200, answer.text)
            line = site.audit(answer.id, "issue", "outcome")[0]
            equal((line["caller"], line["remote"]), ("here", "127.0.0.1"))
        # A client from afar, before another proxy of ours.
        refused(site, site.mint("told", "web", X_Forwarded_For="192.0.2.7"),
                403, "192.0.2.7")
        far = site.mint("secure", "web", X_Forwarded_For="192.0.2.7")
        equal(far.status, 200)
        equal(site.audit(far.id, "issue", "outcome")[0]["remote"],
              "192.0.2.7")
        refused(site, site.mint("secure", X_Forwarded_For="192.0.2.7"), 401,
                "192.0.2.7")
        # It can't say that it is on this machine.
        refused(site, site.mint("secure",
                                X_Forwarded_For="127.0.0.2, 192.0.2.7"),
                401, "192.0.2.7")
        refused(site, site.mint("secure", X_Forwarded_For="garbage"), 401,
                "127.0.0.1")
        equal(site.through("told", "GET", "/metrics",
                           X_Forwarded_For="192.0.2.7").status, 403)


@every("a trusted proxy that says nothing makes nobody of this machine")
def _(site):
    with site.trusting("127.0.0.1 10.0.0.0/8"):
        for way in ("bare", "1.1", "real-ip", "via"):
            refused(site, site.mint(way), 403, "127.0.0.1")
            equal(site.through(way, "GET", "/metrics").status, 403)


@every("a client can't speak for the proxy with X_Forwarded_For")
def _(site):
    """lighttpd passes on both headers under one name."""
    with site.trusting("127.0.0.1"):
        answer = site.request(
            "POST", single_path(), MESSAGE, headers={
                "Content-Type": "application/json",
                "X_Forwarded_For": "127.0.0.1",
                "X-Forwarded-For": "192.0.2.7"})
        equal(answer.status, 403, answer.text)


@every("from a proxy that is not named nothing is believed")
def _(site):
    with site.changed("mintage", trusted_proxies="10.0.0.0/8 2001:db8::/32"):
        site.reload_and_wait(False)
        for way in ("told", "secure"):
            refused(site, site.mint(way), 403, "127.0.0.1")
            refused(site, site.mint(way, "web", X_Forwarded_For="::1"), 403,
                    "127.0.0.1")
    site.reload_and_wait(False)


@case("a proxy that comes by a Unix socket is one, and trusted as unix")
def _(sites):
    site = sites["lighttpd-fastcgi"]
    for way in SOCKETS:
        equal(site.mint(way).status, 403, way)
        equal(site.through(way, "GET", "/metrics").status, 403, way)
    with site.trusting("unix 127.0.0.1"):
        equal(site.mint("bare socket").status, 403)
        for way in ("told socket", "secure socket"):
            equal(site.mint(way).status, 200, way)
        far = site.mint("secure socket", "web", X_Forwarded_For="192.0.2.7")
        equal(far.status, 200)
        equal(site.audit(far.id, "issue", "outcome")[0]["remote"],
              "192.0.2.7")


class Sites(dict):
    """One server of each kind, started when a case needs it."""

    def __missing__(self, name):
        kinds = {kind.name: kind for kind in (Apache, Lighttpd, Cgi)}
        try:
            program("nginx")
        except AssertionError as error:
            raise Skip("nginx is not installed") from error
        self[name] = kinds[name]()
        return self[name]

    def check_files(self):
        for site in self.values():
            site.check_files()

    def stop(self):
        for site in self.values():
            site.stop()

    kill = stop

    def remove(self, _):
        self.clear()


if __name__ == "__main__":
    main(Sites)
