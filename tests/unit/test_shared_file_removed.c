/*
 * shared_file: a file that others remove, make and replace between the calls
 * that open it. The calls are the real ones; between them, the test does what
 * others would do at just that moment. Some calls fail as they do where root
 * may not give a file away, where all parts are taken, or on a full disk.
 */
#include "unit.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdbool.h>
#include <unistd.h>

#include "lib/base/folder.h"

static int open_between(const char *path, int flags, ...);
static bool give_or_not(const char *folder, int file);
static int claim_or_not(int file, int command, struct flock *part);
static ssize_t write_some(int file, const void *data, size_t size, off_t at);

#define open open_between
#define folder_give give_or_not
#define fcntl claim_or_not
#define pwrite write_some
#include "lib/base/shared_file.c"
#undef open
#undef folder_give
#undef fcntl
#undef pwrite

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

/* ---- calls that fail ------------------------------------------------------ */

/* The errno of each, or 0. */
static int give_failure, claim_failure;

/* How many parts others have. */
static off_t taken;

/* How many bytes are written at once; the first call is interrupted. */
static size_t most;
static bool is_interrupted;

static bool give_or_not(const char *where, int file)
{
	if (!give_failure)
		return folder_give(where, file);
	errno = give_failure;
	return false;
}

static int claim_or_not(int file, int command, struct flock *part)
{
	assert_int_equal(command, F_OFD_SETLK);
	if (claim_failure || part->l_start < taken * part->l_len) {
		errno = claim_failure ? claim_failure : EAGAIN;
		return -1;
	}
	return fcntl(file, command, part);
}

static ssize_t write_some(int file, const void *data, size_t size, off_t at)
{
	if (is_interrupted) {
		is_interrupted = false;
		errno = EINTR;
		return -1;
	}
	return pwrite(file, data, size < most ? size : most, at);
}

/* The number of open descriptors below 64. */
static int count_open(void)
{
	int count = 0;

	for (int file = 0; file < 64; file++)
		count += fcntl(file, F_GETFD) >= 0;
	return count;
}

static void test_not_given(void **state)
{
	int before = count_open();

	(void)state;
	give_failure = EROFS;
	assert_int_equal(open_while("", SHARED_FILE_MAKE), -1);
	assert_int_equal(errno, EROFS);
	assert_int_equal(count_open(), before);
	give_failure = 0;
	assert_int_equal(unlink(path_of_file), 0);
}

static void test_parts_taken(void **state)
{
	int file = open_while("", SHARED_FILE_MAKE);

	(void)state;
	assert_true(file >= 0);
	taken = SHARED_FILE_PARTS - 1;
	assert_int_equal(shared_file_claim(file, 16), SHARED_FILE_PARTS - 1);
	taken = SHARED_FILE_PARTS;
	errno = 0;
	assert_int_equal(shared_file_claim(file, 16), -1);
	assert_int_equal(errno, EAGAIN);
	taken = 0;
	/* A file system without locks says so at once. */
	claim_failure = ENOLCK;
	assert_int_equal(shared_file_claim(file, 16), -1);
	assert_int_equal(errno, ENOLCK);
	claim_failure = 0;
	close(file);
	assert_int_equal(unlink(path_of_file), 0);
}

static void test_written_in_part(void **state)
{
	int file = open_while("", SHARED_FILE_MAKE);
	char text[8] = "";

	(void)state;
	assert_true(file >= 0);
	most = 3;
	errno = 0;
	assert_false(shared_file_write(file, "1234567", 8));
	assert_int_equal(errno, ENOSPC);
	most = SIZE_MAX;
	is_interrupted = true;
	assert_true(shared_file_write(file, "1234567", 8));
	assert_false(is_interrupted);
	assert_int_equal(shared_file_read(file, text, sizeof(text)), 8);
	assert_string_equal(text, "1234567");
	close(file);
	assert_int_equal(shared_file_read(file, text, sizeof(text)), -1);
	assert_int_equal(errno, EBADF);
	assert_int_equal(unlink(path_of_file), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_made_by_others),
		cmocka_unit_test(test_removed_again),
		cmocka_unit_test(test_left),
		cmocka_unit_test(test_not_given),
		cmocka_unit_test(test_parts_taken),
		cmocka_unit_test(test_written_in_part),
	};
	int failed;

	if (!mkdtemp(folder))
		return 1;
	snprintf(path_of_file, sizeof(path_of_file), "%s/" NAME, folder);
	failed = UNIT_RUN(tests);
	return rmdir(folder) != 0 || failed;
}
