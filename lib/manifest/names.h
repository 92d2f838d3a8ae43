/*
 * manifest_names - the names of columns and members that a manifest of somebody
 * else's has, and which of them holds the key: the value of `keyName`.
 */
#ifndef MINTAGE_LIB_MANIFEST_NAMES_H
#define MINTAGE_LIB_MANIFEST_NAMES_H

#include <stdbool.h>

#include "lib/sign/key.h"

/* Bytes of `keyName`, and of a member's name that is looked for. */
#define MANIFEST_NAME_MAX 128

/* The column or member that says of an entry that it is a folder, which names
 * no object. rclone lsjson has it. It means something only with `keyName`. */
#define MANIFEST_FOLDER_NAME "IsDir"

/* The value of `keyName`: 1 to MANIFEST_NAME_MAX bytes of UTF-8 without control
 * characters. ERROR_EMPTY, ERROR_BAD_VALUE. */
enum error manifest_names_check(struct slice name, const char *pointer,
				struct problem *problem) MUST_CHECK;

/* Is it what many programs call the key, such as Path or Filename? In any
 * case. */
bool manifest_names_is_usual(struct slice name);

/* Names for a message. {0} has none. */
struct manifest_names {
	/* All of them, as "Path, Size, ModTime", cut to fit. */
	char list[160];
	size_t used; /* bytes of `list` */
	bool cut;    /* names are missing from it */
	size_t count;
	/* The one that is likeliest to hold the key, or "". */
	char likely[KEY_QUOTE_MAX];
	size_t rank; /* internal: how good it is, 0 is best */
};

/* Add a name, which may be any bytes. `may_hold` says whether a key could be in
 * there at all, as in a JSON string and not in a number. */
void manifest_names_add(struct manifest_names *names, struct slice name,
			bool may_hold);

#endif
