/*
 * caller_list - `mintage caller list`.
 */
#ifndef MINTAGE_CGI_CLI_CALLER_LIST_H
#define MINTAGE_CGI_CLI_CALLER_LIST_H

#include "command.h"

extern const struct command caller_list_command;

#endif
