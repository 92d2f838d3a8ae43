/*
 * template_compile - logic-less templates, compiled once to a list of
 * operations that template_run goes through.
 *
 * A subset of Mustache (mustache(5)):
 *   {{name}}             the value, escaped for the template's context
 *   {{{name}}}           the value as it is; see below
 *   {{#name}}...{{/name}} of a list: once per row; of a value: when not empty
 *   {{^name}}...{{/name}} of a value: when empty
 *   {{! comment}}
 * A line that holds only a section tag or a comment leaves no line behind.
 * Only a comment may go over several lines. A byte order mark is dropped.
 *
 * {{{name}}} is refused unless the template's head declares it,
 *   {{! raw: accessKeyId sessionToken }}
 * and the schema says that the value's alphabet is safe in every context. The
 * head is everything before the first byte of output.
 */
#ifndef MINTAGE_LIB_RENDER_TEMPLATE_COMPILE_H
#define MINTAGE_LIB_RENDER_TEMPLATE_COMPILE_H

#include "lib/base/escape.h"
#include "lib/base/problem.h"
#include "template.h"

enum template_kind {
	TEMPLATE_TEXT,  /* any bytes: always escaped */
	TEMPLATE_PLAIN, /* hex, base64, digits, dates: may be raw */
	TEMPLATE_LIST,  /* rows: usable as a section only */
	TEMPLATE_ONCE,  /* rows that can be read once: usable in one section */
};

struct template_name {
	const char *name;
	enum template_kind kind;
};

#define TEMPLATE_NAMES_MAX 256

/* The names a template may use. A name's number, by which template_data has its
 * value, is its place in `names`. Where there is a base, the names of the base
 * keep their numbers and those of `names` follow them. */
struct template_schema {
	const struct template_name *names;
	size_t count; /* of `names`; with the base's at most TEMPLATE_NAMES_MAX */
	const struct template_schema *base; /* which has none itself; or NULL */
};

#define TEMPLATE_SIZE_MAX (1024 * 1024)
#define TEMPLATE_DEPTH_MAX 16 /* sections within sections */

/*
 * Compile `source` (copied). Escaping is by `escape`; `file` is for messages
 * only. On failure sets *problem (ERROR_TEMPLATE, "json.tmpl:3: no value is
 * named 'acessKeyId'; did you mean 'accessKeyId'?"; or ERROR_INTERNAL without
 * memory), returns its error, and *template is NULL. The caller frees
 * *template with template_free.
 */
enum error template_compile(struct template **template, const char *file,
			    struct slice source,
			    const struct template_schema *schema,
			    escape_fn *escape,
			    struct problem *problem) MUST_CHECK;

#endif
