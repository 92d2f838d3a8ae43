"""What the clients ask for."""
import base64
import hmac
import itertools
import json
import typing
import urllib.parse

DOWN, CLOUDS = "portal-downloads", "clouds"
ONLY = "object-read-only"
RATIONED = 16           # callers with limits
NEVER = 4102444800      # 2100; no step of the clock gets there
NAMES = ["a b.txt", "käse/brötchen.txt", "100%.bin", "x/y/z.json", "漢字.pdf",
         "plus+and&.txt"]
NUMBERS = itertools.count(1)


class Asked(typing.NamedTuple):
    kind: str           # "single", "batch", "links" or "redirect"
    caller: str         # None: nobody's
    name: str           # of what has a limit, else ""
    method: str
    path: str
    headers: dict
    body: bytes
    rows: list          # what must be issued, and nothing else


def keys(random, count, start="public/"):
    first = next(NUMBERS)
    return [f"{start}{first}/{number}/{random.choice(NAMES)}"
            for number in range(count)]


def issue(known, kind, caller, fields, rows, name="", mount="mount"):
    last = {"single": "temp-access-credentials",
            "batch": "temp-access-credentials/batch",
            "links": "presigned-urls"}[kind]
    return Asked(kind, caller, name, "POST",
                 f"{known[mount]}/accounts/{known['account']}/r2/{last}",
                 {"Authorization": known["logins"].get(caller) or
                   "Bearer " + known["tokens"][caller],
                  "Content-Type": "application/json",
                  "Accept": "application/json"},
                 json.dumps(fields).encode(), rows)


def single(random, known, _):
    ttl = random.choice([60, 900, 86400])
    scope = random.choice([ONLY, "object-read-write"])
    kind = random.choice(["object", "object", "prefix", "bucket"])
    some = [""] if kind == "bucket" else keys(random, random.randint(1, 5))
    fields = {"bucket": DOWN, "permission": scope, "ttlSeconds": ttl}
    if kind != "bucket":
        fields[kind + "s" if kind == "object" else "prefixes"] = some
    return issue(known, "single", "bulk", fields,
                 [[DOWN, scope, ttl, kind, key] for key in some])


def batch(random, known, _, count=None):
    ttl = random.choice([60, 900])
    some = keys(random, count or random.randint(1, 100))
    return issue(known, "batch", "bulk", {
        "bucket": DOWN, "permission": ONLY, "ttlSeconds": ttl,
        "objects": some}, [[DOWN, ONLY, ttl, "object", key] for key in some])


def links(random, known, _):
    some = keys(random, random.randint(1, 50))
    return issue(known, "links", "bulk", {
        "bucket": DOWN, "ttlSeconds": 600, "objects": some},
        [[DOWN, ["GetObject"], 600, "object", key] for key in some])


def rationed(random, known, elapsed):
    """A caller with limits asks, each of them for some seconds."""
    turn = int(elapsed * RATIONED) - random.randint(0, 2)
    name = f"ration{min(max(turn, 0), RATIONED - 1)}"
    some = keys(random, random.choice([1, 1, 2, 5]))
    return issue(known, "batch", name, {
        "bucket": DOWN, "permission": ONLY, "ttlSeconds": 60,
        "objects": some}, [[DOWN, ONLY, 60, "object", key] for key in some],
        name)


def limited(random, known, _):
    """The caller web, whose max-ttl is another after each reload."""
    some = keys(random, 1)
    return issue(known, "single", "web", {
        "bucket": DOWN, "permission": ONLY, "ttlSeconds": 1800,
        "objects": some}, [[DOWN, ONLY, 1800, "object", some[0]]])


def sky(random, known, _):
    """What Cloudflare signs."""
    some = keys(random, random.randint(1, 3))
    return issue(known, "single", "sky", {
        "bucket": CLOUDS, "permission": ONLY, "ttlSeconds": 900,
        "objects": some}, [[CLOUDS, ONLY, 900, "object", key] for key in some])


def signed_in(random, known, _):
    """A user who signs in at the web server."""
    some = keys(random, random.randint(1, 20))
    return issue(known, "batch", "chief", {
        "bucket": DOWN, "permission": ONLY, "ttlSeconds": 900,
        "objects": some}, [[DOWN, ONLY, 900, "object", key] for key in some],
        mount="login_mount")


def redirect(path, key, name, **headers):
    return Asked("redirect", None, name, "GET", path, headers, None,
                 [[DOWN, ["GetObject"], 900, "object", "public/" + key]])


def opened(random, _, __):
    """A file that is open to everyone."""
    key = keys(random, 1, "")[0]
    return redirect("/files/" + urllib.parse.quote(key), key, "")


def counted(random, known, elapsed):
    """A link that may be used three times. Each use is another client's."""
    turn = int(elapsed * known["links"]) - random.randint(0, 2)
    key = f"counted-{max(turn, 0)}.bin"
    code = hmac.digest(known["link_secret"].encode(),
                       f"/{key}\n{NEVER}".encode(), "sha256")
    text = base64.urlsafe_b64encode(code).decode().rstrip("=")
    agent = f"soak/{known['name']}/{random.getrandbits(64)}"
    return redirect(f"{known['mount']}/counted/{key}"
                    f"?expires={NEVER}&signature={text}", key, key,
                    **{"User-Agent": agent})


# How often each is chosen.
MIX = [(single, 25), (batch, 15), (links, 15), (rationed, 15), (limited, 5),
       (signed_in, 10), (opened, 10), (counted, 15)]


def choose(random, known, elapsed):
    function, = random.choices([function for function, _ in MIX],
                               [weight for _, weight in MIX])
    return function(random, known, elapsed)
