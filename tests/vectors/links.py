#!/usr/bin/python3
"""Make links.json and waf.json: links by the published formulas, with Python's
hashlib and hmac and nothing of Mintage.

    python3 tests/vectors/links.py links >tests/vectors/links.json
    python3 tests/vectors/links.py waf >tests/vectors/waf.json

A vector of links.json says what a client asks for below a [download] path, and
what must come of it: "good" (with the key and the last second, 0 for any),
"over" or "bad". Those with a "source" were published there; the values are
theirs, and this program only stops when its formula makes another.
"""
import base64
import hashlib
import hmac
import ipaddress
import json
import sys
from urllib.parse import quote

NOW = 1767225600            # 2026-01-01
CLIENT = "192.0.2.7"
SECRET = "tHe-secret_of/the+old=links!"
TIMEOUT = 3600
EXPRESSION = "$secure_link_expires$uri$remote_addr $secret"

KEYS = [
    "a.txt",
    "2026/01/a.zip",
    "two//slashes///here",
    "a%2Fb",
    "a+b c",
    "100%",
    "50%25",
    "what?.txt",
    "part#2",
    "it's \"quoted\"",
    "a&b=c;d",
    "a\\b",
    "ár/víztűrő/\u65e5\u672c\u8a9e \U0001F600.txt",
    " blanks ",
    "line\nend",
    "report2026",
    "x" * 1024,
    "é" * 512,
    "",                     # no object has it; the responder answers 404
]


def text_b64(data):
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def md5(*parts):
    return hashlib.md5("".join(parts).encode())


def mac(algorithm, secret, *parts):
    message = b"".join(part if isinstance(part, bytes) else part.encode()
                       for part in parts)
    return text_b64(hmac.new(secret.encode(), message, algorithm).digest())


def hexadecimal(when):
    return when if isinstance(when, str) else f"{when:08x}"


def encoded(key):
    return quote(key, safe="/-_.~")


# ---- the kinds: each makes what stands before and behind the "?" ------------

def signed(key, when, secret=SECRET, **_):
    code = mac("sha256", secret, "/", key, "\n", str(when))
    return encoded(key), f"expires={when}&signature={code}", code


def secdownload_md5(key, when, secret=SECRET, **_):
    time = hexadecimal(when)
    code = md5(secret, "/", key, time).hexdigest()
    return f"{code}/{time}/{encoded(key)}", None, code


def secdownload(algorithm):
    def make(key, when, secret=SECRET, **_):
        time = hexadecimal(when)
        code = mac(algorithm, secret, "/", time, "/", key)
        return f"{code}/{time}/{encoded(key)}", None, code
    return make


def secure_link(key, _when, secret=SECRET, sent=None, query=None, **_):
    sent = encoded(key) if sent is None else sent
    code = md5(sent, "" if query is None else "?" + query, secret).hexdigest()
    return f"{code}/{sent}", query, code


def secure_link_md5(key, when, secret=SECRET, address=CLIENT, uri="/",
                    expression=EXPRESSION, arguments=("md5", "expires"), **_):
    text = expression
    for name, value in (("$secure_link_expires", str(when)),
                        ("$uri", uri + key), ("$remote_addr", address),
                        ("$secret", secret)):
        text = text.replace(name, value)
    code = text_b64(md5(text).digest())
    query = f"{arguments[0]}={code}"
    if len(arguments) > 1:
        query += f"&{arguments[1]}={when}"
    return encoded(key), query, code


def auth_token(key, when, secret=SECRET, bound=False, address=CLIENT, **_):
    time = hexadecimal(when)
    code = md5(secret, "/", key, time,
               address if bound else "").hexdigest()
    return f"{code}/{time}/{encoded(key)}", None, code


def packed(address):
    data = ipaddress.ip_address(address).packed
    return data[:8] + bytes(8) if len(data) == 16 else data


def bunny(key, when, secret=SECRET, bound=None, address=CLIENT, folder=None,
          others=None, **_):
    parameters = dict(others or {})
    if folder:
        parameters["token_path"] = folder
    text = "&".join(f"{name}={value}"
                    for name, value in sorted(parameters.items()))
    before = packed(address) if bound == "bytes" else b""
    behind = address if bound == "text" else ""
    code = mac("sha256", secret, folder or "/" + key, str(when), before, text,
               behind)
    flag = "1-" if bound == "bytes" else ""
    tail = "".join(f"&{quote(name, safe='')}={quote(value, safe='')}"
                   for name, value in parameters.items())
    return encoded(key), f"token=HS256-{flag}{code}{tail}&expires={when}", code


KINDS = {
    "signed": signed,
    "secdownload-md5": secdownload_md5,
    "secdownload-hmac-sha1": secdownload("sha1"),
    "secdownload-hmac-sha256": secdownload("sha256"),
    "secure-link": secure_link,
    "secure-link-md5": secure_link_md5,
    "auth-token": auth_token,
    "bunny": bunny,
}
OF_ISSUE = ("secdownload-md5", "secdownload-hmac-sha1",
            "secdownload-hmac-sha256", "auth-token")


# ---- vectors ----------------------------------------------------------------

def vector(kind, key, when, verdict="good", note="", now=NOW, shown_to=None,
           timeout=TIMEOUT, **how):
    """A link to `key`, shown at `now` by the client `shown_to`."""
    path, query, code = KINDS[kind](key, when, **how)
    expires = when
    if kind in OF_ISSUE:
        expires = int(hexadecimal(when).strip() or "0", 16) + timeout
    if kind == "secure-link" or len(how.get("arguments", "12")) == 1:
        expires = 0
    if verdict == "bad":
        expires = None
    made = {"kind": kind, "note": note, "secret": how.get("secret", SECRET),
            "timeout": timeout, "address": shown_to
            or how.get("address", CLIENT),
            "now": now, "path": path, "query": query, "code": code,
            "verdict": verdict, "key": key, "expires": expires}
    if kind == "secure-link-md5":
        made["expression"] = how.get("expression", EXPRESSION)
        made["arguments"] = list(how.get("arguments", ("md5", "expires")))
        made["uri"] = how.get("uri", "/")
    return made


def keys():
    for kind in KINDS:
        for key in KEYS:
            yield vector(kind, key, NOW, note="each key")


def boundaries():
    """The last second in which a link is good, and the one behind it."""
    for kind in KINDS:
        if kind == "secure-link":
            continue
        if kind in OF_ISSUE:
            yield vector(kind, "a", NOW - TIMEOUT, note="the last second")
            yield vector(kind, "a", NOW - TIMEOUT - 1, "over", "a second late")
            future = "good" if kind == "auth-token" else "over"
            yield vector(kind, "a", NOW + TIMEOUT, note="issued ahead")
            yield vector(kind, "a", NOW + TIMEOUT + 1, future, "further ahead")
            yield vector(kind, "a", NOW, note="no time at all", timeout=0)
            yield vector(kind, "a", 0xffffffff, note="the last of 8 digits",
                         now=0xffffffff)
            yield vector(kind, "a", 0, note="the first of 8 digits", now=0)
        else:
            yield vector(kind, "a", NOW, note="the last second")
            yield vector(kind, "a", NOW - 1, "over", "a second late")
            yield vector(kind, "a", 9999999999, note="ten digits, the last")
            yield vector(kind, "a", 1000000000, "over", "ten digits, the first")


def digits():
    """Times of other lengths: between marks they are good."""
    for when, verdict in ((1, "over"), (999999999, "over"),
                          (10000000000, "good"), (999999999999, "good"),
                          (1000000000000, "bad"), (0, "bad"), (-1, "bad"),
                          (2 ** 63, "bad"), (2 ** 64 + NOW, "bad")):
        yield vector("signed", "a", when, verdict, "a time of other length")
        for kind in ("secure-link-md5", "bunny"):
            yield vector(kind, "a", when, "bad", "a time of other length")


def odd_times():
    """Times that are written in another way, with a right code over that."""
    text = str(NOW)
    for when in ("", "0", "-1", "-" + text, "+" + text, "0" + text,
                 hex(NOW), " " + text, text + " ", text + "\t", text + ".0",
                 "1e9", text[:5] + "_" + text[5:], text + "%00", text + "a",
                 "\u0661" * 10, "never", "18446744073709551616" + text):
        for kind in ("signed", "secure-link-md5", "bunny"):
            yield vector(kind, "a", when, "bad", "an odd time")
    for kind in OF_ISSUE:
        time = f"{NOW:08x}"
        yield vector(kind, "a", time.upper(), note="capitals in the time")
        for when in (time[:7], "0" + time, time + "0", time[:7] + " ",
                     " " + time[:7], "0x" + time[:6], "+" + time[:7], ""):
            yield vector(kind, "a", when, "bad", "an odd time")


def clients():
    other, v6, v6_near = "192.0.2.70", "2001:db8:1:2::7", "2001:db8:1:2:9::1"
    yield vector("secure-link-md5", "a", NOW, "bad", "another client",
                 shown_to=other)
    yield vector("secure-link-md5", "a", NOW, address=v6, note="IPv6")
    yield vector("secure-link-md5", "a", NOW, "bad", "another client",
                 address=v6, shown_to=v6_near)
    for address in (CLIENT, v6):
        yield vector("auth-token", "a", NOW, note="for one client", bound=True,
                     address=address)
        yield vector("auth-token", "a", NOW, "bad", "another client",
                     bound=True, address=address, shown_to=other)
    for bound in ("bytes", "text"):
        for address in (CLIENT, v6):
            yield vector("bunny", "a", NOW, note="for one client", bound=bound,
                         address=address)
            yield vector("bunny", "a/b", NOW, note="for one client",
                         bound=bound, address=address, folder="/a/")
            yield vector("bunny", "a", NOW, "bad", "another client",
                         bound=bound, address=address, shown_to=other)
        yield vector("bunny", "a", NOW, "bad", "and another argument",
                     bound=bound, others={"v": "1"})
    yield vector("bunny", "a", NOW, note="the same network of 64 bits",
                 bound="bytes", address=v6, shown_to=v6_near)
    yield vector("bunny", "a", NOW, note="IPv4 mapped into IPv6",
                 bound="bytes", shown_to="::ffff:" + CLIENT)
    yield vector("bunny", "a", NOW, "bad", "bytes that may end a time",
                 bound="bytes", address="49.50.51.52")
    yield vector("bunny", "a", NOW, "bad", "bytes of a time and an argument",
                 bound="bytes", address="49.97.61.98")
    yield vector("bunny", "a", NOW, note="bytes of a time alone",
                 bound="bytes", address="49.50.51.200")


def expressions():
    for expression in ("$secret$uri$secure_link_expires",
                       "$uri$secure_link_expires $secret",
                       "$secret/$uri/$secure_link_expires",
                       "$remote_addr$secure_link_expires$uri$secret$secret"):
        yield vector("secure-link-md5", "a b/c", NOW, note="an expression",
                     expression=expression)
    yield vector("secure-link-md5", "a", NOW, note="below another path",
                 uri="/dl/files/")
    yield vector("secure-link-md5", "a", NOW, note="other names",
                 arguments=("st", "e"))
    yield vector("secure-link-md5", "a", 0, note="without a time",
                 arguments=("st",), expression="$secret$uri")


def queries():
    """secure-link's code covers the query, and bunny's its arguments."""
    for query in ("", "v=1", "a=1&a=2", "x=%2F?y"):
        yield vector("secure-link", "a b", 0, note="a query", query=query)
    yield vector("secure-link", "ü/a", 0, note="encoded in other ways",
                 sent="%c3%bC/%61")
    yield vector("secure-link", "a/b", 0, note="an encoded slash",
                 sent="a%2fb")
    for others in ({"v": "1"}, {"b": "2", "a": "é &=+", "C": ""}):
        yield vector("bunny", "a", NOW, note="other arguments", others=others)
        yield vector("bunny", "a/b/c", NOW, note="and a folder", others=others,
                     folder="/a/b/")
    for folder, verdict in (("/", "good"), ("/a", "good"), ("/a/", "good"),
                            ("/a/b", "good"), ("/a/b/", "bad"),
                            ("/a/c", "bad"), ("/A/", "bad"), ("a/", "bad"),
                            ("/aa", "bad")):
        yield vector("bunny", "a/b", NOW, verdict, "a folder", folder=folder)
    for name, value in (("token_countries", "CA"), ("limit", "100"),
                        ("token_countries_blocked", "RU"),
                        ("token_ignore_params", "true"), ("1st", "x"),
                        ("", "x"), ("_", "x"), ("v", "a\0b")):
        yield vector("bunny", "a", NOW, "bad", "an argument that is refused",
                     others={name: value})


def others():
    """For another key, another secret, and at another time of issue."""
    for kind in KINDS:
        good = vector(kind, "a/b", NOW)
        for note, key, secret in (("another key", "a/c", SECRET),
                                  ("another secret", "a/b", SECRET + "x")):
            wrong = vector(kind, key, NOW, secret=secret)
            yield {**good, "note": note, "verdict": "bad",
                   "code": wrong["code"],
                   "path": good["path"].replace(good["code"], wrong["code"]),
                   "query": good["query"] and good["query"].replace(
                       good["code"], wrong["code"])}
        if kind != "secure-link":
            later = vector(kind, "a/b", NOW + 1)
            yield {**later, "note": "another time", "verdict": "bad",
                   "code": good["code"],
                   "path": later["path"].replace(later["code"], good["code"]),
                   "query": later["query"] and later["query"].replace(
                       later["code"], good["code"])}


def published():
    """What others published, with its source. `code` is what they wrote."""
    def check(code, source, kind, key, when, **how):
        found = vector(kind, key, when, **how)
        if found["code"] != code:
            sys.exit(f"{source}: {found['code']} is not {code}")
        return {**found, "source": source}

    docs = "https://nginx.org/en/docs/http/ngx_http_secure_link_module.html"
    yield check("5e814704a28d9bc1914ff19fa0c4a00a", docs, "secure-link",
                "link", 0, secret="secret")
    yield check("0849e9c72988f118896724a0502b92a8",
                "nginx's wiki, HttpSecureLinkModule", "secure-link",
                "top_secret_file.pdf", 0, secret="segredo")
    yield check("_e4Nc3iduzkWRm01TBBNYw", docs, "secure-link-md5", "link",
                2147483647, secret="secret", uri="/s/", address="127.0.0.1")
    yield check("q-5vpkjBkRXXtkUMXiJVHA",
                "https://github.com/nginx/nginx-tests secure_link.t",
                "secure-link-md5", "test.html", 0, secret="secret",
                expression="$secret$uri", arguments=("hash",))
    for kind in ("auth-token", "secdownload-md5"):  # one formula
        yield check("6c488f69992206a2b5cc9c6a9cc91709",
                    "https://metacpan.org/pod/Authen::ModAuthToken", kind,
                    "myfile.txt", 0x4f0f7b09, secret="FlyingMonkeys",
                    now=0x4f0f7b09)
    vectors = ("https://github.com/BunnyWay/BunnyCDN.TokenAuthentication "
               "e2e/vectors.json")
    v6 = "2001:db8:85a3::8a2e:370:7334"
    for code, key, how in (
            ("o10JRWlsAItyAsdKS6jJKjabHN4FrFsplDHPV1idcX4", "300kb.jpg", {}),
            ("uVZvT3SbEoVKYJyDJgbcsDmSFf73cv-uNUVaJiKWpbQ", "abc/300kb.jpg",
             {"folder": "/abc"}),
            ("L2rISTLcujMY9UFf2tbZ41d5i-Bme1g1oTK_Z2QMLJk", "300kb.jpg",
             {"bound": "bytes", "address": "1.2.3.4"}),
            ("Z1BaGdhTZdU4iANcyKpurFR2VgCNdqC6hlBv5x_TyaI", "300kb.jpg",
             {"bound": "bytes", "address": v6}),
            ("wag9tC0r1QWfg-2eMj5QcdzgPLCIdQb-D0WVU1Mhg2w", "abc/300kb.jpg",
             {"bound": "bytes", "address": "1.2.3.4", "folder": "/abc"}),
            ("DAVapqNNED3Z7JkjRTYX0UOIHNtbHEuuhRNEc4A7mMQ", "300kb.jpg",
             {"others": {"limit": "1000"}, "verdict": "bad"}),
            ("i5s3Uv7mnrFfN5nznwU2BxhILpnipYeE18TapV0WNFM", "300kb.jpg",
             {"others": {"token_countries": "CA,US"}, "verdict": "bad"})):
        yield check(code, vectors, "bunny", key, 1598024587,
                    secret="SecurityKey", now=1598024587, **how)


def links():
    return [one for family in (published, keys, boundaries, digits, odd_times,
                               clients, expressions, queries, others)
            for one in family()]


# ---- links that Cloudflare's WAF checks -------------------------------------

SECRETS = ["mysecrettoken", SECRET, 'quo"te', "back\\slash", '\\"', "\\\\",
           "ends in \\", "ünï ödé", "s" * 256]


def rule_of(host, secret, seconds):
    """The rule's expression, with the function that Cloudflare's documentation
    describes. 8 is the length of "?verify=", "s" the alphabet of URLs. The
    function does not look at what these 8 bytes are, so the rule does."""
    for special in ("\\", '"'):
        secret = secret.replace(special, "\\" + special)
    return (f'(http.host eq "{host}" and not (starts_with('
            'http.request.uri.query, "verify=") and is_timed_hmac_valid_v0('
            f'"{secret}", http.request.uri, {seconds}, '
            'http.request.timestamp.sec, 8, "s")))')


def waf():
    """Of the message, which is the path as it is sent, and the time. Two are
    published, in base64; the flag "s" of a rule wants its other alphabet."""
    published_code = {
        ("mysecrettoken", "images/cat.jpg", 1484063787):
            "XsZ5NmtNBxOd4f4fBOtqVmpWRnDRNkHKVZieqDPKu3U",
        ("foo", "hello.txt", 1705931500):
            "-2iV5xOHG0OEt9fGsaOYhXMfpht6PeKM3j4Q5u_Conw",
    }
    cases = [*published_code]
    cases += [(SECRET, key, NOW) for key in KEYS]
    cases += [(secret, "a b/c.zip", NOW) for secret in SECRETS]
    for secret, key, now in cases:
        path = "/" + encoded(key)
        code = mac("sha256", secret, path, str(now))
        wanted = published_code.get((secret, key, now))
        if wanted not in (None, code):
            sys.exit(f"{path}: {code} is not {wanted}")
        host = "files.example.org"
        yield {"host": host, "secret": secret, "key": key,
               "now": now, "seconds": 10800,
               "rule": rule_of(host, secret, 10800),
               "source": "https://github.com/seqeralabs/wave "
                         "CryptoHelperTest.groovy" if wanted else None,
               "url": f"https://{host}{path}?verify={now}-{code}"}


def main():
    make = {"links": links, "waf": lambda: list(waf())}[sys.argv[1]]
    print("[\n " + ",\n ".join(json.dumps(one) for one in make()) + "\n]")


if __name__ == "__main__":
    main()
