/*
 * action - the actions of R2, and sets of them.
 *
 * Cloudflare docs, r2/api/s3/temporary-credentials.
 */
#ifndef MINTAGE_LIB_SIGN_ACTION_H
#define MINTAGE_LIB_SIGN_ACTION_H

#include "lib/base/problem.h"
#include "lib/base/slice.h"

/* Each is the number of its bit in a set. The order is that of Cloudflare's
 * list. */
enum action {
	ACTION_HEAD_OBJECT,
	ACTION_GET_OBJECT,
	ACTION_GET_BUCKET_LOCATION,
	ACTION_LIST_OBJECTS_V1,
	ACTION_LIST_OBJECTS_V2,
	ACTION_LIST_MULTIPART_UPLOADS,
	ACTION_LIST_PARTS,

	ACTION_PUT_OBJECT,
	ACTION_DELETE_OBJECT,
	ACTION_DELETE_OBJECTS,
	ACTION_COPY_OBJECT,

	ACTION_CREATE_MULTIPART_UPLOAD,
	ACTION_UPLOAD_PART,
	ACTION_UPLOAD_PART_COPY,
	ACTION_ABORT_MULTIPART_UPLOAD,
	ACTION_COMPLETE_MULTIPART_UPLOAD,
};

#define ACTION_BIT(action) (UINT32_C(1) << (action))

#define ACTION_COUNT 16

/* The names, "HeadObject" and so on, by enum action. */
extern const char *const action_names[ACTION_COUNT];

/*
 * A set of actions: one bit for each, and above them two bits for administering
 * buckets, which only the admin permissions allow.
 */
typedef uint32_t abilities;

#define ABILITY_ADMIN_READ (UINT32_C(1) << 16)
#define ABILITY_ADMIN_WRITE (UINT32_C(1) << 17)

/* True when `outer` has every ability of `inner`. */
static inline bool abilities_within(abilities inner, abilities outer)
{
	return (inner & ~outer) == 0;
}

/* Add the action named `text` to *set. ERROR_BAD_VALUE at `pointer` for a name
 * that is no action's, ERROR_DUPLICATE_FIELD for one that *set has already. */
enum error action_parse(struct slice text, const char *pointer, abilities *set,
			struct problem *problem) MUST_CHECK;

#endif
