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
#define TTL_DEFAULT 900

/*
 * What the token says: `permission` is sent as "scope" unless `actions` is not
 * 0, then only those are sent.
 */
struct scope {
	enum permission permission;
	abilities actions;
	uint32_t ttl; /* seconds, 1 to TTL_MAX */
};

static inline bool scope_same(const struct scope *a, const struct scope *b)
{
	return a->permission == b->permission && a->actions == b->actions &&
	       a->ttl == b->ttl;
}

/* What a credential of this scope could do. */
abilities scope_abilities(const struct scope *scope);

/*
 * Settle what was asked: object-write-only becomes its actions; actions given
 * with a permission must all be within it (ERROR_BAD_VALUE at
 * `pointer`/actions); neither given is ERROR_MISSING_FIELD.
 */
enum error scope_settle(struct scope *scope, const char *pointer,
			struct problem *problem) MUST_CHECK;

/* "object-read-only" or "PutObject,UploadPart": for people and the audit.
 * dst: SCOPE_TEXT_MAX bytes, terminated. */
#define SCOPE_TEXT_MAX 320
void scope_text(const struct scope *scope, char dst[SCOPE_TEXT_MAX]);

#endif
