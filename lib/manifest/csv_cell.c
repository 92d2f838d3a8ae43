#include "csv_cell.h"

#include <inttypes.h>

const struct csv_cell_separator csv_cell_separators[CSV_CELL_SEPARATORS] = {
	{ ',', "commas", "a comma" },
	{ ';', ";", "a ;" },
	{ '\t', "tabs", "a tab" },
};

const struct csv_cell_separator *csv_cell_words(char separator)
{
	size_t i = 0;

	while (i < CSV_CELL_SEPARATORS - 1 &&
	       csv_cell_separators[i].character != separator)
		i++;
	return &csv_cell_separators[i];
}

static bool broken(const struct csv_place *place, uint64_t line,
		   const char *wrong)
{
	problem_set(place->problem, ERROR_MALFORMED, NULL,
		    "line %" PRIu64 ": %s", line, wrong);
	return false;
}

/* The length of the row's end at `p`, or 0 when no row ends there. A CR that is
 * the last byte of the manifest counts as a CRLF that was cut. */
static size_t row_end(const struct csv_place *place, const char *p)
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

/* Move behind blanks, where they may stand. A tab that separates cells is none.
 */
static const char *skip_padding(const struct csv_place *place, const char *p)
{
	while (place->padded && p < place->end &&
	       (*p == ' ' || (*p == '\t' && place->separator != '\t')))
		p++;
	return p;
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

/* Read the cell that begins with a quote at place->next. False and a problem
 * when its quotes are wrong. */
static bool read_quoted(struct csv_place *place, struct csv_cell *cell)
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
	p = skip_padding(place, p + 1);
	place->next = p;
	if (p < place->end && *p != place->separator && row_end(place, p) == 0)
		return broken(place, place->line,
			      "text behind a closing quote; a quote inside a "
			      "cell must be doubled");
	return true;
}

/* Read a cell without quotes. False and a problem when it needs quotes. */
static bool read_plain(struct csv_place *place, struct csv_cell *cell)
{
	const char *begin = place->next, *p = begin, *end = place->end;
	const char separator = place->separator;

	while (p < end && *p != separator && *p != '\n' && *p != '\r' &&
	       *p != '"')
		p++;
	if (p < end && *p == '"')
		return broken(place, place->line,
			      "a quote inside a cell; put the whole cell in "
			      "quotes and double those in it");
	if (p < end && *p == '\r' && row_end(place, p) == 0)
		return broken(place, place->line,
			      "a carriage return (CR) inside a cell; end lines "
			      "with LF or CR LF, or put the cell in quotes");
	cell->text = slice_of(begin, (size_t)(p - begin));
	cell->doubled = false;
	place->next = p;
	return true;
}

bool csv_cell_read(struct csv_place *place, struct csv_cell *cell, bool *last)
{
	const char *begin = skip_padding(place, place->next);
	bool quoted = begin < place->end && *begin == '"';
	size_t end;

	if (quoted)
		place->next = begin;
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

bool csv_cell_skip_empty(struct csv_place *place)
{
	size_t end;

	while ((end = row_end(place, place->next)) != 0) {
		place->next += end;
		place->line++;
	}
	return place->next < place->end;
}
