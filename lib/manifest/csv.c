/*
 * manifest_csv - the format of a table with an entry in each row (RFC 4180).
 *
 * The first row names the columns (csv_header.h), which are members of an entry
 * (member.h) in any order; one of them holds the key. A cell may stand in
 * double quotes, and must when it holds a separator, a quote, a carriage return
 * or a line end; a quote inside is doubled. Rows end in LF or CRLF, which the
 * last row may lack. Empty lines are passed over. An empty cell, quoted or not,
 * gives no value.
 *
 * A cell with a wrong value makes a bad entry. A row with more or fewer cells
 * than there are columns breaks the manifest: most likely a quote or a
 * separator is missing, so that nothing tells which cell belongs to which
 * column, in that row or in those behind it. Quotes that don't match break it
 * too.
 */
#include <inttypes.h>
#include <stdio.h>

#include "csv_header.h"
#include "line.h"

static enum error csv_open(struct manifest_state *state,
			   const struct manifest_part *part,
			   struct problem *problem)
{
	struct csv_place place = {
		.next = manifest_line_skip_mark(part->text).data,
		.end = part->text.data + part->text.length,
		.line = 1,
		.problem = problem,
	};
	enum error error = csv_header_read(state, part, &place, problem);

	state->next = place.next;
	state->line = place.line;
	return error;
}

/* ---- rows ---------------------------------------------------------------- */

static bool refuse_row(const struct manifest_state *state,
		       const struct csv_place *place, uint64_t line,
		       size_t count)
{
	const struct csv_cell_separator *words =
		csv_cell_words(state->separator);

	problem_set(place->problem, ERROR_MALFORMED, NULL,
		    "line %" PRIu64
		    ": the row has %zu cell%s, the header %zu; cells are "
		    "separated by %s, and one with %s or a line end in it "
		    "needs quotes around it",
		    line, count, count == 1 ? "" : "s", state->cell_count,
		    words->all, words->one);
	return false;
}

/* Read a row, and keep the cells of columns that mean something. False and a
 * problem when the row has more or fewer cells than the header, or a cell is
 * wrong. */
static bool read_row(const struct manifest_state *state,
		     struct csv_place *place,
		     struct csv_cell cells[MEMBER_COUNT + 1])
{
	const struct manifest_column *column = state->columns;
	const struct manifest_column *end = column + state->column_count;
	uint64_t line = place->line;
	size_t count = 0;
	struct csv_cell cell;
	bool last = false;

	while (!last) {
		if (!csv_cell_read(place, &cell, &last))
			return false;
		if (column < end && column->cell == count)
			cells[column++ - state->columns] = cell;
		count++;
	}
	return count == state->cell_count ||
	       refuse_row(state, place, line, count);
}

/* Make two quotes one, in `scratch`. False when the text does not fit there. */
static bool undouble(struct entry_scratch *scratch, struct slice *text)
{
	char *begin = scratch->text + scratch->used, *dst = begin;
	const char *end = scratch->text + sizeof(scratch->text);

	for (size_t i = 0; i < text->length; i++) {
		if (dst == end)
			return false;
		*dst++ = text->data[i];
		if (text->data[i] == '"')
			i++;
	}
	scratch->used += (size_t)(dst - begin);
	*text = slice_of(begin, (size_t)(dst - begin));
	return true;
}

static enum error set_cell(struct entry_scratch *scratch, struct entry *entry,
			   enum manifest_member member,
			   const struct csv_cell *cell, struct problem *problem)
{
	size_t used = scratch->used;
	struct slice text = cell->text;
	enum error error;

	if (text.length == 0 && member != MEMBER_KEY)
		return ERROR_NONE;
	if (cell->doubled && !undouble(scratch, &text))
		return problem_set(problem,
				   member == MEMBER_KEY ? ERROR_OBJECT_NAME :
							  ERROR_BAD_VALUE,
				   manifest_member_pointers[member],
				   "the text is too long");
	error = manifest_member_set(scratch, entry, member, text, problem);
	/* A text that was refused gives its scratch back, so that the key
	 * fits and the message can name the entry. */
	if (error != ERROR_NONE && member != MEMBER_KEY)
		scratch->used = used;
	return error;
}

/* The cell of the column that says whether the row is a folder's. */
static enum error read_folder(const struct csv_cell *cell, bool *folder,
			      struct problem *problem)
{
	*folder = slice_equal_nocase(cell->text, slice_text("true"));
	if (*folder || cell->text.length == 0 ||
	    slice_equal_nocase(cell->text, slice_text("false")))
		return ERROR_NONE;
	return problem_set(problem, ERROR_BAD_VALUE, "/" MANIFEST_FOLDER_NAME,
			   "must be true or false");
}

/* Set the entry from the cells of its row. */
static enum manifest_step set_entry(struct manifest_state *state,
				    struct entry *entry,
				    const struct csv_cell cells[],
				    uint64_t line, struct problem *problem)
{
	struct problem later, *report = problem;
	enum error error;

	for (size_t i = 0; i < state->column_count; i++) {
		uint8_t member = state->columns[i].member;

		if (member == MEMBER_COUNT)
			error = read_folder(&cells[i], &state->folder, report);
		else
			error = set_cell(&state->scratch, entry,
					 (enum manifest_member)member,
					 &cells[i], report);
		if (error != ERROR_NONE)
			report = &later;
	}
	if (report == problem)
		return MANIFEST_ENTRY;
	return manifest_line_problem(entry, line, problem);
}

static enum manifest_step csv_next(struct manifest_state *state,
				   const struct manifest_part *part,
				   struct entry *entry, struct problem *problem)
{
	struct csv_place place = { .next = state->next,
				   .end = part->text.data + part->text.length,
				   .separator = state->separator,
				   .line = state->line,
				   .problem = problem };
	struct csv_cell cells[MEMBER_COUNT + 1] = { { .doubled = false } };
	uint64_t line;

	if (!csv_cell_skip_empty(&place))
		return MANIFEST_END;
	line = place.line;
	if (!read_row(state, &place, cells)) {
		snprintf(problem->pointer, sizeof(problem->pointer), "%s",
			 part->base);
		return MANIFEST_BROKEN;
	}
	state->next = place.next;
	state->line = place.line;
	return set_entry(state, entry, cells, line, problem);
}

const struct manifest_reader manifest_csv_reader = {
	.name = "csv",
	.description = "CSV",
	.file_names = { ".csv", ".tsv" },
	.media_types = { "text/csv", "text/tab-separated-values" },
	.open = csv_open,
	.next = csv_next,
	.keyed = csv_header_keyed,
	.likely = csv_header_likely,
	.ambiguous = csv_header_ambiguous,
	.doubts = { ERROR_MALFORMED, ERROR_UNKNOWN_FIELD, ERROR_DUPLICATE_FIELD,
		    ERROR_MISSING_FIELD },
	.taken_for = "CSV by its first line",
};
