#include "error.h"

#include <stdio.h>
#include <string.h>

int error_status(enum error error)
{
	switch (error) {
	case ERROR_NONE:
		return 200;
	case ERROR_NO_ROUTE:
		return 404;
	case ERROR_UNAUTHORIZED:
		return 401;
	case ERROR_ACCESS_DENIED:
	case ERROR_INSECURE:
		return 403;
	case ERROR_UNAVAILABLE:
		return 503;
	case ERROR_TOO_MANY_REQUESTS:
		return 429;
	case ERROR_BUCKET_NAME:
	case ERROR_OBJECT_NAME:
	case ERROR_MALFORMED:
	case ERROR_UNKNOWN_FIELD:
	case ERROR_DUPLICATE_FIELD:
	case ERROR_MISSING_FIELD:
	case ERROR_BAD_VALUE:
	case ERROR_EMPTY:
	case ERROR_AMBIGUOUS:
	case ERROR_SHORT_BODY:
		return 400;
	case ERROR_METHOD:
		return 405;
	case ERROR_NOT_ACCEPTABLE:
		return 406;
	case ERROR_LENGTH_REQUIRED:
		return 411;
	case ERROR_TOO_LARGE:
		return 413;
	case ERROR_MEDIA_TYPE:
		return 415;
	case ERROR_UPSTREAM:
		return 502;
	case ERROR_INTERNAL:
	case ERROR_CONFIG:
	case ERROR_TEMPLATE:
	case ERROR_CLIENT_GONE:
		return 500;
	}
	return 500;
}

const char *status_text(int status)
{
	static const struct {
		int status;
		const char *text;
	} texts[] = {
		{ 200, "OK" },
		{ 400, "Bad Request" },
		{ 401, "Unauthorized" },
		{ 403, "Forbidden" },
		{ 404, "Not Found" },
		{ 405, "Method Not Allowed" },
		{ 406, "Not Acceptable" },
		{ 411, "Length Required" },
		{ 413, "Content Too Large" },
		{ 415, "Unsupported Media Type" },
		{ 429, "Too Many Requests" },
		{ 500, "Internal Server Error" },
		{ 502, "Bad Gateway" },
		{ 503, "Service Unavailable" },
	};

	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		if (texts[i].status == status)
			return texts[i].text;
	}
	return "Error";
}

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

enum error problems_add(struct problems *problems, enum error error,
			const char *pointer, const char *format, ...)
{
	va_list arguments;

	if (problems->count < PROBLEMS_MAX) {
		va_start(arguments, format);
		problem_write(&problems->list[problems->count], error, pointer,
			      format, arguments);
		va_end(arguments);
	}
	problems->count++;
	return error;
}

void problems_push(struct problems *problems, const struct problem *problem)
{
	if (problems->count < PROBLEMS_MAX)
		problems->list[problems->count] = *problem;
	problems->count++;
}
