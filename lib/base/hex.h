/*
 * hex - bytes as hexadecimal digits and back. Nothing here allocates, and
 * nothing writes a terminating NUL.
 */
#ifndef MINTAGE_LIB_BASE_HEX_H
#define MINTAGE_LIB_BASE_HEX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "error.h"

/* Exactly how many digits `n` bytes become. */
#define HEX_LENGTH(n) ((n)*2)

/* Encode in lower case. dst: HEX_LENGTH(length) bytes. Returns how many digits
 * were written. */
size_t hex_encode(char *dst, const void *src, size_t length);

/* The value of a digit in either case, or -1. */
static inline int hex_digit_value(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

/* Decode digits of either case. dst: length / 2 bytes. False when `length` is
 * odd or something isn't a digit. */
bool hex_decode(uint8_t *dst, const char *src, size_t length) MUST_CHECK;

/* True when every character is 0-9 a-f. */
bool hex_is_lower(const char *src, size_t length);

#endif
