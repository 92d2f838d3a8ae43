#!/usr/bin/python3
"""Links with headers: download names, and what is signed into an upload."""
import email
import email.utils
import hashlib
import os
import re
import sys

sys.path.insert(1, sys.path[0] + "/../lib")
from harness import case, equal, main, need, query
from linking import (BODY, BOUND, DOWN, ENDPOINT, UP, curl, equal_links,
                     issued, last, link, links, links_path, make_site,
                     query_of, sign_again, upload)

NAMES = [
    "plain.pdf", "Jahresbericht 2026, Teil 1 – Übersicht.pdf",
    "quotes \"double\" 'single' `back`.txt", "漢字 ファイル.pdf",
    "😀🏳️‍🌈.png", "semi;colon=a, comma.csv", "100% %41%2f.txt",
    "back\\slash\\.txt", "(1)*!#$&+^|~{}[]<>@:?.txt", " both ends ", "—", "..a",
    "שלום/مرحبا.txt".replace("/", "-"), "cafe\u0301.txt", "ÿĀ\ufffd\U0010ffff",
    "filename*=UTF-8''x", "a" * 500, "é" * 250,
]


def plain(name):
    """What programs that know no filename* can be given."""
    return "".join(c if " " <= c <= "~" and c not in '"\\%' else "_"
                   for c in name)


def names_in(headers):
    """Both forms as Python's parser of e-mail reads them."""
    parameters = headers.get_params(header="Content-Disposition")
    equal(parameters[0], ("attachment", ""), "what the header begins with")
    equal([name for name, _ in parameters[1:]], ["filename", "filename"])
    ascii_form, extended = [value for _, value in parameters[1:]]
    equal(extended[:2], ("UTF-8", ""), "charset and language")
    return ascii_form, email.utils.collapse_rfc2231_value(extended)


@case("a download name comes back in both forms, whatever is in it")
def _(site):
    for number in range(len(NAMES)):
        ENDPOINT.put(DOWN, f"f{number}.txt", b"content")
    found = links(site, {"objects": [
        {"key": f"f{number}.txt", "filename": name}
        for number, name in enumerate(NAMES)]})
    for name, each in zip(NAMES, found):
        disposition = query_of(each["url"])["response-content-disposition"]
        equal_links(each["url"], sign_again(site, each, **{
            "response-content-disposition": disposition}))
        status, headers, body = curl(each["url"])
        equal((status, body), (200, b"content"), name)
        equal(headers["Content-Disposition"], disposition)
        equal(names_in(headers), (plain(name), name))
        need(disposition.isascii() and disposition.isprintable(), disposition)
        # Nothing of RFC 8187's "'()*,;" is left bare in the extended form.
        need(re.fullmatch(r"[A-Za-z0-9!#$&+.^_`|~%-]*",
                          disposition.rpartition("UTF-8''")[2]), disposition)


@case("a HEAD link has a download name too; curl saves under it")
def _(site):
    ENDPOINT.put(DOWN, "f.txt", b"content")
    entry = {"key": "f.txt", "filename": "Übung, 1.txt"}
    status, headers, _ = curl(link(site, entry, method="HEAD")["url"],
                              "--head")
    equal((status, names_in(headers)), (200, ("_bung, 1.txt",
                                              "Übung, 1.txt")))
    entry["filename"] = "a, b – c.txt"
    folder = os.path.join(site.folder, "www")
    curl(link(site, entry)["url"], "--remote-name", "--remote-header-name",
         "--output-dir", folder)
    with open(os.path.join(folder, "a, b _ c.txt"), "rb") as saved:
        equal(saved.read(), b"content")


HEADERS = {"Content-Type": BOUND["contentType"],
           "Content-Length": str(len(BODY)),
           "x-amz-content-sha256": BOUND["sha256"]}


@case("a PUT's type, length and digest come back as headers, and are taken")
def _(site):
    for sign in ("parent", "scoped"):
        found = link(site, {**BOUND, "key": "up/" + sign}, bucket=UP,
                     method="PUT", sign=sign)
        equal(found["headers"], HEADERS)
        equal(query_of(found["url"])["X-Amz-SignedHeaders"],
              "content-length;content-type;host;x-amz-content-sha256")
        equal(upload(found, BODY), 200, last().reason)
        equal(ENDPOINT.get(UP, "up/" + sign), BODY)
        status, headers, _ = curl(link(site, "up/" + sign, bucket=UP)["url"])
        equal((status, headers["Content-Type"]), (200, BOUND["contentType"]))


@case("each of the three alone is signed, and botocore signs the same")
def _(site):
    for number, names in enumerate([
            ["contentType"], ["contentLength"], ["sha256"],
            ["contentType", "sha256"], ["contentLength", "sha256"]]):
        entry = {name: BOUND[name] for name in ["key", *names]}
        found = link(site, entry, bucket=UP, method="PUT")
        equal(len(found["headers"]), len(names), f"headers of {names}")
        equal_links(found["url"], sign_again(site, found, UP))
        body = b"%d" % number + BODY[1:] if "sha256" not in names else BODY
        equal(upload(found, body), 200, f"{names}: {last().reason}")
        equal(ENDPOINT.get(UP, BOUND["key"]), body)


@case("an upload that is another than was signed is refused")
def _(site):
    entry = {**BOUND, "key": "up/kept"}
    ENDPOINT.put(UP, "up/kept", b"as it was")
    found = link(site, entry, bucket=UP, method="PUT")
    other = b"b" + BODY[1:]
    digest = hashlib.sha256(other).hexdigest()
    for body, headers, code in [
            (other, {}, "XAmzContentSHA256Mismatch"),
            (other, {"x_amz_content_sha256": digest}, "SignatureDoesNotMatch"),
            (BODY, {"x_amz_content_sha256": None}, "SignatureDoesNotMatch"),
            (BODY, {"Content_Type": "text/html"}, "SignatureDoesNotMatch"),
            (BODY, {"Content_Type": None}, "SignatureDoesNotMatch"),
            (BODY + b"more", {}, "SignatureDoesNotMatch"),
            (b"", {}, "SignatureDoesNotMatch"),
            (BODY, {"x_amz_meta_more": "1"}, "AccessDenied")]:
        need(upload(found, body, **headers) in (400, 403), f"{headers}")
        equal(last().code, code, f"{headers} {body}")
    equal(ENDPOINT.get(UP, "up/kept"), b"as it was")
    equal(upload(found, BODY), 200, last().reason)


@case("an empty upload: a length of 0 and the digest of nothing")
def _(site):
    found = link(site, {"key": "empty", "contentLength": 0,
                        "sha256": hashlib.sha256(b"").hexdigest().upper()},
                 bucket=UP, method="PUT")
    equal(found["headers"], {
        "Content-Length": "0",
        "x-amz-content-sha256": hashlib.sha256(b"").hexdigest()})
    equal(upload(found, b"x"), 403)
    equal(upload(found, b""), 200, last().reason)
    equal(ENDPOINT.get(UP, "empty"), b"")


@case("a sha256sum list binds uploads, and downloads do without")
def _(site):
    text = "".join(f"{hashlib.sha256(name.encode()).hexdigest()}  {name}\n"
                   for name in ("a.bin", "ä b.bin")).encode()
    for method in ("PUT", "GET"):
        answer = site.request(
            "POST", links_path() + query(bucket=UP, method=method,
                                         manifestFormat="sha256sum"), text,
            "bulk", headers={"Content-Type": "text/plain"})
        found = issued(site, answer)
        equal([each["key"] for each in found], ["a.bin", "ä b.bin"])
        for each in found:
            digest = hashlib.sha256(each["key"].encode()).hexdigest()
            if method == "GET":
                equal(each["headers"], {})
                equal(curl(each["url"])[::2], (200, each["key"].encode()))
                continue
            equal(each["headers"], {"x-amz-content-sha256": digest})
            equal(upload(each, b"other"), 400)
            equal(upload(each, each["key"].encode()), 200, last().reason)


if __name__ == "__main__":
    main(make_site)
