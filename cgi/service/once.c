#include "once.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/random.h>
#include <unistd.h>

#include "lib/base/date.h"
#include "lib/base/digest.h"
#include "lib/base/hex.h"
#include "lib/base/shared_file.h"
#include "lib/config/state.h"

#define FILE_NAME "forms.1"
#define TIME_DIGITS 10
#define RANDOM_BYTES 16

/* How long to wait for the lock, which a process that was stopped may hold. */
#define LOCK_WAIT_MS 2000

/* Seconds by which a number may be ahead of the clock: that of another machine,
 * or one that was set back. */
#define AHEAD_MAX 300

/* A used number; `made` is 0 where there is none. */
struct once_slot {
	uint8_t hash[16];
	int64_t made; /* when the form was shown */
	int64_t used; /* when it was used */
	char request[REQUEST_ID_LENGTH];
};

/* What the file holds; a new one is all zeros. Change the number in the file's
 * name with the layout. */
struct once_table {
	int64_t forgotten; /* numbers made then or before may be forgotten */
	struct once_slot slots[ONCE_SLOTS];
};

/* ---- numbers --------------------------------------------------------------- */

bool once_number(char number[ONCE_NUMBER_LENGTH + 1], int64_t now)
{
	uint8_t random[RANDOM_BYTES];

	if (getrandom(random, sizeof(random), 0) != (ssize_t)sizeof(random))
		return false;
	snprintf(number, TIME_DIGITS + 1, "%0*jx", TIME_DIGITS,
		 (uintmax_t)now & UINT64_C(0xffffffffff));
	number[TIME_DIGITS +
	       hex_encode(number + TIME_DIGITS, random, sizeof(random))] = '\0';
	return true;
}

static bool is_number(struct slice text)
{
	for (size_t i = 0; i < text.length; i++) {
		char c = text.data[i];

		if (!((c >= '0' && c <= '9') || (c >= 'a' && c <= 'f')))
			return false;
	}
	return text.length == ONCE_NUMBER_LENGTH;
}

/* When the number was made, in Unix seconds. */
static int64_t made_at(struct slice number)
{
	char text[TIME_DIGITS + 1];

	snprintf(text, sizeof(text), "%.*s", TIME_DIGITS, number.data);
	return (int64_t)strtoull(text, NULL, 16);
}

static void hash_number(struct slice number, uint8_t hash[DIGEST_SIZE])
{
	digest_sha256(number.data, number.length, hash);
}

/* ---- the table ------------------------------------------------------------- */

/* The slot of the number with this hash, or NULL. */
static struct once_slot *slot_find(struct once_table *table,
				   const uint8_t hash[DIGEST_SIZE])
{
	for (size_t i = 0; i < ONCE_SLOTS; i++) {
		struct once_slot *slot = &table->slots[i];

		if (slot->made != 0 &&
		    digest_equal(slot->hash, hash, sizeof(slot->hash)))
			return slot;
	}
	return NULL;
}

/* A slot for a further number: a free one, else that of the number that was
 * made first, and then no number as old as that one is taken any more. */
static struct once_slot *slot_take(struct once_table *table)
{
	struct once_slot *oldest = &table->slots[0];

	for (size_t i = 0; i < ONCE_SLOTS && oldest->made != 0; i++) {
		if (table->slots[i].made < oldest->made)
			oldest = &table->slots[i];
	}
	if (oldest->made > table->forgotten)
		table->forgotten = oldest->made;
	return oldest;
}

static enum error refuse_used(const struct once_slot *slot,
			      struct problem *problem)
{
	char when[DATE_TEXT_MAX];

	date_text(slot->used, when);
	return problem_set(problem, ERROR_USED, "/formNumber",
			   "this form was used at %s by request %.*s, and what "
			   "was issued then is not kept; send the form once "
			   "more to have it issued anew",
			   when, REQUEST_ID_LENGTH, slot->request);
}

static enum error table_use(struct once_table *table, struct slice number,
			    const char *request_id, int64_t now,
			    struct problem *problem)
{
	int64_t made = made_at(number);
	uint8_t hash[DIGEST_SIZE];
	struct once_slot *slot;

	hash_number(number, hash);
	slot = slot_find(table, hash);
	if (slot)
		return refuse_used(slot, problem);
	if (made <= table->forgotten || made <= now - ONCE_LIFE ||
	    made > now + AHEAD_MAX)
		return problem_set(problem, ERROR_BAD_VALUE, "/formNumber",
				   "this form was opened too long ago to tell "
				   "whether it was used since: send it once "
				   "more");
	slot = slot_take(table);
	memcpy(slot->hash, hash, sizeof(slot->hash));
	slot->made = made;
	slot->used = now;
	memcpy(slot->request, request_id, sizeof(slot->request));
	return ERROR_NONE;
}

/* ---- where it is kept ------------------------------------------------------ */

/* Open the file in `folder`, with all the space that it will ever need, so that
 * a full disk is noticed now. -1 where that fails. */
static int open_in(const char *folder)
{
	return shared_file_open(folder, FILE_NAME, sizeof(struct once_table),
				SHARED_FILE_MAKE);
}

/* Open the file where the processes of this machine share it, else beside the
 * log where that is a file. -1 where neither can be done. */
static int open_anywhere(const struct config *config)
{
	const char *shared = config_state_folder(config);
	int file = shared ? open_in(shared) : -1;
	char beside[PATH_MAX];

	if (file < 0 && config_state_beside_log(config, beside, sizeof(beside)))
		file = open_in(beside);
	return file;
}

static enum error unavailable(struct problem *problem, const char *what)
{
	return problem_set(problem, ERROR_UNAVAILABLE, NULL,
			   "this form's use can't be noted, so nothing was "
			   "issued: %s",
			   what);
}

/* Get the table ready. Only a state-dir that was named has to be usable. */
static enum error table_open(struct once *once, const struct config *config,
			     struct problem *problem)
{
	if (once->table)
		return ERROR_NONE;
	once->file = config->state_dir ? open_in(config->state_dir) :
					 open_anywhere(config);
	if (once->file < 0 && config->state_dir)
		return unavailable(problem, "the file " FILE_NAME " in "
					    "state-dir can't be opened");
	once->table = calloc(1, sizeof(*once->table));
	if (once->table)
		return ERROR_NONE;
	once_close(once);
	return unavailable(problem, "out of memory");
}

static bool table_put(struct once *once)
{
	return once->file < 0 ||
	       shared_file_write(once->file, once->table, sizeof(*once->table));
}

/*
 * Lock the file, if there is one, and read it. It is locked until table_put or
 * table_drop. A new file is empty. Which numbers a file had that somebody has
 * cut is not known, so all that were made until now count as forgotten.
 */
static bool table_get(struct once *once, int64_t now)
{
	const ssize_t size = sizeof(*once->table);
	ssize_t got;

	if (once->file < 0)
		return true;
	if (!shared_file_lock(once->file, LOCK_WAIT_MS))
		return false;
	got = shared_file_read(once->file, once->table, sizeof(*once->table));
	if (got <= 0 || got == size)
		return got >= 0;
	*once->table = (struct once_table){ .forgotten = now };
	return table_put(once);
}

static void table_drop(struct once *once)
{
	if (once->file >= 0)
		shared_file_unlock(once->file);
}

enum error once_use(struct once *once, const struct config *config,
		    struct slice number, const char *request_id, int64_t now,
		    struct problem *problem)
{
	enum error error;

	if (!is_number(number))
		return problem_set(problem, ERROR_BAD_VALUE, "/formNumber",
				   "no form of this service has this number: "
				   "leave it out");
	error = table_open(once, config, problem);
	if (error)
		return error;
	if (!table_get(once, now))
		error = unavailable(problem, "its file can't be read");
	else
		error = table_use(once->table, number, request_id, now,
				  problem);
	if (!error && !table_put(once))
		error = unavailable(problem, "its file can't be written");
	table_drop(once);
	return error;
}

void once_release(struct once *once, struct slice number, int64_t now)
{
	uint8_t hash[DIGEST_SIZE];
	struct once_slot *slot;

	if (!once->table)
		return;
	hash_number(number, hash);
	slot = table_get(once, now) ? slot_find(once->table, hash) : NULL;
	if (slot) {
		*slot = (struct once_slot){ .made = 0 };
		/* Where this fails the form counts as used: see once.h. */
		(void)table_put(once);
	}
	table_drop(once);
}

void once_close(struct once *once)
{
	if (once->file >= 0)
		(void)close(once->file);
	free(once->table);
	*once = (struct once){ .file = -1 };
}
