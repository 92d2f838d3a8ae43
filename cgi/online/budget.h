/*
 * budget - never more than LEDGER_CALLS calls in LEDGER_WINDOW seconds, by all
 * processes of this machine together.
 *
 * Cloudflare documents this limit of its API: a user may make 1200 calls in
 * five minutes with all tokens together, and is then refused with 429 for five
 * minutes. A token does not say whose it is, so all tokens share one small
 * file, locked while it is read and changed. A batch is booked as if all its
 * calls were made at the latest moment they can be, and put right when it is
 * over. A process that dies in between leaves too much booked, for some
 * minutes.
 *
 * Whatever happens to the file, too many calls are counted and never too few. A
 * file that is damaged counts as full. Its times are seconds since the machine
 * was started, so that nothing changes when somebody sets the clock; after
 * another start it is as if no time had passed since the file was written.
 */
#ifndef MINTAGE_CGI_ONLINE_BUDGET_H
#define MINTAGE_CGI_ONLINE_BUDGET_H

#include <stdint.h>

#include "lib/base/problem.h"

struct budget {
	int file;        /* -1: calls are not counted */
	uint64_t booked; /* calls that budget_settle has to put right */
	int64_t until;   /* when the booked calls will have been made */
	int64_t pause;   /* seconds that the calls booked last have to wait */
};

/* Seconds since the machine was started, which nobody can set. The clock of all
 * times here. */
int64_t budget_now(void);

/*
 * Open the file in the folder `directory`; make it where it doesn't exist.
 * ERROR_UNAVAILABLE with path and reason. Ends with budget_close.
 */
enum error budget_open(struct budget *budget, const char *directory,
		       struct problem *problem) MUST_CHECK;

/*
 * Book `calls` to be made from `now` up to `until`, which is the same for all
 * bookings until budget_settle. Where the server asked for a pause that is over
 * in `patience` seconds, budget->pause is set to those that are left, and the
 * calls must wait as long.
 *
 * ERROR_TOO_MANY_REQUESTS when the limit or the pause doesn't allow so many,
 * with problem->retry_after the seconds after which it would. ERROR_UNAVAILABLE
 * when the file can't be used, or was damaged.
 */
enum error budget_book(struct budget *budget, uint64_t calls, int64_t now,
		       int64_t until, int64_t patience,
		       struct problem *problem) MUST_CHECK;

/* The server asked for a pause of `seconds`, a day at most: nobody on this
 * machine is to call before they are over. */
void budget_pause(struct budget *budget, int64_t seconds, int64_t now);

/* Correct the booking: `calls` were made, the last one at `now`. */
void budget_settle(struct budget *budget, uint64_t calls, int64_t now);

/* Close the file. What was booked and not settled stays booked. */
void budget_close(struct budget *budget);

#endif
