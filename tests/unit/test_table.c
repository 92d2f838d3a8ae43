/*
 * table: a lock that others put another in the place of whenever it is taken,
 * and names that only just fit.
 */
#include "unit.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <unistd.h>

#include "lib/base/shared_file.h"

static bool lock_between(int file, unsigned milliseconds);

#define shared_file_lock lock_between
#include "lib/state/table.c"
#undef shared_file_lock

static char folder[] = "/tmp/mintage-table-XXXXXX";
static char lock_path[64], file_path[64];
static struct state_table table;

/* How often others remove the lock before it is taken. */
static int removals;
static int locked;

static bool lock_between(int file, unsigned milliseconds)
{
	locked++;
	if (removals > 0) {
		removals--;
		(void)unlink(lock_path);
	}
	return shared_file_lock(file, milliseconds);
}

static int count_open(void)
{
	int count = 0;

	for (int file = 0; file < 64; file++)
		count += fcntl(file, F_GETFD) >= 0;
	return count;
}

static void test_lock_is_replaced(void **state)
{
	int before = count_open();

	(void)state;
	state_table_begin(&table, folder);
	removals = TRIES - 1;
	locked = 0;
	assert_true(state_table_enter(&table, 10));
	assert_int_equal(locked, TRIES);
	assert_int_equal(table.pages, STATE_TABLE_FIRST);
	state_table_leave(&table);
	state_table_end(&table);
	/* This goes on: it is given up, and nothing stays open. */
	state_table_begin(&table, folder);
	removals = TRIES;
	locked = 0;
	errno = 0;
	assert_false(state_table_enter(&table, 10));
	assert_int_equal(errno, EAGAIN);
	assert_int_equal(locked, TRIES);
	assert_int_equal(count_open(), before);
	state_table_end(&table);
}

/* The name of the lock fits behind that of the folder, and that of a new table
 * is a byte too long. */
static void test_long_folder(void **state)
{
	static char longer[PATH_MAX];
	const size_t length = PATH_MAX - sizeof("/" STATE_TABLE_LOCK);

	(void)state;
	(void)unlink(file_path);
	memset(longer, '/', length);
	memcpy(longer, folder, strlen(folder));
	state_table_begin(&table, longer);
	errno = 0;
	assert_false(state_table_enter(&table, 10));
	assert_int_equal(errno, ENAMETOOLONG);
	/* The lock was taken, and is free again. */
	assert_true(table.lock >= 0);
	assert_int_equal(table.file, -1);
	state_table_end(&table);
	assert_int_equal(access(file_path, F_OK), -1);
	state_table_begin(&table, folder);
	assert_true(state_table_enter(&table, 0));
	state_table_leave(&table);
	state_table_end(&table);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_lock_is_replaced),
		cmocka_unit_test(test_long_folder),
	};
	int failed;

	if (!mkdtemp(folder))
		return 1;
	snprintf(lock_path, sizeof(lock_path), "%s/" STATE_TABLE_LOCK, folder);
	snprintf(file_path, sizeof(file_path), "%s/" STATE_TABLE_FILE, folder);
	failed = UNIT_RUN(tests);
	(void)unlink(lock_path);
	(void)unlink(file_path);
	return rmdir(folder) != 0 || failed;
}
