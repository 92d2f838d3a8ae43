/*
 * session - session tokens, read back: what `mintage inspect` shows.
 */
#ifndef MINTAGE_LIB_SIGN_SESSION_H
#define MINTAGE_LIB_SIGN_SESSION_H

#include "lib/base/buffer.h"
#include "secret.h"

/*
 * What a session token says, for people who hold one: the payload's JSON in
 * *payload (caller frees). *signed_by_key: whether `secret` (may be NULL) made
 * its signature. ERROR_MALFORMED with a reason when it isn't such a token.
 */
enum error session_open(struct slice token, const struct secret *secret,
			struct buffer *payload, bool *signed_by_key,
			struct problem *problem) MUST_CHECK;

#endif
