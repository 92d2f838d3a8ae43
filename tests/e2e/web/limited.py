"""Callers with limits, and the RateLimit fields as RFC 9651 reads them."""
import json
import os
import re

from harness import Site, equal, need, single_path
import wire

KEYS = {"bucket": "portal-downloads", "permission": "object-read-only"}


class Limited(Site):
    """A site whose caller bulk may ask ten times in an hour, and web may have
    20 entries a day. The caller drop has no limits."""

    def __init__(self, how="fastcgi", processes=4):
        super().__init__(how, self.limit, processes=processes)

    def limit(self, settings):
        self.state = os.path.join(self.folder, "state")
        os.mkdir(self.state, 0o700)
        settings.sections["mintage"]["state-dir"] = self.state
        settings.sections["caller bulk"]["rate"] = "10/h"
        settings.sections["caller web"]["daily-entries"] = "20"
        settings.sections["caller chief"]["rate"] = "3/h"
        settings.sections["caller chief"]["daily-entries"] = "5"

    def forget(self):
        """Count anew."""
        for name in os.listdir(self.state):
            if name.startswith(("limits.1.", "strangers.")):
                os.unlink(os.path.join(self.state, name))

    def file_of(self, caller):
        return os.path.join(self.state, "limits.1." + caller)


def keys(count, start="public/"):
    return {**KEYS, "objects": [f"{start}{i}" for i in range(count)]}


def asking(site, caller, fields=None, remote="192.0.2.7", path=None, **more):
    """The variables and the body of a request for one credential."""
    body = json.dumps(fields or keys(1)).encode()
    token = site.settings.tokens.get(caller, caller)
    return wire.environment(
        "POST", path or single_path(), length=len(body), remote=remote,
        HTTPS="on", HTTP_AUTHORIZATION="Bearer " + token, **more), body


# A reader of structured fields (RFC 9651), as far as these need them: a list
# of strings with parameters that are integers. It is strict.

def parse_list(text):
    """The members of a list: [(string, {parameter: integer})]."""
    members, place = [], 0
    while True:
        member = re.compile(r'"((?:[ !#-\[\]-~]|\\["\\])*)"').match(text, place)
        need(member, f"no string at {text[place:]!r}")
        place = member.end()
        parameters = {}
        while place < len(text) and text[place] == ";":
            one = re.compile(
                r"; *([a-z*][a-z0-9_\-.*]*)=(-?[0-9]{1,15})").match(text, place)
            need(one, f"no parameter at {text[place:]!r}")
            need(one[1] not in parameters, f"{one[1]} twice")
            parameters[one[1]] = int(one[2])
            place = one.end()
        members.append((re.sub(r"\\(.)", r"\1", member[1]), parameters))
        if place == len(text):
            return members
        comma = re.compile(r"[ \t]*,[ \t]*").match(text, place)
        need(comma and comma.end() < len(text), f"no comma at {text[place:]!r}")
        place = comma.end()


def limits_of(answer):
    """{name: (quota, window, left, reset)} of an answer's headers."""
    found = {}
    policy, left = answer.headers["RateLimit-Policy"], answer.headers[
        "RateLimit"]
    equal(len(answer.headers.get_all("RateLimit-Policy")), 1)
    left = parse_list(left)
    for (name, policy), (same, standing) in zip(parse_list(policy), left,
                                                strict=True):
        equal(name, same)
        equal(sorted(policy), ["q", "w"])
        need(set(standing) <= {"r", "t"}, standing)
        need(0 <= standing["r"] <= policy["q"], standing)
        equal("t" in standing, standing["r"] < policy["q"])
        found[name] = (policy["q"], policy["w"], standing["r"],
                       standing.get("t", 0))
    return found
