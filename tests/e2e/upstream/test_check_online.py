#!/usr/bin/python3
"""`mintage check --online`: faults of parents, buckets and the clock."""
import json
import sys

sys.path.insert(1, sys.path[0] + "/../lib")
from harness import PORTAL, case, equal, need
from world import run_all, world
import api
import r2


@case("check --online: all is well")
def _():
    with world() as here:
        here.add_remote()
        status, found = here.check()
        equal(found, {
            "parent portal, bucket portal-downloads": "ok",
            "parent portal, clock": "ok",
            "parent portal, bucket portal-uploads": "ok",
            "parent portal, bucket shared": "ok",
            "parent portal, a credential for one object": "ok",
            "parent portal, the same credential for another": "ok",
            "parent remote, API token": "ok",
            "parent remote, a credential for one object": "ok",
            "parent remote, the same credential for another": "ok",
            "parent remote, clock": "ok"})
        equal(status, 0)
        need(all(entry.method in ("HEAD", "GET") for entry in here.r2.log),
             "something was changed")


@case("check --online: a wrong secret, a missing bucket, a dead parent")
def _():
    with world() as here:
        here.write("keys/portal.secret", "0" * 64)
        status, found = here.check()
        equal(status, 1)
        for what in ("bucket shared", "a credential for one object"):
            need(found["parent portal, " + what].startswith("WRONG: "),
                 str(found))
        need("403" in found["parent portal, bucket shared"], str(found))
        here.write("keys/portal.secret", here.settings.secrets[PORTAL])
        here.settings.sections["parent portal"]["buckets"] = \
            "shared no-such-bucket"
        here.settings.write()
        here.r2.parents[PORTAL]["buckets"].append("no-such-bucket")
        status, found = here.check()
        equal(status, 1)
        equal(found["parent portal, bucket shared"], "ok")
        need("404" in found["parent portal, bucket no-such-bucket"],
             str(found))
        del here.r2.parents[PORTAL]
        status, found = here.check()
        need("401" in found["parent portal, bucket shared"], str(found))


@case("check --online --json: one object, with a finding for each check")
def _():
    with world() as here:
        done = here.run("check", "--online", "--json")
        equal(done.status, 0, str(done))
        told = json.loads(done.out)
        equal((told["sound"], told["problems"]), (True, []))
        equal(told["online"][0], {
            "parent": "portal", "check": "bucket portal-downloads", "ok": True,
            "remedy": None})
        need(all(each["ok"] for each in told["online"]), str(told))
        here.write("keys/portal.secret", "0" * 64)
        done = here.run("check", "--online", "--json")
        equal(done.status, 1)
        told = json.loads(done.out)
        equal(told["sound"], True)
        wrong = [each for each in told["online"] if not each["ok"]]
        need(wrong and all("WRONG" not in each["remedy"] and each["remedy"]
                           for each in wrong), str(told))
        need(here.settings.secrets[PORTAL] not in done.out, "a secret")


def late_connection(now):
    """The Date header goes by the endpoint's clock too."""
    class Late(r2.Connection):
        def date(self):
            return r2.http_time(now())
    return Late


@case("check --online: the clock")
def _():
    for seconds, word in ((100, "behind"), (-50, "ahead of")):
        with world(clock_offset=seconds) as here:
            late = here.r2.now
            here.r2.server.RequestHandlerClass = late_connection(late)
            status, found = here.check()
            equal(status, 1)
            need(word in found["parent portal, clock"]
                 and found["parent portal, bucket shared"] == "ok",
                 str(found))


@case("check --online: an endpoint that gives everything to everyone")
def _():
    with world() as here:
        real = here.r2.answer

        def answer(request):
            response = real(request)
            if request.method == "GET":
                response.status = 404
            return response
        here.r2.answer = answer
        status, found = here.check()
        equal(status, 1)
        need("should be refused" in
             found["parent portal, the same credential for another"],
             str(found))


@case("check --online: an API token that is no good")
def _():
    with world() as here:
        here.add_remote()
        here.api.token = "another"
        status, found = here.check()
        equal(status, 1)
        for what in ("API token", "a credential for one object"):
            need("Authentication error" in found["parent remote, " + what],
                 str(found))


@case("check --online: nobody there; plain http elsewhere isn't asked")
def _():
    with world() as here:
        deaf = api.Deaf()
        main_account = here.settings.sections["account main"]
        main_account["endpoint"] = f"http://127.0.0.1:{deaf.port}"
        here.settings.sections["mintage"]["api-deadline"] = "1"
        here.settings.write()
        status, found = here.check()
        equal(status, 1)
        need(found["parent portal, bucket shared"].startswith("WRONG: "),
             str(found))
        main_account["endpoint"] = "http://192.0.2.1"
        here.settings.write()
        status, found = here.check()
        equal((status, list(found)), (1, ["parent portal, endpoint"]))
        deaf.stop()


if __name__ == "__main__":
    run_all()
