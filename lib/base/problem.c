#include "problem.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The length of the UTF-8 sequence at `text`, or 0 when there is none. It also
 * takes overlong forms and surrogates: a message only needs to be printable. */
static size_t sequence_length(const char *text)
{
	unsigned char first = (unsigned char)text[0];
	size_t length = first < 0x80                                    ? 1 :
			first >= 0xc2 && first <= 0xdf                  ? 2 :
			first >= 0xe1 && first <= 0xef && first != 0xed ? 3 :
			first >= 0xf1 && first <= 0xf3                  ? 4 :
									  0;

	for (size_t i = 1; i < length; i++) {
		if (((unsigned char)text[i] & 0xc0) != 0x80)
			return 0;
	}
	return length;
}

/*
 * Messages quote what was sent and are cut to fit. This makes of them one line
 * of whole characters.
 */
static void text_tidy(char *text)
{
	while (*text) {
		size_t length = sequence_length(text);

		if (length == 0 || (unsigned char)*text < 0x20 ||
		    *text == 0x7f) {
			*text = length == 0 ? '?' : ' ';
			length = 1;
		}
		text += length;
	}
}

void problem_write(struct problem *problem, enum error error,
		   const char *pointer, const char *format, va_list arguments)
{
	problem->error = error;
	problem->retry_after = 0;
	snprintf(problem->pointer, sizeof(problem->pointer), "%s",
		 pointer ? pointer : "");
	vsnprintf(problem->message, sizeof(problem->message), format,
		  arguments);
	text_tidy(problem->message);
	text_tidy(problem->pointer);
}

enum error problem_set(struct problem *problem, enum error error,
		       const char *pointer, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	problem_write(problem, error, pointer, format, arguments);
	va_end(arguments);
	return error;
}
