/*
 * form - what a form's fields mean, whichever way they come; and those that
 * come as application/x-www-form-urlencoded bodies and query strings.
 */
#ifndef MINTAGE_CGI_INPUT_FORM_H
#define MINTAGE_CGI_INPUT_FORM_H

#include "fields.h"
#include "lib/base/problems.h"

/* One form while its fields are read. All borrowed. */
struct form {
	struct fields *fields;
	struct problems *problems;
	bool from_browser; /* which sends every input, filled in or not */
	bool blank;        /* a list was left empty: internal */
};

/*
 * A field, decoded: set it. Text that isn't UTF-8 is ERROR_MALFORMED. Empty
 * fields count as not given when they are from a browser; else an empty
 * `objects`, `prefixes` or `manifest` was meant and is refused. `value` is
 * borrowed where fields_set does.
 */
void form_field(struct form *form, struct slice name, struct slice value);

/* An input that nothing was put into. */
void form_left_empty(struct form *form, struct slice name);

/* After the last field: a form whose lists were all left empty is refused, for
 * it must not come to mean the whole bucket. */
void form_end(struct form *form);

/*
 * Read name=value pairs, decoding them in place (decoded text is never longer).
 * A stray % is ERROR_MALFORMED.
 */
void form_read(struct fields *fields, char *text, size_t length,
	       bool from_browser, struct problems *problems);

#endif
