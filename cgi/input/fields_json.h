/*
 * fields_json - fields as the members of a JSON object.
 */
#ifndef MINTAGE_CGI_INPUT_FIELDS_JSON_H
#define MINTAGE_CGI_INPUT_FIELDS_JSON_H

#include "fields.h"
#include "lib/base/problems.h"

/* Read a JSON request: its members are fields, `objects` and `prefixes` are
 * arrays of entries. Borrows `text` for as long as the fields are used. Failures
 * are added to `problems`; where the text is not JSON, that is the only one. */
void fields_json_read(struct fields *fields, struct slice text,
		      struct problems *problems);

#endif
