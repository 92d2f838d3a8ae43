#!/usr/bin/python3
"""Strict modes: nothing that somebody else could change is read or written,
and the message has the command that mends it."""
import contextlib
import json
import os
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import tempfile

sys.path.insert(1, sys.path[0] + "/../lib")
from harness import (MINTAGE, RESPONDER, SRC, Settings, Skip,
                     case, equal, main, need, until)
import wire

ROOT = os.geteuid() == 0
ME, STRANGER = ("daemon", "bin") if ROOT else (None, None)


def private(path, flags):
    return os.open(path, flags, 0o600)


class Place:
    """A folder with everything that a configuration can name, each in a
    folder of its own. It belongs to `owner`, as whom the programs run."""

    def __init__(self, owner=None):
        self.owner = pwd.getpwnam(owner) if owner else None
        self.top = tempfile.mkdtemp(prefix="mintage-")
        self.folder = os.path.join(self.top, "mint")
        for name in ("keys", "log", "state", "ca", "bin"):
            os.makedirs(os.path.join(self.folder, name))
        shutil.copytree(os.path.join(SRC, "templates"), self.at("templates"))
        for program in (RESPONDER, MINTAGE):
            shutil.copy(program, self.at("bin"))
        self.settings = Settings(self.folder)
        self.settings.sections["mintage"].update({
            "templates": self.at("templates"), "state-dir": self.at("state"),
            "api-ca-file": self.at("ca", "ca.pem")})
        for name in ("link", "domain"):
            with open(self.at("keys", name + ".secret"), "w",
                      encoding="utf-8", opener=private) as f:
                f.write(f"the secret of a {name}\n")
        self.settings.add(
            "download files", path="/files/", account="main", parent="portal",
            bucket="portal-downloads", prefix="public/", open_to="link",
            link="signed", link_secret_file=self.at("keys", "link.secret"))
        self.settings.add(
            "domain files.example.org", account="main", ttl="1d",
            bucket="portal-downloads",
            secret_file=self.at("keys", "domain.secret"))
        parent = self.settings.sections["parent berlin"]
        parent["api-token-file"] = parent.pop("secret-access-key-file")
        parent["signer"] = "cloudflare"
        self.settings.write()
        for name in ("ca/ca.pem", "log/audit.jsonl"):
            with open(self.at(name), "w", encoding="utf-8"):
                pass
        for folder, folders, files in os.walk(self.top):
            for name in [folder] + [os.path.join(folder, n)
                                    for n in folders + files]:
                self.give(name)
            for name in files:
                if name.endswith((".tmpl", ".conf", ".pem", ".jsonl")):
                    os.chmod(os.path.join(folder, name), 0o640)
            os.chmod(folder, 0o755)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        shutil.rmtree(self.top)

    @contextlib.contextmanager
    def settings_changed(self, **more):
        section = self.settings.sections["mintage"]
        was = dict(section)
        section.update({name.replace("_", "-"): value
                        for name, value in more.items()})
        self.settings.write()
        try:
            yield
        finally:
            section.clear()
            section.update(was)
            self.settings.write()

    def at(self, *names):
        return os.path.join(self.folder, *names)

    def give(self, path):
        if self.owner:
            os.chown(path, self.owner.pw_uid, self.owner.pw_gid)

    # Programs, each of which says why it does not start.

    def run(self, *command, user=True, **variables):
        """(status, standard error) of a command, as the owner or as root."""
        who = {}
        if user and self.owner:
            who = {"user": self.owner.pw_uid, "group": self.owner.pw_gid,
                   "extra_groups": []}
        done = subprocess.run(
            command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
            stderr=subprocess.PIPE, check=False, timeout=wire.SECONDS,
            cwd=self.folder, env={"PATH": os.environ["PATH"], **variables},
            **who)
        return done.returncode, done.stderr.decode(), done.stdout.decode()

    def responder(self):
        """Whether it answers on a socket. Otherwise it has ended."""
        path = self.at("state", "socket")
        with socket.socket(socket.AF_UNIX) as listener:
            listener.bind(path)
            listener.listen()
            who = {} if not self.owner else {
                "user": self.owner.pw_uid, "group": self.owner.pw_gid,
                "extra_groups": []}
            with subprocess.Popen(
                    [self.at("bin", "mintage.fcgi"),
                     "--config=" + self.settings.path], stdin=listener,
                    stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
                    cwd=self.folder, **who) as process:
                try:
                    with wire.Connection(path) as connection:
                        connection.ask(wire.environment("GET", "/healthz"))
                        until(lambda: process.poll() is not None
                              or not connection.is_silent(0),
                              "it answers or ends")
                        well = process.poll() is None and (
                            b"200 OK" in connection.read())
                except ConnectionError:
                    well = False
                process.send_signal(signal.SIGTERM)
                said = process.stderr.read().decode()
        os.unlink(path)
        return (0 if well else 1), said, ""

    def cgi(self):
        status, said, out = self.run(
            self.at("bin", "mintage.fcgi"),
            "--config=" + self.settings.path,
            **wire.environment("GET", "/healthz", remote="192.0.2.1"))
        need(status or out.startswith("Status: 200 OK"), out)
        need(self.folder not in out, out)
        return status, said, out

    def check(self, **more):
        return self.run(self.at("bin", "mintage"), "check",
                        "--config=" + self.settings.path, **more)

    def mint(self, **more):
        return self.run(self.at("bin", "mintage"), "mint",
                        "--config=" + self.settings.path,
                        "--bucket=archive", "--permission=object-read-only",
                        "--object=a", **more)

    def inspect(self, token):
        return self.run(self.at("bin", "mintage"), "inspect",
                        "--config=" + self.settings.path, "--parent=archive",
                        token)

    def everywhere(self):
        return [("responder", self.responder()), ("cgi", self.cgi()),
                ("check", self.check()), ("mint", self.mint())]

    def all_well(self, what):
        for program, (status, said, _) in self.everywhere():
            equal(status, 0, f"{what}: {program}: {said}")

    def all_refuse(self, what, *words):
        for program, (status, said, out) in self.everywhere():
            need(status not in (0, -6, -11),
                 f"{what}: {program}: status {status}: {said}")
            for word in words:
                need(word in said, f"{what}: {program}: no {word!r}: {said}")
            need("secretAccessKey\":" not in out, out)


# What is judged, and the name of what it holds.
FILES = ["mintage.conf", "keys/portal.secret", "keys/berlin.secret",
         "keys/link.secret", "keys/domain.secret",
         "templates/json.tmpl", "templates/form.tmpl", "log/audit.jsonl",
         "ca/ca.pem"]
FOLDERS = ["keys", "templates", "log", "state", "ca", ""]


@contextlib.contextmanager
def changed(path, mode=None, owner=-1, group=-1):
    was = os.stat(path)
    os.chown(path, owner, group)
    os.chmod(path, was.st_mode & 0o7777 if mode is None else mode)
    try:
        yield
    finally:
        os.chown(path, was.st_uid, was.st_gid)
        os.chmod(path, was.st_mode & 0o7777)


def number(name):
    return pwd.getpwnam(name).pw_uid


@case("as they should be, all programs take the files")
def _():
    for owner in (None, ME):
        with Place(owner) as place:
            place.all_well("as it is")


@case("what others can write is refused, each with its chmod")
def _():
    with Place(ME) as place:
        for name in FILES + FOLDERS:
            path = place.at(name) if name else place.folder
            mode = os.stat(path).st_mode & 0o777 | 0o002
            secret = name.startswith("keys/")
            with changed(path, mode):
                place.all_refuse(name, f"mode {mode:04o} lets others",
                                 f"run: chmod {'600' if secret else 'o-w'} "
                                 + path)
        place.all_well("put back")


@case("what a group of others can write is refused, each with its chmod")
def _():
    if not ROOT:
        raise Skip("only root can give a file to another group")
    with Place(ME) as place:
        for name in FILES + FOLDERS:
            path = place.at(name) if name else place.folder
            mode = os.stat(path).st_mode & 0o777 | 0o020
            with changed(path, mode, group=pwd.getpwnam(STRANGER).pw_gid):
                place.all_refuse(name, f"mode {mode:04o} lets its group",
                                 f"run: chmod g-w {path}")
            # The user's own group has the user alone. Of a secret it is
            # never good.
            if not name.startswith("keys/"):
                with changed(path, mode):
                    place.all_well(name)


@case("what belongs to somebody else is refused, each with its chown")
def _():
    if not ROOT:
        raise Skip("only root can give a file away")
    with Place(ME) as place:
        for name in FILES + FOLDERS:
            path = place.at(name) if name else place.folder
            # So that it can be read all the same.
            mode = 0o644 if name in FILES and "keys/" not in name else None
            to = ME if name in FILES + ["templates", "state"] else "root"
            words = ["Permission denied"] if name.startswith("keys/") else [
                f"{path}: belongs to {STRANGER}", f"run: chown {to} {path}"]
            with changed(path, mode, owner=number(STRANGER)):
                place.all_refuse(name, *words)
            with changed(path, mode, owner=0,
                         group=pwd.getpwnam(ME).pw_gid):
                if name not in ("log/audit.jsonl", "log", "state", ""):
                    if not name.startswith("keys/"):
                        place.all_well(f"{name} of root's")
    with Place() as place:
        for name in FILES + FOLDERS:
            path = place.at(name) if name else place.folder
            if name.startswith("log"):
                continue        # at a prompt, the log's folder says whose
            with changed(path, owner=number(STRANGER)):
                place.all_refuse(name, f"{path}: belongs to {STRANGER}",
                                 f"run: chown root {path}")


@case("root at a prompt may use what belongs to the service's user")
def _():
    if not ROOT:
        raise Skip("the tests don't run as root")
    with Place(ME) as place:
        for status, said, _ in (place.check(user=False),
                                place.mint(user=False)):
            equal(status, 0, said)
        with changed(place.at("keys"), owner=number(STRANGER)):
            for status, said, _ in (place.check(user=False),
                                    place.mint(user=False)):
                equal(status, 1, said)
                need(f"run: chown root {place.at('keys')}" in said, said)
        # A responder that runs as root has no prompt.
        place.owner = None
        for status, said, _ in (place.responder(), place.cgi()):
            need(status != 0, said)
            need(f"{place.top}: belongs to {ME}" in said, said)


@case("a sticky folder of root's on the way is good, such as /tmp")
def _():
    if not ROOT:
        raise Skip("only root can make one")
    with Place(ME) as place:
        with changed(place.top, 0o1777, owner=0):
            place.all_well("sticky")
        with changed(place.top, 0o0777, owner=0):
            place.all_refuse("not sticky", f"run: chmod o-w {place.top}")
        with changed(place.at("templates"), 0o1777, owner=0):
            place.all_refuse("templates", f"chmod o-w {place.at('templates')}")


@case("both the folder of a link and what it leads to are judged")
def _():
    with Place(ME) as place:
        os.mkdir(place.at("links"), 0o755)
        link = place.at("links", "mintage.conf")
        os.symlink("../mintage.conf", link)
        place.give(place.at("links"))
        if ROOT:
            os.lchown(link, 0, 0)
        place.settings.path = link
        # Relative names in it begin where the link is.
        place.all_well("a link")
        with changed(place.at("links"), 0o757):
            place.all_refuse("links", f"run: chmod o-w {place.at('links')}")
        with changed(place.at("mintage.conf"), 0o642):
            place.all_refuse("its goal", f"run: chmod o-w {link}")
        with changed(place.folder, 0o757):
            place.all_refuse("above it", f"run: chmod o-w {place.folder}")


@case("a log that isn't there yet: its folder is judged")
def _():
    with Place(ME) as place:
        os.unlink(place.at("log", "audit.jsonl"))
        with changed(place.at("log"), 0o757):
            place.all_refuse("log", f"run: chmod o-w {place.at('log')}")
        place.all_well("put back")


@case("a reload that finds a fault keeps the old configuration")
def _():
    with Place() as place:
        with wire.Process([RESPONDER, "--config=" + place.settings.path],
                          place.folder) as process:
            def ask():
                with process.connect() as connection:
                    connection.ask(wire.environment("GET", "/healthz"))
                    return connection.read()
            need(b"200 OK" in ask(), "not well")
            with changed(place.at("keys"), 0o757):
                process.send_signal(signal.SIGHUP)
                answer = ask()
            need(b"200 OK" in answer and b"reload failed" in answer, answer)
            need(f"chmod o-w {place.at('keys')}" in process.errors,
                 process.errors)


@case("strict-modes = no lets it pass, with a warning")
def _():
    with Place() as place:
        with changed(place.at("keys"), 0o757):
            place.all_refuse("strict", "chmod o-w")
            with place.settings_changed(strict_modes="no"):
                status, said, out = place.check()
                equal(status, 0, said)
                need("warning: strict-modes = no: " in said, said)
                need("strict modes  no\n" in out, out)
                status, said, _ = place.responder()
                equal(status, 0, said)
                need("strict-modes = no: " in said, said)
                for status, said, _ in (place.cgi(), place.mint()):
                    equal((status, said), (0, ""))
                # What others can read of a secret was never good.
                for name in ("portal", "link", "domain"):
                    with changed(place.at("keys", name + ".secret"), 0o604):
                        place.all_refuse("readable", "chmod 600")


@case("the commands that use a secret judge it, too")
def _():
    with Place() as place:
        token = json.loads(place.mint()[2])["result"]["sessionToken"]
        equal(place.inspect(token)[0], 0)
        with changed(place.at("keys"), 0o757):
            for status, said, _ in (
                    place.inspect(token),
                    place.run(place.at("bin", "mintage"), "token", "list",
                              "--config=" + place.settings.path,
                              "--account=europe",
                              "--api-token-file="
                              + place.at("keys", "berlin.secret"))):
                equal(status, 1, said)
                need(f"chmod o-w {place.at('keys')}" in said, said)


if __name__ == "__main__":
    main()
