"""A folder with a configuration, an audit log and what is counted."""
import base64
import hashlib
import hmac
import json
import os
import secrets
import shutil
import tempfile
import time

from answers import received
from harness import ACCOUNT, Settings
from logs import FileLog

# A disk would be waited for with each record.
MEMORY = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None


class Place:
    """What one row of a table is run in."""

    def __init__(self, change=None):
        self.folder = tempfile.mkdtemp(prefix="mintage-torture-", dir=MEMORY)
        for name in ("keys", "log", "tmp", "state", "shares"):
            os.makedirs(os.path.join(self.folder, name), 0o700)
        self.settings = Settings(self.folder)
        self.word = secrets.token_hex(32)
        self.number = 0
        self.set_up()
        self.log = FileLog(self.settings.audit_log)
        self.ends = [lambda: self.log.close()]
        self.token = None   # for `mintage inspect`
        self.last = b""     # the answer before
        self.answers = self.entries = self.strangers = 0
        if change:
            change(self)
        self.settings.write()
        self.torn = 0

    def set_up(self):
        settings = self.settings
        secret = os.path.join(self.folder, "keys", "link.secret")
        with open(os.open(secret, os.O_WRONLY | os.O_CREAT, 0o600),
                  "w") as file:
            file.write(self.word + "\n")
        settings.sections["mintage"].update({
            "state-dir": os.path.join(self.folder, "state"),
            "shares-dir": os.path.join(self.folder, "shares"),
            "audit-sync": "yes", "request-timeout": "2",
            "public-url": "https://files.example.org/mint"})
        settings.add("download files", path="/get/", account="main",
                     bucket="portal-downloads", prefix="public/",
                     parent="portal", open_to="link", link="signed",
                     link_secret_file=secret,
                     max_downloads="3")

    def signed(self):
        """A link of [download files] that nobody has used."""
        self.number += 1
        key = f"f-{self.number:06}"
        until = int(time.time()) + 86400
        code = hmac.digest(self.word.encode(), f"/{key}\n{until}".encode(),
                           "sha256")
        text = base64.urlsafe_b64encode(code).decode().rstrip("=")
        return f"/get/{key}", f"expires={until}&signature={text}"

    def share(self, keys, **more):
        """Write the file of a new share of the caller bulk, as cgi/share/file.h
        describes it. Returns the path of the share."""
        random = secrets.token_bytes(16)
        name = hashlib.sha256(b"mintage share\n" + random).hexdigest()[:32]
        head = {"share": 1, "created": int(time.time()),
                "expires": int(time.time()) + 86400, "ttlSeconds": 600,
                "maxDownloads": 0, "count": len(keys), "folder": 0,
                "caller": "bulk", "user": "", "account": ACCOUNT,
                "parent": "portal", "bucket": "portal-downloads",
                "requestId": "0" * 32, "title": "T", "message": "M", **more}
        text = json.dumps(head).encode().ljust(16383) + b"\n"
        places = b""
        for key in keys:
            places += b"%016x\n" % len(text)
            text += json.dumps({"key": key}).encode() + b"\n"
        path = os.path.join(self.folder, "shares", name)
        with open(os.open(path, os.O_WRONLY | os.O_CREAT, 0o600),
                  "wb") as file:
            file.write(text + places)
        return "/s/" + base64.urlsafe_b64encode(random).decode().rstrip("=")

    def take(self, output):
        """Count what an answer hands out, and to how many nothing because it
        does not know them."""
        self.last = output
        count = received(output)
        self.answers += count > 0
        self.entries += count
        self.strangers += output.startswith(b"Status: 401")

    def remove(self):
        for end in self.ends:
            end()
        shutil.rmtree(self.folder, ignore_errors=True)

    # What was recorded

    def records(self):
        """The lines of the audit log since the last call. What is no line is
        counted in `torn`."""
        lines = []
        for line in self.log.read().split(b"\n"):
            try:
                if line:
                    lines.append(json.loads(line))
            except ValueError:
                self.torn += 1
        return lines

    def is_log_torn(self):
        """Whether it ends within a line."""
        return self.log.is_torn()

    def sanitizer(self):
        """What a sanitizer has said, and then forgotten."""
        said = ""
        folder = os.path.join(self.folder, "log")
        for name in sorted(os.listdir(folder)):
            if name.startswith("sanitizer"):
                with open(os.path.join(folder, name), errors="replace") as f:
                    said += f.read()
                os.unlink(os.path.join(folder, name))
        return said
