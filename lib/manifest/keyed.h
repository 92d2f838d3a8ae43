/*
 * manifest_keyed - which format a manifest has whose key stands in a column or
 * member that the caller has named.
 */
#ifndef MINTAGE_LIB_MANIFEST_KEYED_H
#define MINTAGE_LIB_MANIFEST_KEYED_H

#include "reader.h"

/*
 * Check that the format *reader has columns or members, or where it is NULL
 * set it to the likeliest of those that have, by the first line that isn't
 * empty. ERROR_BAD_VALUE at "/keyName" for a format without, ERROR_EMPTY at
 * MANIFEST_DOCUMENT for a document of empty lines.
 */
enum error manifest_keyed_choose(struct slice text, struct slice key_name,
				 const struct manifest_reader **reader,
				 struct problem *problem) MUST_CHECK;

#endif
