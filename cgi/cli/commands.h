/*
 * commands - the commands of `mintage`, in the order of its front page. A new
 * one is a line here and a file NAME.c, which ends with its struct command.
 *
 * Only main.c includes this.
 */
#ifndef MINTAGE_CGI_CLI_COMMANDS_H
#define MINTAGE_CGI_CLI_COMMANDS_H

#include "command.h"

/* clang-format off */
#define COMMANDS(ROW) \
	ROW(mint) \
	ROW(sign) \
	ROW(inspect) \
	ROW(check) \
	ROW(caller) \
	ROW(token) \
	ROW(share)
/* clang-format on */

#define COMMAND_DECLARE(name) extern const struct command name##_command;
COMMANDS(COMMAND_DECLARE)
#undef COMMAND_DECLARE

#endif
