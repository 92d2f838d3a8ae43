/*
 * mintage share - the list of its commands. Each is a file share_NAME.c.
 */
#include "share_list.h"
#include "share_revoke.h"
#include "share_show.h"

static const struct command *const subcommands[] = {
	&share_list_command, &share_show_command, &share_revoke_command, NULL
};

const struct command share_command = {
	.name = "share",
	.summary = "list, show and revoke what callers have shared",
	.synopsis = "[OPTION]... [SHARE]",
	.about =
		"A share is a page with files, which opens for whoever has its address.\n"
		"Callers make shares by POST /shares, and shares-dir holds them.\n",
	.subcommands = subcommands,
};
