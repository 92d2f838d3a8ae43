"""`mintage token` against an API of the tests' own: what has been made, rolled
or ended there is kept, or said."""
import contextlib
import hashlib
import os
import secrets

from harness import ACCOUNT, BUILD, PORTAL, need
import api

from commands import command

ONLINE = os.path.join(BUILD, "mintage-online")
# What most calls do, loading the configuration, other rows do too; and the API
# takes its time.
STEP = {"memory": 9, "read": 5, "stat": 5, "open": 3, "close": 3, "flags": 3}
API_TOKEN = "Api-" + secrets.token_urlsafe(30)


def can_run():
    return os.path.exists(ONLINE)


def change(place):
    place.api = api.Api(place.folder, API_TOKEN, {}, account=ACCOUNT).start()
    place.ends.append(place.api.stop)
    place.token_file = keep(place, "api.token", API_TOKEN + "\n")
    place.settings.sections["mintage"]["api-ca-file"] = place.api.ca
    place.settings.sections["account main"]["api-endpoint"] = place.api.url


def path_of(place, name):
    return os.path.join(place.folder, "keys", name)


def keep(place, name, text):
    path = path_of(place, name)
    with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600),
              "w") as file:
        file.write(text)
    return path


def read(place, name):
    try:
        with open(path_of(place, name), encoding="ascii") as file:
            return file.read().strip()
    except FileNotFoundError:
        return None


def before(place):
    """One token is known, and nothing is left of the last time."""
    place.api.tokens.clear()
    place.api.tokens[PORTAL] = {"id": PORTAL, "name": "portal",
                                "status": "active"}
    place.api.values.clear()
    place.api.values[PORTAL] = "old"
    place.api.calls.clear()
    keep(place, "portal.secret", place.settings.secrets[PORTAL] + "\n")
    for name in ("portal.secret.new", "portal.secret.previous",
                 "fresh.secret"):
        with contextlib.suppress(FileNotFoundError):
            os.unlink(path_of(place, name))


def secret_of(value):
    return hashlib.sha256(value.encode()).hexdigest()


def token(place, *words):
    return ["token", *words, "--api-token-file", place.token_file]


def row(name, check):
    return command("token " + name, change=change, before=before, check=check,
                   ids=True, step=STEP)


def is_mute(fault):
    """Where standard error fails, nothing can be said."""
    return fault.kind in ("write", "flags")


def check_create(done, _, fault):
    """A token that was made has its secret in the file, or it is said that it
    has been made."""
    place = done.place
    made = set(place.api.tokens) - {PORTAL}
    secret = read(place, "fresh.secret")
    for name in made:
        if secret != secret_of(place.api.values[name]):
            need(done.status, "it ends with 0, and the secret is not kept")
            need(is_mute(fault)
                 or b"may have been made all the same" in done.errors
                 or name.encode() in done.errors,
                 f"the token {name} is left over: {done.errors.decode()}")
    need(made or secret is None, "the secret of no token is left")
    need(made or done.status, "it ends with 0, and there is no token")


@row("create", check_create)
def _(place):
    return token(place, "create", "--account", "main", "--bucket",
                 "portal-uploads", "--permission", "object-read-write",
                 "--name", "fresh", "--secret-file",
                 path_of(place, "fresh.secret"))


def check_roll(done, output, fault):
    """The new secret is in its file, or shown, or it is said that there may be
    another one."""
    place = done.place
    kept = read(place, "portal.secret")
    if place.api.values[PORTAL] == "old":
        need(kept == place.settings.secrets[PORTAL], "the secret was changed")
        need(done.status, "it ends with 0, and has rolled nothing")
        return
    secret = secret_of(place.api.values[PORTAL])
    need(kept == secret or secret.encode() in output
         or done.status and (is_mute(fault) or b"roll it again" in done.errors),
         f"the new secret is lost: {done.errors.decode()}")
    need(kept in (secret, place.settings.secrets[PORTAL])
         or secret.encode() in output, "the secret's file holds neither")


@row("roll", check_roll)
def _(place):
    return token(place, "roll", "portal")




@row("list", None)
def _(place):
    return token(place, "list", "--account", "main")


def check_revoke(done, _, fault):
    need(done.status or PORTAL not in done.place.api.tokens,
         "it ends with 0, and the token is there")
    need(done.status == 0 or done.errors or is_mute(fault),
         "it says nothing")


@row("revoke", check_revoke)
def _(place):
    return token(place, "revoke", "portal")
