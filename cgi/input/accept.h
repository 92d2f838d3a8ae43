/*
 * accept - what an Accept header says of a content type (RFC 9110, 12.4.2 and
 * 12.5.1).
 *
 * Of the ranges that match a type, the most exact one decides: one with
 * parameters before one without, that before "text/" with a star, and that
 * before a star alone. Names, values and types are compared in any case.
 *
 * What clients send against the grammar is read as follows. A star alone stands
 * for any type. ".5" is 0.5, and more than 1 is 1. A weight that can't be read
 * is the lowest there is, so that its range is taken only where no other is.
 */
#ifndef MINTAGE_CGI_INPUT_ACCEPT_H
#define MINTAGE_CGI_INPUT_ACCEPT_H

#include "lib/base/slice.h"

/* How much a client wants a type. Zero: not at all. */
struct accept_rank {
	unsigned quality; /* 0 to 1000 */
	unsigned kind;    /* of the range: 1 any type, 2 one with a star, 3 one
			   * named in full; 0 where no range was named */
	size_t place;     /* of the range in the header, counted from 0 */
};

/*
 * The rank that `accept` gives to a content type, which may have parameters.
 * Every type has the quality 1000 where the header names no range. A range that
 * asks for the charset utf-8 matches a type that names no charset, because all
 * answers are in UTF-8.
 */
struct accept_rank accept_rank(struct slice accept, struct slice content_type);

/*
 * Does the client want the type of rank `a` more than the one of rank `b`? By
 * quality; at equal quality by how exactly the type was named, and then by the
 * client's order. False for two of equal rank.
 */
bool accept_prefers(struct accept_rank a, struct accept_rank b);

#endif
