"""The keys that every web server is asked for below a [download], and what each
server makes of them.

A row is (name, what is sent, the key), all behind the section's path and its
prefix; without a key the address has to be refused. What a server can't pass is
a row of the table in mintage.fcgi(8), which is read from there.
"""
import os

from harness import SRC

OK = "ok"
PREFIX = "public/"
LONGEST = 1024 - len(PREFIX)

KEYS = [
    ("plain", "plain/a-b_c.txt", "plain/a-b_c.txt"),
    ("%2F", "slash%2Fone", "slash/one"),
    ("%2f", "slash%2ftwo", "slash/two"),
    ("%2F%2F", "slash%2F%2Fthree", "slash//three"),
    ("%2F/", "slash%2F/four", "slash//four"),
    ("//", "slash//five", "slash//five"),
    ("///", "slash///six", "slash///six"),
    ("// first", "/first", "/first"),
    ("+", "a+b", "a+b"),
    ("%2B", "a%2Bc", "a+c"),
    ("%25", "100%25", "100%"),
    ("%2541", "a%2541", "a%41"),
    ("%252F", "a%252Fd", "a%2Fd"),
    ("%2F and %25", "a%2F%25", "a/%"),
    ("%3F", "a%3Fb=c", "a?b=c"),
    ("%23", "a%23b", "a#b"),
    ("%20", "two%20%20blanks", "two  blanks"),
    ("%20 at the ends", "%20a%20", " a "),
    ('"', 'a"b', 'a"b'),
    ("%22", "a%22c", 'a"c'),
    ("'", "a'b", "a'b"),
    ("%27", "a%27c", "a'c"),
    ("%60", "a%60b", "a`b"),
    ("ü", b"\xc3\xbc.txt", "ü.txt"),
    ("%C3%BC", "%C3%BC2.txt", "ü2.txt"),
    ("NFD", "u%CC%88-nfd.txt", "u\u0308-nfd.txt"),
    ("%F0%9F%98%80", "%F0%9F%98%80.png", "\U0001f600.png"),
    ("1024 bytes", "x" * LONGEST, "x" * LONGEST),
    ("1024 encoded", "%C3%A9" * (LONGEST // 2) + "y",
     "é" * (LONGEST // 2) + "y"),
    (";", "a;b", "a;b"),
    ("&", "a&b", "a&b"),
    ("=", "a=b", "a=b"),
    ("*", "a*b", "a*b"),
    ("~", "~a", "~a"),
    ("%7E", "%7Eb", "~b"),
    ("!$,@:()", "a!$,@:()", "a!$,@:()"),
    ("\\", "a\\b", "a\\b"),
    ("%5C", "a%5Cc", "a\\c"),
    ("<>[]{}|^`", "a<>[]{}|^`", "a<>[]{}|^`"),
    ("%3C%3E%5B%7B%7C%5E", "b%3C%3E%5B%7B%7C%5E", "b<>[{|^"),
    ("%41", "%41%2dA", "A-A"),
    ("http://", "http://host/a", "http://host/a"),
    ("...", ".../.a/..b/c..", ".../.a/..b/c.."),
    ("?query", "query?a=%2F..%2F&b", "query"),
    ("%09", "a%09b", "a\tb"),
    ("%0A", "a%0Ab", "a\nb"),
    ("%7F", "a%7Fb", "a\x7fb"),
]

# Each leads to no key; what it could be taken for is there, too.
REFUSED = [
    ("..", "x/../secret.txt"),
    ("../open", "../open/secret.txt"),
    ("%2e%2e", "x/%2e%2e/secret.txt"),
    (".%2E", "x/.%2E/secret.txt"),
    ("..%2F", "x/..%2Fsecret.txt"),
    ("%2F..%2F", "x%2F..%2Fsecret.txt"),
    ("%2F%2e%2e", "x%2F%2e%2e/secret.txt"),
    ("/.", "x/./secret.txt"),
    ("%00", "secret.txt%00"),
    ("%00.txt", "secret.txt%00.txt"),
    ("%FC", "secret%FC.txt"),
    ("bad UTF-8", b"secret\xfc.txt"),
    ("%C0%AE", "%C0%AE%C0%AE/secret.txt"),
    ("%C0%AF", "x%C0%AFsecret.txt"),
    ("%ED%A0%80", "%ED%A0%80"),
    ("%", "100%"),
    ("%zz", "%zz"),
    ("#", "secret.txt#a"),
    ("nothing", ""),
    ("/ last", "secret.txt/"),
    ("%2F last", "secret.txt%2F"),
    ("// last", "secret.txt//"),
    ("1025 bytes", "x" * (LONGEST + 1)),
]


def promised():
    """The table of mintage.fcgi(8) as {name: {server: cell}}. A server's column
    stands for all its ways to reach the responder."""
    rows, columns = {}, []
    with open(os.path.join(SRC, "cgi", "man", "mintage.fcgi.8"),
              encoding="utf-8") as f:
        for line in f:
            cells = (line.rstrip("\n").replace("Sy ", "")
                     .replace(r"\(:u", "ü")[4:].split(" Ta "))
            if line.startswith(".It Sy Sent Ta "):
                columns = cells[1:]
            elif columns and line.startswith(".El"):
                return rows
            elif columns:
                rows[cells[0]] = dict(zip(columns, cells[1:]))
    raise AssertionError("mintage.fcgi(8) has no table of keys")


PROMISED = promised()


def expected(server, name, key):
    """What a server answers: "ok", or a status that it or we refuse with."""
    said = PROMISED.get(name.replace("%00.txt", "%00"), {})
    found = [cell for column, cell in said.items()
             if server.startswith(column.lower())]
    if found:
        return found[0]
    if key is not None:
        return OK
    return "404" if name.endswith(" last") or name == "nothing" else "400"
