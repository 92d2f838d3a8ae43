#!/usr/bin/python3
"""Apache leads to the object that was asked for, in each of its three ways."""
import sys

sys.path.insert(1, sys.path[0] + "/../lib")
import servers
from downloading import ROWS, main, with_section


def slashes(how):
    return lambda text: text + f"\nAllowEncodedSlashes {how}\n"


# Without that directive Apache itself answers 404 to "%2F", wherever it is.
DEFAULT = {name: "404" for name, sent, _ in ROWS
           if "%2f" in str(sent).partition("?")[0].lower()}

if __name__ == "__main__":
    main(with_section(servers.ApacheFcgid, slashes("NoDecode")),
         with_section(servers.ApacheProxy, slashes("NoDecode")),
         with_section(servers.ApacheCgid, slashes("NoDecode")),
         with_section(servers.ApacheFcgid, slashes("On"), ("On", {})),
         with_section(servers.ApacheFcgid, None, ("default", DEFAULT)))
