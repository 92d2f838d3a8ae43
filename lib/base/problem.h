/*
 * problem - a failure as a person reads it: its number, the field or entry that
 * is at fault, and a sentence that says what to do. It never holds a secret.
 */
#ifndef MINTAGE_LIB_BASE_PROBLEM_H
#define MINTAGE_LIB_BASE_PROBLEM_H

#include <stdarg.h>
#include <stddef.h>

#include "error.h"

#define PROBLEM_POINTER_MAX 64
#define PROBLEM_MESSAGE_MAX 320

/* One failure as a person reads it. */
struct problem {
	enum error error;
	/* JSON Pointer (RFC 6901) to the field or entry, or "". */
	char pointer[PROBLEM_POINTER_MAX];
	/* UTF-8, one line, what is wrong and the remedy; truncated to fit. */
	char message[PROBLEM_MESSAGE_MAX];
	/* Seconds after which it may go well, where that is known, else 0. */
	unsigned retry_after;
};

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

/* Write `problem`. `pointer` may be NULL. Returns `error`, so that a failing
 * function can end with `return problem_set(...)`. */
enum error problem_set(struct problem *problem, enum error error,
		       const char *pointer, const char *format, ...)
	PRINTF_LIKE(4, 5);

/* Append to `problems`; counted but not kept past PROBLEMS_MAX. Returns
 * `error`. */
enum error problems_add(struct problems *problems, enum error error,
			const char *pointer, const char *format, ...)
	PRINTF_LIKE(4, 5);

/* Append a copy of `problem`. */
void problems_push(struct problems *problems, const struct problem *problem);

#endif
