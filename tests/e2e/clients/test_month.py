#!/usr/bin/python3
"""A page with a thousand addresses, opened a month after it was written."""
import html
import html.parser
import http.client
import re
import sys
import time
import urllib.parse

sys.path.insert(1, sys.path[0] + "/../lib")
from harness import case, equal, main, need
from portal import Portal

COUNT = 1000
DAY = 86400
# What names of files are like; {} is a number.
NAMES = ["2026/{:04}.zip", "Jahresbericht {}.pdf", "käse/brötchen-{}.txt",
         "漢字/ファイル{}.png", "100% & more+{}.csv", "a,b;c='{}'.tar.gz",
         "(1)/[{}] \"quoted\".txt", "emoji 😀/{}~.html", "q?{}#top.json",
         "a%2Fb {}.bin"]


class MonthPortal(Portal):
    moves_clock = True

    def fill_folder(self):
        super().fill_folder()
        self.names = [NAMES[number % len(NAMES)].format(number)
                      for number in range(COUNT)]

    def store(self):
        for name in self.names:
            self.put(name, body_of(name))


class Links(html.parser.HTMLParser):
    """The addresses of a page's links, as a browser reads them."""

    def __init__(self, text):
        super().__init__()
        self.found = []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        if tag == "a":
            self.found.append(dict(attrs)["href"])


class Reader:
    """A client that keeps its connections, and follows one redirect."""

    def __init__(self):
        self.connections = {}

    def __enter__(self):
        return self

    def __exit__(self, *_):
        for connection in self.connections.values():
            connection.close()

    def ask(self, method, url):
        parts = urllib.parse.urlsplit(url)
        connection = self.connections.setdefault(
            parts.netloc, http.client.HTTPConnection(parts.netloc,
                                                     timeout=60))
        connection.request(method, f"{parts.path}?{parts.query}"
                           if parts.query else parts.path)
        answer = connection.getresponse()
        return answer.status, answer.headers, answer.read()

    def follow(self, method, url):
        """(status of the portal, status of R2, body)"""
        status, headers, body = self.ask(method, url)
        if status != 302:
            return status, None, body
        return (302, *self.ask(method, headers["Location"])[::2])


def body_of(name):
    return f"what {name} holds\n".encode()


def page_of(links):
    return "\n".join(f'<li><a href="{html.escape(link)}">{number}</a>'
                     for number, link in enumerate(links))


def written(portal, path, links):
    """Write the page, and read it as somebody who visits it."""
    portal.page(path, page_of(links))
    with Reader() as reader:
        status, _, body = reader.ask(
            "GET", f"http://{portal.host}:{portal.port}/{path}")
    equal(status, 200, path)
    found = Links(body.decode()).found
    equal(found, links, "the addresses of the page")
    return found


def every_one_opens(portal, links):
    portal.forget()
    with Reader() as reader:
        for name, link in zip(portal.names, links):
            equal(reader.follow("GET", link), (302, 200, body_of(name)),
                  link)
    equal(len(portal.redirects()), COUNT, "redirects in the audit log")
    equal({(entry.method, entry.status) for entry in portal.came()},
          {("GET", 200)})
    portal.no_authorization()


@case("a page with 1000 addresses below /files/ opens every file, 31 days on")
def _(portal):
    portal.later(0)
    portal.store()
    links = written(portal, "page.html", [portal.url("files", name)
                                          for name in portal.names])
    equal(len(set(links)), COUNT, "addresses")
    with Reader() as reader:
        location = reader.ask("GET", links[0])[1]["Location"]
        equal(reader.ask("GET", location)[0], 200, "the signed address")
        portal.later(31 * DAY)
        equal(reader.ask("GET", location)[0], 400, "and it, a month later")
    every_one_opens(portal, links)


@case("a page with 1000 signed links of 60 days opens every file, 31 days on")
def _(portal):
    portal.later(0)
    portal.store()
    written_at = int(time.time())
    links = written(portal, "signed.html", [
        portal.signed(name, written_at + 60 * DAY) for name in portal.names])
    portal.later(31 * DAY)
    every_one_opens(portal, links)
    with Reader() as reader:
        for method in ("GET", "HEAD"):
            equal(reader.follow(method, links[0])[:2], (302, 200), method)
        portal.later(61 * DAY)
        equal(reader.follow("GET", links[0])[0], 410, "after 61 days")


@case("a signed link of 30 days is over 31 days on, and opens no other key")
def _(portal):
    portal.later(0)
    portal.store()
    expires = int(time.time()) + 30 * DAY
    one, two = (portal.signed(name, expires) for name in portal.names[:2])
    longer = one.replace(f"expires={expires}",
                         f"expires={expires + 365 * DAY}")
    other = one.partition("?")[0] + "?" + two.partition("?")[2]
    portal.forget()
    with Reader() as reader:
        equal(reader.follow("GET", one)[:2], (302, 200), "today")
        portal.later(31 * DAY)
        for link, status in ((one, 410), (longer, 403), (other, 403),
                             (one.partition("?")[0], 403)):
            equal(reader.follow("GET", link)[0], status, link)
    equal(len(portal.redirects()), 1, "redirects")


@case("the clock of the responder is the one that was moved")
def _(portal):
    portal.later(31 * DAY)
    begun = time.time() + 31 * DAY
    with Reader() as reader:
        _, headers, _ = reader.ask("GET", portal.url("files", "small.bin"))
    signed = re.search(r"X-Amz-Date=(\d{8})T", headers["Location"])[1]
    days = {time.strftime("%Y%m%d", time.gmtime(moment))
            for moment in (begun, time.time() + 31 * DAY)}
    need(signed in days, f"{signed}, expected {days}")
    need(portal.audit_lines()[-1]["time"].startswith(
        f"{signed[:4]}-{signed[4:6]}-{signed[6:]}"), "the audit log's time")


if __name__ == "__main__":
    main(MonthPortal)
