/*
 * shape - what a list looks like that is no list of keys, although each of its
 * lines could be one: the output of `ls -l`, digests, addresses, rows of a CSV.
 *
 * A program that lists something else must never make keys of it, so such a
 * text is refused, with what it looks like and what to do. Only its first lines
 * are looked at, and enough of them must agree that one odd key in a good list
 * does no harm.
 */
#ifndef MINTAGE_LIB_MANIFEST_SHAPE_H
#define MINTAGE_LIB_MANIFEST_SHAPE_H

#include "lib/base/problem.h"
#include "shape_table.h"

/* How many lines of a text are looked at, and within how many bytes. Empty
 * lines and comments (# and ;) don't count. */
#define SHAPE_LINES 32
#define SHAPE_BYTES 65536

/* A shape, and where it was found. */
struct shape_found {
	const struct shape *shape; /* NULL: the text is of none */
	uint64_t line;             /* one that has it, from 1 */
};

/*
 * The first shape of shape_table that a text has. It has one when
 *  - its first line is one of the shape's openings, or
 *  - half of its lines or more are alike or similar, and one of them is alike,
 *    or the first line alone where a format reads the shape, or
 *  - all lines are similar, and they are at least as many as shape->similar_min.
 */
struct shape_found shape_find(struct slice text);

/* The shape of the first line, as if the text had no other. */
struct shape_found shape_find_first(struct slice text);

/* The shape of which the first line is an opening: no format begins so. */
struct shape_found shape_find_opening(struct slice text);

/*
 * Check that a text that should have a key on each line is not a list of
 * something else, as a text that somebody pasted into a form may be.
 * ERROR_BAD_VALUE, at `pointer`, with what the text looks like and what to do.
 */
enum error shape_check_keys(struct slice text, const char *pointer,
			    struct problem *problem) MUST_CHECK;

/* Fill *problem for a text that is refused. Returns ERROR_BAD_VALUE, at
 * MANIFEST_DOCUMENT. */
enum error shape_refuse(struct shape_found found, struct problem *problem);

#endif
