/*
 * render_own - what an administrator's own template says of itself, in its
 * head; see renderer_load in render.h. For render.c only.
 */
#ifndef MINTAGE_LIB_RENDER_OWN_H
#define MINTAGE_LIB_RENDER_OWN_H

#include "lib/base/escape.h"
#include "render.h"

#define OWN_TYPE_MAX 100

struct own_escaper {
	const char *name;
	escape_fn *escape;
	const char *(*unfit)(struct slice name);
};

struct own_head {
	struct slice type; /* within the template's text */
	const struct own_escaper *escaper;
	unsigned uses; /* of enum format_use */
	bool is_html;
	/* internal: the place, for messages */
	const char *path;
	size_t line;
	struct slice words;
	struct problem *problem;
};

/* Read the head of `text`, the template at `path`. ERROR_TEMPLATE, with path,
 * line and the remedy, where there is none or it can't be used. Borrows all of
 * them. */
enum error own_head_read(struct own_head *head, const char *path,
			 struct slice text, struct problem *problem) MUST_CHECK;

#endif
