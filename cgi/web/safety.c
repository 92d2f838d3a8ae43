#include "safety.h"

#include <stdbool.h>
#include <string.h>
#include <strings.h>

/* May a browser show the type as a document with scripts? */
static bool is_document(const char *content_type)
{
	size_t length = strcspn(content_type, "; \t");

	for (size_t i = 0; i < length; i++) {
		if (strncasecmp(content_type + i, "html", 4) == 0 ||
		    strncasecmp(content_type + i, "svg", 3) == 0)
			return true;
	}
	return false;
}

enum safety_kind safety_kind(int status, const char *content_type)
{
	if (status >= 300 && status < 400)
		return SAFETY_REDIRECT;
	return is_document(content_type) ? SAFETY_PAGE : SAFETY_DATA;
}

#define LINE_0(name, value)
#define LINE_1(name, value) name ": " value "\r\n"
#define DATA_LINE(name, value, data, page, redirect) LINE_##data(name, value)
#define PAGE_LINE(name, value, data, page, redirect) LINE_##page(name, value)
#define REDIRECT_LINE(name, value, data, page, redirect) \
	LINE_##redirect(name, value)

struct slice safety_headers(enum safety_kind kind)
{
	static const struct slice headers[SAFETY_COUNT] = {
		[SAFETY_DATA] = SLICE(SAFETY_TABLE(DATA_LINE)),
		[SAFETY_PAGE] = SLICE(SAFETY_TABLE(PAGE_LINE)),
		[SAFETY_REDIRECT] = SLICE(SAFETY_TABLE(REDIRECT_LINE)),
	};

	return headers[kind];
}
