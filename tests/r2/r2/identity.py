"""Who signed a request, and what they may do: permissions, buckets, paths."""
import dataclasses

from .errors import need
from .names import nfc

READ = frozenset("""HeadObject GetObject GetBucketLocation ListObjectsV1
    ListObjectsV2 ListMultipartUploads ListParts""".split())
WRITE = frozenset("""PutObject DeleteObject DeleteObjects
    CopyObject""".split())
MULTIPART = frozenset("""CreateMultipartUpload UploadPart UploadPartCopy
    AbortMultipartUpload CompleteMultipartUpload""".split())
BUCKETS_READ = frozenset(["ListBuckets"])
BUCKETS_WRITE = frozenset(["CreateBucket", "DeleteBucket"])
ACTIONS = READ | WRITE | MULTIPART      # what an `actions` claim may name
SCOPES = {
    "object-read-only": READ,
    "object-read-write": ACTIONS,
    "admin-read-only": READ | BUCKETS_READ,
    "admin-read-write": ACTIONS | BUCKETS_READ | BUCKETS_WRITE,
}
LISTINGS = frozenset(["ListObjectsV1", "ListObjectsV2",
                      "ListMultipartUploads"])


@dataclasses.dataclass
class Identity:
    """Who signed, and everything they may do."""
    access_key_id: str
    secret: str                     # the S3 secret the request is signed with
    actions: frozenset
    buckets: frozenset = None       # None: any bucket of the account
    prefixes: tuple = ()
    objects: tuple = ()

    @property
    def has_paths(self):
        return bool(self.prefixes or self.objects)

    def reaches(self, key):
        """Whether this key is within the paths."""
        if not self.has_paths:
            return True
        return (any(key == nfc(path) for path in self.objects)
                or any(key.startswith(nfc(path)) for path in self.prefixes))

    def lists(self, prefix):
        """Whether all keys that begin with prefix are within the paths."""
        if not self.has_paths:
            return True
        return any(prefix.startswith(nfc(path)) for path in self.prefixes)

    def check_bucket(self, bucket):
        need(self.buckets is None or bucket in self.buckets, "AccessDenied",
             "the bucket is not this credential's")

    def check(self, action, bucket, key=None):
        """One action on one key; key is None for those on the bucket."""
        self.check_bucket(bucket)
        need(action in self.actions, "AccessDenied",
             f"{action} is not granted")
        need(key is None or self.reaches(key), "AccessDenied",
             "the key is outside the credential's paths")
