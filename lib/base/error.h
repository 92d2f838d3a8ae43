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
 * Clients see these numbers in errors[].code. 7003 is Cloudflare's number for
 * "no route", 100xx are those of R2 for the same failures, 11xxx are Mintage's
 * own. Each comment begins with the HTTP status.
 */
enum error {
	ERROR_NONE = 0,

	ERROR_NO_ROUTE = 7003, /* 404 no such path or account */

	ERROR_INTERNAL = 10001,      /* 500 a fault in Mintage */
	ERROR_UNAUTHORIZED = 10002,  /* 401 the caller is not known */
	ERROR_ACCESS_DENIED = 10003, /* 403 the caller may not have this */
	ERROR_BUCKET_NAME = 10005,   /* 400 not a bucket name */
	ERROR_OBJECT_NAME = 10020,   /* 400 not an object key */
	ERROR_UNAVAILABLE = 10043,   /* 503 can't record or can't sign now */
	ERROR_TOO_MANY_REQUESTS = 10058, /* 429 */

	ERROR_MALFORMED = 11001,     /* 400 body or manifest can't be parsed */
	ERROR_UNKNOWN_FIELD = 11002, /* 400 no field has that name */
	ERROR_DUPLICATE_FIELD = 11003, /* 400 a field or JSON key given twice */
	ERROR_MISSING_FIELD = 11004,   /* 400 a required field is missing */
	ERROR_BAD_VALUE = 11005,       /* 400 a field's value can't be used */
	ERROR_EMPTY = 11006,           /* 400 an empty list or manifest */
	ERROR_AMBIGUOUS = 11007,       /* 400 two parents fit */
	ERROR_METHOD = 11008,          /* 405 */
	ERROR_NOT_ACCEPTABLE = 11009,  /* 406 */
	ERROR_LENGTH_REQUIRED = 11010, /* 411 */
	ERROR_TOO_LARGE = 11011,       /* 413 body, or number of entries */
	ERROR_MEDIA_TYPE = 11012,      /* 415 */
	ERROR_INSECURE = 11013,        /* 403 plain http from another machine */
	ERROR_SHORT_BODY = 11014,      /* 400 fewer bytes than announced */
	ERROR_UPSTREAM = 11015,        /* 502 Cloudflare's API failed */
	ERROR_CONFIG = 11016,          /* 500 configuration can't be used */
	ERROR_TEMPLATE = 11017,        /* 500 a template can't be used */
	ERROR_CLIENT_GONE = 11018,     /* --- the client hung up */
	ERROR_USED = 11019,            /* 400 a form that was used already */
	ERROR_LINK_OVER = 11020,       /* 410 a link that is over or used up */
};

/* The HTTP status for `error`: 200 for ERROR_NONE, 500 when it has none. */
int error_status(enum error error);

#endif
