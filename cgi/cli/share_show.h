/*
 * share_show - the command `mintage share show`.
 */
#ifndef MINTAGE_CGI_CLI_SHARE_SHOW_H
#define MINTAGE_CGI_CLI_SHARE_SHOW_H

#include "command.h"

extern const struct command share_show_command;

#endif
