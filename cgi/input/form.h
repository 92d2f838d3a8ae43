/*
 * form - what the fields of a form mean, in either encoding of forms; and how
 * to read application/x-www-form-urlencoded bodies and query strings (WHATWG
 * URL, "application/x-www-form-urlencoded parsing").
 */
#ifndef MINTAGE_CGI_INPUT_FORM_H
#define MINTAGE_CGI_INPUT_FORM_H

#include "fields.h"
#include "lib/base/problems.h"

/* One form while its fields are read. The caller sets the first three members,
 * which are borrowed, and zeroes the rest. */
struct form {
	struct fields *fields;
	struct problems *problems;
	bool from_browser; /* a browser sends inputs that were left empty too */
	bool blank;        /* set by form_left_empty: a list was left empty */
};

/*
 * Set a field from its decoded name and value. An empty value from a browser
 * counts as not given. From any other client an empty `objects`, `prefixes` or
 * `manifest` is refused. `value` must live as long as the fields, as for
 * fields_set. Failures are added to form->problems: those of fields_set, and
 * ERROR_MALFORMED for text that isn't UTF-8.
 */
void form_field(struct form *form, struct slice name, struct slice value);

/* Note that the form has an input of this name, which was left empty. */
void form_left_empty(struct form *form, struct slice name);

/* To be called after the last field. A form whose lists were all left empty is
 * refused with ERROR_EMPTY, since a request without lists may mean the whole
 * bucket. */
void form_end(struct form *form);

/*
 * Read the name=value pairs in `length` bytes of `text`, from form_field to
 * form_end. They are decoded in place, and `text` is borrowed for as long as
 * the fields are used. Failures are added to `problems`: those of form_field
 * and form_end, and ERROR_MALFORMED for a % without two hex digits, or for a
 * text that is no form.
 */
void form_read(struct fields *fields, char *text, size_t length,
	       bool from_browser, struct problems *problems);

#endif
