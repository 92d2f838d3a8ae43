/*
 * cli_login - the name that the audit log has for whoever runs `mintage`.
 */
#ifndef MINTAGE_CGI_CLI_LOGIN_H
#define MINTAGE_CGI_CLI_LOGIN_H

#include <stddef.h>

/* The login name of the process's user, or "uid NUMBER" where it has none;
 * cut to `size` bytes, NUL included. */
void cli_login_name(char *name, size_t size);

#endif
