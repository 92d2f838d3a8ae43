/*
 * token_create - `mintage token create`.
 */
#ifndef MINTAGE_CGI_CLI_TOKEN_CREATE_H
#define MINTAGE_CGI_CLI_TOKEN_CREATE_H

#include "command.h"

extern const struct command token_create_command;

#endif
