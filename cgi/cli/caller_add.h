/*
 * caller_add - `mintage caller add`.
 */
#ifndef MINTAGE_CGI_CLI_CALLER_ADD_H
#define MINTAGE_CGI_CLI_CALLER_ADD_H

#include "command.h"

extern const struct command caller_add_command;

#endif
