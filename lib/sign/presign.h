/*
 * presign - S3 links by AWS Signature Version 4 in the query, in its named
 * stages.
 *
 * AWS, "Authenticating Requests: Using Query Parameters", with R2's bounds
 * (Cloudflare docs, r2/api/s3/presigned-urls): region auto, service s3, path
 * style, the path encoded once and nothing in it normalised.
 *
 *   presign_day      parent's secret and day  -> signing key
 *   presign_begin    what a batch shares      -> state
 *   presign_one      one link:
 *     canonical request -> its SHA-256 -> string to sign -> signature -> URL
 *
 * Any key is signed as it is, also those that clients would rewrite on the way
 * ("a/../b"): to refuse them is for who knows the client.
 */
#ifndef MINTAGE_LIB_SIGN_PRESIGN_H
#define MINTAGE_LIB_SIGN_PRESIGN_H

#include "key.h"
#include "lib/base/digest.h"
#include "method.h"
#include "scope.h"

/* The signing key of one secret and one day (UTC). A secret itself. */
struct presign_day {
	int64_t day; /* days since 1970, what it is good for */
	uint8_t key[DIGEST_SIZE];
};

void presign_day_derive(struct presign_day *day, struct slice secret,
			int64_t unix_seconds);

/* True when `day` is for the day of `unix_seconds`. */
bool presign_day_fits(const struct presign_day *day, int64_t unix_seconds);

/* What is the same for all links of one signer. Borrowed until presign_end. */
struct presign_signer {
	struct slice endpoint; /* "https://host[:port]" */
	struct slice bucket;
	struct slice access_key_id;
	int64_t time;               /* X-Amz-Date, Unix seconds */
	struct slice session_token; /* or none */
};

/* What is signed beside the key. Empty slices: not signed. */
struct presign_link {
	enum method method;
	struct slice key; /* 1 to KEY_MAX bytes */
	uint32_t expires; /* seconds */
	/* In the query, answered by the store: */
	struct slice disposition;   /* response-content-disposition */
	struct slice response_type; /* response-content-type */
	/* Headers that whoever follows the link must send as they are: */
	struct slice content_type;
	struct slice content_length; /* decimal digits */
	struct slice sha256;         /* 64 hex: x-amz-content-sha256 */
};

#define PRESIGN_VALUE_MAX 2048 /* of disposition, a type */
#define PRESIGN_SESSION_TOKEN_MAX 16384
#define PRESIGN_ENDPOINT_MAX 300

#define PRESIGN_FIXED_MAX 640
/* Everything that a link's text can hold, percent-encoded. */
#define PRESIGN_URL_MAX                             \
	(PRESIGN_ENDPOINT_MAX + PRESIGN_FIXED_MAX + \
	 3 * (KEY_MAX + 2 * PRESIGN_VALUE_MAX + PRESIGN_SESSION_TOKEN_MAX))

/* With a header's value, and what stands around the parts. */
#define PRESIGN_CANONICAL_MAX (PRESIGN_URL_MAX + PRESIGN_VALUE_MAX + 512)

/* Holds secrets: end with presign_end. */
struct presign {
	struct digest_hmac hmac; /* has hashed the constant beginning of
				  * the string to sign */
	struct digest_hmac hmac_copy;
	struct slice host;
	struct slice session_token;
	size_t host_length;  /* of "https://host" in `url` */
	size_t url_constant; /* with "/bucket/" */
	size_t url_length;
	size_t query_length;
	/* "?X-Amz-Algorithm=...&X-Amz-Expires=" */
	char query[PRESIGN_FIXED_MAX];
	char url[PRESIGN_URL_MAX];
	char canonical[PRESIGN_CANONICAL_MAX]; /* work space */
};

/*
 * Prepare for many links. `day` must fit signer->time and be of the secret
 * that belongs to signer->access_key_id. ERROR_INTERNAL when a part is longer
 * than its bound here (no configuration gets there).
 */
enum error presign_begin(struct presign *presign,
			 const struct presign_signer *signer,
			 const struct presign_day *day) MUST_CHECK;

/*
 * One link: presign->url (url_length characters), until the next call. The
 * caller has checked that slices are within PRESIGN_VALUE_MAX.
 */
void presign_one(struct presign *presign, const struct presign_link *link);

/* Wipe it all. */
void presign_end(struct presign *presign);

/* ---- the stages, each to be looked at alone ------------------------------- */

/* The canonical request of the URL so far, whose parts `path` and `query`,
 * encoded, are. dst: PRESIGN_CANONICAL_MAX bytes. Returns its length. */
size_t presign_canonical(const struct presign *presign,
			 const struct presign_link *link, struct slice path,
			 struct slice query, char *dst);

/* Names of the headers signed, "content-type;host": dst has 64 bytes. */
size_t presign_signed_headers(const struct presign_link *link, char *dst);

#endif
