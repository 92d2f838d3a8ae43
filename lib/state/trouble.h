/*
 * trouble - that something can't be counted now, and why.
 *
 * What can't be counted can't be had. Whoever asks for it learns no more than
 * that; the administrator is told which file it is, and what is wrong with it.
 */
#ifndef MINTAGE_LIB_STATE_TROUBLE_H
#define MINTAGE_LIB_STATE_TROUBLE_H

#include <stdbool.h>

#include "lib/base/problem.h"

/* Begins as zeros. */
struct state_trouble {
	bool lasts;    /* the last one could not be counted ... */
	bool is_stuck; /* ... because the lock was waited for in vain */
	char why[PROBLEM_MESSAGE_MAX]; /* where it lasts; one line */
};

/* What is counted, and where. */
struct state_place {
	const char *what;   /* "downloads" */
	const char *name;   /* of the file */
	const char *folder; /* state-dir */
};

/* Take note of how counting went: `failure` is 0, or the errno of what failed.
 * EBADMSG is a damaged file, EFBIG a full one, EPERM one of somebody else, and
 * ETIMEDOUT a lock that another process keeps. */
void state_trouble_note(struct state_trouble *trouble, int failure,
			const struct state_place *place);

#endif
