#include "key.h"

#include "lib/base/unicode.h"

/* Write the first character of `text` as a message shows it. Returns how many
 * bytes it has in `text`. dst: 5 bytes, is terminated. */
static size_t quote_one(char dst[5], struct slice text)
{
	static const char controls[] = "\t\n\r", letters[] = "tnr";
	unsigned char c = (unsigned char)text.data[0];
	const char *control = c ? strchr(controls, c) : NULL;
	size_t length = c < 0x80 ? 1 : c < 0xe0 ? 2 : c < 0xf0 ? 3 : 4;

	dst[0] = '?';
	dst[1] = '\0';
	if (control) {
		dst[0] = '\\';
		dst[1] = letters[control - controls];
		dst[2] = '\0';
		return 1;
	}
	if (c < 0x20 || c == 0x7f || length > text.length ||
	    unicode_valid(slice_of(text.data, length)) < length)
		return 1;
	memcpy(dst, text.data, length);
	dst[length] = '\0';
	return length;
}

const char *key_quote(char dst[KEY_QUOTE_MAX], struct slice text)
{
	const size_t most = KEY_QUOTE_MAX - sizeof("...");
	size_t used = 0, length;
	char one[5];

	for (size_t i = 0; i < text.length;) {
		i += quote_one(one, slice_of(text.data + i, text.length - i));
		length = strlen(one);
		if (used + length > most) {
			memcpy(dst + used, "...", 3);
			used += 3;
			break;
		}
		memcpy(dst + used, one, length);
		used += length;
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
				   "byte %td is NUL; a key has none",
				   nul - key.data + 1);
	valid = unicode_valid(key);
	if (valid < key.length)
		return problem_set(problem, ERROR_OBJECT_NAME, pointer,
				   "not UTF-8: byte %zu is 0x%02x; a key is "
				   "UTF-8 text, so save a file as UTF-8",
				   valid + 1, (unsigned char)key.data[valid]);
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
