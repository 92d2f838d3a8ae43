"""The servers under soak: lighttpd and Apache as their owners set them up, with
small disks for the audit log and for state-dir, a clock that can be stepped,
and a parent that Cloudflare signs for."""
import base64
import os
import secrets
import shutil

from harness import ACCOUNT, BUILD, PORTAL, SANITIZED, USERS
import preload
import servers

from asking import CLOUDS, DOWN, RATIONED
from disk import Disk

ONLINE = os.path.join(BUILD, "mintage-online")
REMOTE = "c10dc10dc10dc10dc10dc10dc10dc10d"
TOKEN = "Api-" + secrets.token_urlsafe(30)

RATE, DAILY = 25, 60    # requests and entries a day of a caller with limits
DOWNLOADS = 3           # for each link that is counted
TTLS = (600, 1800)      # max-ttl of the caller web, before and after a reload
BROKEN = "[mintage]\nno-such-key = 1\n"


class Soaked:
    """What is the same for each server; comes before the server's class."""

    has_disks = False       # may this process mount something?

    def __init__(self, cloud):
        self.cloud = cloud
        self.version = 0
        self.rotated = 0
        self.disks = {}
        super().__init__()

    # The folder

    def fill_folder(self):
        for name in ("record", "state"):
            os.mkdir(self.at(name), 0o700)
            self.disks[name] = Disk(self.at(name))
            if self.has_disks:
                self.disks[name].make()
        self.write("clock", f"{0:<20}\n")
        self.change(self.settings)
        self.settings.write()
        super().fill_folder()
        if os.path.exists(ONLINE):
            shutil.copy(ONLINE, self.at("libexec"))

    def change(self, settings):
        settings.audit_log = self.at("record", "audit.jsonl")
        settings.sections["mintage"].update({
            "audit-log": settings.audit_log, "state-dir": self.at("state"),
            "api-deadline": "8"})
        settings.sections["caller web"]["max-ttl"] = str(TTLS[0])
        for number in range(RATIONED):
            settings.add_bearer(
                f"ration{number}", parents="portal", buckets=DOWN,
                permissions="object-read-only", prefixes="*",
                rate=f"{RATE}/day", daily_entries=str(DAILY))
        self.add_downloads(settings)
        if self.cloud:
            self.add_cloud(settings)

    def add_downloads(self, settings):
        self.link_secret = secrets.token_hex(32)
        settings.secrets["links"] = self.link_secret    # to be in no log
        path = self.write("keys/link.secret", self.link_secret + "\n", 0o600)
        common = {"account": "main", "bucket": DOWN, "prefix": "public/",
                  "parent": "portal", "ttl": "900"}
        settings.add("download files", path="/files/", open_to="everyone",
                     **common)
        settings.add("download counted", path="/counted/", open_to="link",
                     link="signed", link_secret_file=path,
                     max_downloads=str(DOWNLOADS), **common)

    def add_cloud(self, settings):
        with open(self.cloud.ca, encoding="ascii") as f:
            authority = self.write("keys/ca.pem", f.read())
        settings.secrets["API token"] = TOKEN
        self.cloud.host = settings.host
        settings.sections["mintage"]["api-ca-file"] = authority
        settings.sections["account main"]["api-endpoint"] = self.cloud.url
        settings.add("parent remote", account="main", access_key_id=REMOTE,
                     permission="object-read-write", buckets=CLOUDS,
                     signer="cloudflare", api_token_file=self.write(
                         "keys/api.token", TOKEN + "\n", 0o600))
        settings.add_bearer("sky", parents="remote", buckets=CLOUDS,
                            permissions="object-read-only", prefixes="*")

    def launcher(self):
        if SANITIZED:       # the sanitizer's library must come first
            return super().launcher()
        return preload.launcher(self)

    # What its owner does

    def later(self, seconds):
        """From now on, it is so many seconds later here."""
        with open(self.at("clock"), "r+", encoding="utf-8") as f:
            f.write(f"{seconds:<20}\n")

    def rename_log(self):
        """What logrotate does before it signals. Returns whether there was a
        log."""
        self.rotated += 1
        try:
            os.rename(self.settings.audit_log,
                      f"{self.settings.audit_log}.{self.rotated}")
        except FileNotFoundError:
            return False
        return True

    def write_version(self):
        """Write the other configuration of two."""
        self.version = 1 - self.version
        self.settings.sections["caller web"]["max-ttl"] = \
            str(TTLS[self.version])
        self.settings.write()

    def write_broken(self):
        path = self.settings.path
        with open(path + ".new", "w", encoding="utf-8") as f:
            f.write(BROKEN)
        os.replace(path + ".new", path)

    def remove(self):
        for disk in self.disks.values():
            disk.remove()
        shutil.rmtree(self.folder, ignore_errors=True)

    def stop(self):
        self.stop_processes()
        self.remove()

    # For its clients

    def description(self):
        """All that a client has to know, as JSON can hold it."""
        return {
            "name": self.name, "port": self.port, "mount": self.mount,
            "login_mount": self.login_mount, "tokens": self.settings.tokens,
            "logins": {"chief": "Basic " + base64.b64encode(
                f"chief:{USERS['chief']}".encode()).decode()},
            "account": ACCOUNT, "remote": REMOTE, "host": self.settings.host,
            "secrets": {PORTAL: self.settings.secrets[PORTAL],
                        **({REMOTE: self.cloud.parents[REMOTE]}
                           if self.cloud else {})},
            "link_secret": self.link_secret,
            "receipts": self.at("receipts")}


class Lighttpd(Soaked, servers.LighttpdFastcgi):
    pass


class Fcgid(Soaked, servers.ApacheFcgid):
    def module_settings(self):
        # So many processes are killed that the module would wait before it
        # starts others.
        return super().module_settings() + "FcgidSpawnScoreUpLimit 10000\n"


class Cgid(Soaked, servers.ApacheCgid):
    pass


PLACES = {"lighttpd": Lighttpd, "fcgid": Fcgid, "cgid": Cgid}
