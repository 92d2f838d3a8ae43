/*
 * percent - percent-encoding, read (RFC 3986, section 2.1). escape.h writes it.
 */
#ifndef MINTAGE_LIB_BASE_PERCENT_H
#define MINTAGE_LIB_BASE_PERCENT_H

#include <stdbool.h>

#include "error.h"
#include "slice.h"

/*
 * Decode `text` once; "+" stays as it is. dst: text.length bytes, and may be
 * where the text is. *decoded borrows dst. False, with *decoded unset, when a
 * "%" is not followed by two hexadecimal digits.
 */
bool percent_decode(char *dst, struct slice text,
		    struct slice *decoded) MUST_CHECK;

#endif
