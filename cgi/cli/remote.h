/*
 * cli_remote - `mintage mint` and `mintage sign` with --url: a service
 * elsewhere is asked, in as many requests as its web server lets through.
 */
#ifndef MINTAGE_CGI_CLI_REMOTE_H
#define MINTAGE_CGI_CLI_REMOTE_H

#include "cgi/issue/issue.h"
#include "fields.h"

/* Ask the service at asked->url for what `asked` names, and print its answers.
 * No configuration is read. `kind` is that of the whole command. Ends as the
 * command ends, after a complaint unless it is CLI_DONE. */
enum cli_status cli_remote(struct cli_fields *asked, enum issue_kind kind);

#endif
