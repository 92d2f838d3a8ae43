/*
 * renderer - every template of a program, compiled or yet to be: those of the
 * output formats, of the administrator's own formats, and the program's others.
 *
 * A template is NAME.tmpl of the folder that the administrator chose, or the
 * compiled-in copy where there is no folder or no such file in it. Any other
 * NAME.tmpl there is a format of the administrator's own (own.h, own_head.h).
 */
#ifndef MINTAGE_LIB_RENDER_RENDERER_H
#define MINTAGE_LIB_RENDER_RENDERER_H

#include "format.h"
#include "lib/base/problem.h"
#include "own.h"
#include "template.h"
#include "values.h"

/* The program's formats, and as many more of an administrator's own. */
#define RENDERER_FORMATS_MAX (FORMAT_COUNT + OWN_FORMATS_MAX)

#define RENDERER_OTHERS_MAX 16

/* The most languages in which pages can be shown: see texts.h. */
#define RENDERER_LANGUAGES_MAX 8

/* Templates that are not formats of answers. The program that uses this library
 * names them, and what they may show. */
struct renderer_others {
	const struct format *list; /* `name` and `escape` matter */
	size_t count;              /* at most RENDERER_OTHERS_MAX */
	const struct template_schema *schema;
};

/* May be copied as a whole; the texts it points to stay where they are. */
struct renderer {
	const char *folder;                   /* borrowed; or NULL */
	const struct renderer_others *others; /* borrowed; or NULL */
	/* The program's by enum format_id, then the administrator's own by
	 * name. */
	struct format formats[RENDERER_FORMATS_MAX];
	struct template *templates[RENDERER_FORMATS_MAX]; /* NULL: not yet */
	size_t format_count;
	char *own_texts[OWN_FORMATS_MAX]; /* their names and types */
	/* Tags such as "de". The first, English, is used where nobody asks for
	 * another. Borrowed. */
	const char *languages[RENDERER_LANGUAGES_MAX];
	size_t language_count;
	struct buffer texts[RENDERER_LANGUAGES_MAX]; /* empty: not yet read */
	/* By language, in the order of others->list. */
	struct template
		*other_templates[RENDERER_LANGUAGES_MAX][RENDERER_OTHERS_MAX];
	/* Why a template could not be compiled when it was needed; empty when
	 * all could. */
	char broken[PROBLEM_MESSAGE_MAX];
};

/*
 * Find the formats in `folder` (may be NULL) and take note of `others` (may be
 * NULL), both borrowed until renderer_free. renderer_load compiles all
 * templates at once, for a program that stays; renderer_open leaves those that
 * are not the administrator's own until they are needed, for a program that
 * answers but once. ERROR_TEMPLATE with file, line and the reason when one
 * can't be read or compiled. Both end with renderer_free, even after a failure.
 */
enum error renderer_load(struct renderer *renderer, const char *folder,
			 const struct renderer_others *others,
			 struct problem *problem) MUST_CHECK;
enum error renderer_open(struct renderer *renderer, const char *folder,
			 const struct renderer_others *others,
			 struct problem *problem) MUST_CHECK;
void renderer_free(struct renderer *renderer);

/*
 * Compile a template unless it is compiled already: that of `format` (one of
 * renderer->formats); that of others->list[number] in the language of that
 * place in renderer->languages; or all. A template that is not FORMAT_PAGE is
 * compiled in the first language alone. ERROR_TEMPLATE as above, never after
 * renderer_load.
 */
enum error renderer_need(struct renderer *renderer, const struct format *format,
			 struct problem *problem) MUST_CHECK;
enum error renderer_need_other(struct renderer *renderer, size_t number,
			       size_t language,
			       struct problem *problem) MUST_CHECK;
enum error renderer_need_all(struct renderer *renderer,
			     struct problem *problem) MUST_CHECK;

/* The place in renderer->formats of the one called `name`; format_count when
 * there is none. */
size_t renderer_format(const struct renderer *renderer, struct slice name);

#endif
