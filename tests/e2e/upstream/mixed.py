"""A responder with everything that is secret in its configuration, and requests
of all kinds to it. What they told it and what it answered is kept, to be looked
for in its memory."""
import base64
import json
import os
import secrets
import time
import urllib.parse

from harness import ACCOUNT, batch_path, equal, single_path
from links import KINDS, OF_ISSUE, vector
import memory
from wire import environment, parse
from world import ONLINE

BUCKET = "portal-downloads"
WAF = "files.example.org"
FIELDS = {"bucket": BUCKET, "permission": "object-read-only"}
KEPT = 6            # how many answers of each kind are looked for


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
