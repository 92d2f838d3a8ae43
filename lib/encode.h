/*
 * encode - base64, base64url, hex, times, and one escaper for each output
 * context.
 *
 * Nothing here allocates. Encoders write to a buffer of the size their
 * function names and return the number of characters written; none of them
 * writes a terminating NUL.
 */
#ifndef MINTAGE_ENCODE_H
#define MINTAGE_ENCODE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "error.h"

/* Exact output sizes. */
#define BASE64_LENGTH(n) (((n) + 2) / 3 * 4)
#define BASE64URL_LENGTH(n) (((n)*4 + 2) / 3)
#define HEX_LENGTH(n) ((n)*2)

/* RFC 4648 section 4, padded. dst: BASE64_LENGTH(length). */
size_t base64_encode(char *dst, const void *src, size_t length);

/* RFC 4648 section 5, not padded (RFC 7515 section 2). dst:
 * BASE64URL_LENGTH(length). */
size_t base64url_encode(char *dst, const void *src, size_t length);

/* Lower case. dst: HEX_LENGTH(length). */
size_t hex_encode(char *dst, const void *src, size_t length);

/*
 * Strict inverses: no blanks, exact padding (base64) or none (base64url), no
 * stray bits. dst: length / 4 * 3 + 3 bytes. *written is set on success. False
 * on anything else.
 */
bool base64_decode(uint8_t *dst, size_t *written, const char *src,
		   size_t length) MUST_CHECK;
bool base64url_decode(uint8_t *dst, size_t *written, const char *src,
		      size_t length) MUST_CHECK;

/* Either case; length must be even. dst: length / 2 bytes. */
bool hex_decode(uint8_t *dst, const char *src, size_t length) MUST_CHECK;

/* True when every character is 0-9 a-f. */
bool hex_is_lower(const char *src, size_t length);

/*
 * Escapers. Each makes any bytes (UTF-8 where the context is text) safe inside
 * its context and is free of state from one byte to the next, so a value may
 * be escaped piece by piece. dst: ESCAPE_GROWTH * length bytes.
 */
#define ESCAPE_GROWTH 6

typedef size_t escape_fn(char *dst, const char *src, size_t length);

/* As it is: plain text. */
size_t escape_none(char *dst, const char *src, size_t length);

/* Inside a JSON string, the same bytes as ECMAScript's JSON.stringify: \b \t
 * \n \f \r \" \\ and \u00xx for other controls; the rest as it is. */
size_t escape_json(char *dst, const char *src, size_t length);

/* Text and double- or single-quoted attribute values in HTML and XML: & < > "
 * ' as references. */
size_t escape_html(char *dst, const char *src, size_t length);

/* A URL's path or query part (RFC 3986, SigV4): unreserved characters stay,
 * all else is %XX in upper case; `/` too. */
size_t escape_url(char *dst, const char *src, size_t length);

/* The same, but `/` stays: a key in a path. */
size_t escape_url_path(char *dst, const char *src, size_t length);

/* Between single quotes in a POSIX shell: ' becomes '\''. */
size_t escape_shell(char *dst, const char *src, size_t length);

/* Between double quotes in CSV (RFC 4180): " becomes "". */
size_t escape_csv(char *dst, const char *src, size_t length);

/* Text and quoted attribute values in XML 1.0: what HTML has, and tab, line
 * feed and carriage return as references, which no attribute loses. The other
 * controls below U+0020 can't stand in XML at all: each becomes U+FFFD. */
size_t escape_xml(char *dst, const char *src, size_t length);

/* Between double quotes in curl's -K file: \\ \" \t \n \r \v; the rest as it
 * is. */
size_t escape_curl(char *dst, const char *src, size_t length);

/* For formats without quoting, where a value ends with its line: ASCII controls
 * become \x0a and the like, to be read by people; the rest as it is. What a
 * program is to read back must not hold any. */
size_t escape_line(char *dst, const char *src, size_t length);

/*
 * RFC 3339 in UTC, whole seconds: 2026-02-03T04:05:06Z. dst: 21 bytes,
 * terminated. By itself, because the C library reads the system's time zone
 * first, even for UTC. Before 1970 and after 9999 it is the end of 9999.
 */
#define TIME_TEXT_MAX 21
void time_text(int64_t unix_seconds, char dst[TIME_TEXT_MAX]);

#endif
