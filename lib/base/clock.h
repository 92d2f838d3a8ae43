/*
 * clock - the time, from a clock that can be believed.
 *
 * A machine whose clock has lost its battery starts in 1970, and what it signs
 * then is over before it is handed out. Whatever decides something by the time,
 * or records it, asks here.
 */
#ifndef MINTAGE_LIB_BASE_CLOCK_H
#define MINTAGE_LIB_BASE_CLOCK_H

#include <stdint.h>
#include <time.h>

#include "problem.h"

/*
 * 2026-01-01T00:00:00Z: no clock that is right is earlier, because this version
 * was made in that year; raise it with the year of a release. It is a constant
 * and not the time of the build, so that two builds give the same bytes.
 */
#define CLOCK_EARLIEST INT64_C(1767225600)

/* 9990-01-01T00:00:00Z: from then on an expiry could lie beyond the years of
 * four digits that dates are written with. */
#define CLOCK_LATEST INT64_C(253086768000)

/* Set *now to the time since 1970 in UTC. ERROR_UNAVAILABLE where the system
 * gives no time, or one that is not between the two above. */
enum error clock_read(struct timespec *now, struct problem *problem) MUST_CHECK;

/* Milliseconds since some moment in the past, for measuring how long something
 * takes: nobody can set this clock. */
int64_t clock_ticks(void);

/* Microseconds since this machine was started, those in which it slept too:
 * all processes have one such time, and nobody can set it. -1 with errno where
 * the system gives none. */
int64_t clock_uptime(void);

#endif
