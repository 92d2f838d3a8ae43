/*
 * fields - what was asked for, as it was sent and read. Unknown names, names
 * given twice and values out of range are refused here, each with the name in
 * its pointer.
 */
#ifndef MINTAGE_CGI_INPUT_FIELDS_H
#define MINTAGE_CGI_INPUT_FIELDS_H

#include "field.h"
#include "lib/base/problems.h"
#include "lib/manifest/manifest.h"
#include "lib/sign/scope.h"

/* Who signs a link: the parent, or a credential made for it alone. */
enum sign { SIGN_PARENT, SIGN_SCOPED, SIGN_COUNT };

enum on_error { ON_ERROR_REJECT, ON_ERROR_REPORT, ON_ERROR_COUNT };

/* The values of `sign` and `onError`, by number: "parent" ..., "reject" ... */
extern const char *const fields_sign_names[SIGN_COUNT];
extern const char *const fields_on_error_names[ON_ERROR_COUNT];

#define FIELDS_TEXT_MAX 1024

struct fields {
	uint32_t given; /* one bit for each enum field */
	struct slice bucket;
	struct slice parent;
	struct slice format;
	struct scope scope; /* as asked: permission, actions, ttl
			     * (0: not given); not settled */
	enum on_error on_error;
	enum method method; /* METHOD_NONE: not given */
	enum sign sign;
	const struct manifest_reader *manifest_format; /* NULL: guess */
	struct slice manifest; /* form text area or uploaded file */
	/* What was sent, good or not, to be shown again; borrowed. */
	struct slice sent[FIELD_COUNT];
	struct manifest entries; /* `objects` and `prefixes` */
	size_t text_used;
	char text[FIELDS_TEXT_MAX]; /* decoded */
};

/* No field is given yet. */
void fields_begin(struct fields *fields);

static inline bool fields_has(const struct fields *fields, enum field field)
{
	return (fields->given & (UINT32_C(1) << field)) != 0;
}

/*
 * Set a field from decoded text, as forms, queries and options have it. The
 * value is copied, except for `objects`, `prefixes` and `manifest`, which have
 * a key a line and are borrowed. `actions` is separated by commas, blanks or
 * newlines. Failures are added to `problems`; the caller may go on, so that all
 * of them are named at once.
 */
void fields_set(struct fields *fields, struct slice name, struct slice value,
		struct problems *problems);

/* ---- one field by its number, for what reads fields ----------------------- */

/* Which field bears `name`; it counts as given from now on.
 * ERROR_UNKNOWN_FIELD with what was perhaps meant, ERROR_DUPLICATE_FIELD. */
enum error fields_find(struct fields *fields, struct slice name,
		       enum field *field, struct problem *problem) MUST_CHECK;

/* Set it from text; borrowed or copied as fields_set says. Errors as there,
 * with the field's pointer. */
enum error fields_set_one(struct fields *fields, enum field field,
			  struct slice value,
			  struct problem *problem) MUST_CHECK;

#endif
