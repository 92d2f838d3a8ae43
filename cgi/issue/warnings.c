#include "warnings.h"

#include <inttypes.h>
#include <stdio.h>

#include "lib/base/pointer.h"
#include "lib/base/unicode.h"

static const char *const texts[WARNING_COUNT] = {
	[WARNING_WHOLE_BUCKET] =
		"no object and no prefix is named: this credential reaches the "
		"whole bucket",
	[WARNING_LONG_TOKEN] =
		"so many paths make a session token of more than 6 KB: some "
		"servers and clients refuse headers of that size",
	[WARNING_OPEN_PREFIX] =
		"this prefix does not end in /: it matches every key that "
		"begins with it, not one folder alone",
	[WARNING_NOT_NFC] =
		"this key is not in Unicode NFC, the form that R2 keeps keys "
		"in: it may match nothing",
	[WARNING_SLASHES] =
		"this key begins with / or has two of them in a row: some "
		"clients remove one, and then the link fails",
	[WARNING_DOT_SLASH] =
		"this key begins with ./, which an object's key seldom does: "
		"find . -type f -printf '%P\\n' lists names without it",
	[WARNING_WINDOWS] =
		"this key has a drive or a \\, as paths of Windows have: in a "
		"key they are letters like any other, and folders are made "
		"by /",
	[WARNING_ADDRESS] =
		"this key is an address: a key is only what follows the "
		"bucket's name",
	[WARNING_BLANKS] = "this key begins or ends with a blank: remove it, "
			   "unless the object's key has it too",
};

void warnings_add(struct warnings *warnings, enum warning warning,
		  const char *pointer)
{
	if (warnings->of[warning].count++ == 0)
		snprintf(warnings->of[warning].first, PROBLEM_POINTER_MAX, "%s",
			 pointer);
}

/* ---- what there is to say of a key ---------------------------------------- */

static bool is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* A drive is C:\ or C:/. A share begins with backslashes. */
static bool is_from_windows(struct slice key)
{
	return memchr(key.data, '\\', key.length) ||
	       (key.length >= 3 && is_letter(key.data[0]) &&
		key.data[1] == ':' && key.data[2] == '/');
}

/* A scheme (RFC 3986, 3.1) and "://". One letter is a drive. */
static bool is_address(struct slice key)
{
	size_t at = 0;

	while (at < key.length &&
	       (is_letter(key.data[at]) ||
		(at > 0 && ((key.data[at] >= '0' && key.data[at] <= '9') ||
			    strchr("+-.", key.data[at])))))
		at++;
	return at > 1 && key.length >= at + 3 &&
	       memcmp(key.data + at, "://", 3) == 0;
}

/* Blanks that people don't see at the end of a line: those of ASCII, the
 * no-break space, the ideographic space, and the mark of a text file. */
static bool has_outer_blank(struct slice key)
{
	static const struct slice blanks[] = {
		SLICE(" "),        SLICE("\t"),           SLICE("\n"),
		SLICE("\r"),       SLICE("\v"),           SLICE("\f"),
		SLICE("\xc2\xa0"), SLICE("\xe3\x80\x80"), SLICE("\xef\xbb\xbf"),
	};

	for (size_t i = 0; i < sizeof(blanks) / sizeof(blanks[0]); i++) {
		size_t length = blanks[i].length;

		if (key.length >= length &&
		    (memcmp(key.data, blanks[i].data, length) == 0 ||
		     memcmp(key.data + key.length - length, blanks[i].data,
			    length) == 0))
			return true;
	}
	return false;
}

void warnings_check_key(struct warnings *warnings, struct entry *entry,
			bool for_link)
{
	struct slice key = entry->key;
	const bool found[WARNING_COUNT] = {
		[WARNING_OPEN_PREFIX] = entry->kind == ENTRY_PREFIX &&
					key.data[key.length - 1] != '/',
		[WARNING_NOT_NFC] = !unicode_is_nfc(key),
		[WARNING_SLASHES] = for_link &&
				    (key.data[0] == '/' ||
				     memmem(key.data, key.length, "//", 2)),
		[WARNING_DOT_SLASH] = key.length >= 2 &&
				      memcmp(key.data, "./", 2) == 0,
		[WARNING_WINDOWS] = is_from_windows(key),
		[WARNING_ADDRESS] = is_address(key),
		[WARNING_BLANKS] = has_outer_blank(key),
	};

	/* The pointer is written only for the first of a kind. */
	for (size_t i = 0; i < WARNING_COUNT; i++) {
		if (!found[i])
			continue;
		if (warnings->of[i].count == 0)
			warnings_add(warnings, (enum warning)i,
				     entry_pointer(entry));
		else
			warnings->of[i].count++;
	}
}

/* ---- telling -------------------------------------------------------------- */

const char *warnings_get(const struct warnings *warnings, size_t at,
			 enum warnings_style style,
			 char text[WARNINGS_TEXT_MAX])
{
	char place[POINTER_WORDS_MAX];
	const char *first;
	uint64_t count;
	size_t i = 0;

	for (; i < WARNING_COUNT; i++) {
		if (warnings->of[i].count > 0 && at-- == 0)
			break;
	}
	if (i == WARNING_COUNT)
		return NULL;
	first = warnings->of[i].first;
	count = warnings->of[i].count;
	if (style == WARNINGS_FOR_PEOPLE)
		pointer_words(place, first, count);
	else if (count > 1)
		snprintf(place, sizeof(place), "%s and %" PRIu64 " more %s",
			 first, count - 1, count == 2 ? "entry" : "entries");
	else
		snprintf(place, sizeof(place), "%s", first);
	snprintf(text, WARNINGS_TEXT_MAX, "%s: %s", place, texts[i]);
	return text;
}
