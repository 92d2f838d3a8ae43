/*
 * usage - what `mintage help COMMAND` prints, made from the command's tables.
 */
#ifndef MINTAGE_CGI_CLI_USAGE_H
#define MINTAGE_CGI_CLI_USAGE_H

#include "command.h"

/* How this command, which is in no group, is used with all its subcommands and
 * options; to standard output by stdio. The caller looks after errors. */
void usage_print(const struct command *command);

#endif
