/*
 * problems - all that is wrong with one request.
 */
#ifndef MINTAGE_LIB_BASE_PROBLEMS_H
#define MINTAGE_LIB_BASE_PROBLEMS_H

#include "problem.h"

#define PROBLEMS_MAX 100

/*
 * The first PROBLEMS_MAX failures of a request, and how many there were. Most
 * requests have none, so the list is allocated with the first failure; where
 * memory is out, the first failure alone is kept, in place.
 *
 * A program wants a failure for each entry. A person wants one line for all
 * that say the same: problems_next goes from one of these to the next.
 *
 * {0} is empty. Ends with problems_free. Not to be copied: `list` may point
 * into the struct.
 */
struct problems {
	size_t count;
	struct problem *list; /* problems_kept() of them; owned */
	/* By number of a kept failure: how many say what it says, itself
	 * counted and those that are not kept too; 0 where an earlier one says
	 * it already. Lies behind the list. */
	size_t *alike;
	struct problem first;
	size_t first_alike;
};

/* How many of the failures can be read in problems->list. */
size_t problems_kept(const struct problems *problems);

/* The first failure's number, ERROR_NONE where there is none. */
enum error problems_first(const struct problems *problems);

/* Forget them all, and free what holds them. */
void problems_free(struct problems *problems);

/* Append to `problems`. Past PROBLEMS_MAX, problems are counted but not kept.
 * Returns `error`. */
enum error problems_add(struct problems *problems, enum error error,
			const char *pointer, const char *format, ...)
	PRINTF_LIKE(4, 5);

/*
 * Set *at to the number of the next kept failure that says something new,
 * beginning with *at itself, and return how many say the same as it; 0 when
 * there is none. Two say the same when they have the same error, the same place
 * in two entries of one list, and the same message but for numbers and what is
 * quoted in it.
 */
size_t problems_next(const struct problems *problems, size_t *at);

/* How many failures are neither kept nor say what a kept one says. */
size_t problems_untold(const struct problems *problems);

/* Append a copy of `problem`. */
void problems_push(struct problems *problems, const struct problem *problem);

#endif
