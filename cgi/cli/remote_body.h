/*
 * cli_remote_body - what a service elsewhere is asked for, as the JSON of a
 * request.
 */
#ifndef MINTAGE_CGI_CLI_REMOTE_BODY_H
#define MINTAGE_CGI_CLI_REMOTE_BODY_H

#include "fields.h"

/* Append an object's beginning with all that was asked for but the entries, a
 * comma behind each. False when memory is out. */
bool remote_body_fields(struct buffer *body,
			const struct cli_fields *asked) MUST_CHECK;

/* Append an element of "objects" or "prefixes". False when memory is out. */
bool remote_body_entry(struct buffer *body,
		       const struct entry *entry) MUST_CHECK;

#endif
