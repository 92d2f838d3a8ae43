/*
 * fields_json - reads fields from the members of a JSON object.
 */
#ifndef MINTAGE_CGI_INPUT_FIELDS_JSON_H
#define MINTAGE_CGI_INPUT_FIELDS_JSON_H

#include "fields.h"
#include "lib/base/problems.h"

/*
 * Read a JSON request: an object whose members are fields, with `objects` and
 * `prefixes` as arrays of entries. `text` is borrowed for as long as the fields
 * are used. Failures are added to `problems`: those of fields_find,
 * fields_set_one, json_value_ttl, json_value_actions and manifest_add. Where
 * the text is not JSON, one ERROR_MALFORMED replaces them all.
 */
void fields_json_read(struct fields *fields, struct slice text,
		      struct problems *problems);

#endif
