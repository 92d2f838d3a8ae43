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
 * {0} is empty. Ends with problems_free. Not to be copied: `list` may point
 * into the struct.
 */
struct problems {
	size_t count;
	struct problem *list; /* problems_kept() of them; owned */
	struct problem first;
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

/* Append a copy of `problem`. */
void problems_push(struct problems *problems, const struct problem *problem);

#endif
