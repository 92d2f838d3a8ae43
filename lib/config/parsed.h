/*
 * parsed - what an INI file holds: sections and values, each with its line.
 */
#ifndef MINTAGE_LIB_CONFIG_PARSED_H
#define MINTAGE_LIB_CONFIG_PARSED_H

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

struct config_parsed {
	const char *path;                /* borrowed */
	struct config_section *sections; /* in file order */
};

/* Frees what *parsed owns. */
void config_parsed_free(struct config_parsed *parsed);

/* The first value of the key that `row` describes, or NULL when the section
 * does not have it. */
const struct config_value *
config_parsed_find(const struct config_section *section,
		   const struct config_row *row);

#endif
