/*
 * share_field - how the values of a share's fields are read.
 */
#ifndef MINTAGE_CGI_INPUT_SHARE_FIELD_H
#define MINTAGE_CGI_INPUT_SHARE_FIELD_H

#include "lib/base/problem.h"
#include "lib/base/slice.h"

/* Is the value UTF-8 without control characters? With `has_lines` it may have
 * tabs and line ends. */
bool share_field_is_prose(struct slice value, bool has_lines);

/*
 * Read when a share ends. For a length of time, such as 7d, *seconds is set;
 * for a time, such as 2027-01-31T18:00:00Z or 2027-01-31, *at is set, to Unix
 * seconds. The other one is left as it is. ERROR_BAD_VALUE at `pointer` for
 * anything else, and for a length of time of more than CONFIG_LINK_AGE_MAX
 * seconds.
 */
enum error share_field_expires(struct slice value, const char *pointer,
			       uint64_t *seconds, int64_t *at,
			       struct problem *problem) MUST_CHECK;

#endif
