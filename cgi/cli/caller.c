/*
 * mintage caller - the list of its commands. Each is a file caller_NAME.c.
 */
#include "caller_add.h"
#include "caller_list.h"
#include "caller_remove.h"

static const struct command *const subcommands[] = {
	&caller_add_command, &caller_list_command, &caller_remove_command, NULL
};

const struct command caller_command = {
	.name = "caller",
	.summary = "make, list and remove callers",
	.synopsis = "[OPTION]... [NAME]",
	.about =
		"A caller is someone who may ask the service for credentials and links.\n"
		"A running service takes in what was changed when it gets a SIGHUP.\n",
	.subcommands = subcommands,
};
