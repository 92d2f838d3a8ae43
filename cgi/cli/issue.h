/*
 * cli_issue - the service's own pipeline (issue.h) at a prompt: what `mintage
 * mint` and `mintage sign` have in common.
 *
 * Who runs it owns the configuration, or they could not read the secrets: no
 * caller section is needed, the parent alone is the bound. The audit log has
 * its line all the same before anything is printed.
 */
#ifndef MINTAGE_CGI_CLI_ISSUE_H
#define MINTAGE_CGI_CLI_ISSUE_H

#include "cgi/issue/issue.h"
#include "fields.h"

/* One of the commands. */
struct cli_issuer {
	const struct command *command; /* its name is the audit's route */
	enum issue_kind kind;          /* ISSUE_SINGLE: a batch by --each */
};

/* From the command line to the exit status. */
enum cli_status cli_issue(const struct cli_issuer *issuer, int argc,
			  char **argv);

#endif
