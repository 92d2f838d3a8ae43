/*
 * cli_account - whose parent signs, when a prompt asks: the one named, or the
 * one that fits.
 */
#ifndef MINTAGE_CGI_CLI_ACCOUNT_H
#define MINTAGE_CGI_CLI_ACCOUNT_H

#include "cgi/issue/issue.h"
#include "fields.h"

/*
 * Set *account_id (borrowed from the configuration) from --parent, --account,
 * or what fits; and the field of the parent where one was named. `issue` has
 * its kind, its fields and what was asked. Errors, each with the option to
 * blame: ERROR_ACCESS_DENIED, ERROR_NO_ROUTE (there is none of that name),
 * ERROR_AMBIGUOUS.
 */
enum error cli_account_settle(struct cli_fields *asked,
			      const struct config *config,
			      const struct issue *issue,
			      struct slice *account_id,
			      struct problem *problem) MUST_CHECK;

#endif
