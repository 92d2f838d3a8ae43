/*
 * cli_url - URLs of a command line. Secrets are sent only by TLS, except to
 * this machine.
 */
#ifndef MINTAGE_CGI_CLI_URL_H
#define MINTAGE_CGI_CLI_URL_H

#include <stdbool.h>

/* Is it https://..., or http:// with localhost or a numeric address of this
 * machine? */
bool url_is_private(const char *url);

#endif
