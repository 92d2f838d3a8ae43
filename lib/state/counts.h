/*
 * counts - how often something was used, counted exactly over all processes of
 * a machine, and kept until a time of its own.
 *
 * What can't be counted can't be had: a file that is damaged, or can't be
 * written, never counts as empty. Each count is with the system before its use
 * is granted, so no process that is killed loses one; a machine that loses its
 * power may lose those of its last seconds.
 */
#ifndef MINTAGE_LIB_STATE_COUNTS_H
#define MINTAGE_LIB_STATE_COUNTS_H

#include "page.h"
#include "table.h"
#include "trouble.h"

#define STATE_COUNTS_ID STATE_PAGE_ID

/* A time that never comes. */
#define STATE_COUNTS_FOREVER INT64_MAX

/* Zeros before state_counts_begin. */
struct state_counts {
	struct state_table table;
	bool is_begun;
	struct state_trouble trouble; /* with the last use */
};

/* What is to be counted. */
struct state_counts_use {
	uint8_t id[STATE_COUNTS_ID];     /* of what is used */
	uint8_t client[STATE_COUNTS_ID]; /* of it and who uses it, in one */
	int64_t until; /* the last second of what is used; Unix seconds, not
			* before `now` */
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

/* `folder` is where the file is made when something is first counted. It is
 * borrowed. */
void state_counts_begin(struct state_counts *counts, const char *folder);
void state_counts_end(struct state_counts *counts);

/*
 * Count one use, or find that it can't be had. ERROR_UNAVAILABLE where the file
 * can't be read or written, or is damaged: then the use can't be had either,
 * and counts->trouble says why.
 */
enum error state_counts_take(struct state_counts *counts,
			     const struct state_counts_use *use,
			     enum state_counts_answer *answer,
			     struct problem *problem) MUST_CHECK;

/* Set *used to how often the link with this id was used, and count nothing.
 * `now` is Unix seconds. The error is that of
 * state_counts_take. */
enum error state_counts_look(struct state_counts *counts,
			     const uint8_t id[STATE_COUNTS_ID], int64_t now,
			     uint64_t *used,
			     struct problem *problem) MUST_CHECK;

/*
 * Nothing was made of a use that was answered TAKEN or AGAIN after all. It is
 * as if it had not been asked for, unless the same client has another one
 * meanwhile. Where this fails, the use stays counted.
 */
void state_counts_give_back(struct state_counts *counts,
			    const struct state_counts_use *use);

#endif
