/*
 * key - object keys and prefixes.
 */
#ifndef MINTAGE_LIB_SIGN_KEY_H
#define MINTAGE_LIB_SIGN_KEY_H

#include "lib/base/problem.h"
#include "lib/base/slice.h"

#define KEY_MAX 1024

/* A key or prefix has 1 to KEY_MAX bytes of UTF-8 without NUL.
 * ERROR_OBJECT_NAME at `pointer` when `key` isn't so. */
enum error key_check(struct slice key, const char *pointer,
		     struct problem *problem) MUST_CHECK;

/*
 * Write any bytes so that a message can quote them: as UTF-8 on one line,
 * ending in "..." where a long text was cut. A tab, LF and CR show as \t, \n
 * and \r, other control characters as a question mark. dst is terminated.
 * Returns dst.
 */
#define KEY_QUOTE_MAX 64
const char *key_quote(char dst[KEY_QUOTE_MAX], struct slice text);

/* True when some segment between slashes is "." or "..". */
bool key_has_dot_segment(struct slice key);

#endif
