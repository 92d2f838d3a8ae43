/*
 * manifest_lines - a key a line.
 *
 * LF ends a line, the last may lack it; one CR before it is dropped; empty
 * lines are nothing, but count as lines in messages. All other bytes are the
 * key's. A line that is no key is a bad entry and its number is told.
 */
#ifndef MINTAGE_LIB_MANIFEST_LINES_H
#define MINTAGE_LIB_MANIFEST_LINES_H

#include "manifest.h"

manifest_open_fn manifest_lines_open;
manifest_next_fn manifest_lines_next;

/* The next line that isn't empty, counted in manifest->line, without its end.
 * False behind the last. */
bool manifest_line(struct manifest *manifest, const struct manifest_part *part,
		   struct slice *line) MUST_CHECK;

#endif
