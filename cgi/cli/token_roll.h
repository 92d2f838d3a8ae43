/*
 * token_roll - `mintage token roll`.
 */
#ifndef MINTAGE_CGI_CLI_TOKEN_ROLL_H
#define MINTAGE_CGI_CLI_TOKEN_ROLL_H

#include "command.h"

extern const struct command token_roll_command;

#endif
