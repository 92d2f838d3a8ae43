/*
 * field - the names of what a request may ask for. JSON members, form fields
 * and query parameters share these names; the command's options are shorter
 * ones for the same.
 *
 * A new field is a row of FIELD_TABLE, a member of struct fields, and the
 * function in fields.c that sets that member. What only a link can have is a
 * row of LINK_TERMS_TABLE instead, and needs nothing more.
 */
#ifndef MINTAGE_CGI_INPUT_FIELD_H
#define MINTAGE_CGI_INPUT_FIELD_H

#include "lib/manifest/link_terms.h"

/* Each row: the enum field without FIELD_, the name, and the function in
 * fields.c that sets the member of struct fields from text. */
#define FIELD_TABLE(ROW)                                            \
	ROW(BUCKET, "bucket", set_bucket)                           \
	ROW(PARENT, "parentAccessKeyId", set_parent)                \
	ROW(PERMISSION, "permission", set_permission)               \
	ROW(ACTIONS, "actions", set_actions)                        \
	ROW(TTL, "ttlSeconds", set_ttl)                             \
	ROW(PREFIXES, "prefixes", set_prefixes)                     \
	ROW(OBJECTS, "objects", set_objects)                        \
	ROW(ON_ERROR, "onError", set_on_error)                      \
	ROW(FORMAT, "format", set_format)                           \
	ROW(MANIFEST, "manifest", set_manifest)                     \
	ROW(MANIFEST_FORMAT, "manifestFormat", set_manifest_format) \
	ROW(KEY_NAME, "keyName", set_key_name)                      \
	ROW(METHOD, "method", set_method)                           \
	ROW(SIGN, "sign", set_sign)                                 \
	ROW(DOWNLOAD, "download", set_download)                     \
	ROW(FORM_NUMBER, "formNumber", set_form_number)             \
	ROW(TITLE, "title", set_title)                              \
	ROW(MESSAGE, "message", set_message)                        \
	ROW(EXPIRES, "expires", set_expires)                        \
	ROW(MAX_DOWNLOADS, "maxDownloads", set_max_downloads)       \
	ROW(LIFETIME, "lifetime", set_lifetime)

/* The texts of link_terms come last, in their order. */
#define FIELD_ID(id, name, setter) FIELD_##id,
#define FIELD_OF_LINK(id, name, uses, becomes, there, type, by, instead, \
		      check)                                             \
	FIELD_##id,
enum field {
	FIELD_TABLE(FIELD_ID) LINK_TERMS_TABLE(FIELD_OF_LINK) FIELD_COUNT
};
#undef FIELD_ID
#undef FIELD_OF_LINK

/* Which text of link_terms the field is a default for. LINK_TERM_COUNT for the
 * fields that are none. */
static inline enum link_term field_term(enum field field)
{
	return field >= FIELD_COUNT - LINK_TERM_COUNT && field < FIELD_COUNT ?
		       (enum link_term)(field -
					(FIELD_COUNT - LINK_TERM_COUNT)) :
		       LINK_TERM_COUNT;
}

/* The name of each enum field, such as "bucket". */
extern const char *const field_names[FIELD_COUNT];

/* The JSON Pointer (RFC 6901) of each enum field, such as "/bucket". Constant
 * texts, so a manifest may keep one as its base. */
extern const char *const field_pointers[FIELD_COUNT];

/* Find the field of this name. FIELD_COUNT where there is none: then *problem
 * is ERROR_UNKNOWN_FIELD, and suggests a field whose name is similar. */
enum field field_find(struct slice name, struct problem *problem) MUST_CHECK;

#endif
