#include "entry.h"

#include <inttypes.h>
#include <stdio.h>

#include "lib/base/unicode.h"

/* A good entry decodes to at most this much, with a digest in both cases. */
_Static_assert(sizeof(((struct entry_scratch *)NULL)->text) >=
		       KEY_MAX + ENTRY_FILENAME_MAX + ENTRY_CONTENT_TYPE_MAX +
			       1024,
	       "the texts of one entry must fit");

const char *entry_pointer(struct entry *entry)
{
	snprintf(entry->pointer, sizeof(entry->pointer), "%s/%" PRIu64,
		 entry->base, entry->index);
	return entry->pointer;
}

enum error entry_prefix_pointer(const struct entry *entry,
				struct problem *problem)
{
	char member[PROBLEM_POINTER_MAX / 2] = "";

	memcpy(member, problem->pointer, sizeof(member) - 1);
	snprintf(problem->pointer, sizeof(problem->pointer), "%s/%" PRIu64 "%s",
		 entry->base, entry->index, member);
	return problem->error;
}

struct slice entry_clip(struct slice text, size_t max)
{
	if (text.length <= max)
		return text;
	while (max > 0 && ((unsigned char)text.data[max] & 0xC0) == 0x80)
		max--;
	return slice_of(text.data, max);
}

enum error entry_set_key(struct entry *entry, struct slice key,
			 struct problem *problem)
{
	enum error error = key_check(key, NULL, problem);

	entry->key = key;
	if (error != ERROR_NONE) {
		key = entry_clip(key, KEY_MAX);
		entry->key = slice_of(key.data, unicode_valid(key));
	}
	return error;
}
