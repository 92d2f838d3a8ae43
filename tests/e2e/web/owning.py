"""Links to hosts of our own: a site with [download] and [domain] sections, how
to ask for such links, and how to follow them through this site."""
import os
import subprocess
import urllib.parse

from harness import ACCOUNT, PORTAL, RESPONDER, Site, equal, need
from linking import DOWN, ENDPOINT, UP, ask, links_path, unix
from wire import environment, parse

PUBLIC = "https://portal.example.org/mint"
HOST = "files.example.org"
DAY = 86400
# "=" and "+" stand in most secrets that `openssl rand -base64` makes.
SECRETS = {"files": "c2VjcmV0+/==", "waf": "a\\\"quoted\\\\'secret'"}


def write_secret(folder, name, text):
    path = os.path.join(folder, "keys", name)
    with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600),
              "w") as f:
        f.write(text)
    return path


def change(settings):
    settings.sections["mintage"].update({
        "public-url": PUBLIC, "max-link-age": "365d"})
    for name, secret in SECRETS.items():
        write_secret(settings.folder, name + ".link", secret + "\n")
    secret = os.path.join(settings.folder, "keys", "files.link")
    settings.sections["caller bulk"]["max-link-age"] = "365d"
    settings.sections["caller web"]["max-link-age"] = "1d"
    settings.add("download files", path="/get/", account="main", bucket=DOWN,
                 prefix="public/", open_to="link", link="signed",
                 link_secret_file=secret)
    settings.add("download up", path="/up/", account="main", bucket=UP,
                 prefix="*", open_to="link", link="signed",
                 link_secret_file=secret)
    settings.add("download incoming", path="/in/", account="main", bucket=UP,
                 prefix="incoming/", open_to="link", link="signed",
                 link_secret_file=secret)
    settings.add(f"domain {HOST}", account="main", bucket=DOWN, ttl="2h",
                 secret_file=os.path.join(settings.folder, "keys",
                                          "waf.link"))


def make_site():
    site = Site("fastcgi", change, endpoint=ENDPOINT.url)
    ENDPOINT.parents[PORTAL] = {
        "secret": site.settings.secrets[PORTAL], "account": ACCOUNT,
        "permission": "object-read-write", "buckets": [DOWN, UP, "shared"]}
    for bucket in ENDPOINT.parents[PORTAL]["buckets"]:
        ENDPOINT.store.make_bucket(bucket)
    ENDPOINT.start()
    return site


def own(site, fields, sign="download", **more):
    """The links of an answer that must be one."""
    answer = ask(site, {"sign": sign, **fields}, **more)
    equal(answer.status, 200, answer.text[:400])
    for link in answer.result:
        if "url" in link:
            site.issued.add(signature_of(link["url"]))
    return answer.result


def signature_of(url):
    query = urllib.parse.urlsplit(url).query
    return query.rpartition("-" if query.startswith("verify=") else "=")[2]


def expires_of(link):
    return unix(link["expiresAt"], "%Y-%m-%dT%H:%M:%SZ")


def here(site, url):
    """The address of this site that stands for one below public-url."""
    need(url.startswith(PUBLIC + "/"), url)
    return f"http://127.0.0.1:{site.port}{site.mount}{url[len(PUBLIC):]}"


def follow(site, url, method="GET"):
    """Open a link, and what it redirects to: (status, body)."""
    options = ["--head"] if method == "HEAD" else []
    done = subprocess.run(
        ["curl", "--disable", "--silent", "--show-error", "--max-time", "30",
         "--location", "--globoff", "--write-out", "\n%{http_code}",
         *options, here(site, url)], capture_output=True, check=False)
    need(done.returncode == 0, f"curl: {done.stderr!r}")
    body, _, status = done.stdout.rpartition(b"\n")
    return int(status), body


def opened_at(site, url, system):
    """The answer of a plain CGI process to a link; `system` is the environment
    that moves its clock."""
    target = url[len(PUBLIC):]
    path, _, query = target.partition("?")
    values = environment("GET", urllib.parse.unquote(path), query=query,
                         content_type=None, REQUEST_URI="/mint" + target)
    done = subprocess.run([RESPONDER, "--config=" + site.settings.path],
                          env={**system, **values}, stdin=subprocess.DEVNULL,
                          capture_output=True, check=False)
    equal(done.returncode, 0, done.stderr.decode())
    return parse(done.stdout)


__all__ = ["ACCOUNT", "DAY", "DOWN", "ENDPOINT", "HOST", "PUBLIC", "SECRETS",
           "UP", "ask", "expires_of", "follow", "here", "links_path",
           "make_site", "opened_at", "own", "signature_of", "write_secret"]
