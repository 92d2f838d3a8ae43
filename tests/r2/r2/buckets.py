"""The actions on a bucket as a whole, and the list of buckets."""
from .answers import Response, iso_time, xml_response
from .errors import need
from .sigv4 import REGION


def head_bucket(store, call):
    store.bucket(call.bucket)
    return Response(200, [("x-amz-bucket-region", REGION)])


def create_bucket(store, call):
    call.content()
    need(call.bucket not in store.buckets, "BucketAlreadyExists",
         "there is one")
    store.make_bucket(call.bucket)
    return Response(200, [("Location", "/" + call.bucket)])


def delete_bucket(store, call):
    store.bucket(call.bucket)
    store.remove_bucket(call.bucket)
    return Response(204)


def list_buckets(store, call):
    mine = call.identity.buckets
    return xml_response("ListAllMyBucketsResult", [
        ("Owner", [("ID", call.identity.access_key_id)]),
        ("Buckets", [("Bucket", [("Name", name),
                                 ("CreationDate", iso_time(0))])
                     for name in sorted(store.buckets)
                     if mine is None or name in mine])])


def get_location(store, call):
    store.bucket(call.bucket)
    return xml_response("LocationConstraint", REGION)
