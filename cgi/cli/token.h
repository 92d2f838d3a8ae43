/*
 * cli_token - the commands of `mintage token`: parents through Cloudflare's API.
 */
#ifndef MINTAGE_CGI_CLI_TOKEN_H
#define MINTAGE_CGI_CLI_TOKEN_H

#include "api.h"

/* Everything that any of them can be told. Zero it; ends with token_free. */
struct token_request {
	struct cli_api_options api;
	const char *argument; /* the one beside the options, or NULL */
	struct words_given {
		const char **list;
		size_t count;
	} buckets, addresses;
	const char *permission;
	const char *expires;
	const char *name;
	const char *secret_file;
	bool forget_previous;
	bool help;
};

enum cli_status token_create(const struct token_request *request);
enum cli_status token_roll(const struct token_request *request);
enum cli_status token_list(const struct token_request *request);
enum cli_status token_revoke(const struct token_request *request);

/* The id that is meant: that of the parent found, else the argument itself.
 * NULL after a complaint. */
const char *token_id(const struct cli_api *api, const char *argument);

/* "Cloudflare answered ..." */
enum cli_status token_complain(const struct problem *problem);

#endif
