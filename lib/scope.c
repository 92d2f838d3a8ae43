#include "scope.h"

#include <stdio.h>

#include "unicode.h"

const char *const permission_names[PERMISSION_COUNT] = {
	[PERMISSION_NONE] = "",
	[PERMISSION_OBJECT_READ_ONLY] = "object-read-only",
	[PERMISSION_OBJECT_READ_WRITE] = "object-read-write",
	[PERMISSION_OBJECT_WRITE_ONLY] = "object-write-only",
	[PERMISSION_ADMIN_READ_ONLY] = "admin-read-only",
	[PERMISSION_ADMIN_READ_WRITE] = "admin-read-write",
};

/* Bit numbers: the order in which Cloudflare lists the actions. */
enum action {
	HEAD_OBJECT,
	GET_OBJECT,
	GET_BUCKET_LOCATION,
	LIST_OBJECTS_V1,
	LIST_OBJECTS_V2,
	LIST_MULTIPART_UPLOADS,
	LIST_PARTS,

	PUT_OBJECT,
	DELETE_OBJECT,
	DELETE_OBJECTS,
	COPY_OBJECT,

	CREATE_MULTIPART_UPLOAD,
	UPLOAD_PART,
	UPLOAD_PART_COPY,
	ABORT_MULTIPART_UPLOAD,
	COMPLETE_MULTIPART_UPLOAD,
};

const char *const action_names[ACTION_COUNT] = {
	[HEAD_OBJECT] = "HeadObject",
	[GET_OBJECT] = "GetObject",
	[GET_BUCKET_LOCATION] = "GetBucketLocation",
	[LIST_OBJECTS_V1] = "ListObjectsV1",
	[LIST_OBJECTS_V2] = "ListObjectsV2",
	[LIST_MULTIPART_UPLOADS] = "ListMultipartUploads",
	[LIST_PARTS] = "ListParts",
	[PUT_OBJECT] = "PutObject",
	[DELETE_OBJECT] = "DeleteObject",
	[DELETE_OBJECTS] = "DeleteObjects",
	[COPY_OBJECT] = "CopyObject",
	[CREATE_MULTIPART_UPLOAD] = "CreateMultipartUpload",
	[UPLOAD_PART] = "UploadPart",
	[UPLOAD_PART_COPY] = "UploadPartCopy",
	[ABORT_MULTIPART_UPLOAD] = "AbortMultipartUpload",
	[COMPLETE_MULTIPART_UPLOAD] = "CompleteMultipartUpload",
};

#define BIT(action) (UINT32_C(1) << (action))

#define READ_ACTIONS                                                     \
	(BIT(HEAD_OBJECT) | BIT(GET_OBJECT) | BIT(GET_BUCKET_LOCATION) | \
	 BIT(LIST_OBJECTS_V1) | BIT(LIST_OBJECTS_V2) |                   \
	 BIT(LIST_MULTIPART_UPLOADS) | BIT(LIST_PARTS))

#define ALL_ACTIONS (BIT(ACTION_COUNT) - 1)

/* Uploading alone: not UploadPartCopy, which reads what it copies. */
#define UPLOAD_ACTIONS                                                       \
	(BIT(PUT_OBJECT) | BIT(CREATE_MULTIPART_UPLOAD) | BIT(UPLOAD_PART) | \
	 BIT(ABORT_MULTIPART_UPLOAD) | BIT(COMPLETE_MULTIPART_UPLOAD))

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

const char *key_quote(char dst[KEY_QUOTE_MAX], struct slice text)
{
	const size_t most = KEY_QUOTE_MAX - sizeof("...");
	size_t length = text.length, used = 0;

	if (length > most) {
		length = most;
		/* Back to where a character begins. */
		while (length > most - 4 && (text.data[length] & 0xc0) == 0x80)
			length--;
	}
	while (used < length) {
		size_t valid = unicode_valid(
			slice_of(text.data + used, length - used));

		memcpy(dst + used, text.data + used, valid);
		used += valid;
		if (used < length)
			dst[used++] = '?';
	}
	for (size_t i = 0; i < used; i++) {
		if ((unsigned char)dst[i] < 0x20 || dst[i] == 0x7f)
			dst[i] = '?';
	}
	memcpy(dst + used, "...", sizeof("..."));
	if (length == text.length)
		dst[used] = '\0';
	return dst;
}

const char *const method_names[METHOD_COUNT] = {
	[METHOD_NONE] = "",         [METHOD_GET] = "GET",
	[METHOD_HEAD] = "HEAD",     [METHOD_PUT] = "PUT",
	[METHOD_DELETE] = "DELETE",
};

abilities method_abilities(enum method method)
{
	static const char *const actions[METHOD_COUNT] = {
		[METHOD_GET] = "GetObject",
		[METHOD_HEAD] = "HeadObject",
		[METHOD_PUT] = "PutObject",
		[METHOD_DELETE] = "DeleteObject",
	};

	for (size_t i = 0; i < ACTION_COUNT && actions[method]; i++) {
		if (strcmp(action_names[i], actions[method]) == 0)
			return BIT(i);
	}
	return 0;
}

enum error method_parse(struct slice text, const char *pointer,
			enum method *method, struct problem *problem)
{
	char quoted[KEY_QUOTE_MAX];

	for (size_t i = 1; i < METHOD_COUNT; i++) {
		if (slice_is(text, method_names[i])) {
			*method = (enum method)i;
			return ERROR_NONE;
		}
	}
	if (slice_equal_nocase(text, slice_text("POST")))
		return problem_set(problem, ERROR_BAD_VALUE, pointer,
				   "R2 takes no POST form uploads: use PUT");
	return problem_set(problem, ERROR_BAD_VALUE, pointer,
			   "'%s' is no method of a link; use GET, HEAD, PUT or "
			   "DELETE, in capitals",
			   key_quote(quoted, text));
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

enum error action_parse(struct slice text, const char *pointer, abilities *set,
			struct problem *problem)
{
	char quoted[KEY_QUOTE_MAX];
	const char *nearest;

	for (size_t i = 0; i < ACTION_COUNT; i++) {
		if (!slice_is(text, action_names[i]))
			continue;
		if (*set & BIT(i))
			return problem_set(problem, ERROR_DUPLICATE_FIELD,
					   pointer,
					   "%s is given twice; once is enough",
					   action_names[i]);
		*set |= BIT(i);
		return ERROR_NONE;
	}
	key_quote(quoted, text);
	nearest = slice_nearest(text, action_names, ACTION_COUNT);
	if (nearest)
		return problem_set(problem, ERROR_BAD_VALUE, pointer,
				   "'%s' is no action; did you mean '%s'?",
				   quoted, nearest);
	return problem_set(problem, ERROR_BAD_VALUE, pointer,
			   "'%s' is no action of R2; actions have names like "
			   "GetObject, PutObject, ListObjectsV2",
			   quoted);
}

static bool is_bucket_alphanumeric(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}

enum error bucket_check(struct slice name, const char *pointer,
			struct problem *problem)
{
	char quoted[KEY_QUOTE_MAX];

	key_quote(quoted, name);
	if (name.length < 3 || name.length > 63)
		return problem_set(problem, ERROR_BUCKET_NAME, pointer,
				   "'%s' has %zu characters; a bucket's name "
				   "has 3 to 63",
				   quoted, name.length);
	for (size_t i = 0; i < name.length; i++) {
		if (is_bucket_alphanumeric(name.data[i]) || name.data[i] == '-')
			continue;
		return problem_set(problem, ERROR_BUCKET_NAME, pointer,
				   "'%s' isn't a bucket's name, which has "
				   "only a-z, 0-9 and '-'",
				   quoted);
	}
	if (name.data[0] == '-' || name.data[name.length - 1] == '-')
		return problem_set(problem, ERROR_BUCKET_NAME, pointer,
				   "'%s' begins or ends with '-'; a bucket's "
				   "name does so with a-z or 0-9",
				   quoted);
	return ERROR_NONE;
}

enum error key_check(struct slice key, const char *pointer,
		     struct problem *problem)
{
	const char *nul;
	size_t valid;

	if (key.length == 0)
		return problem_set(problem, ERROR_OBJECT_NAME, pointer,
				   "empty; a key has at least 1 byte");
	if (key.length > KEY_MAX)
		return problem_set(problem, ERROR_OBJECT_NAME, pointer,
				   "%zu bytes; a key is at most %d", key.length,
				   KEY_MAX);
	nul = memchr(key.data, '\0', key.length);
	if (nul)
		return problem_set(problem, ERROR_OBJECT_NAME, pointer,
				   "NUL at byte offset %td; a key has none",
				   nul - key.data);
	valid = unicode_valid(key);
	if (valid < key.length)
		return problem_set(problem, ERROR_OBJECT_NAME, pointer,
				   "not UTF-8 at byte offset %zu (0x%02x); a "
				   "key is UTF-8 text",
				   valid, (unsigned char)key.data[valid]);
	return ERROR_NONE;
}

bool key_has_dot_segment(struct slice key)
{
	struct slice segment;

	/* Most keys have no segment that begins with a dot. */
	if (key.length == 0 ||
	    (key.data[0] != '.' && !memmem(key.data, key.length, "/.", 2)))
		return false;
	while (slice_split(&key, '/', &segment)) {
		if (slice_is(segment, ".") || slice_is(segment, ".."))
			return true;
	}
	return false;
}

abilities scope_abilities(const struct scope *scope)
{
	return scope->actions ? scope->actions :
				permission_abilities(scope->permission);
}

static const char *permission_text(enum permission permission)
{
	return permission < PERMISSION_COUNT ? permission_names[permission] :
					       "";
}

/* The first of the actions in `set`, which is not empty. */
static const char *first_action(abilities set)
{
	size_t i = 0;

	while (i < ACTION_COUNT - 1 && !(set & BIT(i)))
		i++;
	return action_names[i];
}

enum error scope_settle(struct scope *scope, const char *pointer,
			struct problem *problem)
{
	abilities allowed = permission_abilities(scope->permission);
	char where[PROBLEM_POINTER_MAX];

	if (scope->permission == PERMISSION_NONE && scope->actions == 0) {
		snprintf(where, sizeof(where), "%s/permission", pointer);
		return problem_set(problem, ERROR_MISSING_FIELD, where,
				   "permission: missing; name a permission, "
				   "such as object-read-only, or actions");
	}
	if (scope->permission != PERMISSION_NONE &&
	    !abilities_within(scope->actions, allowed)) {
		snprintf(where, sizeof(where), "%s/actions", pointer);
		return problem_set(problem, ERROR_BAD_VALUE, where,
				   "actions: %s isn't part of %s",
				   first_action(scope->actions & ~allowed),
				   permission_text(scope->permission));
	}
	/* R2 has no such permission; its actions say the same. */
	if (scope->permission == PERMISSION_OBJECT_WRITE_ONLY &&
	    scope->actions == 0)
		scope->actions = allowed;
	if (scope->actions != 0)
		scope->permission = PERMISSION_NONE;
	return ERROR_NONE;
}

void scope_text(const struct scope *scope, char dst[SCOPE_TEXT_MAX])
{
	size_t length = 0;

	dst[0] = '\0';
	if (scope->actions == 0) {
		snprintf(dst, SCOPE_TEXT_MAX, "%s",
			 permission_text(scope->permission));
		return;
	}
	for (size_t i = 0; i < ACTION_COUNT; i++) {
		size_t name = strlen(action_names[i]);

		if (!(scope->actions & BIT(i)))
			continue;
		if (length > 0)
			dst[length++] = ',';
		memcpy(dst + length, action_names[i], name + 1);
		length += name;
	}
}
