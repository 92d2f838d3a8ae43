/*
 * action - the actions of R2, and sets of them.
 *
 * Cloudflare docs, r2/api/s3/temporary-credentials.
 */
#ifndef MINTAGE_LIB_SIGN_ACTION_H
#define MINTAGE_LIB_SIGN_ACTION_H

#include "lib/base/problem.h"
#include "lib/base/slice.h"

/* Bit numbers in a set: the order in which Cloudflare lists the actions. */
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

/* "HeadObject" ..., by bit number in an abilities set. */
extern const char *const action_names[ACTION_COUNT];

/*
 * A set of things one can do: one bit for each action, and two above them for
 * the bucket administration that only the admin permissions reach.
 */
typedef uint32_t abilities;

#define ABILITY_ADMIN_READ (UINT32_C(1) << 16)
#define ABILITY_ADMIN_WRITE (UINT32_C(1) << 17)

static inline bool abilities_within(abilities inner, abilities outer)
{
	return (inner & ~outer) == 0;
}

/* One action's name, its bit added to *set. A name already in *set is an
 * error too (ERROR_DUPLICATE_FIELD). */
enum error action_parse(struct slice text, const char *pointer, abilities *set,
			struct problem *problem) MUST_CHECK;

#endif
