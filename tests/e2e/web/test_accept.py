#!/usr/bin/python3
"""Accept: which format an answer has, for the headers that clients send."""
import json
import os
import sys

sys.path.insert(1, sys.path[0] + "/../lib")
from harness import SRC, batch_path, case, equal, main
from refusals import GOOD, JSON, NOT_ACCEPTABLE, make_site, post, refused

JSON_TYPE, PAGE, NDJSON = "application/json", "text/html", \
    "application/x-ndjson"

# Who sends it, the header, and the type that a batch and GET / have then.
CLIENTS = [
    ("Firefox",
     "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,"
     "image/webp,image/png,image/svg+xml,*/*;q=0.8", PAGE, PAGE),
    ("Chrome",
     "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,"
     "image/webp,image/apng,*/*;q=0.8,"
     "application/signed-exchange;v=b3;q=0.7", PAGE, PAGE),
    ("Safari",
     "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
     PAGE, PAGE),
    ("Internet Explorer", "text/html, application/xhtml+xml, */*", PAGE, PAGE),
    ("Lynx", "text/html, text/plain, text/sgml, text/css, */*;q=0.01",
     PAGE, PAGE),
    ("curl, wget, fetch, requests", "*/*", JSON_TYPE, PAGE),
    ("Java's HttpURLConnection",
     "text/html, image/gif, image/jpeg, *; q=.2, */*; q=.2", PAGE, PAGE),
    ("Java's HttpURLConnection, later",
     "text/html, image/gif, image/jpeg, */*; q=0.2", PAGE, PAGE),
    ("axios", "application/json, text/plain, */*", JSON_TYPE, JSON_TYPE),
    ("jQuery", "application/json, text/javascript, */*; q=0.01",
     JSON_TYPE, JSON_TYPE),
    ("HTTPie", "application/json, */*;q=0.5", JSON_TYPE, JSON_TYPE),
    ("SDKs of AWS and Cloudflare", "application/json", JSON_TYPE, JSON_TYPE),
    ("Spring", "application/json, application/*+json", JSON_TYPE, JSON_TYPE),
    ("many", "application/json; charset=utf-8", JSON_TYPE, JSON_TYPE),
    ("nobody", "", JSON_TYPE, PAGE),
    ("a bare star", "*", JSON_TYPE, PAGE),
    ("the client's order", "application/x-ndjson, application/json",
     NDJSON, JSON_TYPE),
    ("the client's order", "application/json, application/x-ndjson",
     JSON_TYPE, JSON_TYPE),
    ("exact before any", "*/*, application/x-ndjson", NDJSON, PAGE),
]


def type_of(answer):
    return answer.headers.get("content-type", "").split(";")[0]


@case("each client gets the format that its Accept asks for")
def _(site):
    for client, accept, batch, index in CLIENTS:
        headers = {"Accept": accept}
        answer = post(site, json.dumps(GOOD), batch_path(), headers={
            **JSON, **headers})
        equal((answer.status, type_of(answer)), (200, batch), client)
        answer = site.request("GET", "/", token="bulk", headers=headers)
        equal((answer.status, type_of(answer)), (200, index), client)


@case("a range with parameters speaks for itself alone")
def _(site):
    path = os.path.join(SRC, "tests", "cases", "inputs", "accept-params.txt")
    with open(path, encoding="ascii") as file:
        accept = file.read().strip()
    answer = post(site, json.dumps(GOOD), batch_path(), headers={
        **JSON, "Accept": accept})
    equal((answer.status, type_of(answer)), (200, JSON_TYPE))
    for accept in ('application/json;profile="x"',
                   'x/y;a="b, application/json"',
                   "application/json;q=0, text/html;level=1",
                   "*/*, */*;q=0, application/json;q=0, text/*;q=0, "
                   "application/*;q=0"):
        refused(site, post(site, json.dumps(GOOD), batch_path(), headers={
            **JSON, "Accept": accept}), 406, NOT_ACCEPTABLE)


if __name__ == "__main__":
    main(make_site)
