"""Which action a request is for: one table."""
from .buckets import (create_bucket, delete_bucket, get_location, head_bucket,
                      list_buckets)
from .errors import Refused, need
from .listing import list_objects_v1, list_objects_v2
from .multipart import (abort_upload, complete_upload, create_upload,
                        list_parts, list_uploads, upload_part,
                        upload_part_copy)
from .objects import (OVERRIDES, copy_object, delete_object, delete_objects,
                      get_object, put_object)
from .sigv4 import PRESIGN, PRESIGN_TOKEN

LIST_PARAMS = {"prefix", "delimiter", "max-keys", "encoding-type"}
V2_PARAMS = LIST_PARAMS | {"continuation-token", "start-after",
                           "fetch-owner"}
PARTS_PARAMS = {"max-parts", "part-number-marker"}
UPLOADS_PARAMS = {"prefix", "delimiter", "max-uploads", "key-marker",
                  "upload-id-marker", "encoding-type"}
# method, on what, parameters it must have, others it may have, action, code
ROUTES = [
    ("GET", "key", set(), set(OVERRIDES), "GetObject", get_object),
    ("HEAD", "key", set(), set(OVERRIDES), "HeadObject", get_object),
    ("PUT", "key", set(), set(), "PutObject", put_object),
    ("DELETE", "key", set(), set(), "DeleteObject", delete_object),
    ("POST", "key", {"uploads"}, set(), "CreateMultipartUpload",
     create_upload),
    ("PUT", "key", {"partNumber", "uploadId"}, set(), "UploadPart",
     upload_part),
    ("POST", "key", {"uploadId"}, set(), "CompleteMultipartUpload",
     complete_upload),
    ("DELETE", "key", {"uploadId"}, set(), "AbortMultipartUpload",
     abort_upload),
    ("GET", "key", {"uploadId"}, PARTS_PARAMS, "ListParts", list_parts),
    ("GET", "bucket", set(), LIST_PARAMS | {"marker"}, "ListObjectsV1",
     list_objects_v1),
    ("GET", "bucket", {"list-type"}, V2_PARAMS, "ListObjectsV2",
     list_objects_v2),
    ("GET", "bucket", {"location"}, set(), "GetBucketLocation",
     get_location),
    ("GET", "bucket", {"uploads"}, UPLOADS_PARAMS, "ListMultipartUploads",
     list_uploads),
    ("POST", "bucket", {"delete"}, set(), "DeleteObjects", delete_objects),
    ("HEAD", "bucket", set(), set(), "HeadBucket", head_bucket),
    ("PUT", "bucket", set(), set(), "CreateBucket", create_bucket),
    ("DELETE", "bucket", set(), set(), "DeleteBucket", delete_bucket),
    ("GET", "account", set(), set(), "ListBuckets", list_buckets),
]
COPIES = {
    # the same request with x-amz-copy-source
    "PutObject": ("CopyObject", copy_object),
    "UploadPart": ("UploadPartCopy", upload_part_copy),
}
# x-id: some SDKs name the operation there
IGNORED_PARAMS = set(PRESIGN) | {PRESIGN_TOKEN, "x-id"}


def find_route(request, level):
    """Action and code for a request; a parameter unknown is refused."""
    params = {name.decode("latin-1") for name, _ in request.query}
    params -= IGNORED_PARAMS
    for method, on, must, may, action, code in ROUTES:
        if ((method, on) == (request.method, level) and must <= params
                and params - must <= may):
            if request.header("x-amz-copy-source") is not None:
                need(action in COPIES, "NotImplemented", "copy source")
                return COPIES[action]
            return action, code
    need(request.method in {route[0] for route in ROUTES},
         "MethodNotAllowed", "unknown method")
    raise Refused("NotImplemented", "no such operation here")
