#include "fail.h"

#include <stdio.h>

enum error config_fail(struct problem *problem, const char *path, int line,
		       const char *format, ...)
{
	char reason[PROBLEM_MESSAGE_MAX];
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(reason, sizeof(reason), format, arguments);
	va_end(arguments);
	if (line > 0)
		return problem_set(problem, ERROR_CONFIG, NULL, "%s:%d: %s",
				   path, line, reason);
	return problem_set(problem, ERROR_CONFIG, NULL, "%s: %s", path, reason);
}
