#include "header_text.h"

static bool has_other_blanks(struct slice text)
{
	return text.data[0] == ' ' || text.data[text.length - 1] == ' ' ||
	       memmem(text.data, text.length, "  ", 2) != NULL;
}

/* The place of the first character that isn't printable ASCII. */
static size_t first_other(struct slice text)
{
	size_t i = 0;

	while (i < text.length && text.data[i] >= ' ' && text.data[i] <= '~')
		i++;
	return i;
}

enum error header_text_check(struct slice text, size_t max, struct slice name,
			     const char *pointer, struct problem *problem)
{
	const char *of = name.length ? "the text of '" : "";
	const char *end = name.length ? "' " : "";
	size_t other = first_other(text);
	unsigned char c;

	if (text.length == 0 || text.length > max)
		return problem_set(problem, ERROR_BAD_VALUE, pointer,
				   "%s%.*s%smust have 1 to %zu characters, not "
				   "%zu",
				   of, (int)name.length, name.data, end, max,
				   text.length);
	if (other == text.length && !has_other_blanks(text))
		return ERROR_NONE;
	if (other == text.length)
		return problem_set(problem, ERROR_BAD_VALUE, pointer,
				   "%s%.*s%smust not begin or end with a blank "
				   "or have two in a row: a signature is of "
				   "the text without them",
				   of, (int)name.length, name.data, end);
	c = (unsigned char)text.data[other];
	return problem_set(problem, ERROR_BAD_VALUE, pointer,
			   c < ' ' || c == 0x7f ?
				   "%s%.*s%smust be one line without control "
				   "characters, but byte %zu is 0x%02x" :
				   "%s%.*s%smust be ASCII, for it is sent as a "
				   "header, but byte %zu is 0x%02x: write it "
				   "otherwise, or percent-encode it",
			   of, (int)name.length, name.data, end, other + 1, c);
}
