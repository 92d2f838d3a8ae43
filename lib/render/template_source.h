/*
 * template_source - the text of a template: where its tags are, and messages
 * that name its file and line. For template_compile.c.
 */
#ifndef MINTAGE_LIB_RENDER_TEMPLATE_SOURCE_H
#define MINTAGE_LIB_RENDER_TEMPLATE_SOURCE_H

#include "lib/base/problem.h"
#include "lib/base/slice.h"

/* Borrows all three. */
struct template_source {
	const char *file; /* for messages */
	struct slice text;
	struct problem *problem; /* where failures are told */
};

/* {{ kind name }} */
struct template_tag {
	char kind;         /* # ^ / ! { @ or 0 for a value */
	struct slice name; /* borrows from the source; of a comment: its text */
	size_t start;      /* place of its first brace */
	size_t end;        /* place behind its last brace */
};

/* Set *source->problem to "FILE:LINE: message", where LINE is that of `place`.
 * Returns ERROR_TEMPLATE. */
enum error template_source_fail(const struct template_source *source,
				size_t place, const char *format, ...)
	PRINTF_LIKE(3, 4) MUST_CHECK;

/* How many bytes of `text` a message quotes: at most 40, and no part of a
 * character. For "%.*s". */
int template_source_quoted(struct slice text);

/* Is it a blank or a line's end? */
bool template_source_is_space(char c);

/* `text` without blanks and line ends around it. */
struct slice template_source_trim(struct slice text);

/* The place of the next "{{" at or after `from`; the text's length when there
 * is none. */
size_t template_source_next(const struct template_source *source, size_t from);

/* Read the tag whose braces begin at `start`. ERROR_TEMPLATE when it isn't
 * closed, has no name, or is of a kind that is not known. */
enum error template_source_tag(const struct template_source *source,
			       size_t start,
			       struct template_tag *tag) MUST_CHECK;

/* Has the tag its lines to itself? Then *before becomes the place where the
 * text before these lines ends, *behind where the text behind them begins.
 * Else both stay as they are. */
bool template_source_is_alone(const struct template_source *source,
			      const struct template_tag *tag, size_t *before,
			      size_t *behind);

#endif
