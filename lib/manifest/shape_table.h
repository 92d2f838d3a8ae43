/*
 * shape_table - the shapes of lists that are not lists of keys, one row each.
 *
 * To add a shape, add a row to the table: how people call it, the patterns of
 * its lines (shape_pattern.h) or a function that knows them, and the remedy.
 */
#ifndef MINTAGE_LIB_MANIFEST_SHAPE_TABLE_H
#define MINTAGE_LIB_MANIFEST_SHAPE_TABLE_H

#include "shape_row.h"

/* A row without a name ends the table. Rows for a few programs stand before
 * those that fit many. */
extern const struct shape shape_table[];

/* How well the line fits. */
enum shape_fit shape_table_fit(const struct shape *shape, struct slice line);

/* Is the line an opening of the shape? */
bool shape_table_opens(const struct shape *shape, struct slice line);

#endif
