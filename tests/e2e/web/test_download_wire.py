#!/usr/bin/python3
"""Downloads without a web server between: what one may make of an address,
where the client is, and what happens when nothing can be recorded."""
import sys
import time

sys.path.insert(1, sys.path[0] + "/../lib")
from harness import case, equal, main, need
from redirecting import (BROWSER, auth_token, location, make_site,
                         opens, put, record, refused, secure_link, signed)
import wire

FAR = "203.0.113.7"


def asked(target, method="GET", **more):
    """The variables for a path below the mount, with its query."""
    path, _, query = target.partition("?")
    found = wire.environment(method, path, query=query, **more)
    return {name: value for name, value in found.items()
            if name not in ("CONTENT_TYPE", "CONTENT_LENGTH")}


@case("a key is what the client sent, and PATH_INFO only has to agree")
def _(site):
    with wire.Responder(site) as responder:
        for uri, path_info, key in (
                ("/mint/open/a%2Fb", "/open/a/b", "a/b"),
                ("/mint/open/a%2Fb", "/open/a%2Fb", "a/b"),
                ("/mint/open/a%2F/b%25", "/open/a%2F/b%", "a//b%"),
                ("/mint/open/a//b", "/open/a/b", "a//b"),
                ("/%6dint/open/c", "/open/c", "c"),
                ("http://host/mint/open/c?x", "/open/c", "c"),
                # A rule has put the mount before these.
                ("/open/a%2Fb", "/open/a/b", "a/b"),
                ("/open/a//b%25%3F", "/open/a/b%?", "a//b%?"),
                # A rule has made these of others.
                ("/files/c%20d", "/open/c d", "c d"),
                ("/c", "/open/c", "c")):
            put("public/" + key)
            for method in ("GET", "HEAD"):
                answer = responder.ask(asked("/", method, REQUEST_URI=uri,
                                             PATH_INFO=path_info))
                opens(site, answer, "public/" + key, method)
        answer = responder.ask(asked("/", REQUEST_URI="/mint/other/c",
                                     PATH_INFO="/open/c",
                                     REDIRECT_URL="/mint/open/c"))
        opens(site, answer, "public/c")


@case("an address of which the key is not certain is refused")
def _(site):
    with wire.Responder(site) as responder:
        for uri, path_info, words in (
                (None, "/open/c", "REQUEST_URI"), ("", "/open/c", "REQUEST"),
                ("/mint/open/d", "/open/c", "do not mean the same"),
                ("/mint/open/a%2541", "/open/aA", "do not mean the same"),
                ("/mint/open/x/../c", "/open/c", "'..'"),
                ("/mint/open/c%00", "/open/c", "NUL"),
                ("/files/a//b", "/open/a/b", "rewrote"),
                ("/files/a%2Fb", "/open/a/b", "rewrote"),
                ("/files/c%3Fd", "/open/c", "rewrote"),
                ("//mint/open/c", "/open/c", "rewrote"),
                ("/files/c", "/open/../c", "no key has")):
            answer = responder.ask(asked("/", REQUEST_URI=uri,
                                         PATH_INFO=path_info))
            message = refused(site, answer, 400, 11005)
            need(words in message, f"{uri}: {message}")


@case("a link for one client opens for that client, by trusted proxies too")
def _(site):
    put("public/a")
    now = int(time.time())
    links = [secure_link("a", now + 600, FAR), auth_token("a", now, FAR)]
    secure = {"HTTPS": "on"}
    with wire.Responder(site) as responder:
        for link in links:
            answer = responder.ask(asked(link, remote=FAR, **secure))
            opens(site, answer, "public/a")
            record(site, answer, remote=FAR, download="link", caller=None)
            for remote in ("203.0.113.8", "127.0.0.1", "::1"):
                refused(site, responder.ask(asked(link, remote=remote,
                                                  **secure)), 403, 10003)
            # Anyone can send this header.
            refused(site, responder.ask(asked(
                link, remote="203.0.113.8", HTTP_X_FORWARDED_FOR=FAR,
                **secure)), 403, 10003)
    with site.changed("mintage", trusted_proxies="192.0.2.0/24"), \
            wire.Responder(site) as responder:
        forwarded = {"remote": "192.0.2.1", "HTTP_X_FORWARDED_PROTO": "https"}
        for link in links:
            answer = responder.ask(asked(
                link, HTTP_X_FORWARDED_FOR=f"198.51.100.1, {FAR}, 192.0.2.9",
                **forwarded))
            opens(site, answer, "public/a")
            record(site, answer, remote=FAR)
            for chain in ("203.0.113.8", f"{FAR}, 203.0.113.8", "192.0.2.9",
                          ""):
                refused(site, responder.ask(asked(
                    link, HTTP_X_FORWARDED_FOR=chain or None, **forwarded)),
                    403, 10003)


@case("plain http from elsewhere is refused, whoever asks")
def _(site):
    link = signed("a", int(time.time()) + 600)
    with wire.Responder(site) as responder:
        for target in ("/open/a", "/get/public/a", link):
            answer = responder.ask(asked(target, remote=FAR))
            need("https" in refused(site, answer, 403, 11013), "words")
            answer = responder.ask(asked(target, remote=FAR, HTTP_ACCEPT=BROWSER
                                         ["Accept"]))
            need("https:// instead of" in answer.text, answer.text)


@case("what can't be recorded is not handed out, and a page says so")
def _(site):
    with site.changed("mintage", audit_log="/dev/full"), \
            wire.Responder(site) as responder:
        token = site.settings.tokens["bulk"]
        for target, more in (("/open/a", {}),
                             ("/get/public/a", {"token": token}),
                             (signed("a", int(time.time()) + 600), {})):
            for method in ("GET", "HEAD"):
                answer = responder.ask(asked(target, method, **more))
                refused(site, answer, 503, recorded=False)
                need(answer.headers["Retry-After"], "no Retry-After")
            answer = responder.ask(asked(target, HTTP_ACCEPT=BROWSER["Accept"],
                                         **more))
            refused(site, answer, 503, recorded=False)
            need("Try it again later" in answer.text, answer.text)
            need("audit" not in answer.text, answer.text)


@case("a body that nobody asked for holds nothing up")
def _(site):
    body = b"x" * 300000
    values = asked("/open/a", "PUT", CONTENT_LENGTH=str(len(body)))
    with wire.Responder(site) as responder:
        for _ in range(3):
            answer = responder.ask(values, body)
            equal((answer.status, answer.headers["Allow"]),
                  (405, "GET, HEAD"))
            location(site, responder.ask(asked("/open/a")))
        answer = responder.ask({**asked("/open/a"),
                                "CONTENT_LENGTH": "5"}, b"12345")
        location(site, answer)
    answer = wire.run_cgi(site, values, body)
    equal((answer.status, answer.headers["Allow"]), (405, "GET, HEAD"))


@case("plain CGI redirects as FastCGI does")
def _(site):
    put("public/a b")
    for method in ("GET", "HEAD"):
        answer = wire.run_cgi(site, asked("/", method, PATH_INFO="/open/a b",
                                          REQUEST_URI="/mint/open/a%20b"))
        opens(site, answer, "public/a b", method)
    refused(site, wire.run_cgi(site, asked("/get/public/a")), 401, 10002)
    answer = wire.run_cgi(site, asked("/open/", HTTP_ACCEPT=BROWSER["Accept"]))
    refused(site, answer, 404)
    need("There is no file" in answer.text, answer.text)


if __name__ == "__main__":
    main(make_site)
