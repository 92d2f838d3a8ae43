"""What a credential has to be, said by PyJWT and hashlib, not by us."""
import base64
import datetime
import hashlib
import json

import jwt

from harness import ACCOUNT, PORTAL, equal, need

HEADER = b'{"alg":"HS256","typ":"JWT"}'


class Judge:
    """Knows what to expect of all credentials of one request.

    `scope` is a permission's name or a list of actions.
    """

    def __init__(self, site, bucket, scope, ttl=900, parent=PORTAL,
                 account=ACCOUNT, host=None):
        self.secret = site.settings.secrets[parent]
        self.host = host or site.settings.host
        self.claims = {"bucket": bucket, "sub": account, "iss": parent,
                       "aud": self.host}
        self.grant = ("scope", scope) if isinstance(scope, str) \
            else ("actions", list(scope))
        self.claims[self.grant[0]] = self.grant[1]
        self.ttl = ttl
        self.head = base64.urlsafe_b64encode(HEADER).rstrip(b"=").decode()

    def names(self, paths):
        """The names of the claims, in the order they must have."""
        names = ["bucket", self.grant[0], "sub", "iss", "aud", "iat", "exp"]
        return names + ["paths"] if paths else names

    def token(self, entry):
        """The claims of an entry's token. Asserts all that has to hold for any
        credential."""
        equal(entry["accessKeyId"], self.claims["iss"], "accessKeyId")
        session = entry["sessionToken"]
        inside = base64.b64decode(session, validate=True)
        equal(base64.b64encode(inside).decode(), session, "sessionToken")
        equal(inside[:4], b"jwt/", "what the session token begins with")
        token = inside[4:].decode("ascii")
        equal(entry["secretAccessKey"],
              hashlib.sha256(inside[4:]).hexdigest(), "secretAccessKey")
        equal(token.split(".")[0], self.head, "the JWT's header")
        claims = jwt.decode(
            token, self.secret, algorithms=["HS256"], audience=self.host,
            issuer=self.claims["iss"],
            options={"require": ["exp", "iat", "iss", "aud", "sub"]})
        for name, value in self.claims.items():
            equal(claims[name], value, name)
        equal(claims["exp"] - claims["iat"], self.ttl, "lifetime")
        equal(entry["expiresAt"], instant(claims["exp"]), "expiresAt")
        equal(list(claims), self.names("paths" in claims), "claims in order")
        return claims

    def paths(self, entry):
        """(prefixes, objects) of an entry's token. None where it has no paths
        claim."""
        paths = self.token(entry).get("paths")
        if paths is None:
            return None
        need(set(paths) <= {"prefixPaths", "objectPaths"}, f"paths: {paths}")
        return paths.get("prefixPaths", []), paths.get("objectPaths", [])

    def object(self, entry, key):
        """Assert that an entry of a batch opens this key and nothing else."""
        equal(entry["key"], key, "key")
        equal(set(entry), {"key", "accessKeyId", "secretAccessKey",
                           "sessionToken", "expiresAt"}, "members")
        equal(self.paths(entry), ([], [key]), "paths")

    def prefix(self, entry, prefix):
        equal(entry["prefix"], prefix, "prefix")
        equal(self.paths(entry), ([prefix], []), "paths")

    def batch(self, entries, keys):
        equal(len(entries), len(keys), "number of entries")
        for entry, key in zip(entries, keys):
            self.object(entry, key)


def claims_of(session):
    """The claims of a session token, whoever signed it."""
    payload = base64.b64decode(session)[4:].split(b".")[1]
    return json.loads(base64.urlsafe_b64decode(payload + b"=="))


def instant(seconds):
    time = datetime.datetime.fromtimestamp(seconds, datetime.timezone.utc)
    return time.strftime("%Y-%m-%dT%H:%M:%SZ")


def scopes_digest(rows):
    """The audit line's digest over (bucket, scope, ttl, kind, path) rows."""
    digest = hashlib.sha256()
    for bucket, scope, ttl, kind, path in rows:
        scope = scope if isinstance(scope, str) else ",".join(scope)
        path = json.dumps(path, ensure_ascii=False)
        digest.update(f"{bucket}\t{scope}\t{ttl}\t{kind}\t{path}\n".encode())
    return digest.hexdigest()
