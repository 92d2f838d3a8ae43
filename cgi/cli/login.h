/*
 * cli_login - what to call whoever runs `mintage` in the audit log.
 */
#ifndef MINTAGE_CGI_CLI_LOGIN_H
#define MINTAGE_CGI_CLI_LOGIN_H

#include <stddef.h>

/* The login name of the process's user, or "uid NUMBER" where it has none;
 * cut to `size` bytes, NUL included. */
void cli_login_name(char *name, size_t size);

#endif
