#!/usr/bin/python3
"""The page: one issue for each form, links first, names for downloads."""
import concurrent.futures
import os
import re
import sys

sys.path.insert(1, sys.path[0] + "/../lib")
from endpoint import make_site
from harness import ACCOUNT, Site, batch_path, case, equal, main, need
from paging import BROWSER, LINKS, Form, send, show

USED = "This was issued already"


def issues(site):
    return sum(line["event"] == "issue" for line in site.audit_lines())


@case("a form issues once; sent again it says so, and is filled in as it was")
def _(site):
    fields = {**show(site).fields, "objects": "public/a\npublic/b",
              "lifetime": "77"}
    before = issues(site)
    first = send(site, fields)
    equal(first.status, 200, first.text)
    need("Links: 2" in first.text, first.text)
    for text in ("public/a\npublic/b", "public/c"):     # typed over
        again = send(site, {**fields, "objects": text})
        equal(again.status, 400)
        need(USED in again.text and first.id in again.text, again.text)
        need("X-Amz-Signature" not in again.text, "what was issued is kept")
        found = Form(again.text)
        equal(found.fields, {**fields, "objects": text, "formNumber":
                             found.fields["formNumber"]}, "the form")
        need(found.fields["formNumber"] != fields["formNumber"],
             "the number is the old one")
        line, = site.audit(again.id, "refused")
        equal((line["code"], line["pointer"]), (11019, "/formNumber"))
    equal(issues(site) - before, 1, "issues")
    answer = send(site, found.fields)
    need("Links: 1" in answer.text, answer.text)
    equal(issues(site) - before, 2, "issues")


@case("each of many forms that are sent at once, and twice, issues once")
def _(site):
    sent = [{**show(site).fields, "objects": f"public/{n}"}
            for n in range(12)] * 3
    before = issues(site)
    with concurrent.futures.ThreadPoolExecutor(12) as pool:
        answers = list(pool.map(lambda fields: send(site, fields), sent))
    equal(sorted(answer.status for answer in answers), [200] * 12 + [400] * 24)
    equal(issues(site) - before, 12, "issues")


@case("a refused form is not used up, whatever is wrong with it")
def _(site):
    fields = show(site).fields
    before = issues(site)
    for wrong in ({"objects": ""}, {"objects": "private/a"},
                  {"objects": "public/a\npublic/./b"}, {"bucket": "other"},
                  {"objects": "public/a", "lifetime": "3601"},
                  {"objects": "public/a", "format": "env"},
                  {"objects": "public/a", "prefixes": "public/"},
                  {"objects": "public/a", "method": "PUT"}):
        answer = send(site, {**fields, **wrong})
        need(answer.status in (400, 403) and USED not in answer.text,
             f"{wrong}: {answer.status}")
    equal(issues(site), before, "issues")
    equal(send(site, {**fields, "objects": "public/a"}).status, 200)


@case("a form without a number is sent as often as one likes; JSON has none")
def _(site):
    fields = {"bucket": "portal-downloads", "objects": "public/a"}
    for _ in range(3):
        equal(send(site, fields).status, 200)
    used = {"formNumber": show(site).fields["formNumber"], **fields}
    equal(send(site, used, headers={"Accept": "application/json"}).status, 200)
    answer = send(site, used, headers={"Accept": "application/json"})
    equal((answer.status, answer.errors[0]["code"]), (400, 11019))
    for number in ("0", "x" * 42, "0" * 65, "0" * 42, "f" * 42):
        answer = send(site, {**used, "formNumber": number},
                      headers={"Accept": "application/json"})
        equal((answer.status, answer.errors[0]["code"],
               answer.errors[0]["source"]["pointer"]),
              (400, 11005, "/formNumber"), number)
    answer = site.batch({"bucket": "portal-downloads", "objects": ["public/a"],
                         "permission": "object-read-only",
                         "formNumber": used["formNumber"]}, token="web")
    equal((answer.status, answer.errors[0]["code"]), (400, 11002))


@case("plain CGI: every process knows which forms were used")
def _(_):
    site = Site("cgi")
    try:
        fields = {**show(site).fields, "objects": "public/a"}
        equal([send(site, fields).status for _ in range(3)], [200, 400, 400])
        equal(issues(site), 1, "issues")
        site.stop()
    finally:
        site.kill()
        site.remove(False)


@case("nothing is issued where the use of a form can't be noted, and it stays "
      "good")
def _(_):
    folder = []

    def change(settings):
        folder.append(os.path.join(settings.folder, "state"))
        settings.sections["mintage"]["state-dir"] = folder[0]
        # A folder in the file's place: root can't write to it either.
        os.makedirs(os.path.join(folder[0], "forms.1"))

    site = Site("fastcgi", change)
    try:
        fields = {**show(site).fields, "objects": "public/a"}
        answer = send(site, fields)
        equal(answer.status, 503)
        need("public/a" in answer.text and folder[0] not in answer.text,
             answer.text)
        equal(issues(site), 0, "issues")
        os.rmdir(os.path.join(folder[0], "forms.1"))
        equal([send(site, fields).status for _ in range(2)], [200, 400])
        equal(issues(site), 1, "issues")
        site.stop()
    finally:
        site.kill()
        site.remove(False)


@case("the first button, which is Enter's, asks for links")
def _(site):
    found = show(site)
    path = f"/mint/accounts/{ACCOUNT}/r2/"
    equal(found.buttons, [path + "presigned-urls",
                          path + "temp-access-credentials/batch",
                          path + "temp-access-credentials"])
    equal(found.action, found.buttons[0])


@case("the form offers the methods that the caller may have")
def _(site):
    for token, methods in (("web", ["", "HEAD"]), ("drop", ["", "PUT"]),
                           ("bulk", ["", "HEAD", "PUT", "DELETE"])):
        equal(show(site, token).options["method"], methods, token)
    answer = send(site, {**show(site, "drop").fields, "objects": "incoming/a"},
                  token="drop")
    equal(answer.status, 400)
    need('id="method-wrong-' in answer.text, answer.text)


@case("PUT links can be asked for, and nothing says that they are for GET")
def _(site):
    fields = {**show(site, "bulk").fields, "bucket": "portal-uploads",
              "objects": "incoming/a", "method": "PUT"}
    answer = send(site, fields, token="bulk")
    equal(answer.status, 200, answer.text)
    need("PUT" in answer.text and "GetObject" not in answer.text
         and "Permission" not in answer.text, answer.text)
    need("<a href" not in answer.text.split("</table>")[0], "a PUT to click")
    again = Form(send(site, fields, token="bulk").text)
    equal(again.fields["method"], "PUT", "the method that was chosen")
    mixed = site.request("POST", LINKS, token="bulk", headers=BROWSER, json={
        "bucket": "portal-downloads", "objects": [
            "a", {"key": "b", "method": "PUT"}]})
    need("GetObject" not in mixed.text, mixed.text)
    one = site.batch({"bucket": "portal-downloads", "objects": ["a"],
                      "permission": "object-read-only"}, headers=BROWSER)
    need("<dt>Permission</dt><dd>object-read-only</dd>" in one.text, one.text)


@case("a link opens in a tab of its own, which learns nothing of this one")
def _(site):
    answer = send(site, {**show(site).fields, "objects": "public/a"})
    link, = re.findall('<a href="https?://[^"]*"[^>]*>', answer.text)
    need(link.endswith(' target="_blank" rel="noopener noreferrer">'), link)


@case("what a browser saves has a name with an ending")
def _(site):
    links = {"csv": "csv", "csv-exact": "csv", "text": "txt", "curl": "curl",
             "aria2": "aria2.txt", "metalink": "meta4", "json": "json",
             "ndjson": "ndjson"}
    keys = {"csv": "csv", "env": "sh", "aws": "ini", "rclone": "conf",
            "process": "json", "container": "json"}
    for kind, endings in (("links", links), ("credentials", keys)):
        for name, ending in endings.items():
            answer = send(
                site, {**show(site).fields, "objects": "public/a",
                       "format": name},
                LINKS if kind == "links" else batch_path())
            equal(answer.status, 200, answer.text)
            need(re.fullmatch(
                f'attachment; filename="{kind}-portal-downloads-'
                rf'\d{{4}}-\d\d-\d\d\.{re.escape(ending)}"',
                answer.headers["Content-Disposition"] or ""),
                f"{name}: {answer.headers['Content-Disposition']}")
    for accept in (None, "*/*", "text/csv", "application/json"):
        answer = send(site, {"bucket": "portal-downloads", "format": "csv",
                             "objects": "public/a"},
                      headers={"Accept": accept})
        equal((answer.status, answer.headers["Content-Disposition"]),
              (200, None), f"Accept: {accept}")
    answer = send(site, {**show(site).fields, "objects": "public/a"})
    equal(answer.headers["Content-Disposition"], None)


@case("more about links: taken, marked where it is wrong, and kept as typed")
def _(site):
    fields = {**show(site, "bulk").fields, "bucket": "portal-uploads",
              "objects": "public/a"}
    for name in ("disposition", "cacheControl", "metadata", "ifNoneMatch"):
        equal(fields[name], "", name)
    more = {"method": "PUT", "cacheControl": "no-cache", "ifNoneMatch": "*",
            "metadata": '{"author": "<A> & B"}'}
    answer = send(site, {**fields, **more}, token="bulk")
    equal(answer.status, 200, answer.text)
    for line in ("Cache-Control: no-cache", "If-None-Match: *",
                 "x-amz-meta-author: &lt;A&gt; &amp; B"):
        need(line in answer.text, answer.text)
    fields = {**show(site, "bulk").fields, "bucket": "portal-downloads",
              "objects": "public/a", "disposition": "inline"}
    answer = send(site, fields, token="bulk")
    need("&amp;response-content-disposition=inline" in answer.text,
         answer.text)
    for name, value in (("disposition", "open"), ("cacheControl", "ä"),
                        ("metadata", "author=Ada"), ("metadata", '{"a":1}')):
        answer = send(site, {**fields, "disposition": "", "method": "PUT",
                             name: value}, token="bulk")
        equal(answer.status, 400, name)
        equal(Form(answer.text).fields[name], value, "what was typed")
        need(f'id="{name.lower()}-wrong-' in answer.text, answer.text)
        need("<details open>\n<summary>More about links" in answer.text, name)


if __name__ == "__main__":
    main(make_site)
