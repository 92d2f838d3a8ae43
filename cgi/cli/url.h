/*
 * cli_url - URLs of a command line: secrets go out by TLS alone, except within
 * this machine.
 */
#ifndef MINTAGE_CGI_CLI_URL_H
#define MINTAGE_CGI_CLI_URL_H

#include <stdbool.h>

/* https://..., or http:// to this machine: a numeric address or localhost. */
bool url_is_private(const char *url);

#endif
