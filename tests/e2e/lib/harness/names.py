"""Keys to ask for: some that are awkward, and many that are real."""
import collections
import subprocess

from .tap import need

# Each is a legal key in NFC that some program finds hard to handle.
AWKWARD = [
    "käse/brötchen.txt", "π/ζ/ω.dat", "漢字/ファイル名.pdf", "emoji 😀 🏳️‍🌈.png",
    "right to left/שלום/مرحبا.txt", "two  blanks.txt", " a blank before",
    "a blank behind ", "tab\there", "100% + plus & amp=1;x.txt",
    "percent%2Fencoded%00.txt", "quotes \" ' `.txt", "back\\slash\\u0041",
    "<script>alert(1)</script>&amp;.html", "{{key}} {{{sessionToken}}}",
    "$(id) ${HOME} *?[a].sh", "#hash", "?query=1", "/leading", "//two",
    "trailing/", "a//b", ".hidden", "..two", "[\"json\"]", "{\"key\":\"x\"}",
    "comma,semi;colon:", "\u007fdelete", "\u0001control\u001f", "nbsp\u00a0",
    "line\u2028separator", "\ufffd", "\U0010ffff", "x" * 1024, "é" * 512,
]


def real_names(count):
    """A list of `count` different keys: first AWKWARD, then the files of this
    machine, repeated under other prefixes where they are too few."""
    found = subprocess.run(["find", "/usr/share", "-type", "f"],
                           stdout=subprocess.PIPE,
                           stderr=subprocess.DEVNULL, check=False).stdout
    names = []
    for line in found.split(b"\n"):
        try:
            name = line.decode("utf-8").lstrip("/")
        except UnicodeDecodeError:
            continue
        if 0 < len(line) <= 1000 and "\r" not in name:
            names.append(name)
    need(names, "no files in /usr/share")
    every, turn = list(AWKWARD), 0
    while len(every) < count:
        turn += 1
        every += names if turn == 1 else [f"{turn}/{name}" for name in names]
    return list(collections.OrderedDict.fromkeys(every))[:count]
