"""A Site whose endpoint is the S3 endpoint of the tests."""
from harness import ACCOUNT, ARCHIVE, PORTAL, Site
import r2

ENDPOINT = r2.R2({})


def make_site():
    site = Site("fastcgi", endpoint=ENDPOINT.url)
    for name, permission, buckets in (
            (PORTAL, "object-read-write",
             ["portal-downloads", "portal-uploads", "shared"]),
            (ARCHIVE, "object-read-only", ["archive", "shared"])):
        ENDPOINT.parents[name] = {
            "secret": site.settings.secrets[name], "account": ACCOUNT,
            "permission": permission, "buckets": buckets}
    ENDPOINT.start()
    return site


WRITE_ONLY = ["PutObject", "CreateMultipartUpload", "UploadPart",
              "AbortMultipartUpload", "CompleteMultipartUpload"]
