/*
 * unicode - whether a text is UTF-8, and in the normal form in which R2 stores
 * keys.
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

/* Write `code` as UTF-8. It is not a surrogate and not above U+10FFFF. dst: 4
 * bytes. Returns how many were written. */
size_t unicode_put(char *dst, uint32_t code);

#endif
