#include "ledger.h"

#include <string.h>

static const char magic[8] = "mintage2";

/* Seconds. A process that waited for the file has read its clock before another
 * wrote, so a ledger may be a little ahead of `now` without a new start. */
#define LEAD_MAX 60

void ledger_begin(struct ledger *ledger, int64_t now)
{
	*ledger = (struct ledger){ .written = now };
	memcpy(ledger->magic, magic, sizeof(magic));
}

/* ---- slots ---------------------------------------------------------------- */

static size_t place_of(int64_t second)
{
	return (uint64_t)second % LEDGER_SLOTS;
}

/* Add calls that count as made when `second` begins. */
static void slot_add(struct ledger *ledger, int64_t second, uint64_t calls)
{
	struct ledger_slot *slot = &ledger->slots[place_of(second)];

	if (slot->second != second)
		*slot = (struct ledger_slot){ .second = second };
	slot->calls += calls;
}

/* The calls may be made until the end of their second, so they count as made
 * when the next one begins. */
void ledger_add(struct ledger *ledger, int64_t second, uint64_t calls)
{
	slot_add(ledger, second + 1, calls);
}

void ledger_take_back(struct ledger *ledger, int64_t second, uint64_t calls)
{
	struct ledger_slot *slot = &ledger->slots[place_of(++second)];

	if (slot->second == second)
		slot->calls -= calls < slot->calls ? calls : slot->calls;
}

/* ---- from file to file ---------------------------------------------------- */

/* FNV-1a over all that follows the member `checksum`. */
static uint64_t checksum_of(const struct ledger *ledger)
{
	const unsigned char *bytes = (const unsigned char *)ledger;
	uint64_t hash = UINT64_C(14695981039346656037);

	for (size_t i = offsetof(struct ledger, written); i < sizeof(*ledger);
	     i++)
		hash = (hash ^ bytes[i]) * UINT64_C(1099511628211);
	return hash;
}

void ledger_seal(struct ledger *ledger)
{
	ledger->checksum = checksum_of(ledger);
}

bool ledger_is_sound(const struct ledger *ledger, size_t size)
{
	if (size != sizeof(*ledger) ||
	    memcmp(ledger->magic, magic, sizeof(magic)) != 0 ||
	    ledger->checksum != checksum_of(ledger) ||
	    ledger->pause > ledger->written + LEDGER_PAUSE_MAX + 1)
		return false;
	for (size_t i = 0; i < LEDGER_SLOTS; i++) {
		const struct ledger_slot *slot = &ledger->slots[i];

		if (slot->calls > 0 &&
		    (place_of(slot->second) != i ||
		     slot->second > ledger->written + LEDGER_AHEAD_MAX + 1))
			return false;
	}
	return true;
}

static void shift_back(struct ledger *ledger, int64_t seconds)
{
	struct ledger shifted;

	ledger_begin(&shifted, ledger->written - seconds);
	shifted.pause = ledger->pause - seconds;
	for (size_t i = 0; i < LEDGER_SLOTS; i++) {
		const struct ledger_slot *slot = &ledger->slots[i];

		if (slot->calls > 0 &&
		    slot->second > ledger->written - LEDGER_WINDOW)
			slot_add(&shifted, slot->second - seconds, slot->calls);
	}
	*ledger = shifted;
}

void ledger_turn_to(struct ledger *ledger, int64_t now)
{
	if (ledger->written > now + LEAD_MAX)
		shift_back(ledger, ledger->written - now);
	else if (ledger->written < now)
		ledger->written = now;
}

/* ---- counting ------------------------------------------------------------- */

/* The second `now` may be almost over, so the pause lasts one more. */
void ledger_set_pause(struct ledger *ledger, int64_t now, int64_t seconds)
{
	int64_t until = now + 1 + seconds;

	if (ledger->pause < until)
		ledger->pause = until;
}

int64_t ledger_pause(const struct ledger *ledger, int64_t now)
{
	return ledger->pause > now ? ledger->pause - now : 0;
}

/* The calls that will count at the time `at`. Those that are booked for later
 * count too. */
static uint64_t count(const struct ledger *ledger, int64_t at)
{
	uint64_t calls = 0;

	for (size_t i = 0; i < LEDGER_SLOTS; i++) {
		if (ledger->slots[i].second > at - LEDGER_WINDOW)
			calls += ledger->slots[i].calls;
	}
	return calls;
}

int64_t ledger_wait(const struct ledger *ledger, uint64_t calls, int64_t now)
{
	int64_t wait = ledger_pause(ledger, now), whole = 0;
	uint64_t rest = calls;

	while (rest > LEDGER_CALLS) {
		rest -= LEDGER_CALLS;
		whole += LEDGER_WINDOW;
	}
	while (count(ledger, now + wait) + rest > LEDGER_CALLS)
		wait++;
	return whole + wait;
}
