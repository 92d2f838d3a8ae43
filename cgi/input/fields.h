/*
 * fields - what was asked for: the same names as JSON members, form fields,
 * query parameters and command-line options.
 *
 * Unknown names, names given twice and values out of range are refused here,
 * each with the name in its pointer.
 */
#ifndef MINTAGE_CGI_INPUT_FIELDS_H
#define MINTAGE_CGI_INPUT_FIELDS_H

#include "lib/manifest/manifest.h"
#include "lib/sign/scope.h"

/* Bits of fields.given and of fields_allow. */
enum field {
	FIELD_BUCKET,
	FIELD_PARENT, /* parentAccessKeyId */
	FIELD_PERMISSION,
	FIELD_ACTIONS,
	FIELD_TTL, /* ttlSeconds */
	FIELD_PREFIXES,
	FIELD_OBJECTS,
	FIELD_ON_ERROR,
	FIELD_FORMAT,
	FIELD_MANIFEST,
	FIELD_MANIFEST_FORMAT,
	FIELD_METHOD,
	FIELD_SIGN,
	FIELD_COUNT
};

/* "bucket" ... in the order above. */
extern const char *const field_names[FIELD_COUNT];

/* Who signs a link: the parent, or a credential made for it alone. */
enum sign { SIGN_PARENT, SIGN_SCOPED };

enum on_error { ON_ERROR_REJECT, ON_ERROR_REPORT };

#define FIELDS_TEXT_MAX 1024

struct fields {
	uint32_t given; /* bit per enum field */
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

void fields_begin(struct fields *fields);

static inline bool fields_has(const struct fields *fields, enum field field)
{
	return (fields->given & (UINT32_C(1) << field)) != 0;
}

/*
 * A field as text (form, query, option): decoded already; copied except for
 * `objects`, `prefixes` and `manifest`, which are a key a line and are
 * borrowed. `actions` is separated by commas, blanks or newlines. Failures are
 * added to `problems`; reading goes on, so that all are named at once.
 */
void fields_set(struct fields *fields, struct slice name, struct slice value,
		struct problems *problems);

/* A JSON request: members are fields, `objects` and `prefixes` arrays of
 * entries. Borrows `text`. */
void fields_from_json(struct fields *fields, struct slice text,
		      struct problems *problems);

#endif
