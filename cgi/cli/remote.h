/*
 * cli_remote - `mintage mint` and `mintage sign` with --url: a service
 * elsewhere is asked, in as many requests as its web server lets through.
 */
#ifndef MINTAGE_CGI_CLI_REMOTE_H
#define MINTAGE_CGI_CLI_REMOTE_H

#include "issue.h"

/* With a manifest read from standard input or a file; no configuration. */
enum cli_status cli_remote(const struct cli_issuer *issuer,
			   struct cli_fields *asked);

#endif
