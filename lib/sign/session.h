/*
 * session - reads session tokens back, as mint.h makes them and as R2 does.
 */
#ifndef MINTAGE_LIB_SIGN_SESSION_H
#define MINTAGE_LIB_SIGN_SESSION_H

#include "lib/base/buffer.h"
#include "secret.h"

/*
 * Put the JSON of a token's payload into *payload, which the caller frees with
 * buffer_free also after an error. *signed_by_key says whether `secret` made
 * the signature; false when `secret` is NULL. ERROR_MALFORMED with a reason
 * when `token` is not a session token, ERROR_INTERNAL when memory is out.
 */
enum error session_open(struct slice token, const struct secret *secret,
			struct buffer *payload, bool *signed_by_key,
			struct problem *problem) MUST_CHECK;

#endif
