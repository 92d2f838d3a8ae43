/*
 * cli_api - calls to Cloudflare's API from a prompt: for which account, with
 * which API token, one call after the other.
 */
#ifndef MINTAGE_CGI_CLI_API_H
#define MINTAGE_CGI_CLI_API_H

#include "cgi/upstream/cloudflare.h"
#include "cli.h"
#include "lib/sign/secret.h"

/* What the command line says; NULL where it says nothing. */
struct cli_api_options {
	const char *config;
	const char *account; /* a section's name, or an id */
	const char *token_file;
	const char *parent; /* a section's name, or an access key id */
	bool user;          /* the user's tokens, not the account's */
	bool offline;       /* no call will be made: no API token is needed */
};

/* Zero it; ends with cli_api_close. */
struct cli_api {
	struct config *config; /* NULL: there is no configuration */
	const char *config_path;
	const struct account *account; /* of the account's section, or NULL */
	const struct parent *parent;   /* the one that was named, or NULL */
	char account_id[33];
	char owner[48]; /* "/user" or "/accounts/ID" */
	const char *endpoint;
	struct secret token;
	struct upstream upstream;
	struct upstream_answer answer; /* to the last call */
};

/*
 * Load the configuration (which need not be there unless it was named), find
 * account, parent and API token. CLI_FAILED or CLI_USAGE after a complaint, in
 * the name of `command`.
 */
enum cli_status cli_api_open(struct cli_api *api, const char *command,
			     const struct cli_api_options *options);

/*
 * Make one call. `path` is appended to the endpoint's URL, and `body` is JSON
 * or empty. *result stands just before the result's value, and is valid until
 * the next call. `flags` is 0 or CALL_AGAIN, see upstream_call. Errors are
 * those of upstream_ask and cloudflare_result.
 */
enum error cli_api_call(struct cli_api *api, const char *method,
			const char *path, struct slice body, unsigned flags,
			struct json *result,
			struct problem *problem) MUST_CHECK;

/* May the last call have done what it asked for, although it failed? Only where
 * its answer is a refusal it has not: the answer can be lost, or make no sense.
 */
bool cli_api_may_be_done(const struct cli_api *api);

void cli_api_close(struct cli_api *api);

#endif
