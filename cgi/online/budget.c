#include "budget.h"

#include <errno.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "ledger.h"
#include "lib/base/shared_file.h"

#define FILE_NAME "calls"

/* A process that finds the file empty waits this often, a hundredth of a second
 * each time, for the one that has just made it to fill it. */
#define FILL_WAITS 100

/* How long to wait for the lock, which a process that was stopped may hold. */
#define LOCK_WAIT_MS 5000

int64_t budget_now(void)
{
	struct timespec now = { 0 };

	(void)clock_gettime(CLOCK_BOOTTIME, &now);
	return (int64_t)now.tv_sec;
}

/* ---- the file ------------------------------------------------------------- */

static bool file_lock(const struct budget *budget)
{
	return shared_file_lock(budget->file, LOCK_WAIT_MS);
}

static void file_drop(const struct budget *budget)
{
	shared_file_unlock(budget->file);
}

static bool file_put(const struct budget *budget, struct ledger *ledger)
{
	bool put;

	ledger_seal(ledger);
	put = shared_file_write(budget->file, ledger, sizeof(*ledger));
	file_drop(budget);
	return put;
}

/* Fill a file that did not exist a moment ago, unless another process has
 * filled it meanwhile. */
static bool file_fill(const struct budget *budget)
{
	struct ledger ledger;
	ssize_t got;

	if (!file_lock(budget))
		return false;
	got = shared_file_read(budget->file, &ledger, sizeof(ledger));
	if (got == 0) {
		ledger_begin(&ledger, budget_now());
		return file_put(budget, &ledger);
	}
	file_drop(budget);
	return got > 0;
}

/* Lock the file and read it. Another process may have made it, but not locked
 * it yet, so wait a moment while it is empty. */
static ssize_t file_read(const struct budget *budget, struct ledger *ledger)
{
	static const struct timespec pause = { .tv_nsec = 10000000 };
	unsigned waits = 0;
	ssize_t got;

	while (file_lock(budget)) {
		got = shared_file_read(budget->file, ledger, sizeof(*ledger));
		if (got != 0 || waits++ == FILL_WAITS)
			return got;
		file_drop(budget);
		(void)nanosleep(&pause, NULL);
	}
	return -1;
}

enum file_state {
	FILE_GOOD,
	FILE_DAMAGED,  /* it has been begun anew, and is full */
	FILE_UNUSABLE, /* errno says why; the file isn't locked */
};

/*
 * Read the file, which stays locked until file_put or file_drop. How many
 * calls a damaged ledger counted is not known. It may have been all that the
 * API takes, so begin a ledger that counts as many as made now.
 */
static enum file_state file_get(const struct budget *budget,
				struct ledger *ledger, int64_t now)
{
	ssize_t got = file_read(budget, ledger);

	if (got < 0) {
		file_drop(budget);
		return FILE_UNUSABLE;
	}
	if (!ledger_is_sound(ledger, (size_t)got)) {
		ledger_begin(ledger, now);
		ledger_add(ledger, now, LEDGER_CALLS);
		return FILE_DAMAGED;
	}
	ledger_turn_to(ledger, now);
	return FILE_GOOD;
}

enum error budget_open(struct budget *budget, const char *directory,
		       struct problem *problem)
{
	bool made = false;

	*budget = (struct budget){ .booked = 0 };
	budget->file = shared_file_open(
		directory, FILE_NAME, sizeof(struct ledger), SHARED_FILE_LEAVE);
	if (budget->file < 0 && errno == ENOENT) {
		budget->file = shared_file_open(directory, FILE_NAME,
						sizeof(struct ledger),
						SHARED_FILE_MAKE);
		made = true;
	}
	if (budget->file >= 0 && (!made || file_fill(budget)))
		return ERROR_NONE;
	problem_set(problem, ERROR_UNAVAILABLE, NULL,
		    "the count of calls can't be kept in %s/" FILE_NAME
		    ": %s; name a folder of the service's own, on a disk with "
		    "space, as state-dir",
		    directory, strerror(errno));
	budget_close(budget);
	return ERROR_UNAVAILABLE;
}

/* ---- booking -------------------------------------------------------------- */

static enum error refuse(uint64_t calls, int64_t wait, struct problem *problem)
{
	if (calls > LEDGER_CALLS)
		problem_set(problem, ERROR_TOO_MANY_REQUESTS, NULL,
			    "%ju calls to Cloudflare's API would take %jd "
			    "seconds, as it takes %d in %d seconds; ask for "
			    "less, or of a parent that signs locally",
			    (uintmax_t)calls, (intmax_t)wait, LEDGER_CALLS,
			    LEDGER_WINDOW);
	else
		problem_set(problem, ERROR_TOO_MANY_REQUESTS, NULL,
			    "%ju calls to Cloudflare's API fit in %jd seconds "
			    "from now, as it takes %d in %d seconds; try "
			    "again then",
			    (uintmax_t)calls, (intmax_t)wait, LEDGER_CALLS,
			    LEDGER_WINDOW);
	problem->retry_after = (unsigned)wait;
	return ERROR_TOO_MANY_REQUESTS;
}

static enum error refuse_unusable(const char *doing, struct problem *problem)
{
	return problem_set(problem, ERROR_UNAVAILABLE, NULL,
			   "the count of calls can't be %s: %s", doing,
			   strerror(errno));
}

static enum error refuse_damaged(struct problem *problem)
{
	problem_set(problem, ERROR_UNAVAILABLE, NULL,
		    "the count of calls to Cloudflare's API, the file "
		    "\"" FILE_NAME "\" in state-dir, was damaged and has been "
		    "begun anew; as it may have been full, calls are made "
		    "again in %d seconds",
		    LEDGER_WINDOW + 1);
	problem->retry_after = LEDGER_WINDOW + 1;
	return ERROR_UNAVAILABLE;
}

enum error budget_book(struct budget *budget, uint64_t calls, int64_t now,
		       int64_t until, int64_t patience, struct problem *problem)
{
	struct ledger ledger;
	enum file_state state = file_get(budget, &ledger, now);
	int64_t wait, pause;

	if (state == FILE_UNUSABLE)
		return refuse_unusable("read", problem);
	if (state == FILE_DAMAGED)
		return file_put(budget, &ledger) ?
			       refuse_damaged(problem) :
			       refuse_unusable("written", problem);
	pause = ledger_pause(&ledger, now);
	wait = calls > UINT32_MAX ? INT32_MAX :
				    ledger_wait(&ledger, calls, now);
	if (wait > pause || pause > patience) {
		/* After a new start of the machine, time goes on only in a
		 * ledger that is written. */
		(void)file_put(budget, &ledger);
		return refuse(calls, wait, problem);
	}
	ledger_add(&ledger, until, calls);
	if (!file_put(budget, &ledger))
		return refuse_unusable("written", problem);
	budget->booked += calls;
	budget->until = until;
	budget->pause = pause;
	return ERROR_NONE;
}

void budget_pause(struct budget *budget, int64_t seconds, int64_t now)
{
	struct ledger ledger;

	if (budget->file < 0 || file_get(budget, &ledger, now) == FILE_UNUSABLE)
		return;
	ledger_set_pause(&ledger, now, seconds);
	(void)file_put(budget, &ledger);
}

void budget_settle(struct budget *budget, uint64_t calls, int64_t now)
{
	struct ledger ledger;

	if (budget->file < 0 || budget->booked == 0)
		return;
	if (file_get(budget, &ledger, now) != FILE_UNUSABLE) {
		ledger_take_back(&ledger, budget->until, budget->booked);
		ledger_add(&ledger, now < budget->until ? now : budget->until,
			   calls);
		/* If this can't be written, too much stays booked for some
		 * minutes. */
		(void)file_put(budget, &ledger);
	}
	budget->booked = 0;
}

void budget_close(struct budget *budget)
{
	if (budget->file >= 0)
		(void)close(budget->file);
	*budget = (struct budget){ .file = -1 };
}
