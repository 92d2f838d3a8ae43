#include "key.h"

#include "lib/base/unicode.h"

/* The bytes of the character at the beginning of `text`, or 0 where that isn't
 * UTF-8. */
static size_t character_length(struct slice text)
{
	for (size_t n = 1; n <= 4 && n <= text.length; n++) {
		if (unicode_valid(slice_of(text.data, n)) == n)
			return n;
	}
	return 0;
}

/* How a message shows the character at the beginning of `text`. *length becomes
 * its bytes in `text`. */
static struct slice shown(struct slice text, size_t *length)
{
	unsigned char first = (unsigned char)text.data[0];

	*length = character_length(text);
	if (first == '\t')
		return (struct slice)SLICE("\\t");
	if (first < 0x20 || first == 0x7f || *length == 0) {
		*length = 1;
		return (struct slice)SLICE("?");
	}
	return slice_of(text.data, *length);
}

const char *key_quote(char dst[KEY_QUOTE_MAX], struct slice text)
{
	const size_t most = KEY_QUOTE_MAX - sizeof("...");
	size_t used = 0, length;
	struct slice piece;

	for (; text.length > 0;
	     text = slice_of(text.data + length, text.length - length)) {
		piece = shown(text, &length);
		/* Cut between two characters, not within one. */
		if (used + piece.length > most) {
			memcpy(dst + used, "...", sizeof("..."));
			return dst;
		}
		memcpy(dst + used, piece.data, piece.length);
		used += piece.length;
	}
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
