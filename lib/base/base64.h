/*
 * base64 - bytes as base64 and base64url, and back. Nothing here allocates, and
 * nothing writes a terminating NUL.
 */
#ifndef MINTAGE_LIB_BASE_BASE64_H
#define MINTAGE_LIB_BASE_BASE64_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "error.h"

/* Exactly how many characters `n` bytes become. */
#define BASE64_LENGTH(n) (((n) + 2) / 3 * 4)
#define BASE64URL_LENGTH(n) (((n)*4 + 2) / 3)

/* Encode with padding (RFC 4648, section 4). dst: BASE64_LENGTH(length) bytes.
 * Returns how many characters were written. */
size_t base64_encode(char *dst, const void *src, size_t length);

/* Encode without padding, in the alphabet for URLs (RFC 4648, section 5; RFC
 * 7515, section 2). dst: BASE64URL_LENGTH(length) bytes. Returns how many
 * characters were written. */
size_t base64_url_encode(char *dst, const void *src, size_t length);

/*
 * Decode exactly what the encoders write: no blanks, the right padding (base64)
 * or none (base64url), no bits left over. dst: length / 4 * 3 + 3 bytes. False
 * for anything else; then what is in dst and *written is of no use.
 */
bool base64_decode(uint8_t *dst, size_t *written, const char *src,
		   size_t length) MUST_CHECK;
bool base64_url_decode(uint8_t *dst, size_t *written, const char *src,
		       size_t length) MUST_CHECK;

#endif
