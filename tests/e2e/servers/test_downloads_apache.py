#!/usr/bin/python3
"""Apache leads to the object that was asked for, in each of its three ways."""
import sys

sys.path.insert(1, sys.path[0] + "/../lib")
import servers
from downloading import ROWS, main, with_section
from harness import need


def slashes(how):
    """The file of cgi/deploy with `how` in place of what it advises."""
    def change(text):
        advised = "AllowEncodedSlashes NoDecode\n"
        need(advised in text, "the file advises something else")
        return text.replace(advised, f"AllowEncodedSlashes {how}\n")
    return change


# This is Apache's default: it answers 404 to "%2F", wherever it is.
DEFAULT = {name: "404" for name, sent, _ in ROWS
           if "%2f" in str(sent).partition("?")[0].lower()}

if __name__ == "__main__":
    main(with_section(servers.ApacheFcgid),
         with_section(servers.ApacheProxy),
         with_section(servers.ApacheCgid),
         with_section(servers.ApacheFcgid, slashes("On"), ("On", {})),
         with_section(servers.ApacheFcgid, slashes("Off"), ("default", DEFAULT)))
