/*
 * render_fit - what a format can't carry.
 *
 * Each looks at a key, prefix or download name as format.unfit of render.h
 * does: NULL, or what is wrong with it. For render.c and render_own.c only.
 */
#ifndef MINTAGE_LIB_RENDER_UNFIT_H
#define MINTAGE_LIB_RENDER_UNFIT_H

#include "lib/base/buffer.h"

/* It ends with its line: no ASCII controls. */
const char *unfit_line(struct slice name);

/* Text in XML 1.0. */
const char *unfit_xml(struct slice name);

/* A file below a folder: no part between slashes is empty, "." or "..". */
const char *unfit_file(struct slice name);

/* A file's name in aria2's list: of one line, without blanks at its ends, and
 * without ${HOME}, which aria2 expands. */
const char *unfit_aria2(struct slice name);

/* A file's name in a metalink (RFC 5854, 4.1.2.1), without controls. */
const char *unfit_metalink(struct slice name);

#endif
