/*
 * pointer - the JSON Pointers (RFC 6901) of problems and warnings, in words for
 * people. A program counts the entries of a list from 0, people count them from
 * 1: "/manifest/17" is entry 18.
 */
#ifndef MINTAGE_LIB_BASE_POINTER_H
#define MINTAGE_LIB_BASE_POINTER_H

#include "slice.h"

/* Bytes, with the NUL. */
#define POINTER_WORDS_MAX 160

/*
 * Write where the first of `count` things is, to stand before a message:
 *   "/manifest/17"                  entry 18
 *   "/prefixes/0"                   entry 1 of prefixes
 *   "/manifest/17/ttlSeconds"       entry 18, ttlSeconds
 *   "/manifest/17", count is 40     40 entries, the first is entry 18
 * A pointer that names no entry is copied as it is. Returns `dst`.
 */
const char *pointer_words(char dst[POINTER_WORDS_MAX], const char *pointer,
			  uint64_t count);

/* Do both name the same thing, or the same of two entries of one list? */
bool pointer_alike(const char *a, const char *b);

#endif
