#include "header.h"

bool header_next_part(struct slice *rest, char separator, struct slice *part)
{
	bool quoted = false;
	size_t end = 0;

	if (!rest->data)
		return false;
	for (; end < rest->length; end++) {
		char c = rest->data[end];

		if (c == '"')
			quoted = !quoted;
		else if (quoted && c == '\\')
			end++;
		else if (!quoted && c == separator)
			break;
	}
	if (end >= rest->length) {
		*part = slice_trim(*rest);
		*rest = slice_of(NULL, 0);
		return true;
	}
	*part = slice_trim(slice_of(rest->data, end));
	*rest = slice_of(rest->data + end + 1, rest->length - end - 1);
	return true;
}

bool header_next_parameter(struct slice *rest, struct slice *name,
			   struct slice *value)
{
	struct slice part;

	do {
		if (!header_next_part(rest, ';', &part))
			return false;
	} while (part.length == 0);
	(void)slice_split(&part, '=', name);
	*name = slice_trim(*name);
	*value = part.data ? slice_trim(part) : slice_of("", 0);
	return true;
}
