/*
 * manifest_format - the formats of manifests there are. A reader's name is the
 * name that callers give in `manifestFormat`.
 */
#ifndef MINTAGE_LIB_MANIFEST_FORMAT_H
#define MINTAGE_LIB_MANIFEST_FORMAT_H

#include "reader.h"

/* All readers, in the order in which messages list their names. NULL ends
 * them. */
extern const struct manifest_reader *const manifest_format_readers[];

/* The reader with this exact name, or NULL. */
const struct manifest_reader *manifest_format_find(struct slice name);

/* The name that is most like `name`, for "did you mean"; NULL when none is. */
const char *manifest_format_nearest(struct slice name);

/* How many formats there may be. */
#define MANIFEST_FORMATS_MAX 32

/* Bytes, with the NUL. Names that do not fit are left out. */
#define MANIFEST_FORMAT_LIST_MAX 256

/* The names of all formats for a message: "json, ndjson or csv". Returns
 * `list`. */
const char *manifest_format_list(char list[MANIFEST_FORMAT_LIST_MAX]);

/* Join `count` names as manifest_format_list does. Returns `list`. */
const char *manifest_format_join(char list[MANIFEST_FORMAT_LIST_MAX],
				 const char *const names[], size_t count);

#endif
