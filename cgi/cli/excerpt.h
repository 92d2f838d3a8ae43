/*
 * excerpt - which lines of a configuration belong to one of its sections.
 */
#ifndef MINTAGE_CGI_CLI_EXCERPT_H
#define MINTAGE_CGI_CLI_EXCERPT_H

#include "lib/base/slice.h"

/* The bytes from `begin` up to, and without, `end`. */
struct excerpt {
	size_t begin;
	size_t end;
};

/*
 * Find the section whose header is line `line`, counted from 1. It reaches from
 * its header to its last key. Comments between these are its own, and so are
 * the comment lines that touch the header from above, or the last key from
 * below, where an empty line parts them from what is beyond. Any other comment
 * may be about another section.
 */
struct excerpt excerpt_section(struct slice text, int line);

/* The excerpt with the empty lines on one side of it, so that no two gaps are
 * left where it is taken out. */
struct excerpt excerpt_with_gap(struct slice text, struct excerpt excerpt);

#endif
