#!/usr/bin/python3
"""make install and uninstall: what goes where, what is kept, what is left; and
the sample of a configuration that comes along."""
import contextlib
import glob
import os
import re
import stat
import subprocess
import sys
import tempfile

sys.path.insert(1, sys.path[0] + "/../lib")
from harness import BUILD, SRC, case, equal, main, need
import sample

PLACES = ["prefix=/usr", "sysconfdir=/etc", "libexecdir=/usr/libexec",
          "datarootdir=/usr/share", "docdir=/usr/share/doc/mintage"]

# Whose absence or other mode somebody would notice.
EXPECTED = {
    "usr/bin/mintage": 0o755,
    "usr/libexec/mintage/mintage.fcgi": 0o755,
    "usr/share/mintage/templates/json.tmpl": 0o644,
    "usr/share/man/man1/mintage.1": 0o644,
    "usr/share/man/man5/mintage.conf.5": 0o644,
    "usr/share/man/man8/mintage.fcgi.8": 0o644,
    "usr/share/bash-completion/completions/mintage": 0o644,
    "usr/share/doc/mintage/README.md": 0o644,
    "usr/share/doc/mintage/SECURITY.md": 0o644,
    "usr/share/doc/mintage/deploy/mintage@.service": 0o644,
    "usr/share/doc/mintage/deploy/mintage@-network.conf": 0o644,
    "usr/share/doc/mintage/deploy/mintage@-credentials.conf": 0o644,
    "etc/mintage/mintage.conf": 0o640,
}


def make(goal, root):
    done = subprocess.run(
        ["make", "-f", "Makefile", goal, "DESTDIR=" + root, *PLACES],
        cwd=BUILD, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        check=False)
    need(done.returncode == 0, done.stdout.decode())


@contextlib.contextmanager
def installed():
    with tempfile.TemporaryDirectory() as folder:
        root = os.path.join(folder, "a root")   # DESTDIR may have a blank
        make("install", root)
        yield root


def files(root):
    """All but folders, as paths below the root."""
    return {os.path.relpath(os.path.join(path, name), root)
            for path, _, names in os.walk(root) for name in names}


def run(*command, **more):
    return subprocess.run(command, stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE, check=False, text=True,
                          **more)


def asked_by(name):
    """The functions and data that an object file needs of others."""
    done = run("nm", "-u", os.path.join(BUILD, name))
    equal(done.returncode, 0, done.stderr)
    # The compiler's own: stack protector, sanitizers, __memcpy_chk.
    return {re.sub("^__(.+)_chk$", r"\1", symbol) for symbol in (
        line.split()[-1] for line in done.stdout.splitlines()
        if line[:1] == " ")
        if not re.match("__(asan|ubsan|stack_chk|sanitizer)|_GLOBAL_", symbol)}


@case("minting and links ask for no heap, no stdio, no library but the hashes")
def _():
    plain = {"memcpy", "memmove", "memset", "memcmp", "strlen",
             "explicit_bzero"}
    # The last is what `make coverage` counts with.
    codes = "(base64|base64url|digest_sha256|digest_hmac|hex|__gcov)_|"
    for name, needed, ours in (
            ("lib/sign/mint.o", "digest_sha256_end",
             "escape_json$|(action|permission)_names$"),
            ("lib/links/signed.o", "digest_hmac_end",
             "escape_url_path$|decimal_write$|links_part_|slice_split$"),
            ("lib/links/waf.o", "digest_hmac_end",
             "escape_url_path$|decimal_write$"),
            ("lib/base/decimal.o", None, "-"),
            ("cgi/issue/own_link.o", "waf_link", "links_signed_|waf_")):
        asked = asked_by(name)
        need(needed is None or needed in asked, f"{name}: {asked}")
        equal({symbol for symbol in asked
               if not re.match(codes + ours, symbol)} - plain, set(), name)


@case("install: each file in its place, with its mode")
def _():
    with installed() as root:
        for name, mode in EXPECTED.items():
            path = os.path.join(root, name)
            need(os.path.isfile(path), f"{name} is not there")
            equal(oct(stat.S_IMODE(os.stat(path).st_mode)), oct(mode), name)
        for source, place in (("templates/*.tmpl", "mintage/templates"),
                              ("cgi/man/*.[1578]", "man/man?")):
            for path in glob.glob(os.path.join(SRC, source)):
                need(glob.glob(os.path.join(root, "usr/share", place,
                                            os.path.basename(path))),
                     f"{path} is not installed")
        equal(os.readlink(root + "/usr/libexec/mintage/mintage.cgi"),
              "mintage.fcgi")
        for name in files(root):
            path = os.path.join(root, name)
            mode = stat.S_IMODE(os.lstat(path).st_mode)
            need(os.path.islink(path) or not mode & 0o022,
                 f"{name} has mode {mode:o}")


@case("install: what is there runs")
def _():
    with installed() as root:
        done = run(root + "/usr/bin/mintage", "--version")
        need(done.stdout.startswith("mintage "), done.stderr)
        equal(run(root + "/usr/libexec/mintage/mintage.cgi",
                  "--version").stdout, done.stdout)
        done = run("bash", "-c", '. "$1"; COMP_WORDS=(mintage ins); '
                   'COMP_CWORD=1; _mintage; echo "${COMPREPLY[@]}"', "bash",
                   root + "/usr/share/bash-completion/completions/mintage")
        equal((done.stdout, done.stderr), ("inspect\n", ""), "completed")
        path = root + "/hosts.conf"
        with open(path, "w") as f:
            f.write("[domain a.example.org]\n[domain b.example.org]\n")
        done = run("bash", "-c", '. "$1"; COMP_CWORD=5; COMP_WORDS=(mintage '
                   'check --config "$2" --waf-rule b); _mintage; '
                   'echo "${COMPREPLY[@]}"', "bash", root + "/usr/share/"
                   "bash-completion/completions/mintage", path)
        equal((done.stdout, done.stderr), ("b.example.org\n", ""), "a host")
        path = os.path.join(root, "a.conf")
        with open(path, "w") as f:
            f.write("[parent p]\n[download files]\n[domain f.example.org]\n")
        done = run("bash", "-c", '. "$1"; COMP_WORDS=(mintage sign --config '
                   '"$2" --section ""); COMP_CWORD=5; _mintage; '
                   'echo "${COMPREPLY[@]}"', "bash",
                   root + "/usr/share/bash-completion/completions/mintage",
                   path)
        equal((done.stdout, done.stderr), ("files f.example.org\n", ""),
              "sections completed")


@case("a configuration that is there already is left alone")
def _():
    with installed() as root:
        path = root + "/etc/mintage/mintage.conf"
        with open(path, "w") as f:
            f.write("[mintage]\n")
        os.chmod(path, 0o600)
        make("install", root)
        with open(path) as f:
            equal(f.read(), "[mintage]\n")
        equal(stat.S_IMODE(os.stat(path).st_mode), 0o600, "mode")
        make("uninstall", root)
        equal(files(root), {"etc/mintage/mintage.conf"}, "what is left")


@case("uninstall leaves nothing, the folders that are ours included")
def _():
    with installed() as root:
        make("uninstall", root)
        equal(files(root), set(), "what is left")
        left = [path for path, _, _ in os.walk(root)
                if os.path.basename(path) == "mintage"]
        equal(left, [], "folders left")


def check(text):
    """`mintage check` of a configuration whose secrets are there."""
    with tempfile.TemporaryDirectory() as folder:
        text = re.sub(r"^;?audit-log = /.*$", "audit-log = audit.jsonl", text,
                      flags=re.M)
        for name in re.findall(r"^(?:secret-access-key-|api-token-|"
                               r"link-secret-|secret-)file = (.*)",
                               text, re.M):
            path = os.path.join(folder, name)
            with open(os.open(path, os.O_WRONLY | os.O_CREAT, 0o600),
                      "w") as f:
                f.write("0" * 64 + "\n")
        os.mkdir(os.path.join(folder, "state"), 0o700)
        text = re.sub(r"^state-dir = .*", "state-dir = state", text,
                      flags=re.M)
        path = os.path.join(folder, "mintage.conf")
        with open(path, "w") as f:
            f.write(text)
        return run(os.path.join(BUILD, "mintage"), "check", "--config", path)


@case("the sample as it comes is sound, and grants nothing to anyone")
def _():
    done = check(sample.text())
    equal(done.returncode, 0)
    equal(re.findall("there is no (.+?) section", done.stderr),
          ["[parent]", "[caller]"])
    for word in ("\ncaller ", "\nparent ", "\naccount "):
        need(word not in done.stdout, done.stdout)


@case("the sample with every line in force is sound")
def _():
    text = re.sub(r"^(?:;|#     )([a-z-]+ =)", r"\1", sample.text(),
                  flags=re.M)
    with tempfile.TemporaryDirectory() as shares:
        done = check(sample.with_values(sample.in_force(text),
                                        shares_dir=shares))
    equal((done.returncode, without_md5(done.stderr)), (0, ""))
    for word in ("\ncaller web\n", "\nparent portal\n", "\naccount main\n",
                 "\ndownload files\n", "\ndownload links\n",
                 "\ndomain files.example.org\n"):
        need(word in done.stdout, done.stdout)


@case("the sample has every key of the manual, and its defaults")
def _():
    with open(os.path.join(SRC, "cgi/man/mintage.conf.5")) as f:
        manual = f.read().split(".Sh AUDIT LOG")[0]
    keys = set(re.findall(r"^\.It Cm (\S+) No = ", manual, re.M))
    need(len(keys) > 20, f"only {keys}")
    found = re.findall(r"^(?:;|#     )?([a-z0-9-]+) = ", sample.text(), re.M)
    equal(sorted(keys - set(found)), [], "keys that are missing")
    # Shown as the defaults of [mintage], so in force they change nothing.
    head, rest = sample.text().split(";[account", 1)
    # [caller here] without it is warned of.
    head = head.replace("\n;trusted-proxies", "\ntrusted-proxies")
    same = re.sub(r"^;(?!templates|public-url|state-dir|api-proxy|"
                  "shares-dir|stranger-rate|"
                  "api-ca-file)", "", head, flags=re.M)
    rest = sample.in_force(";[account" + rest)
    equal(summary(check(same + rest)), summary(check(head + rest)))


def without_md5(said):
    """What was said but for the warning that one kind of link is weak, which
    the sample names for its keys."""
    rest, count = re.subn(r"^\S+: warning: links of kind secure-link-md5 in "
                          r"\[download links\] are made by MD5.*\n", "", said,
                          flags=re.M)
    equal(count, 1, said)
    return rest


def summary(done):
    equal((done.returncode, without_md5(done.stderr)), (0, ""))
    return re.sub(r"/tmp/[^/]*/|\S*/templates\b", "", done.stdout)


if __name__ == "__main__":
    main()
