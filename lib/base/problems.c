#include "problems.h"

#include <stdarg.h>
#include <stdlib.h>

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
