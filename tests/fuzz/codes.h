/*
 * codes - digests, base64 and percent-encoding for second opinions: by nettle
 * itself, or by a few plain lines, and by nothing of the product.
 */
#ifndef MINTAGE_FUZZ_CODES_H
#define MINTAGE_FUZZ_CODES_H

#include <nettle/base64.h>
#include <nettle/hmac.h>
#include <nettle/md5.h>
#include <nettle/sha1.h>
#include <nettle/sha2.h>
#include <time.h>

#include "check.h"

/* time() may lag behind the clock that is exact, by which tokens are dated. */
static inline int64_t codes_now(void)
{
	struct timespec now;

	CHECK(clock_gettime(CLOCK_REALTIME, &now) == 0);
	return now.tv_sec;
}

static inline void codes_hex(const uint8_t *data, size_t length, char *dst)
{
	for (size_t i = 0; i < length; i++)
		sprintf(dst + 2 * i, "%02x", data[i]);
}

static inline void codes_sha256(struct slice text, uint8_t digest[32])
{
	struct sha256_ctx hash;

	sha256_init(&hash);
	sha256_update(&hash, text.length, (const uint8_t *)text.data);
	sha256_digest(&hash, 32, digest);
}

static inline void codes_hmac(struct slice key, struct slice text,
			      uint8_t digest[32])
{
	struct hmac_sha256_ctx hmac;

	hmac_sha256_set_key(&hmac, key.length, (const uint8_t *)key.data);
	hmac_sha256_update(&hmac, text.length, (const uint8_t *)text.data);
	hmac_sha256_digest(&hmac, 32, digest);
}

static inline void codes_hmac_sha1(struct slice key, struct slice text,
				   uint8_t digest[20])
{
	struct hmac_sha1_ctx hmac;

	hmac_sha1_set_key(&hmac, key.length, (const uint8_t *)key.data);
	hmac_sha1_update(&hmac, text.length, (const uint8_t *)text.data);
	hmac_sha1_digest(&hmac, 20, digest);
}

static inline void codes_md5(struct slice text, uint8_t digest[16])
{
	struct md5_ctx hash;

	md5_init(&hash);
	md5_update(&hash, text.length, (const uint8_t *)text.data);
	md5_digest(&hash, 16, digest);
}

/* In the alphabet of URLs and without padding; terminated. */
static inline void codes_url64(const uint8_t *data, size_t length, char *dst)
{
	struct base64_encode_ctx coder;
	size_t used;

	base64url_encode_init(&coder);
	used = base64_encode_update(&coder, dst, length, data);
	used += base64_encode_final(&coder, dst + used);
	while (used > 0 && dst[used - 1] == '=')
		used--;
	dst[used] = '\0';
}

/* False where `text` is not base64 of either alphabet; padding may be missing
 * from the one for URLs. dst: text.length + 4 bytes, terminated. */
static inline bool codes_base64(struct slice text, bool is_url, char *dst,
				size_t *length)
{
	struct base64_decode_ctx coder;

	*length = text.length;
	if (is_url)
		base64url_decode_init(&coder);
	else
		base64_decode_init(&coder);
	if (!base64_decode_update(&coder, length, (uint8_t *)dst, text.length,
				  text.data))
		return false;
	for (size_t left = text.length; is_url && left % 4 != 0; left++) {
		if (base64_decode_single(&coder, (uint8_t *)dst + *length,
					 '=') != 0)
			return false;
	}
	dst[*length] = '\0';
	return base64_decode_final(&coder) == 1;
}

static inline int codes_digit(char c)
{
	const char *digits = "0123456789abcdef0123456789ABCDEF";
	const char *found = c ? strchr(digits, c) : NULL;

	return found ? (int)(found - digits) % 16 : -1;
}

/* Decode %XX; what is no such thing stays. dst: text.length + 1 bytes,
 * terminated. Returns the length. */
static inline size_t codes_unpercent(struct slice text, bool plus_is_blank,
				     char *dst)
{
	size_t used = 0;

	for (size_t i = 0; i < text.length; i++) {
		char c = text.data[i];

		if (c == '%' && i + 2 < text.length &&
		    codes_digit(text.data[i + 1]) >= 0 &&
		    codes_digit(text.data[i + 2]) >= 0) {
			c = (char)(codes_digit(text.data[i + 1]) * 16 +
				   codes_digit(text.data[i + 2]));
			i += 2;
		} else if (c == '+' && plus_is_blank) {
			c = ' ';
		}
		dst[used++] = c;
	}
	dst[used] = '\0';
	return used;
}

/* Encode all but A-Z a-z 0-9 - . _ ~ and, with `keep_slash`, the slash. dst: 3
 * times the length and 1. */
static inline size_t codes_percent(struct slice text, bool keep_slash,
				   char *dst)
{
	static const char plain[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				    "abcdefghijklmnopqrstuvwxyz"
				    "0123456789-._~";
	size_t used = 0;

	for (size_t i = 0; i < text.length; i++) {
		char c = text.data[i];

		if ((c && strchr(plain, c)) || (c == '/' && keep_slash))
			dst[used++] = c;
		else
			used += (size_t)sprintf(dst + used, "%%%02X",
						(unsigned char)c);
	}
	dst[used] = '\0';
	return used;
}

#endif
