/*
 * manifest_value - what an entry may say of itself, and what a good value is;
 * the same in every format.
 */
#ifndef MINTAGE_LIB_MANIFEST_VALUE_H
#define MINTAGE_LIB_MANIFEST_VALUE_H

#include "manifest.h"

/* Members of a JSON entry, columns of a CSV. */
enum manifest_member {
	MEMBER_KEY,
	MEMBER_PERMISSION,
	MEMBER_ACTIONS,
	MEMBER_TTL,
	MEMBER_METHOD,
	MEMBER_FILENAME,
	MEMBER_CONTENT_TYPE,
	MEMBER_CONTENT_LENGTH,
	MEMBER_SHA256,
	MEMBER_COUNT
};

/* "key" ... in the order above, and the same behind a slash. */
extern const char *const manifest_member_names[MEMBER_COUNT];
extern const char *const manifest_member_pointers[MEMBER_COUNT];

/* Bytes. No link could carry a longer one: see presign_disposition. */
#define MANIFEST_FILENAME_MAX 500
#define MANIFEST_CONTENT_TYPE_MAX 255

/* 5 TiB, R2's largest object. */
#define MANIFEST_CONTENT_LENGTH_MAX UINT64_C(5497558138880)

/*
 * Set a member of *entry from its text, which is borrowed until the next entry:
 *   key            key_check
 *   permission     one of permission_names
 *   actions        of action_names, one or more, none twice, between blanks,
 *                  line ends, commas or semicolons
 *   ttlSeconds     a decimal from 1 to TTL_MAX
 *   method         one of method_names
 *   filename       UTF-8 without / and control characters, not . and ..
 *   contentType    a media type (RFC 9110, 8.3.1) in ASCII with no two blanks
 *                  in a row, which signing would make one
 *   contentLength  a decimal to MANIFEST_CONTENT_LENGTH_MAX
 *   sha256         64 hex digits of either case
 * Errors: ERROR_OBJECT_NAME of a key, ERROR_EMPTY and ERROR_DUPLICATE_FIELD of
 * actions, else ERROR_BAD_VALUE. The problem's pointer is relative to the entry
 * (none for the key, which stands for all of it).
 */
enum error manifest_value_set(struct manifest *manifest, struct entry *entry,
			      enum manifest_member member, struct slice text,
			      struct problem *problem) MUST_CHECK;

/* ttlSeconds alone, with `pointer` in the problem: a request has one too. */
enum error manifest_value_ttl(struct slice text, const char *pointer,
			      uint32_t *ttl,
			      struct problem *problem) MUST_CHECK;

#endif
