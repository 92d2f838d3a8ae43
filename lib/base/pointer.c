#include "pointer.h"

#include <inttypes.h>
#include <stdio.h>

/* The parts of a pointer that names an entry or something in one. */
struct parts {
	struct slice list; /* "objects" or "manifest/objects" */
	uint64_t index;
	struct slice member; /* what stands behind the index, or nothing */
};

/* Take the pointer apart. False where it names no entry of a list. */
static bool take_apart(const char *pointer, struct parts *parts)
{
	struct slice rest = slice_text(pointer), part;
	const char *begin = pointer + 1;

	if (pointer[0] != '/' || !slice_split(&rest, '/', &part))
		return false;
	while (slice_split(&rest, '/', &part)) {
		if (part.data == begin ||
		    !slice_number(part, UINT64_MAX - 1, &parts->index))
			continue;
		parts->list = slice_of(begin, (size_t)(part.data - begin) - 1);
		parts->member = rest;
		return true;
	}
	return false;
}

/* An uploaded manifest has one list as a rule, which needs no name. */
static struct slice list_name(struct slice list)
{
	static const struct slice document = SLICE("manifest");

	if (!slice_starts(list, document))
		return list;
	if (list.length <= document.length + 1)
		return slice_of("", 0);
	return slice_of(list.data + document.length + 1,
			list.length - document.length - 1);
}

const char *pointer_words(char dst[POINTER_WORDS_MAX], const char *pointer,
			  uint64_t count)
{
	char many[48] = "";
	struct parts parts;
	struct slice name;

	if (!take_apart(pointer, &parts)) {
		snprintf(dst, POINTER_WORDS_MAX, "%s", pointer);
		return dst;
	}
	if (count > 1)
		snprintf(many, sizeof(many),
			 "%" PRIu64 " entries, the first is ", count);
	name = list_name(parts.list);
	snprintf(dst, POINTER_WORDS_MAX, "%sentry %" PRIu64 "%s%.*s%s%.*s",
		 many, parts.index + 1, name.length ? " of " : "",
		 (int)name.length, name.data, parts.member.length ? ", " : "",
		 (int)parts.member.length,
		 parts.member.length ? parts.member.data : "");
	return dst;
}

bool pointer_alike(const char *a, const char *b)
{
	struct parts one, other;

	if (!take_apart(a, &one) || !take_apart(b, &other))
		return strcmp(a, b) == 0;
	return slice_equal(one.list, other.list) &&
	       slice_equal(one.member, other.member);
}
