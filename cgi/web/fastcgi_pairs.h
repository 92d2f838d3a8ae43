/*
 * fastcgi_pairs - the name-value pairs of PARAMS and GET_VALUES (FastCGI
 * specification, 3.4), taken apart piece by piece, wherever records cut them.
 *
 * A pair is the length of its name, the length of its value, the name and the
 * value. Nothing is stored or allocated here, so a length is only a number
 * until the caller has decided about it.
 */
#ifndef MINTAGE_CGI_WEB_FASTCGI_PAIRS_H
#define MINTAGE_CGI_WEB_FASTCGI_PAIRS_H

#include "lib/base/slice.h"

/* Begins as {0}. */
struct fastcgi_pairs {
	int place; /* what comes next: a length, the name, the value */
	/* Of the pair under way; known from FASTCGI_PAIRS_LENGTHS on. */
	uint32_t name_length;
	uint32_t value_length;
	uint32_t left;       /* bytes of the name or value to come */
	uint8_t lengths[4];  /* what there is of a length of four bytes */
	unsigned length_got; /* bytes of that */
};

enum fastcgi_pairs_step {
	FASTCGI_PAIRS_MORE,    /* all of `rest` has been taken */
	FASTCGI_PAIRS_LENGTHS, /* both lengths are known */
	FASTCGI_PAIRS_NAME,    /* *part is some of the name, never empty */
	FASTCGI_PAIRS_VALUE,   /* *part is some of the value, never empty */
	FASTCGI_PAIRS_END,     /* the pair is whole */
};

/* Take the next piece of `rest`. *part borrows from it. */
enum fastcgi_pairs_step fastcgi_pairs_next(struct fastcgi_pairs *pairs,
					   struct slice *rest,
					   struct slice *part);

/* Is no pair under way? */
bool fastcgi_pairs_is_between(const struct fastcgi_pairs *pairs);

#endif
