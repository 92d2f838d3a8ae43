/*
 * place - a section of a file while it is being read, and the texts in it.
 */
#ifndef MINTAGE_LIB_CONFIG_PLACE_H
#define MINTAGE_LIB_CONFIG_PLACE_H

#include "fail.h"
#include "parsed.h"
#include "section.h"

struct config_place {
	const char *path;            /* of the file */
	const struct config *config; /* what was read so far */
	const struct config_section *section;
	struct problem *problem;
};

/* Fails with the line of `thing`, which is a section or a value. */
#define CONFIG_FAIL(place, thing, ...) \
	config_fail((place)->problem, (place)->path, (thing)->line, __VA_ARGS__)

/* The first line of a key's value, by row or by name. NULL when the section
 * does not have the key. */
const struct config_value *config_place_value(const struct config_place *place,
					      const struct config_row *row);
const struct config_value *config_place_named(const struct config_place *place,
					      const char *name);

/* ERROR_CONFIG for a key with an empty value: what to write instead. */
enum error config_place_empty(const struct config_place *place,
			      const struct config_value *value) MUST_CHECK;

/* Set *value to the first line of a key's value, or NULL when the section does
 * not have the key. ERROR_CONFIG when the value is empty. */
enum error config_place_text(const struct config_place *place,
			     const struct config_row *row,
			     const struct config_value **value) MUST_CHECK;

/* ERROR_CONFIG when the section does not have the key `name`. */
enum error config_place_need(const struct config_place *place,
			     const char *name) MUST_CHECK;

/* ERROR_CONFIG, "FILE: out of memory". */
enum error config_place_no_memory(const struct config_place *place);

#endif
