/*
 * share_revoke - the command `mintage share revoke`.
 */
#ifndef MINTAGE_CGI_CLI_SHARE_REVOKE_H
#define MINTAGE_CGI_CLI_SHARE_REVOKE_H

#include "command.h"

extern const struct command share_revoke_command;

#endif
