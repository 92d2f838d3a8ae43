/*
 * cli_secret - files of secrets at a prompt: made for their owner alone, never
 * written over.
 */
#ifndef MINTAGE_CGI_CLI_SECRET_H
#define MINTAGE_CGI_CLI_SECRET_H

#include "cli.h"
#include "lib/base/digest.h"
#include "lib/base/hex.h"

/* The S3 secret that belongs to an API token: the SHA-256 of its value in
 * lower-case hex, not the value itself. */
#define S3_SECRET_LENGTH HEX_LENGTH(DIGEST_SIZE)
void s3_secret(struct slice value, char secret[S3_SECRET_LENGTH]);

/* From when a secret is asked for until it is in its file, nobody ends us: it
 * can't be had again. */
void secret_hold_signals(bool hold);

/* A new file of mode 0600 in *file, empty as yet; CLI_FAILED after a complaint,
 * also when something of that name is there. */
enum cli_status secret_file_make(const char *path, int *file);

/* The secret and a newline, on the disk itself; the file is closed either way.
 * CLI_FAILED after a complaint. */
enum cli_status secret_file_fill(int file, const char *path,
				 struct slice secret);

/* "FILE.previous", where the secret before the last one is. Caller frees; NULL
 * without memory. */
char *secret_file_beside(const char *path, const char *ending);

/*
 * Put the file `fresh` in the place of `path`, which stays as `previous`. There
 * is no moment without a file at `path`. CLI_FAILED after a complaint.
 */
enum cli_status secret_file_replace(const char *path, const char *fresh,
				    const char *previous);

#endif
