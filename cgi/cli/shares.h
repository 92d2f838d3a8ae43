/*
 * shares - a share as `mintage share` prints it: for people, and as JSON.
 */
#ifndef MINTAGE_CGI_CLI_SHARES_H
#define MINTAGE_CGI_CLI_SHARES_H

#include "cgi/share/file.h"
#include "jsonout.h"
#include "lib/config/config.h"

/* All members that share_list and share_show know of a share. */
struct shares_request {
	const char *id;     /* or its address */
	const char *caller; /* NULL: of all callers */
	const char *config;
	bool json;
};

/* Print the lines of a share, and end with an empty one. */
void shares_print(struct cli_output *out, const struct share_file *share);

/* Write the members of a share. */
void shares_json(struct jsonout *json, const struct share_file *share);

/* Complain where the configuration names no shares-dir. */
enum cli_status shares_need_folder(const struct config *config) MUST_CHECK;

/* Set `id` to the id that `text` is, or that the share has whose address it is,
 * whole or from behind "/s/" on. CLI_FAILED after a complaint. */
enum cli_status shares_id(const char *text,
			  char id[SHARE_ID_LENGTH + 1]) MUST_CHECK;

#endif
