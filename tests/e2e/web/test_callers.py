#!/usr/bin/python3
"""Who asks: users of the web server, bearers, and the anonymous of loopback."""
import sys

sys.path.insert(1, sys.path[0] + "/../lib")
from endpoint import make_site
from harness import Site, case, equal, main, single_path
from judge import Judge


@case("a user the web server knows has users/NAME/, and no other's")
def _(site):
    def ask(name, key):
        return site.as_user(name, single_path(), json={
            "bucket": "portal-downloads", "objects": [key],
            "permission": "object-read-write"})
    judge = Judge(site, "portal-downloads", "object-read-write")
    answer = ask("ann", "users/ann/a")
    equal(judge.paths(site.issued_as(answer)), ([], ["users/ann/a"]))
    line = site.audit(answer.id, "issue", "outcome")[0]
    equal((line["caller"], line["user"]), ("office", "ann"))
    equal(ask("ann", "users/bob/a").status, 403)
    equal(ask("chief", "users/bob/a").status, 200)


@case("a bearer's scheme may be in any case")
def _(site):
    for scheme in ("bearer", "BEARER"):
        answer = site.request(
            "POST", single_path(), json={
                "bucket": "portal-downloads", "objects": ["public/a"],
                "permission": "object-read-only"},
            headers={"Authorization":
                     f"{scheme} {site.settings.tokens['web']}"})
        equal(answer.status, 200, scheme)


@case("anonymous callers are let in from loopback alone")
def _(_):
    def change(settings):
        settings.add("caller here", anonymous="yes", parents="portal",
                     buckets="portal-downloads", prefixes="public/",
                     permissions="object-read-only")
        settings.sections["mintage"]["require-https"] = "no"
    site = Site("fastcgi", change, processes=1)
    try:
        fields = {"bucket": "portal-downloads", "objects": ["public/a"],
                  "permission": "object-read-only"}
        answer = site.single(fields, token=None)
        Judge(site, "portal-downloads", "object-read-only").token(
            site.issued_as(answer))
        line = site.audit(answer.id, "issue", "outcome")[0]
        equal((line["caller"], line["user"], line["remote"]),
              ("here", None, "127.0.0.1"))
        equal(site.single(fields, token="wrong").status, 401,
              "a wrong token is not turned into nobody's")
        equal(site.single(fields, token=None, headers={
            "X-Forwarded-For": "192.0.2.7"}).status, 401, "from afar")
        equal(site.single(fields, token=None, headers={
            "Host": "evil.example:8080"}).status, 401,
              "by a name that was made to lead here")
        for page in ({"Sec-Fetch-Site": "cross-site"},
                     {"Origin": "http://evil.example"}):
            equal(site.single(fields, token=None, headers=page).status, 403,
                  f"a page of another site, in a browser of here: {page}")
        site.check_files()
        site.stop()
    finally:
        site.kill()
        site.remove(False)


if __name__ == "__main__":
    main(make_site)
