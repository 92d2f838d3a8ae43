#!/usr/bin/python3
"""`mintage mint --url` and `sign --url`: a service far away does it."""
import contextlib
import csv
import io
import json
import os
import sys

sys.path.insert(1, sys.path[0] + "/../lib")
from harness import ACCOUNT, Site, case, equal, need
from judge import Judge
from world import TOKEN, run_all, world
import api


def awkward(count):
    """Manifest lines, and what they name."""
    keys = [f"public/{n} é \"x\"\t{'y' * (n % 97)}" for n in range(count)]
    return "".join(key + "\n" for key in keys), keys


class Far:
    """A service, and a caller's `mintage` elsewhere."""

    def __init__(self, here):
        self.here = here
        self.site = Site("fastcgi", processes=1)
        self.url = f"http://127.0.0.1:{self.site.port}{self.site.mount}/"
        here.write("web.token", self.site.settings.tokens["bulk"])

    def run(self, command, *words, url=None):
        return self.here.run(
            command, "--url", url or self.url, "--token-file", "web.token",
            "--bucket", "portal-downloads", *words, config=False)

    def requests(self):
        return sum(line["event"] == "issue"
                   for line in self.site.audit_lines())

    def close(self):
        self.site.kill()
        self.site.remove(False)


@contextlib.contextmanager
def far():
    with world() as here:
        made = Far(here)
        try:
            yield made
        finally:
            made.close()


READ = ("--permission", "object-read-only", "--account", ACCOUNT)


@case("mint --url: many requests, one answer, in order")
def _():
    with far() as service:
        text, keys = awkward(3000)
        service.here.write("list", text[:-1])
        judge = Judge(service.site, "portal-downloads", "object-read-only")
        for form in ("json", "ndjson", "csv"):
            before = service.requests()
            done = service.run("mint", *READ, "--each", "--format", form,
                               "--request-size", "16384",
                               "--manifest-format", "lines", "list")
            equal(done.status, 0, str(done)[:2000])
            # Keys with blanks at an end are told of once, for all requests.
            [line] = done.err.splitlines()
            need(line.startswith("mintage: warning: ") and
                 "begins or ends with a blank" in line, line)
            need(service.requests() - before > 10, "too few requests")
            if form == "json":
                rows = json.loads(done.out)
                equal(rows["result_info"], {"count": 3000, "failed": 0})
                equal(rows["success"], True)
                rows = rows["result"]
            elif form == "ndjson":
                rows = [json.loads(line) for line in done.out.splitlines()]
                end = rows.pop()
                equal((end["result_info"]["count"], end["success"]),
                      (3000, True))
            else:
                rows = [{name: row[name] for name in (
                    "key", "accessKeyId", "secretAccessKey", "sessionToken",
                    "expiresAt")} for row in csv.DictReader(
                        io.StringIO(done.out, newline=""))]
            judge.batch(rows, keys)
        before = service.requests()
        equal(service.run("mint", *READ, "--each",
                          "--manifest-format", "lines", "list").status, 0)
        need(2 <= service.requests() - before <= 4, "128 KB are to be used")


@case("sign --url: text and JSON; entries of their own; the account unnamed")
def _():
    with far() as service:
        service.here.write("list", "\n".join(
            [json.dumps({"key": f"k{n}", "ttlSeconds": n + 1, "filename":
                         "ü.txt"}) for n in range(400)]))
        done = service.run("sign", "--account", ACCOUNT, "--format", "text",
                           "--request-size", "4096", "list",
                           "--manifest-format", "ndjson")
        equal((done.status, done.err), (0, ""), str(done))
        lines = done.out.splitlines()
        equal(len(lines), 400)
        for number, line in enumerate(lines):
            need(f"/k{number}?" in line
                 and f"X-Amz-Expires={number + 1}&" in line
                 and "UTF-8%27%27%25C3%25BC" in line, line)
        equal(service.run("sign", "--object", "a").status, 0)


@case("sign --url: what only a link can have gets there, default and own")
def _():
    with far() as service:
        service.here.write("list", json.dumps([
            "a", {"key": "b", "metadata": {"B": "\\\"2\""},
                  "contentType": "text/plain"},
            {"key": "c", "cacheControl": "private", "contentLength": 7}]))
        done = service.run(
            "sign", "--method", "PUT", "--cache-control", "no-cache",
            "--metadata", '{"one": "1", "Two": "\\u0032"}', "--if-none-match",
            "*", "list", "--manifest-format", "json")
        equal((done.status, done.err), (0, ""), str(done))
        both = {"x-amz-meta-one": "1", "x-amz-meta-two": "2"}
        equal([link["headers"] for link in json.loads(done.out)["result"]], [
            {"Cache-Control": "no-cache", "If-None-Match": "*", **both},
            {"Cache-Control": "no-cache", "Content-Type": "text/plain",
             "If-None-Match": "*", "x-amz-meta-b": '\\"2"'},
            {"Cache-Control": "private", "Content-Length": "7",
             "If-None-Match": "*", **both}])
        service.here.write("parts", "key,partNumber\nk,1\nk,2\n")
        done = service.run("sign", "--method", "PUT", "--upload-id", "u+/",
                           "--format", "text", "parts",
                           "--manifest-format", "csv")
        equal(done.status, 0, str(done))
        equal([line.partition("&partNumber=")[2].partition("&X-")[0]
               for line in done.out.splitlines()],
              ["1&uploadId=u%2B%2F", "2&uploadId=u%2B%2F"])
        done = service.run("sign", "--disposition", "inline",
                           "--response-content-type", "a/b", "--object", "a")
        need("&response-content-disposition=inline&response-content-type=a%2Fb"
             in done.out, str(done))


@case("mint --url: a single credential, and prefixes among objects")
def _():
    with far() as service:
        done = service.run("mint", *READ, "--object", "a", "--prefix", "p/")
        equal((done.status, done.err), (0, ""), str(done))
        judge = Judge(service.site, "portal-downloads", "object-read-only")
        equal(judge.paths(json.loads(done.out)["result"]), (["p/"], ["a"]))
        done = service.run("mint", *READ, "--each", "--object", "a",
                           "--prefix", "p/", "--actions", "GetObject")
        equal(done.status, 0, str(done))
        rows = json.loads(done.out)["result"]
        judge = Judge(service.site, "portal-downloads", ["GetObject"])
        judge.object(rows[0], "a")
        judge.prefix(rows[1], "p/")
        # What names nothing never comes to mean everything.
        service.here.write("list", "\n\n")
        for words in (("list",), ("--each", "list"), ("--each",)):
            done = service.run("mint", *READ, *words)
            need(done.status == 1 and not done.out, f"{words}: {done}")


@case("mint --url: one key with two terms is refused, in two requests too")
def _():
    with far() as service:
        lines = ["key,ttlSeconds", "first,60"] + [
            f"dir/{n},60" for n in range(1000)] + ["first,61"]
        service.here.write("list.csv", "\n".join(lines))
        before = service.requests()
        for more in ((), ("--on-error", "report")):
            done = service.run("mint", *READ, "--each", "--request-size",
                               "4096", *more, "list.csv")
            equal((done.status, done.out), (1, ""), str(done)[:500])
            need("entry 1002: entries 1 and 1002 name one key, and differ in "
                 "ttlSeconds" in done.err, done.err)
        equal(service.requests(), before)


@case("mint --url: terms that are none are told by the service, beside others")
def _():
    with far() as service:
        service.here.write("m.json", json.dumps(
            [{"key": "public/a", "ttlSeconds": 604801},
             {"key": "public/b", "ttlSeconds": 60}]))
        done = service.run("mint", *READ, "--each", "m.json")
        equal((done.status, done.out), (1, ""), str(done))
        need("entry 1, ttlSeconds: " in done.err and "604801" in done.err,
             done.err)
        equal(service.requests(), 0)


@case("mint --url: what is refused is named by its place in the whole")
def _():
    with far() as service:
        service.here.write("web.token", service.site.settings.tokens["web"])
        keys = [f"public/{n}" for n in range(90)] + ["secret"]
        service.here.write("list", "\n".join(keys))
        done = service.run("mint", *READ, "--each", "--request-size", "4096",
                           "list")
        equal(done.status, 1, str(done))
        need("entry 91: 'secret'" in done.err, done.err)
        # All that say the same are one line, with how many there are.
        service.here.write("many", "\n".join(
            keys[:50] + [f"secret/{n}" for n in range(30)]))
        done = service.run("mint", *READ, "--each", "many")
        equal(done.status, 1, str(done))
        equal(done.err.splitlines(), [
            "mintage: 30 entries, the first is entry 51: 'secret/0' is not "
            "within this caller's reach: keys must begin with public/ or "
            "users/ann/"])
        done = service.run("mint", *READ, "--each", "--on-error", "report",
                           "--request-size", "4096", "--manifest-format",
                           "lines", "list")
        equal(done.status, 1, str(done))
        rows = json.loads(done.out)
        equal(rows["result_info"], {"count": 90, "failed": 1})
        need("error" in rows["result"][90], rows["result"][90])
        # No good even here: nothing is sent.
        service.here.write("list", "public/a\n" + "x" * 1025)
        before = service.requests()
        done = service.run("mint", *READ, "--each",
                          "--manifest-format", "lines", "list")
        equal((done.status, service.requests()), (1, before), str(done))


@case("mint --url: half-way is over, what was issued is said")
def _():
    with far() as service:
        service.here.write("web.token", service.site.settings.tokens["bulk"])
        proxy = api.Api(service.here.folder, TOKEN, {}, tls=False)
        count = [0]

        def answer(call):
            count[0] += 1
            if call.method == "POST" and count[0] > 3:
                return api.Answer(502, b"<html>", kind="text/html")
            found = service.site.request(call.method, call.path.removeprefix(
                service.site.mount), call.body, headers={
                    "Authorization": call.headers["authorization"],
                    "Content-Type": "application/json"})
            return api.Answer(found.status, found.body, {
                "Mintage-Count": found.headers["Mintage-Count"],
                "Mintage-Failed": found.headers["Mintage-Failed"] or "0"})
        proxy.answer = answer
        proxy.start()
        url = f"http://127.0.0.1:{proxy.port}{service.site.mount}"
        service.here.write("list", "\n".join(f"{n}" * 40
                                             for n in range(1000, 1100)))
        done = service.run("mint", *READ, "--each", "--format", "ndjson",
                           "--request-size", "4096", "list", url=url)
        equal(done.status, 1, str(done))
        rows = done.out.splitlines()
        need("success" not in done.out, "it looks whole")
        need(f"{len(rows)} of 100 entries were done" in done.err
             and f"those from {len(rows)} to" in done.err, done.err)
        need(0 < len(rows) < 100, f"{len(rows)} rows")
        count[0] = 0
        done = service.run("mint", *READ, "--each", "--format", "ndjson", "-o",
                           "out", "--request-size", "4096", "list", url=url)
        equal((done.status, done.out), (1, ""), str(done))
        need("out: nothing was written there" in done.err, done.err)
        need(not os.path.exists(os.path.join(service.here.folder, "out")),
             "a cut answer is there")
        count[0] = -1000
        done = service.run("mint", *READ, "--each", "--format", "ndjson", "-o",
                           "out", "--request-size", "4096", "list", url=url)
        equal((done.status, done.out), (0, ""), str(done))
        with open(os.path.join(service.here.folder, "out"),
                  encoding="utf-8") as file:
            need('"success":true' in file.read().splitlines()[-1], "no end")
        proxy.stop()


@case("mint --url: an answer that was cut short is not passed on")
def _():
    with far() as service:
        deaf = api.Api(service.here.folder, TOKEN, {}, tls=False)
        good = {form: service.run("mint", *READ, "--each", "--object", "a",
                                  "--object", "b", "--format", form).out
                for form in ("json", "ndjson", "csv")}
        good["text"] = service.run("sign", "--object", "a", "--object", "b",
                                   "--format", "text").out
        bodies = []
        deaf.answer = lambda call: api.Answer(200, bodies[-1].encode(), {
            "Mintage-Count": "2", "Mintage-Failed": "0"})
        deaf.start()
        url = f"http://127.0.0.1:{deaf.port}/mint"

        def ask(form):
            words = ("sign", "--account", ACCOUNT) if form == "text" \
                else ("mint", *READ, "--each")
            return service.run(*words, "--object", "a", "--object", "b",
                               "--format", form, url=url)
        for form, body in good.items():
            bodies.append(body)
            done = ask(form)
            equal((done.status, done.out), (0, body), f"{form}: {done}")
            lines = body.splitlines(keepends=True)
            cuts = [body[:-2], "".join(lines[:-1]), body[:len(body) // 2], ""]
            if form == "json":
                cuts.append(body.replace('"success":true', '"success":false'))
            for cut in cuts:
                bodies.append(cut)
                done = ask(form)
                equal((done.status, done.out), (1, ""), f"{form}: {cut!r}")
        deaf.stop()


@case("mint --url: wrong usage, and formats that can't be joined")
def _():
    with far() as service:
        for words in (("--config", "x"), ("--request-size", "10"),
                      ("--request-size", "1G"), ("--account", "main/..")):
            done = service.run("mint", "--permission", "object-read-only",
                               "--object", "a", *words)
            equal(done.status, 2, f"{words}: {done}")
        done = service.run("mint", *READ, "--object", "a",
                           url="http://192.0.2.1/")
        equal(done.status, 2, str(done))
        done = service.here.run("mint", "--bucket", "shared", "--object", "a",
                                "--token-file", "web.token", *READ)
        equal(done.status, 2, str(done))
        done = service.here.run("mint", "--url", service.url, "--bucket",
                                "shared", "--object", "a", *READ,
                                config=False)
        equal(done.status, 2, str(done))
        need("'--token-file' is needed" in done.err, done.err)
        text, _ = awkward(500)
        service.here.write("list", text)
        done = service.run("mint", *READ, "--each", "--format", "aws",
                           "--request-size", "4096", "--manifest-format",
                           "lines", "list")
        equal((done.status, done.out), (1, ""), str(done))
        need("can't be joined" in done.err, done.err)
        equal(service.requests(), 0)
        equal(service.run("mint", *READ, "--object", "a", "--format",
                          "env").status, 0)


if __name__ == "__main__":
    run_all()
