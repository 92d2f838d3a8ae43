#!/usr/bin/python3
"""What must stay private is not used where the web server publishes it."""
import contextlib
import os
import shutil
import sys

sys.path.insert(1, sys.path[0] + "/../lib")
from harness import PORTAL, RESPONDER, Site, case, equal, main, need
import wire

PARENT = "parent portal"


def asked_by(site, ask, **variables):
    values = wire.environment("GET", "/healthz", **variables)
    return ask(values)


def cgi(site, config):
    """One CGI request's answer, and what the process said on stderr."""
    def ask(values):
        command = [RESPONDER, "--config=" + config]
        process = wire.subprocess.run(
            command, env={**wire.inherited(site), **values}, input=b"",
            capture_output=True, timeout=wire.SECONDS, check=False)
        return (wire.parse(process.stdout),
                process.stderr.decode("utf-8", "replace"))
    return ask


def refused(answer, said, name, root):
    equal((answer.status, answer.text),
          (503, "mintage: not configured correctly; see the server's log\n"))
    need(f"{name}: " in said and f"inside the document root, {root}" in said,
         f"the log says {said!r}")


@contextlib.contextmanager
def published(site, path):
    """A copy of a file among the pages."""
    copy = os.path.join(site.folder, "www", os.path.basename(path))
    shutil.copy2(path, copy)
    try:
        yield copy
    finally:
        os.unlink(copy)


@case("the configuration among the pages: 503, the log says why")
def _(site):
    root = os.path.join(site.folder, "www")
    with published(site, site.settings.path) as copy:
        for name in ("DOCUMENT_ROOT", "CONTEXT_DOCUMENT_ROOT"):
            answer, said = asked_by(site, cgi(site, copy), **{name: root})
            refused(answer, said, copy, root)
        # Elsewhere it is as good as any.
        answer, said = asked_by(site, cgi(site, copy),
                                DOCUMENT_ROOT=os.path.join(root, "cgi-bin"))
        equal((answer.status, said), (200, ""))


@case("a secret among the pages: 503, the log says which")
def _(site):
    root = os.path.join(site.folder, "www")
    secret = site.settings.sections[PARENT]["secret-access-key-file"]
    with published(site, secret) as copy:
        with site.changed(PARENT, secret_access_key_file=copy):
            answer, said = asked_by(site, cgi(site, site.settings.path),
                                    DOCUMENT_ROOT=root)
    refused(answer, said, copy, root)
    need(site.settings.secrets[PORTAL] not in said, "the secret is told")


@case("the audit log among the pages: 503, and nothing was written there")
def _(site):
    root = os.path.join(site.folder, "www")
    log = os.path.join(root, "audit.jsonl")
    with site.changed("mintage", audit_log=log):
        answer, said = asked_by(site, cgi(site, site.settings.path),
                                DOCUMENT_ROOT=root)
    refused(answer, said, log, root)
    equal(os.path.exists(log) and os.path.getsize(log), 0, "bytes in it")
    os.unlink(log)


@case("FastCGI: refused for the site that publishes them, not for others")
def _(site):
    root = os.path.join(site.folder, "www")
    with published(site, site.settings.path) as copy:
        command = [RESPONDER, "--config=" + copy]
        with wire.Process(command, site.folder,
                          environment=site.environment(),
                          log=os.path.join(site.folder, "wire.log")
                          ) as process:
            for other in (None, "/nowhere", os.path.join(root, "cgi-bin")):
                for _ in range(2):
                    values = wire.environment("GET", "/healthz",
                                              DOCUMENT_ROOT=other)
                    equal(fetch(process, values).status, 200, str(other))
                values = wire.environment("GET", "/healthz",
                                          DOCUMENT_ROOT=root)
                refused(fetch(process, values), process.errors, copy, root)


def fetch(process, values):
    exchange = wire.Exchange(process.address, values)
    exchange.send(b"")
    return exchange.answer()


if __name__ == "__main__":
    main(lambda: Site("cgi"))
