/*
 * mintage token - the list of its commands. Each is a file token_NAME.c.
 *
 * They deal with API tokens of R2, which Mintage calls parents.
 */
#include "token_create.h"
#include "token_list.h"
#include "token_request.h"
#include "token_revoke.h"
#include "token_roll.h"

static const struct command *const subcommands[] = {
	&token_create_command,
	&token_roll_command,
	&token_list_command,
	&token_revoke_command,
	NULL,
};

const struct command token_command = {
	.name = "token",
	.summary = "make, replace or revoke a parent by Cloudflare's API",
	.synopsis = "[OPTION]... [PARENT]",
	.about =
		"Make a new parent through Cloudflare's API, replace a parent's secret,\n"
		"show what tokens there are, or take one back. This needs an API token\n"
		"that may do so; it is read from a file.\n",
	.options = token_request_options,
	.subcommands = subcommands,
};
