/*
 * jsonout - writes one JSON object to standard output, for --json.
 *
 * Every function writes one value. `name` is that of the member; NULL for an
 * element of an array and for the outermost value.
 */
#ifndef MINTAGE_CGI_CLI_JSONOUT_H
#define MINTAGE_CGI_CLI_JSONOUT_H

#include "cli.h"

struct jsonout {
	struct cli_output *out; /* borrowed */
	bool has_more;          /* a comma stands before the next value */
};

/* Begin an object or an array, and end it. */
void jsonout_object(struct jsonout *json, const char *name);
void jsonout_array(struct jsonout *json, const char *name);
void jsonout_object_end(struct jsonout *json);
void jsonout_array_end(struct jsonout *json);

void jsonout_slice(struct jsonout *json, const char *name, struct slice text);
void jsonout_number(struct jsonout *json, const char *name, int64_t number);
void jsonout_bool(struct jsonout *json, const char *name, bool value);

/* A text, or null where `text` is NULL. */
void jsonout_text(struct jsonout *json, const char *name, const char *text);

#endif
