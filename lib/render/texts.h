/*
 * texts - what pages say, in one language: a file texts.LANGUAGE with a line
 * "name = text" for each text, so that another language is another file.
 *
 * In the source of a template {{@name}} stands for the text of that name, which
 * may hold tags itself. It is put there before the template is compiled.
 */
#ifndef MINTAGE_LIB_RENDER_TEXTS_H
#define MINTAGE_LIB_RENDER_TEXTS_H

#include "lib/base/buffer.h"
#include "lib/base/escape.h"

/* What the names of these files begin with. */
#define TEXTS_BEGIN "texts."

/* The language that is used where nobody asks for another. */
#define TEXTS_FIRST "en"

/* Texts in one language, and those that are used where it lacks one. Borrowed. */
struct texts {
	const char *language; /* "de" */
	struct slice file;
	struct slice otherwise; /* the file of the first language */
	/* The first language as it was compiled in: an administrator's own file
	 * may be older than a page that needs a new text. */
	struct slice compiled;
};

/* Set *text to the text of this name. False where there is none. */
bool texts_find(const struct texts *texts, struct slice name,
		struct slice *text) MUST_CHECK;

/*
 * Append `source` to `out` with each {{@name}} replaced by its text, of which
 * `escape` is applied to all but the tags. ERROR_TEMPLATE with "FILE:LINE: ..."
 * for a name that no file has; ERROR_INTERNAL without memory.
 */
enum error texts_expand(struct buffer *out, struct slice source,
			const struct texts *texts, escape_fn *escape,
			const char *file, struct problem *problem) MUST_CHECK;

#endif
