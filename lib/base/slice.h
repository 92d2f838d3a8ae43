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

/* The bytes are not terminated and may hold NUL. {NULL, 0} is "none". */
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

/* Compares ASCII letters without their case, in any locale. */
bool slice_equal_nocase(struct slice a, struct slice b);

/* The slice without blanks and tabs at both ends. */
struct slice slice_trim(struct slice a);

/* Take the part of *rest before the first `separator`, or all of it, and move
 * *rest behind the separator. False when *rest is none. */
bool slice_split(struct slice *rest, char separator, struct slice *part);

/* Read a decimal number up to `max`. False when there is anything but digits, a
 * leading zero, or a higher number. */
bool slice_number(struct slice a, uint64_t max, uint64_t *number) MUST_CHECK;

/*
 * The one of `count` names that is closest to `name`, for "did you mean". NULL
 * when none is close enough to be meant.
 */
const char *slice_nearest(struct slice name, const char *const names[],
			  size_t count);

#endif
