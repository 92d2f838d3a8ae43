#!/usr/bin/python3
"""stranger-rate: how often an address may guess, and download what is open to
whoever comes; what is wrong with its file is no caller's trouble."""
import os
import sys

sys.path.insert(1, sys.path[0] + "/../lib")
from harness import EUROPE, case, equal, main, need, single_path, until
from counted import Counted, values
from limited import asking, keys, limits_of
import wire


class Guarded(Counted):
    """Counted, with three requests of a stranger in an hour."""

    def open_downloads(self, settings):
        super().open_downloads(settings)
        settings.sections["mintage"].update(
            {"stranger-rate": "3/h", "trusted-proxies": "127.0.0.1"})
        settings.add("download open", path="/open/", account="main",
                     bucket="portal-downloads", prefix="public/",
                     parent="portal", open_to="everyone")
        settings.sections["caller bulk"].update(
            {"rate": "1000/h", "daily-entries": "4"})
        settings.add("download known", path="/known/", account="main",
                     bucket="portal-downloads", prefix="public/",
                     parent="portal", open_to="callers")

    def forget(self):
        for name in os.listdir(self.state):
            if name.startswith(("strangers.", "limits.1.")):
                os.unlink(os.path.join(self.state, name))


def waits(answer, code=10058):
    equal(answer.status, 429, answer.text)
    seconds = int(answer.headers["Retry-After"])
    need(0 < seconds <= 3950, answer.headers)
    need("WWW-Authenticate" not in answer.headers, answer.headers)
    if "json" in answer.headers["Content-Type"]:
        error, = answer.errors
        equal(error["code"], code)
        unit = "second" if seconds == 1 else "seconds"
        need(error["message"].endswith(f"again in {seconds} {unit}"), error)
    return answer


@case("three wrong tokens, at any path, and then none is compared")
def _(site):
    site.forget()
    with wire.Responder(site) as responder:
        equal(responder.ask(*asking(site, "Tk-wrong")).status, 401)
        equal(responder.ask(wire.environment(
            "GET", "/", HTTPS="on", token="Tk-wrong", remote="192.0.2.7")
        ).status, 200)
        equal(responder.ask(wire.environment(
            "GET", "/metrics", HTTPS="on", token="Tk-wrong",
            remote="192.0.2.7")).status, 401)
        before = len(site.audit_lines())
        answer = waits(responder.ask(*asking(site, "Tk-wrong")))
        line, = site.audit_lines()[before:]
        equal((line["event"], line["status"], line["caller"]),
              ("refused", 429, None))
        # A good token is not told from a wrong one there, at no path.
        waits(responder.ask(*asking(site, "bulk")))
        for path in ("/", "/metrics"):
            for token in ("Tk-wrong", site.settings.tokens["bulk"]):
                waits(responder.ask(wire.environment(
                    "GET", path, HTTPS="on", token=token,
                    remote="192.0.2.7")))
        # Elsewhere it is good, and a caller is not counted.
        for _ in range(10):
            equal(responder.ask(*asking(site, "admin", remote="192.0.2.8", path=
                                        single_path(EUROPE), fields={
                                            "bucket": "berlin", "permission":
                                            "admin-read-write"})).status, 200)
        # The page and the health are for everybody.
        for path in ("/", "/healthz"):
            equal(responder.ask(wire.environment(
                "GET", path, HTTPS="on", remote="192.0.2.7")).status, 200)
        equal(wire.run_cgi(site, *asking(site, "Tk-wrong")).status, 429)
        equal(answer.headers["Cache-Control"], "no-store")


@case("no token where one is needed is counted; by network of IPv6")
def _(site):
    site.forget()
    with wire.Responder(site) as responder:
        for number in range(3):
            found, body = asking(site, "", remote=f"2001:db8::{number}")
            del found["HTTP_AUTHORIZATION"]
            equal(responder.ask(found, body).status, 401)
        waits(responder.ask(*asking(site, "Tk-x", remote="2001:db8::ffff")))
        equal(responder.ask(*asking(site, "Tk-x", remote="2001:db8:0:1::1")
                            ).status, 401)


@case("downloads that are open to whoever comes, GET and HEAD, by any link")
def _(site):
    site.forget()
    with wire.Responder(site) as responder:
        for method, link, wanted in (("GET", "/open/a", 302),
                                     ("HEAD", "/open/b", 302),
                                     ("GET", "/get/a?signature=no", 403)):
            equal(responder.ask(values(link, remote="192.0.2.9", method=method,
                                       HTTPS="on")).status, wanted)
        for method, link in (("GET", "/open/a"), ("HEAD", "/open/a"),
                             ("GET", site.signed())):
            answer = responder.ask(values(link, remote="192.0.2.9",
                                          method=method, HTTPS="on"))
            equal(answer.status, 429)
            need("Location" not in answer.headers, answer.headers)
        page = responder.ask(values("/open/a", remote="192.0.2.9", HTTPS="on",
                                    HTTP_ACCEPT="text/html"))
        need("That was too often" in waits(page).text, page.text)
        # Callers' downloads are theirs.
        for number in range(6):
            answer = responder.ask(values(
                "/known/a", remote="192.0.2.10", HTTPS="on",
                HTTP_AUTHORIZATION="Bearer "
                + site.settings.tokens["bulk"]))
            # An address is an entry, and the redirect says what is left.
            equal(answer.status, 302 if number < 4 else 429)
            left = limits_of(answer)
            equal(left["rate"][2], 999 - number)
            equal(left["daily-entries"][2], max(3 - number, 0))
        for wanted in (401, 401, 401, 429):
            equal(responder.ask(values("/known/a", remote="192.0.2.10",
                                       HTTPS="on")).status, wanted)


@case("an address is the client's behind proxies that are trusted")
def _(site):
    site.forget()

    def ask(address):
        return site.single(keys(1), "Tk-wrong", headers={
            "X-Forwarded-For": address, "X-Forwarded-Proto": "https"}).status
    equal([ask("198.51.100.1") for _ in range(5)], [401] * 3 + [429] * 2)
    equal(ask("198.51.100.2"), 401)


@case("many refusals of strangers are summed, as others are")
def _(site):
    site.forget()
    log = os.path.join(site.folder, "log", "sums.jsonl")
    with site.changed("mintage", refusal_rate="2/min", audit_log=log), \
            wire.Responder(site) as responder:
        for number in range(8):
            equal(responder.ask(*asking(site, "Tk-no")).status,
                  401 if number < 3 else 429)
        responder.process.terminate()
        responder.ended()
    with open(log, encoding="utf-8") as file:
        lines = file.read().splitlines()
    equal(len(lines), 3, lines)
    need('"count":6' in lines[-1].replace(" ", ""), lines[-1])


@case("a file that is damaged or can't be had: 503 for strangers only")
def _(site):
    site.forget()
    path = os.path.join(site.state, "strangers.1")
    with wire.Responder(site) as responder:
        open(responder.log, "w").close()
        equal(responder.ask(*asking(site, "Tk-x")).status, 401)
        good = os.path.getsize(path)
        for damage in ("cut", "emptied", "zeros", "mode"):
            if damage == "mode":
                os.chmod(path, 0o666)
            else:
                os.truncate(path, {"cut": good - 4096}.get(damage, 0))
                if damage == "zeros":
                    os.truncate(path, good)
            for _ in range(2):
                equal(responder.ask(*asking(site, "web")).status, 200)
                answer = responder.ask(*asking(site, "Tk-x"))
                equal(answer.status, 503, answer.text)
                equal(responder.ask(values("/open/a", remote="192.0.2.9",
                                           HTTPS="on")).status, 503)
            until(lambda: "strangers.1 of state-dir" in responder.errors,
                  "a line", 10)
            equal(wire.run_cgi(site, *asking(site, "Tk-x")).status, 503)
            os.unlink(path)
            equal(responder.ask(*asking(site, "Tk-x")).status, 401)


if __name__ == "__main__":
    main(lambda: Guarded(processes=2))
