/*
 * row - pass 2, one row of the answer at a time: mint or sign what the next
 * entry asks for, and set the values that a template shows of it.
 *
 * The rows of a batch allocate nothing. A single credential allocates its lists
 * of paths and its token, since a caller may name any number of paths.
 */
#ifndef MINTAGE_CGI_ISSUE_ROW_H
#define MINTAGE_CGI_ISSUE_ROW_H

#include "fetch.h"
#include "lib/base/date.h"
#include "lib/base/sink.h"
#include "lib/render/values.h"
#include "lib/sign/mint.h"
#include "link.h"

/* The decimal digits of the largest uint64_t; no NUL is stored. */
#define ROW_NUMBER_MAX 20

/* The state of pass 2. The caller sets the first five members and zeroes the
 * rest. Holds secrets: ends with row_wipe. */
struct row {
	const struct order *order;
	struct tally *tally;
	struct fetch *fetch;     /* what Cloudflare signed, or NULL */
	struct mint *mint;       /* set up only where `begun` */
	struct issue_link *link; /* NULL: no links are made */

	/* What a template shows, by VALUE_...; live until the next row. */
	struct slice values[VALUE_NUMBER_OF_NAMES];
	uint64_t number;    /* of the next row, from 0 */
	bool begun;         /* mint is ready for `scope` */
	struct scope scope; /* what mint was begun for */
	uint32_t ttl;       /* what `expires` was made for */
	bool beyond_get;    /* the last link was not a GET */
	char *token;        /* of a single credential, or NULL; owned */
	size_t token_size;
	char expires[DATE_TEXT_MAX];
	char digits[ROW_NUMBER_MAX]; /* of the row's number */
	char code[ROW_NUMBER_MAX];   /* of the row's error */
	struct problem problem;      /* why the row has an error */
};

/* Write `value` in decimal to the end of `dst`, and return that part of it. No
 * stdio, because this is done for each row. */
struct slice row_number(char dst[ROW_NUMBER_MAX], uint64_t value);

/*
 * Set the values of the next row. Each entry is checked once more: what is
 * issued must be what was recorded, even if the manifest changed since. False
 * after the last row. False also where the answer can't go on; then
 * tally->broken is set, and what was written so far must not pass for a whole
 * answer.
 */
bool row_next(struct row *row) MUST_CHECK;

/* Wipe the mint, the link and the token, and free the token. */
void row_wipe(struct row *row);

#endif
