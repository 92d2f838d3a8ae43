/*
 * header_text - which texts can be the value of a signed header.
 */
#ifndef MINTAGE_LIB_MANIFEST_HEADER_TEXT_H
#define MINTAGE_LIB_MANIFEST_HEADER_TEXT_H

#include "lib/base/problem.h"
#include "lib/base/slice.h"

/*
 * A text that every client sends, and every server signs, as it is: 1 to `max`
 * characters of printable ASCII, with no blank at an end and no two in a row,
 * since a signature would be of a text without those. `name` says in the
 * message whose text it is; it is empty where the pointer says so.
 * ERROR_BAD_VALUE at `pointer`, with the remedy.
 */
enum error header_text_check(struct slice text, size_t max, struct slice name,
			     const char *pointer,
			     struct problem *problem) MUST_CHECK;

#endif
