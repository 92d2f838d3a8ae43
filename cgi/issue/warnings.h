/*
 * warnings - what is issued all the same but probably not meant, for the
 * answer's `messages`. The first WARNINGS_MAX are kept, the rest are counted.
 */
#ifndef MINTAGE_CGI_ISSUE_WARNINGS_H
#define MINTAGE_CGI_ISSUE_WARNINGS_H

#include "lib/base/buffer.h"
#include "lib/base/problem.h"

#define WARNINGS_MAX 20

/* {0} is empty. Ends with warnings_free. */
struct warnings {
	size_t count;       /* kept */
	uint64_t more;      /* counted alone */
	struct buffer text; /* the kept ones, each with a NUL behind it */
};

/* Where memory is out, the warning is counted. */
void warnings_add(struct warnings *warnings, const char *pointer,
		  const char *text);

/* "POINTER: TEXT" of number `at`, from 0; then "and N more warnings" where some
 * were not kept, written to `last`; NULL behind the last. */
const char *warnings_get(const struct warnings *warnings, size_t at,
			 char last[PROBLEM_MESSAGE_MAX]);

void warnings_free(struct warnings *warnings);

#endif
