#include "problem.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The length of the UTF-8 sequence at `text`, 0 when there is none. Roughly: a
 * message must be printable, not canonical. */
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
 * Messages quote what was sent, cut to fit: keep them to one line of whole
 * characters.
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

static void problem_write(struct problem *problem, enum error error,
			  const char *pointer, const char *format,
			  va_list arguments) PRINTF_LIKE(4, 0)
	__attribute__((nonnull(1, 4)));

static void problem_write(struct problem *problem, enum error error,
			  const char *pointer, const char *format,
			  va_list arguments)
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

size_t problems_kept(const struct problems *problems)
{
	size_t most = problems->list == &problems->first ? 1 : PROBLEMS_MAX;

	return problems->count < most ? problems->count : most;
}

enum error problems_first(const struct problems *problems)
{
	return problems->count > 0 ? problems->list[0].error : ERROR_NONE;
}

void problems_free(struct problems *problems)
{
	if (problems->list != &problems->first)
		free(problems->list);
	problems->list = NULL;
	problems->count = 0;
}

/* The place of one more, which is counted; NULL: it can't be kept. */
static struct problem *next_place(struct problems *problems)
{
	if (!problems->list)
		problems->list = malloc(PROBLEMS_MAX * sizeof(struct problem));
	if (!problems->list)
		problems->list = &problems->first;
	problems->count++;
	return problems_kept(problems) == problems->count ?
		       &problems->list[problems->count - 1] :
		       NULL;
}

enum error problems_add(struct problems *problems, enum error error,
			const char *pointer, const char *format, ...)
{
	struct problem *place = next_place(problems);
	va_list arguments;

	if (place) {
		va_start(arguments, format);
		problem_write(place, error, pointer, format, arguments);
		va_end(arguments);
	}
	return error;
}

void problems_push(struct problems *problems, const struct problem *problem)
{
	struct problem *place = next_place(problems);

	if (place)
		*place = *problem;
}
