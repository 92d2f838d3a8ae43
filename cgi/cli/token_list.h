/*
 * token_list - `mintage token list`.
 */
#ifndef MINTAGE_CGI_CLI_TOKEN_LIST_H
#define MINTAGE_CGI_CLI_TOKEN_LIST_H

#include "command.h"

extern const struct command token_list_command;

#endif
