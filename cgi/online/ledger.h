/*
 * ledger - when calls were made, or may still be made, and how many more can
 * be: never more than LEDGER_CALLS in any LEDGER_WINDOW seconds.
 *
 * A ledger is kept in a file from process to process, so one that was read is
 * not to be trusted before ledger_is_sound. Times are whole seconds since the
 * machine was started.
 */
#ifndef MINTAGE_CGI_ONLINE_LEDGER_H
#define MINTAGE_CGI_ONLINE_LEDGER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define LEDGER_CALLS 1200
#define LEDGER_WINDOW 300

/* Seconds by which calls may be booked ahead, and a pause may last. */
#define LEDGER_AHEAD_MAX 600
#define LEDGER_PAUSE_MAX 86400

/* One slot for each second of a window and of the time that can be booked
 * ahead, and some to spare. */
#define LEDGER_SLOTS 1024

struct ledger {
	char magic[8];
	uint64_t checksum; /* of what follows */
	int64_t written;   /* the latest time at which it was written */
	int64_t pause;     /* no calls before this time */
	struct ledger_slot {
		int64_t second; /* at whose beginning all calls were made */
		uint64_t calls;
	} slots[LEDGER_SLOTS];
};

/* An empty ledger. */
void ledger_begin(struct ledger *ledger, int64_t now);

/* Set the checksum, before the ledger is written to its file. */
void ledger_seal(struct ledger *ledger);

/* Are these `size` bytes a ledger that was sealed, with times that can be? */
bool ledger_is_sound(const struct ledger *ledger, size_t size);

/*
 * Use a sound ledger at the time `now`. Where it was written later than that,
 * the machine has been started again. How long that took is not known, so all
 * calls then count as if no time had passed, which can only be too many.
 */
void ledger_turn_to(struct ledger *ledger, int64_t now);

/* Add calls made, or to be made, in `second`; at most LEDGER_AHEAD_MAX ahead of
 * the time it was turned to. */
void ledger_add(struct ledger *ledger, int64_t second, uint64_t calls);

/* Undo ledger_add. */
void ledger_take_back(struct ledger *ledger, int64_t second, uint64_t calls);

/* Make no call in the next `seconds`, at most LEDGER_PAUSE_MAX. */
void ledger_set_pause(struct ledger *ledger, int64_t now, int64_t seconds);

/* Seconds from `now` until the end of the pause. */
int64_t ledger_pause(const struct ledger *ledger, int64_t now);

/* Seconds from `now` until `calls` more could be made, at most UINT32_MAX, if
 * nobody made others. */
int64_t ledger_wait(const struct ledger *ledger, uint64_t calls, int64_t now);

#endif
