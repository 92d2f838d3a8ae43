#!/usr/bin/python3
"""nginx's own secure_link beside ours: one nginx serves files by its
secure_link_secret and secure_link_md5, and passes other paths to the responder,
which redirects by links of the same kinds. Each row is one link, shown to both:
they let in and refuse the same ones, and where ours is stricter the row says
so. tests/vectors/links.py makes the links, so none is ours."""
import http.client
import os
import sys
import time
import urllib.parse

sys.path.insert(1, sys.path[0] + "/../lib")
sys.path.insert(1, sys.path[0] + "/../../vectors")
from harness import case, comment, equal, main, need
from links import encoded, md5, secure_link, secure_link_md5
from servers import Nginx

SECRET = "segredo-of-both"
HERE, ELSEWHERE = "127.0.0.1", "127.0.0.2"

# What administrators write: the secret is a literal in nginx's expression.
# Where secure_link_secret lets in, nginx opens the file by its name as sent.
BLOCKS = """
location /p/ {
	secure_link_secret SECRET;
	if ($secure_link = "") { return 403; }
	rewrite ^ /sent/$secure_link;
}
location /sent/ { internal; }
location /v/ {
	secure_link $arg_md5,$arg_expires;
	secure_link_md5 "$secure_link_expires$uri$remote_addr SECRET";
	if ($secure_link = "") { return 403; }
	if ($secure_link = "0") { return 410; }
}
location /any/ {
	secure_link $arg_st;
	secure_link_md5 "SECRET/$uri";
	if ($secure_link = "") { return 403; }
	if ($secure_link = "0") { return 410; }
}
""".replace("SECRET", SECRET)

KEYS = ["a.txt", "d/a b+c.txt", "d/\u00e9&=;'.txt", "100%.txt", "what?#.txt",
        "d/a.txt", "x" * 200]


class SecureLink(Nginx):
    """nginx with these blocks before ours, and the files they open."""

    def fill_folder(self):
        self.write("link.secret", SECRET + "\n", 0o600)
        for name, path, kind, more in (
                ("old", "/p/", "secure-link", {}),
                ("new", "/v/", "secure-link-md5", {"link_uri": "/v/"}),
                ("any", "/any/", "secure-link-md5",
                 {"link_uri": "/any/", "link_arguments": "st",
                  "link_expression": "$secret/$uri"})):
            self.settings.add(
                "download " + name, path=path, account="main",
                parent="portal", bucket="portal-downloads", prefix="public/",
                open_to="link", link=kind,
                link_secret_file=self.at("link.secret"), **more)
        self.settings.write()
        for key in KEYS:
            for name in ("www/v/" + key, "www/any/" + key,
                         "www/sent/" + encoded(key)):
                os.makedirs(os.path.dirname(self.at(name)), exist_ok=True)
                self.write(name, key)
        super().fill_folder()

    def configure(self, addresses):
        super().configure(addresses)
        with open(self.at("block.conf"), encoding="utf-8") as f:
            ours = f.read()
        self.write("block.conf", BLOCKS + ours)

    def ask(self, path, client=HERE):
        """Status and headers for exactly this path, asked from an address."""
        connection = http.client.HTTPConnection(
            HERE, self.port, timeout=60, source_address=(client, 0))
        try:
            connection.putrequest("GET", path, skip_accept_encoding=True)
            connection.endheaders()
            answer = connection.getresponse()
            return answer.status, answer.headers, answer.read()
        finally:
            connection.close()

    # main() treats this as a site.
    def check_files(self):
        super().check_files()
        for name in ("log/stderr", "log/audit.jsonl", "log/error.log"):
            if os.path.exists(self.at(name)):
                with open(self.at(name), encoding="utf-8") as f:
                    need(SECRET not in f.read(), f"{name} holds the secret")

    def kill(self):
        self.stop_processes()

    def remove(self, _failed):
        self.stop()


def verdicts(server, path, client):
    """What nginx and the responder say to one link, as words, and that both
    open one key."""
    theirs, _, body = server.ask(path, client)
    ours, headers, _ = server.ask("/mint" + path, client)
    if (theirs, ours) == (200, 302):
        address = urllib.parse.urlsplit(headers["Location"])
        equal(urllib.parse.unquote(address.path),
              "/portal-downloads/public/" + body.decode(), "the key")
    words = {200: "in", 302: "in"}
    return words.get(theirs, theirs), words.get(ours, ours)


def compare(server, rows):
    """Each row: a name, a path, both verdicts, or one where they are the same,
    and the client's address where it is not HERE."""
    wrong = []
    for name, path, wanted, *client in rows:
        if not isinstance(wanted, tuple):
            wanted = wanted, wanted
        found = verdicts(server, path, *(client or [HERE]))
        comment(f"{name:<44} nginx {found[0]!s:<4} ours {found[1]}")
        if found != wanted:
            wrong.append(f"{name}: {found}, expected {wanted}: {path}")
    equal(wrong, [], "verdicts")


# ---- secure_link_secret -----------------------------------------------------

def old(key="a.txt", **how):
    path, query, _ = secure_link(key, 0, secret=how.pop("secret", SECRET),
                                 **how)
    return "/p/" + path + ("" if query is None else "?" + query)


@case("secure_link_secret: good links")
def _(server):
    # A "%" of a name is its encoding to nginx, which looks for that file.
    compare(server, [(key[:30], old(key), "in") for key in KEYS])


@case("secure_link_secret: links that are cut, changed, or not theirs")
def _(server):
    good = old()
    code = good.split("/")[2]
    other = md5("b.txt", SECRET).hexdigest()
    rows = [("another key", good.replace("a.txt", "d/a.txt"), 403),
            ("another link's code", good.replace(code, other), 403),
            ("another secret", old(secret="segredo"), 403),
            ("no code", "/p/a.txt", 403),
            ("no key", f"/p/{code}", 403),
            ("no key, a slash", f"/p/{code}/", 403),
            ("the code twice", f"/p/{code}/{code}/a.txt", 403),
            ("the link twice", good + good[3:], 403),
            ("encoded otherwise", good.replace("a.txt", "%61.txt"), 403),
            ("a query that was not there", good + "?v=1", 403),
            ("an empty query that was not there", good + "?", 403),
            ("one digit changed", good.replace(code, code[:-1] + (
                "0" if code[-1] != "0" else "1")), 403),
            ("one digit lacks", good.replace(code, code[:-1]), 403),
            ("one digit more", good.replace(code, code + "0"), 403),
            ("no hexadecimal", good.replace(code, "x" * 32), 403)]
    rows += [(f"cut at byte {at}", good[:at], 403)
             for at in range(4, len(good), 5)]
    compare(server, rows)


@case("secure_link_secret: where ours is stricter")
def _(server):
    good = old()
    code = good.split("/")[2]
    compare(server, [
        ("the code in capitals", good.replace(code, code.upper()),
         ("in", 403))])


# ---- secure_link_md5 --------------------------------------------------------

def new(key="a.txt", when=None, address=HERE, secret=SECRET):
    path, query, code = secure_link_md5(
        key, int(time.time()) + 600 if when is None else when, secret=secret,
        address=address, uri="/v/")
    return "/v/" + path + "?" + query, code


@case("secure_link_md5: good links, and those that are over")
def _(server):
    rows = [(key[:30], new(key)[0], "in") for key in KEYS]
    rows += [("until 2286", new(when=9999999999)[0], "in"),
             ("over since 10 s", new(when=int(time.time()) - 10)[0], 410),
             ("over since 2001", new(when=1000000000)[0], 410),
             ("from the other address", new(address=ELSEWHERE)[0], "in",
              ELSEWHERE),
             ("encoded otherwise", new()[0].replace("a.txt", "%61.tx%74"),
              "in"),
             ("more arguments", new()[0] + "&v=1&w", "in"),
             ("another order", "/v/a.txt?" + "&".join(reversed(
                 new()[0].split("?")[1].split("&"))), "in")]
    compare(server, rows)


@case("secure_link_md5: links that are cut, changed, or not theirs")
def _(server):
    now = int(time.time())
    good, code = new(when=now + 600)
    over, _ = new(when=now - 10)
    rows = [("another key", good.replace("a.txt", "d/a.txt"), 403),
            ("another secret", new(secret="segredo")[0], 403),
            ("another address", good, 403, ELSEWHERE),
            ("another link's address", new(address=ELSEWHERE)[0], 403),
            ("a longer time", good.replace(f"{now + 600}", f"{now + 601}"),
             403),
            ("over, then a longer time", over.replace(
                f"{now - 10}", f"{now + 600}"), 403),
            ("over, and another key", over.replace("a.txt", "d/a.txt"), 403),
            ("no arguments", "/v/a.txt", 403),
            ("an empty query", "/v/a.txt?", 403),
            ("no time", f"/v/a.txt?md5={code}", 403),
            ("an empty time", f"/v/a.txt?md5={code}&expires=", 403),
            ("no code", f"/v/a.txt?expires={now + 600}", 403),
            ("an empty code", f"/v/a.txt?md5=&expires={now + 600}", 403),
            ("padding, encoded", good.replace(code, code + "%3D%3D"), 403),
            ("the code encoded", good.replace(
                code, f"%{ord(code[0]):02x}{code[1:]}"), 403),
            ("one character lacks", good.replace(code, code[:-1]), 403),
            ("one character more", good.replace(code, code + "A"), 403),
            ("one character changed", good.replace(
                code, ("B" if code[0] == "A" else "A") + code[1:]), 403)]
    rows += [(f"cut at byte {at}", good[:at], 403)
             for at in range(4, len(good) - 2, 4)]
    compare(server, rows)


@case("secure_link_md5: times that are none")
def _(server):
    now = int(time.time())
    rows = [(f"time {when!r}", new(when=when)[0], 403)
            for when in ("0", "-1", f"-{now + 600}", f"+{now + 600}",
                         f"{now + 600}%20", f"%20{now + 600}", "1e10",
                         hex(now + 600), f"{now + 600}.0", "never",
                         str(2 ** 64 + now), "9" * 30)]
    compare(server, rows)


@case("secure_link_md5: where ours is stricter")
def _(server):
    now = int(time.time())
    good, code = new(when=now + 600)
    # The last character has four bits that say nothing.
    alphabet = ("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
                "0123456789-_")
    last = alphabet[alphabet.index(code[-1]) + 1]
    names = good.replace("md5=", "MD5=").replace("expires=", "Expires=")
    compare(server, [
        ("padding", good.replace(code, code + "=="), ("in", 403)),
        ("bits that say nothing", good.replace(code, code[:-1] + last),
         ("in", 403)),
        ("names in capitals", names, ("in", 403)),
        ("the code twice", good + "&md5=" + code, ("in", 403)),
        ("the time twice", good + f"&expires={now + 600}", ("in", 403)),
        ("the query twice", good + "&" + good.split("?")[1], ("in", 403)),
        ("a time of 11 digits", new(when=10000000000)[0], ("in", 403)),
        ("a time of 9 digits", new(when=999999999)[0], (410, 403)),
        ("a zero before the time", new(when=f"0{now + 600}")[0],
         ("in", 403))])


@case("secure_link_md5: slashes and dots, which nginx resolves")
def _(server):
    # nginx opens d/a.txt by each; ours opens the very key, or none.
    plain, twice = new("d/a.txt")[0], new("d//a.txt")[0]
    compare(server, [
        ("two slashes, signed as one", plain.replace("d/", "d//"),
         ("in", 403)),
        ("two slashes, signed as two", twice, (403, "in")),
        ("an encoded slash", plain.replace("d/", "d%2F"), "in"),
        ("a dot segment", plain.replace("d/", "d/./"), ("in", 400)),
        ("up and down", plain.replace("d/", "e/../d/"), ("in", 400))])


@case("secure_link_md5: another expression, without a time")
def _(server):
    def link(key, secret=SECRET):
        path, query, code = secure_link_md5(
            key, 0, secret=secret, uri="/any/", arguments=("st",),
            expression="$secret/$uri")
        return "/any/" + path + "?" + query, code
    good, code = link("a.txt")
    rows = [(key[:30], link(key)[0], "in") for key in KEYS]
    rows += [("and a time that is nothing", good + "&expires=1", "in"),
             ("from another address", good, "in", ELSEWHERE),
             ("another key", good.replace("a.txt", "d/a.txt"), 403),
             ("another secret", link("a.txt", "segredo")[0], 403),
             ("no code", "/any/a.txt", 403),
             ("padding", good + "==", ("in", 403)),
             ("cut", good[:-1], 403)]
    compare(server, rows)


@case("nobody learns from a bad link whether its time is over")
def _(server):
    over, code = new(when=int(time.time()) - 10)
    good, good_code = new()
    said = [server.ask("/mint" + path)
            for path in (over.replace(code, "A" * 22),
                         good.replace(good_code, "A" * 22))]
    equal([status for status, _, _ in said], [403, 403])


if __name__ == "__main__":
    main(SecureLink)
