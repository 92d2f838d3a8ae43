/*
 * caller_remove - `mintage caller remove`.
 */
#ifndef MINTAGE_CGI_CLI_CALLER_REMOVE_H
#define MINTAGE_CGI_CLI_CALLER_REMOVE_H

#include "command.h"

extern const struct command caller_remove_command;

#endif
