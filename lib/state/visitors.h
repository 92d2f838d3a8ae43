/*
 * visitors - how often each address asked in the last so many seconds, counted
 * over all processes of a machine.
 *
 * All are in one file, which has its size from the start: 8 MiB, for some
 * 200,000 addresses at a time. Its pages are a hash table, whose key is random
 * and in the file, so that nobody can choose addresses that share a page. An
 * address has twelve slots for its window; so there are never more than the
 * limit in any window, and it frees late by an eleventh at most.
 *
 * Where a page is full of addresses that still count, one that is new can't be
 * counted. As with limits.h, what can't be counted can't be had.
 */
#ifndef MINTAGE_LIB_STATE_VISITORS_H
#define MINTAGE_LIB_STATE_VISITORS_H

#include <stdbool.h>
#include <stdint.h>

#include "lib/base/slice.h"
#include "trouble.h"

#define STATE_VISITORS_FILE "strangers.1"
#define STATE_VISITORS_PAGES 2048 /* behind the page with the key */
#define STATE_VISITORS_MOST 60000 /* the highest limit */

/* Zeros but for the folder, which is borrowed. */
struct state_visitors {
	const char *folder;
	struct state_trouble trouble; /* with the last one */
};

struct state_visitors_ask {
	struct slice address; /* as text: of IPv6, the first 64 bits count */
	uint32_t most;        /* 1 to STATE_VISITORS_MOST ... */
	uint32_t seconds;     /* ... in any so many seconds */
	bool only_look;       /* count nothing */
};

/*
 * Count one visit, unless there would be more than there may be: then *wait is
 * how many seconds to wait, else 0. ERROR_UNAVAILABLE where it can't be counted
 * or looked up.
 */
enum error state_visitors_take(struct state_visitors *visitors,
			       const struct state_visitors_ask *ask,
			       uint32_t *wait,
			       struct problem *problem) MUST_CHECK;

#endif
