/*
 * locked - memory for secrets: pages that are never swapped out and never in a
 * core dump, between two that nobody can read or write.
 *
 * It is given out piece by piece and taken back as a whole. Where the system
 * refuses to lock more (RLIMIT_MEMLOCK) the pages are used unlocked, and
 * locked_is_locked says so. A forked process has a copy, which is not locked:
 * it executes another program at once, or calls locked_free first.
 */
#ifndef MINTAGE_LIB_BASE_LOCKED_H
#define MINTAGE_LIB_BASE_LOCKED_H

#include <stdbool.h>
#include <stddef.h>

#include "error.h"

struct locked;

/* Make an arena with its first pages. NULL when memory is out. Ends with
 * locked_free. */
struct locked *locked_new(void);

/* Take `size` bytes, which are zero and aligned for any type. They stay where
 * they are until locked_free. NULL when memory is out. */
void *locked_take(struct locked *locked, size_t size);

/* Did the system lock every page? */
bool locked_is_locked(const struct locked *locked);

/* Wipe and unmap everything. `locked` may be NULL. */
void locked_free(struct locked *locked);

#endif
