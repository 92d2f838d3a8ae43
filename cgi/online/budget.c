#include "budget.h"

#include <errno.h>
#include <sys/file.h>
#include <unistd.h>

#include "lib/base/shared_file.h"

#define FILE_NAME "calls"

/* One for each second of a window and of the time that can be booked ahead, and
 * some to spare. */
#define SLOTS 1024

static const char magic[8] = "mintage1";

/* What the file holds. */
struct ledger {
	char magic[8];
	int64_t pause; /* no calls before this time */
	struct slot {
		int64_t second; /* at whose beginning all of the calls were made
				 */
		uint64_t calls;
	} slots[SLOTS];
};

/* ---- the file ------------------------------------------------------------- */

enum error budget_open(struct budget *budget, const char *directory,
		       struct problem *problem)
{
	*budget = (struct budget){ .booked = 0 };
	budget->file = shared_file_open(
		directory, FILE_NAME, sizeof(struct ledger), SHARED_FILE_MAKE);
	if (budget->file >= 0)
		return ERROR_NONE;
	return problem_set(
		problem, ERROR_UNAVAILABLE, NULL,
		"the count of calls can't be kept in %s/" FILE_NAME
		": %s; name a folder of the service's own, on a disk "
		"with space, as state-dir",
		directory, strerror(errno));
}

/* Read the file, which stays locked until ledger_put or ledger_drop. A file
 * that isn't a ledger is begun anew. */
static bool ledger_get(const struct budget *budget, struct ledger *ledger)
{
	ssize_t got;

	while (flock(budget->file, LOCK_EX) != 0) {
		if (errno != EINTR)
			return false;
	}
	got = pread(budget->file, ledger, sizeof(*ledger), 0);
	if (got != (ssize_t)sizeof(*ledger) ||
	    memcmp(ledger->magic, magic, sizeof(magic)) != 0) {
		*ledger = (struct ledger){ .pause = 0 };
		memcpy(ledger->magic, magic, sizeof(magic));
	}
	return got >= 0;
}

static void ledger_drop(const struct budget *budget)
{
	(void)flock(budget->file, LOCK_UN);
}

static bool ledger_put(const struct budget *budget, const struct ledger *ledger)
{
	ssize_t put = pwrite(budget->file, ledger, sizeof(*ledger), 0);

	ledger_drop(budget);
	return put == (ssize_t)sizeof(*ledger);
}

/* ---- counting ------------------------------------------------------------- */

/* Does the slot still count? A time too far ahead is left from a clock that was
 * set back, and doesn't. */
static bool is_alive(const struct slot *slot, int64_t now)
{
	return slot->calls > 0 && slot->second > now - BUDGET_WINDOW &&
	       slot->second <= now + BUDGET_AHEAD_MAX + 1;
}

/* The calls that will count at the time `at`, as far as it is known at `now`. */
static uint64_t count(const struct ledger *ledger, int64_t now, int64_t at)
{
	uint64_t calls = 0;

	for (size_t i = 0; i < SLOTS; i++) {
		if (is_alive(&ledger->slots[i], now) &&
		    ledger->slots[i].second > at - BUDGET_WINDOW)
			calls += ledger->slots[i].calls;
	}
	return calls;
}

/* Add calls made in `second`. It may not be over yet, so they count as made
 * when the next one begins. */
static void add(struct ledger *ledger, int64_t second, uint64_t calls)
{
	struct slot *slot = &ledger->slots[(uint64_t)++second % SLOTS];

	if (slot->second != second)
		*slot = (struct slot){ .second = second };
	slot->calls += calls;
}

static void take_back(struct ledger *ledger, int64_t second, uint64_t calls)
{
	struct slot *slot = &ledger->slots[(uint64_t)++second % SLOTS];

	if (slot->second == second)
		slot->calls -= calls < slot->calls ? calls : slot->calls;
}

static bool is_paused(const struct ledger *ledger, int64_t now, int64_t at)
{
	return ledger->pause > at && ledger->pause <= now + 86400;
}

/* Seconds from `now` until `calls` more could be made. */
static int64_t wait_for(const struct ledger *ledger, uint64_t calls,
			int64_t now)
{
	uint64_t rest = calls;
	int64_t wait = 0, whole = 0;

	while (rest > BUDGET_CALLS) {
		rest -= BUDGET_CALLS;
		whole += BUDGET_WINDOW;
	}
	while (is_paused(ledger, now, now + wait))
		wait++;
	while (count(ledger, now, now + wait) + rest > BUDGET_CALLS)
		wait++;
	return whole + wait;
}

static enum error refuse(uint64_t calls, int64_t wait, struct problem *problem)
{
	if (calls > BUDGET_CALLS)
		problem_set(problem, ERROR_TOO_MANY_REQUESTS, NULL,
			    "%ju calls to Cloudflare's API would take %jd "
			    "seconds, as it takes %d in %d seconds; ask for "
			    "less, or of a parent that signs locally",
			    (uintmax_t)calls, (intmax_t)wait, BUDGET_CALLS,
			    BUDGET_WINDOW);
	else
		problem_set(problem, ERROR_TOO_MANY_REQUESTS, NULL,
			    "%ju calls to Cloudflare's API fit in %jd seconds "
			    "from now, as it takes %d in %d seconds; try "
			    "again then",
			    (uintmax_t)calls, (intmax_t)wait, BUDGET_CALLS,
			    BUDGET_WINDOW);
	problem->retry_after = (unsigned)wait;
	return ERROR_TOO_MANY_REQUESTS;
}

enum error budget_book(struct budget *budget, uint64_t calls, int64_t now,
		       int64_t until, struct problem *problem)
{
	struct ledger ledger;
	int64_t wait;

	if (!ledger_get(budget, &ledger)) {
		ledger_drop(budget);
		return problem_set(problem, ERROR_UNAVAILABLE, NULL,
				   "the count of calls can't be read: %s",
				   strerror(errno));
	}
	wait = calls > UINT32_MAX ? INT32_MAX : wait_for(&ledger, calls, now);
	if (wait > 0) {
		ledger_drop(budget);
		return refuse(calls, wait, problem);
	}
	add(&ledger, until, calls);
	if (!ledger_put(budget, &ledger))
		return problem_set(problem, ERROR_UNAVAILABLE, NULL,
				   "the count of calls can't be written: %s",
				   strerror(errno));
	budget->booked += calls;
	budget->until = until;
	return ERROR_NONE;
}

void budget_pause(struct budget *budget, int64_t until)
{
	struct ledger ledger;

	if (budget->file < 0)
		return;
	if (!ledger_get(budget, &ledger) || ledger.pause >= until) {
		ledger_drop(budget);
		return;
	}
	ledger.pause = until;
	(void)ledger_put(budget, &ledger);
}

void budget_settle(struct budget *budget, uint64_t calls, int64_t now)
{
	struct ledger ledger;

	if (budget->file < 0 || budget->booked == 0)
		return;
	if (ledger_get(budget, &ledger)) {
		take_back(&ledger, budget->until, budget->booked);
		add(&ledger, now < budget->until ? now : budget->until, calls);
		/* If this can't be written, too much stays booked for some
		 * minutes. */
		(void)ledger_put(budget, &ledger);
	} else {
		ledger_drop(budget);
	}
	budget->booked = 0;
}

void budget_close(struct budget *budget)
{
	if (budget->file >= 0)
		(void)close(budget->file);
	*budget = (struct budget){ .file = -1 };
}
