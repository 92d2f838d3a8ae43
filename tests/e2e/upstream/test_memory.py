#!/usr/bin/python3
"""Keys in memory: what root finds in a worker that has answered a thousand
requests of all kinds and waits for the next. Secrets and what was made of them
may be in locked pages, and nowhere else."""
import base64
import contextlib
import hashlib
import itertools
import json
import os
import secrets
import signal
import subprocess
import sys
import time
import urllib.parse

sys.path.insert(1, sys.path[0] + "/../lib")
sys.path.insert(1, sys.path[0] + "/../../vectors")
from harness import (ACCOUNT, PORTAL, RESPONDER, Skip, batch_path, case, equal,
                     need, single_path, until)
from links import KINDS, OF_ISSUE, vector
import memory
from wire import Process, environment, parse
from world import ONLINE, REMOTE, TOKEN, run_all, world

ROUNDS = 25         # of forty requests
BUCKET = "portal-downloads"
WAF = "files.example.org"
FIELDS = {"bucket": BUCKET, "permission": "object-read-only"}
KEPT = 6            # how many answers of each kind are looked for
UNSIGNED = {"secure-link", "secure-link-md5", "secdownload-md5", "auth-token"}


def unhex(text):
    return bytes.fromhex(text)


def raw(text):
    """The bytes behind base64url without padding."""
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


class Memory:
    """A responder, what it was told and what it answered."""

    def __init__(self, here):
        self.here = here
        self.settings = here.settings
        self.secrets = {}           # of links, by section
        self.wanted = {}            # name of a kind -> forms not to be found
        here.add_remote()
        self.configure()

    def configure(self):
        add = self.settings.add
        self.settings.sections["mintage"].update({
            "require-https": "no", "public-url": "http://localhost/mint",
            "api-deadline": "20", "trusted-proxies": "unix"})
        for kind in KINDS:
            add("download " + kind, path=f"/{kind}/", account="main",
                bucket=BUCKET, prefix="public/", open_to="link", link=kind,
                link_timeout="1h", link_secret_file=self.secret(kind))
        add("download get", path="/get/", account="main", bucket=BUCKET,
            prefix="public/", parent="portal")
        add("domain " + WAF, account="main", bucket=BUCKET, ttl="1h",
            secret_file=self.secret(WAF))
        self.settings.add_bearer(
            "bulk", parents="portal", buckets="portal-downloads",
            permissions="object-read-write", prefixes="*", whole_bucket="yes",
            max_ttl="604800")
        self.settings.add_bearer(
            "sky", parents="remote", buckets="clouds", whole_bucket="yes",
            permissions="object-read-write", prefixes="*", max_ttl="604800")
        add("caller office", remote_user="*", parents="portal",
            buckets=BUCKET, permissions="object-read-write",
            prefixes="users/{user}/")
        self.settings.write()

    def secret(self, name):
        self.secrets[name] = "Ls-" + secrets.token_hex(16)
        return self.here.write(f"keys/{name}.secret", self.secrets[name])

    # What was told and what was answered

    def want(self, kind, *texts):
        """Look for these forms; of each kind for those of the first and the
        last answers."""
        found = self.wanted.setdefault(kind, [])
        found.append([text if isinstance(text, bytes) else text.encode()
                      for text in texts])
        if len(found) > KEPT:
            del found[KEPT // 2]

    def values(self, method, path, body=b"", token="bulk", **more):
        if token:
            token = self.settings.tokens.get(token, token)
        return environment(method, path, len(body) if body else None,
                           token=token, **more), body

    def ask(self, connection, method, path, body=b"", status=200, keep=False,
            **more):
        values, body = self.values(method, path, body, **more)
        connection.ask(values, body, keep)
        answer = parse(connection.read())
        equal(answer.status, status, f"{method} {path}: {answer.text[:300]}")
        return answer

    def fresh(self, *how, **more):
        with self.process.connect() as connection:
            return self.ask(connection, *how, **more)

    def take_credentials(self, kind, found):
        for one in found[:2] + found[-2:]:
            secret, token = one["secretAccessKey"], one["sessionToken"]
            self.want(kind, secret, unhex(secret),
                      *memory.token_forms(token))

    def take_links(self, kind, found):
        for url in [one["url"] for one in found[:2] + found[-2:]]:
            query = dict(urllib.parse.parse_qsl(url.partition("?")[2]))
            if "X-Amz-Signature" in query:
                text = query["X-Amz-Signature"]
                self.want(kind, text, unhex(text))
                if "X-Amz-Security-Token" in query:
                    self.want(kind, *memory.token_forms(
                        query["X-Amz-Security-Token"]))
            else:
                text = query.get("signature") \
                    or query["verify"].partition("-")[2]
                self.want(kind, text, raw(text))


# ---- requests of all kinds ---------------------------------------------------

def credentials(site, ask, number):
    fields = {**FIELDS, "objects": [f"public/{number}.txt"]}
    body = json.dumps(fields).encode()
    answer = ask("POST", single_path(), body)
    site.take_credentials("single", [answer.result])
    objects = [f"public/{number}/{i}" for i in range(300 if number % 5 == 0
                                                     else 3)]
    body = json.dumps({**FIELDS, "objects": objects}).encode()
    for accept in ("application/json", "text/csv", "text/html"):
        answer = ask("POST", batch_path(), body, HTTP_ACCEPT=accept)
        if accept == "application/json":
            site.take_credentials("batch", answer.result)
    answer = ask("GET", single_path(), query="format=container&"
                 + urllib.parse.urlencode({**FIELDS, "objects": "public/a"}))
    found = json.loads(answer.body)
    site.want("container", found["SecretAccessKey"],
              *memory.token_forms(found["Token"]))


def forms(site, ask, number):
    """Forms and uploads, of browsers that a web server has logged in."""
    word = "word-" + secrets.token_hex(12)
    basic = base64.b64encode(f"ann:{word}".encode()).decode()
    login = {"token": None, "REMOTE_USER": "ann",
             "HTTP_AUTHORIZATION": "Basic " + basic}
    site.want("password", word, basic)
    page = "text/html"
    ask("GET", "/", HTTP_ACCEPT=page, **login)
    body = urllib.parse.urlencode(
        {**FIELDS, "objects": f"users/ann/{number}"}).encode()
    for accept in ("application/json", page):
        answer = ask("POST", batch_path(), body, HTTP_ACCEPT=accept,
                     content_type="application/x-www-form-urlencoded", **login)
        if accept != page:
            site.take_credentials("form", answer.result)
    parts = "".join(
        f"--b\r\nContent-Disposition: form-data; name=\"{name}\"{more}\r\n\r\n"
        f"{text}\r\n" for name, more, text in (
            ("bucket", "", BUCKET), ("permission", "", "object-read-only"),
            ("manifest", "; filename=\"a.csv\"",
             f"key\nusers/ann/{number}\nusers/ann/b\n"))) + "--b--\r\n"
    answer = ask("POST", batch_path(), parts.encode(),
                 content_type="multipart/form-data; boundary=b",
                 HTTP_ACCEPT="application/json", **login)
    site.take_credentials("upload", answer.result)
    ask("POST", batch_path(), b"bucket=x&objects=users/ann/a", status=400,
        content_type="application/x-www-form-urlencoded", HTTP_ACCEPT=page,
        **login)


def links(site, ask, number):
    path = f"/accounts/{ACCOUNT}/r2/presigned-urls"
    for sign in ("parent", "scoped", "download", "waf"):
        fields = {"bucket": BUCKET, "objects": [f"public/{number}", "public/b"],
                  "sign": sign}
        if sign == "download":
            fields["download"] = "signed"
        answer = ask("POST", path, json.dumps(fields).encode())
        site.take_links("link of " + sign, answer.result)


def downloads(site, ask, number):
    for kind in KINDS:
        when = int(time.time()) + 600 - (3600 if kind in OF_ISSUE else 0)
        link = vector(kind, f"{number}.txt", when, secret=site.secrets[kind],
                      address="127.0.0.1")
        code = link["code"]
        if not code.startswith("HS256"):
            site.want("code of " + kind, code)
        for wrong in (False, True):
            sent, query = link["path"], link["query"] or ""
            if wrong:
                other = code[:-8] + secrets.token_hex(4)
                sent, query = (text.replace(code, other)
                               for text in (sent, query))
            answer = ask("GET", f"/{kind}/{sent}", token=None, query=query,
                         status=403 if wrong else 302,
                         REQUEST_URI=f"/mint/{kind}/{sent}"
                         + (f"?{query}" if query else ""))
            if not wrong:
                site.take_links("redirect", [
                    {"url": answer.headers["Location"]}])
    # A code in the path beside a slash that is encoded is compared otherwise.
    link = vector("auth-token", f"{number}%2F.txt", int(time.time()),
                  secret=site.secrets["auth-token"], address="127.0.0.1")
    site.want("code beside %2F", link["code"])
    ask("GET", "/auth-token/" + urllib.parse.unquote(link["path"]),
        token=None, status=302,
        REQUEST_URI="/mint/auth-token/" + link["path"])
    answer = ask("GET", "/get/a.txt", status=302)
    site.take_links("redirect of a caller",
                    [{"url": answer.headers["Location"]}])


def refusals(site, ask, number):
    """Tokens of nobody, whole, malformed and in the wrong place."""
    body = json.dumps({**FIELDS, "objects": ["public/a"]}).encode()
    wrong = "Nobody-" + secrets.token_urlsafe(32)
    long = secrets.token_urlsafe(3000)
    for token, more in ((wrong, {}), (long, {}),
                        (None, {"HTTP_AUTHORIZATION": f"Token {wrong}"}),
                        (None, {"HTTP_AUTHORIZATION": f"Bearer {wrong} x"})):
        ask("POST", single_path(), body, status=401, token=token, **more)
    site.want("refused token", wrong, long[:40], long[-40:])
    ask("POST", single_path(), b"{\"bucket\":", status=400)
    ask("GET", "/no/such/path", status=404)
    ask("GET", "/healthz", status=200, token=None)
    ask("GET", "/" if number % 2 else "/metrics", status=200)


def remote(site, ask, number):
    """Credentials that Cloudflare signs: the helper gets the API token."""
    if number % 5 or not os.path.exists(ONLINE):
        return
    fields = {"bucket": "clouds", "permission": "object-read-only",
              "objects": ["public/a"]}
    for path in (single_path(), batch_path()):
        answer = ask("POST", path, json.dumps(fields).encode(), token="sky")
        site.take_credentials("Cloudflare's", [answer.result] if path ==
                              single_path() else answer.result)
    # More calls than Cloudflare takes: the helper got the token, and no call
    # came behind it.
    fields["objects"] = [f"public/{i}" for i in range(1300)]
    ask("POST", batch_path(), json.dumps(fields).encode(), token="sky",
        status=429)


def cut(site, number):
    """An answer that nobody reads to its end, and a request that is cut."""
    body = json.dumps({**FIELDS, "objects":
                       [f"public/{i}" for i in range(3000)]}).encode()
    values, body = site.values("POST", batch_path(), body)
    with site.process.connect() as connection:
        connection.begin()
        connection.params(values)
        if number % 2:
            connection.body(body)
            connection.read(30000)
        else:
            connection.body(body[:100], end=False)


ALL = (credentials, forms, links, downloads, refusals, remote)


def open_image(pid):
    try:
        return memory.Image(pid)
    except PermissionError:
        raise Skip("/proc/PID/mem can't be read here") from None


@contextlib.contextmanager
def worker(site):
    command = [RESPONDER, "--config=" + site.settings.path]
    with Process(command, site.here.folder,
                 dict(os.environ, TMPDIR=site.here.folder + "/tmp")) as process:
        site.process = process
        open_image(process.pid)
        yield process


class Kept:
    """A connection for one request after the other. Where a body was refused
    unread, the responder ends it, and another is opened."""

    def __init__(self, site):
        self.site = site
        self.connection = None

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.connection:
            self.connection.close()

    def ask(self, *how, status=200, **more):
        if not self.connection:
            self.connection = self.site.process.connect()
        answer = self.site.ask(self.connection, *how, status=status, keep=True,
                               **more)
        if status == 401:
            self.connection.close()
            self.connection = None
        return answer


def ask_all(site, rounds):
    """Ask for everything, over connections that are kept and that are not."""
    for number in range(rounds):
        if number % 2:
            for one in ALL:
                one(site, site.fresh, number)
            continue
        with Kept(site) as kept:
            for one in ALL:
                one(site, kept.ask, number)
        cut(site, number // 2)


# ---- what must not be found --------------------------------------------------

def days():
    """Today and its neighbours: a test may run at midnight."""
    now = time.time()
    return [time.strftime("%Y%m%d", time.gmtime(now + shift))
            for shift in (-86400, 0, 86400)]


def sources(site):
    """Name -> the texts and derived keys that no page shows openly."""
    found = {}
    for name, text in itertools.chain(
            {"parent": site.settings.secrets[PORTAL], "API token": TOKEN,
             **{"token of " + caller: token
                for caller, token in site.settings.tokens.items()}}.items(),
            (("secret of " + name, text)
             for name, text in site.secrets.items())):
        found[name] = memory.forms(text.encode())
    found["states"] = list(states(site).values())
    parent = b"AWS4" + site.settings.secrets[PORTAL].encode()
    found["AWS4"] = [parent] + memory.forms(parent)[1:]
    for day in days():
        chain = memory.code(parent, day, "auto", "s3", "aws4_request")
        for key in chain:
            found.setdefault("signing keys", []).extend(
                [key, key.hex().encode(), *memory.inside(key),
                 memory.padded(key, 0x36)[:32], memory.padded(key, 0x5c)[:32],
                 *memory.states(key)])
    return found


def states(site):
    """Name -> what signs, of each secret that can be a state."""
    found = {}
    parent = site.settings.secrets[PORTAL].encode()
    for name, key in (("parent", parent), ("AWS4", b"AWS4" + parent),
                      ("signed", site.secrets["signed"].encode()),
                      ("waf", site.secrets[WAF].encode())):
        found[name + " inner"], found[name + " outer"] = memory.states(key)
    key = site.secrets["secdownload-hmac-sha1"].encode()
    found["sha1 inner"], found["sha1 outer"] = memory.states_sha1(key)
    return found


def findings(site):
    image = memory.Image(site.process.pid)
    needles = dict(sources(site))
    for kind, answers in site.wanted.items():
        needles[kind] = [text for texts in answers for text in texts]
    found = []
    for name, texts in needles.items():
        for text in texts:
            where = image.find(text)
            if where:
                found.append(f"{name}: {text[:12]!r}... ({len(text)} bytes) "
                             f"in {where}")
    return found


def is_clean(site):
    """Nothing is found, as soon as the last request has ended."""
    end = time.monotonic() + 5
    while (found := findings(site)) and time.monotonic() < end:
        time.sleep(0.2)
    need(not found, "\n".join(sorted(set(found))[:60]))


# ---- cases -------------------------------------------------------------------

@case("the test knows what it looks for")
def _():
    key = b"a key of HMAC"
    for name, one in (("sha256", memory.sha256_block),
                      ("sha1", memory.sha1_block)):
        text = b"x" * 55
        padding = b"\x80" + (440).to_bytes(8, "big")
        equal(b"".join(word.to_bytes(4, "big") for word in one(text + padding)),
              hashlib.new(name, text).digest(), name)
    need(len(set(memory.states(key))) == 2, "states")
    # Every form is found where it lies.
    for shift in range(3):
        whole = base64.b64encode(b"\xff" * shift + key + b"\xff")
        need(any(form in whole for form in memory.inside(key)), "base64")


@case("an idle worker shows no secret, token, signature or key")
def _():
    with world() as here:
        site = Memory(here)
        with worker(site):
            is_clean(site)      # as soon as it is loaded
            ask_all(site, ROUNDS)
            is_clean(site)
            image = memory.Image(site.process.pid)
            # The very same look finds what is there.
            need(image.find(site.settings.path.encode()), "its own path")
            need(image.locked, "there are no locked pages")
            for name, state in states(site).items():
                need(image.has_locked(state), f"{name}: no state is locked")
            for kind in UNSIGNED & set(site.secrets):
                need(image.has_locked(site.secrets[kind].encode()),
                     f"{kind}: its text is needed")
            need(image.has_locked(TOKEN.encode()), "the API token is needed")
            for name in ("signed", "bunny", "secdownload-hmac-sha1", WAF):
                need(not image.has_locked(site.secrets[name].encode()),
                     f"{name}: its text is kept, and a state would do")
            need(not image.has_locked(site.settings.secrets[PORTAL].encode()),
                 "the parent's text is kept")


@case("no request leaves anything, on a connection that stays open")
def _():
    with world() as here:
        site = Memory(here)
        with worker(site), Kept(site) as kept:
            def ask(*how, **more):
                is_clean(site)      # of the request before
                return kept.ask(*how, **more)
            for one in ALL:
                one(site, ask, 0)
            is_clean(site)


@case("a reload leaves nothing of the configuration before it")
def _():
    with world() as here:
        site = Memory(here)
        with worker(site) as process:
            ask_all(site, 1)
            before = sources(site)
            with open(here.settings.sections["parent portal"]
                      ["secret-access-key-file"], "w") as file:
                here.settings.secrets[PORTAL] = secrets.token_hex(32)
                file.write(here.settings.secrets[PORTAL] + "\n")
            process.send_signal(signal.SIGHUP)
            until(lambda: "loaded anew" in process.errors, "it is loaded")
            is_clean(site)
            image = memory.Image(process.pid)
            for name in ("parent", "AWS4", "signing keys"):
                for text in before[name]:
                    need(not image.find(text) and not image.has_locked(text),
                         f"{name} of the configuration before")
            ask_all(site, 1)
            is_clean(site)


@case("a CGI program that answers a slow reader has forgotten the token")
def _():
    with world() as here:
        site = Memory(here)
        objects = [f"public/{number}" for number in range(20000)]
        body = json.dumps({**FIELDS, "objects": objects}).encode()
        values, body = site.values("POST", batch_path(), body)
        token = site.settings.tokens["bulk"]
        values["REDIRECT_HTTP_AUTHORIZATION"] = values["HTTP_AUTHORIZATION"]
        with subprocess.Popen(
                [RESPONDER, "--config=" + site.settings.path], env=values,
                stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
            process.stdin.write(body)
            process.stdin.close()
            process.stdout.read(10000)
            image = open_image(process.pid)
            need(image.find(b"SCRIPT_NAME=/mint"), "its environment")
            for form in memory.forms(token.encode()):
                equal(image.find(form), None, "the token")
            process.stdout.read()
            equal(process.wait(), 0, "exit status")


if __name__ == "__main__":
    run_all()
