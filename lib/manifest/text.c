#include "text.h"

#include <stdio.h>

#include "lib/base/utf16.h"
#include "reader.h"

static enum error decode(struct spool *decoded, const char *folder,
			 struct slice *text, size_t length,
			 struct problem *problem)
{
	int error = spool_open(decoded, folder, length);

	if (error != 0)
		return problem_set(problem, ERROR_UNAVAILABLE,
				   MANIFEST_DOCUMENT,
				   "the manifest can't be stored now (%s): try "
				   "again later",
				   strerror(error));
	utf16_decode(decoded->data, *text);
	*text = slice_of(decoded->data, length);
	return ERROR_NONE;
}

enum error manifest_text_decode(struct spool *decoded, const char *folder,
				struct slice *text, struct problem *problem)
{
	size_t length;
	enum error error;

	if (utf16_lacks_mark(*text))
		return problem_set(problem, ERROR_MALFORMED, MANIFEST_DOCUMENT,
				   "the manifest is UTF-16 without a byte "
				   "order mark; save it as UTF-8, or as UTF-16 "
				   "with a mark, which Excel calls Unicode "
				   "Text");
	if (!utf16_has_mark(*text))
		return ERROR_NONE;
	error = utf16_measure(*text, &length, problem);
	if (error == ERROR_NONE)
		return decode(decoded, folder, text, length, problem);
	snprintf(problem->pointer, sizeof(problem->pointer), MANIFEST_DOCUMENT);
	return error;
}

/* Behind blanks, does the text begin as JSON does? */
static bool is_json(struct slice text)
{
	size_t i = 0;

	while (i < text.length && text.data[i] != '\0' &&
	       strchr(" \t\r\n", text.data[i]))
		i++;
	return i < text.length && (text.data[i] == '[' || text.data[i] == '{');
}

enum error manifest_text_check_lines(struct slice text, struct problem *problem)
{
	const char *cr;

	if (text.length == 0 || memchr(text.data, '\n', text.length))
		return ERROR_NONE;
	cr = memchr(text.data, '\r', text.length);
	/* A CR at the very end may be a CR LF that was cut. */
	if (!cr || cr + 1 == text.data + text.length || is_json(text))
		return ERROR_NONE;
	return problem_set(problem, ERROR_MALFORMED, MANIFEST_DOCUMENT,
			   "the lines end in a carriage return (CR) alone, as "
			   "old Macintosh programs write them, the first at "
			   "byte %td; save the file with LF or CR LF line "
			   "ends",
			   cr - text.data + 1);
}
