#!/usr/bin/python3
"""max-downloads: a link is good so many times, however many ask at once."""
import collections
import functools
import sys
import time

sys.path.insert(1, sys.path[0] + "/../lib")
from harness import RESPONDER, case, equal, main, need, until
from preload import failing
from counted import CLIENTS, Counted, at_once, key_of, new_key, values
import wire


def statuses(answers):
    return dict(collections.Counter(answer.status for answer in answers))


def three_of(site, link, ask):
    """All clients ask at once, and three of them are redirected: those that
    the record has."""
    answers = at_once([functools.partial(ask, number)
                       for number in range(CLIENTS)])
    equal(statuses(answers), {302: 3, 410: CLIENTS - 3}, "statuses")
    given = {answer.id for answer in answers if answer.status == 302}
    equal({line["request"] for line in site.redirects(key_of(link))}, given)
    equal(len(site.redirects(key_of(link))), 3, "lines")
    for answer in answers:
        equal("Location" in answer.headers, answer.status == 302)


@case("50 clients at once by FastCGI, each with an address of its own")
def _(site):
    until(lambda: len(site.responders()) >= 4, "several processes")
    for link in (site.signed(), site.secure(),
                 site.secdownload(int(time.time()))):
        three_of(site, link, lambda number, link=link: site.ask(
            link, address=f"127.0.1.{number + 1}"))


@case("50 clients at once by FastCGI, each with a User-Agent of its own")
def _(site):
    link = site.signed()
    three_of(site, link, lambda number: site.ask(link, agent=f"a/{number}"))


@case("50 clients at once, each a plain CGI program")
def _(site):
    link = site.signed()
    three_of(site, link, lambda number: wire.run_cgi(
        site, values(link, agent=f"b/{number}")))


@case("50 clients at once, by FastCGI and by plain CGI")
def _(site):
    link = site.signed()

    def ask(number):
        if number % 2:
            return site.ask(link, agent=f"c/{number}")
        return wire.run_cgi(site, values(link, agent=f"c/{number}"))
    three_of(site, link, ask)


@case("many links at once, each for many clients")
def _(site):
    links = [site.signed() for _ in range(40)]
    answers = at_once([
        functools.partial(lambda link, agent: (link, site.ask(link, agent)),
                          link, f"d/{number}")
        for link in links for number in range(5)])
    for link in links:
        equal(statuses([answer for asked, answer in answers if asked == link]),
              {302: 3, 410: 2}, "statuses")


@case("one client that asks often is counted once, and goes on when others "
      "can't")
def _(site):
    link = site.signed()
    for part in range(20):
        equal(site.ask(link, Range=f"bytes={part}00-").status, 302)
    answers = at_once([functools.partial(site.ask, link)
                       for _ in range(CLIENTS)])
    equal(statuses(answers), {302: CLIENTS}, "statuses")
    equal(site.ask(link, "second").status, 302)
    equal(site.ask(link, "third").status, 302)
    equal(site.ask(link, "fourth").status, 410)
    equal(site.ask(link).status, 302)
    equal(site.ask(link, "third").status, 302)
    equal(len(site.redirects(key_of(link))), 20 + CLIENTS + 4, "lines")


@case("a client is its address and its User-Agent")
def _(site):
    link = site.signed()
    equal(site.ask(link, "one", "127.0.2.1").status, 302)
    equal(site.ask(link, "one", "127.0.2.2").status, 302)
    equal(site.ask(link, "two", "127.0.2.1").status, 302)
    equal(site.ask(link, "two", "127.0.2.2").status, 410)
    equal(site.ask(link, "", "127.0.2.1").status, 410)
    # What a header says, but of a proxy that is trusted, makes nobody another.
    for address, expected in (("192.0.2.7", 410), ("127.0.2.1", 302)):
        with wire.Responder(site) as responder:
            answer = responder.ask(values(
                link, "one", address, HTTPS="on",
                HTTP_X_FORWARDED_FOR="127.0.2.1"))
            equal(answer.status, expected)


@case("behind a trusted proxy a client is who asked the proxy")
def _(site):
    link = site.signed()
    with site.changed("mintage", trusted_proxies="192.0.2.0/24"), \
            wire.Responder(site) as responder:
        def ask(proxy, client):
            return responder.ask(values(
                link, remote=proxy, HTTP_X_FORWARDED_FOR=client,
                HTTP_X_FORWARDED_PROTO="https")).status
        equal([ask("192.0.2.1", f"198.51.100.{number}")
               for number in (1, 2, 3, 4)], [302, 302, 302, 410])
        equal(ask("192.0.2.2", "198.51.100.1"), 302)


@case("HEAD never counts, and tells whether GET would be answered")
def _(site):
    link = site.signed()
    for number in range(CLIENTS):
        answer = site.ask(link, f"e/{number}", method="HEAD")
        equal((answer.status, answer.body), (302, b""))
    for number in range(3):
        equal(site.ask(link, f"f/{number}").status, 302)
        equal(site.ask(link, f"f/{number}", method="HEAD").status, 302)
    equal(site.ask(link, "e/1", method="HEAD").status, 410)
    equal(site.ask(link, "e/1").status, 410)
    equal(site.ask(link, "f/1", method="HEAD").status, 302)


@case("after ten minutes a client is counted again")
def _(site):
    now = int(time.time())
    link = site.signed(expires=now + 86400)

    def ask(later, agent):
        with failing(site.environment(), clock=now + later) as environment, \
                wire.Process([RESPONDER, "--config=" + site.settings.path],
                             site.folder, environment=environment
                             ) as responder, \
                responder.connect() as connection:
            connection.ask(values(link, agent))
            return wire.parse(connection.read()).status
    equal(ask(0, "one"), 302)
    equal(ask(600, "one"), 302)
    equal(ask(600, "two"), 302)
    equal(ask(601, "one"), 302)
    equal(ask(602, "three"), 410)
    equal(ask(1200, "two"), 302)
    equal(ask(1201, "two"), 410)
    equal(ask(1201, "one"), 302)
    equal(ask(86400, "one"), 410)
    # A clock that is set back gives nothing back.
    equal(ask(-3600, "three"), 410)


@case("a link that never expires is counted for ever")
def _(site):
    now = int(time.time())
    link = site.secure()
    for number in range(3):
        equal(site.ask(link, f"g/{number}").status, 302)
    with failing(site.environment(), clock=now + 300 * 86400) as environment, \
            wire.Process([RESPONDER, "--config=" + site.settings.path],
                         site.folder, environment=environment) as responder:
        for number in range(3):
            with responder.connect() as connection:
                connection.ask(values(link, f"g/{number}"))
                equal(wire.parse(connection.read()).status, 410)


def use_up(site, link):
    """By clients that no other link knows."""
    name = new_key()
    for number in range(3):
        equal(site.ask(link, f"{name}/{number}").status, 302)
    equal(site.ask(link, f"{name}/3").status, 410)


@case("another expiry, another key and another section are another link")
def _(site):
    key, expires = new_key(), int(time.time()) + 7200
    use_up(site, site.signed(key, expires))
    use_up(site, site.signed(key, expires + 1))
    use_up(site, site.signed(key + "x", expires))
    use_up(site, site.signed(key, expires, "/more/"))


@case("another way to write it is the same link")
def _(site):
    key, expires = new_key() + " ä", int(time.time()) + 7200
    link = site.signed(key, expires)
    path, _, asked = link.partition("?")
    plain = path.replace(" ", "%20").replace("ä", "%C3%A4")
    use_up(site, plain + "?" + asked)
    turned = "&".join(reversed(asked.split("&")))
    spelt = plain.replace("file", "%66il%65")
    given = []
    for path, query in ((plain, asked), (spelt, asked), (plain, turned),
                        (spelt.lower(), asked), (plain, asked + "&x=1"),
                        (plain, asked + "&"), (plain, asked + "#x"),
                        (plain, asked.replace("expires", "%65xpires")),
                        (plain, asked.replace("=" + str(expires),
                                              f"=0{expires}")),
                        (plain.replace("/get/", "/get//"), asked),
                        (plain.replace("/get/", "/get/./"), asked),
                        (plain.replace("/get/", "/%67et/"), asked)):
        answer = site.ask(f"{path}?{query}", "another")
        need(answer.status in (400, 403, 404, 410), f"{path}?{query}: "
             f"{answer.status}")
        given.append(answer.status)
    equal(given[:2], [410, 410], "spellings of one link")


@case("two kinds of link for one key with one expiry count as one")
def _(site):
    key, issued = new_key(), int(time.time())
    use_up(site, site.secdownload(issued, key))
    equal(site.ask(site.signed(key, issued + 3600), "another").status, 410)
    use_up(site, site.signed(key, issued + 3601))


@case("metrics count what was redirected and what was used up")
def _(site):
    use_up(site, site.signed())
    text = site.request("GET", "/metrics").text
    for status in (302, 410):
        need(f'route="redirect",status="{status}"' in text, text)


if __name__ == "__main__":
    main(Counted)
