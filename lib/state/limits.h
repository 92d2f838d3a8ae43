/*
 * limits - how much of something a caller may have in any stretch of time,
 * counted exactly over all processes of a machine.
 *
 * Each caller has a file of its own in the folder, with a page for each of its
 * limits (see window.h). The file is read and written with pread(2) and
 * pwrite(2) under a lock that ends with whoever holds it, and is never mapped:
 * see lib/base/shared_file.h.
 *
 * What can't be counted can't be had: a file that is damaged, was cut, or can't
 * be written never counts as empty.
 */
#ifndef MINTAGE_LIB_STATE_LIMITS_H
#define MINTAGE_LIB_STATE_LIMITS_H

#include <stdbool.h>
#include <stdint.h>

#include "trouble.h"

enum state_limits_kind {
	STATE_LIMITS_REQUESTS,
	STATE_LIMITS_ENTRIES,
	STATE_LIMITS_COUNT
};

/* The file of a caller is this with its name. */
#define STATE_LIMITS_FILE "limits.1."

/* Zeros but for the folder, which is borrowed. */
struct state_limits {
	const char *folder;
	struct state_trouble trouble; /* with the last one */
};

/* How many there may be in any stretch of `seconds`. */
struct state_limit {
	uint64_t most; /* UINT32_MAX at most; 0: there is no limit */
	uint32_t seconds;
};

/* Who asks for what. */
struct state_limits_ask {
	const char *name; /* of the caller: no "/" in it; borrowed */
	struct state_limit limits[STATE_LIMITS_COUNT];
	enum state_limits_kind kind;
	uint64_t some; /* 0: only look */
};

/* What is left. */
struct state_limits_standing {
	uint64_t left;
	uint32_t wait; /* seconds until there is more; 0: all of it is left */
};

struct state_limits_answer {
	bool taken;    /* all of `some` was counted; else nothing was */
	uint32_t wait; /* where it was not: seconds until it can be, 0: never */
	int64_t time;  /* where it was, for giving back */
	struct state_limits_standing standing[STATE_LIMITS_COUNT];
};

/*
 * Count `some`, unless there would be more than the limit. Where there is no
 * limit of that kind, nothing is counted and *answer says that it was.
 * ERROR_UNAVAILABLE where it can't be counted: then it can't be had either, and
 * limits->trouble says why.
 */
enum error state_limits_take(struct state_limits *limits,
			     const struct state_limits_ask *ask,
			     struct state_limits_answer *answer,
			     struct problem *problem) MUST_CHECK;

/* Take `some` off what was counted at `time`, the answer's: it was not issued
 * after all. ask->some does not matter. Where this fails, it stays counted. */
void state_limits_give_back(struct state_limits *limits,
			    const struct state_limits_ask *ask, int64_t time,
			    uint64_t some);

#endif
