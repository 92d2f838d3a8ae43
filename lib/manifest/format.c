#include "format.h"

#include <stdio.h>

/* The order of the list is the order of manifest_format_readers. */
#define FORMATS(FORMAT)   \
	FORMAT(json)      \
	FORMAT(ndjson)    \
	FORMAT(lines)     \
	FORMAT(csv)       \
	FORMAT(sha256sum) \
	/* Add a new format here. */

#define DECLARATION(name) \
	extern const struct manifest_reader manifest_##name##_reader;
#define ADDRESS(name) &manifest_##name##_reader,

FORMATS(DECLARATION)

const struct manifest_reader *const manifest_format_readers[] = {
	FORMATS(ADDRESS) /* NULL is the end. */
	NULL,
};

#define FORMAT_COUNT \
	(sizeof(manifest_format_readers) / sizeof(*manifest_format_readers) - 1)

_Static_assert(FORMAT_COUNT <= MANIFEST_FORMATS_MAX,
	       "callers have arrays of MANIFEST_FORMATS_MAX");

const struct manifest_reader *manifest_format_find(struct slice name)
{
	const struct manifest_reader *const *reader = manifest_format_readers;

	while (*reader && !slice_is(name, (*reader)->name))
		reader++;
	return *reader;
}

static void get_names(const char *names[FORMAT_COUNT])
{
	for (size_t i = 0; i < FORMAT_COUNT; i++)
		names[i] = manifest_format_readers[i]->name;
}

const char *manifest_format_nearest(struct slice name)
{
	const char *names[FORMAT_COUNT];

	get_names(names);
	return slice_nearest(name, names, FORMAT_COUNT);
}

const char *manifest_format_list(char list[MANIFEST_FORMAT_LIST_MAX])
{
	const char *names[FORMAT_COUNT];

	get_names(names);
	return manifest_format_join(list, names, FORMAT_COUNT);
}

const char *manifest_format_join(char list[MANIFEST_FORMAT_LIST_MAX],
				 const char *const names[], size_t count)
{
	const char *between;
	size_t used = 0;

	list[0] = '\0';
	for (size_t i = 0; i < count; i++) {
		between = i == 0 ? "" : i == count - 1 ? " or " : ", ";
		if (used + strlen(between) + strlen(names[i]) >=
		    MANIFEST_FORMAT_LIST_MAX)
			break;
		used += (size_t)snprintf(list + used,
					 MANIFEST_FORMAT_LIST_MAX - used,
					 "%s%s", between, names[i]);
	}
	return list;
}
