/*
 * csv_cell - the cells and rows of a table (RFC 4180), whatever they mean.
 */
#ifndef MINTAGE_LIB_MANIFEST_CSV_CELL_H
#define MINTAGE_LIB_MANIFEST_CSV_CELL_H

#include "lib/base/problem.h"
#include "lib/base/slice.h"

#define CSV_CELL_SEPARATORS 3

struct csv_cell {
	struct slice text; /* as written, without the quotes around it */
	bool doubled;      /* each quote in it is written twice */
};

/* Where a table is being read. */
struct csv_place {
	const char *next;
	const char *end;
	char separator; /* one of csv_cell_separators */
	bool padded;    /* blanks may stand around the quotes of a cell */
	uint64_t line;  /* the number of the line that holds `next`, from 1 */
	struct problem *problem; /* set where a function fails */
};

/* What may stand between cells: , ; and tab, and in words: "commas", "a comma".
 */
extern const struct csv_cell_separator {
	char character;
	const char *all;
	const char *one;
} csv_cell_separators[CSV_CELL_SEPARATORS];

/* The words for one of them. */
const struct csv_cell_separator *csv_cell_words(char separator);

/* Read the next cell, and move behind its separator or the row's end; *last
 * says that it was the row's last. The cell borrows the table. False after
 * ERROR_MALFORMED, whose problem has the line's number but no pointer. */
bool csv_cell_read(struct csv_place *place, struct csv_cell *cell,
		   bool *last) MUST_CHECK;

/* Move to the next row that isn't empty. False when there is none. */
bool csv_cell_skip_empty(struct csv_place *place) MUST_CHECK;

#endif
