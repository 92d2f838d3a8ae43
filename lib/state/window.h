/*
 * window - how many of something there were in the last so many seconds, so
 * that there are never more than a limit in any stretch of that length.
 *
 * A window is a ring of slots. A slot counts what came in a thousandth of the
 * window, until a whole window has gone by since its end: so a window frees
 * late, by a thousandth of its length at most, and never early. All that is
 * allowed may come at once.
 *
 * Its time is that of the machine since it was started, which nobody can set: a
 * clock that is stepped forward or back changes nothing. After the machine was
 * started anew the time goes on where it stood, so that what was counted counts
 * longer by as long as the machine was off.
 *
 * A window is one page of the disk, and is read and written as a whole: a
 * process that is killed leaves the old one or the new one. The sum shows when
 * it is another.
 */
#ifndef MINTAGE_LIB_STATE_WINDOW_H
#define MINTAGE_LIB_STATE_WINDOW_H

#include <stdbool.h>
#include <stdint.h>

#include "lib/base/error.h"

#define STATE_WINDOW_SLOTS 1006
#define STATE_WINDOW_ID 16 /* bytes of a hash */

/* Change the file's name with this layout. Times are microseconds. */
struct state_window {
	char magic[8];
	uint64_t sum;
	uint8_t id[STATE_WINDOW_ID]; /* of what is counted */
	int64_t length;              /* of the window */
	int64_t machine;             /* the machine's time when `now` was set */
	int64_t now;                 /* a time that only goes on */
	uint64_t unused[2];
	uint32_t counts[STATE_WINDOW_SLOTS]; /* by the number of a slot, which
					      * counts from time 0, modulo */
};

/* Begin an empty window. `seconds` is 1 or more. */
void state_window_begin(struct state_window *window, const uint8_t *id,
			uint32_t seconds, int64_t machine);

/* Read page `number` of a file, from 0. False with errno, which is EBADMSG for
 * what is no such window, or one of something else. */
bool state_window_read(int file, unsigned number, const uint8_t *id,
		       struct state_window *window) MUST_CHECK;

/* Write it, with magic and sum set. False with errno. */
bool state_window_write(int file, unsigned number,
			struct state_window *window) MUST_CHECK;

/* Go on to `machine`, the machine's time. Where that is less than
 * window->machine, the machine was started anew: the window's time does not
 * change, and goes on from here once the window is written. Where the window's
 * length is another than `seconds` now, what it counts is kept. */
void state_window_go_on(struct state_window *window, uint32_t seconds,
			int64_t machine);

/* How many are counted now. */
uint64_t state_window_count(const struct state_window *window);

/* Count some. The sum of a slot never passes UINT32_MAX: a limit is less. */
void state_window_add(struct state_window *window, uint32_t some);

/* Take `some` off what was counted at `time`, which is what `now` was then.
 * Nothing is taken off where that counts no more. */
void state_window_take_off(struct state_window *window, int64_t time,
			   uint32_t some);

/* Microseconds until no more than `left` of what is counted now still count; 0
 * where that is so already. */
int64_t state_window_wait(const struct state_window *window, uint64_t left);

#endif
