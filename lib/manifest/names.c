#include "names.h"

#include <stdio.h>

#include "lib/base/unicode.h"

static bool has_control(struct slice text)
{
	for (size_t i = 0; i < text.length; i++) {
		if ((unsigned char)text.data[i] < 0x20 || text.data[i] == 0x7f)
			return true;
	}
	return false;
}

enum error manifest_names_check(struct slice name, const char *pointer,
				struct problem *problem)
{
	if (slice_trim(name).length == 0)
		return problem_set(problem, ERROR_EMPTY, pointer,
				   "'keyName' is empty; name the column or "
				   "member that holds the key");
	if (name.length > MANIFEST_NAME_MAX)
		return problem_set(problem, ERROR_BAD_VALUE, pointer,
				   "'keyName' has %zu bytes; a column's or "
				   "member's name may have %d",
				   name.length, MANIFEST_NAME_MAX);
	if (unicode_valid(name) != name.length || has_control(name))
		return problem_set(problem, ERROR_BAD_VALUE, pointer,
				   "'keyName' must be one line of UTF-8");
	return ERROR_NONE;
}

/* What other programs call a key, the usual first. */
static const char *const usual[] = { "key",  "path",     "objectkey",
				     "file", "filename", "fullname",
				     "name", "object",   "uri" };

#define USUAL_COUNT (sizeof(usual) / sizeof(usual[0]))

static size_t rank_of(struct slice name)
{
	size_t i = 0;

	while (i < USUAL_COUNT &&
	       !slice_equal_nocase(name, slice_text(usual[i])))
		i++;
	return i;
}

bool manifest_names_is_usual(struct slice name)
{
	return rank_of(name) < USUAL_COUNT;
}

void manifest_names_add(struct manifest_names *names, struct slice name,
			bool may_hold)
{
	char quoted[KEY_QUOTE_MAX];
	size_t space = sizeof(names->list) - names->used, rank;

	key_quote(quoted, name);
	/* The end of the list is kept free for the dots. */
	if (!names->cut && strlen(quoted) + 2 * sizeof(", ...") > space) {
		names->used += (size_t)snprintf(names->list + names->used,
						space, ", ...");
		names->cut = true;
	}
	if (!names->cut)
		names->used += (size_t)snprintf(names->list + names->used,
						space, "%s%s",
						names->count ? ", " : "",
						quoted);
	names->count++;
	if (!may_hold || name.length == 0 || name.length > MANIFEST_NAME_MAX)
		return;
	rank = rank_of(name);
	if (names->likely[0] != '\0' && rank >= names->rank)
		return;
	memcpy(names->likely, quoted, sizeof(quoted));
	names->rank = rank;
}
