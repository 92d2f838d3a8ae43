/*
 * unicode - is it UTF-8, and is it in the normal form R2 stores keys in.
 */
#ifndef MINTAGE_LIB_BASE_UNICODE_H
#define MINTAGE_LIB_BASE_UNICODE_H

#include <stdbool.h>

#include "buffer.h"

/* The number of leading bytes that are well-formed UTF-8 (RFC 3629: no
 * overlong forms, no surrogates, nothing above U+10FFFF); text.length when all
 * of it is. */
size_t unicode_valid(struct slice text);

/* True when well-formed `text` of at most 1024 bytes is in Unicode Normal Form
 * C. Allocates nothing. */
bool unicode_is_nfc(struct slice text);

/* Append the UTF-8 form of `code` (not a surrogate, <= 0x10FFFF) to dst, which
 * has 4 bytes; returns how many were written. */
size_t unicode_put(char *dst, uint32_t code);

#endif
