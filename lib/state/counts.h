/*
 * counts - how often something was used, counted exactly over all processes of
 * a machine, and kept until a time of its own.
 *
 * A file holds a table of records, each found by a hash. Who counts has the
 * file's lock. A record whose time is over is one whose place is free. Where no
 * place is left, a table twice as large is written beside the file and renamed
 * over it, so a process that is killed leaves one or the other.
 */
#ifndef MINTAGE_LIB_STATE_COUNTS_H
#define MINTAGE_LIB_STATE_COUNTS_H

#include <stdbool.h>
#include <stdint.h>

#include "lib/base/problem.h"

#define STATE_COUNTS_ID 16 /* bytes of a hash */

/* A time that never comes. */
#define STATE_COUNTS_FOREVER INT64_MAX

/* Zeros before state_counts_open. */
struct state_counts {
	const char *folder; /* borrowed */
	int file;           /* -1: not open */
	bool is_begun;
};

/* What is to be counted. */
struct state_counts_use {
	uint8_t id[STATE_COUNTS_ID];     /* of what is used */
	uint8_t client[STATE_COUNTS_ID]; /* of it and who uses it, in one */
	int64_t until; /* when the count may be forgotten; Unix seconds */
	int64_t client_until; /* until then this client's uses count as one */
	uint64_t most;        /* how many uses there may be, 1 or more */
	bool only_look;       /* count nothing */
	int64_t now;
};

enum state_counts_answer {
	STATE_COUNTS_TAKEN,  /* it was counted */
	STATE_COUNTS_AGAIN,  /* this client's use was counted before */
	STATE_COUNTS_USED_UP /* it was used as often as it may be */
};

/* `folder` is where the file is made when something is first counted. */
void state_counts_begin(struct state_counts *counts, const char *folder);
void state_counts_end(struct state_counts *counts);

/*
 * Count one use, or find that it can't be had. ERROR_UNAVAILABLE where the file
 * can't be read or written, or is damaged: then the use can't be had either.
 */
enum error state_counts_take(struct state_counts *counts,
			     const struct state_counts_use *use,
			     enum state_counts_answer *answer,
			     struct problem *problem) MUST_CHECK;

#endif
