/* The count of calls: never more than so many in any window, whoever asks. */
#include "unit.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cgi/online/budget.c"
#include "cgi/online/ledger.c"

#define NOW INT64_C(1770000000)
#define DEADLINE 60
#define PATIENCE 21

static char folder[] = "/tmp/mintage-budget-XXXXXX";
static struct problem problem;

static struct budget begin(void)
{
	struct budget budget;

	assert_int_equal(budget_open(&budget, folder, &problem), ERROR_NONE);
	return budget;
}

/* A batch of its own, as another process has it; it is left as booked. */
static enum error book(uint64_t calls, int64_t now)
{
	struct budget budget = begin();
	enum error error = budget_book(&budget, calls, now, now + DEADLINE,
				       PATIENCE, &problem);

	budget_close(&budget);
	return error;
}

/* And one that is over at once, with `made` calls. */
static enum error run(uint64_t calls, uint64_t made, int64_t now)
{
	struct budget budget = begin();
	enum error error = budget_book(&budget, calls, now, now + DEADLINE,
				       PATIENCE, &problem);

	budget_settle(&budget, made, now);
	budget_close(&budget);
	return error;
}

static void fresh(void)
{
	char command[128];

	snprintf(command, sizeof(command), "rm -f %s/*", folder);
	assert_int_equal(system(command), 0);
}

static void test_window(void **state)
{
	(void)state;
	fresh();
	assert_int_equal(run(1200, 1200, NOW), ERROR_NONE);
	assert_int_equal(run(1, 1, NOW), ERROR_TOO_MANY_REQUESTS);
	/* They may have been made when that second was all but over. */
	assert_int_equal(problem.retry_after, 301);
	assert_int_equal(run(1, 1, NOW + 300), ERROR_TOO_MANY_REQUESTS);
	assert_int_equal(problem.retry_after, 1);
	assert_int_equal(run(1200, 1200, NOW + 301), ERROR_NONE);
}

/* In no window of 300 seconds are there more, however they are spread, and
 * whenever in its second each was made. */
static void test_sliding(void **state)
{
	unsigned made[1000] = { 0 };

	(void)state;
	fresh();
	for (int second = 0; second < 1000; second++) {
		unsigned wish = (unsigned)(second * 7 % 23);

		if (run(wish, wish, NOW + second) == ERROR_NONE)
			made[second] = wish;
	}
	for (int end = 301; end <= 1000; end++) {
		unsigned sum = 0;

		for (int second = end - 301; second < end; second++)
			sum += made[second];
		assert_in_range(sum, 0, 1200);
		assert_true(sum > 1100);
	}
}

static void test_what_was_not_made_is_free(void **state)
{
	(void)state;
	fresh();
	assert_int_equal(run(1200, 3, NOW), ERROR_NONE);
	assert_int_equal(run(1197, 1197, NOW), ERROR_NONE);
	assert_int_equal(run(1, 1, NOW), ERROR_TOO_MANY_REQUESTS);
}

/* Whoever died may have called up to the last moment. */
static void test_left_behind(void **state)
{
	(void)state;
	fresh();
	assert_int_equal(book(1200, NOW), ERROR_NONE);
	assert_int_equal(book(1, NOW), ERROR_TOO_MANY_REQUESTS);
	assert_int_equal(problem.retry_after, 301 + DEADLINE);
	assert_int_equal(book(1, NOW + 300 + DEADLINE),
			 ERROR_TOO_MANY_REQUESTS);
	assert_int_equal(book(1200, NOW + 301 + DEADLINE), ERROR_NONE);
}

static void test_more_than_ever_fits(void **state)
{
	(void)state;
	fresh();
	assert_int_equal(book(1201, NOW), ERROR_TOO_MANY_REQUESTS);
	assert_int_equal(problem.retry_after, 300);
	assert_int_equal(book(5000, NOW), ERROR_TOO_MANY_REQUESTS);
	assert_int_equal(problem.retry_after, 1200);
	assert_int_equal(book(UINT64_MAX, NOW), ERROR_TOO_MANY_REQUESTS);
	assert_int_equal(book(1200, NOW), ERROR_NONE);
}

/* Calls wait for the end of a pause, but not for a long one. */
static void test_pause(void **state)
{
	struct budget budget;

	(void)state;
	fresh();
	budget = begin();
	budget_pause(&budget, 20, NOW);
	budget_pause(&budget, 10, NOW);
	assert_int_equal(budget_book(&budget, 1, NOW, NOW + DEADLINE, PATIENCE,
				     &problem),
			 ERROR_NONE);
	assert_int_equal(budget.pause, 21);
	assert_int_equal(budget_book(&budget, 1, NOW + 20, NOW + DEADLINE,
				     PATIENCE, &problem),
			 ERROR_NONE);
	assert_int_equal(budget.pause, 1);
	assert_int_equal(budget_book(&budget, 1, NOW + 21, NOW + DEADLINE,
				     PATIENCE, &problem),
			 ERROR_NONE);
	assert_int_equal(budget.pause, 0);
	budget_pause(&budget, 21, NOW + 21);
	assert_int_equal(budget_book(&budget, 1, NOW + 21, NOW + DEADLINE,
				     PATIENCE, &problem),
			 ERROR_TOO_MANY_REQUESTS);
	assert_int_equal(problem.retry_after, 22);
	budget_close(&budget);
}

/* A pause frees nothing: what is booked must fit when it is over. */
static void test_full_and_paused(void **state)
{
	struct budget budget;

	(void)state;
	fresh();
	assert_int_equal(run(1200, 1200, NOW), ERROR_NONE);
	budget = begin();
	budget_pause(&budget, 10, NOW);
	budget_close(&budget);
	assert_int_equal(run(1, 1, NOW), ERROR_TOO_MANY_REQUESTS);
	assert_int_equal(problem.retry_after, 301);
	assert_int_equal(run(1, 1, NOW + 301), ERROR_NONE);
}

/* The machine was started again: as if no time had passed. */
static void test_started_again(void **state)
{
	const int64_t nows[] = { 0, 5, 70, 1000, NOW - 61 };

	(void)state;
	for (size_t i = 0; i < sizeof(nows) / sizeof(nows[0]); i++) {
		fresh();
		assert_int_equal(run(1000, 1000, NOW - 100), ERROR_NONE);
		assert_int_equal(run(200, 200, NOW), ERROR_NONE);
		assert_int_equal(run(1, 1, nows[i]), ERROR_TOO_MANY_REQUESTS);
		assert_int_equal(problem.retry_after, 201);
		assert_int_equal(run(1000, 1000, nows[i] + 201), ERROR_NONE);
		assert_int_equal(run(1, 1, nows[i] + 201),
				 ERROR_TOO_MANY_REQUESTS);
	}
	/* A process that waited for the file is no new start. */
	fresh();
	assert_int_equal(run(1200, 1200, NOW), ERROR_NONE);
	assert_int_equal(run(1, 1, NOW - 60), ERROR_TOO_MANY_REQUESTS);
	assert_int_equal(problem.retry_after, 361);
	assert_int_equal(run(1, 1, NOW + 300), ERROR_TOO_MANY_REQUESTS);
	assert_int_equal(run(1200, 1200, NOW + 301), ERROR_NONE);
}

static void path_of(char path[256])
{
	FILE *list;
	char command[128];

	snprintf(command, sizeof(command), "ls -d %s/calls", folder);
	list = popen(command, "r");
	assert_non_null(list);
	assert_non_null(fgets(path, 256, list));
	path[strcspn(path, "\n")] = '\0';
	assert_int_equal(pclose(list), 0);
}

static void test_file(void **state)
{
	struct budget budget;
	struct stat found;
	char path[256];

	(void)state;
	fresh();
	assert_int_equal(run(1200, 1200, NOW), ERROR_NONE);
	path_of(path);
	assert_int_equal(stat(path, &found), 0);
	assert_int_equal(found.st_mode & 07777, 0600);
	/* No trap is stepped into. */
	assert_int_equal(unlink(path), 0);
	assert_int_equal(symlink("/dev/null", path), 0);
	assert_int_equal(budget_open(&budget, folder, &problem),
			 ERROR_UNAVAILABLE);
	assert_int_equal(unlink(path), 0);
	assert_int_equal(mkfifo(path, 0600), 0);
	assert_int_equal(budget_open(&budget, folder, &problem),
			 ERROR_UNAVAILABLE);
	assert_int_equal(unlink(path), 0);
	assert_int_equal(budget_open(&budget, "/nonexistent", &problem),
			 ERROR_UNAVAILABLE);
	assert_non_null(strstr(problem.message, "state-dir"));
}

/* Write `size` bytes at `place` of the file, or cut it there. */
static void damage(off_t place, const void *bytes, size_t size)
{
	char path[256];
	int file;

	path_of(path);
	if (size == 0) {
		assert_int_equal(truncate(path, place), 0);
		return;
	}
	file = open(path, O_WRONLY);
	assert_int_equal(pwrite(file, bytes, size, place), (ssize_t)size);
	assert_int_equal(close(file), 0);
}

/* The file is what `ledger` became by the hand of somebody who can seal it. */
static void forge(struct ledger *ledger)
{
	ledger_seal(ledger);
	damage(0, ledger, sizeof(*ledger));
}

/* What was counted can't be known, so it may have been everything. */
static void check_damaged(void)
{
	assert_int_equal(run(1, 1, NOW + 1), ERROR_UNAVAILABLE);
	assert_non_null(strstr(problem.message, "damaged"));
	assert_int_equal(problem.retry_after, 301);
	assert_int_equal(run(1, 1, NOW + 1), ERROR_TOO_MANY_REQUESTS);
	assert_int_equal(run(1, 1, NOW + 301), ERROR_TOO_MANY_REQUESTS);
	assert_int_equal(run(1200, 1200, NOW + 302), ERROR_NONE);
}

static void test_damaged(void **state)
{
	static const off_t cuts[] = { 0, 1, 8, 100, sizeof(struct ledger) - 1 };
	static const off_t places[] = {
		0, 7, 8, 16, 24, 40, 5000, sizeof(struct ledger) - 1
	};
	struct ledger ledger;

	(void)state;
	for (size_t i = 0; i < sizeof(cuts) / sizeof(cuts[0]); i++) {
		fresh();
		assert_int_equal(run(1, 1, NOW), ERROR_NONE);
		damage(cuts[i], NULL, 0);
		check_damaged();
	}
	for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
		fresh();
		assert_int_equal(run(1, 1, NOW), ERROR_NONE);
		damage(places[i], "x", 1);
		check_damaged();
	}
	/* Times that can't be, though the checksum is right. */
	fresh();
	assert_int_equal(run(1, 1, NOW), ERROR_NONE);
	ledger_begin(&ledger, NOW);
	ledger_add(&ledger, NOW + LEDGER_AHEAD_MAX + 1, 1);
	forge(&ledger);
	check_damaged();
	ledger_begin(&ledger, NOW);
	ledger_set_pause(&ledger, NOW, LEDGER_PAUSE_MAX + 1);
	forge(&ledger);
	check_damaged();
	ledger_begin(&ledger, NOW);
	ledger.slots[3] = (struct ledger_slot){ .second = 4, .calls = 1 };
	forge(&ledger);
	check_damaged();
}

/* A batch is under way while its ledger is damaged. */
static void test_damaged_between(void **state)
{
	struct budget budget;

	(void)state;
	fresh();
	budget = begin();
	assert_int_equal(budget_book(&budget, 10, NOW, NOW + DEADLINE, PATIENCE,
				     &problem),
			 ERROR_NONE);
	damage(0, NULL, 0);
	assert_int_equal(budget_book(&budget, 1, NOW, NOW + DEADLINE, PATIENCE,
				     &problem),
			 ERROR_UNAVAILABLE);
	budget_settle(&budget, 10, NOW);
	budget_close(&budget);
	assert_int_equal(run(1, 1, NOW + 300), ERROR_TOO_MANY_REQUESTS);
	assert_int_equal(run(1200, 1200, NOW + 301), ERROR_NONE);
}

/* The longest batch that can be booked is found again. */
static void test_far_ahead(void **state)
{
	struct budget budget;

	(void)state;
	fresh();
	budget = begin();
	assert_int_equal(budget_book(&budget, 1200, NOW, NOW + LEDGER_AHEAD_MAX,
				     PATIENCE, &problem),
			 ERROR_NONE);
	assert_int_equal(run(1, 1, NOW), ERROR_TOO_MANY_REQUESTS);
	budget_settle(&budget, 0, NOW);
	budget_close(&budget);
	assert_int_equal(run(1200, 1200, NOW), ERROR_NONE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_window),
		cmocka_unit_test(test_sliding),
		cmocka_unit_test(test_what_was_not_made_is_free),
		cmocka_unit_test(test_left_behind),
		cmocka_unit_test(test_more_than_ever_fits),
		cmocka_unit_test(test_pause),
		cmocka_unit_test(test_full_and_paused),
		cmocka_unit_test(test_started_again),
		cmocka_unit_test(test_file),
		cmocka_unit_test(test_damaged),
		cmocka_unit_test(test_damaged_between),
		cmocka_unit_test(test_far_ahead),
	};
	int failed;

	if (!mkdtemp(folder))
		return 1;
	failed = UNIT_RUN(tests);
	fresh();
	rmdir(folder);
	return failed;
}
