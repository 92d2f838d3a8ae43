/*
 * session - reads session tokens back, as mint.h makes them and as R2 does.
 */
#ifndef MINTAGE_LIB_SIGN_SESSION_H
#define MINTAGE_LIB_SIGN_SESSION_H

#include "lib/base/buffer.h"
#include "lib/base/keyed.h"

/* Zero it; ends with session_free, also after an error. */
struct session {
	struct buffer header; /* both are JSON; the header is an object */
	struct buffer payload;
	bool signed_by_key;
};

/*
 * Open a token. session->signed_by_key says whether `secret` made the
 * signature; false when `secret` is NULL. The header's members may stand in any
 * order, but `alg` must be HS256. ERROR_MALFORMED with a reason when `token` is
 * not a session token, ERROR_INTERNAL when memory is out.
 */
enum error session_open(struct slice token, const struct keyed *secret,
			struct session *session,
			struct problem *problem) MUST_CHECK;

void session_free(struct session *session);

#endif
