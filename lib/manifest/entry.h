/*
 * manifest_entry - one entry of a manifest: a key or prefix, and what it asks
 * for that differs from the rest of its batch.
 */
#ifndef MINTAGE_LIB_MANIFEST_ENTRY_H
#define MINTAGE_LIB_MANIFEST_ENTRY_H

#include "lib/base/problem.h"
#include "lib/sign/key.h"
#include "lib/sign/scope.h"
#include "link_terms.h"

/* Bytes. A link could not carry a longer name: see presign_disposition. */
#define ENTRY_FILENAME_MAX 500
#define ENTRY_CONTENT_TYPE_MAX 255

/* 5 TiB, the size of R2's largest object. */
#define ENTRY_CONTENT_LENGTH_MAX UINT64_C(5497558138880)

enum entry_kind { ENTRY_OBJECT, ENTRY_PREFIX };

/* Whoever reads an entry sets all of it but the pointer. Its slices borrow the
 * manifest's text or an entry_scratch. */
struct entry {
	enum entry_kind kind;
	struct slice key; /* UTF-8, checked with key_check */
	/* What differs from the batch. A member that is 0 or none is as in the
	 * batch. */
	bool own_scope; /* permission, actions or ttl were given */
	struct scope scope;
	struct link_terms link; /* link_value_set has checked its texts */
	char pointer[PROBLEM_POINTER_MAX]; /* set by entry_pointer */
	/* A JSON Pointer to the list that holds the entry: "/objects",
	 * "/prefixes", "/manifest", "/manifest/objects" or
	 * "/manifest/prefixes". */
	const char *base;
	uint64_t index; /* from 0, within its base */
};

/* The texts of one entry that had to be decoded, so that its slices cannot
 * borrow them from the manifest. */
struct entry_scratch {
	size_t used;
	char text[12 * (KEY_MAX + 8)];
};

/* Set entry->pointer, such as "/objects/17", and return it. It is not set while
 * entries are read, because most entries need none. */
const char *entry_pointer(struct entry *entry);

/*
 * Put the entry's pointer before the problem's own, which was relative to the
 * entry: "/ttlSeconds" becomes "/objects/17/ttlSeconds". A check that passes
 * therefore never needs a pointer. Returns problem->error.
 */
enum error entry_prefix_pointer(const struct entry *entry,
				struct problem *problem);

/*
 * Set the entry's key, which borrows `key`, and check it with key_check. On
 * failure the entry has as much of the key as can be shown (UTF-8 of at most
 * KEY_MAX bytes), and the problem still needs entry_prefix_pointer.
 */
enum error entry_set_key(struct entry *entry, struct slice key,
			 struct problem *problem) MUST_CHECK;

/* `text`, cut to at most `max` bytes between two characters of UTF-8. */
struct slice entry_clip(struct slice text, size_t max);

#endif
