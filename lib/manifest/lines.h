/*
 * manifest_lines - the format of a key a line; see manifest_line for what a
 * line is. All of a line is the key, blanks too. A line that key_check refuses
 * is a bad entry, and the message has its number.
 */
#ifndef MINTAGE_LIB_MANIFEST_LINES_H
#define MINTAGE_LIB_MANIFEST_LINES_H

#include "reader.h"

/* Text fields of a form are lists of keys in this format. */
extern const struct manifest_reader manifest_lines_reader;

#endif
