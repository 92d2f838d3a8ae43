"""The examples of mintage-deploy(7)."""
import os
import re

from harness import SRC

SECTION = re.compile(r"^\[[a-z]+( [^\]]+)?\]$", re.M)


def text():
    with open(os.path.join(SRC, "cgi", "man", "mintage-deploy.7"),
              encoding="utf-8") as f:
        return f.read()


def plain(mdoc):
    return mdoc.replace("\\(dq", '"').replace("\\e", "\\").replace("\\&", "")


def blocks(title=None):
    """The literal blocks below that .Ss or .Sh; without a title, all."""
    part = text()
    if title:
        part, = re.findall(rf"^\.S[sh] {re.escape(title)}\n(.*?)(?=^\.S[sh] )",
                           part, re.M | re.S)
    return [plain(block) for block in re.findall(
        r"^\.Bd -literal[^\n]*\n(.*?)^\.Ed$", part, re.M | re.S)]


def line(word):
    """The one displayed line (.Dl) with this word in it."""
    found, = [plain(one) for one in re.findall(r"^\.Dl (.*)$", text(), re.M)
              if word in one]
    return found


def configurations(title=None):
    """{section: {key: value}} of each block that is one of mintage.conf."""
    found = []
    for block in blocks(title):
        if SECTION.match(block):
            # What follows a comment is of another program.
            block = block.split("\n# ")[0]
            found.append({})
            for row in block.splitlines():
                if SECTION.match(row):
                    keys = found[-1][row[1:-1]] = {}
                elif row:
                    name, _, value = row.partition(" = ")
                    keys[name] = value
    return found
