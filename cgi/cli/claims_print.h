/*
 * claims_print - shows what the payload of a session token says.
 *
 * A token may come from anyone, so all of it is printed with cli_print_foreign,
 * or as JSON strings without control characters.
 */
#ifndef MINTAGE_CGI_CLI_CLAIMS_PRINT_H
#define MINTAGE_CGI_CLI_CLAIMS_PRINT_H

#include "claims.h"
#include "jsonout.h"

/* Print a line for each claim. `now` in seconds serves to tell how far away
 * times are. Of claims that minting doesn't know, only the name is printed. */
void claims_print(struct cli_output *out, const struct claims *claims,
		  int64_t now);

/* Write the members of an object for the same claims. */
void claims_print_json(struct jsonout *json, const struct claims *claims);

/* Begin one more line, in the columns of claims_print. */
void claims_print_label(struct cli_output *out, const char *label);

/* Write "in 14 minutes", or "3 hours ago" where `seconds` is 0 or negative.
 * `text` with 64 bytes is large enough. */
void claims_print_span(int64_t seconds, char *text, size_t size);

#endif
