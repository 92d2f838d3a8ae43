#!/usr/bin/python3
"""What lies beside the web servers' configurations in cgi/deploy: fill.sh,
pool.sh, the units of systemd, logrotate. every_server.py tries the
configurations themselves."""
import contextlib
import grp
import gzip
import json
import os
import pwd
import re
import shutil
import signal
import socket
import stat
import subprocess
import sys
import tempfile
import time

sys.path.insert(1, sys.path[0] + "/../lib")
from harness import (RESPONDER, SRC, Site, Skip, batch_path, case, equal, main,
                     need, process_status, single_path, until)
import servers
import wire

DEPLOY = os.path.join(SRC, "cgi", "deploy")
PROGRAMS = os.environ.get("PATH", "") + ":/usr/sbin:/usr/local/sbin"
READ = {"bucket": "portal-downloads", "permission": "object-read-only"}


def fill(*arguments):
    done = subprocess.run(["sh", os.path.join(DEPLOY, "fill.sh"), *arguments],
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                          check=False)
    return done.returncode, done.stdout.decode(), done.stderr.decode()


def filled(name, **places):
    status, text, said = fill(os.path.join(DEPLOY, name), *(
        f"{old}={new}" for old, new in places.items()))
    equal((status, said), (0, ""))
    return text


@case("fill.sh replaces texts, each once, and nothing else")
def _():
    with tempfile.NamedTemporaryFile("w", suffix="=x.conf") as f:
        f.write("a /etc/a /etc/ab\\n\t/etc/a=/etc/a&\n\nlast /b")
        f.flush()
        equal(fill(f.name, "/etc/a=/b&\\1=", "/b=/etc/a", "/etc/ab=C"),
              (0, "a /b&\\1= C\\n\t/b&\\1==/b&\\1=&\n\nlast /etc/a\n", ""))
        for wrong, status in ((["/none=1"], 1), (["/etc/a"], 2), (["=x"], 2)):
            found = fill(f.name, *wrong)
            equal(found[0], status)
            need(wrong[0].split("=1")[0] in found[2], found[2])
        equal(fill("--loose", f.name, "/none=1", "last=first")[1][-9:],
              "first /b\n")
    equal(fill()[0], 2)


@case("each file says what may have to be changed, and the manual names it")
def _():
    with open(os.path.join(SRC, "cgi/man/mintage-deploy.7"),
              encoding="utf-8") as f:
        manual = f.read()
    for name in os.listdir(DEPLOY):
        path = os.path.join(DEPLOY, name)
        if not os.path.isfile(path) or name in (
                "bundle.sh", "deb.sh", "demo.sh", "local.mk", "mintage.conf"):
            continue
        need(re.search(r"^\.(It )?Pa .*" + re.escape(name), manual, re.M),
             f"{name} is not in the manual")
        with open(path, encoding="utf-8") as f:
            text = f.read()
        need(text.startswith(("#", "<?php")), f"{name} has no head")


# systemd ---------------------------------------------------------------------

# How far systemd says that a service is exposed, times ten; 100 is the most.
DROP_INS = {"": 5, "mintage@-network.conf": 12, "mintage@-credentials.conf": 5}


def analyze(*arguments, folder):
    program = shutil.which("systemd-analyze", path=PROGRAMS)
    if not program:
        raise Skip("systemd-analyze is not installed")
    done = subprocess.run([program, *arguments], stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, check=False,
                          env=dict(os.environ, SYSTEMD_UNIT_PATH=folder + ":",
                                   SYSTEMD_COLORS="0"))
    return done.returncode, done.stdout.decode()


@contextlib.contextmanager
def units(drop_in):
    """A folder of units: the socket, the service, one instance of it, and what
    changes it."""
    with tempfile.TemporaryDirectory() as folder:
        for name in ("mintage.socket", "mintage@.service"):
            shutil.copy(os.path.join(DEPLOY, name), folder)
        for name in ("mintage@.service", "mintage@1.service"):
            with open(os.path.join(folder, name), "w") as f:
                f.write(filled("mintage@.service", **{
                    "/usr/libexec/mintage/mintage.fcgi": RESPONDER}))
            if drop_in:
                path = os.path.join(folder, name + ".d")
                os.mkdir(path)
                with open(os.path.join(DEPLOY, drop_in)) as f:
                    text = f.read().replace(
                        "/usr/libexec/mintage/mintage.fcgi", RESPONDER)
                with open(os.path.join(path, "more.conf"), "w") as f:
                    f.write(text)
        yield folder


@case("systemd takes the units, as they are and with each drop-in")
def _():
    found = {name for name in os.listdir(DEPLOY)
             if name.startswith("mintage@-")}
    equal(found, set(DROP_INS) - {""}, "drop-ins in cgi/deploy")
    for drop_in in DROP_INS:
        with units(drop_in) as folder:
            _, text = analyze(
                "verify", "--man=no", "--recursive-errors=no",
                os.path.join(folder, "mintage.socket"),
                os.path.join(folder, "mintage@1.service"), folder=folder)
            equal([line for line in text.split("\n") if "mintage" in line],
                  [], f"what it says; {drop_in}")


@case("systemd counts the service among the safe ones")
def _():
    for drop_in, most in DROP_INS.items():
        with units(drop_in) as folder:
            status, text = analyze(
                "security", "--offline=true", f"--threshold={most}",
                os.path.join(folder, "mintage@1.service"), folder=folder)
            if "offline" in text and "unrecognized" in text:
                raise Skip("this systemd-analyze has no --offline")
            equal(status, 0, f"{drop_in}: {text[-200:]}")
            need("PrivateNetwork=" in text, text)
            equal(bool(re.search(r"^\S+ PrivateNetwork= .*no access", text,
                                 re.M)), "network" not in drop_in, drop_in)


@case("the service may make each call by which it confines itself")
def _():
    with open(os.path.join(DEPLOY, "mintage@.service")) as f:
        text = f.read()
    allowed, denied = set(), set()
    for words in re.findall(r"^SystemCallFilter=(.*)$", text, re.M):
        into = denied if words[0] == "~" else allowed
        for word in words.lstrip("~").split():
            into |= calls_of(word)
            (allowed if into is denied else denied).difference_update(
                calls_of(word))
    for call in ("seccomp", "landlock_create_ruleset", "landlock_add_rule",
                 "landlock_restrict_self", "prctl", "mlock", "mlock2",
                 "prlimit64", "socketpair", "fork", "execve"):
        need(call in allowed, f"{call} would end the process")
    for call in ("ptrace", "mount", "setuid", "chown", "bpf",
                 "process_vm_readv", "kexec_load", "init_module"):
        need(call not in allowed, call)


def calls_of(word):
    """The system calls of a group such as @system-service, or the one call."""
    if not word.startswith("@"):
        return {word}
    _, text = analyze("syscall-filter", word, folder="")
    found = set()
    for line in text.split("\n")[1:]:
        line = line.strip()
        if line and not line.startswith("#"):
            found |= calls_of(line)
    need(found, f"{word}: {text}")
    return found


# pool.sh ---------------------------------------------------------------------

class Pool(servers.Server):
    """The responders of pool.sh alone. Root starts them as someone else, as
    it does where they are a service."""

    def start(self):
        self.give_away()
        self.address = self.at("run", "mintage.sock")
        who = self.user or pwd.getpwuid(os.geteuid())
        self.user = None
        self.pool = self.spawn(
            "sh", self.at("libexec", "pool.sh"), PROCESSES="3",
            RESPONDER=self.at("libexec", "responder"), LISTEN=self.address,
            CONFIG=self.settings.path, RUN_AS=who.pw_name,
            WEB_GROUP=grp.getgrgid(who.pw_gid).gr_name)
        until(lambda: len(self.responders()) == 3
              and os.path.exists(self.address), "three responders")
        for pid in self.responders():
            equal(process_status(pid)["Uid"].split()[0], str(who.pw_uid))

    def ask(self, path, fields):
        body = json.dumps({**READ, **fields}).encode()
        connection = wire.Connection(self.address)
        connection.ask(wire.environment(
            "POST", path, len(body), token=self.settings.tokens["bulk"]),
            body)
        return connection


@case("pool.sh: so many responders on one socket, anew when one dies")
def _():
    with Pool() as pool:
        equal(stat.S_IMODE(os.stat(pool.address).st_mode), 0o660, "mode")
        first = pool.responders()
        os.kill(first[0], signal.SIGKILL)
        until(lambda: len(set(pool.responders()) - set(first)) == 1,
              "another takes its place")
        with pool.ask(single_path(), {"objects": ["a"]}) as connection:
            equal(wire.parse(connection.read()).status, 200)


@case("pool.sh: told to stop, it finishes what is under way")
def _():
    with Pool() as pool:
        keys = [f"docs/{number:07}" for number in range(20000)]
        with pool.ask(batch_path(), {"objects": keys}) as connection:
            connection.read(100000)
            pool.pool.terminate()
            time.sleep(0.1)
            equal(len(wire.parse(connection.read()).result), 20000)
        equal(pool.pool.wait(20), 0, "status")


@case("pool.sh: on TCP it warns that whoever connects may say who they are")
def _():
    with tempfile.TemporaryDirectory(prefix="mintage-") as folder:
        for name in ("spawn-fcgi", "multiwatch"):
            path = os.path.join(folder, name)
            with open(path, "w", encoding="utf-8") as f:
                f.write("#!/bin/sh\n")
            os.chmod(path, 0o755)
        for address, warns in (("10.0.0.11:9000", True), ("[::1]:9000", True),
                               ("127.0.0.1:9000", True),
                               (os.path.join(folder, "socket"), False)):
            done = subprocess.run(
                ["sh", os.path.join(DEPLOY, "pool.sh")], env={
                    "PATH": folder + ":" + os.environ["PATH"],
                    "LISTEN": address}, stderr=subprocess.PIPE, check=True)
            said = done.stderr.decode()
            equal(f"connect to {address} may say who they are" in said, warns,
                  f"{address}: {said}")
            equal("FCGI_WEB_SERVER_ADDRS" in said, warns, said)


# logrotate -------------------------------------------------------------------

def command_of_rotation():
    with open(os.path.join(DEPLOY, "logrotate")) as f:
        return re.search(r"^\t\t(pkill .*) \|\| :$", f.read(), re.M)[1]


@case("logrotate: signals every responder, by whatever script it was started")
def _():
    site = Site("fastcgi")
    try:
        script = os.path.join(site.folder, "portal.fcgi")
        with open(script, "w") as f:
            f.write(f"#!{RESPONDER} --config={site.settings.path}\n")
        os.chmod(script, 0o755)
        with socket.socket(socket.AF_UNIX) as listener:
            listener.bind(os.path.join(site.folder, "portal"))
            listener.listen(1)
            with subprocess.Popen([script], stdin=listener) as process:
                try:
                    wanted = {process.pid, *site.responders()}
                    # The very line, asking instead of signalling.
                    look = command_of_rotation().replace("pkill -HUP",
                                                         "pgrep")
                    until(lambda: wanted <= set(map(int, subprocess.run(
                        look, shell=True, stdout=subprocess.PIPE,
                        check=False).stdout.split())), "all are found")
                finally:
                    process.terminate()
    finally:
        site.kill()
        site.remove(False)


@case("logrotate: no line is lost, and the next are in the new file")
def _():
    program = shutil.which("logrotate", path=PROGRAMS)
    need(program, "logrotate is not installed")
    user = pwd.getpwuid(os.geteuid()).pw_name
    group = grp.getgrgid(os.getegid()).gr_name
    site = Site("fastcgi")
    try:
        log = site.settings.audit_log
        os.chmod(os.path.dirname(log), 0o755)
        until(lambda: len(site.responders()) == site.processes,
              "all responders")
        conf = os.path.join(site.folder, "logrotate.conf")
        with open(conf, "w") as f:
            f.write(filled("logrotate", **{
                "/var/log/mintage/audit.jsonl": log,
                "mintage mintage": f"{user} {group}",
                command_of_rotation(): "kill -HUP "
                + " ".join(map(str, site.responders()))}))
        before = [site.single({**READ, "objects": ["a"]}).id
                  for _ in range(20)]
        done = subprocess.run(
            [program, "--force", "--state",
             os.path.join(site.folder, "state"), conf],
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)
        equal((done.returncode, done.stdout), (0, b""))
        old, = [name for name in os.listdir(os.path.dirname(log))
                if name.startswith("audit.jsonl-")]
        old = os.path.join(os.path.dirname(log), old)
        # The signal is heeded between two requests, by each of them.
        until(lambda: not any(is_open(pid, old) for pid in site.responders()),
              "the old file is closed")
        after = [site.single({**READ, "objects": ["b"]}).id
                 for _ in range(20)]
        for path, wanted in ((old, before), (log, after)):
            with open(path, encoding="utf-8") as f:
                lines = [json.loads(line) for line in f]
            equal([(line["request"], line["event"]) for line in lines],
                  [(request, event) for request in wanted
                   for event in ("issue", "outcome")], path)
        equal(stat.S_IMODE(os.stat(log).st_mode), 0o640, "mode")
        site.stop()
    finally:
        site.kill()
        site.remove(False)


@case("logrotate: a log that grows is rotated early, as often as that happens")
def _():
    program = shutil.which("logrotate", path=PROGRAMS)
    need(program, "logrotate is not installed")
    user = pwd.getpwuid(os.geteuid()).pw_name
    group = grp.getgrgid(os.getegid()).gr_name
    with tempfile.TemporaryDirectory(prefix="mintage-rotate-") as folder:
        os.chmod(folder, 0o755)
        log = os.path.join(folder, "audit.jsonl")
        conf = os.path.join(folder, "logrotate.conf")
        text = filled("logrotate", **{
            "/var/log/mintage/audit.jsonl": log, "maxsize 100M": "maxsize 1k",
            "mintage mintage": f"{user} {group}",
            command_of_rotation(): "true"})
        with open(conf, "w") as f:
            f.write(text)
        wanted = []
        for size in (100, 2000, 2001, 100, 2002):
            with open(log, "a") as f:
                f.truncate(0)
                f.write("x" * size)
            if size > 1024:
                wanted.append(size)
                time.sleep(1.1)     # the name of an old log has its second
            done = subprocess.run(
                [program, "--state", os.path.join(folder, "state"), conf],
                stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)
            equal((done.returncode, done.stdout), (0, b""))
        # Each is packed when the next comes, so ask how long it was.
        old = sorted(name for name in os.listdir(folder)
                     if name.startswith("audit.jsonl-"))
        equal([unpacked_size(os.path.join(folder, name)) for name in old],
              wanted)


def unpacked_size(path):
    with (gzip.open if path.endswith(".gz") else open)(path, "rb") as f:
        return len(f.read())


def is_open(pid, path):
    """Whether a process has that file open; where that can't be seen, wait a
    little instead. What is closed while it is looked at is not open."""
    try:
        names = os.listdir(f"/proc/{pid}/fd")
    except PermissionError:
        time.sleep(0.5)
        return False
    for name in names:
        with contextlib.suppress(FileNotFoundError):
            if os.readlink(f"/proc/{pid}/fd/{name}") == path:
                return True
    return False


if __name__ == "__main__":
    main()
