/*
 * token_creation - what `mintage token create` is about to make. The words of
 * the command line are checked before Cloudflare is asked anything.
 */
#ifndef MINTAGE_CGI_CLI_TOKEN_CREATION_H
#define MINTAGE_CGI_CLI_TOKEN_CREATION_H

#include "token_request.h"

/* Zero it, set the first; ends with token_creation_free. */
struct creation {
	const struct token_request *request;
	struct cli_api api; /* opened and closed by the caller */
	enum permission permission;
	enum jurisdiction jurisdiction;
	bool has_jurisdiction; /* a bucket came with one */
	struct slice *buckets; /* without their jurisdictions */
	char expires[21];      /* as the API wants it, or "" */
	char *name;
	char *path;     /* of the secret's file */
	char group[65]; /* id of the permission group, once it is known */
	bool is_asked;  /* the API was asked to make the token */
};

/* A permission group: Cloudflare's name for what a token may do. */
struct token_creation_group {
	const char *name;
	bool whole_account; /* its tokens reach every bucket */
};

/* The permissions that Cloudflare's tokens can have, as choices.h wants them. */
choices_fn token_creation_permission;

/* Read and check what the request says. CLI_USAGE when no token can be made
 * from that, CLI_FAILED when out of memory, both after a complaint. */
enum cli_status token_creation_read(struct creation *creation);

/*
 * Compare it with the configuration of creation->api, which is open, and settle
 * what depends on that: the jurisdiction and the path. CLI_FAILED after a
 * complaint: the name is taken, the account's jurisdiction is another, or
 * memory is out.
 */
enum cli_status token_creation_settle(struct creation *creation);

/* "default", "eu", "us" or "fedramp". */
const char *token_creation_jurisdiction(const struct creation *creation);

/* The group of creation->permission. It has a name, once token_creation_read
 * was content. */
const struct token_creation_group *
token_creation_group(const struct creation *creation);

/* Free what the functions above have allocated; creation->api is the caller's
 * to close. */
void token_creation_free(struct creation *creation);

#endif
