#!/usr/bin/python3
"""apt installs from a repository below /files/: into a system of its own, a
folder, that any user may have."""
import email.utils
import hashlib
import os
import shutil
import sys

sys.path.insert(1, sys.path[0] + "/../lib")
from harness import Skip, equal, main, need
from portal import USER, Portal, line, read, run, write

CONFIG = """
Dir "{root}";
Dir::Bin::dpkg "/usr/bin/dpkg";
Dir::Bin::methods "/usr/lib/apt/methods";
Dir::Log "{root}/var/log/apt";
Dir::State::status "{root}/var/lib/dpkg/status";
APT::Architecture "{architecture}";
APT::Architectures {{ "{architecture}"; }};
APT::Sandbox::User "";
APT::Install-Recommends "no";
Acquire::Languages "none";
Acquire::Retries "0";
Acquire::http::Proxy "DIRECT";
DPkg::Options {{ "--root={root}"; "--force-not-root"; "--force-bad-path";
                "--no-triggers"; }};
"""
CONTROL = """Package: {name}
Version: {version}
Architecture: all
Maintainer: Nobody <nobody@example.org>
Description: a file from behind a redirect
"""


class AptPortal(Portal):
    """Has a repository at /files/apt/, and a system that knows it."""

    def __init__(self):
        super().__init__()
        self.root = self.place()
        for name in ("etc/apt/apt.conf.d", "etc/apt/preferences.d",
                     "var/lib/apt/lists/partial", "var/log/apt",
                     "var/cache/apt/archives/partial", "var/lib/dpkg/info",
                     "var/lib/dpkg/updates"):
            os.makedirs(os.path.join(self.root, name))
        write(b"", self.root, "var/lib/dpkg/status")
        self.source("files")

    def source(self, section):
        """Let the system know the repository by an address of a section."""
        write(f"deb [trusted=yes] {self.url(section, 'apt')} stable main\n"
              .encode(), self.root, "etc/apt/sources.list")

    @property
    def architecture(self):
        out, _ = run(["dpkg", "--print-architecture"], self.root)
        return out.decode().strip()

    def apt(self, *arguments):
        """What apt-get says. Where there is no apt, skip the case."""
        for name in ("apt-get", "dpkg", "dpkg-deb"):
            if not shutil.which(name):
                raise Skip(f"{name} is Debian's, and not here")
        write(CONFIG.format(root=self.root, architecture=self.architecture)
              .encode(), self.root, "apt.conf")
        out, said = run(["apt-get", "-y", *arguments], self.root,
                        APT_CONFIG=os.path.join(self.root, "apt.conf"),
                        DEBIAN_FRONTEND="noninteractive")
        return out.decode() + said

    def publish(self, *versions):
        """Put these versions of one package into the bucket, with the lists
        that apt reads."""
        packages = ""
        for version in versions:
            body = self.package("mintage-tried", version)
            path = f"pool/mintage-tried_{version}_all.deb"
            self.put("apt/" + path, body)
            packages += (
                CONTROL.format(name="mintage-tried", version=version)
                + f"Filename: {path}\nSize: {len(body)}\n"
                f"SHA256: {hashlib.sha256(body).hexdigest()}\n\n")
        name, body = "main/binary-all/Packages", packages.encode()
        self.put("apt/dists/stable/" + name, body)
        self.put("apt/dists/stable/Release", (
            "Suite: stable\nCodename: stable\nComponents: main\n"
            f"Date: {email.utils.formatdate(usegmt=True)}\n"
            f"Architectures: all {self.architecture}\nSHA256:\n"
            f" {hashlib.sha256(body).hexdigest()} {len(body)} {name}\n")
            .encode())

    def package(self, name, version):
        folder = self.place()
        tree = os.path.join(folder, "tree")
        os.makedirs(os.path.join(tree, "DEBIAN"))
        os.makedirs(os.path.join(tree, "usr/share", name))
        write(CONTROL.format(name=name, version=version).encode(),
              tree, "DEBIAN/control")
        write(f"this is {version}\n".encode() * 1000, tree, "usr/share",
              name, "text")
        for path in (tree, os.path.join(tree, "DEBIAN")):
            os.chmod(path, 0o755)
        run(["dpkg-deb", "--root-owner-group", "-b", tree, "out.deb"], folder)
        return read(folder, "out.deb")

    def installed(self):
        return read(self.root, "usr/share/mintage-tried/text")


@line("apt-get update", "the lists of a repository below /files/")
def _(portal):
    portal.publish("1.0")
    said = portal.apt("update")
    need("Get:" in said and "Packages" in said, said)
    equal({entry.method for entry in portal.came()}, {"GET"})
    portal.no_authorization()


@line("apt-get update, again", "304 for what is as it was")
def _(portal):
    said = portal.apt("update")
    need("Hit:" in said, said)
    need(("GET", 304) in {(entry.method, entry.status)
                          for entry in portal.came()}, said)
    portal.no_authorization()


@line("apt-get install", "a package, with its files in their place")
def _(portal):
    portal.apt("install", "mintage-tried")
    equal(portal.installed(), b"this is 1.0\n" * 1000)
    entry, = portal.asked("GET")
    equal(entry.key, "public/apt/pool/mintage-tried_1.0_all.deb")


@line("apt-get upgrade", "a new version, when there is one")
def _(portal):
    portal.r2.clock_offset = 10     # the new lists are younger
    portal.publish("1.0", "1.1")
    portal.apt("update")
    portal.apt("upgrade")
    equal(portal.installed(), b"this is 1.1\n" * 1000)
    portal.no_authorization()


@line("apt-get with auth.conf", "a login that R2 does not get",
      cell=("apt-get", "login"))
def _(portal):
    portal.source("people")
    write("machine http://{}:{}/people login {} password {}\n".format(
        portal.host, portal.port, *USER).encode(),
          portal.root, "etc/apt/auth.conf")
    portal.apt("update")
    portal.apt("clean")
    portal.apt("install", "--reinstall", "mintage-tried")
    entry = portal.came()[-1]
    equal((entry.status, entry.key),
          (200, "public/apt/pool/mintage-tried_1.1_all.deb"))
    portal.no_authorization()


if __name__ == "__main__":
    main(AptPortal)
