/*
 * budget - never more than BUDGET_CALLS calls in BUDGET_WINDOW seconds, by all
 * processes of this machine together.
 *
 * Cloudflare documents this limit of its API: a user may make 1200 calls in
 * five minutes with all tokens together, and is then refused with 429 for five
 * minutes. A token does not say whose it is, so all tokens share one small
 * file, locked while it is read and changed. A batch is booked as if all its
 * calls were made at the latest moment they can be, and put right when it is
 * over. A process that dies in between leaves too much booked, for some
 * minutes.
 */
#ifndef MINTAGE_CGI_ONLINE_BUDGET_H
#define MINTAGE_CGI_ONLINE_BUDGET_H

#include "lib/base/buffer.h"

#define BUDGET_CALLS 1200
#define BUDGET_WINDOW 300

/* Seconds that `until` may lie ahead of `now`. */
#define BUDGET_AHEAD_MAX 600

struct budget {
	int file;        /* -1: calls are not counted */
	uint64_t booked; /* calls that budget_settle has to put right */
	int64_t until;   /* when the booked calls will have been made */
};

/*
 * Open the file in the folder `directory`; make it where it doesn't exist.
 * ERROR_UNAVAILABLE with path and reason. Ends with budget_close.
 */
enum error budget_open(struct budget *budget, const char *directory,
		       struct problem *problem) MUST_CHECK;

/*
 * Book `calls` to be made from `now` up to `until` (Unix seconds; the same for
 * all bookings until budget_settle). ERROR_TOO_MANY_REQUESTS when the limit
 * doesn't allow so many, with problem->retry_after the seconds after which it
 * would. ERROR_UNAVAILABLE when the file can't be used.
 */
enum error budget_book(struct budget *budget, uint64_t calls, int64_t now,
		       int64_t until, struct problem *problem) MUST_CHECK;

/* The server asked for a pause: nobody on this machine is to call before
 * `until`. */
void budget_pause(struct budget *budget, int64_t until);

/* Correct the booking: `calls` were made, the last one at `now`. */
void budget_settle(struct budget *budget, uint64_t calls, int64_t now);

/* Close the file. What was booked and not settled stays booked. */
void budget_close(struct budget *budget);

#endif
