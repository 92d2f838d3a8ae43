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

/* The exact sizes of the output. */
#define BASE64_LENGTH(n) (((n) + 2) / 3 * 4)
#define BASE64URL_LENGTH(n) (((n)*4 + 2) / 3)

/* RFC 4648 section 4, padded. dst: BASE64_LENGTH(length). */
size_t base64_encode(char *dst, const void *src, size_t length);

/* RFC 4648 section 5, not padded (RFC 7515 section 2). dst:
 * BASE64URL_LENGTH(length). */
size_t base64url_encode(char *dst, const void *src, size_t length);

/*
 * Strict inverses: no blanks, exact padding (base64) or none (base64url), no
 * stray bits. dst: length / 4 * 3 + 3 bytes. *written is set on success. False
 * on anything else.
 */
bool base64_decode(uint8_t *dst, size_t *written, const char *src,
		   size_t length) MUST_CHECK;
bool base64url_decode(uint8_t *dst, size_t *written, const char *src,
		      size_t length) MUST_CHECK;

#endif
