/*
 * token_revoke - `mintage token revoke`.
 */
#ifndef MINTAGE_CGI_CLI_TOKEN_REVOKE_H
#define MINTAGE_CGI_CLI_TOKEN_REVOKE_H

#include "command.h"

extern const struct command token_revoke_command;

#endif
