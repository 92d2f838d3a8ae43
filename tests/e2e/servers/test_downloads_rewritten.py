#!/usr/bin/python3
"""Rules that lead /shop/ and /open/ to a [download] lead to no other object.

Behind /shop/ nobody knows what a rule made of an address, so Mintage refuses
what is not certain. Before /open/ a rule only puts the mount, and then the
client's own bytes count.
"""
import sys

sys.path.insert(1, sys.path[0] + "/../lib")
import servers
from downloading import ROWS, main, with_section

APACHE = r"""
AllowEncodedSlashes NoDecode
RewriteEngine On
RewriteRule ^/shop/(.*)$ /mint/open/$1 [PT]
RewriteRule ^/open/(.*)$ /mint/open/$1 [PT]
"""
LIGHTTPD = r"""
server.modules += ( "mod_rewrite" )
url.rewrite-once = ( "^/shop/(.*)" => "/mint/open/$1",
                     "^/open/(.*)" => "/mint/open/$1" )
"""
NGINX = r"""
rewrite ^/(?:shop|open)/(.*)$ /mint/open/$1 last;
"""


# A host's customer has no more. A rule here makes Apache start anew, and sets
# REDIRECT_URL.
HTACCESS = r"""
RewriteEngine On
RewriteRule ^(?:shop|open)/(.*)$ /mint/mintage.cgi/open/$1 [L]
"""


def having(*texts):
    """The rows whose path, with the slash before it, has one of these."""
    return [name for name, sent, _ in ROWS
            if any(text in "/" + str(sent).partition("?")[0].lower()
                   for text in texts)]


UNCERTAIN = dict.fromkeys(having("%2f", "//"), "400")
# Apache takes a "?" that a rule would put into an address for an attack.
MARK = {"%3F": "403"}
# nginx's "." is no line feed.
FEED = {"%0A": "404"}
# Without AllowEncodedSlashes, which a .htaccess can't have.
# It decodes what it decoded before, and a "#" ends its address.
CUSTOMER = {**MARK, "%25": "400", "%2541": "400", "%23": "400",
            **dict.fromkeys(having("%2f", "%252f", "%00"), "404")}


def both(make, more, differing):
    return [with_section(make, lambda text: text + more,
                         (f"{make.name} {path}", {**cells, **differing}), path)
            for path, cells in (("/shop/", UNCERTAIN), ("/open/", {}))]


class Customer(servers.SharedCgi):
    def write(self, name, text, mode=0o644):
        if name == "www/.htaccess":
            text = HTACCESS + text
        return super().write(name, text, mode)


if __name__ == "__main__":
    main(*both(servers.ApacheFcgid, APACHE, MARK),
         *both(servers.ApacheProxy, APACHE, MARK),
         *both(Customer, "", CUSTOMER),
         *both(servers.LighttpdFastcgi, LIGHTTPD, {}),
         *both(servers.Nginx, NGINX, FEED))
