/*
 * template - logic-less templates, compiled once to a list of operations.
 *
 * A subset of Mustache (mustache(5)):
 *   {{name}}             the value, escaped for the template's context
 *   {{{name}}}           the value as it is; see below
 *   {{#name}}...{{/name}} a list: once per row; a value: when not empty
 *   {{^name}}...{{/name}} a value: when empty
 *   {{! comment}}
 * A line that holds only a section tag or a comment leaves no line behind.
 * Tags but comments stay on one line. A byte order mark is dropped.
 *
 * {{{name}}} is refused unless the template's head declares it,
 *   {{! raw: accessKeyId sessionToken }}
 * and the schema says that the value's alphabet is safe in every context. The
 * head is what stands before the first byte of output.
 */
#ifndef MINTAGE_LIB_RENDER_TEMPLATE_H
#define MINTAGE_LIB_RENDER_TEMPLATE_H

#include "lib/base/buffer.h"
#include "lib/base/escape.h"
#include "lib/base/sink.h"

enum template_kind {
	TEMPLATE_TEXT,  /* any bytes: escaped */
	TEMPLATE_PLAIN, /* hex, base64, digits, dates: may be raw */
	TEMPLATE_LIST,  /* only as a section: rows */
	TEMPLATE_ONCE,  /* the same, in one section of a template alone */
};

struct template_name {
	const char *name;
	enum template_kind kind;
};

#define TEMPLATE_NAMES_MAX 256

/* The names a template may use; their places in `names` are their numbers. */
struct template_schema {
	const struct template_name *names;
	size_t count; /* at most TEMPLATE_NAMES_MAX */
};

struct template;

#define TEMPLATE_SIZE_MAX (1024 * 1024)
#define TEMPLATE_DEPTH_MAX 16 /* sections within sections */

/*
 * Compile `source` (copied). Escaping is by `escape`; `file` is for messages
 * only. On failure sets *problem (ERROR_TEMPLATE, "json.tmpl:3: no value is
 * named 'acessKeyId'; did you mean 'accessKeyId'?"), returns its error, and
 * *template is NULL. The caller frees with template_free.
 */
enum error template_compile(struct template **template, const char *file,
			    struct slice source,
			    const struct template_schema *schema,
			    escape_fn *escape,
			    struct problem *problem) MUST_CHECK;

/* NULL is fine. */
void template_free(struct template *template);

/* What a run draws from. */
struct template_data {
	/* By number; borrowed; {NULL, 0} counts as empty. */
	struct slice *values;
	/*
	 * Move list `number` to its next row, setting `values`; false after
	 * the last. A template may hold several sections of one list, one
	 * after the other: each asks anew, and a list that can't go back
	 * to its start answers false. May be NULL when there are no lists.
	 */
	bool (*next)(void *context, size_t number);
	void *context;
};

/* Write the template to `sink`. Ends early when the sink has failed. Allocates
 * nothing. */
void template_run(const struct template *template,
		  const struct template_data *data, struct sink *sink);

#endif
