/* The count of calls: never more than so many in any window, whoever asks. */
#include "unit.h"

#include <sys/stat.h>
#include <unistd.h>

#include "cgi/online/budget.c"

#define NOW INT64_C(1770000000)
#define DEADLINE 60

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
	enum error error =
		budget_book(&budget, calls, now, now + DEADLINE, &problem);

	budget_close(&budget);
	return error;
}

/* And one that is over at once, with `made` calls. */
static enum error run(uint64_t calls, uint64_t made, int64_t now)
{
	struct budget budget = begin();
	enum error error =
		budget_book(&budget, calls, now, now + DEADLINE, &problem);

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

static void test_pause(void **state)
{
	struct budget budget;

	(void)state;
	fresh();
	budget = begin();
	budget_pause(&budget, NOW + 20);
	budget_pause(&budget, NOW + 10);
	budget_close(&budget);
	assert_int_equal(run(1, 1, NOW), ERROR_TOO_MANY_REQUESTS);
	assert_int_equal(problem.retry_after, 20);
	assert_int_equal(run(1, 1, NOW + 20), ERROR_NONE);
	/* One that can't be meant is a clock's mistake. */
	budget = begin();
	budget_pause(&budget, NOW + 1000000);
	budget_close(&budget);
	assert_int_equal(run(1, 1, NOW + 21), ERROR_NONE);
}

static void test_clock_set_back(void **state)
{
	(void)state;
	fresh();
	assert_int_equal(run(1200, 1200, NOW), ERROR_NONE);
	assert_int_equal(run(1, 1, NOW - 100000), ERROR_NONE);
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
	/* Torn or of another make: begun anew. */
	assert_int_equal(truncate(path, 100), 0);
	assert_int_equal(run(1200, 1200, NOW), ERROR_NONE);
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

/* The longest batch that can be booked is found again. */
static void test_far_ahead(void **state)
{
	struct budget budget;

	(void)state;
	fresh();
	budget = begin();
	assert_int_equal(budget_book(&budget, 1200, NOW, NOW + BUDGET_AHEAD_MAX,
				     &problem),
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
		cmocka_unit_test(test_clock_set_back),
		cmocka_unit_test(test_file),
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
