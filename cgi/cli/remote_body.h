/*
 * cli_remote_body - the JSON of a request to a service elsewhere.
 */
#ifndef MINTAGE_CGI_CLI_REMOTE_BODY_H
#define MINTAGE_CGI_CLI_REMOTE_BODY_H

#include "fields.h"

/* Append the beginning of an object: all that was asked for except the entries,
 * with a comma behind each member. False when memory is out. */
bool remote_body_fields(struct buffer *body,
			const struct cli_fields *asked) MUST_CHECK;

/* Append an element of "objects" or "prefixes". False when memory is out. */
bool remote_body_entry(struct buffer *body,
		       const struct entry *entry) MUST_CHECK;

#endif
