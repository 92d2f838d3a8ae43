#include "presign.h"

#include <stdio.h>
#include <time.h>

#define REGION "auto"
#define SERVICE "s3"
#define DAY_SECONDS 86400

/* "20260203T040506Z"; its first eight characters are the day. */
#define STAMP_LENGTH 16

static bool stamp_write(char dst[STAMP_LENGTH + 1], int64_t unix_seconds)
{
	time_t seconds = (time_t)unix_seconds;
	struct tm tm;

	return gmtime_r(&seconds, &tm) &&
	       strftime(dst, STAMP_LENGTH + 1, "%Y%m%dT%H%M%SZ", &tm) ==
		       STAMP_LENGTH;
}

/* ---- the signing key ------------------------------------------------------ */

void presign_day_derive(struct presign_day *day, struct slice secret,
			int64_t unix_seconds)
{
	static const struct slice steps[] = {
		SLICE(REGION),
		SLICE(SERVICE),
		SLICE("aws4_request"),
	};
	char stamp[STAMP_LENGTH + 1] = "";
	char first[4 + 256] = "AWS4";
	size_t length = secret.length < 256 ? secret.length : 256;

	memcpy(first + 4, secret.data, length);
	stamp_write(stamp, unix_seconds);
	digest_hmac(first, 4 + length, stamp, 8, day->key);
	for (size_t i = 0; i < sizeof(steps) / sizeof(steps[0]); i++)
		digest_hmac(day->key, DIGEST_SIZE, steps[i].data,
			    steps[i].length, day->key);
	day->day = unix_seconds / DAY_SECONDS;
	explicit_bzero(first, sizeof(first));
}

bool presign_day_fits(const struct presign_day *day, int64_t unix_seconds)
{
	return day->day == unix_seconds / DAY_SECONDS;
}

/* ---- what a batch shares -------------------------------------------------- */

/* Add to a text of `size` bytes; false when it is full. */
static bool add(char *dst, size_t *length, size_t size, struct slice slice)
{
	if (slice.length > size - *length)
		return false;
	memcpy(dst + *length, slice.data, slice.length);
	*length += slice.length;
	return true;
}

static bool add_text(char *dst, size_t *length, size_t size, const char *text)
{
	return add(dst, length, size, slice_text(text));
}

static bool begin_url(struct presign *presign,
		      const struct presign_signer *signer)
{
	struct slice host = signer->endpoint;
	const char *colon = memchr(host.data, ':', host.length);
	size_t scheme = colon ? (size_t)(colon - host.data) + 3 : 0;

	if (!colon || scheme >= host.length)
		return false;
	presign->host = slice_of(host.data + scheme, host.length - scheme);
	presign->url_constant = 0;
	if (!add(presign->url, &presign->url_constant, PRESIGN_ENDPOINT_MAX,
		 host))
		return false;
	presign->host_length = presign->url_constant;
	return add_text(presign->url, &presign->url_constant, PRESIGN_URL_MAX,
			"/") &&
	       add(presign->url, &presign->url_constant, PRESIGN_URL_MAX,
		   signer->bucket) &&
	       add_text(presign->url, &presign->url_constant, PRESIGN_URL_MAX,
			"/");
}

static bool begin_query(struct presign *presign,
			const struct presign_signer *signer,
			const char stamp[STAMP_LENGTH + 1])
{
	int length = snprintf(presign->query, sizeof(presign->query),
			      "?X-Amz-Algorithm=AWS4-HMAC-SHA256"
			      "&X-Amz-Credential=%.*s%%2F%.8s%%2F" REGION
			      "%%2F" SERVICE "%%2Faws4_request"
			      "&X-Amz-Date=%s&X-Amz-Expires=",
			      (int)signer->access_key_id.length,
			      signer->access_key_id.data, stamp, stamp);

	presign->query_length = length > 0 ? (size_t)length : 0;
	return length > 0 && (size_t)length < sizeof(presign->query);
}

/* The string to sign up to the hash of the canonical request. */
static void begin_string_to_sign(struct presign *presign,
				 const char stamp[STAMP_LENGTH + 1],
				 const struct presign_day *day)
{
	char text[128];
	int length = snprintf(text, sizeof(text),
			      "AWS4-HMAC-SHA256\n%s\n%.8s/" REGION "/" SERVICE
			      "/aws4_request\n",
			      stamp, stamp);

	digest_hmac_begin(&presign->hmac, day->key, DIGEST_SIZE);
	digest_hmac_add(&presign->hmac, text, (size_t)length);
}

enum error presign_begin(struct presign *presign,
			 const struct presign_signer *signer,
			 const struct presign_day *day)
{
	char stamp[STAMP_LENGTH + 1];

	if (signer->session_token.length > PRESIGN_SESSION_TOKEN_MAX ||
	    !stamp_write(stamp, signer->time) || !begin_url(presign, signer) ||
	    !begin_query(presign, signer, stamp))
		return ERROR_INTERNAL;
	presign->session_token = signer->session_token;
	presign->url_length = 0;
	begin_string_to_sign(presign, stamp, day);
	return ERROR_NONE;
}

/* ---- canonical request ---------------------------------------------------- */

size_t presign_signed_headers(const struct presign_link *link, char *dst)
{
	size_t length = 0;

	if (link->content_length.length)
		add_text(dst, &length, 64, "content-length;");
	if (link->content_type.length)
		add_text(dst, &length, 64, "content-type;");
	add_text(dst, &length, 64, "host");
	if (link->sha256.length)
		add_text(dst, &length, 64, ";x-amz-content-sha256");
	return length;
}

static void hash_text(struct digest_sha256 *hash, const char *text)
{
	digest_sha256_add(hash, text, strlen(text));
}

static void hash_header(struct digest_sha256 *hash, const char *name,
			struct slice value)
{
	if (value.length == 0)
		return;
	hash_text(hash, name);
	digest_sha256_add(hash, value.data, value.length);
	hash_text(hash, "\n");
}

void presign_canonical_hash(const struct presign *presign,
			    const struct presign_link *link, struct slice path,
			    struct slice query, uint8_t out[DIGEST_SIZE])
{
	char names[64];
	size_t names_length = presign_signed_headers(link, names);
	struct digest_sha256 hash;

	digest_sha256_begin(&hash);
	hash_text(&hash, method_names[link->method]);
	hash_text(&hash, "\n");
	digest_sha256_add(&hash, path.data, path.length);
	hash_text(&hash, "\n");
	digest_sha256_add(&hash, query.data, query.length);
	hash_text(&hash, "\n");
	hash_header(&hash, "content-length:", link->content_length);
	hash_header(&hash, "content-type:", link->content_type);
	hash_header(&hash, "host:", presign->host);
	hash_header(&hash, "x-amz-content-sha256:", link->sha256);
	hash_text(&hash, "\n");
	digest_sha256_add(&hash, names, names_length);
	hash_text(&hash, "\n");
	/* A body's digest, once promised, is what must be sent. */
	if (link->sha256.length)
		digest_sha256_add(&hash, link->sha256.data,
				  link->sha256.length);
	else
		hash_text(&hash, "UNSIGNED-PAYLOAD");
	digest_sha256_end(&hash, out);
}

/* ---- one link ------------------------------------------------------------- */

static char *put(char *dst, const char *text, size_t length)
{
	memcpy(dst, text, length);
	return dst + length;
}

#define PUT(dst, literal) put(dst, literal, sizeof(literal) - 1)

static char *put_number(char *dst, uint32_t number)
{
	char digits[10];
	size_t at = sizeof(digits);

	do {
		digits[--at] = (char)('0' + number % 10);
		number /= 10;
	} while (number > 0);
	return put(dst, digits + at, sizeof(digits) - at);
}

/* Parameters in the order of their names, as the canonical request has them:
 * so the URL's own query is the canonical one. */
static char *put_query(const struct presign *presign,
		       const struct presign_link *link, char *dst)
{
	char names[64];
	size_t length = presign_signed_headers(link, names);

	dst = put(dst, presign->query, presign->query_length);
	dst = put_number(dst, link->expires);
	if (presign->session_token.length) {
		dst = PUT(dst, "&X-Amz-Security-Token=");
		dst += escape_url(dst, presign->session_token.data,
				  presign->session_token.length);
	}
	dst = PUT(dst, "&X-Amz-SignedHeaders=");
	dst += escape_url(dst, names, length);
	if (link->disposition.length) {
		dst = PUT(dst, "&response-content-disposition=");
		dst += escape_url(dst, link->disposition.data,
				  link->disposition.length);
	}
	if (link->response_type.length) {
		dst = PUT(dst, "&response-content-type=");
		dst += escape_url(dst, link->response_type.data,
				  link->response_type.length);
	}
	return dst;
}

void presign_one(struct presign *presign, const struct presign_link *link)
{
	const char *path = presign->url + presign->host_length;
	char *end = presign->url + presign->url_constant;
	const char *query;
	uint8_t digest[DIGEST_SIZE];
	char hex[HEX_LENGTH(DIGEST_SIZE)];

	end += escape_url_path(end, link->key.data, link->key.length);
	query = end + 1; /* behind the ? */
	end = put_query(presign, link, end);
	presign_canonical_hash(presign, link,
			       slice_of(path, (size_t)(query - 1 - path)),
			       slice_of(query, (size_t)(end - query)), digest);
	hex_encode(hex, digest, DIGEST_SIZE);
	presign->hmac_copy = presign->hmac;
	digest_hmac_add(&presign->hmac_copy, hex, sizeof(hex));
	digest_hmac_end(&presign->hmac_copy, digest);
	end = PUT(end, "&X-Amz-Signature=");
	end += hex_encode(end, digest, DIGEST_SIZE);
	presign->url_length = (size_t)(end - presign->url);
}

void presign_end(struct presign *presign)
{
	explicit_bzero(presign, sizeof(*presign));
}
