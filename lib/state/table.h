/*
 * table - the file in which uses are counted, under a lock.
 *
 * The file is a hash table of pages (see page.h). Where a page has no free
 * place, a table of twice as many pages is written beside the file and renamed
 * over it, so a process that is killed leaves one or the other. The lock is
 * that of a file of its own, which is never replaced.
 *
 * There is never a file that has no pages: one that is empty was cut, and is
 * not used. Who removes it, or puts another in its place, is followed.
 */
#ifndef MINTAGE_LIB_STATE_TABLE_H
#define MINTAGE_LIB_STATE_TABLE_H

#include <stdbool.h>
#include <stdint.h>

#include "lib/base/error.h"

#define STATE_TABLE_FILE "counts.1"
#define STATE_TABLE_NEW "counts.1.new"
#define STATE_TABLE_LOCK "counts.lock"

/* Of pages: 128 KiB at first and 256 MiB at most, which is some five million
 * records. */
#define STATE_TABLE_FIRST 32
#define STATE_TABLE_MOST (UINT64_C(1) << 16)

struct state_table {
	const char *folder; /* borrowed */
	int lock;           /* -1: not open */
	int file;           /* -1: not open */
	uint64_t pages;     /* a power of two, set by state_table_enter */
};

/* The files are opened, and made, when they are needed first. */
void state_table_begin(struct state_table *table, const char *folder);
void state_table_end(struct state_table *table);

/*
 * Take the lock, waiting `milliseconds` for it at most, and open the file; make
 * it where there is none. False with errno, and then the lock is not taken:
 * ETIMEDOUT where another process keeps it, EBADMSG where the file has been
 * cut, and what shared_file_open says. No process may use a table that it has
 * from before a fork: the two would have one lock.
 */
bool state_table_enter(struct state_table *table,
		       unsigned milliseconds) MUST_CHECK;
void state_table_leave(struct state_table *table);

/* Under the lock: put a table of twice as many pages, with the records that
 * count at `now`, in the place of the file. False with errno, and then the old
 * one is there as it was: EFBIG where there would be more than
 * STATE_TABLE_MOST. */
bool state_table_grow(struct state_table *table, int64_t now) MUST_CHECK;

#endif
