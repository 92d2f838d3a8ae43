/*
 * manifest_line - the lines of a manifest, for the formats with an entry a line
 * and for guesses by the first line.
 *
 * LF ends a line, which the last line may lack. One CR before it is dropped.
 * Empty lines are passed over, but count in the numbers of lines.
 */
#ifndef MINTAGE_LIB_MANIFEST_LINE_H
#define MINTAGE_LIB_MANIFEST_LINE_H

#include "reader.h"

/* `text` without a byte order mark. */
struct slice manifest_line_skip_mark(struct slice text);

/* Go to the beginning of a part, behind a byte order mark. Never fails. */
manifest_open_fn manifest_line_open;

/* The next line that isn't empty, without its end; state->line is its number.
 * False behind the last. Borrows the part's text. */
bool manifest_line_next(struct manifest_state *state,
			const struct manifest_part *part,
			struct slice *line) MUST_CHECK;

/* The first line of `text` that isn't empty, without its end. False when there
 * is none. */
bool manifest_line_first(struct slice text, struct slice *line) MUST_CHECK;

/* The first line of a document that holds more than blanks, without its end, a
 * byte order mark and the blanks before it. False when there is none. */
bool manifest_line_opening(struct slice text, struct slice *line) MUST_CHECK;

/* Complete a problem with an entry: entry_prefix_pointer, and "line 17: "
 * before the message. Returns MANIFEST_BAD_ENTRY. */
enum manifest_step manifest_line_problem(const struct entry *entry,
					 uint64_t line,
					 struct problem *problem);

#endif
