/*
 * budget - never more than BUDGET_CALLS calls in BUDGET_WINDOW seconds, by all
 * processes of this machine together.
 *
 * Cloudflare's documented limit of its API, per user and whatever the token:
 * 1200 in five minutes, then 429 for five minutes. A token does not say whose
 * it is, so all of them share one small file, locked while it is read and
 * changed. A batch is booked as if all its calls were made at the latest moment
 * they can be, and put right when it is over; a process that dies in between
 * leaves too much booked, for minutes.
 */
#ifndef MINTAGE_CGI_ONLINE_BUDGET_H
#define MINTAGE_CGI_ONLINE_BUDGET_H

#include "lib/base/buffer.h"

#define BUDGET_CALLS 1200
#define BUDGET_WINDOW 300

/* The furthest `until` may lie ahead of `now`. */
#define BUDGET_AHEAD_MAX 600

struct budget {
	int file;        /* -1: none */
	uint64_t booked; /* not yet put right */
	int64_t until;
};

/*
 * Open the file in the folder `directory`, making it where it isn't there yet.
 * ERROR_UNAVAILABLE with path and reason.
 */
enum error budget_open(struct budget *budget, const char *directory,
		       struct problem *problem) MUST_CHECK;

/*
 * Book `calls` to be made from `now` up to `until` (Unix seconds; the same for
 * all bookings until budget_settle). ERROR_TOO_MANY_REQUESTS when they don't
 * fit, with problem->retry_after the seconds until all of them would have been
 * made.
 */
enum error budget_book(struct budget *budget, uint64_t calls, int64_t now,
		       int64_t until, struct problem *problem) MUST_CHECK;

/* The server asked for silence: nobody is to call before `until`. */
void budget_pause(struct budget *budget, int64_t until);

/* So many of the booked calls were made, the last one at `now`. */
void budget_settle(struct budget *budget, uint64_t calls, int64_t now);

/* Settled or not. */
void budget_close(struct budget *budget);

#endif
