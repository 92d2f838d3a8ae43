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

struct problem {
	enum error error;
	/* JSON Pointer (RFC 6901) to the field or entry, or "". */
	char pointer[PROBLEM_POINTER_MAX];
	/* What is wrong and the remedy, as one line of UTF-8, cut to fit. */
	char message[PROBLEM_MESSAGE_MAX];
	/* Seconds after which a retry may succeed, or 0 when not known. */
	unsigned retry_after;
};

/* Fill *problem. `pointer` may be NULL for none. Returns `error`, so that a
 * failing function can end with `return problem_set(...)`. */
enum error problem_set(struct problem *problem, enum error error,
		       const char *pointer, const char *format, ...)
	PRINTF_LIKE(4, 5);

/* Fill *problem as problem_set does, from a list of the message's arguments. */
void problem_write(struct problem *problem, enum error error,
		   const char *pointer, const char *format, va_list arguments)
	PRINTF_LIKE(4, 0) __attribute__((nonnull(1, 4)));

#endif
