#!/usr/bin/python3
"""What a command can still do when it has done its work: one that needs no
network has given up sockets and programs. A library that is loaded into the
command, preload.c, tries."""
import os
import re
import socket
import subprocess
import sys

sys.path.insert(1, sys.path[0] + "/../lib")
from harness import BUILD, MINTAGE, SANITIZED, Skip, case, equal, need
from place import CONFIG, Place, READ, main
from preload import failing



def what_is_lacking(family):
    """What this machine says of such a socket, though nothing is denied."""
    try:
        socket.socket(family).close()
    except OSError as error:
        return error.strerror
    return "ok"


DENIED = "Operation not permitted"
OFFLINE = {"IPv4": DENIED, "IPv6": DENIED, "local": "ok", "program": DENIED}
OPEN = {"IPv4": "ok", "IPv6": what_is_lacking(socket.AF_INET6), "local": "ok",
        "program": "ok"}

REMOTE = CONFIG + f"""
[parent remote]
account = main
access-key-id = {"c" * 32}
signer = cloudflare
api-token-file = other.secret
permission = object-read-only
buckets = clouds
"""
DOMAIN = CONFIG + """
[domain files.example.org]
account = main
bucket = downloads
waf-secret-file = portal.secret
"""

SHARING = CONFIG.replace(
    "[mintage]", "[mintage]\npublic-url = https://mint.example\n"
    "shares-dir = .")

MINT = ["mint", "--bucket=downloads", READ, "--object=a.txt"]

# What each command can do at its end: (arguments, configuration, what it can).
# A command that `mintage help` names has a row.
COMMANDS = [
    (MINT, CONFIG, OFFLINE),
    # Cloudflare signs for a parent: a helper that has the network is started.
    (MINT, REMOTE, OPEN),
    (MINT, CONFIG.replace("[mintage]", "[mintage]\nsandbox = no"), OPEN),
    (["sign", "--bucket=downloads", "--object=a.txt"], CONFIG, OFFLINE),
    (["sign", "--bucket=nobodys", "--object=a.txt"], CONFIG, OFFLINE),
    (["inspect", "-"], CONFIG, OFFLINE),
    (["inspect", "nonsense"], CONFIG, OFFLINE),
    (["check"], CONFIG, OFFLINE),
    (["check", "--json"], CONFIG, OFFLINE),
    (["check"], "nonsense", OFFLINE),
    (["check", "--waf-rule=files.example.org"], DOMAIN, OFFLINE),
    (["caller", "list"], CONFIG, OFFLINE),
    (["caller", "add", "probe"], CONFIG, OFFLINE),
    (["caller", "remove", "web"], CONFIG, OFFLINE),
    (["caller", "remove", "nobody"], CONFIG, OFFLINE),
    (["share", "list"], SHARING, OFFLINE),
    (["share", "show", "0" * 32], SHARING, OFFLINE),
    (["share", "revoke", "0" * 32], SHARING, OPEN),
    # It would ask Cloudflare, if it had an API token.
    (["token", "list"], CONFIG, OPEN),
]


def need_filters():
    with open(os.path.join(BUILD, "lib/confine/filter_data.c")) as f:
        if "{ 0, 0 }" in f.read():
            raise Skip("built without libseccomp")


def ended(place, arguments, **how):
    """What the command could do at its end, and how it went."""
    path = place.path("end")
    with failing(place.environment(), end=path, **how) as environment:
        done = place.run(*arguments, stdin=b"nonsense\n",
                         environment=environment)
    with open(path) as f:
        return dict(line.rstrip("\n").split(": ") for line in f), done


@case("a command that needs no network has given up sockets and programs")
def _():
    need_filters()
    for arguments, config, wanted in COMMANDS:
        with Place(config) as place:
            can, done = ended(place, arguments)
            for token in re.findall(r"(?m)^[A-Za-z0-9_-]{43}$", done.said):
                place.forget(token)
            equal(can, wanted, f"{arguments} {done.said}")


@case("each command of `mintage help` has a row here")
def _():
    told = subprocess.run([MINTAGE, "help"], stdout=subprocess.PIPE,
                          check=True).stdout.decode()
    names = set(re.findall(r"(?m)^  ([a-z]+)  ", told)) - {"help"}
    equal(names, {arguments[0] for arguments, _, _ in COMMANDS})


@case("without filters in the kernel a command works as ever")
def _():
    with Place() as place:
        can, done = ended(place, MINT, seccomp="none")
        equal((can, done.returncode, done.said), (OPEN, 0, ""))
        need(b'"success":true' in done.stdout, done.stdout)


@case("a kernel that refuses its filter is told of, and the command goes on")
def _():
    need_filters()
    with Place() as place:
        can, done = ended(place, MINT, seccomp="refuses")
        equal((can, done.returncode), (OPEN, 0))
        need("warning: the kernel refuses to keep this command off the "
             "network: Cannot allocate memory" in done.said, done.said)
        equal(place.audit()[-1]["result"], "complete")


if __name__ == "__main__":
    # With a sanitizer nothing else can be loaded before it.
    main(runs=0 if SANITIZED else len(COMMANDS), words=2)
