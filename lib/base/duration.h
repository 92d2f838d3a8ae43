/*
 * duration - a length of time as people write it: a whole number of seconds, or
 * a whole number with one unit behind it and nothing between, such as 900, 15m,
 * 1h or 7d. The units are s, m (or min), h, d and w, in lower case: a month and
 * a year have no fixed length, and M would be taken for one of them.
 */
#ifndef MINTAGE_LIB_BASE_DURATION_H
#define MINTAGE_LIB_BASE_DURATION_H

#include "problem.h"
#include "slice.h"

/* How to write one, for messages and usage texts. */
#define DURATION_EXAMPLES "900, 15m, 1h or 7d"

/*
 * Set *seconds to the length of time that `text` names, from 1 to `max`.
 * ERROR_BAD_VALUE at `pointer` where it names none, names it in more than one
 * unit or in an unknown one, or is out of that range. The message quotes the
 * text and says what to write instead.
 */
enum error duration_read(struct slice text, const char *pointer, uint64_t max,
			 uint64_t *seconds, struct problem *problem) MUST_CHECK;

#endif
