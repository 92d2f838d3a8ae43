/*
 * check_domains - each [domain] as `mintage check` tells of it, with the rule
 * for Cloudflare's WAF.
 *
 * The rule holds the secret. What `mintage check` prints goes into logs and
 * tickets, so there a word stands in its place; only check_domains_rule, which
 * was asked for by name, prints the rule whole.
 */
#ifndef MINTAGE_CGI_CLI_CHECK_DOMAINS_H
#define MINTAGE_CGI_CLI_CHECK_DOMAINS_H

#include "jsonout.h"
#include "lib/config/config.h"

/* Print lines for each section. */
void check_domains_print(struct cli_output *out, const struct config *config);

/* Write the member "domains", an array with an object for each section. */
void check_domains_json(struct jsonout *json, const struct config *config);

/* Load the configuration at `path`, and print the rule of [domain HOST] with
 * its secret. CLI_FAILED after a complaint, which names the hosts there are. */
enum cli_status check_domains_rule(const char *path, const char *host);

#endif
