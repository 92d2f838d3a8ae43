/*
 * row - pass 2, one row of the answer at a time: mint or sign what the next
 * entry asks for, and set the values that a template shows of it.
 *
 * Nothing here allocates, except for the one token of a single credential,
 * whose length is the caller's choice.
 */
#ifndef MINTAGE_CGI_ISSUE_ROW_H
#define MINTAGE_CGI_ISSUE_ROW_H

#include "fetch.h"
#include "lib/base/date.h"
#include "lib/base/sink.h"
#include "lib/render/values.h"
#include "lib/sign/mint.h"
#include "link.h"

/* Decimal digits of a uint64_t. */
#define ROW_NUMBER_MAX 20

/* Holds secrets: set the first five, zero the rest, end with row_wipe. */
struct row {
	const struct order *order;
	struct tally *tally;
	struct fetch *fetch;     /* what Cloudflare signed, or NULL */
	struct mint *mint;       /* holds something where `begun` */
	struct issue_link *link; /* NULL: no links are made */

	struct slice values[VALUE_NUMBER_OF_NAMES];
	uint64_t number;    /* of the next row, from 0 */
	bool begun;         /* mint is ready for `scope` */
	struct scope scope; /* what mint was begun for */
	uint32_t ttl;       /* what `expires` was made for */
	bool beyond_get;    /* the last link was not a GET */
	char *token;        /* of a single credential; owned */
	size_t token_size;
	char expires[DATE_TEXT_MAX];
	char digits[ROW_NUMBER_MAX]; /* of the row's number */
	char code[ROW_NUMBER_MAX];   /* of its error */
	struct problem problem;
};

/* `value` in decimal, at the end of `dst`; without stdio, for this is done for
 * each row. */
struct slice row_number(char dst[ROW_NUMBER_MAX], uint64_t value);

/*
 * Set the values of the next row. Each entry is checked once more: what is
 * issued must be what was recorded, even if the manifest changed since. False
 * behind the last row, and where the answer can't go on: then tally->broken is
 * set too, and what was written must not be taken for whole.
 */
bool row_next(struct row *row) MUST_CHECK;

/* Wipe what the rows left behind. */
void row_wipe(struct row *row);

#endif
