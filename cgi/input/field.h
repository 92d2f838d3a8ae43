/*
 * field - what a request may ask for, by name: the same names as JSON members,
 * form fields, query parameters and, in short, options of the command.
 *
 * A new field is a row of FIELD_TABLE, a member of struct fields, and the
 * function in fields.c that sets it.
 */
#ifndef MINTAGE_CGI_INPUT_FIELD_H
#define MINTAGE_CGI_INPUT_FIELD_H

/* Number, name, and the function in fields.c that reads the value from text. */
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
	ROW(METHOD, "method", set_method)                           \
	ROW(SIGN, "sign", set_sign)

#define FIELD_ID(id, name, setter) FIELD_##id,
enum field { FIELD_TABLE(FIELD_ID) FIELD_COUNT };
#undef FIELD_ID

/* By enum field: "bucket" ... */
extern const char *const field_names[FIELD_COUNT];

/* By enum field: "/bucket" ..., JSON Pointers that may be kept. */
extern const char *const field_pointers[FIELD_COUNT];

#endif
