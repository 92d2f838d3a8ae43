/*
 * ini - an INI file as sections and values, each with its line.
 *
 * This knows which sections and keys there are and which keys take a list, but
 * not what the values mean. inih splits the lines. What inih does not report
 * (lines, empty sections) or would accept (long lines, which it cuts in two;
 * keys given twice) is done here.
 */
#ifndef MINTAGE_LIB_CONFIG_INI_H
#define MINTAGE_LIB_CONFIG_INI_H

#include "section.h"

/* The value of one line. A list that goes on in indented lines is several
 * values, one after the other. */
struct config_value {
	struct config_value *next;
	const struct config_row *row; /* of the key, in the section's kind */
	char *text; /* without comment and blanks around it; may be "" */
	int line;
};

struct config_section {
	struct config_section *next;
	const struct config_section_kind *kind;
	char *name; /* "" for a kind without names */
	int line;
	struct config_value *values; /* in file order */
};

struct config_ini {
	const char *path;                /* borrowed */
	struct config_section *sections; /* in file order */
};

/*
 * Read the file `path`. Afterwards every section and key is a known one, and
 * none is given twice. When it fails, *problem is ERROR_CONFIG with the message
 * "FILE:LINE: reason; remedy". The caller frees *ini with config_ini_free in
 * either case. `kinds` are borrowed for as long as *ini lives.
 */
enum error config_ini_read(struct config_ini *ini, const char *path,
			   const struct config_section_kind *const kinds[],
			   size_t kind_count,
			   struct problem *problem) MUST_CHECK;
void config_ini_free(struct config_ini *ini);

/* The first value of the key that `row` describes, or NULL when the section
 * does not have it. */
const struct config_value *config_ini_find(const struct config_section *section,
					   const struct config_row *row);

#endif
