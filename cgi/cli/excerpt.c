#include "excerpt.h"

enum line_kind {
	LINE_END, /* there is no more line */
	LINE_EMPTY,
	LINE_COMMENT,
	LINE_HEADER,
	LINE_KEY, /* or one that goes on with a list */
};

static size_t next_line(struct slice text, size_t at)
{
	const char *end = at < text.length ? memchr(text.data + at, '\n',
						    text.length - at) :
					     NULL;

	return end ? (size_t)(end - text.data) + 1 : text.length;
}

static enum line_kind kind_at(struct slice text, size_t at)
{
	size_t end = next_line(text, at);

	if (at >= text.length)
		return LINE_END;
	while (at < end && strchr(" \t\r\n", text.data[at]))
		at++;
	if (at == end)
		return LINE_EMPTY;
	switch (text.data[at]) {
	case ';':
	case '#':
		return LINE_COMMENT;
	case '[':
		return LINE_HEADER;
	default:
		return LINE_KEY;
	}
}

/* Pass over lines of one kind. */
static size_t skip(struct slice text, size_t at, enum line_kind kind)
{
	while (kind_at(text, at) == kind)
		at = next_line(text, at);
	return at;
}

/* Where the section begins, of which `header` is the first byte of the header:
 * there, or at the comment above it. */
static size_t find_begin(struct slice text, size_t header)
{
	enum line_kind before = LINE_END;
	size_t at = 0, comment = header;

	while (at < header) {
		enum line_kind kind = kind_at(text, at);

		if (kind == LINE_COMMENT && before == LINE_EMPTY)
			comment = at;
		else if (kind != LINE_COMMENT)
			comment = header;
		before = kind;
		at = next_line(text, at);
	}
	return comment;
}

static size_t find_end(struct slice text, size_t header)
{
	size_t at = next_line(text, header), end = at, after;
	enum line_kind kind;

	while ((kind = kind_at(text, at)) != LINE_END && kind != LINE_HEADER) {
		at = next_line(text, at);
		if (kind == LINE_KEY)
			end = at;
	}
	after = skip(text, end, LINE_COMMENT);
	return kind_at(text, after) == LINE_HEADER ? end : after;
}

struct excerpt excerpt_section(struct slice text, int line)
{
	struct excerpt excerpt;
	size_t header = 0;

	for (int i = 1; i < line; i++)
		header = next_line(text, header);
	excerpt.begin = find_begin(text, header);
	excerpt.end = find_end(text, header);
	return excerpt;
}

/* The first of the empty lines that stand just before `at`. */
static size_t gap_before(struct slice text, size_t at)
{
	size_t line = 0, gap = at;

	while (line < at) {
		if (kind_at(text, line) != LINE_EMPTY)
			gap = at;
		else if (gap == at)
			gap = line;
		line = next_line(text, line);
	}
	return gap;
}

struct excerpt excerpt_with_gap(struct slice text, struct excerpt excerpt)
{
	size_t before = gap_before(text, excerpt.begin);
	size_t after = skip(text, excerpt.end, LINE_EMPTY);

	if (after == text.length)
		excerpt.begin = before;
	if (after == text.length || before < excerpt.begin || before == 0)
		excerpt.end = after;
	return excerpt;
}
