#!/usr/bin/python3
"""The page in Chromium with its scripts: links as they come, and shares."""
import contextlib
import os
import sys

sys.path.insert(1, sys.path[0] + "/../lib")
from browser import Browser
from harness import ACCOUNT, PORTAL, USERS, Site, case, equal, main, need, until
from sharing import BUCKET, ENDPOINT, change, opened, put

OBJECTS = "textarea[name=objects]"
LINKS, SHARE = "form button", "form button[formaction$='/shares']"


def settings_of(settings):
    change(settings)
    settings.sections["caller chief"].update({
        "max-link-age": "60d", "max-ttl": "604800"})


def make_site():
    site = Site("fastcgi", settings_of, endpoint=ENDPOINT.url)
    ENDPOINT.parents[PORTAL] = {
        "secret": site.settings.secrets[PORTAL], "account": ACCOUNT,
        "permission": "object-read-write", "buckets": [BUCKET]}
    if ENDPOINT.thread is None:
        ENDPOINT.start()
    return site


@contextlib.contextmanager
def page(site, user="chief", **more):
    """A browser that shows the page to a user."""
    browser = Browser(**more)
    try:
        browser.size(1000, 1200)
        browser.open(f"http://{user}:{USERS[user]}@127.0.0.1:{site.port}"
                     "/office/")
        yield browser
        equal([line for line in browser.console() if "favicon" not in line
               and "status of 4" not in line], [], "the console")
    finally:
        browser.close()


def paste(browser, lines):
    browser.run(f"document.querySelector({OBJECTS!r}).value = arguments[0]",
                "\n".join(lines))


def wait(browser, selector, word):
    until(lambda: any(word in text for text in browser.texts(selector)),
          f"{word} in {selector}")


def events(site, event):
    return [line for line in site.audit_lines() if line["event"] == event]


@case("three actions to a copied link: paste, Get links, Copy")
def _(site):
    put("users/ann/a.txt", "b/käse 2.txt")
    with page(site) as browser:
        paste(browser, ["users/ann/a.txt", "b/käse 2.txt"])
        browser.click(LINKS)
        wait(browser, ".result .hint", "2 links")
        until(lambda: browser.texts(".row a") ==
              ["users/ann/a.txt", "b/käse 2.txt"], "the rows")
        browser.run("document.execCommand = (word) => window.copied = "
                    "[word, document.activeElement.value];"
                    "navigator.clipboard.writeText = "
                    "async () => { throw Error() }")
        browser.click(".row button")
        until(lambda: browser.run("return window.copied"), "a copy")
        word, url = browser.run("return window.copied")
        equal(word, "copy")
        need(url.startswith(ENDPOINT.url) and "X-Amz-Signature" in url, url)
        wait(browser, ".row button", "Copied")
        # The page is the same, and what was typed is there.
        equal(browser.texts("h1"), ["Send files"])
        browser.click(".result .buttons button")
        until(lambda: browser.run("return window.copied[1]").count("\n") == 1,
              "all of them")


@case("names of a list that is a file, and of the text, are all sent")
def _(site):
    put("users/ann/a.txt")
    path = os.path.join(site.folder, "list.txt")
    with open(path, "w", encoding="utf-8") as file:
        file.write("users/ann/b.txt\nusers/ann/c.txt\n")
    with page(site) as browser:
        browser.run("for (const part of document.querySelectorAll('details'))"
                    " part.open = true")
        browser.type("input[type=file][name=manifest]", path)
        browser.click(LINKS)
        wait(browser, ".result .hint", "2 links")
        paste(browser, ["users/ann/a.txt"])
        browser.click(LINKS)
        wait(browser, ".result .hint", "3 links")


@case("what is asked for twice at once is issued once")
def _(site):
    before = len(events(site, "issue"))
    with page(site) as browser:
        paste(browser, ["users/ann/a.txt"])
        browser.run(f"document.querySelector({LINKS!r}).click();"
                    f"document.querySelector(\"{SHARE}\").click()")
        wait(browser, ".result .hint", "1 link")
        equal(len(events(site, "issue")), before + 1)


@case("a link opens in a tab of its own")
def _(site):
    put("users/ann/a.txt")
    with page(site) as browser:
        paste(browser, ["users/ann/a.txt"])
        browser.click(LINKS)
        here, = browser.windows()
        browser.click(".row a")
        until(lambda: len(browser.windows()) == 2, "a second tab")
        other, = set(browser.windows()) - {here}
        browser.enter(other)
        until(lambda: "the text of" in "".join(browser.texts("body")),
              "the file")
        browser.leave(here)


@case("four actions to a share, which opens")
def _(site):
    put("users/ann/a.txt")
    with page(site) as browser:
        paste(browser, ["users/ann/a.txt"])
        browser.click(SHARE)
        wait(browser, ".result h2", "Your share is ready")
        url = browser.value("input.address")
    share = opened(site, url)
    equal([file["name"] for file in share["files"]], ["a.txt"])
    equal(events(site, "issue")[-1]["share"], share["id"])


@case("of 10,000 links, rows are made when they are seen; all can be searched "
      "and saved")
def _(site):
    names = [f"reports/file {number}.pdf" for number in range(10000)]
    with page(site) as browser:
        paste(browser, names)
        browser.click(LINKS)
        wait(browser, ".result .hint", "10000 links")
        need(browser.run("return document.querySelectorAll('.row').length")
             < 100, "rows")
        browser.run("document.querySelector('.rows').scrollTop = 1e9")
        wait(browser, ".row a", "file 9999.pdf")
        browser.type("input[type=search]", "FILE 77.")
        until(lambda: browser.texts(".row a") == ["reports/file 77.pdf"],
              "what was searched")
        browser.type("input[type=search]", " ")
        until(lambda: len(browser.texts(".row a")) > 10, "all again")
        browser.run("document.querySelectorAll('.result .buttons button')[1]"
                    ".click()")
        path = os.path.join(browser.downloads, "links.csv")
        until(lambda: os.path.exists(path), "a file")
        with open(path, encoding="utf-8", newline="") as file:
            lines = file.read().split("\r\n")
        equal((len(lines), lines[0], lines[-1]),
              (10002, "key,method,url,expiresAt", ""))
        need(lines[10000].startswith('"reports/file 9999.pdf","GET","http'),
             lines[10000])


@case("a refusal names the entries, offers the prefix that mends it, and "
      "issues nothing")
def _(site):
    before = len(events(site, "issue"))
    with page(site, "ann") as browser:
        paste(browser, ["a.txt", "b.txt"])
        browser.click(LINKS)
        wait(browser, ".result li", "File 1")
        equal(len(browser.texts(".result li")), 2)
        equal(len(events(site, "issue")), before)
        equal(browser.texts(".result .buttons button"),
              ["Put users/ann/ before all names"])
        browser.click(".result .buttons button")
        equal(browser.value(OBJECTS), "users/ann/a.txt\nusers/ann/b.txt")
        browser.click(LINKS)
        wait(browser, ".result .hint", "2 links")


@case("credentials are answered by the browser itself, as without scripts")
def _(site):
    with page(site) as browser:
        paste(browser, ["users/ann/a.txt"])
        browser.click("button[formaction$='/temp-access-credentials']")
        wait(browser, "h1", "A credential")


@case("a name with tags of HTML is shown as text")
def _(site):
    name = "<img src=x onerror=alert(1)>.pdf"
    with page(site) as browser:
        paste(browser, [name])
        browser.click(LINKS)
        wait(browser, ".row a", name)
        equal(browser.run("return document.querySelectorAll('.row img')"
                          ".length"), 0)


@case("a German page and its scripts speak German")
def _(site):
    with page(site, languages="de-AT,de,en") as browser:
        equal(browser.texts("h1"), ["Dateien senden"])
        paste(browser, ["users/ann/a.txt"])
        browser.click(LINKS)
        wait(browser, ".result h2", "Ihre Links")
        wait(browser, ".row button", "Kopieren")


if __name__ == "__main__":
    main(make_site)
