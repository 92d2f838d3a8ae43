/*
 * check_downloads - each [download] as `mintage check` tells of it: where it
 * is, what it leads to, and who may read what of that. No secret is shown.
 */
#ifndef MINTAGE_CGI_CLI_CHECK_DOWNLOADS_H
#define MINTAGE_CGI_CLI_CHECK_DOWNLOADS_H

#include "jsonout.h"
#include "lib/config/config.h"

/* Print lines for each section. */
void check_downloads_print(struct cli_output *out, const struct config *config);

/* Write the member "downloads", an array with an object for each section. */
void check_downloads_json(struct jsonout *json, const struct config *config);

#endif
