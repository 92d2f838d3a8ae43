/*
 * share_list - the command `mintage share list`.
 */
#ifndef MINTAGE_CGI_CLI_SHARE_LIST_H
#define MINTAGE_CGI_CLI_SHARE_LIST_H

#include "command.h"

extern const struct command share_list_command;

#endif
