#include "table.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/base/folder.h"
#include "lib/base/shared_file.h"
#include "page.h"

/* ---- files ---------------------------------------------------------------- */

/* How often a file may be put in the place of another while it is opened. */
#define TRIES 8

static void close_file(int *file)
{
	int failure = errno;

	if (*file >= 0)
		(void)close(*file);
	*file = -1;
	errno = failure;
}

/* Is the open file the one that has the name now? Whoever moved it away, or
 * removed it, began a new one. */
static bool is_named(int file, const char *folder, const char *name,
		     struct stat *found)
{
	char path[PATH_MAX];
	struct stat named;

	return folder_join(folder, name, path, PATH_MAX) &&
	       fstat(file, found) == 0 && lstat(path, &named) == 0 &&
	       found->st_dev == named.st_dev && found->st_ino == named.st_ino;
}

/* ---- a new table ---------------------------------------------------------- */

/* Write a page of the new table: what the old one has for it. */
static bool copy_page(const struct state_table *old, int file, uint64_t number,
		      uint64_t pages, int64_t now)
{
	struct state_page from, to;
	size_t used = 0;

	memset(&to, 0, sizeof(to));
	if (old->pages == 0)
		return state_page_write(file, number, pages, &to);
	if (!state_page_read(old->file, number & (old->pages - 1), old->pages,
			     &from))
		return false;
	for (size_t i = 0; i < STATE_PAGE_RECORDS; i++) {
		const struct state_page_record *record = &from.records[i];

		if (state_page_is_kept(record, now) &&
		    state_page_of(record->id, pages) == number)
			to.records[used++] = *record;
	}
	return state_page_write(file, number, pages, &to);
}

/* Write the new table, and wait until it is on the disk: it must not have the
 * file's name before its content. */
static bool copy_pages(const struct state_table *old, int file, uint64_t pages,
		       int64_t now)
{
	for (uint64_t number = 0; number < pages; number++) {
		if (!copy_page(old, file, number, pages, now))
			return false;
	}
	return fdatasync(file) == 0;
}

/* Put a new table of so many pages in the place of the file. */
static bool replace(struct state_table *table, uint64_t pages, int64_t now)
{
	char path[PATH_MAX], new_path[PATH_MAX];
	int file, failure;

	if (!folder_join(table->folder, STATE_TABLE_FILE, path, PATH_MAX) ||
	    !folder_join(table->folder, STATE_TABLE_NEW, new_path, PATH_MAX))
		return false;
	(void)unlink(new_path); /* of a process that was killed */
	file = shared_file_open(table->folder, STATE_TABLE_NEW,
				pages * sizeof(struct state_page),
				SHARED_FILE_MAKE);
	if (file >= 0 && copy_pages(table, file, pages, now) &&
	    rename(new_path, path) == 0) {
		close_file(&table->file);
		table->file = file;
		table->pages = pages;
		return true;
	}
	failure = errno;
	close_file(&file);
	(void)unlink(new_path);
	errno = failure;
	return false;
}

bool state_table_grow(struct state_table *table, int64_t now)
{
	if (2 * table->pages <= STATE_TABLE_MOST)
		return replace(table, 2 * table->pages, now);
	errno = EFBIG;
	return false;
}

/* ---- the lock and the file ------------------------------------------------ */

/* Lock the file that has the lock's name. While another one is put in its place
 * this is tried again, but not for ever: its name may be out of reach. */
static bool take_lock(struct state_table *table, unsigned milliseconds)
{
	struct stat found;

	for (int tries = 0; tries < TRIES; tries++) {
		if (table->lock < 0)
			table->lock = shared_file_open(table->folder,
						       STATE_TABLE_LOCK, 1,
						       SHARED_FILE_MAKE);
		if (table->lock < 0 ||
		    !shared_file_lock(table->lock, milliseconds))
			return false;
		if (is_named(table->lock, table->folder, STATE_TABLE_LOCK,
			     &found))
			return true;
		close_file(&table->lock);
	}
	errno = EAGAIN;
	return false;
}

/* Set table->pages. False where the file has no size that we make. */
static bool measure(struct state_table *table, const struct stat *found)
{
	uint64_t size = (uint64_t)found->st_size;

	table->pages = size / sizeof(struct state_page);
	if (table->pages >= STATE_TABLE_FIRST &&
	    table->pages <= STATE_TABLE_MOST &&
	    table->pages * sizeof(struct state_page) == size &&
	    (table->pages & (table->pages - 1)) == 0)
		return true;
	errno = EBADMSG;
	return false;
}

static bool open_file(struct state_table *table)
{
	struct stat found;

	if (table->file >= 0 &&
	    is_named(table->file, table->folder, STATE_TABLE_FILE, &found))
		return measure(table, &found);
	close_file(&table->file);
	table->file = shared_file_open(table->folder, STATE_TABLE_FILE,
				       sizeof(struct state_page),
				       SHARED_FILE_LEAVE);
	if (table->file >= 0)
		return fstat(table->file, &found) == 0 &&
		       measure(table, &found);
	table->pages = 0;
	return errno == ENOENT && replace(table, STATE_TABLE_FIRST, 0);
}

bool state_table_enter(struct state_table *table, unsigned milliseconds)
{
	if (!take_lock(table, milliseconds))
		return false;
	if (open_file(table))
		return true;
	state_table_leave(table);
	return false;
}

void state_table_leave(struct state_table *table)
{
	int failure = errno;

	shared_file_unlock(table->lock);
	errno = failure;
}

void state_table_begin(struct state_table *table, const char *folder)
{
	*table = (struct state_table){
		.folder = folder,
		.lock = -1,
		.file = -1,
	};
}

void state_table_end(struct state_table *table)
{
	close_file(&table->lock);
	close_file(&table->file);
}
