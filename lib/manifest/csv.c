/*
 * manifest_csv - the format of a table with an entry in each row (RFC 4180).
 *
 * The first row names the columns, which are members of an entry (member.h) in
 * any order; `key` must be one of them. A cell may stand in double quotes, and
 * must when it holds a comma, a quote, a carriage return or a line end; a quote
 * inside is doubled. Rows end in LF or CRLF, which the last row may lack. Empty
 * lines are passed over. An empty cell, quoted or not, gives no value.
 *
 * A cell with a wrong value makes a bad entry. A row with more or fewer cells
 * than there are columns breaks the manifest: most likely a quote or a comma is
 * missing, so that nothing tells which cell belongs to which column, in that
 * row or in those behind it. Quotes that don't match break it too.
 */
#include <inttypes.h>
#include <stdio.h>

#include "csv_cell.h"
#include "line.h"

/* ---- the header ---------------------------------------------------------- */

static enum error unknown_column(struct slice name, const char *base,
				 struct problem *problem)
{
	const char *nearest =
		slice_nearest(name, manifest_member_names, MEMBER_COUNT);
	char quoted[KEY_QUOTE_MAX];

	if (nearest)
		return problem_set(problem, ERROR_UNKNOWN_FIELD, base,
				   "there is no column '%s'; did you mean "
				   "'%s'?",
				   key_quote(quoted, name), nearest);
	return problem_set(problem, ERROR_UNKNOWN_FIELD, base,
			   "there is no column '%s'; the first line of a CSV "
			   "names the columns with commas between them, such "
			   "as key,ttlSeconds",
			   key_quote(quoted, name));
}

static enum error add_column(struct manifest_state *state, struct slice name,
			     const char *base, struct problem *problem)
{
	uint8_t member = 0;

	while (member < MEMBER_COUNT &&
	       !slice_is(name, manifest_member_names[member]))
		member++;
	if (member == MEMBER_COUNT)
		return unknown_column(name, base, problem);
	for (size_t i = 0; i < state->column_count; i++) {
		if (state->columns[i] == member)
			return problem_set(problem, ERROR_DUPLICATE_FIELD, base,
					   "there are two columns '%s'",
					   manifest_member_names[member]);
	}
	state->columns[state->column_count++] = member;
	return ERROR_NONE;
}

static enum error read_header(struct manifest_state *state,
			      struct csv_place *place, const char *base,
			      struct problem *problem)
{
	struct csv_cell cell;
	bool last = false;
	enum error error;

	state->column_count = 0;
	while (!last) {
		if (!csv_cell_read(place, &cell, &last)) {
			snprintf(problem->pointer, sizeof(problem->pointer),
				 "%s", base);
			return problem->error;
		}
		error = add_column(state, cell.text, base, problem);
		if (error != ERROR_NONE)
			return error;
	}
	if (memchr(state->columns, MEMBER_KEY, state->column_count))
		return ERROR_NONE;
	return problem_set(problem, ERROR_MISSING_FIELD, base,
			   "the CSV has no column 'key'");
}

/* Besides ERROR_MALFORMED: ERROR_UNKNOWN_FIELD, ERROR_DUPLICATE_FIELD and
 * ERROR_MISSING_FIELD (no `key`) for the columns, ERROR_EMPTY when there is no
 * header. */
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
	enum error error;

	if (!csv_cell_skip_empty(&place))
		return problem_set(problem, ERROR_EMPTY, part->base,
				   "the CSV is empty; its first line names the "
				   "columns, such as key");
	error = read_header(state, &place, part->base, problem);
	state->next = place.next;
	state->line = place.line;
	return error;
}

/* ---- rows ---------------------------------------------------------------- */

/* Read as many cells as there are columns. False and a problem when the row has
 * more or fewer, or a cell is wrong. */
static bool read_row(const struct manifest_state *state,
		     struct csv_place *place,
		     struct csv_cell cells[MEMBER_COUNT])
{
	uint64_t line = place->line;
	size_t count = 0;
	struct csv_cell cell;
	bool last = false;

	while (!last) {
		if (!csv_cell_read(place, &cell, &last))
			return false;
		if (count < state->column_count)
			cells[count] = cell;
		count++;
	}
	if (count == state->column_count)
		return true;
	problem_set(place->problem, ERROR_MALFORMED, NULL,
		    "line %" PRIu64
		    ": the row has %zu cell%s, the header %d; a "
		    "cell with a comma or a line end in it needs quotes around "
		    "it",
		    line, count, count == 1 ? "" : "s", state->column_count);
	return false;
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

static enum manifest_step csv_next(struct manifest_state *state,
				   const struct manifest_part *part,
				   struct entry *entry, struct problem *problem)
{
	struct csv_place place = { .next = state->next,
				   .end = part->text.data + part->text.length,
				   .line = state->line,
				   .problem = problem };
	struct problem later, *report = problem;
	struct csv_cell cells[MEMBER_COUNT];
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
	for (size_t i = 0; i < state->column_count; i++) {
		if (set_cell(&state->scratch, entry,
			     (enum manifest_member)state->columns[i], &cells[i],
			     report) != ERROR_NONE)
			report = &later;
	}
	if (report == problem)
		return MANIFEST_ENTRY;
	return manifest_line_problem(entry, line, problem);
}

/* ---- a guess by content -------------------------------------------------- */

/* The name in a cell of what may be a header, without blanks and quotes around
 * it. False when there is a quote inside, which no header has. */
static bool plain_name(struct slice cell, struct slice *name)
{
	cell = slice_trim(cell);
	if (cell.length >= 2 && cell.data[0] == '"' &&
	    cell.data[cell.length - 1] == '"')
		cell = slice_of(cell.data + 1, cell.length - 2);
	*name = cell;
	return cell.length == 0 || !memchr(cell.data, '"', cell.length);
}

static bool is_member(struct slice name)
{
	for (size_t i = 0; i < MEMBER_COUNT; i++) {
		if (slice_equal_nocase(name,
				       slice_text(manifest_member_names[i])))
			return true;
	}
	return false;
}

static bool is_header(struct slice line, char separator)
{
	struct slice cell, name;
	size_t count = 0, known = 0;
	bool key = false;

	while (slice_split(&line, separator, &cell)) {
		if (!plain_name(cell, &name))
			return false;
		key = key || slice_equal_nocase(name, slice_text("key"));
		known += is_member(name) ? 1 : 0;
		count++;
	}
	return count > 1 && (key || known == count);
}

/*
 * Is the line meant to be a header? It is when it is "key" alone, or has more
 * than one cell and either a cell "key" or known names only. Names in another
 * case and cells between semicolons or tabs count too, because an error in such
 * a line is better than taking it for a key.
 */
static enum manifest_likelihood csv_likely(struct slice line)
{
	if (slice_is(line, "key") || is_header(line, ',') ||
	    is_header(line, ';') || is_header(line, '\t'))
		return MANIFEST_LIKELY;
	return MANIFEST_UNLIKELY;
}

/* A line of "key" alone is the header of a table or the key of an object, and
 * only the caller knows whether an object of that name is meant. */
static const char *csv_ambiguous(struct slice line)
{
	if (slice_equal_nocase(line, slice_text("key")) ||
	    slice_equal_nocase(line, slice_text("\"key\"")))
		return "the first line may be a CSV's header or an entry";
	return NULL;
}

const struct manifest_reader manifest_csv_reader = {
	.name = "csv",
	.description = "CSV",
	.file_names = { ".csv" },
	.media_types = { "text/csv" },
	.open = csv_open,
	.next = csv_next,
	.likely = csv_likely,
	.ambiguous = csv_ambiguous,
	.doubts = { ERROR_MALFORMED, ERROR_UNKNOWN_FIELD, ERROR_DUPLICATE_FIELD,
		    ERROR_MISSING_FIELD },
	.taken_for = "CSV by its first line",
};
