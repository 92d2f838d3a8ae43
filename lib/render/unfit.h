/*
 * unfit - which names a format can't carry.
 *
 * Each function looks at a key, prefix or download name. It returns NULL where
 * the format can carry it, else a constant text that says what is wrong with
 * the name.
 */
#ifndef MINTAGE_LIB_RENDER_UNFIT_H
#define MINTAGE_LIB_RENDER_UNFIT_H

#include "lib/base/slice.h"

/* For a value that ends with its line: no ASCII control characters. */
const char *unfit_line(struct slice name);

/* For text in XML 1.0: no character that XML doesn't allow. */
const char *unfit_xml(struct slice name);

/* Bytes. Linux, macOS and the BSDs keep no file or folder of a longer name
 * (NAME_MAX); Windows counts 255 characters. */
#define UNFIT_PART_MAX 255

/* For the path of a file below a folder: no part between slashes is empty, "."
 * or "..", or has more than UNFIT_PART_MAX bytes. */
const char *unfit_file(struct slice name);

/* For the path of a file in aria2's list: it has to fit on a line, must not
 * begin or end with a blank, and must not hold ${HOME}, which aria2 expands. */
const char *unfit_aria2(struct slice name);

/* For the path of a file in a metalink (RFC 5854, 4.1.2.1): also no ASCII
 * control characters. */
const char *unfit_metalink(struct slice name);

#endif
