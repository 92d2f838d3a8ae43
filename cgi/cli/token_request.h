/*
 * token_request - what the commands of `mintage token` have in common: parents
 * through Cloudflare's API.
 */
#ifndef MINTAGE_CGI_CLI_TOKEN_REQUEST_H
#define MINTAGE_CGI_CLI_TOKEN_REQUEST_H

#include "api.h"
#include "command.h"

/* Everything that the command line can say to any of them. Zero it; ends with
 * token_request_free. */
struct token_request {
	struct cli_api_options api; /* api.parent is the argument, or NULL */
	struct cli_words buckets;
	struct cli_words addresses;
	const char *permission;
	const char *expires;
	const char *name;
	const char *secret_file;
	bool forget_previous;
	bool json;
};

/* The options that all of them have. */
extern const struct cli_option token_request_options[];

void token_request_free(struct token_request *request);

/* The id of the token that is meant: that of the parent that was found, or else
 * the argument itself. Borrowed. NULL after a complaint. */
const char *token_request_id(const struct cli_api *api, const char *argument);

/* Complain of what Cloudflare answered, with a hint where the API token lacks a
 * permission. Returns CLI_FAILED. */
enum cli_status token_request_complain(const struct problem *problem);

#endif
