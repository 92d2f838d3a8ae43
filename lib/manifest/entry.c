#include "entry.h"

#include <inttypes.h>
#include <stdio.h>

#include "lib/base/unicode.h"

/* A good entry decodes to at most this much: its key, its name, headers and
 * parameters of the query, a digest in both cases, and its metadata, of which
 * there are names in both cases and lines too. */
_Static_assert(sizeof(((struct entry_scratch *)NULL)->text) >=
		       KEY_MAX + ENTRY_FILENAME_MAX +
			       2 * ENTRY_CONTENT_TYPE_MAX + 2048 + 4096 +
			       3 * 1024,
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

/* Does the text have only bytes that Windows-1252 has? It leaves five of them
 * undefined, and nobody writes its control characters. */
static bool is_windows_1252(struct slice text)
{
	for (size_t i = 0; i < text.length; i++) {
		unsigned char c = (unsigned char)text.data[i];

		if (c < 0x20 || c == 0x7f || c == 0x81 || c == 0x8d ||
		    c == 0x8f || c == 0x90 || c == 0x9d)
			return false;
	}
	return true;
}

/* The key is not UTF-8 behind its first `valid` bytes. Name what it is. */
static void refuse_encoding(struct slice key, size_t valid,
			    struct problem *problem)
{
	problem_set(problem, ERROR_OBJECT_NAME, problem->pointer,
		    "not UTF-8: byte %zu of the key is 0x%02x%s; save the list "
		    "as UTF-8, which spreadsheets call CSV UTF-8",
		    valid + 1, (unsigned char)key.data[valid],
		    is_windows_1252(key) ? ", as in Windows-1252" : "");
}

enum error entry_set_key(struct entry *entry, struct slice key,
			 struct problem *problem)
{
	enum error error = key_check(key, NULL, problem);
	size_t valid;

	entry->key = key;
	if (error == ERROR_NONE)
		return ERROR_NONE;
	valid = unicode_valid(key);
	if (valid < key.length && key.length <= KEY_MAX &&
	    !memchr(key.data, '\0', key.length))
		refuse_encoding(key, valid, problem);
	key = entry_clip(key, KEY_MAX);
	entry->key = slice_of(key.data, unicode_valid(key));
	return error;
}
