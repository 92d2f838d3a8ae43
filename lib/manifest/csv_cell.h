/*
 * csv_cell - the cells and rows of a table (RFC 4180), whatever they mean.
 */
#ifndef MINTAGE_LIB_MANIFEST_CSV_CELL_H
#define MINTAGE_LIB_MANIFEST_CSV_CELL_H

#include "lib/base/problem.h"
#include "lib/base/slice.h"

struct csv_cell {
	struct slice text; /* as written, without the quotes around it */
	bool doubled;      /* each quote in it is written twice */
};

/* Where a table is being read. */
struct csv_place {
	const char *next;
	const char *end;
	uint64_t line; /* the number of the line that holds `next`, from 1 */
	struct problem *problem; /* set where a function fails */
};

/* Read the next cell, and move behind its comma or the row's end; *last says
 * that it was the row's last. The cell borrows the table. False after
 * ERROR_MALFORMED, whose problem has the line's number but no pointer. */
bool csv_cell_read(struct csv_place *place, struct csv_cell *cell,
		   bool *last) MUST_CHECK;

/* Move to the next row that isn't empty. False when there is none. */
bool csv_cell_skip_empty(struct csv_place *place) MUST_CHECK;

#endif
