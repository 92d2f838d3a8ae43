/*
 * manifest_csv - entries as rows of a table (RFC 4180).
 *
 * The first row names the columns, which are members of an entry
 * (manifest_value.h), `key` among them, in any order. A cell may stand in
 * double quotes, and must where it holds a comma, a quote, a carriage return or
 * a line end; a quote inside is doubled. Rows end in LF or CRLF, the last
 * perhaps in nothing; empty lines are nothing. An empty cell, quoted or not,
 * is a value that isn't given.
 *
 * A cell that is no value for its column is a bad entry. A row of more or fewer
 * cells than there are columns breaks the manifest: most likely a quote or a
 * comma is missing, so that nothing tells which cell belongs to which column,
 * in that row or in those behind it. So do quotes that don't match.
 */
#ifndef MINTAGE_LIB_MANIFEST_CSV_H
#define MINTAGE_LIB_MANIFEST_CSV_H

#include "manifest.h"

/* Besides ERROR_MALFORMED: ERROR_UNKNOWN_FIELD, ERROR_DUPLICATE_FIELD and
 * ERROR_MISSING_FIELD (no `key`) of the columns, ERROR_EMPTY where there is not
 * even a header. */
manifest_open_fn manifest_csv_open;
manifest_next_fn manifest_csv_next;

/*
 * Is the first line that isn't empty meant to be a header? It is when it is
 * "key" alone, has a cell "key", or holds known names only; misspelt in case or
 * separated by something else than commas too, since such a line is better
 * refused than taken for a key.
 */
bool manifest_csv_likely(struct slice text);

#endif
