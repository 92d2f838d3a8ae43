"""What every served configuration can be asked, and what it has written."""
import base64
import contextlib
import glob
import http.client
import json
import os
import re

from .answer import Answer, no_twins, query
from .settings import ACCOUNT, USERS
from .tap import equal, need, until


class Service:
    """A configuration that a web server serves on a loopback port.

    A subclass starts the server and sets `folder`, `settings`, `port`, `mount`
    and `issued`.
    """

    @contextlib.contextmanager
    def changed(self, section, **settings):
        """For a while, the file has other settings in a section. A
        responder that runs already reads them at SIGHUP, and only then."""
        found = self.settings.sections[section]
        self.settings.sections[section] = {**found, **{
            name.replace("_", "-"): value
            for name, value in settings.items()}}
        self.settings.write()
        try:
            yield
        finally:
            self.settings.sections[section] = found
            self.settings.write()

    # Asking

    def request(self, method, path, body=None, token=None, mount=None,
                headers=(), **more):
        """Send one request and return its Answer. `path` is relative to the
        mount. `token` is a caller's name or a token. json=... makes a JSON
        body. A header whose value is None is not sent."""
        headers = dict(headers)
        if "json" in more:
            body = json.dumps(more.pop("json"))
            headers.setdefault("Content-Type", "application/json")
        if isinstance(body, str):
            body = body.encode("utf-8")
        if token is not None:
            token = self.settings.tokens.get(token, token)
            headers["Authorization"] = "Bearer " + token
        headers = {name: value for name, value in headers.items()
                   if value is not None}
        connection = http.client.HTTPConnection("127.0.0.1", self.port,
                                                timeout=170)
        try:
            # The server may refuse and close before it has read the body.
            with contextlib.suppress(BrokenPipeError, ConnectionResetError):
                connection.request(method, (mount or self.mount) + path, body,
                                   headers, **more)
            response = connection.getresponse()
            return Answer(response.status, response.msg, response.read())
        finally:
            connection.close()

    def single(self, fields, token="bulk", account=ACCOUNT, **more):
        return self.request(
            "POST", f"/accounts/{account}/r2/temp-access-credentials",
            token=token, json=fields, **more)

    def batch(self, fields, token="bulk", account=ACCOUNT, **more):
        return self.request("POST", batch_path(account), token=token,
                            json=fields, **more)

    def manifest(self, body, content_type, token="bulk", account=ACCOUNT,
                 accept=None, **fields):
        """Send a bare manifest as the body. The fields go into the query."""
        return self.request("POST", batch_path(account) + query(**fields),
                            body, token, headers={
                                "Content-Type": content_type,
                                "Accept": accept})

    def as_user(self, name, path, **more):
        word = base64.b64encode(f"{name}:{USERS[name]}".encode()).decode()
        headers = {"Authorization": "Basic " + word,
                   **more.pop("headers", {})}
        return self.request("POST", path, mount="/office", headers=headers,
                            **more)

    # What was written

    def audit_lines(self):
        try:
            with open(self.settings.audit_log, encoding="utf-8",
                      newline="\n") as f:
                text = f.read()
        except FileNotFoundError:
            return []
        # Text after the last newline is a line that is still being written.
        lines = text.split("\n")[:-1]
        return [json.loads(line, object_pairs_hook=no_twins)
                for line in lines]

    def audit(self, request_id, *events):
        """The audit lines of one request. Waits until these are the events."""
        need(re.fullmatch("[0-9a-f]{32}", request_id or ""),
             f"request id {request_id!r}")
        lines = []

        def complete():
            lines[:] = [line for line in self.audit_lines()
                        if line["request"] == request_id]
            return [line["event"] for line in lines] == list(events)
        try:
            until(complete, "", 10)
        except AssertionError:
            equal([line["event"] for line in lines], list(events),
                  f"events of request {request_id}")
        return lines

    def issued_as(self, answer):
        """Remember what was issued, for check_files."""
        result = answer.result
        for entry in result if isinstance(result, list) else [result]:
            if "sessionToken" in entry:
                self.issued.add(entry["secretAccessKey"])
                self.issued.add(entry["sessionToken"])
        return result

    def check_files(self):
        """Assert that no file that the servers wrote holds a secret."""
        words = set(self.settings.secrets.values())
        words.update(self.settings.tokens.values())
        words.update(USERS.values())
        marks = ["eyJhbGciOi", "and0L2V5"]      # how JWTs, session tokens begin
        seen = 0
        for folder in ("wire.log", "log/**", "tmp/**", "upload/**", "www/**"):
            for path in glob.glob(os.path.join(self.folder, folder),
                                  recursive=True):
                if not os.path.isfile(path):
                    continue
                seen += 1
                with open(path, encoding="utf-8", errors="replace") as f:
                    text = f.read()
                for word in list(words) + marks:
                    need(word not in text, f"{path} holds {word}")
                found = set(re.findall(r"[A-Za-z0-9+/=]{40,}", text))
                need(not found & self.issued, f"{path} holds what was issued")
        need(seen > 0, "nothing was written at all")


def batch_path(account=ACCOUNT):
    return f"/accounts/{account}/r2/temp-access-credentials/batch"


def single_path(account=ACCOUNT):
    return f"/accounts/{account}/r2/temp-access-credentials"
