/*
 * mintage caller - the list of its commands. Each is a file caller_NAME.c.
 */
#include "caller_add.h"

static const struct command *const subcommands[] = { &caller_add_command,
						     NULL };

const struct command caller_command = {
	.name = "caller",
	.summary = "make the section and the token of a new caller",
	.synopsis = "NAME [OPTION]...",
	.about =
		"A caller is someone who may ask the service for credentials and links.\n",
	.subcommands = subcommands,
};
