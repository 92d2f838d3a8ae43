#include "strangers.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "lib/base/clock.h"
#include "lib/base/digest.h"
#include "lib/base/shared_file.h"

#define MINUTE 60

/* Milliseconds. Where somebody keeps the file's lock for longer, the process
 * sums for itself. */
#define LOCK_WAIT 20

static const char magic[8] = "refused1";

/* ---- the file ------------------------------------------------------------- */

/* Open the file of this log. Services with logs of their own may share the
 * folder, so its name has the first digits of the digest of the log's path. */
static bool open_file(struct audit_strangers *strangers,
		      enum shared_file_missing missing)
{
	uint8_t digest[DIGEST_SIZE];
	char name[32];

	if (strangers->file >= 0)
		return true;
	if (!strangers->folder)
		return false;
	digest_sha256(strangers->log, strlen(strangers->log), digest);
	snprintf(name, sizeof(name), "refusals.%02x%02x%02x%02x", digest[0],
		 digest[1], digest[2], digest[3]);
	strangers->file = shared_file_open(strangers->folder, name,
					   sizeof(struct audit_strangers_sum),
					   missing);
	return strangers->file >= 0;
}

/* Lock and read the file; it stays locked until shared_file_unlock. What is not
 * a sum is begun anew. */
static bool load(const struct audit_strangers *strangers,
		 struct audit_strangers_sum *sum)
{
	if (strangers->file < 0 ||
	    !shared_file_lock(strangers->file, LOCK_WAIT))
		return false;
	if (shared_file_read(strangers->file, sum, sizeof(*sum)) < 0) {
		shared_file_unlock(strangers->file);
		return false;
	}
	if (memcmp(sum->magic, magic, sizeof(magic)) != 0)
		*sum = (struct audit_strangers_sum){ .minute = 0 };
	memcpy(sum->magic, magic, sizeof(magic));
	return true;
}

static bool store(const struct audit_strangers *strangers,
		  const struct audit_strangers_sum *sum)
{
	bool done = shared_file_write(strangers->file, sum, sizeof(*sum));

	shared_file_unlock(strangers->file);
	return done;
}

/* ---- the sum -------------------------------------------------------------- */

/* A clock that was set back begins a minute, too. */
static bool is_over(const struct audit_strangers_sum *sum, int64_t now)
{
	return now < sum->minute || now >= sum->minute + MINUTE;
}

/* Write the line where something is summed. It is summed further where the line
 * can't be written. */
static void write_sum(struct audit_strangers_sum *sum, struct audit *audit)
{
	if (sum->refusals.count > 0 &&
	    audit_sum(audit, &sum->refusals) == ERROR_NONE)
		sum->refusals = (struct audit_refusals){ .count = 0 };
}

/* End a minute that is over. */
static void settle(struct audit_strangers_sum *sum, struct audit *audit,
		   int64_t now)
{
	if (!is_over(sum, now))
		return;
	write_sum(sum, audit);
	sum->minute = now;
	sum->lines = 0;
}

static void add(struct audit_refusals *refusals, int status, int64_t now)
{
	if (refusals->count++ == 0)
		refusals->first = now;
	refusals->last = now;
	if (status == 401)
		refusals->unauthorized++;
	else if (status == 403)
		refusals->forbidden++;
}

/* Count one refusal. True where it is to have a line of its own. */
static bool count(struct audit_strangers *strangers,
		  struct audit_strangers_sum *sum, int status, int64_t now)
{
	if (sum->lines < strangers->rate) {
		sum->lines++;
		return true;
	}
	add(&sum->refusals, status, now);
	strangers->due = sum->minute + MINUTE;
	strangers->more = true;
	return false;
}

/* ---- what others call ----------------------------------------------------- */

void audit_strangers_begin(struct audit_strangers *strangers,
			   const char *folder, const char *log, uint32_t rate,
			   bool stays)
{
	*strangers = (struct audit_strangers){
		.begun = true,
		.stays = stays,
		.rate = rate,
		.file = -1,
		.log = log,
	};
	/* Without memory, each process sums for itself. */
	strangers->folder = folder ? strdup(folder) : NULL;
}

enum error audit_strangers_refusal(struct audit_strangers *strangers,
				   struct audit *audit,
				   const struct audit_request *request,
				   int status, const struct problem *problem)
{
	struct audit_strangers_sum sum;
	struct problem unused;
	struct timespec now;
	bool alone = true;

	if (strangers->rate != AUDIT_STRANGERS_ALL &&
	    clock_read(&now, &unused) == ERROR_NONE) {
		if (open_file(strangers, SHARED_FILE_MAKE) &&
		    load(strangers, &sum)) {
			settle(&sum, audit, now.tv_sec);
			alone = count(strangers, &sum, status, now.tv_sec);
			/* What is not in the sum is in the log. */
			alone = !store(strangers, &sum) || alone;
		} else {
			settle(&strangers->own, audit, now.tv_sec);
			alone = count(strangers, &strangers->own, status,
				      now.tv_sec);
		}
	}
	return alone ? audit_refusal(audit, request, status, problem) :
		       ERROR_NONE;
}

/* Look at the sum in the file. False where it can't be used. */
static bool tell_shared(struct audit_strangers *strangers, struct audit *audit,
			int64_t now, bool last)
{
	struct audit_strangers_sum sum, before;

	if (!load(strangers, &sum))
		return false;
	before = sum;
	settle(&sum, audit, now);
	if (last)
		write_sum(&sum, audit);
	if (sum.refusals.count > 0) {
		strangers->more = true;
		strangers->due = sum.minute + MINUTE;
	}
	if (memcmp(&sum, &before, sizeof(sum)) == 0) {
		shared_file_unlock(strangers->file);
		return true;
	}
	/* Where this fails, the line is written once more: too much is told
	 * rather than too little. */
	return store(strangers, &sum);
}

/* Look at both sums. `last` is true at the end of the process. A process that
 * answers one request leaves the file's sum to the next. */
static void tell(struct audit_strangers *strangers, struct audit *audit,
		 int64_t now, bool last)
{
	strangers->more = false;
	strangers->due = now + MINUTE;
	settle(&strangers->own, audit, now);
	if (last)
		write_sum(&strangers->own, audit);
	if (!tell_shared(strangers, audit, now, last && strangers->stays) &&
	    strangers->file < 0 && strangers->own.refusals.count == 0)
		strangers->due = 0;
	strangers->more = strangers->more || strangers->own.refusals.count > 0;
}

void audit_strangers_tell(struct audit_strangers *strangers,
			  struct audit *audit)
{
	struct problem unused;
	struct timespec now;

	if (strangers->rate == AUDIT_STRANGERS_ALL)
		return;
	/* A process that is gone may have left something. */
	if (!strangers->looked && open_file(strangers, SHARED_FILE_LEAVE))
		strangers->due = 1;
	strangers->looked = true;
	if (strangers->due > 0 && clock_read(&now, &unused) == ERROR_NONE &&
	    (now.tv_sec >= strangers->due ||
	     strangers->due > now.tv_sec + MINUTE))
		tell(strangers, audit, now.tv_sec, false);
}

long audit_strangers_wait(const struct audit_strangers *strangers)
{
	struct problem unused;
	struct timespec now;

	if (!strangers->more || clock_read(&now, &unused))
		return -1;
	if (now.tv_sec >= strangers->due)
		return 0;
	return strangers->due > now.tv_sec + MINUTE ?
		       0 :
		       (strangers->due - now.tv_sec) * 1000;
}

void audit_strangers_end(struct audit_strangers *strangers, struct audit *audit)
{
	struct problem unused;
	struct timespec now;

	if (!strangers->begun)
		return;
	/* A process that answers one request has just looked. */
	if (strangers->rate != AUDIT_STRANGERS_ALL && strangers->due > 0 &&
	    (strangers->stays || strangers->own.refusals.count > 0) &&
	    clock_read(&now, &unused) == ERROR_NONE)
		tell(strangers, audit, now.tv_sec, true);
	if (strangers->file >= 0)
		(void)close(strangers->file);
	free(strangers->folder);
	*strangers = (struct audit_strangers){ .file = -1 };
}
