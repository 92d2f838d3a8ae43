#include "multipart_parameter.h"

void multipart_parameter_skip(char **p, const char *end)
{
	while (*p < end && (**p == ' ' || **p == '\t'))
		(*p)++;
}

/* Browsers write a quote, CR and LF in a name as %22, %0D and %0A. Return the
 * character that is written so at `p`, or NUL. */
static char browser_escape(const char *p, const char *end)
{
	struct slice digits = { NULL, 0 };

	if (end - p >= 3 && *p == '%')
		digits = slice_of(p + 1, 2);
	if (slice_equal_nocase(digits, slice_text("22")))
		return '"';
	if (slice_equal_nocase(digits, slice_text("0d")))
		return '\r';
	return slice_equal_nocase(digits, slice_text("0a")) ? '\n' : '\0';
}

/* Read a quoted value, whose opening quote is behind us, and decode it in
 * place. False where no quote closes it. */
static bool read_quoted(char **p, const char *end, struct slice *value)
{
	char *begin = *p, *out = begin, escaped;

	for (; *p < end && **p != '"'; (*p)++) {
		escaped = browser_escape(*p, end);
		if (escaped != '\0') {
			*out++ = escaped;
			*p += 2;
			continue;
		}
		/* A backslash before any other character stands for itself, as
		 * some browsers send C:\folder\name. */
		if (**p == '\\' && end - *p >= 2 &&
		    ((*p)[1] == '"' || (*p)[1] == '\\'))
			(*p)++;
		*out++ = **p;
	}
	*value = slice_of(begin, (size_t)(out - begin));
	if (*p == end)
		return false;
	(*p)++;
	return true;
}

bool multipart_parameter_read(char **p, const char *end, struct slice *name,
			      struct slice *value)
{
	char *begin;

	if (**p != ';')
		return false;
	(*p)++;
	multipart_parameter_skip(p, end);
	for (begin = *p; *p < end && !strchr("=; \t\"", **p); (*p)++)
		;
	*name = slice_of(begin, (size_t)(*p - begin));
	multipart_parameter_skip(p, end);
	if (*p == end || **p != '=' || name->length == 0)
		return false;
	(*p)++;
	multipart_parameter_skip(p, end);
	if (*p < end && **p == '"') {
		(*p)++;
		return read_quoted(p, end, value);
	}
	for (begin = *p; *p < end && !strchr("; \t\"", **p); (*p)++)
		;
	*value = slice_of(begin, (size_t)(*p - begin));
	return true;
}
