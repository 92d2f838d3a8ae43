/*
 * verdict - what is wrong with the claims of a session token, or could be read
 * wrongly.
 */
#ifndef MINTAGE_CGI_CLI_VERDICT_H
#define MINTAGE_CGI_CLI_VERDICT_H

#include "claims.h"
#include "findings.h"

/* How many seconds the clocks of two machines may differ. */
#define VERDICT_SKEW 60

/* Judge its times at `now`: whether it is valid, not yet, no longer or never. */
void verdict_times(const struct claims *claims, int64_t now,
		   struct findings *findings);

/* Judge what it grants: what no reader of R2's knows, and what reads as if it
 * granted more or less than it does. */
void verdict_scope(const struct claims *claims, struct findings *findings);

/* Judge the JSON of the header, which session_header gave. */
void verdict_header(struct slice header, struct findings *findings);

#endif
