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
	PERMISSION_OBJECT_WRITE_ONLY, /* not R2's: sent as its actions */
	PERMISSION_ADMIN_READ_ONLY,
	PERMISSION_ADMIN_READ_WRITE,
	PERMISSION_COUNT
};

/* The names by enum permission: "" for PERMISSION_NONE, then
 * "object-read-only" and so on. */
extern const char *const permission_names[PERMISSION_COUNT];

/* All actions that `permission` allows. */
abilities permission_abilities(enum permission permission);

/* Find a permission by its exact name. ERROR_BAD_VALUE at `pointer` when there
 * is none; the message says "did you mean" where a name is close. */
enum error permission_parse(struct slice text, const char *pointer,
			    enum permission *permission,
			    struct problem *problem) MUST_CHECK;

#endif
