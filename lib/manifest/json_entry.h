/*
 * json_entry - one entry in JSON: a string, which is its key, or an object with
 * the member `key` and others of member.h. Where the part has a key_name, an
 * entry is an object whose member of that name is the key, and members that
 * member.h doesn't know are passed over.
 */
#ifndef MINTAGE_LIB_MANIFEST_JSON_ENTRY_H
#define MINTAGE_LIB_MANIFEST_JSON_ENTRY_H

#include "reader.h"

/* Read the entry that `token`, just read from state->json, begins. A wrong
 * entry is read to its end. MANIFEST_BROKEN when it isn't
 * JSON. */
enum manifest_step json_entry_read(struct manifest_state *state,
				   const struct manifest_part *part,
				   enum json_token token, struct entry *entry,
				   struct problem *problem);

/* After JSON_BAD: set a problem with the entry's base as its pointer. Returns
 * MANIFEST_BROKEN. */
enum manifest_step json_entry_broken(const struct json *json,
				     const struct entry *entry,
				     struct problem *problem);

#endif
