/*
 * scope - what a credential may do and for how long, and whether one scope is
 * the same as another.
 *
 * Cloudflare docs, r2/api/s3/temporary-credentials.
 */
#ifndef MINTAGE_LIB_SIGN_SCOPE_H
#define MINTAGE_LIB_SIGN_SCOPE_H

#include "permission.h"

#define TTL_MAX 604800
/* What a link on a host of this service's own may live: ten years. */
#define TTL_LINK_MAX (10U * 365 * 86400)
#define TTL_DEFAULT 900

/*
 * What a token holds: the claim "actions" when `actions` is not 0, else the
 * claim "scope" with the permission.
 */
struct scope {
	enum permission permission;
	abilities actions;
	uint32_t ttl; /* seconds, 1 to TTL_MAX; of a link on a host of this
		       * service's own 1 to TTL_LINK_MAX */
};

static inline bool scope_same(const struct scope *a, const struct scope *b)
{
	return a->permission == b->permission && a->actions == b->actions &&
	       a->ttl == b->ttl;
}

/* All that a credential with this scope could do. */
abilities scope_abilities(const struct scope *scope);

/*
 * Turn what was asked for into what a token holds: object-write-only becomes
 * its actions. ERROR_BAD_VALUE at "`pointer`/actions" when actions and a
 * permission are given and the permission does not allow all of them;
 * ERROR_MISSING_FIELD when neither is given.
 */
enum error scope_settle(struct scope *scope, const char *pointer,
			struct problem *problem) MUST_CHECK;

/* Write a scope for people and for the audit's digest, as "object-read-only" or
 * "PutObject,UploadPart". dst: SCOPE_TEXT_MAX bytes, terminated. */
#define SCOPE_TEXT_MAX 320
void scope_text(const struct scope *scope, char dst[SCOPE_TEXT_MAX]);

#endif
