/*
 * part - the parts that links of several kinds are made of: codes, times, and
 * arguments in the query.
 */
#ifndef MINTAGE_LIB_LINKS_PART_H
#define MINTAGE_LIB_LINKS_PART_H

#include <stdbool.h>
#include <stdint.h>

#include "lib/base/error.h"
#include "lib/base/slice.h"

#define LINK_TIME_DIGITS 8    /* of a time in hexadecimal */
#define LINK_EXPIRES_MAX 12   /* digits of a time in decimal */
#define LINK_EXPIRES_FIXED 10 /* the same, of the years 2001 to 2286 */

/* Is `text` the code `code` of `size` bytes, in lower-case hexadecimal? Takes
 * the same time for each text of that length. `size` is 32 at most. Wipes
 * *code: it may be what a bad link lacked. */
bool links_part_is_hex(struct slice text, uint8_t *code, size_t size);

/* Is `text` the code `code` of `size` bytes in base64url, without padding? Only
 * the one text that encodes the code will do: bits that say nothing must be
 * zero. The time it takes, the size and the wiping are as above. */
bool links_part_is_base64(struct slice text, uint8_t *code, size_t size);

/* Read a time in decimal: 1 to LINK_EXPIRES_MAX digits, no sign, no zero
 * before them, not 0. */
bool links_part_expires(struct slice text, int64_t *time) MUST_CHECK;

/* Read a time in decimal of exactly LINK_EXPIRES_FIXED digits. It is for codes
 * of texts in which no mark parts the time from what is beside it. "/file2"
 * 1700000000 and "/file" 21700000000 would be one text, and a link to one key
 * open another. */
bool links_part_fixed_expires(struct slice text, int64_t *time) MUST_CHECK;

/* Read a time of exactly LINK_TIME_DIGITS hexadecimal digits. */
bool links_part_time(struct slice text, int64_t *time) MUST_CHECK;

/* Take the first segment of *path, and the "/" behind it: false where no "/" is
 * behind it, or it has not exactly `length` bytes. */
bool links_part_segment(struct slice *path, size_t length,
			struct slice *segment) MUST_CHECK;

/* Find the argument `name` in a query. False where it is not there, or is there
 * twice: then nobody knows which of the two another program looked at. The
 * value is not decoded. */
bool links_part_argument(struct slice query, struct slice name,
			 struct slice *value) MUST_CHECK;

#endif
