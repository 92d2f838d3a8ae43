#include "warnings.h"

#include <inttypes.h>
#include <stdio.h>

void warnings_add(struct warnings *warnings, const char *pointer,
		  const char *text)
{
	char line[PROBLEM_MESSAGE_MAX];
	int length = snprintf(line, sizeof(line), "%s: %s", pointer, text);

	if (warnings->count == WARNINGS_MAX || length < 0 ||
	    !buffer_add(&warnings->text, line, strlen(line) + 1))
		warnings->more++;
	else
		warnings->count++;
}

const char *warnings_get(const struct warnings *warnings, size_t at,
			 char last[PROBLEM_MESSAGE_MAX])
{
	const char *text = warnings->text.data;

	if (at == warnings->count && warnings->more > 0) {
		snprintf(last, PROBLEM_MESSAGE_MAX,
			 "and %" PRIu64 " more warnings", warnings->more);
		return last;
	}
	if (at >= warnings->count)
		return NULL;
	while (at-- > 0)
		text += strlen(text) + 1;
	return text;
}

void warnings_free(struct warnings *warnings)
{
	buffer_free(&warnings->text);
	*warnings = (struct warnings){ 0 };
}
