#!/usr/bin/python3
"""The page in Chromium without scripts: Enter, Back, reload, tabs and
downloads."""
import atexit
import contextlib
import os
import re
import sys

sys.path.insert(1, sys.path[0] + "/../lib")
from browser import ENTER, Browser
from endpoint import ENDPOINT, make_site
from harness import USERS, case, equal, main, need, until

KEYS = "users/ann/a.txt\nusers/ann/käse 2.txt"
OBJECTS, BUCKET = "textarea[name=objects]", "input[name=bucket]"
NUMBER = "input[name=formNumber]"


BROWSERS = []


def page(site):
    """A browser that shows the form to the user chief. All cases share one,
    because it takes long to start."""
    if not BROWSERS:
        BROWSERS.append(Browser(scripts=False))
        atexit.register(BROWSERS[0].close)
    browser = BROWSERS[0]
    browser.open(f"http://chief:{USERS['chief']}@127.0.0.1:{site.port}"
                 "/office/")
    equal(browser.value(BUCKET), "portal-downloads")
    return browser


def choose(browser, name, value):
    """Choose, and open what hides it first."""
    browser.run("document.querySelectorAll('details').forEach("
                "e => e.open = true)")
    browser.choose(name, value)


def shows(browser, selector, texts, what=""):
    """The page may still be on its way after a click."""
    def is_there():
        try:
            return browser.texts(selector) == texts
        except AssertionError:  # the page is just being replaced
            return False
    with contextlib.suppress(AssertionError):
        until(is_there, what)
    equal(browser.texts(selector), texts, what)


def issues(site):
    return [line["route"] for line in site.audit_lines()
            if line["event"] == "issue"]


@case("Enter in each field of a line asks for links, and not for secrets")
def _(site):
    browser = page(site)
    for field in (BUCKET, "input[name=actions]"):
        before = issues(site)
        browser.run("document.querySelectorAll('details').forEach("
                    "e => e.open = true)")
        browser.type(OBJECTS, KEYS)
        browser.type(field, {BUCKET: "portal-downloads"}.get(
            field, "GetObject") + ENTER)
        shows(browser, "h1", ["Links: 2"], field)
        equal(issues(site), before + ["presigned-urls"], field)
        browser.click("footer a")
        shows(browser, "h1", ["Send files"])


@case("no page breaks its own policy, and no script in one would run")
def _(site):
    browser = page(site)
    browser.console()
    picture = os.environ.get("TEST_PICTURES")
    for keys, title in ((KEYS, "Links: 2"), ("/", None)):
        browser.type(OBJECTS, keys)
        browser.click("form button")
        if title:
            shows(browser, "h1", [title])
            if picture:
                browser.picture(os.path.join(picture, "links.png"))
            page(site)
    equal([line for line in browser.console() if "favicon" not in line
           and "status of 4" not in line], [], "the console")
    with contextlib.closing(Browser()) as other:
        other.open(f"http://chief:{USERS['chief']}@127.0.0.1:{site.port}"
                   "/office/")
        equal(other.run("const made = document.createElement('script');"
                        "made.textContent = 'window.ran = 1';"
                        "document.body.append(made); return window.ran || 0"),
              0, "a script ran")
        need(any("Content Security Policy" in line
                 for line in other.console()),
             "the policy was not what stopped it")


@case("Back keeps what was typed, and issues nothing")
def _(site):
    browser = page(site)
    before = len(issues(site))
    browser.type(OBJECTS, KEYS)
    choose(browser, "lifetime", "900")
    choose(browser, "method", "HEAD")
    choose(browser, "onError", "report")
    browser.click("form button")
    shows(browser, "h1", ["Links: 2"])
    browser.back()
    equal((browser.value(OBJECTS), browser.value(BUCKET),
           browser.value("select[name=lifetime]"),
           browser.value("select[name=method]"),
           browser.value("select[name=onError]")),
          (KEYS, "portal-downloads", "900", "HEAD", "report"))
    equal(len(issues(site)) - before, 1, "issues")


@case("a reload of what was issued issues nothing, and says so above the form")
def _(site):
    browser = page(site)
    before = len(issues(site))
    browser.type(OBJECTS, KEYS)
    browser.click("form button")
    shows(browser, "h1", ["Links: 2"])
    for _ in range(2):
        browser.reload()
        shows(browser, ".notice h2", ["This was issued already"])
        need("X-Amz-" not in browser.texts("main")[0], "it shows links")
        equal(browser.value(OBJECTS), KEYS)
    equal(len(issues(site)) - before, 1, "issues")
    # What it says is so: sent once more, it is issued anew.
    browser.click("form button")
    shows(browser, "h1", ["Links: 2"])
    equal(len(issues(site)) - before, 2, "issues")


@case("two clicks at once are one issue")
def _(site):
    browser = page(site)
    before = len(issues(site))
    browser.type(OBJECTS, KEYS)
    browser.run("const button = document.querySelector('form button');"
                "button.click(); button.click();")
    until(lambda: browser.texts("h1") == ["Links: 2"]
          or browser.texts(".notice"), "an answer")
    equal(len(issues(site)) - before, 1, "issues")


@case("a link opens in a tab of its own, and this page stays")
def _(site):
    ENDPOINT.put("portal-downloads", "users/ann/a.txt", b"what it holds\n")
    browser = page(site)
    browser.type(OBJECTS, "users/ann/a.txt")
    browser.click("form button")
    here, = browser.windows()
    browser.click("td a")
    until(lambda: len(browser.windows()) == 2, "a second tab")
    shows(browser, "h1", ["Links: 1"])
    other, = set(browser.windows()) - {here}
    browser.enter(other)
    until(lambda: "what it holds" in "".join(browser.texts("body")),
          "the file in its tab")
    equal(browser.run("return [window.opener, document.referrer]"),
          [None, ""])
    browser.leave(here)


@case("upload links: chosen, shown with what they are for, not to be clicked")
def _(site):
    browser = page(site)
    browser.type(OBJECTS, "users/ann/new.txt")
    choose(browser, "method", "PUT")
    browser.click("form button")
    shows(browser, "h1", ["Links: 1"])
    shown = browser.texts("main")[0]
    need("PUT" in shown and "GetObject" not in shown, shown)
    equal(browser.texts("td a"), [])


@case("a download has a name with an ending, and the form stays as it was")
def _(site):
    browser = page(site)
    browser.type(OBJECTS, KEYS)
    choose(browser, "format", "csv")
    browser.click("form button")
    until(lambda: [name for name in os.listdir(browser.downloads)
                   if name.endswith(".csv")], "a download")
    name, = os.listdir(browser.downloads)
    need(re.fullmatch(r"links-portal-downloads-\d{4}-\d\d-\d\d\.csv",
                      name), name)
    with open(os.path.join(browser.downloads, name), "rb") as file:
        equal(file.read().count(b"\r\n"), 3, "lines")
    equal(browser.value(OBJECTS), KEYS)


@case("nothing is cut off on a telephone")
def _(site):
    browser = page(site)
    browser.size(390, 800)
    wide = ("return [document.documentElement.scrollWidth,"
            " document.documentElement.clientWidth]")
    browser.type(OBJECTS, KEYS + "/" + "x" * 300)
    for step in ("the form", "the result", "the notice"):
        width, room = browser.run(wide)
        need(width <= room, f"{step}: {width} > {room}")
        if step == "the form":
            browser.click("form button")
            shows(browser, "h1", ["Links: 2"])
        elif step == "the result":
            browser.reload()
            shows(browser, ".notice h2", ["This was issued already"])


if __name__ == "__main__":
    main(make_site)
