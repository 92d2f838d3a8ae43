/*
 * form - application/x-www-form-urlencoded bodies and query strings.
 */
#ifndef MINTAGE_FORM_H
#define MINTAGE_FORM_H

#include "fields.h"

/*
 * Decode name=value pairs in place (decoded text is never longer) and set the
 * fields. A stray % or text that isn't UTF-8 is ERROR_MALFORMED. Empty fields
 * (a browser sends every input) count as not given, except `objects`,
 * `prefixes` and `manifest` when `from_browser` is false: there an empty list
 * was meant and is refused.
 */
void form_read(struct fields *fields, char *text, size_t length,
	       bool from_browser, struct problems *problems);

#endif
