/*
 * shape_lines - the functions of shape_table's rows, for lines that no pattern
 * describes.
 */
#ifndef MINTAGE_LIB_MANIFEST_SHAPE_LINES_H
#define MINTAGE_LIB_MANIFEST_SHAPE_LINES_H

#include "shape_row.h"

/* A SHA-256 digest and its path. */
shape_fit_fn shape_lines_sha256;

/* A digest of shape->digits, or of an algorithm that begins with
 * shape->algorithm. */
shape_fit_fn shape_lines_digest;

/* SFV: a file name with an ending, and its CRC-32. */
shape_fit_fn shape_lines_sfv;

/* What --check says of a file: "a: OK", "a: FAILED". */
shape_fit_fn shape_lines_check;

/* An address: a scheme and ://, or that of a remote, an ARN. */
shape_fit_fn shape_lines_address;

/* Cells with semicolons or bars between them, one of which is a day with a
 * time: rclone lsf. */
shape_fit_fn shape_lines_lsf;

/* A row of a CSV: cells with commas or semicolons between them, of which one is
 * a value that an entry may have, such as 600. */
shape_fit_fn shape_lines_row;

/* A tab inside. */
shape_fit_fn shape_lines_tab;

/* A carriage return inside, which a key may have: all lines must. */
shape_fit_fn shape_lines_carriage_return;

/* A NUL in every other byte or so: UTF-16. And any NUL. */
shape_fit_fn shape_lines_utf16;
shape_fit_fn shape_lines_nul;

#endif
