/*
 * id - the secret in a share's address, and the id that stands for it in files,
 * logs and answers.
 *
 * Whoever knows the secret opens the share. The id is a hash of it, so nobody
 * who reads the shares' folder, the audit log or a list of shares can open one.
 */
#ifndef MINTAGE_CGI_SHARE_ID_H
#define MINTAGE_CGI_SHARE_ID_H

#include "lib/base/error.h"
#include "lib/base/slice.h"

/* 128 random bits in base64url, without a NUL. */
#define SHARE_SECRET_LENGTH 22

/* 128 bits of a SHA-256 in lower-case hexadecimal, without a NUL. */
#define SHARE_ID_LENGTH 32

/* Make a secret and terminate it. False when the kernel has no random
 * numbers. The caller wipes it. */
bool share_id_make(char secret[SHARE_SECRET_LENGTH + 1]) MUST_CHECK;

/* Set `id` to the terminated id of the share that `secret` opens. False where
 * `secret` is not of the form of one. */
bool share_id_of(struct slice secret, char id[SHARE_ID_LENGTH + 1]) MUST_CHECK;

/* Is `text` of the form of an id? */
bool share_id_is(struct slice text);

#endif
