"""A Site with a [download] of each kind, and how its redirects are followed."""
import base64
import hashlib
import hmac
import json
import os
import secrets
import urllib.parse

from harness import ACCOUNT, PORTAL, Site, equal, need
from linking import curl, query_of
import r2

ENDPOINT = r2.R2({})
BUCKET = "portal-downloads"
SECRET = "Ls-" + secrets.token_hex(16)
BROWSER = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}


def change(settings):
    """get: callers · mine: callers, a folder each · open: everyone · link:
    links of ours, and two kinds that hold the client's address."""
    path = os.path.join(settings.folder, "keys", "link.secret")
    with open(os.open(path, os.O_WRONLY | os.O_CREAT, 0o600), "w") as f:
        f.write(SECRET + "\n")

    shares = os.path.join(settings.folder, "shares")
    os.mkdir(shares, 0o700)
    settings.sections["mintage"].update({
        "shares-dir": shares, "public-url": "https://mint.example"})

    def add(name, path, prefix, **more):
        settings.add("download " + name, path=path, account="main",
                     parent="portal", bucket=BUCKET, prefix=prefix, **more)
    add("get", "/get/", "*", ttl="2h")
    add("more", "/get/more/", "public/more/", ttl="60",
        disposition="attachment")
    add("mine", "/mine/", "users/{user}/")
    add("open", "/open/", "public/", open_to="everyone",
        disposition="inline")
    add("link", "/dl/", "public/", open_to="link", link_secret_file=path,
        link="signed auth-token secure-link-md5", link_timeout="1h")


def make_site(how="fastcgi"):
    site = Site(how, change, endpoint=ENDPOINT.url)
    site.settings.secrets["link"] = SECRET
    ENDPOINT.parents[PORTAL] = {
        "secret": site.settings.secrets[PORTAL], "account": ACCOUNT,
        "permission": "object-read-write",
        "buckets": [BUCKET, "portal-uploads", "shared"]}
    ENDPOINT.start()
    return site


def put(key):
    """An object of this key, and its text."""
    text = f"the text of {key}\n".encode()
    ENDPOINT.put(BUCKET, key, text)
    return text


# Links -----------------------------------------------------------------------

def unpadded(digest):
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


def signed(key, expires):
    """By the formula of mintage.conf(5)."""
    code = hmac.new(SECRET.encode(), f"/{key}\n{expires}".encode(), "sha256")
    return (f"/dl/{urllib.parse.quote(key)}?expires={expires}"
            f"&signature={unpadded(code.digest())}")


def auth_token(key, time, address=""):
    """Apache's mod_auth_token."""
    stamp = f"{time:08x}"
    code = hashlib.md5(f"{SECRET}/{key}{stamp}{address}".encode())
    return f"/dl/{code.hexdigest()}/{stamp}/{urllib.parse.quote(key)}"


def secure_link(key, expires, address):
    """nginx's secure_link_md5 "$secure_link_expires$uri$remote_addr SECRET"."""
    code = hashlib.md5(f"{expires}/{key}{address} {SECRET}".encode())
    return (f"/dl/{urllib.parse.quote(key)}?md5={unpadded(code.digest())}"
            f"&expires={expires}")


# Asking and following --------------------------------------------------------

def location(site, answer, method="GET"):
    """The address of a redirect, whose signature no log may hold."""
    need(answer.status == 302, f"{answer.status}: {answer.text[:300]}")
    equal(answer.headers.get_all("Cache-Control"), ["no-store"])
    equal(answer.headers.get_all("Referrer-Policy"), ["no-referrer"])
    lines = answer.text.split("\n")
    if method == "HEAD":
        equal(answer.body, b"", "the body")
    else:
        equal(lines[1:], [""], "lines behind the first")
        need("X-Amz" not in lines[0] and "://" not in lines[0], lines[0])
    url = answer.headers["Location"]
    site.issued.add(query_of(url)["X-Amz-Signature"])
    return url


def record(site, answer, **expected):
    """The one line that the redirect left in the audit log."""
    line = site.audit(answer.id, "redirect")[0]
    equal({name: line[name] for name in expected}, expected, "the record")
    need("Signature" not in json.dumps(line), line)
    return line


def opens(site, answer, key, method="GET"):
    """Assert that a redirect opens this object by its own method, by no other,
    and that the record and the address have this key. Returns curl's headers.
    """
    url = location(site, answer, method)
    record(site, answer, key=key, method=method, bucket=BUCKET,
           account=ACCOUNT, parent=PORTAL)
    path = urllib.parse.urlsplit(url).path
    equal(urllib.parse.unquote(path, errors="strict"), f"/{BUCKET}/{key}")
    text = ENDPOINT.get(BUCKET, key)
    how = ["--head"] if method == "HEAD" else []
    status, headers, body = curl(url, *how)
    equal((status, headers["Content-Length"]), (200, str(len(text))))
    equal(body if method == "GET" else b"", text if method == "GET" else b"")
    other = [] if method == "HEAD" else ["--head"]
    equal(curl(url, *other)[0], 403, "by another method")
    return headers


def refused(site, answer, status, code=None, recorded=True):
    """Assert that nothing was handed out. Returns the message."""
    equal(answer.status, status, "status")
    need("Location" not in answer.headers, "Location")
    need("X-Amz" not in answer.text, answer.text)
    equal(answer.headers["Cache-Control"], "no-store")
    if recorded:
        line = site.audit(answer.id, "refused")[0]
        equal((line["status"], line["route"]), (status, "redirect"))
    if code:
        equal(answer.errors[0]["code"], code, "code")
        return answer.errors[0]["message"]
    return None
