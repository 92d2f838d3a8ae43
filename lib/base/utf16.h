/*
 * utf16 - UTF-16 text, such as Excel's "Unicode Text" and what PowerShell's >
 * writes, as UTF-8 (RFC 2781; The Unicode Standard, 3.9 and 3.10).
 */
#ifndef MINTAGE_LIB_BASE_UTF16_H
#define MINTAGE_LIB_BASE_UTF16_H

#include <stdbool.h>

#include "problem.h"
#include "slice.h"

/* Does the text begin with a byte order mark of UTF-16, in either order? */
bool utf16_has_mark(struct slice text);

/* Does a text without a mark look like UTF-16 all the same? It does when its
 * first two characters are of ASCII, each with a NUL before or behind it. */
bool utf16_lacks_mark(struct slice text);

/*
 * Check a text that begins with a mark, and set *length to the bytes that it
 * has in UTF-8, without the mark. ERROR_MALFORMED, without a pointer, for half
 * a surrogate pair (with its line and character, from 1), for an odd number of
 * bytes, and for UTF-32, which begins with the same mark.
 */
enum error utf16_measure(struct slice text, size_t *length,
			 struct problem *problem) MUST_CHECK;

/* Write the text that utf16_measure has accepted as UTF-8, to the `length`
 * bytes of `dst` that it said. */
void utf16_decode(char *dst, struct slice text);

#endif
