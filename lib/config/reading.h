/*
 * reading - where the reader of a file stands.
 */
#ifndef MINTAGE_LIB_CONFIG_READING_H
#define MINTAGE_LIB_CONFIG_READING_H

#include "fail.h"
#include "parsed.h"

struct config_reading {
	struct config_parsed *parsed;
	const struct config_section_kind *const *kinds;
	size_t kind_count;
	struct problem *problem;
	enum error error;  /* once set, nothing more is read */
	struct slice rest; /* of the file */
	struct slice text; /* the current line, without blanks around it and,
			    * unless it is a section's, without a comment */
	int line;
	bool indented;
	bool in_list;                   /* the last key takes a list */
	struct config_section *section; /* the current one */
	struct config_section **next_section;
	struct config_value **next_value;
	const struct config_row *row; /* the current key's */
};

/* Fails with the current line, which ends the reading. */
#define FAIL(reading, ...)                                       \
	((reading)->error = config_fail((reading)->problem,      \
					(reading)->parsed->path, \
					(reading)->line, __VA_ARGS__))

#endif
