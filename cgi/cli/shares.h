/*
 * shares - a share as `mintage share` prints it: for people, and as JSON.
 */
#ifndef MINTAGE_CGI_CLI_SHARES_H
#define MINTAGE_CGI_CLI_SHARES_H

#include "cgi/share/file.h"
#include "command.h"
#include "jsonout.h"
#include "lib/config/config.h"

/* The options and the argument of all three commands. Borrowed from argv. */
struct shares_request {
	const char *id;     /* the share's id, or its address */
	const char *caller; /* whose shares are listed; NULL: everybody's */
	const char *config; /* the configuration's path, or NULL */
	bool json;
};

/* Read the arguments of a command into *request, and the configuration, which
 * the caller frees with config_free after CLI_DONE. Anything else has been
 * complained of, or says that there is no more to do. */
enum cli_status shares_begin(const struct command *command, int argc,
			     char **argv, struct shares_request *request,
			     struct config **config) MUST_CHECK;

/* Print what a share is, a line for each property, for people. */
void shares_print(struct cli_output *out, const struct share_file *share);

/* Write the members of a share into the JSON object that is open. */
void shares_json(struct jsonout *json, const struct share_file *share);

/* CLI_FAILED after a complaint where the configuration has no shares-dir. */
enum cli_status shares_need_folder(const struct config *config) MUST_CHECK;

/* Set `id` to the terminated id of the share that `text` names: by its id, by
 * its address, or by the secret in its address. CLI_FAILED after a complaint
 * where `text` is none of these. */
enum cli_status shares_id(const char *text,
			  char id[SHARE_ID_LENGTH + 1]) MUST_CHECK;

#endif
