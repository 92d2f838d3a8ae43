/*
 * fields - what a request asks for: the values of its fields, read but not yet
 * checked against one another or against a grant. Unknown names, names given
 * twice and values out of range are refused here. Each refusal has the field's
 * JSON Pointer.
 */
#ifndef MINTAGE_CGI_INPUT_FIELDS_H
#define MINTAGE_CGI_INPUT_FIELDS_H

#include "field.h"
#include "lib/base/problems.h"
#include "lib/manifest/manifest.h"
#include "lib/sign/scope.h"

/* Who signs a link, and so where it leads. */
enum sign {
	SIGN_PARENT,   /* the parent: to R2 */
	SIGN_SCOPED,   /* a credential made for this link alone: to R2 */
	SIGN_DOWNLOAD, /* the secret of a [download]: to this service */
	SIGN_WAF,      /* the secret of a [domain]: to that domain */
	SIGN_COUNT
};

/* Does it lead to a host of our own instead of R2's? Then R2's bounds, such as
 * seven days, are not the link's. */
static inline bool fields_sign_is_own(enum sign sign)
{
	return sign == SIGN_DOWNLOAD || sign == SIGN_WAF;
}

/* What a bad entry does: refuse the whole request, or carry its own error. */
enum on_error { ON_ERROR_REJECT, ON_ERROR_REPORT, ON_ERROR_COUNT };

/* The values of `sign` and `onError`, by number, such as "parent" and
 * "reject". */
extern const char *const fields_sign_names[SIGN_COUNT];
extern const char *const fields_on_error_names[ON_ERROR_COUNT];

/* Bytes of all values that are copied, without those of links. */
#define FIELDS_TEXT_MAX 4096

/* The longest title and the longest message of a share, in bytes, and the most
 * downloads of each file. */
#define FIELDS_TITLE_MAX 200
#define FIELDS_MESSAGE_MAX 2000
#define FIELDS_DOWNLOADS_MAX 1000000

_Static_assert(FIELD_COUNT <= 64, "fields.given has a bit for each");

/* Slices point into `text` unless another owner is named. Starts with
 * fields_begin and ends with fields_end. Not to be copied. */
struct fields {
	uint64_t given; /* one bit for each enum field */
	struct slice bucket;
	struct slice parent;
	struct slice format;
	struct scope scope; /* permission, actions and ttl as they were
			     * named; 0 where they were not. Not settled */
	enum on_error on_error;
	/* Defaults of links: the method, and texts in `link_scratch`. */
	struct link_terms link;
	enum sign sign;
	struct slice download; /* the section for SIGN_DOWNLOAD or SIGN_WAF;
				* empty: the one that fits */
	const struct manifest_reader *manifest_format; /* NULL: guess */
	struct slice form_number; /* of the page's form, or none: once.h */
	/* Of a share. Where `expires` was given, it is a length of time or a
	 * time, and the other of these two numbers is 0. */
	struct slice title, message;
	uint64_t expires_in; /* seconds */
	int64_t expires_at;  /* Unix seconds */
	/* `lifetime` stands for `expires` of a share, and for ttlSeconds of all
	 * else. It is a length of time or a time, in the same two ways. */
	uint64_t lifetime_in;
	int64_t lifetime_at;
	uint32_t max_downloads; /* of each file; 0: no limit */
	/* The text area of a form, an uploaded file, or a body that is a
	 * manifest. Borrowed. */
	struct slice manifest;
	/* Each value of fields_set as it was sent, valid or not, for the form
	 * that is shown again after a refusal. Borrowed. */
	struct slice sent[FIELD_COUNT];
	/* `objects` and `prefixes`; entries.key_name is `keyName`. */
	struct manifest entries;
	size_t text_used;
	char text[FIELDS_TEXT_MAX]; /* copies of decoded values */
	struct entry_scratch link_scratch;
};

/* Make *fields empty: no field is given yet. */
void fields_begin(struct fields *fields);

/* Free what the entries own. The fields can't be used any more. */
void fields_end(struct fields *fields);

/* Was the field named, with whatever value? */
static inline bool fields_has(const struct fields *fields, enum field field)
{
	return (fields->given & (UINT64_C(1) << field)) != 0;
}

/*
 * Set a field from decoded text, as forms, queries and options have it. `name`
 * is used only during the call. `value` must live as long as the fields: most
 * fields copy it, but `objects`, `prefixes`, `manifest` and fields->sent borrow
 * it. `objects` and `prefixes` hold one key on each line; `actions` are
 * separated by commas, blanks or newlines.
 *
 * Failures are added to `problems`, and the caller may go on, so that all of
 * them are named at once: those of fields_find and fields_set_one.
 */
void fields_set(struct fields *fields, struct slice name, struct slice value,
		struct problems *problems);

/* ---- for readers of other encodings, such as fields_json ------------------ */

/* Find the field named `name` and count it as given. FIELD_COUNT when it can't
 * be taken: *problem is then ERROR_UNKNOWN_FIELD, which suggests the nearest
 * name, or ERROR_DUPLICATE_FIELD for a field that was given before. */
enum field fields_find(struct fields *fields, struct slice name,
		       struct problem *problem) MUST_CHECK;

/* Set one field from decoded text, which is copied or borrowed as fields_set
 * says. Leaves fields->sent alone. Errors, with the field's pointer:
 * ERROR_BAD_VALUE, ERROR_EMPTY, ERROR_DUPLICATE_FIELD for an action named
 * twice, and those of bucket_check and manifest_add. */
enum error fields_set_one(struct fields *fields, enum field field,
			  struct slice value,
			  struct problem *problem) MUST_CHECK;

#endif
