/*
 * shape_row - how a row of shape_table describes a shape.
 */
#ifndef MINTAGE_LIB_MANIFEST_SHAPE_ROW_H
#define MINTAGE_LIB_MANIFEST_SHAPE_ROW_H

#include "lib/base/slice.h"

/* How well a line fits a shape. */
enum shape_fit {
	SHAPE_OTHER,   /* it does not */
	SHAPE_SIMILAR, /* it may be of the shape, and a key as well */
	SHAPE_ALIKE,   /* nobody means it as a key */
};

struct shape;

typedef enum shape_fit shape_fit_fn(const struct shape *shape,
				    struct slice line);

#define SHAPE_PATTERNS 6

/* Arrays of patterns end with NULL, unless they are full. */
struct shape {
	const char *name; /* within "line 1 looks like ..." */
	/* What to do instead, within a sentence. NULL where a format reads the
	 * text. */
	const char *remedy;
	const char *format;                  /* that format's name */
	const char *opening[SHAPE_PATTERNS]; /* one decides, as first line */
	const char *alike[SHAPE_PATTERNS];
	const char *similar[SHAPE_PATTERNS];
	shape_fit_fn *fit; /* besides the patterns, or NULL */
	/* For lists of digests: how many hexadecimal digits they have, and how
	 * the algorithm's name begins where lines name it. */
	size_t digits;
	const char *algorithm;
	/* How many lines that are only similar decide, if there are no others.
	 * 0: none. */
	unsigned similar_min;
	/* A line may be the header of a table as well, which a reader of tables
	 * knows better. */
	bool header;
};

#endif
