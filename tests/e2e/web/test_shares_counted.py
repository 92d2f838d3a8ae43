#!/usr/bin/python3
"""maxDownloads of a share: exact, however many ask at once."""
import collections
import functools
import sys

sys.path.insert(1, sys.path[0] + "/../lib")
from harness import case, equal, main, until
from counted import CLIENTS, at_once
from sharing import alone, ask, make, make_site, opened, put


def statuses(answers):
    return dict(collections.Counter(answer.status for answer in answers))


def got(site, share):
    """The ids of the requests that got a file of the share, by the log."""
    return [line["request"] for line in site.audit_lines()
            if line["event"] == "redirect" and line["share"] == share["id"]]


@case("50 clients at once and 10 downloads left: 10 get the file")
def _(site):
    put("public/ten")
    until(lambda: len(site.responders()) >= 4, "several processes")
    share = make(site, objects=["public/ten"], maxDownloads=10)
    answers = at_once([functools.partial(
        ask, site, share["url"] + "/1", address=f"127.0.1.{number + 1}")
        for number in range(CLIENTS)])
    equal(statuses(answers), {302: 10, 410: CLIENTS - 10})
    equal(sorted(got(site, share)), sorted(
        answer.id for answer in answers if answer.status == 302))
    equal(opened(site, share["url"])["files"][0]["downloadsLeft"], 0)


@case("10 of 50 clients get the file, by FastCGI and by plain CGI at once")
def _(site):
    put("public/both")
    share = make(site, objects=["public/both"], maxDownloads=10)

    def one(number):
        agent = f"agent/{number}"
        if number % 2:
            return ask(site, share["url"] + "/1", agent=agent)
        return alone(site, share["url"] + "/1", HTTP_USER_AGENT=agent)
    answers = at_once([functools.partial(one, number)
                       for number in range(CLIENTS)])
    equal(statuses(answers), {302: 10, 410: CLIENTS - 10})


@case("each file is counted for itself, and one client's tries are one")
def _(site):
    put("public/m1", "public/m2")
    share = make(site, objects=["public/m1", "public/m2", "public/m1"],
                 maxDownloads=1)
    for number in (1, 2, 3):
        url = f"{share['url']}/{number}"
        equal([ask(site, url, agent=agent).status
               for agent in ("a", "a", "b", "a")], [302, 302, 410, 302])
        equal(ask(site, url, method="HEAD", agent="a").status, 302)
        equal(ask(site, url, method="HEAD", agent="c").status, 410)
    other = make(site, objects=["public/m1"], maxDownloads=1)
    equal(ask(site, other["url"] + "/1", agent="b").status, 302)


if __name__ == "__main__":
    main(functools.partial(make_site, processes=8))
