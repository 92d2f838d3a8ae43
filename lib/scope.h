/*
 * scope - what a credential may do: bucket, permission, actions, paths; and
 * whether one is within another.
 *
 * Cloudflare docs, r2/api/s3/temporary-credentials (permissions, actions) and
 * r2/buckets/create-buckets (names).
 */
#ifndef MINTAGE_SCOPE_H
#define MINTAGE_SCOPE_H

#include "buffer.h"

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

/* Everything that `permission` allows. */
abilities permission_abilities(enum permission permission);

static inline bool abilities_within(abilities inner, abilities outer)
{
	return (inner & ~outer) == 0;
}

/* Exact names only. On failure *problem has `pointer` and a "did you mean". */
enum error permission_parse(struct slice text, const char *pointer,
			    enum permission *permission,
			    struct problem *problem) MUST_CHECK;
/* One action's name, its bit added to *set. A name already in *set is an
 * error too (ERROR_DUPLICATE_FIELD). */
enum error action_parse(struct slice text, const char *pointer, abilities *set,
			struct problem *problem) MUST_CHECK;

/* 3-63 of a-z 0-9 and -, first and last not -. ERROR_BUCKET_NAME. */
enum error bucket_check(struct slice name, const char *pointer,
			struct problem *problem) MUST_CHECK;

#define KEY_MAX 1024

/* A key or prefix: 1-1024 bytes of UTF-8 without NUL. ERROR_OBJECT_NAME. */
enum error key_check(struct slice key, const char *pointer,
		     struct problem *problem) MUST_CHECK;

/*
 * `text` for a message: on one line, without control characters, as UTF-8
 * whatever it was, cut where long ("..."). Returns dst.
 */
#define KEY_QUOTE_MAX 64
const char *key_quote(char dst[KEY_QUOTE_MAX], struct slice text);

/* True when some segment between slashes is "." or "..". */
bool key_has_dot_segment(struct slice key);

/* What a presigned link is for. */
enum method {
	METHOD_NONE,
	METHOD_GET,
	METHOD_HEAD,
	METHOD_PUT,
	METHOD_DELETE,
	METHOD_COUNT
};

/* "GET" ...; the first is "". */
extern const char *const method_names[METHOD_COUNT];

/* The one action that a link of this method performs. */
abilities method_abilities(enum method method);

/* Upper case only, as the names are. On failure *problem says which there
 * are. */
enum error method_parse(struct slice text, const char *pointer,
			enum method *method,
			struct problem *problem) MUST_CHECK;

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
