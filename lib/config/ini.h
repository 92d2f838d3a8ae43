/*
 * config_ini - an INI file as sections and values, each with its line.
 *
 * What the values mean is config's business; this knows only which sections
 * and keys there are, and which keys take a list. inih splits the lines; what
 * it does not say (lines, empty sections) or would let pass (lines it cuts in
 * two, keys given twice) is seen to here.
 */
#ifndef MINTAGE_LIB_CONFIG_INI_H
#define MINTAGE_LIB_CONFIG_INI_H

#include "lib/base/buffer.h"

struct config_key {
	const char *name;
	bool list; /* indented lines may continue it */
};

/* One kind of section: "[name]", or "[name SOMETHING]" when `named`. */
struct config_kind {
	const char *name;
	bool named;
	const struct config_key *keys;
	size_t key_count;
};

/* One line's worth: a continued list is several, one after the other. */
struct config_value {
	struct config_value *next;
	size_t key; /* in kind->keys */
	char *text; /* trimmed, without comment; may be "" */
	int line;
};

struct config_section {
	struct config_section *next;
	const struct config_kind *kind;
	char *name; /* "" unless kind->named */
	int line;
	struct config_value *values; /* in file order */
};

struct config_ini {
	const char *path;                /* borrowed */
	struct config_section *sections; /* in file order */
};

#define CONFIG_NAME_MAX 63

/*
 * Read `path`. Every name is known, none is given twice. On failure *problem
 * is ERROR_CONFIG with "FILE:LINE: reason; remedy". config_ini_free in either
 * case. `kinds` are borrowed for as long as the result.
 */
enum error config_ini_read(struct config_ini *ini, const char *path,
			   const struct config_kind *const kinds[],
			   size_t kind_count,
			   struct problem *problem) MUST_CHECK;
void config_ini_free(struct config_ini *ini);

/* The file as it is; refused when others can write it. Appended to *text, which
 * the caller frees in either case. */
enum error config_file_read(struct buffer *text, const char *path,
			    struct problem *problem) MUST_CHECK;

/* The first line of a key's value, or NULL when it isn't given. */
const struct config_value *config_ini_find(const struct config_section *section,
					   size_t key);

/* "FILE:LINE: ..." into *problem, "FILE: ..." for line 0. Returns
 * ERROR_CONFIG. */
enum error config_fail(struct problem *problem, const char *path, int line,
		       const char *format, ...) PRINTF_LIKE(4, 5);

#endif
