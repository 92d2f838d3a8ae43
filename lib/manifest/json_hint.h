/*
 * json_hint - what a JSON document of somebody else's has in it, so that a
 * refusal can say how to read it: by `keyName`.
 */
#ifndef MINTAGE_LIB_MANIFEST_JSON_HINT_H
#define MINTAGE_LIB_MANIFEST_JSON_HINT_H

#include "lib/base/json.h"
#include "names.h"

/* The members of the object whose { is the first byte of `text`. Only strings
 * may hold the key. What is no JSON ends the list. */
void json_hint_members(struct slice text, struct manifest_names *names);

/* Where a document has its list of objects. */
struct json_hint {
	char array[KEY_QUOTE_MAX]; /* the member with the array; "" where the
				    * document is the array itself */
	char key[KEY_QUOTE_MAX];   /* the member likeliest to hold the key */
};

/* Find the first array of objects with a member that could hold a key, in an
 * array or in a member of an object. False when there is none. */
bool json_hint_find(struct slice text, struct json_hint *hint);

#endif
