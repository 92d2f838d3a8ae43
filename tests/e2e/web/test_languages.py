#!/usr/bin/python3
"""Pages in the language that a browser asks for, and what they load."""
import os
import re
import sys

sys.path.insert(1, sys.path[0] + "/../lib")
from harness import SRC, case, equal, main, need
from browser import Browser
from sharing import BROWSER, ask, make, make_site, path_of, put


def texts(language):
    path = os.path.join(SRC, "templates", "texts." + language)
    with open(path, encoding="utf-8") as file:
        return dict(re.findall(r"^(\w+) = (.*)$", file.read(), re.M))


LANGUAGES = sorted(
    name[6:] for name in os.listdir(os.path.join(SRC, "templates"))
    if name.startswith("texts."))


@case("each language has the texts of English, with the same tags, and no "
      "others")
def _(_):
    need({"de", "en"} <= set(LANGUAGES), LANGUAGES)
    english = texts("en")
    for language in LANGUAGES:
        found = texts(language)
        equal(sorted(found), sorted(english), language)
        equal(found["lang"], language)
        for name, text in found.items():
            equal(sorted(re.findall(r"{{.*?}}", text)),
                  sorted(re.findall(r"{{.*?}}", english[name])), name)


@case("each text is used by some template")
def _(_):
    used = set()
    folder = os.path.join(SRC, "templates")
    for name in os.listdir(folder):
        if name.endswith(".tmpl"):
            with open(os.path.join(folder, name), encoding="utf-8") as file:
                used |= set(re.findall(r"{{@(\w+)}}", file.read()))
    equal(set(texts("en")) - used, set(), "texts of no template")


@case("Accept-Language chooses the language; English where there is none of it")
def _(site):
    put("public/a")
    share = make(site, objects=["public/a"])
    for header, language in ((None, "en"), ("de", "de"), ("de-AT", "de"),
                             ("fr, de;q=0.5", "de"), ("fr", "en"),
                             ("en, de", "en"), ("de;q=0", "en")):
        more = {"Accept-Language": header} if header else {}
        page = ask(site, share["url"], **BROWSER, **more).text
        need(f'<html lang="{language}">' in page, f"{header}: {page[:300]}")
        need(texts(language)["filesForYou"] in page, page[:300])


@case("browsers may keep styles for ever, and each version has its own address")
def _(site):
    share = make(site, objects=["public/a"])
    page = ask(site, share["url"], **BROWSER).text
    path, = re.findall(r'href="/mint(/assets/[0-9a-f]{16}/page\.css)"', page)
    answer = site.request("GET", path)
    equal(answer.status, 200)
    equal((answer.headers["Cache-Control"], answer.headers["Content-Type"],
           answer.headers["X-Content-Type-Options"]),
          ("public, max-age=31536000, immutable", "text/css; charset=utf-8",
           "nosniff"))
    with open(os.path.join(SRC, "templates/assets/page.css"), "rb") as file:
        equal(answer.body, file.read())
    equal(site.request("HEAD", path).body, b"")
    version = path.split("/")[2]
    other = version[:-1] + ("0" if version[-1] != "0" else "1")
    for wrong in (path.replace(version, other), path + "x", "/assets",
                  f"/assets/{version}", f"/assets/{version}/",
                  f"/assets/{version}/embed.sh",
                  f"/assets/{version}/../page.css"):
        need(site.request("GET", wrong).status in (400, 404), wrong)
    equal(site.request("POST", path).status, 405)


@case("Chromium takes the styles, and finds nothing that the policy forbids")
def _(site):
    share = make(site, objects=["public/a"])
    browser = Browser()
    try:
        browser.open(f"http://127.0.0.1:{site.port}{site.mount}"
                     f"{path_of(share['url'])}")
        equal(browser.run("return getComputedStyle("
                          "document.querySelector('.files')).listStyleType"),
              "none")
        equal(browser.run("return document.styleSheets.length"), 1)
        equal([line for line in browser.console()
               if "favicon" not in line], [])
    finally:
        browser.close()


if __name__ == "__main__":
    main(make_site)
