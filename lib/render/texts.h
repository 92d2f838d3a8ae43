/*
 * texts - what pages say, in one language: a file texts.LANGUAGE with a line
 * "name = text" for each text, so that another language is another file. Lines
 * that begin with # are comments.
 *
 * In the source of a template, {{@name}} stands for the text of that name. It
 * is replaced before the template is compiled, so a text may hold tags of
 * templates, but not another {{@name}}.
 */
#ifndef MINTAGE_LIB_RENDER_TEXTS_H
#define MINTAGE_LIB_RENDER_TEXTS_H

#include "lib/base/buffer.h"
#include "lib/base/escape.h"

/* What the names of these files begin with. */
#define TEXTS_BEGIN "texts."

/* The language that is used where nobody asks for another. */
#define TEXTS_FIRST "en"

/* The texts of one language. All borrowed. */
struct texts {
	const char *language;   /* "de" */
	struct slice file;      /* what texts.LANGUAGE holds */
	struct slice otherwise; /* the same of English, for texts that `file`
				 * lacks */
	/* English as it was compiled in: an administrator's own file may be
	 * older than a page that needs a new text. */
	struct slice compiled;
};

/* Set *text to the text of this name, in any of the three files; it borrows.
 * False where none has it. */
bool texts_find(const struct texts *texts, struct slice name,
		struct slice *text) MUST_CHECK;

/*
 * Append `source` to `out`, with each {{@name}} replaced by its text. `escape`
 * is applied to the words of a text, and not to the tags in it. `file` names
 * the template in messages. ERROR_TEMPLATE with "FILE:LINE: ..." for a name
 * that neither file has, and for a tag that is not closed; ERROR_INTERNAL
 * without memory. The caller frees `out` in every case.
 */
enum error texts_expand(struct buffer *out, struct slice source,
			const struct texts *texts, escape_fn *escape,
			const char *file, struct problem *problem) MUST_CHECK;

#endif
