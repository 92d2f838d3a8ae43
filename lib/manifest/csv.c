#include "csv.h"

#include <inttypes.h>
#include <stdio.h>

#include "value.h"

_Static_assert(MANIFEST_COLUMNS_MAX == MEMBER_COUNT,
	       "each column may be there once");

/* ---- cells --------------------------------------------------------------- */

struct cell {
	struct slice text; /* as written, without its quotes */
	bool doubled;      /* quotes in it are doubled */
};

/* Where a row is read; copied back to the manifest once it is whole. */
struct place {
	const char *next;
	const char *end;
	uint64_t line; /* of `next`, from 1 */
	struct problem *problem;
};

static bool broken(const struct place *place, uint64_t line, const char *wrong)
{
	problem_set(place->problem, ERROR_MALFORMED, NULL,
		    "line %" PRIu64 ": %s", line, wrong);
	return false;
}

/* The length of the row's end at `p`, 0 where there is none. A CR that is the
 * last byte of all is what is left of a CRLF. */
static size_t row_end(const struct place *place, const char *p)
{
	if (p < place->end && *p == '\n')
		return 1;
	if (p < place->end && *p == '\r') {
		if (p + 1 == place->end)
			return 1;
		return p[1] == '\n' ? 2 : 0;
	}
	return 0;
}

static uint64_t count_lines(const char *p, const char *end)
{
	uint64_t lines = 0;

	while (p < end && (p = memchr(p, '\n', (size_t)(end - p))) != NULL) {
		lines++;
		p++;
	}
	return lines;
}

/* At a quote. False and a problem. */
static bool read_quoted(struct place *place, struct cell *cell)
{
	const char *begin = place->next + 1, *p = begin;
	uint64_t line = place->line;

	cell->doubled = false;
	for (;; p += 2, cell->doubled = true) {
		if (p < place->end)
			p = memchr(p, '"', (size_t)(place->end - p));
		if (p == NULL || p == place->end)
			return broken(place, line,
				      "the quote that begins here is never "
				      "closed");
		if (p + 1 == place->end || p[1] != '"')
			break;
	}
	cell->text = slice_of(begin, (size_t)(p - begin));
	place->line += count_lines(begin, p);
	place->next = ++p;
	if (p < place->end && *p != ',' && row_end(place, p) == 0)
		return broken(place, place->line,
			      "text behind a closing quote; a quote inside a "
			      "cell must be doubled");
	return true;
}

static bool read_plain(struct place *place, struct cell *cell)
{
	const char *begin = place->next, *p = begin;

	for (; p < place->end && *p != ',' && row_end(place, p) == 0; p++) {
		if (*p == '"')
			return broken(place, place->line,
				      "a quote inside a cell; put the whole "
				      "cell in quotes and double those in it");
		if (*p == '\r')
			return broken(place, place->line,
				      "a carriage return inside a cell; put "
				      "the cell in quotes");
	}
	cell->text = slice_of(begin, (size_t)(p - begin));
	cell->doubled = false;
	place->next = p;
	return true;
}

/* The next cell, and behind its comma or the row's end; *last tells which it
 * was. False and a problem. */
static bool read_cell(struct place *place, struct cell *cell, bool *last)
{
	bool quoted = place->next < place->end && *place->next == '"';
	size_t end;

	if (!(quoted ? read_quoted(place, cell) : read_plain(place, cell)))
		return false;
	*last = true;
	if (place->next == place->end)
		return true;
	end = row_end(place, place->next);
	place->next += end ? end : 1;
	place->line += end ? 1 : 0;
	*last = end != 0;
	return true;
}

/* To the next row; false when there is none. */
static bool skip_empty(struct place *place)
{
	size_t end;

	while ((end = row_end(place, place->next)) != 0) {
		place->next += end;
		place->line++;
	}
	return place->next < place->end;
}

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

static enum error add_column(struct manifest *manifest, struct slice name,
			     const char *base, struct problem *problem)
{
	uint8_t member = 0;

	while (member < MEMBER_COUNT &&
	       !slice_is(name, manifest_member_names[member]))
		member++;
	if (member == MEMBER_COUNT)
		return unknown_column(name, base, problem);
	for (size_t i = 0; i < manifest->column_count; i++) {
		if (manifest->columns[i] == member)
			return problem_set(problem, ERROR_DUPLICATE_FIELD, base,
					   "there are two columns '%s'",
					   manifest_member_names[member]);
	}
	manifest->columns[manifest->column_count++] = member;
	return ERROR_NONE;
}

static enum error read_header(struct manifest *manifest, struct place *place,
			      const char *base, struct problem *problem)
{
	struct cell cell;
	bool last = false;
	enum error error;

	manifest->column_count = 0;
	while (!last) {
		if (!read_cell(place, &cell, &last)) {
			snprintf(problem->pointer, sizeof(problem->pointer),
				 "%s", base);
			return problem->error;
		}
		error = add_column(manifest, cell.text, base, problem);
		if (error != ERROR_NONE)
			return error;
	}
	if (memchr(manifest->columns, MEMBER_KEY, manifest->column_count))
		return ERROR_NONE;
	return problem_set(problem, ERROR_MISSING_FIELD, base,
			   "the CSV has no column 'key'");
}

enum error manifest_csv_open(struct manifest *manifest,
			     const struct manifest_part *part,
			     struct problem *problem)
{
	struct place place = {
		.next = manifest_text(part->text).data,
		.end = part->text.data + part->text.length,
		.line = 1,
		.problem = problem,
	};
	enum error error;

	if (!skip_empty(&place))
		return problem_set(problem, ERROR_EMPTY, part->base,
				   "the CSV is empty; its first line names the "
				   "columns, such as key");
	error = read_header(manifest, &place, part->base, problem);
	manifest->next = place.next;
	manifest->line = place.line;
	return error;
}

/* ---- rows ---------------------------------------------------------------- */

/* As many cells as there are columns, or false and a problem. */
static bool read_row(const struct manifest *manifest, struct place *place,
		     struct cell cells[MANIFEST_COLUMNS_MAX])
{
	uint64_t line = place->line;
	size_t count = 0;
	struct cell cell;
	bool last = false;

	while (!last) {
		if (!read_cell(place, &cell, &last))
			return false;
		if (count < manifest->column_count)
			cells[count] = cell;
		count++;
	}
	if (count == manifest->column_count)
		return true;
	problem_set(place->problem, ERROR_MALFORMED, NULL,
		    "line %" PRIu64
		    ": the row has %zu cell%s, the header %d; a "
		    "cell with a comma or a line end in it needs quotes around "
		    "it",
		    line, count, count == 1 ? "" : "s", manifest->column_count);
	return false;
}

/* Halve the doubled quotes; false when there is no room for what remains. */
static bool undouble(struct manifest *manifest, struct slice *text)
{
	char *begin = manifest->scratch + manifest->scratch_used, *dst = begin;
	const char *end = manifest->scratch + sizeof(manifest->scratch);

	for (size_t i = 0; i < text->length; i++) {
		if (dst == end)
			return false;
		*dst++ = text->data[i];
		if (text->data[i] == '"')
			i++;
	}
	manifest->scratch_used += (size_t)(dst - begin);
	*text = slice_of(begin, (size_t)(dst - begin));
	return true;
}

static enum error set_cell(struct manifest *manifest, struct entry *entry,
			   enum manifest_member member, const struct cell *cell,
			   struct problem *problem)
{
	size_t used = manifest->scratch_used;
	struct slice text = cell->text;
	enum error error;

	if (text.length == 0 && member != MEMBER_KEY)
		return ERROR_NONE;
	if (cell->doubled && !undouble(manifest, &text))
		return problem_set(problem,
				   member == MEMBER_KEY ? ERROR_OBJECT_NAME :
							  ERROR_BAD_VALUE,
				   manifest_member_pointers[member],
				   "the text is too long");
	error = manifest_value_set(manifest, entry, member, text, problem);
	/* What is no good leaves its room to the key, so that the entry can be
	 * told by name. */
	if (error != ERROR_NONE && member != MEMBER_KEY)
		manifest->scratch_used = used;
	return error;
}

enum manifest_step manifest_csv_next(struct manifest *manifest,
				     const struct manifest_part *part,
				     struct entry *entry,
				     struct problem *problem)
{
	struct place place = { .next = manifest->next,
			       .end = part->text.data + part->text.length,
			       .line = manifest->line,
			       .problem = problem };
	struct problem later, *report = problem;
	struct cell cells[MANIFEST_COLUMNS_MAX];
	uint64_t line;

	if (!skip_empty(&place))
		return MANIFEST_END;
	line = place.line;
	if (!read_row(manifest, &place, cells)) {
		snprintf(problem->pointer, sizeof(problem->pointer), "%s",
			 part->base);
		return MANIFEST_BROKEN;
	}
	manifest->next = place.next;
	manifest->line = place.line;
	for (size_t i = 0; i < manifest->column_count; i++) {
		if (set_cell(manifest, entry,
			     (enum manifest_member)manifest->columns[i],
			     &cells[i], report) != ERROR_NONE)
			report = &later;
	}
	if (report == problem)
		return MANIFEST_ENTRY;
	return manifest_prefix_line(entry, line, problem);
}

/* ---- is it one at all? --------------------------------------------------- */

/* A header's cell as far as a guess needs it: false for one with quotes that
 * don't stand around it. */
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

bool manifest_csv_likely(struct slice text)
{
	struct slice line = { NULL, 0 };

	while (line.length == 0) {
		if (!slice_split(&text, '\n', &line))
			return false;
		if (line.length > 0 && line.data[line.length - 1] == '\r')
			line.length--;
	}
	return slice_is(line, "key") || is_header(line, ',') ||
	       is_header(line, ';') || is_header(line, '\t');
}
