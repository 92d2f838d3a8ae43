/*
 * token_making - the calls to Cloudflare's API that make a token for a new
 * parent.
 */
#ifndef MINTAGE_CGI_CLI_TOKEN_MAKING_H
#define MINTAGE_CGI_CLI_TOKEN_MAKING_H

#include "secret.h"
#include "token_creation.h"

/* Set creation->group to the id of the permission group. It is found by its
 * name: names are documented, and ids differ between accounts. Errors are those
 * of cli_api_call; ERROR_UPSTREAM when there is no group of that name. */
enum error token_making_find_group(struct creation *creation,
				   struct problem *problem) MUST_CHECK;

/* Make the token. `id` becomes its id with a NUL, and `secret` the S3 secret
 * that belongs to its value, which the caller wipes. Errors are those of
 * cli_api_call; ERROR_UPSTREAM when the answer holds no token. */
enum error token_making_make(struct creation *creation, char id[65],
			     char secret[CLI_SECRET_LENGTH],
			     struct problem *problem) MUST_CHECK;

/* Revoke a token whose secret could not be kept, since nobody could use it.
 * Complains when that fails. */
void token_making_take_back(struct creation *creation, const char *id);

#endif
