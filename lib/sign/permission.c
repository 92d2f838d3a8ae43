#include "permission.h"

#include "key.h"

const char *const permission_names[PERMISSION_COUNT] = {
	[PERMISSION_NONE] = "",
	[PERMISSION_OBJECT_READ_ONLY] = "object-read-only",
	[PERMISSION_OBJECT_READ_WRITE] = "object-read-write",
	[PERMISSION_OBJECT_WRITE_ONLY] = "object-write-only",
	[PERMISSION_ADMIN_READ_ONLY] = "admin-read-only",
	[PERMISSION_ADMIN_READ_WRITE] = "admin-read-write",
};

#define READ_ACTIONS                                                      \
	(ACTION_BIT(ACTION_HEAD_OBJECT) | ACTION_BIT(ACTION_GET_OBJECT) | \
	 ACTION_BIT(ACTION_GET_BUCKET_LOCATION) |                         \
	 ACTION_BIT(ACTION_LIST_OBJECTS_V1) |                             \
	 ACTION_BIT(ACTION_LIST_OBJECTS_V2) |                             \
	 ACTION_BIT(ACTION_LIST_MULTIPART_UPLOADS) |                      \
	 ACTION_BIT(ACTION_LIST_PARTS))

#define ALL_ACTIONS (ACTION_BIT(ACTION_COUNT) - 1)

/* Actions that only write. UploadPartCopy is not one: it reads what it
 * copies. */
#define UPLOAD_ACTIONS                                \
	(ACTION_BIT(ACTION_PUT_OBJECT) |              \
	 ACTION_BIT(ACTION_CREATE_MULTIPART_UPLOAD) | \
	 ACTION_BIT(ACTION_UPLOAD_PART) |             \
	 ACTION_BIT(ACTION_ABORT_MULTIPART_UPLOAD) |  \
	 ACTION_BIT(ACTION_COMPLETE_MULTIPART_UPLOAD))

abilities permission_abilities(enum permission permission)
{
	switch (permission) {
	case PERMISSION_OBJECT_READ_ONLY:
		return READ_ACTIONS;
	case PERMISSION_OBJECT_READ_WRITE:
		return ALL_ACTIONS;
	case PERMISSION_OBJECT_WRITE_ONLY:
		return UPLOAD_ACTIONS;
	case PERMISSION_ADMIN_READ_ONLY:
		return READ_ACTIONS | ABILITY_ADMIN_READ;
	case PERMISSION_ADMIN_READ_WRITE:
		return ALL_ACTIONS | ABILITY_ADMIN_READ | ABILITY_ADMIN_WRITE;
	case PERMISSION_NONE:
	case PERMISSION_COUNT:
		break;
	}
	return 0;
}

enum error permission_parse(struct slice text, const char *pointer,
			    enum permission *permission,
			    struct problem *problem)
{
	const char *const *names = permission_names + 1;
	const size_t count = PERMISSION_COUNT - 1;
	char quoted[KEY_QUOTE_MAX];
	const char *nearest;

	for (size_t i = 0; i < count; i++) {
		if (slice_is(text, names[i])) {
			*permission = (enum permission)(i + 1);
			return ERROR_NONE;
		}
	}
	nearest = slice_nearest(text, names, count);
	if (nearest)
		return problem_set(problem, ERROR_BAD_VALUE, pointer,
				   "'%s' is no permission; did you mean '%s'?",
				   key_quote(quoted, text), nearest);
	return problem_set(problem, ERROR_BAD_VALUE, pointer,
			   "'%s' is no permission; use object-read-only, "
			   "object-read-write, object-write-only, "
			   "admin-read-only or admin-read-write",
			   key_quote(quoted, text));
}
