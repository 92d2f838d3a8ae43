/*
 * cli_online - what `mintage check --online` finds out by asking: each finding
 * is one line on standard output: what, verdict, remedy.
 */
#ifndef MINTAGE_CGI_CLI_ONLINE_H
#define MINTAGE_CGI_CLI_ONLINE_H

#include "cli.h"
#include "lib/config/config.h"

/* Each parent against its endpoint, and where Cloudflare signs, its API token.
 * CLI_FAILED when something is wrong. */
enum cli_status cli_online_check(const struct config *config);

/*
 * Ask the service at `url` what of a request its web server passes on, and
 * name the directive that is missing. `token_file` (a caller's) may be NULL.
 */
enum cli_status cli_online_check_url(const char *url, const char *token_file,
				     const char *ca_file);

#endif
