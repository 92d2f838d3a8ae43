/*
 * warnings - what a configuration may hold, but probably by mistake.
 *
 * Examples are a caller that can get nothing, a prefix without a slash at its
 * end, and an account that no parent uses.
 */
#ifndef MINTAGE_LIB_CONFIG_WARNINGS_H
#define MINTAGE_LIB_CONFIG_WARNINGS_H

#include "types.h"

/* Calls `say` once for each warning, with a text "FILE:LINE: ...", or
 * "FILE: ..." for what has no line. Returns how
 * many warnings there were. */
size_t config_warnings(const struct config *config,
		       void (*say)(void *context, const char *text),
		       void *context);

#endif
