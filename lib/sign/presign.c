#include "presign.h"

#include <stdio.h>
#include <strings.h>

#include "lib/base/date.h"
#include "lib/base/escape.h"
#include "lib/base/hex.h"

#define REGION "auto"
#define SERVICE "s3"
#define DAY_SECONDS 86400

/* Write a time as "20260203T040506Z". The first eight characters are the
 * day. */
#define STAMP_LENGTH 16

static void stamp_write(char dst[STAMP_LENGTH + 1], int64_t unix_seconds)
{
	char text[DATE_TEXT_MAX];
	size_t n = 0;

	/* ISO 8601's basic format is the extended one without separators. */
	date_text(unix_seconds, text);
	for (const char *c = text; *c; c++) {
		if (*c != '-' && *c != ':')
			dst[n++] = *c;
	}
	dst[n] = '\0';
}

/* ---- the signing key ------------------------------------------------------ */

void presign_day_derive(struct presign_day *day, const struct digest_hmac *aws4,
			int64_t unix_seconds)
{
	static const struct slice steps[] = {
		SLICE(REGION),
		SLICE(SERVICE),
		SLICE("aws4_request"),
	};
	char stamp[STAMP_LENGTH + 1] = "";
	struct digest_hmac first = *aws4;
	uint8_t key[DIGEST_SIZE];

	stamp_write(stamp, unix_seconds);
	digest_hmac_add(&first, stamp, 8);
	digest_hmac_end(&first, key);
	for (size_t i = 0; i < sizeof(steps) / sizeof(steps[0]); i++)
		digest_hmac(key, DIGEST_SIZE, steps[i].data, steps[i].length,
			    key);
	digest_hmac_begin(&day->hmac, key, DIGEST_SIZE);
	day->day = unix_seconds / DAY_SECONDS;
	explicit_bzero(&first, sizeof(first));
	explicit_bzero(key, sizeof(key));
}

bool presign_day_fits(const struct presign_day *day, int64_t unix_seconds)
{
	return day->day == unix_seconds / DAY_SECONDS;
}

/* ---- what a batch shares -------------------------------------------------- */

/* Append to a text of `size` bytes. False when the slice does not fit. */
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

/* Hash the string to sign up to the hash of the canonical request. */
static void begin_string_to_sign(struct presign *presign,
				 const char stamp[STAMP_LENGTH + 1],
				 const struct presign_day *day)
{
	char text[128];
	int length = snprintf(text, sizeof(text),
			      "AWS4-HMAC-SHA256\n%s\n%.8s/" REGION "/" SERVICE
			      "/aws4_request\n",
			      stamp, stamp);

	presign->hmac = day->hmac;
	digest_hmac_add(&presign->hmac, text, (size_t)length);
}

enum error presign_begin(struct presign *presign,
			 const struct presign_signer *signer,
			 const struct presign_day *day)
{
	char stamp[STAMP_LENGTH + 1];

	presign->url_most = presign->canonical_most = 0;
	stamp_write(stamp, signer->time);
	if (signer->session_token.length > PRESIGN_SESSION_TOKEN_MAX ||
	    !begin_url(presign, signer) || !begin_query(presign, signer, stamp))
		return ERROR_INTERNAL;
	presign->session_token = signer->session_token;
	presign->url_length = 0;
	begin_string_to_sign(presign, stamp, day);
	return ERROR_NONE;
}

/* ---- canonical request ---------------------------------------------------- */

static char *put(char *dst, const char *text, size_t length)
{
	memcpy(dst, text, length);
	return dst + length;
}

#define PUT(dst, literal) put(dst, literal, sizeof(literal) - 1)

static char *put_slice(char *dst, struct slice slice)
{
	return slice.length ? put(dst, slice.data, slice.length) : dst;
}

static char *put_lower(char *dst, struct slice name)
{
	for (size_t i = 0; i < name.length; i++) {
		char c = name.data[i];

		*dst++ = c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
	}
	return dst;
}

/* Does `host` stand before a header of this name? */
static bool is_behind_host(struct slice name)
{
	static const char host[] = "host";
	size_t length = name.length < 4 ? name.length : 4;
	int order = strncasecmp(name.data, host, length);

	return order > 0 || (order == 0 && name.length > 4);
}

/* How many of the headers stand before `host`. */
static size_t before_host(const struct presign_link *link)
{
	size_t i = 0;

	while (i < link->header_count && !is_behind_host(link->headers[i].name))
		i++;
	return i;
}

/* Write the names of the signed headers, with `between` between them. */
static char *put_names(char *dst, const struct presign_link *link,
		       struct slice between)
{
	size_t host = before_host(link);

	for (size_t i = 0; i < host; i++) {
		dst = put_lower(dst, link->headers[i].name);
		dst = put_slice(dst, between);
	}
	dst = PUT(dst, "host");
	for (size_t i = host; i < link->header_count; i++) {
		dst = put_slice(dst, between);
		dst = put_lower(dst, link->headers[i].name);
	}
	return dst;
}

size_t presign_signed_headers(const struct presign_link *link, char *dst)
{
	return (size_t)(put_names(dst, link, slice_of(";", 1)) - dst);
}

static char *put_headers(char *dst, const struct presign_pair *headers,
			 size_t count)
{
	for (size_t i = 0; i < count; i++) {
		dst = put_lower(dst, headers[i].name);
		dst = PUT(dst, ":");
		dst = put_slice(dst, headers[i].value);
		dst = PUT(dst, "\n");
	}
	return dst;
}

/* A link with a body's digest is for that body only. */
static struct slice payload(const struct presign_link *link)
{
	static const struct slice digest = SLICE("x-amz-content-sha256");
	static const struct slice any = SLICE("UNSIGNED-PAYLOAD");

	for (size_t i = 0; i < link->header_count; i++) {
		if (slice_equal_nocase(link->headers[i].name, digest))
			return link->headers[i].value;
	}
	return any;
}

size_t presign_canonical(const struct presign *presign,
			 const struct presign_link *link, struct slice path,
			 struct slice query, char *dst)
{
	size_t host = before_host(link);
	char *end = dst;

	end = put_slice(end, slice_text(method_names[link->method]));
	end = PUT(end, "\n");
	end = put_slice(end, path);
	end = PUT(end, "\n");
	end = put_slice(end, query);
	end = PUT(end, "\n");
	end = put_headers(end, link->headers, host);
	end = PUT(end, "host:");
	end = put_slice(end, presign->host);
	end = PUT(end, "\n");
	if (host < link->header_count)
		end = put_headers(end, link->headers + host,
				  link->header_count - host);
	end = PUT(end, "\n");
	end += presign_signed_headers(link, end);
	end = PUT(end, "\n");
	end = put_slice(end, payload(link));
	return (size_t)(end - dst);
}

/* ---- one link ------------------------------------------------------------- */

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

/* Add parameters in the order of their names, which is that of the canonical
 * request, so that the URL's query is also the canonical one. */
static char *put_query(const struct presign *presign,
		       const struct presign_link *link, char *dst)
{
	dst = put(dst, presign->query, presign->query_length);
	dst = put_number(dst, link->expires);
	if (presign->session_token.length) {
		dst = PUT(dst, "&X-Amz-Security-Token=");
		dst += escape_url(dst, presign->session_token.data,
				  presign->session_token.length);
	}
	dst = PUT(dst, "&X-Amz-SignedHeaders=");
	dst = put_names(dst, link, slice_of("%3B", 3));
	for (size_t i = 0; i < link->query_count; i++) {
		const struct presign_pair *pair = &link->query[i];

		dst = PUT(dst, "&");
		dst = put_slice(dst, pair->name);
		dst = PUT(dst, "=");
		dst += escape_url(dst, pair->value.data, pair->value.length);
	}
	return dst;
}

void presign_one(struct presign *presign, const struct presign_link *link)
{
	const char *path = presign->url + presign->host_length;
	char *end = presign->url + presign->url_constant;
	const char *query;
	size_t length;
	uint8_t digest[DIGEST_SIZE];
	char hex[HEX_LENGTH(DIGEST_SIZE)];

	end += escape_url_path(end, link->key.data, link->key.length);
	query = end + 1; /* behind the ? */
	end = put_query(presign, link, end);
	length = presign_canonical(presign, link,
				   slice_of(path, (size_t)(query - 1 - path)),
				   slice_of(query, (size_t)(end - query)),
				   presign->canonical);
	digest_sha256(presign->canonical, length, digest);
	hex_encode(hex, digest, DIGEST_SIZE);
	presign->hmac_copy = presign->hmac;
	digest_hmac_add(&presign->hmac_copy, hex, sizeof(hex));
	digest_hmac_end(&presign->hmac_copy, digest);
	end = PUT(end, "&X-Amz-Signature=");
	end += hex_encode(end, digest, DIGEST_SIZE);
	presign->url_length = (size_t)(end - presign->url);
	if (presign->url_length > presign->url_most)
		presign->url_most = presign->url_length;
	if (length > presign->canonical_most)
		presign->canonical_most = length;
}

void presign_end(struct presign *presign)
{
	explicit_bzero(presign->url, presign->url_most);
	explicit_bzero(presign->canonical, presign->canonical_most);
	explicit_bzero(presign, offsetof(struct presign, url));
}
