/*
 * check_summary - what a sound configuration amounts to, as `mintage check`
 * prints it. No secret is shown.
 */
#ifndef MINTAGE_CGI_CLI_CHECK_SUMMARY_H
#define MINTAGE_CGI_CLI_CHECK_SUMMARY_H

#include "cli.h"
#include "lib/config/config.h"
#include "lib/render/renderer.h"

/* Print the service's settings, the formats that were added, and each account,
 * parent, caller, download and domain. `warnings` is how many there were.
 * CLI_FAILED after a complaint about standard output. */
enum cli_status check_summary_print(const struct config *config,
				    const struct renderer *renderer,
				    size_t warnings);

#endif
