/*
 * cli_api - Cloudflare's API from a prompt: whose it is, with which token, and
 * one call after the other.
 */
#ifndef MINTAGE_CGI_CLI_API_H
#define MINTAGE_CGI_CLI_API_H

#include "cgi/upstream/cloudflare.h"
#include "cli.h"

/* What the command line says; NULL: it doesn't. */
struct cli_api_options {
	const char *config;
	const char *account; /* a section's name, or an id */
	const char *token_file;
	const char *parent; /* a section's name, or an access key id */
	bool user;          /* tokens of the user's, not of the account's */
	bool offline;       /* there will be no call: no token is needed */
};

/* Zero it; ends with cli_api_close. */
struct cli_api {
	struct config *config; /* NULL: there is none */
	const char *config_path;
	const struct account *account; /* its section, or NULL */
	const struct parent *parent;   /* likewise */
	char account_id[33];
	char owner[48]; /* "/user" or "/accounts/ID" */
	const char *endpoint;
	struct secret token;
	struct upstream upstream;
	struct upstream_answer answer; /* the last one */
};

/*
 * Load the configuration (which need not be there unless it was named), find
 * account, parent and token. Anything but CLI_DONE has been complained of, in
 * the name of `command`.
 */
enum cli_status cli_api_open(struct cli_api *api, const char *command,
			     const struct cli_api_options *options);

/*
 * One call; `path` is behind the endpoint, `body` JSON or none. *result is just
 * before the result's value, and stands until the next call. CALL_AGAIN as in
 * upstream_call. The problem is one of cloudflare_result's or upstream's.
 */
enum error cli_api_call(struct cli_api *api, const char *method,
			const char *path, struct slice body, unsigned flags,
			struct json *result,
			struct problem *problem) MUST_CHECK;

/* Is `parent` what was named: its section's name, or its access key id? */
bool cli_api_is_parent(const struct parent *parent, const char *name);

void cli_api_close(struct cli_api *api);

#endif
