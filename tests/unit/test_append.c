/*
 * append: what stays of a line that is written in part only, as on a disk that
 * fills up or fails, and what the next line makes of it.
 */
#include "unit.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <unistd.h>

#include "lib/base/shared_file.h"

static ssize_t write_some(int file, const void *data, size_t size);
static int cut_or_not(int file, off_t size);
static bool lock_or_not(int file, unsigned milliseconds);

#define write write_some
#define ftruncate cut_or_not
#define shared_file_lock lock_or_not
#include "lib/audit/append.c"
#undef write
#undef ftruncate
#undef shared_file_lock

static char log_path[] = "/tmp/mintage-append-XXXXXX";
static int log_file;
static off_t end;

/* What the calls of write(2) do, in turn: 'i' is interrupted, 'h' writes half
 * of it, '0' nothing, 'f' finds the disk full. After that, all is written. */
static const char *writes;

/* The errno of what fails, or 0. */
static int cut_failure, lock_failure;

static ssize_t write_some(int file, const void *data, size_t size)
{
	char now = *writes;

	writes += now != '\0';
	if (now == 'i' || now == 'f') {
		errno = now == 'i' ? EINTR : ENOSPC;
		return -1;
	}
	if (now == '0')
		return 0;
	return write(file, data, now == 'h' ? size / 2 : size);
}

static int cut_or_not(int file, off_t size)
{
	if (!cut_failure)
		return ftruncate(file, size);
	errno = cut_failure;
	return -1;
}

static bool lock_or_not(int file, unsigned milliseconds)
{
	if (!lock_failure)
		return shared_file_lock(file, milliseconds);
	errno = lock_failure;
	return false;
}

static int add(const char *calls, const char *line)
{
	writes = calls;
	return audit_append_line(log_file, &end, slice_text(line), 10);
}

/* The log has this text, and is empty then. */
static void assert_log(const char *expected)
{
	char text[256];
	ssize_t got = pread(log_file, text, sizeof(text) - 1, 0);

	assert_true(got >= 0);
	text[got] = '\0';
	assert_string_equal(text, expected);
	assert_int_equal(ftruncate(log_file, 0), 0);
	end = 0;
}

static void test_whole(void **state)
{
	(void)state;
	assert_int_equal(add("", "one\n"), 0);
	assert_int_equal(end, 4);
	/* The rest is written, too, where nobody else writes. */
	assert_int_equal(add("ihi", "three\n"), 0);
	assert_int_equal(end, 10);
	assert_log("one\nthree\n");
}

static void test_cut_back(void **state)
{
	(void)state;
	assert_int_equal(add("", "one\n"), 0);
	assert_int_equal(add("hf", "three\n"), ENOSPC);
	assert_int_equal(end, 0);
	assert_int_equal(add("h0", "three\n"), EIO);
	assert_log("one\n");
}

/* What can't be cut back is ended by the next line. */
static void test_not_cut_back(void **state)
{
	(void)state;
	cut_failure = EIO;
	assert_int_equal(add("", "one\n"), 0);
	assert_int_equal(add("hf", "three\n"), ENOSPC);
	cut_failure = 0;
	assert_int_equal(add("", "four\n"), 0);
	assert_int_equal(end, 0);
	assert_log("one\nthr\nfour\n");
}

/* Where there are no locks, others may have written behind the first half: it
 * is neither continued nor cut back. */
static void test_no_locks(void **state)
{
	(void)state;
	lock_failure = ENOLCK;
	assert_int_equal(add("", "one\n"), 0);
	assert_int_equal(add("h", "three\n"), EIO);
	assert_int_equal(add("", "four\n"), 0);
	assert_log("one\nthr\nfour\n");
	/* The newline that ends a half line can't be written either. */
	assert_int_equal(add("h", "three\n"), EIO);
	assert_int_equal(add("f", "four\n"), ENOSPC);
	assert_log("thr");
	/* Somebody keeps the lock. */
	lock_failure = ETIMEDOUT;
	assert_int_equal(add("", "one\n"), ETIMEDOUT);
	assert_log("");
	lock_failure = 0;
}

/* A log that is no longer open, and one that was removed. */
static void test_gone(void **state)
{
	int closed = log_file;

	(void)state;
	log_file = -1;
	assert_int_equal(add("", "one\n"), EBADF);
	log_file = closed;
	assert_int_equal(unlink(log_path), 0);
	assert_int_equal(add("", "one\n"), ESTALE);
	assert_log("");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_whole),
		cmocka_unit_test(test_cut_back),
		cmocka_unit_test(test_not_cut_back),
		cmocka_unit_test(test_no_locks),
		cmocka_unit_test(test_gone),
	};
	int made = mkstemp(log_path), failed;

	if (made < 0)
		return 1;
	close(made);
	log_file = open(log_path, O_RDWR | O_APPEND | O_CLOEXEC);
	if (log_file < 0)
		return 1;
	failed = UNIT_RUN(tests);
	close(log_file);
	return failed;
}
