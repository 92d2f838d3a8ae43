#include "visitors.h"

#include <errno.h>
#include <stddef.h>
#include <string.h>
#include <sys/random.h>

#include "block.h"
#include "lib/base/address.h"
#include "lib/base/clock.h"
#include "lib/base/digest.h"
#include "whole.h"

/* Callers wait here too where they show a token, so it is not for long. */
#define LOCK_WAIT_MS 200
#define LOCK_WAIT_AGAIN_MS 10

#define SECOND INT64_C(1000000)
#define SLOTS 12
#define PLACES 101
#define KEY_SIZE 16

static const char magic[8] = "visit1";

struct visitor {
	uint64_t id;  /* a hash of the address; 0: a free place */
	int64_t slot; /* the number of the last slot that was counted in */
	uint16_t counts[SLOTS]; /* by the number of a slot, modulo */
};

/* Change the file's name with this layout. Times are microseconds, as those of
 * struct state_window. */
struct visitors_page {
	char magic[8];
	uint64_t sum;
	int64_t length; /* of the window */
	int64_t machine, now;
	uint8_t key[KEY_SIZE]; /* of the file, in its first page; else zeros */
	struct visitor places[PLACES];
};

_Static_assert(sizeof(struct visitors_page) == STATE_BLOCK_SIZE,
	       "a page of the file is one of the disk");

/* ---- pages ---------------------------------------------------------------- */

/* Over all behind the sum. */
static uint64_t sum_of(const struct visitors_page *page, uint64_t number)
{
	const size_t from = offsetof(struct visitors_page, length);

	return state_block_sum(number, 0, (const char *)page + from,
			       sizeof(*page) - from);
}

static bool page_read(int file, uint64_t number, struct visitors_page *page)
{
	if (!state_block_read(file, number, page))
		return false;
	if (memcmp(page->magic, magic, sizeof(magic)) == 0 &&
	    page->sum == sum_of(page, number) && page->length >= SECOND)
		return true;
	errno = EBADMSG;
	return false;
}

static bool page_write(int file, uint64_t number, struct visitors_page *page)
{
	memcpy(page->magic, magic, sizeof(magic));
	page->sum = sum_of(page, number);
	return state_block_write(file, number, page);
}

static bool fill(int file, const void *context)
{
	struct visitors_page page;

	(void)context;
	memset(&page, 0, sizeof(page));
	page.length = SECOND;
	for (uint64_t number = 1; number <= STATE_VISITORS_PAGES; number++) {
		if (!page_write(file, number, &page))
			return false;
	}
	return getrandom(page.key, sizeof(page.key), 0) ==
		       (ssize_t)sizeof(page.key) &&
	       page_write(file, 0, &page);
}

/* ---- the slots of an address ---------------------------------------------- */

static int64_t slot_length(int64_t length)
{
	return (length + SLOTS - 2) / (SLOTS - 1);
}

static int64_t slot_now(const struct visitors_page *page)
{
	return page->now / slot_length(page->length);
}

static bool is_kept(const struct visitor *visitor, int64_t now)
{
	return visitor->id != 0 && visitor->slot + SLOTS > now;
}

static uint32_t count_of(const struct visitor *visitor)
{
	uint32_t count = 0;

	for (size_t i = 0; i < SLOTS; i++)
		count += visitor->counts[i];
	return count;
}

/* Empty the slots that count no more. */
static void advance(struct visitor *visitor, int64_t now)
{
	if (now - visitor->slot >= SLOTS)
		memset(visitor->counts, 0, sizeof(visitor->counts));
	else
		while (visitor->slot < now)
			visitor->counts[++visitor->slot % SLOTS] = 0;
	visitor->slot = now;
}

/* Go on to the machine's time, as state_window_go_on does. Where the window has
 * another length now, all that still counted counts as if it came now. */
static void go_on(struct visitors_page *page, uint32_t seconds, int64_t machine)
{
	int64_t length = seconds * SECOND, now;

	if (machine > page->machine)
		page->now += machine - page->machine;
	page->machine = machine;
	if (page->length == length)
		return;
	for (size_t i = 0; i < PLACES; i++) {
		struct visitor *one = &page->places[i];
		uint32_t count;

		if (!is_kept(one, slot_now(page))) {
			one->id = 0;
			continue;
		}
		advance(one, slot_now(page));
		count = count_of(one);
		now = page->now / slot_length(length);
		memset(one->counts, 0, sizeof(one->counts));
		one->slot = now;
		one->counts[now % SLOTS] =
			(uint16_t)(count > UINT16_MAX ? UINT16_MAX : count);
	}
	page->length = length;
}

/* Seconds until fewer than `most` count. */
static uint32_t wait_of(const struct visitors_page *page,
			const struct visitor *visitor, uint32_t most)
{
	uint32_t count = count_of(visitor);
	int64_t slot = visitor->slot - SLOTS + 1, wait;

	for (; slot < visitor->slot; slot++) {
		if (slot >= 0)
			count -= visitor->counts[slot % SLOTS];
		if (count < most)
			break;
	}
	wait = (slot + SLOTS) * slot_length(page->length) - page->now;
	return (uint32_t)((wait + SECOND - 1) / SECOND);
}

/* ---- addresses ------------------------------------------------------------ */

/* Of an IPv6 address, everybody has a network of 64 bits at least. */
static void hash_address(struct slice text, const uint8_t key[KEY_SIZE],
			 uint64_t *id, uint64_t *number)
{
	static const uint8_t mapped[12] = { [10] = 0xff, [11] = 0xff };
	uint8_t digest[DIGEST_SIZE];
	struct digest_sha256 hash;
	struct address address;

	digest_sha256_begin(&hash);
	digest_sha256_add(&hash, key, KEY_SIZE);
	if (!address_read(&address, text))
		digest_sha256_add(&hash, text.data, text.length);
	else if (memcmp(address.bytes, mapped, sizeof(mapped)) == 0)
		digest_sha256_add(&hash, address.bytes, sizeof(address.bytes));
	else
		digest_sha256_add(&hash, address.bytes, 8);
	digest_sha256_end(&hash, digest);
	memcpy(id, digest, sizeof(*id));
	memcpy(number, digest + sizeof(*id), sizeof(*number));
	*id |= 1; /* 0 is a free place */
	*number = 1 + *number % STATE_VISITORS_PAGES;
}

/* The address's place, or a free one; NULL where there is none. */
static struct visitor *find(struct visitors_page *page, uint64_t id)
{
	struct visitor *found = NULL;
	int64_t now = slot_now(page);

	for (size_t i = 0; i < PLACES; i++) {
		struct visitor *one = &page->places[i];

		if (!is_kept(one, now)) {
			if (!found)
				found = one;
		} else if (one->id == id) {
			advance(one, now);
			return one;
		}
	}
	if (found)
		*found = (struct visitor){ .slot = now };
	return found;
}

/* ---- counting ------------------------------------------------------------- */

/* Read a page as it is now. As in limits.c, a start of the machine is written
 * at once: where all visits are refused, nothing else is. */
static bool load(int file, uint64_t number, uint32_t seconds,
		 struct visitors_page *page)
{
	int64_t machine = clock_uptime();
	bool is_restarted;

	if (machine < 0 || !page_read(file, number, page))
		return false;
	is_restarted = machine < page->machine;
	go_on(page, seconds, machine);
	return !is_restarted || page_write(file, number, page);
}

static bool take(int file, const struct state_visitors_ask *ask, uint32_t *wait)
{
	struct visitors_page page;
	struct visitor *visitor;
	uint64_t id, number;

	if (!page_read(file, 0, &page))
		return false;
	hash_address(ask->address, page.key, &id, &number);
	if (!load(file, number, ask->seconds, &page))
		return false;
	visitor = find(&page, id);
	if (!visitor) {
		errno = EFBIG;
		return ask->only_look;
	}
	if (count_of(visitor) >= ask->most) {
		*wait = wait_of(&page, visitor, ask->most);
		return true;
	}
	if (ask->only_look)
		return true;
	visitor->id = id;
	visitor->counts[visitor->slot % SLOTS]++;
	return page_write(file, number, &page);
}

enum error state_visitors_take(struct state_visitors *visitors,
			       const struct state_visitors_ask *ask,
			       uint32_t *wait, struct problem *problem)
{
	static const struct state_whole start = {
		.name = STATE_VISITORS_FILE,
		.size = (STATE_VISITORS_PAGES + 1) *
			sizeof(struct visitors_page),
		.fill = fill,
	};
	struct state_whole whole = start;
	const struct state_place place = { "addresses of strangers",
					   STATE_VISITORS_FILE,
					   visitors->folder };
	struct state_trouble *trouble = &visitors->trouble;
	bool taken;
	int file;

	*wait = 0;
	whole.folder = visitors->folder;
	file = state_whole_enter(
		&whole, trouble->is_stuck ? LOCK_WAIT_AGAIN_MS : LOCK_WAIT_MS);
	taken = file >= 0 && take(file, ask, wait);
	state_whole_leave(file);
	state_trouble_note(trouble, taken ? 0 : errno, &place);
	if (taken)
		return ERROR_NONE;
	return problem_set(problem, ERROR_UNAVAILABLE, NULL,
			   "how often your address asked can't be counted now: "
			   "try again later, or tell the administrator");
}
