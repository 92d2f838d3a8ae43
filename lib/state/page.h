/*
 * page - one page of the file in which uses are counted.
 *
 * A page is one of the disk's: it is read and written as a whole, so who is
 * killed leaves the old one or the new one. Its sum tells of any other.
 */
#ifndef MINTAGE_LIB_STATE_PAGE_H
#define MINTAGE_LIB_STATE_PAGE_H

#include <stdbool.h>
#include <stdint.h>

#include "lib/base/error.h"

#define STATE_PAGE_RECORDS 127
#define STATE_PAGE_ID 16 /* bytes of a hash */

struct state_page_record {
	uint8_t id[STATE_PAGE_ID];
	int64_t until; /* the last second in which it counts; 0: a free place */
	uint64_t count;
};

/* Change the file's name with this layout. */
struct state_page {
	char magic[8];
	uint64_t pages; /* how many the file has; in each of them */
	uint64_t sum;
	uint64_t unused;
	struct state_page_record records[STATE_PAGE_RECORDS];
};

/* Read page `number`, from 0, of a file with `pages` pages. False with errno,
 * which is EBADMSG for what is no such page. */
bool state_page_read(int file, uint64_t number, uint64_t pages,
		     struct state_page *page) MUST_CHECK;

/* Write it, with magic, pages and sum set. False with errno. */
bool state_page_write(int file, uint64_t number, uint64_t pages,
		      struct state_page *page) MUST_CHECK;

/* Which of `pages` pages, a power of two, has the records of a hash. */
uint64_t state_page_of(const uint8_t *id, uint64_t pages);

/* Does the record count at `now`? Else its place is free. */
bool state_page_is_kept(const struct state_page_record *record, int64_t now);

/* The record that counts, or NULL. */
struct state_page_record *state_page_find(struct state_page *page,
					  const uint8_t *id, int64_t now);

/* The record that counts, or a new one with count 0 in a free place; NULL where
 * there is no place. `until` is not before `now`. */
struct state_page_record *state_page_get(struct state_page *page,
					 const uint8_t *id, int64_t until,
					 int64_t now);

#endif
