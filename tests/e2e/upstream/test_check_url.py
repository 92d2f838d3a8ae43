#!/usr/bin/python3
"""`mintage check --url`: what a web server does not pass on."""
import json
import sys

sys.path.insert(1, sys.path[0] + "/../lib")
from harness import Site, case, equal, need
from world import TOKEN, run_all, world
import api


@case("check --url: what a web server passes on")
def _():
    with world() as here:
        site = Site("fastcgi", processes=1)
        try:
            url = f"http://127.0.0.1:{site.port}{site.mount}/"
            done = here.run("check", "--url", url, config=False)
            equal((done.status, done.out), (0, "path: ok\nAuthorization: ok\n"),
                  str(done))
            token = here.write("caller.token", site.settings.tokens["web"])
            done = here.run("check", "--url", url, "--token-file", token,
                            config=False)
            equal((done.status, done.out),
                  (0, "path: ok\nAuthorization: ok\ncaller: ok, web\n"), str(done))
            done = here.run("check", "--json", "--url", url, "--token-file",
                            token, config=False)
            equal((done.status, json.loads(done.out)), (0, {
                "url": url, "caller": "web", "ok": True, "checks": [
                    {"check": name, "ok": True, "remedy": None}
                    for name in ("path", "Authorization", "caller")]}))
            here.write("caller.token", "wrong")
            done = here.run("check", "--json", "--url", url, "--token-file",
                            token, config=False)
            equal(done.status, 1)
            told = json.loads(done.out)
            equal((told["ok"], told["caller"], told["checks"][2]["ok"]),
                  (False, None, False))
            need("caller add" in told["checks"][2]["remedy"], str(told))
            done = here.run("check", "--url", url, "--token-file", token,
                            config=False)
            equal(done.status, 1, str(done))
            need("caller: WRONG" in done.out, done.out)
            done = here.run("check", "--url", url + "nowhere", config=False)
            equal(done.status, 1, str(done))
            done = here.run("check", "--url", "http://192.0.2.1/",
                            config=False)
            equal(done.status, 2, str(done))
        finally:
            site.kill()
            site.remove(False)


@case("check --url: the directive that is missing, by the server's name")
def _():
    with world() as here:
        deaf = api.Api(here.folder, TOKEN, {}, tls=False)
        index = {"name": "mintage", "received": {
            "authorization": False, "remoteUser": False, "https": False},
            "caller": None}
        names = {"Apache/2.4": "CGIPassAuth On",
                 "nginx/1.22": "fastcgi_param HTTP_AUTHORIZATION",
                 "lighttpd/1.4": "in front of it", "x": "CGIPassAuth On"}
        deaf.start()
        try:
            for server, words in names.items():
                deaf.answer = lambda call, server=server: api.Answer(
                    200, json.dumps(index).encode(), {"Server": server})
                done = here.run("check", "--url",
                                f"http://127.0.0.1:{deaf.port}/",
                                config=False)
                equal(done.status, 1, str(done))
                need(words in done.out, done.out)
        finally:
            deaf.stop()


if __name__ == "__main__":
    run_all()
