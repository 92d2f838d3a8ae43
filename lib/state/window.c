#include "window.h"

#include <errno.h>
#include <stddef.h>
#include <string.h>

#include "block.h"

#define SECOND INT64_C(1000000)

static const char magic[8] = "limits1";

_Static_assert(sizeof(struct state_window) == STATE_BLOCK_SIZE,
	       "a window is one page of the disk");

/* ---- the page ------------------------------------------------------------- */

/* Over all behind the sum. */
static uint64_t sum_of(const struct state_window *window, unsigned number)
{
	const size_t from = offsetof(struct state_window, id);

	return state_block_sum(number, 0, (const char *)window + from,
			       sizeof(*window) - from);
}

static bool is_whole(const struct state_window *window, unsigned number,
		     const uint8_t *id)
{
	return memcmp(window->magic, magic, sizeof(magic)) == 0 &&
	       window->sum == sum_of(window, number) &&
	       memcmp(window->id, id, sizeof(window->id)) == 0 &&
	       window->length >= SECOND && window->now >= 0;
}

bool state_window_read(int file, unsigned number, const uint8_t *id,
		       struct state_window *window)
{
	if (!state_block_read(file, number, window))
		return false;
	if (is_whole(window, number, id))
		return true;
	errno = EBADMSG;
	return false;
}

bool state_window_write(int file, unsigned number, struct state_window *window)
{
	memcpy(window->magic, magic, sizeof(magic));
	window->sum = sum_of(window, number);
	return state_block_write(file, number, window);
}

/* ---- the slots ------------------------------------------------------------ */

/* A slot counts for a whole window after its end, and the last slot has not
 * ended: all slots but one span the window. */
static int64_t slot_length(int64_t length)
{
	return (length + STATE_WINDOW_SLOTS - 2) / (STATE_WINDOW_SLOTS - 1);
}

static int64_t slot_of(const struct state_window *window, int64_t time)
{
	return time / slot_length(window->length);
}

static uint32_t *count_of(struct state_window *window, int64_t slot)
{
	return &window->counts[slot % STATE_WINDOW_SLOTS];
}

/* The first slot that still counts; those before time 0 are empty. */
static int64_t first_slot(const struct state_window *window)
{
	int64_t first = slot_of(window, window->now) - STATE_WINDOW_SLOTS + 1;

	return first > 0 ? first : 0;
}

static void add_to(uint32_t *count, uint32_t some)
{
	*count = some > UINT32_MAX - *count ? UINT32_MAX : *count + some;
}

/* Count in slots of another length. Each is moved to where it ended, so that
 * nothing is freed earlier than it would have been. */
static void stretch(struct state_window *window, int64_t length)
{
	struct state_window old = *window;
	int64_t last = slot_of(&old, old.now);
	int64_t step = slot_length(old.length);

	window->length = length;
	memset(window->counts, 0, sizeof(window->counts));
	for (int64_t slot = first_slot(&old); slot <= last; slot++) {
		int64_t end = (slot + 1) * step - 1;

		if (end > old.now)
			end = old.now;
		if (slot_of(window, end) >= first_slot(window))
			add_to(count_of(window, slot_of(window, end)),
			       *count_of(&old, slot));
	}
}

void state_window_begin(struct state_window *window, const uint8_t *id,
			uint32_t seconds, int64_t machine)
{
	memset(window, 0, sizeof(*window));
	memcpy(window->id, id, sizeof(window->id));
	window->length = seconds * SECOND;
	window->machine = machine;
}

void state_window_go_on(struct state_window *window, uint32_t seconds,
			int64_t machine)
{
	int64_t from = slot_of(window, window->now), to;

	if (machine > window->machine)
		window->now += machine - window->machine;
	window->machine = machine;
	to = slot_of(window, window->now);
	if (to - from >= STATE_WINDOW_SLOTS)
		memset(window->counts, 0, sizeof(window->counts));
	else
		while (from < to)
			*count_of(window, ++from) = 0;
	if (window->length != seconds * SECOND)
		stretch(window, seconds * SECOND);
}

uint64_t state_window_count(const struct state_window *window)
{
	uint64_t count = 0;

	for (size_t i = 0; i < STATE_WINDOW_SLOTS; i++)
		count += window->counts[i];
	return count;
}

void state_window_add(struct state_window *window, uint32_t some)
{
	add_to(count_of(window, slot_of(window, window->now)), some);
}

void state_window_take_off(struct state_window *window, int64_t time,
			   uint32_t some)
{
	int64_t slot = slot_of(window, time);
	uint32_t *count;

	if (time < 0 || time > window->now || slot < first_slot(window))
		return;
	count = count_of(window, slot);
	*count -= some < *count ? some : *count;
}

int64_t state_window_wait(const struct state_window *window, uint64_t left)
{
	uint64_t count = state_window_count(window);
	int64_t slot = first_slot(window);
	size_t at = (size_t)(slot % STATE_WINDOW_SLOTS);

	if (count <= left)
		return 0;
	for (;; slot++) {
		count -= window->counts[at++];
		if (count <= left)
			break;
		if (at == STATE_WINDOW_SLOTS)
			at = 0;
	}
	return (slot + STATE_WINDOW_SLOTS) * slot_length(window->length) -
	       window->now;
}
