/*
 * check_json - what `mintage check --json` says of a sound configuration. No
 * secret is in it.
 */
#ifndef MINTAGE_CGI_CLI_CHECK_JSON_H
#define MINTAGE_CGI_CLI_CHECK_JSON_H

#include "jsonout.h"
#include "lib/config/config.h"
#include "lib/render/renderer.h"

/* Write the members of an object: the service's settings, and arrays of the
 * formats that were added, the accounts, parents and callers. */
void check_json_write(struct jsonout *json, const struct config *config,
		      const struct renderer *renderer);

#endif
