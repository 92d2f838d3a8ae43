/*
 * slice - borrowed bytes: a pointer and a length.
 */
#ifndef MINTAGE_LIB_BASE_SLICE_H
#define MINTAGE_LIB_BASE_SLICE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "error.h"

/* Borrowed bytes: not terminated, may hold NUL. {NULL, 0} is "none". */
struct slice {
	const char *data;
	size_t length;
};

/* A slice of a string literal, usable in initialisers of constants. */
#define SLICE(literal)                         \
	{                                      \
		(literal), sizeof(literal) - 1 \
	}

static inline struct slice slice_of(const char *data, size_t length)
{
	return (struct slice){ data, length };
}

/* The slice of a terminated string; NULL gives the empty slice. */
static inline struct slice slice_text(const char *text)
{
	return (struct slice){ text, text ? strlen(text) : 0 };
}

static inline bool slice_equal(struct slice a, struct slice b)
{
	return a.length == b.length &&
	       (a.length == 0 || memcmp(a.data, b.data, a.length) == 0);
}

static inline bool slice_is(struct slice a, const char *text)
{
	return slice_equal(a, slice_text(text));
}

static inline bool slice_starts(struct slice a, struct slice prefix)
{
	return a.length >= prefix.length &&
	       (prefix.length == 0 ||
		memcmp(a.data, prefix.data, prefix.length) == 0);
}

/* ASCII-only, locale-free. */
bool slice_equal_nocase(struct slice a, struct slice b);

/* Without blanks and tabs at both ends. */
struct slice slice_trim(struct slice a);

/* Take the part of *rest before the first `separator` (or all of it) and move
 * *rest behind it. False when *rest is none. */
bool slice_split(struct slice *rest, char separator, struct slice *part);

/* A decimal without sign, blanks, leading zeros or anything else, at most
 * `max`. */
bool slice_number(struct slice a, uint64_t max, uint64_t *number) MUST_CHECK;

/*
 * The closest of `count` names to `name` within an edit distance that makes
 * "did you mean" helpful, or NULL.
 */
const char *slice_nearest(struct slice name, const char *const names[],
			  size_t count);

#endif
