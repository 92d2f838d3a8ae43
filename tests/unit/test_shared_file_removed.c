/*
 * shared_file: a file that others remove, make and replace between the calls
 * that open it. The calls are the real ones; between them, the test does what
 * others would do at just that moment.
 */
#include "unit.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <unistd.h>

static int open_between(const char *path, int flags, ...);

#define open open_between
#include "lib/base/shared_file.c"
#undef open

#define NAME "numbers"

static char folder[] = "/tmp/mintage-removed-XXXXXX";
static char path_of_file[64];

/* What others do before each call, in turn: 'm' they make the file, 'r' they
 * remove it, '.' nothing. After the last they do nothing more, or, where
 * `goes_on`, all of it again. */
static const char *turns, *turn;
static bool goes_on;
static int calls;

static void make_file(void)
{
	int file = open(path_of_file, O_WRONLY | O_CREAT, 0600);

	assert_true(file >= 0);
	assert_int_equal(close(file), 0);
}

static int open_between(const char *path, int flags, ...)
{
	va_list list;
	mode_t mode;

	calls++;
	if (!*turn && goes_on)
		turn = turns;
	if (*turn == 'm')
		make_file();
	else if (*turn == 'r')
		(void)unlink(path_of_file);
	turn += *turn != '\0';
	va_start(list, flags);
	mode = flags & O_CREAT ? va_arg(list, mode_t) : 0;
	va_end(list);
	return open(path, flags, mode);
}

static int open_while(const char *others, enum shared_file_missing missing)
{
	turns = turn = others;
	calls = 0;
	errno = 0;
	return shared_file_open(folder, NAME, 16, missing);
}

static void test_made_by_others(void **state)
{
	int file;

	(void)state;
	/* It is not there, and is when this process would make it. */
	file = open_while(".m.", SHARED_FILE_MAKE);
	assert_true(file >= 0);
	assert_int_equal(calls, 3);
	close(file);
	assert_int_equal(unlink(path_of_file), 0);
}

static void test_removed_again(void **state)
{
	int file;

	(void)state;
	/* It is removed once more, when what others made would be opened. */
	file = open_while(".mr", SHARED_FILE_MAKE);
	assert_true(file >= 0);
	assert_int_equal(calls, 5);
	close(file);
	/* This goes on: it is given up. */
	goes_on = true;
	assert_int_equal(open_while("rmr", SHARED_FILE_MAKE), -1);
	assert_int_equal(errno, ENOENT);
	assert_int_equal(calls, 3 * TRIES);
	goes_on = false;
}

/* A file that need not be made is looked for once. */
static void test_left(void **state)
{
	(void)state;
	assert_int_equal(open_while("", SHARED_FILE_LEAVE), -1);
	assert_int_equal(errno, ENOENT);
	assert_int_equal(calls, 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_made_by_others),
		cmocka_unit_test(test_removed_again),
		cmocka_unit_test(test_left),
	};
	int failed;

	if (!mkdtemp(folder))
		return 1;
	snprintf(path_of_file, sizeof(path_of_file), "%s/" NAME, folder);
	failed = UNIT_RUN(tests);
	return rmdir(folder) != 0 || failed;
}
