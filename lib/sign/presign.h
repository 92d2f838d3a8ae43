/*
 * presign - S3 links, signed by AWS Signature Version 4 in the query. The
 * functions follow its stages.
 *
 * AWS, "Authenticating Requests: Using Query Parameters", with R2's bounds
 * (Cloudflare docs, r2/api/s3/presigned-urls): region auto, service s3, path
 * style, the path encoded once and nothing in it normalised.
 *
 *   presign_day_derive  a parent's secret and the day  -> signing key
 *   presign_begin       what the links of a batch share -> state
 *   presign_one         one link:
 *     canonical request -> its SHA-256 -> string to sign -> signature -> URL
 *
 * Any key is signed as it is, also one like "a/../b", which clients rewrite
 * before they send it. The caller refuses those where its clients do that.
 */
#ifndef MINTAGE_LIB_SIGN_PRESIGN_H
#define MINTAGE_LIB_SIGN_PRESIGN_H

#include "key.h"
#include "lib/base/keyed.h"
#include "method.h"
#include "scope.h"

/* The signing key of one secret for one day (UTC), as the state of HMAC that
 * was fed with it. It is a secret itself, which the caller wipes. */
struct presign_day {
	int64_t day; /* the day it is for, as days since 1970-01-01 */
	struct digest_hmac hmac;
};

/* `aws4` is the state of keyed.h that was fed with "AWS4" and the secret. */
void presign_day_derive(struct presign_day *day, const struct digest_hmac *aws4,
			int64_t unix_seconds);

/* True when `day` is for the day of `unix_seconds`. */
bool presign_day_fits(const struct presign_day *day, int64_t unix_seconds);

/* What all links of a batch share. presign_begin borrows the texts until
 * presign_end. */
struct presign_signer {
	struct slice endpoint; /* "https://host[:port]" */
	struct slice bucket;
	struct slice access_key_id;
	int64_t time;               /* X-Amz-Date, Unix seconds */
	struct slice session_token; /* empty: the signer has none */
};

/* A header, or a parameter of the query. */
struct presign_pair {
	struct slice name;
	struct slice value;
};

/* One link. It borrows both lists, which presign_one does not sort or check:
 * it signs what they say. */
struct presign_link {
	enum method method;
	struct slice key; /* 1 to KEY_MAX bytes */
	uint32_t expires; /* seconds */
	/* Parameters of the query beside those of the signature, such as
	 * response-content-type, whose value R2 repeats in its response's
	 * header. They are sorted by name. A name consists of letters, digits,
	 * - and _, and begins in lower case, since X-Amz-... stand first. */
	const struct presign_pair *query;
	size_t query_count;
	/* Headers beside `host` that whoever uses the link must send as they
	 * are. They are sorted by name in lower case; a name consists of
	 * letters, digits, - and _. A value has no blank at an end and no two
	 * in a row, because the signature would be of a shorter one. With
	 * x-amz-content-sha256 the link is for a body of that digest only. */
	const struct presign_pair *headers;
	size_t header_count;
};

#define PRESIGN_VALUE_MAX 2048   /* bytes of a disposition */
#define PRESIGN_PAIRS_MAX 48     /* of each list */
#define PRESIGN_QUERY_MAX 3072   /* bytes of all names and values in `query` */
#define PRESIGN_HEADERS_MAX 5120 /* and of those in `headers` */
#define PRESIGN_SESSION_TOKEN_MAX 16384
#define PRESIGN_ENDPOINT_MAX 300

/* The names of all signed headers, with ; between them, which is three
 * characters in the link. */
#define PRESIGN_NAMES_MAX \
	(PRESIGN_HEADERS_MAX + 3 * (PRESIGN_PAIRS_MAX + 1) + 4)

#define PRESIGN_FIXED_MAX 640
/* The longest link: each byte of its values may be percent-encoded, and each
 * parameter has a & and a =. */
#define PRESIGN_URL_MAX                                                  \
	(PRESIGN_ENDPOINT_MAX + PRESIGN_FIXED_MAX +                      \
	 3 * (KEY_MAX + PRESIGN_QUERY_MAX + PRESIGN_SESSION_TOKEN_MAX) + \
	 2 * PRESIGN_PAIRS_MAX + PRESIGN_NAMES_MAX)

/* The longest canonical request: it also has the headers, each with a colon and
 * a line end, their names once more, and some text around its parts. */
#define PRESIGN_CANONICAL_MAX                                            \
	(PRESIGN_URL_MAX + PRESIGN_HEADERS_MAX + 2 * PRESIGN_PAIRS_MAX + \
	 PRESIGN_NAMES_MAX + 512)

/* It holds secrets, which presign_end wipes. */
struct presign {
	struct digest_hmac hmac; /* of the string to sign up to the hash of the
				  * canonical request */
	struct digest_hmac hmac_copy;
	struct slice host;
	struct slice session_token;
	size_t host_length;  /* of "https://host" at the head of `url` */
	size_t url_constant; /* of "https://host/bucket/" there */
	size_t url_length;
	size_t url_most;       /* of `url`, bytes that were written ... */
	size_t canonical_most; /* ... and of `canonical` */
	size_t query_length;
	/* "?X-Amz-Algorithm=...&X-Amz-Expires=" */
	char query[PRESIGN_FIXED_MAX];
	char url[PRESIGN_URL_MAX];
	char canonical[PRESIGN_CANONICAL_MAX]; /* scratch */
};

/*
 * Prepare a batch of links. `day` must be for the day of signer->time and the
 * secret of signer->access_key_id. ERROR_INTERNAL when a part is longer than
 * its bound here, which no configuration causes.
 */
enum error presign_begin(struct presign *presign,
			 const struct presign_signer *signer,
			 const struct presign_day *day) MUST_CHECK;

/*
 * Make one link. It stands in presign->url (url_length characters) until the
 * next call. The caller has checked what struct presign_link says of its
 * members, and the bounds of both lists: PRESIGN_PAIRS_MAX pairs, and
 * PRESIGN_QUERY_MAX and PRESIGN_HEADERS_MAX bytes.
 */
void presign_one(struct presign *presign, const struct presign_link *link);

/* Wipe all that was written to *presign, which is most often a small part. */
void presign_end(struct presign *presign);

/* ---- stages, here so that tests see their output ------------------------- */

/* Write the canonical request for a URL with this path and query, both encoded.
 * dst: PRESIGN_CANONICAL_MAX bytes. Returns its length. */
size_t presign_canonical(const struct presign *presign,
			 const struct presign_link *link, struct slice path,
			 struct slice query, char *dst);

/* Write the names of the signed headers, as "content-type;host". dst:
 * PRESIGN_NAMES_MAX bytes. Returns their length. */
size_t presign_signed_headers(const struct presign_link *link, char *dst);

#endif
