/*
 * callers - what a configuration's callers may have, for people and as JSON.
 */
#ifndef MINTAGE_CGI_CLI_CALLERS_H
#define MINTAGE_CGI_CLI_CALLERS_H

#include "jsonout.h"
#include "lib/config/config.h"

/* Print a caller as lines below its name. No hash is shown. */
void callers_print(struct cli_output *out, const struct caller *caller);

/* Write a caller as an element of an array. It has only the beginning of the
 * hash of its token, which is enough to tell tokens apart. */
void callers_json(struct jsonout *json, const struct caller *caller);

/* Write a member that is an array of words. */
void callers_json_words(struct jsonout *json, const char *name,
			const struct words *words);

#endif
