#include "counts.h"

#include <errno.h>
#include <string.h>

/* How long to wait for the lock, which a process that was stopped may hold; at
 * first, and after it was waited for in vain: not every request should wait for
 * what is stuck. */
#define LOCK_WAIT_MS 2000
#define LOCK_WAIT_AGAIN_MS 50

/* ---- the pages of a use --------------------------------------------------- */

/* The pages of a use's two records, which may be one page. The client's record
 * counts how often it was let have the use. */
struct counts_pages {
	uint64_t used_number, client_number;
	struct state_page used, client;
};

static struct state_page *client_page(struct counts_pages *pages)
{
	return pages->used_number == pages->client_number ? &pages->used :
							    &pages->client;
}

static bool read_pages(struct counts_pages *pages,
		       const struct state_table *table,
		       const struct state_counts_use *use)
{
	pages->used_number = state_page_of(use->id, table->pages);
	pages->client_number = state_page_of(use->client, table->pages);
	return state_page_read(table->file, pages->used_number, table->pages,
			       &pages->used) &&
	       (client_page(pages) == &pages->used ||
		state_page_read(table->file, pages->client_number, table->pages,
				&pages->client));
}

static bool write_used(struct counts_pages *pages,
		       const struct state_table *table)
{
	return state_page_write(table->file, pages->used_number, table->pages,
				&pages->used);
}

static bool write_client(struct counts_pages *pages,
			 const struct state_table *table)
{
	return state_page_write(table->file, pages->client_number, table->pages,
				client_page(pages));
}

/* ---- counting ------------------------------------------------------------- */

enum step { STEP_DONE, STEP_NO_PLACE, STEP_FAILED };

/* Count the first use of this client. The use's record is written before the
 * client's: a process that is killed in between lets the client be counted
 * twice, never not at all. */
static enum step count_new(struct counts_pages *pages,
			   const struct state_table *table,
			   const struct state_counts_use *use)
{
	struct state_page_record *used, *client = NULL;

	used = state_page_get(&pages->used, use->id, use->until, use->now);
	if (used)
		client = state_page_get(client_page(pages), use->client,
					use->client_until, use->now);
	if (!client)
		return STEP_NO_PLACE;
	used->count++;
	client->count = 1;
	if (!write_used(pages, table))
		return STEP_FAILED;
	return client_page(pages) == &pages->used ||
			       write_client(pages, table) ?
		       STEP_DONE :
		       STEP_FAILED;
}

static enum step count(const struct state_table *table,
		       const struct state_counts_use *use,
		       enum state_counts_answer *answer)
{
	struct counts_pages pages;
	struct state_page_record *found;

	if (!read_pages(&pages, table, use))
		return STEP_FAILED;
	found = state_page_find(client_page(&pages), use->client, use->now);
	if (found) {
		*answer = STATE_COUNTS_AGAIN;
		found->count++;
		return use->only_look || write_client(&pages, table) ?
			       STEP_DONE :
			       STEP_FAILED;
	}
	found = state_page_find(&pages.used, use->id, use->now);
	*answer = found && found->count >= use->most ? STATE_COUNTS_USED_UP :
						       STATE_COUNTS_TAKEN;
	if (*answer == STATE_COUNTS_USED_UP || use->only_look)
		return STEP_DONE;
	return count_new(&pages, table, use);
}

/* True with *answer set, or false with errno. */
static bool take(struct state_counts *counts,
		 const struct state_counts_use *use,
		 enum state_counts_answer *answer)
{
	struct state_table *table = &counts->table;
	enum step step;

	if (use->until < use->now || use->client_until < use->now) {
		errno = EINVAL;
		return false;
	}
	if (!state_table_enter(table, counts->trouble.is_stuck ?
					      LOCK_WAIT_AGAIN_MS :
					      LOCK_WAIT_MS))
		return false;
	do {
		step = count(table, use, answer);
	} while (step == STEP_NO_PLACE && state_table_grow(table, use->now));
	state_table_leave(table);
	return step == STEP_DONE;
}

static bool look(struct state_counts *counts, const uint8_t *id, int64_t now,
		 uint64_t *used)
{
	struct state_table *table = &counts->table;
	const struct state_page_record *found = NULL;
	struct state_page page;
	bool done;

	if (!state_table_enter(table, counts->trouble.is_stuck ?
					      LOCK_WAIT_AGAIN_MS :
					      LOCK_WAIT_MS))
		return false;
	done = state_page_read(table->file, state_page_of(id, table->pages),
			       table->pages, &page);
	if (done)
		found = state_page_find(&page, id, now);
	*used = found ? found->count : 0;
	state_table_leave(table);
	return done;
}

/* Note whether the counts could be used, and say it in *problem. */
static enum error tell(struct state_counts *counts, bool done,
		       struct problem *problem)
{
	const struct state_place place = { "downloads", STATE_TABLE_FILE,
					   counts->table.folder };

	state_trouble_note(&counts->trouble, done ? 0 : errno, &place);
	if (done)
		return ERROR_NONE;
	return problem_set(problem, ERROR_UNAVAILABLE, NULL,
			   "how often this link was used can't be counted now: "
			   "tell the administrator");
}

enum error state_counts_take(struct state_counts *counts,
			     const struct state_counts_use *use,
			     enum state_counts_answer *answer,
			     struct problem *problem)
{
	return tell(counts, take(counts, use, answer), problem);
}

enum error state_counts_look(struct state_counts *counts,
			     const uint8_t id[STATE_COUNTS_ID], int64_t now,
			     uint64_t *used, struct problem *problem)
{
	return tell(counts, look(counts, id, now, used), problem);
}

/* ---- giving back ---------------------------------------------------------- */

/* The client's record is written before the use's: a process that is killed in
 * between leaves one use too many counted, never one too few. */
static void give_back(const struct state_table *table,
		      const struct state_counts_use *use)
{
	struct counts_pages pages;
	struct state_page_record *used, *client;

	if (!read_pages(&pages, table, use))
		return;
	client = state_page_find(client_page(&pages), use->client, use->now);
	used = state_page_find(&pages.used, use->id, use->now);
	if (!client || !used || client->count == 0 || used->count == 0)
		return;
	if (--client->count == 0) {
		client->until = 0;
		used->count--;
	}
	/* Where the second is not written, the use stays counted. */
	if (write_client(&pages, table) && client->until == 0 &&
	    client_page(&pages) != &pages.used && !write_used(&pages, table))
		return;
}

void state_counts_give_back(struct state_counts *counts,
			    const struct state_counts_use *use)
{
	if (use->only_look ||
	    !state_table_enter(&counts->table, LOCK_WAIT_AGAIN_MS))
		return;
	give_back(&counts->table, use);
	state_table_leave(&counts->table);
}

void state_counts_begin(struct state_counts *counts, const char *folder)
{
	*counts = (struct state_counts){ .is_begun = true };
	state_table_begin(&counts->table, folder);
}

void state_counts_end(struct state_counts *counts)
{
	if (counts->is_begun)
		state_table_end(&counts->table);
	counts->is_begun = false;
}
