/*
 * permission - R2's permissions, and which actions each of them allows.
 *
 * Cloudflare docs, r2/api/s3/temporary-credentials.
 */
#ifndef MINTAGE_LIB_SIGN_PERMISSION_H
#define MINTAGE_LIB_SIGN_PERMISSION_H

#include "action.h"

/* In the order of `permission_names`. */
enum permission {
	PERMISSION_NONE,
	PERMISSION_OBJECT_READ_ONLY,
	PERMISSION_OBJECT_READ_WRITE,
	PERMISSION_OBJECT_WRITE_ONLY, /* ours: sent as actions */
	PERMISSION_ADMIN_READ_ONLY,
	PERMISSION_ADMIN_READ_WRITE,
	PERMISSION_COUNT
};

/* "object-read-only" ...; the first is "". */
extern const char *const permission_names[PERMISSION_COUNT];

/* Everything that `permission` allows. */
abilities permission_abilities(enum permission permission);

/* Exact names only. On failure *problem has `pointer` and a "did you mean". */
enum error permission_parse(struct slice text, const char *pointer,
			    enum permission *permission,
			    struct problem *problem) MUST_CHECK;

#endif
