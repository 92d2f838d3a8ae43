#include "problems.h"

#include <stdarg.h>
#include <stdlib.h>

#include "pointer.h"

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
	problems->alike = NULL;
	problems->count = 0;
}

/* ---- which of them say the same ------------------------------------------- */

static bool is_word(char c)
{
	return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
	       (c >= 'A' && c <= 'Z');
}

/* Skip the digits, or the text in single quotes, that begin at text[at]. A
 * quote between two letters is an apostrophe. Returns the place behind it, or
 * `at` where there is nothing to skip. */
static size_t skip_value(const char *text, size_t at)
{
	size_t end = at;

	while (text[end] >= '0' && text[end] <= '9')
		end++;
	if (text[at] != '\'' || (at > 0 && is_word(text[at - 1])))
		return end;
	for (end = at + 1; text[end]; end++) {
		if (text[end] == '\'' && !is_word(text[end + 1]))
			return end + 1;
	}
	return at;
}

/* Are two messages the same but for the values in them? */
static bool says_same(const char *a, const char *b)
{
	size_t i = 0, j = 0;

	for (;;) {
		size_t behind = skip_value(a, i), beyond = skip_value(b, j);

		if ((behind == i) != (beyond == j))
			return false;
		i = behind;
		j = beyond;
		if (a[i] != b[j])
			return false;
		if (!a[i])
			return true;
		i++;
		j++;
	}
}

static bool is_alike(const struct problem *a, const struct problem *b)
{
	return a->error == b->error && pointer_alike(a->pointer, b->pointer) &&
	       says_same(a->message, b->message);
}

/* Count `problem` with the first of the `kept` ones that says the same. False
 * when there is none. */
static bool count_alike(struct problems *problems, size_t kept,
			const struct problem *problem)
{
	for (size_t i = 0; i < kept; i++) {
		if (problems->alike[i] > 0 &&
		    is_alike(&problems->list[i], problem)) {
			problems->alike[i]++;
			return true;
		}
	}
	return false;
}

size_t problems_next(const struct problems *problems, size_t *at)
{
	size_t kept = problems_kept(problems);

	while (*at < kept && problems->alike[*at] == 0)
		++*at;
	return *at < kept ? problems->alike[*at] : 0;
}

size_t problems_untold(const struct problems *problems)
{
	size_t told = 0;

	for (size_t i = 0; i < problems_kept(problems); i++)
		told += problems->alike[i];
	return problems->count - told;
}

/* ---- adding --------------------------------------------------------------- */

static void allocate(struct problems *problems)
{
	const size_t each = sizeof(struct problem) + sizeof(size_t);

	problems->list = calloc(PROBLEMS_MAX, each);
	if (problems->list) {
		problems->alike =
			(size_t *)(void *)(problems->list + PROBLEMS_MAX);
		return;
	}
	problems->list = &problems->first;
	problems->alike = &problems->first_alike;
}

/* The bytes behind the ends of the texts are left out: they are whatever the
 * stack held before, such as a token. */
static void copy(struct problem *to, const struct problem *from)
{
	to->error = from->error;
	to->retry_after = from->retry_after;
	memcpy(to->pointer, from->pointer, strlen(from->pointer) + 1);
	memcpy(to->message, from->message, strlen(from->message) + 1);
}

void problems_push(struct problems *problems, const struct problem *problem)
{
	size_t before;

	if (!problems->list)
		allocate(problems);
	before = problems_kept(problems);
	problems->count++;
	if (problems_kept(problems) > before) {
		copy(&problems->list[before], problem);
		problems->alike[before] = 0;
	}
	if (!count_alike(problems, before, problem) &&
	    problems_kept(problems) > before)
		problems->alike[before] = 1;
}

enum error problems_add(struct problems *problems, enum error error,
			const char *pointer, const char *format, ...)
{
	struct problem problem;
	va_list arguments;

	va_start(arguments, format);
	problem_write(&problem, error, pointer, format, arguments);
	va_end(arguments);
	problems_push(problems, &problem);
	return error;
}
