/*
 * cli_secret - files of secrets: only their owner can read them, and none is
 * ever written over.
 */
#ifndef MINTAGE_CGI_CLI_SECRET_H
#define MINTAGE_CGI_CLI_SECRET_H

#include "cli.h"
#include "lib/base/digest.h"
#include "lib/base/hex.h"

/* Derive the S3 secret from an API token's value: the value's SHA-256 in
 * lower-case hex. The secret has no NUL. */
#define CLI_SECRET_LENGTH HEX_LENGTH(DIGEST_SIZE)
void cli_secret_derive(struct slice value, char secret[CLI_SECRET_LENGTH]);

/* Hold back the signals that would end the program, or let them through again.
 * They wait from when a secret is asked for until it is in its file, because
 * Cloudflare tells it only once. */
void cli_secret_hold_signals(bool hold);

/* Make an empty file of mode 0600 at `path`, and open it as *file for the
 * caller to pass to cli_secret_fill. CLI_FAILED after a complaint, also when
 * something is at `path` already. */
enum cli_status cli_secret_make(const char *path, int *file);

/* Write the secret and a newline to the disk, and close the file whether that
 * works or not. `path` is for complaints, after which CLI_FAILED is returned. */
enum cli_status cli_secret_fill(int file, const char *path,
				struct slice secret);

/* `path` with an ending, such as ".previous". The caller frees it; NULL when
 * out of memory. */
char *cli_secret_beside(const char *path, const char *ending);

/*
 * Move the file `fresh` to `path`. The file that was there is kept as
 * `previous`, and there is no moment without a file at `path`. CLI_FAILED after
 * a complaint.
 */
enum cli_status cli_secret_replace(const char *path, const char *fresh,
				   const char *previous);

#endif
