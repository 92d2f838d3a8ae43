"""How a request is refused: the error codes of S3 that we give, and need()."""

STATUS = {
    "AccessDenied": 403,
    "BadDigest": 400,
    "BucketAlreadyExists": 409,
    "BucketNotEmpty": 409,
    "EntityTooLarge": 400,
    "EntityTooSmall": 400,
    "ExpiredRequest": 400,
    "IncompleteBody": 400,
    "InvalidArgument": 400,
    "InvalidBucketName": 400,
    "InvalidObjectName": 400,
    "InvalidPart": 400,
    "InvalidPartOrder": 400,
    "InvalidRange": 416,
    "MalformedXML": 400,
    "MethodNotAllowed": 405,
    "MissingContentLength": 411,
    "NoSuchBucket": 404,
    "NoSuchKey": 404,
    "NoSuchUpload": 404,
    "NotImplemented": 501,
    "PreconditionFailed": 412,
    "RequestTimeTooSkewed": 403,
    "SignatureDoesNotMatch": 403,
    "Unauthorized": 401,
    "XAmzContentSHA256Mismatch": 400,
}


class Refused(Exception):
    """A request that ends in an error: S3's code, and the reason in words."""

    def __init__(self, code, reason, headers=()):
        super().__init__(f"{code}: {reason}")
        self.code = code
        self.headers = headers      # [(name, value)] that the answer has too
        self.status = STATUS[code]
        self.reason = reason


def need(condition, code, reason, headers=()):
    if not condition:
        raise Refused(code, reason, headers)


def unauthorized(condition, reason):
    need(condition, "Unauthorized", reason)
