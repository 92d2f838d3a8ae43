/*
 * online_url - what `mintage check --url` finds out about a service that runs:
 * how much of a request its web server passes on.
 */
#ifndef MINTAGE_CGI_CLI_ONLINE_URL_H
#define MINTAGE_CGI_CLI_ONLINE_URL_H

#include "cli.h"

/*
 * Ask the service at `url`, and name the directive that is missing where
 * something does not arrive. `token_file` (with a caller's token) and `ca_file`
 * may be NULL. `json` asks for one JSON object instead of lines. `command` is
 * for complaints about the command line. CLI_FAILED
 * when something is wrong, CLI_USAGE when `url` may not be asked.
 */
enum cli_status online_url_check(const char *command, const char *url,
				 const char *token_file, const char *ca_file,
				 bool json);

#endif
