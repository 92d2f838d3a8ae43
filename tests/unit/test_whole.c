/*
 * whole: a file that is there as a whole or not at all, whoever cuts, removes
 * or locks it, and whatever fails while it is made.
 */
#include "unit.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <unistd.h>

#include "lib/base/shared_file.h"

static bool lock_between(int file, unsigned milliseconds);

#define shared_file_lock lock_between
#include "lib/state/whole.c"
#undef shared_file_lock

#define NAME "table"
#define SIZE 64

static char folder[] = "/tmp/mintage-whole-XXXXXX";
static char file_path[64], lock_path[64], new_path[64];

/* Whether others remove the file just before it is locked, and how long it was
 * to be waited for the lock of the last file. */
static bool is_removed;
static unsigned waited;

static bool lock_between(int file, unsigned milliseconds)
{
	waited = milliseconds;
	if (is_removed)
		(void)unlink(file_path);
	return shared_file_lock(file, milliseconds);
}

static bool fill(int file, const void *context)
{
	const int *failure = context;

	errno = *failure;
	return *failure == 0 && ftruncate(file, SIZE) == 0;
}

static int enter(int failure, unsigned milliseconds)
{
	const struct state_whole whole = { .folder = folder,
					   .name = NAME,
					   .size = SIZE,
					   .fill = fill,
					   .context = &failure };

	errno = 0;
	return state_whole_enter(&whole, milliseconds);
}

static void forget(void)
{
	is_removed = false;
	(void)unlink(file_path);
	(void)unlink(lock_path);
	assert_int_equal(access(new_path, F_OK), -1);
}

/* How long the lock for making files is waited for, in milliseconds. */
static void test_wait(void **state)
{
	static const struct {
		unsigned milliseconds, wait;
	} rows[] = {
		{ 0, 0 },      { 10, 10 },     { 50, 50 },
		{ 51, 510 },   { 199, 1990 },  { 200, 2000 },
		{ 201, 2000 }, { 2000, 2000 }, { UINT_MAX, 2000 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		assert_int_equal(make_wait(rows[i].milliseconds), rows[i].wait);
}

static void test_made(void **state)
{
	int file = enter(0, 10), again;

	(void)state;
	assert_true(file >= 0);
	assert_int_equal(lseek(file, 0, SEEK_END), SIZE);
	/* It is locked until it is closed. */
	assert_int_equal(enter(0, 10), -1);
	assert_int_equal(errno, ETIMEDOUT);
	state_whole_leave(file);
	again = enter(EIO, 10); /* which is not to be made */
	assert_true(again >= 0);
	state_whole_leave(again);
	errno = EDOM;
	state_whole_leave(-1);
	assert_int_equal(errno, EDOM);
	forget();
}

/* Nothing is left of a file that could not be filled. */
static void test_not_filled(void **state)
{
	(void)state;
	assert_int_equal(enter(EIO, 10), -1);
	assert_int_equal(errno, EIO);
	assert_int_equal(access(file_path, F_OK), -1);
	forget();
}

static void test_cut(void **state)
{
	static const off_t sizes[] = { 0, SIZE - 1, SIZE + 1 };

	(void)state;
	state_whole_leave(enter(0, 10));
	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		assert_int_equal(truncate(file_path, sizes[i]), 0);
		assert_int_equal(enter(0, 10), -1);
		assert_int_equal(errno, EBADMSG);
	}
	forget();
}

/* A process that makes files keeps the lock for that: it is waited for no
 * longer than a caller does who knows it. */
static void test_lock_is_kept(void **state)
{
	int lock = open(lock_path, O_RDWR | O_CREAT, 0600);

	(void)state;
	assert_true(lock >= 0 && shared_file_lock(lock, 0));
	assert_int_equal(enter(0, 10), -1);
	assert_int_equal(errno, ETIMEDOUT);
	assert_int_equal(waited, 10);
	assert_int_equal(access(file_path, F_OK), -1);
	close(lock);
	forget();
}

/* A file that is removed each time before it is locked counts nothing. */
static void test_always_removed(void **state)
{
	(void)state;
	is_removed = true;
	assert_int_equal(enter(0, 10), -1);
	assert_int_equal(errno, EAGAIN);
	forget();
}

static void test_names_too_long(void **state)
{
	static char name[PATH_MAX];
	const struct state_whole whole = {
		.folder = folder, .name = name, .size = SIZE, .fill = fill
	};

	(void)state;
	memset(name, 'a', sizeof(name) - 1);
	assert_int_equal(state_whole_enter(&whole, 10), -1);
	assert_int_equal(errno, ENAMETOOLONG);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_wait),
		cmocka_unit_test(test_made),
		cmocka_unit_test(test_not_filled),
		cmocka_unit_test(test_cut),
		cmocka_unit_test(test_lock_is_kept),
		cmocka_unit_test(test_always_removed),
		cmocka_unit_test(test_names_too_long),
	};
	int failed;

	if (!mkdtemp(folder))
		return 1;
	snprintf(file_path, sizeof(file_path), "%s/" NAME, folder);
	snprintf(lock_path, sizeof(lock_path), "%s/" STATE_WHOLE_LOCK, folder);
	snprintf(new_path, sizeof(new_path), "%s/" STATE_WHOLE_NEW, folder);
	failed = UNIT_RUN(tests);
	return rmdir(folder) != 0 || failed;
}
