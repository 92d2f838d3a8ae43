#include "page.h"

#include <errno.h>
#include <string.h>

#include "block.h"

static const char magic[8] = "counts1";

_Static_assert(sizeof(struct state_page) == STATE_BLOCK_SIZE,
	       "a page of the file is one of the disk");

static uint64_t sum_of(const struct state_page *page, uint64_t number)
{
	return state_block_sum(number, page->pages, page->records,
			       sizeof(page->records));
}

bool state_page_read(int file, uint64_t number, uint64_t pages,
		     struct state_page *page)
{
	if (!state_block_read(file, number, page))
		return false;
	if (memcmp(page->magic, magic, sizeof(magic)) == 0 &&
	    page->pages == pages && page->sum == sum_of(page, number))
		return true;
	errno = EBADMSG;
	return false;
}

bool state_page_write(int file, uint64_t number, uint64_t pages,
		      struct state_page *page)
{
	memcpy(page->magic, magic, sizeof(magic));
	page->pages = pages;
	page->sum = sum_of(page, number);
	return state_block_write(file, number, page);
}

uint64_t state_page_of(const uint8_t *id, uint64_t pages)
{
	uint64_t number;

	memcpy(&number, id, sizeof(number));
	return number & (pages - 1);
}

bool state_page_is_kept(const struct state_page_record *record, int64_t now)
{
	return record->until != 0 && record->until >= now;
}

struct state_page_record *state_page_find(struct state_page *page,
					  const uint8_t *id, int64_t now)
{
	for (size_t i = 0; i < STATE_PAGE_RECORDS; i++) {
		struct state_page_record *record = &page->records[i];

		if (state_page_is_kept(record, now) &&
		    memcmp(record->id, id, STATE_PAGE_ID) == 0)
			return record;
	}
	return NULL;
}

struct state_page_record *state_page_get(struct state_page *page,
					 const uint8_t *id, int64_t until,
					 int64_t now)
{
	struct state_page_record *record = state_page_find(page, id, now);

	if (record)
		return record;
	for (size_t i = 0; i < STATE_PAGE_RECORDS; i++) {
		record = &page->records[i];
		if (state_page_is_kept(record, now))
			continue;
		memcpy(record->id, id, STATE_PAGE_ID);
		record->until = until;
		record->count = 0;
		return record;
	}
	return NULL;
}
