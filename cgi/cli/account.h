/*
 * account - which account's parent signs what is asked for at a prompt.
 */
#ifndef MINTAGE_CGI_CLI_ACCOUNT_H
#define MINTAGE_CGI_CLI_ACCOUNT_H

#include "cgi/issue/terms.h"
#include "fields.h"

/*
 * Set *account_id (borrowed from the configuration) from --parent, --account,
 * or by which account has a parent that may do what is asked for; and the
 * field of the parent where one was named. Errors, each with the option at
 * fault: ERROR_ACCESS_DENIED, ERROR_NO_ROUTE (there is none of that name),
 * ERROR_AMBIGUOUS.
 */
enum error cli_account_settle(struct cli_fields *asked,
			      const struct config *config, enum issue_kind kind,
			      struct slice *account_id,
			      struct problem *problem) MUST_CHECK;

#endif
