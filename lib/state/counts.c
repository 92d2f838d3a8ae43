#include "counts.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/base/shared_file.h"

/* Change the number with the layout. */
#define FILE_NAME "counts.1"
#define NEW_NAME "counts.1.new"

static const char magic[8] = "counts1";

/* How long to wait for the lock, which a process that was stopped may hold. */
#define LOCK_WAIT_MS 2000

/* Records that one page of the file holds, and how many pages the first table
 * has. A record lies in the page that its hash says. */
#define PAGE_RECORDS 127
#define PAGES_FIRST 32
#define PAGES_MOST (UINT64_C(1) << 24)

struct counts_record {
	uint8_t id[STATE_COUNTS_ID];
	int64_t until; /* 0: a free place */
	uint64_t count;
};

/* What the file consists of. */
struct counts_page {
	char magic[8];
	uint64_t pages; /* how many the file has; the same in each */
	uint64_t unused[2];
	struct counts_record records[PAGE_RECORDS];
};

_Static_assert(sizeof(struct counts_page) == 4096,
	       "a page of the file is one of the "
	       "disk, written as a whole");

/* ---- pages ---------------------------------------------------------------- */

static bool read_page(int file, uint64_t number, struct counts_page *page)
{
	ssize_t got;

	do {
		got = pread(file, page, sizeof(*page),
			    (off_t)(number * sizeof(*page)));
	} while (got < 0 && errno == EINTR);
	if (got >= 0 && (size_t)got < sizeof(*page))
		errno = EBADMSG;
	if (got != (ssize_t)sizeof(*page))
		return false;
	if (memcmp(page->magic, magic, sizeof(magic)) == 0 &&
	    page->pages > number && page->pages <= PAGES_MOST)
		return true;
	errno = EBADMSG;
	return false;
}

static bool write_page(int file, uint64_t number,
		       const struct counts_page *page)
{
	ssize_t put;

	do {
		put = pwrite(file, page, sizeof(*page),
			     (off_t)(number * sizeof(*page)));
	} while (put < 0 && errno == EINTR);
	if (put >= 0 && (size_t)put < sizeof(*page))
		errno = ENOSPC;
	return put == (ssize_t)sizeof(*page);
}

static uint64_t page_of(const uint8_t *id, uint64_t pages)
{
	uint64_t number;

	memcpy(&number, id, sizeof(number));
	return number & (pages - 1);
}

static struct counts_record *find(struct counts_page *page, const uint8_t *id,
				  int64_t now)
{
	for (size_t i = 0; i < PAGE_RECORDS; i++) {
		struct counts_record *record = &page->records[i];

		if (record->until >= now && record->until != 0 &&
		    memcmp(record->id, id, STATE_COUNTS_ID) == 0)
			return record;
	}
	return NULL;
}

/* A free place, or NULL. */
static struct counts_record *find_free(struct counts_page *page, int64_t now)
{
	for (size_t i = 0; i < PAGE_RECORDS; i++) {
		if (page->records[i].until < now)
			return &page->records[i];
	}
	return NULL;
}

/* ---- the file ------------------------------------------------------------- */

/* Under the lock. */
struct counts_table {
	int file;
	uint64_t pages; /* a power of two; 0 for a file that was just made */
};

/* Set table->pages. False where the file has no size that we make. */
static bool measure(struct counts_table *table)
{
	struct stat found;

	if (fstat(table->file, &found) != 0)
		return false;
	table->pages = (uint64_t)found.st_size / sizeof(struct counts_page);
	if (table->pages * sizeof(struct counts_page) ==
		    (uint64_t)found.st_size &&
	    (table->pages & (table->pages - 1)) == 0)
		return true;
	errno = EBADMSG;
	return false;
}

/* Write a page of the new table: what the old one has for it. */
static bool copy_page(const struct counts_table *old, int file, uint64_t number,
		      uint64_t pages, int64_t now)
{
	struct counts_page from = { .pages = 0 }, to = { .pages = pages };
	size_t used = 0;

	memcpy(to.magic, magic, sizeof(magic));
	if (old->pages > 0 &&
	    !read_page(old->file, number & (old->pages - 1), &from))
		return false;
	for (size_t i = 0; i < PAGE_RECORDS; i++) {
		const struct counts_record *record = &from.records[i];

		if (record->until >= now && record->until != 0 &&
		    page_of(record->id, pages) == number)
			to.records[used++] = *record;
	}
	return write_page(file, number, &to);
}

static bool copy_pages(const struct counts_table *old, int file, uint64_t pages,
		       int64_t now)
{
	for (uint64_t number = 0; number < pages; number++) {
		if (!copy_page(old, file, number, pages, now))
			return false;
	}
	return fdatasync(file) == 0;
}

static bool name_file(char *path, size_t size, const char *folder,
		      const char *name)
{
	int length = snprintf(path, size, "%s/%s", folder, name);

	if (length > 0 && (size_t)length < size)
		return true;
	errno = ENAMETOOLONG;
	return false;
}

/* Put a larger table, or a first one, in the place of the file. The new one is
 * locked before it has the file's name. */
static bool enlarge(struct state_counts *counts, struct counts_table *table,
		    int64_t now)
{
	uint64_t pages = table->pages ? 2 * table->pages : PAGES_FIRST;
	char path[PATH_MAX], new_path[PATH_MAX];
	int file, failure;

	if (pages > PAGES_MOST) {
		errno = ENOSPC;
		return false;
	}
	if (!name_file(path, sizeof(path), counts->folder, FILE_NAME) ||
	    !name_file(new_path, sizeof(new_path), counts->folder, NEW_NAME))
		return false;
	(void)unlink(new_path);
	file = shared_file_open(counts->folder, NEW_NAME,
				pages * sizeof(struct counts_page),
				SHARED_FILE_MAKE);
	if (file < 0)
		return false;
	if (shared_file_lock(file, 0) && copy_pages(table, file, pages, now) &&
	    rename(new_path, path) == 0) {
		(void)close(counts->file);
		counts->file = file;
		*table = (struct counts_table){ .file = file, .pages = pages };
		return true;
	}
	failure = errno;
	(void)close(file);
	errno = failure;
	return false;
}

static bool is_removed(int file)
{
	struct stat found;

	return fstat(file, &found) == 0 && found.st_nlink == 0;
}

/* Open the file and take its lock. A file that another process has replaced
 * since is opened anew. */
static bool open_table(struct state_counts *counts, struct counts_table *table,
		       int64_t now)
{
	for (;;) {
		if (counts->file < 0)
			counts->file = shared_file_open(
				counts->folder, FILE_NAME,
				PAGES_FIRST * sizeof(struct counts_page),
				SHARED_FILE_MAKE);
		if (counts->file < 0 ||
		    !shared_file_lock(counts->file, LOCK_WAIT_MS))
			return false;
		if (!is_removed(counts->file))
			break;
		(void)close(counts->file);
		counts->file = -1;
	}
	table->file = counts->file;
	return measure(table) &&
	       (table->pages > 0 || enlarge(counts, table, now));
}

/* ---- counting ------------------------------------------------------------- */

/* The pages of the two records of a use, which may be one page. */
struct counts_pages {
	uint64_t used_number, client_number;
	struct counts_page used, client;
};

static bool read_pages(struct counts_pages *pages,
		       const struct counts_table *table,
		       const struct state_counts_use *use)
{
	pages->used_number = page_of(use->id, table->pages);
	pages->client_number = page_of(use->client, table->pages);
	return read_page(table->file, pages->used_number, &pages->used) &&
	       (pages->used_number == pages->client_number ||
		read_page(table->file, pages->client_number, &pages->client));
}

static struct counts_page *client_page(struct counts_pages *pages)
{
	return pages->used_number == pages->client_number ? &pages->used :
							    &pages->client;
}

/* The record of what is used, or a free place made into one; NULL where there
 * is no place. */
static struct counts_record *get(struct counts_page *page, const uint8_t *id,
				 int64_t until, int64_t now)
{
	struct counts_record *record = find(page, id, now);

	if (!record) {
		record = find_free(page, now);
		if (!record)
			return NULL;
		memcpy(record->id, id, STATE_COUNTS_ID);
		record->count = 0;
		record->until = until;
	}
	return record;
}

enum step { STEP_DONE, STEP_NO_PLACE, STEP_FAILED };

/* The use's record is written before the client's: a process that is killed in
 * between lets the client be counted twice, never not at all. */
static enum step count(struct counts_pages *pages,
		       const struct counts_table *table,
		       const struct state_counts_use *use,
		       enum state_counts_answer *answer)
{
	struct counts_record *used, *client;

	if (!read_pages(pages, table, use))
		return STEP_FAILED;
	if (find(client_page(pages), use->client, use->now)) {
		*answer = STATE_COUNTS_AGAIN;
		return STEP_DONE;
	}
	used = find(&pages->used, use->id, use->now);
	*answer = used && used->count >= use->most ? STATE_COUNTS_USED_UP :
						     STATE_COUNTS_TAKEN;
	if (*answer == STATE_COUNTS_USED_UP || use->only_look)
		return STEP_DONE;
	used = get(&pages->used, use->id, use->until, use->now);
	client = used ? get(client_page(pages), use->client, use->client_until,
			    use->now) :
			NULL;
	if (!client)
		return STEP_NO_PLACE;
	used->count++;
	if (!write_page(table->file, pages->used_number, &pages->used))
		return STEP_FAILED;
	if (client_page(pages) == &pages->client &&
	    !write_page(table->file, pages->client_number, &pages->client))
		return STEP_FAILED;
	return STEP_DONE;
}

void state_counts_begin(struct state_counts *counts, const char *folder)
{
	counts->folder = folder;
	counts->file = -1;
	counts->is_begun = true;
}

void state_counts_end(struct state_counts *counts)
{
	if (counts->is_begun && counts->file >= 0)
		(void)close(counts->file);
	counts->is_begun = false;
}

enum error state_counts_take(struct state_counts *counts,
			     const struct state_counts_use *use,
			     enum state_counts_answer *answer,
			     struct problem *problem)
{
	struct counts_table table;
	struct counts_pages pages;
	enum step step = STEP_FAILED;

	if (open_table(counts, &table, use->now)) {
		do {
			step = count(&pages, &table, use, answer);
		} while (step == STEP_NO_PLACE &&
			 enlarge(counts, &table, use->now));
	}
	if (counts->file >= 0)
		shared_file_unlock(counts->file);
	if (step == STEP_DONE)
		return ERROR_NONE;
	return problem_set(problem, ERROR_UNAVAILABLE, NULL,
			   "the uses of this link can't be counted now (%s): "
			   "tell the administrator",
			   strerror(errno));
}
