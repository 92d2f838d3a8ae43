/*
 * caller_token - a new bearer token, and the place where it is shown once.
 */
#ifndef MINTAGE_CGI_CLI_CALLER_TOKEN_H
#define MINTAGE_CGI_CLI_CALLER_TOKEN_H

#include "cli.h"
#include "lib/base/base64.h"
#include "lib/base/digest.h"
#include "lib/base/hex.h"

#define CALLER_TOKEN_BYTES 32
#define CALLER_TOKEN_LENGTH BASE64URL_LENGTH(CALLER_TOKEN_BYTES)
#define CALLER_TOKEN_HASH_LENGTH HEX_LENGTH(DIGEST_SIZE)

/* A token as it is shown, and its hash as it stands in the configuration; no
 * NUL ends either. Whoever owns the struct wipes it after use. */
struct caller_token {
	char text[CALLER_TOKEN_LENGTH];
	char hash[CALLER_TOKEN_HASH_LENGTH]; /* for bearer-sha256 */
};

/* Make a token of 256 random bits. CLI_FAILED after a complaint: there are no
 * random numbers. */
enum cli_status caller_token_make(struct caller_token *token);

/*
 * Find where a token can be shown, before one is made: standard error; or the
 * terminal, where standard error is /dev/null or goes where the section goes.
 * `section` is the descriptor that the section is written to. From then on
 * complaints go there, too, because they would spoil the section. CLI_FAILED
 * after a complaint where there is no place.
 */
enum cli_status caller_token_place(int section);

/* Show the token: a line that names the caller, and a line that is nothing but
 * the token. CLI_FAILED after a complaint. */
enum cli_status caller_token_show(const struct caller_token *token,
				  const char *name);

#endif
