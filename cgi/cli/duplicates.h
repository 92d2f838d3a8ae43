/*
 * duplicates - finds a member that an object of a JSON document has twice.
 *
 * Readers of JSON differ in which of the two they take, so such a document
 * means one thing to one reader and another thing to the next.
 */
#ifndef MINTAGE_CGI_CLI_DUPLICATES_H
#define MINTAGE_CGI_CLI_DUPLICATES_H

#include "lib/base/json.h"
#include "lib/base/problem.h"

/* Most members that an object may have, since each is compared with all. */
#define DUPLICATES_MEMBERS_MAX 64

/*
 * Look through the whole document. ERROR_MALFORMED: it isn't JSON, a name is
 * given twice in one object, however it is escaped, or an object has too many
 * members. The message reads "its WHAT ...", with `what` in that place.
 */
enum error duplicates_check(struct slice document, const char *what,
			    struct problem *problem) MUST_CHECK;

#endif
