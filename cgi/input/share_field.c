#include "share_field.h"

#include "lib/base/date.h"
#include "lib/base/duration.h"
#include "lib/base/unicode.h"
#include "lib/config/types.h"

bool share_field_is_prose(struct slice value, bool has_lines)
{
	if (unicode_valid(value) != value.length)
		return false;
	for (size_t i = 0; i < value.length; i++) {
		char c = value.data[i];
		bool is_line = c == '\t' || c == '\r' || c == '\n';

		if (c == '\177' ||
		    ((unsigned char)c < ' ' && !(has_lines && is_line)))
			return false;
	}
	return true;
}

/* A date begins with a year and a hyphen, which no length of time has. */
enum error share_field_expires(struct slice value, const char *pointer,
			       uint64_t *seconds, int64_t *at,
			       struct problem *problem)
{
	if (value.length < 5 || value.data[4] != '-')
		return duration_read(value, pointer, CONFIG_LINK_AGE_MAX,
				     seconds, problem);
	if (date_read(value, at))
		return ERROR_NONE;
	return problem_set(problem, ERROR_BAD_VALUE, pointer,
			   "this is no time: write one such as 7d, 2027-01-31 "
			   "or 2027-01-31T18:00:00Z");
}
