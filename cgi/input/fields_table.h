/*
 * fields_table - one field by its number, for what reads fields.
 */
#ifndef MINTAGE_CGI_INPUT_FIELDS_TABLE_H
#define MINTAGE_CGI_INPUT_FIELDS_TABLE_H

#include "fields.h"

/* "/bucket" ... in the order of enum field. */
extern const char *const field_pointers[FIELD_COUNT];

/* Which field bears `name`; it counts as given from now on.
 * ERROR_UNKNOWN_FIELD with what was perhaps meant, ERROR_DUPLICATE_FIELD. */
enum error fields_find(struct fields *fields, struct slice name,
		       enum field *field, struct problem *problem) MUST_CHECK;

/* Its value as text; borrowed or copied as fields_set says. Errors as there,
 * with the field's pointer. */
enum error fields_set_one(struct fields *fields, enum field field,
			  struct slice value,
			  struct problem *problem) MUST_CHECK;

#endif
