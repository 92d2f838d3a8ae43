/*
 * manifest_json - the format of an array of entries in JSON. An uploaded
 * document may also be an object with `objects` and `prefixes`, which are such
 * arrays.
 *
 * What is wrong with one entry makes a bad entry. What isn't JSON breaks the
 * manifest.
 */
#ifndef MINTAGE_LIB_MANIFEST_JSON_H
#define MINTAGE_LIB_MANIFEST_JSON_H

#include "reader.h"

/* The lists of a JSON request are arrays in this format. */
extern const struct manifest_reader manifest_json_reader;

#endif
