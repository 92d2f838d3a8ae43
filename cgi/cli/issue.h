/*
 * issue - what `mintage mint` and `mintage sign` have in common: both take the
 * steps of cgi/issue/issue.h.
 *
 * Whoever can run them can read the secrets, and so owns the configuration.
 * They need no caller section: the parent alone bounds what they get. The audit
 * log has its line all the same before anything is printed.
 */
#ifndef MINTAGE_CGI_CLI_ISSUE_H
#define MINTAGE_CGI_CLI_ISSUE_H

#include "cgi/issue/issue.h"
#include "fields.h"

/* What differs between the two commands. */
struct cli_issuer {
	const struct command *command; /* its name is the audit's route */
	enum issue_kind kind;          /* ISSUE_SINGLE: a batch by --each */
};

/* Do all that the command line asks for. Returns the exit status, or CLI_HELP. */
enum cli_status cli_issue(const struct cli_issuer *issuer, int argc,
			  char **argv);

#endif
