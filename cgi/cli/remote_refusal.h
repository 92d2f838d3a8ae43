/*
 * remote_refusal - why a service elsewhere has refused a request.
 */
#ifndef MINTAGE_CGI_CLI_REMOTE_REFUSAL_H
#define MINTAGE_CGI_CLI_REMOTE_REFUSAL_H

#include "cgi/upstream/upstream.h"
#include "cli.h"

/* Complain of each error in the answer, which came from `url`. `first` is the
 * number of the request's first entry among all entries, from 0. Returns
 * CLI_FAILED. */
enum cli_status remote_refusal_print(const struct upstream_answer *answer,
				     const char *url, uint64_t first);

#endif
