/*
 * warnings - notes for the answer's `messages` on what is issued, but is
 * probably not what was meant. The first WARNINGS_MAX are kept, the rest are
 * counted.
 */
#ifndef MINTAGE_CGI_ISSUE_WARNINGS_H
#define MINTAGE_CGI_ISSUE_WARNINGS_H

#include "lib/base/buffer.h"
#include "lib/base/problem.h"

#define WARNINGS_MAX 20

/* {0} is empty. Ends with warnings_free. */
struct warnings {
	size_t count;       /* warnings kept in `text` */
	uint64_t more;      /* warnings counted but not kept */
	struct buffer text; /* the kept ones, each terminated by a NUL */
};

/* Add "POINTER: TEXT", cut to PROBLEM_MESSAGE_MAX bytes. Where memory is out,
 * the warning is counted but not kept. */
void warnings_add(struct warnings *warnings, const char *pointer,
		  const char *text);

/* Warning number `at`, from 0, as "POINTER: TEXT"; it lives until the next
 * warnings_add or warnings_free. Where some were not kept, the one after the
 * last is "and N more warnings", written to `last`. NULL after that. */
const char *warnings_get(const struct warnings *warnings, size_t at,
			 char last[PROBLEM_MESSAGE_MAX]);

/* Free the texts; leaves {0}. */
void warnings_free(struct warnings *warnings);

#endif
