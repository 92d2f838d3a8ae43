/*
 * error - everything that can go wrong, as one number each.
 *
 * A function that can fail returns an `enum error`; MUST_CHECK makes the
 * compiler insist that callers look at it. What a person reads about the
 * failure travels beside it as a `struct problem` (problem.h).
 */
#ifndef MINTAGE_LIB_BASE_ERROR_H
#define MINTAGE_LIB_BASE_ERROR_H

#define MUST_CHECK __attribute__((warn_unused_result))
#define PRINTF_LIKE(fmt, args) __attribute__((format(printf, fmt, args)))

/*
 * The numbers are what clients see in errors[].code. 100xx are R2's own where
 * R2 has one for the case, 7003 is Cloudflare's "no route"; 11xxx are ours.
 */
enum error {
	ERROR_NONE = 0,

	ERROR_NO_ROUTE = 7003, /* 404 no such path or account */

	ERROR_INTERNAL = 10001,      /* 500 a fault of ours */
	ERROR_UNAUTHORIZED = 10002,  /* 401 who are you? */
	ERROR_ACCESS_DENIED = 10003, /* 403 not yours to have */
	ERROR_BUCKET_NAME = 10005,   /* 400 not a bucket name */
	ERROR_OBJECT_NAME = 10020,   /* 400 not an object key */
	ERROR_UNAVAILABLE = 10043,   /* 503 can't record or can't sign now */
	ERROR_TOO_MANY_REQUESTS = 10058, /* 429 */

	ERROR_MALFORMED = 11001,     /* 400 body or manifest isn't its format */
	ERROR_UNKNOWN_FIELD = 11002, /* 400 no field of that name */
	ERROR_DUPLICATE_FIELD = 11003, /* 400 a field or JSON key given twice */
	ERROR_MISSING_FIELD = 11004,   /* 400 a required field isn't there */
	ERROR_BAD_VALUE = 11005,       /* 400 a field's value can't be used */
	ERROR_EMPTY = 11006,           /* 400 an empty list or manifest */
	ERROR_AMBIGUOUS = 11007,       /* 400 two parents fit */
	ERROR_METHOD = 11008,          /* 405 */
	ERROR_NOT_ACCEPTABLE = 11009,  /* 406 */
	ERROR_LENGTH_REQUIRED = 11010, /* 411 */
	ERROR_TOO_LARGE = 11011,       /* 413 body, or number of entries */
	ERROR_MEDIA_TYPE = 11012,      /* 415 */
	ERROR_INSECURE = 11013,        /* 403 plain http from elsewhere */
	ERROR_SHORT_BODY = 11014,      /* 400 fewer bytes than announced */
	ERROR_UPSTREAM = 11015,        /* 502 the signer behind us failed */
	ERROR_CONFIG = 11016,          /* 500 configuration can't be used */
	ERROR_TEMPLATE = 11017,        /* 500 a template can't be used */
	ERROR_CLIENT_GONE = 11018,     /* --- nobody is there to be answered */
};

/* HTTP status for `error`; 200 for ERROR_NONE, 500 for one without. */
int error_status(enum error error);

#endif
