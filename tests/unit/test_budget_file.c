/*
 * budget: a count of calls that can't be locked, read or written, and a file
 * that another process makes and fills at the same time. Each of the calls that
 * use the file is the real one, unless the test lets it fail.
 */
#include "unit.h"

#include <errno.h>
#include <fcntl.h>
#include <time.h>
#include <unistd.h>

#include "lib/base/shared_file.h"

static bool fake_lock(int file, unsigned milliseconds);
static void fake_unlock(int file);
static ssize_t fake_read(int file, void *data, size_t size);
static bool fake_write(int file, const void *data, size_t size);
static int fake_sleep(const struct timespec *pause, struct timespec *rest);

#define shared_file_lock fake_lock
#define shared_file_unlock fake_unlock
#define shared_file_read fake_read
#define shared_file_write fake_write
#define nanosleep fake_sleep
#include "cgi/online/budget.c"
#include "cgi/online/ledger.c"
#undef shared_file_lock
#undef shared_file_unlock
#undef shared_file_read
#undef shared_file_write
#undef nanosleep

#define NOW INT64_C(1770000000)
#define DEADLINE 60
#define PATIENCE 5

static char folder[] = "/tmp/mintage-budget-file-XXXXXX";
static char path[64];
static struct problem problem;

/* What fails from now on, with this errno, and what others do meanwhile. */
static struct {
	int lock, read, write;
	bool fills;    /* another process fills the file before it is locked */
	int fills_in;  /* and this one, during the pause with this number */
	bool has_lock; /* this process */
	int sleeps;
} world;

/* What another process writes into a file that it has just made. */
static void fill(void)
{
	struct ledger ledger;
	int file = open(path, O_WRONLY | O_CLOEXEC);

	assert_true(file >= 0);
	ledger_begin(&ledger, NOW);
	ledger_add(&ledger, NOW, LEDGER_CALLS - 1);
	ledger_seal(&ledger);
	assert_int_equal(pwrite(file, &ledger, sizeof(ledger), 0),
			 (ssize_t)sizeof(ledger));
	assert_int_equal(close(file), 0);
}

static bool fake_lock(int file, unsigned milliseconds)
{
	assert_false(world.has_lock);
	if (world.lock) {
		errno = world.lock;
		return false;
	}
	if (world.fills)
		fill();
	world.has_lock = shared_file_lock(file, milliseconds);
	return world.has_lock;
}

static void fake_unlock(int file)
{
	world.has_lock = false;
	shared_file_unlock(file);
}

static ssize_t fake_read(int file, void *data, size_t size)
{
	assert_true(world.has_lock);
	if (world.read) {
		errno = world.read;
		return -1;
	}
	return shared_file_read(file, data, size);
}

static bool fake_write(int file, const void *data, size_t size)
{
	assert_true(world.has_lock);
	if (world.write) {
		errno = world.write;
		return false;
	}
	return shared_file_write(file, data, size);
}

static int fake_sleep(const struct timespec *pause, struct timespec *rest)
{
	assert_int_equal(pause->tv_sec, 0);
	assert_null(rest);
	assert_false(world.has_lock);
	if (++world.sleeps == world.fills_in)
		fill();
	return 0;
}

static int begin(void **state)
{
	(void)state;
	memset(&world, 0, sizeof(world));
	(void)unlink(path);
	return 0;
}

static struct budget open_budget(void)
{
	struct budget budget;

	assert_int_equal(budget_open(&budget, folder, &problem), ERROR_NONE);
	assert_false(world.has_lock);
	return budget;
}

static enum error book(struct budget *budget, uint64_t calls)
{
	enum error error = budget_book(budget, calls, NOW, NOW + DEADLINE,
				       PATIENCE, &problem);

	assert_false(world.has_lock);
	return error;
}

static void assert_refused(enum error error, const char *words)
{
	assert_int_equal(error, ERROR_UNAVAILABLE);
	assert_int_equal(problem.error, ERROR_UNAVAILABLE);
	if (!strstr(problem.message, words))
		fail_msg("no '%s' in '%s'", words, problem.message);
}

static void test_no_lock(void **state)
{
	struct budget budget;

	(void)state;
	world.lock = ETIMEDOUT;
	assert_refused(budget_open(&budget, folder, &problem),
		       strerror(ETIMEDOUT));
	assert_non_null(strstr(problem.message, "state-dir"));
	assert_int_equal(budget.file, -1);
	(void)unlink(path);
	world.lock = 0;
	budget = open_budget();
	world.lock = ETIMEDOUT;
	assert_refused(book(&budget, 1), "can't be read: ");
	assert_non_null(strstr(problem.message, strerror(ETIMEDOUT)));
	assert_true(budget.booked == 0);
	budget_close(&budget);
}

static void test_not_read(void **state)
{
	struct budget budget;

	(void)state;
	world.read = EIO;
	assert_refused(budget_open(&budget, folder, &problem), strerror(EIO));
	assert_int_equal(budget.file, -1);
	world.read = 0;
	fill();
	budget = open_budget();
	world.read = EIO;
	assert_refused(book(&budget, 1), "can't be read: ");
	assert_non_null(strstr(problem.message, strerror(EIO)));
	world.read = 0;
	assert_int_equal(book(&budget, 1), ERROR_NONE);
	budget_close(&budget);
}

/* A new file that can't be filled is no count of calls. */
static void test_not_filled(void **state)
{
	struct budget budget;

	(void)state;
	world.write = ENOSPC;
	assert_refused(budget_open(&budget, folder, &problem),
		       strerror(ENOSPC));
	assert_int_equal(budget.file, -1);
	assert_false(world.has_lock);
}

/* What another process has counted in a new file stays counted. */
static void test_filled_meanwhile(void **state)
{
	struct budget budget;

	(void)state;
	world.fills = true;
	budget = open_budget();
	world.fills = false;
	assert_int_equal(book(&budget, 2), ERROR_TOO_MANY_REQUESTS);
	assert_int_equal(book(&budget, 1), ERROR_NONE);
	budget_close(&budget);
}

/* Another process has made the file but not filled it yet. */
static void test_waits(void **state)
{
	struct budget budget;
	int file = creat(path, 0600);

	(void)state;
	assert_true(file >= 0);
	assert_int_equal(close(file), 0);
	budget = open_budget();
	world.fills_in = 3;
	assert_int_equal(book(&budget, 2), ERROR_TOO_MANY_REQUESTS);
	assert_int_equal(world.sleeps, 3);
	assert_int_equal(book(&budget, 1), ERROR_NONE);
	budget_close(&budget);
}

/* One that stays empty for a second was damaged. */
static void test_stays_empty(void **state)
{
	struct budget budget;
	int file = creat(path, 0600);

	(void)state;
	assert_true(file >= 0);
	assert_int_equal(close(file), 0);
	budget = open_budget();
	assert_refused(book(&budget, 1), "damaged");
	assert_int_equal(problem.retry_after, LEDGER_WINDOW + 1);
	assert_int_equal(world.sleeps, FILL_WAITS);
	budget_close(&budget);
}

static void test_not_written(void **state)
{
	struct budget budget;

	(void)state;
	budget = open_budget();
	world.write = ENOSPC;
	assert_refused(book(&budget, 7), "can't be written: ");
	assert_non_null(strstr(problem.message, strerror(ENOSPC)));
	assert_true(budget.booked == 0);
	/* What is damaged is not full as long as that can't be written. */
	assert_int_equal(truncate(path, 100), 0);
	assert_refused(book(&budget, 1), "can't be written: ");
	assert_int_equal(problem.retry_after, 0);
	world.write = 0;
	assert_refused(book(&budget, 1), "damaged");
	budget_close(&budget);
}

/* A pause or an end that can't be noted leaves the file as it is. */
static void test_not_noted(void **state)
{
	struct budget budget;

	(void)state;
	budget = open_budget();
	assert_int_equal(book(&budget, LEDGER_CALLS), ERROR_NONE);
	world.lock = ETIMEDOUT;
	budget_pause(&budget, 20, NOW);
	budget_settle(&budget, 1, NOW);
	assert_true(budget.booked == 0);
	world.lock = 0;
	/* Too much stays booked, and the next booking does not wait. */
	assert_int_equal(book(&budget, 1), ERROR_TOO_MANY_REQUESTS);
	assert_int_equal(problem.retry_after, LEDGER_WINDOW + 1 + DEADLINE);
	budget_close(&budget);
	/* Without a file there is nothing to note. */
	budget_pause(&budget, 20, NOW);
	budget.booked = 1;
	budget_settle(&budget, 1, NOW);
	assert_true(budget.booked == 1);
}

#define TEST(name) cmocka_unit_test_setup(name, begin)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_no_lock),     TEST(test_not_read),
		TEST(test_not_filled),  TEST(test_filled_meanwhile),
		TEST(test_waits),       TEST(test_stays_empty),
		TEST(test_not_written), TEST(test_not_noted),
	};
	int failed;

	if (!mkdtemp(folder))
		return 1;
	snprintf(path, sizeof(path), "%s/" FILE_NAME, folder);
	failed = UNIT_RUN(tests);
	(void)unlink(path);
	(void)rmdir(folder);
	return failed;
}
