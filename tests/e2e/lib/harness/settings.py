"""The cast of all suites: a configuration, its parents and its callers."""
import hashlib
import os
import secrets
import shutil

from .places import SRC

ACCOUNT = "0a1b2c3d4e5f60718293a4b5c6d7e8f9"
EUROPE = "f9e8d7c6b5a4938271605f4e3d2c1b0a"
FOREIGN = "00000000000000000000000000000000"

PORTAL = "11112222333344445555666677778888"
ARCHIVE = "9999aaaabbbbccccddddeeeeffff0000"
BERLIN = "abcdefabcdefabcdefabcdefabcdefab"

R2_HOST = "r2.cloudflarestorage.com"

# Passwords of the web server's own users.
USERS = {"ann": "ann's word", "chief": "chief's word"}


def templates(folder):
    """The source's templates, or a copy in `folder` where strict modes refuse
    them: the source may belong to somebody else than who runs the tests."""
    path = source = os.path.join(SRC, "templates")
    while True:
        found = os.stat(path)
        if (found.st_uid not in (0, os.geteuid())
                or found.st_mode & 0o022 and not found.st_mode & 0o1000):
            break
        if path == "/":
            return source
        path = os.path.dirname(path)
    copy = os.path.join(folder, "source-templates")
    os.makedirs(copy, exist_ok=True)
    for name in os.listdir(source):
        shutil.copyfile(os.path.join(source, name), os.path.join(copy, name))
    return copy


class Settings:
    """A configuration, section by section, and the secrets behind it.

    Parents: PORTAL may read and write portal-downloads, portal-uploads and
    shared; ARCHIVE may read archive and shared; BERLIN may do all with the
    bucket berlin, which is in an EU account.
    Callers: web (reads public/ and users/ann/), drop (only writes incoming/),
    bulk (reads and writes all of PORTAL's and reads ARCHIVE's), admin
    (BERLIN's all) come with a token; any user has users/NAME/, and the user
    chief everything.
    """

    def __init__(self, folder, endpoint=None):
        self.folder = folder
        self.path = os.path.join(folder, "mintage.conf")
        self.audit_log = os.path.join(folder, "log", "audit.jsonl")
        self.secrets = {name: secrets.token_hex(32)
                        for name in (PORTAL, ARCHIVE, BERLIN)}
        self.tokens = {}
        self.sections = {}
        self.host = f"{ACCOUNT}.{R2_HOST}"
        self.add("mintage", templates=templates(folder),
                 max_body="32M", max_entries="150000",
                 audit_log=self.audit_log, require_https="yes",
                 refusal_rate="none")
        self.add("account main", id=ACCOUNT)
        if endpoint:
            self.host = endpoint.split("/")[-1]
            self.sections["account main"]["endpoint"] = endpoint
        self.add("account europe", id=EUROPE, jurisdiction="eu")
        self.add_parent("portal", PORTAL, "main", "object-read-write",
                        "portal-downloads portal-uploads shared")
        self.add_parent("archive", ARCHIVE, "main", "object-read-only",
                        "archive shared")
        self.add_parent("berlin", BERLIN, "europe", "admin-read-write",
                        "berlin")
        self.add_callers()

    def add_callers(self):
        self.add_bearer("web", parents="portal", buckets="portal-downloads",
                        permissions="object-read-only", max_ttl="3600",
                        prefixes="public/ users/ann/", max_entries="100")
        self.add_bearer("drop", parents="portal", buckets="portal-uploads",
                        permissions="object-write-only", prefixes="incoming/")
        self.add_bearer("bulk", parents="portal archive",
                        buckets="portal-downloads portal-uploads archive "
                        "shared", permissions="object-read-write",
                        prefixes="*", whole_bucket="yes", max_ttl="604800")
        self.add_bearer("admin", parents="berlin", buckets="berlin",
                        permissions="admin-read-write", whole_bucket="yes",
                        max_ttl="604800")
        self.add("caller office", remote_user="*", parents="portal",
                 buckets="portal-downloads", permissions="object-read-write",
                 prefixes="users/{user}/")
        self.add("caller chief", remote_user="chief", parents="portal",
                 buckets="portal-downloads", permissions="object-read-write",
                 prefixes="*")

    def add(self, section, **settings):
        self.sections[section] = {name.replace("_", "-"): value
                                  for name, value in settings.items()}

    def add_parent(self, name, key_id, account, permission, buckets):
        path = os.path.join(self.folder, "keys", name + ".secret")
        with open(os.open(path, os.O_WRONLY | os.O_CREAT, 0o600), "w") as f:
            f.write(self.secrets[key_id] + "\n")
        self.add("parent " + name, account=account, access_key_id=key_id,
                 secret_access_key_file=path, permission=permission,
                 buckets=buckets, signer="local")

    def add_bearer(self, name, **settings):
        token = self.tokens[name] = "Tk-" + secrets.token_urlsafe(32)
        digest = hashlib.sha256(token.encode()).hexdigest()
        self.add("caller " + name, bearer_sha256=digest, **settings)

    def write(self):
        with open(self.path + ".new", "w", encoding="utf-8") as f:
            for section, settings in self.sections.items():
                f.write(f"[{section}]\n")
                for name, value in settings.items():
                    f.write(f"{name} = {value}\n")
                f.write("\n")
        os.replace(self.path + ".new", self.path)
