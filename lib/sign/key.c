#include "key.h"

#include "lib/base/unicode.h"

const char *key_quote(char dst[KEY_QUOTE_MAX], struct slice text)
{
	const size_t most = KEY_QUOTE_MAX - sizeof("...");
	size_t length = text.length, used = 0;

	if (length > most) {
		length = most;
		/* Cut between two characters, not within one. */
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
