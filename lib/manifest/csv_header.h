/*
 * csv_header - the first row of a table, which names its columns, and what
 * stands between the cells.
 *
 * A first line `sep=;` says what separates cells, as Excel understands it.
 * Otherwise the header does: of a comma, a semicolon and a tab the one that
 * makes the most sense of it. Names may be in any case and have blanks around
 * them.
 */
#ifndef MINTAGE_LIB_MANIFEST_CSV_HEADER_H
#define MINTAGE_LIB_MANIFEST_CSV_HEADER_H

#include "csv_cell.h"
#include "reader.h"

/*
 * Read the header at the beginning of `part`. Sets the state's separator,
 * cell_count and columns, and *place behind the header. Errors, at the part's
 * base: ERROR_EMPTY without a header, ERROR_MALFORMED for wrong quotes,
 * ERROR_UNKNOWN_FIELD, ERROR_DUPLICATE_FIELD and ERROR_MISSING_FIELD (no column
 * of the key) for the columns, ERROR_BAD_VALUE for another separator.
 */
enum error csv_header_read(struct manifest_state *state,
			   const struct manifest_part *part,
			   struct csv_place *place,
			   struct problem *problem) MUST_CHECK;

/* For a guess by content. Likely is a line `sep=;`, "key" alone, and more than
 * one cell with a cell "key", with known names only, or with words of which one
 * is a usual name for the key. The last is no manifest without keyName, and the
 * refusal says so. */
manifest_likely_fn csv_header_likely;

/* A table may have any header when it says which column holds the key. Only
 * what begins like JSON is unlikely. */
manifest_keyed_fn csv_header_keyed;

/* A line of "key" alone is the header of a table or the key of an object, and
 * only the caller knows whether an object of that name is meant. */
manifest_ambiguous_fn csv_header_ambiguous;

#endif
