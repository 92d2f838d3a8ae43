/*
 * online - what `mintage check --online` finds out by asking. Each finding is
 * one line on standard output: what was checked, the verdict, and the remedy.
 */
#ifndef MINTAGE_CGI_CLI_ONLINE_H
#define MINTAGE_CGI_CLI_ONLINE_H

#include "jsonout.h"
#include "lib/config/config.h"

/* Check each parent at its endpoint and, where Cloudflare signs for it, its API
 * token. Where `json` isn't NULL, the findings are elements of its array:
 * parent, check, ok, and remedy, which is null where all is well. CLI_FAILED
 * when something is wrong. */
enum cli_status online_check(const struct config *config, struct jsonout *json);

#endif
