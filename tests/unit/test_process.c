/* process: descriptors are closed with close_range(2), and without it. */
#include "unit.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

/* A kernel with close_range, or one without. */
static bool is_old;

/* What else can fail. */
static bool has_no_list, has_no_limit;

static int close_range_or_not(unsigned first, unsigned last, int flags);
static DIR *list_or_not(const char *path);
static int limit_or_not(int resource, struct rlimit *limit);

#define syscall(number, ...) close_range_or_not((unsigned)__VA_ARGS__)
#define opendir list_or_not
#define getrlimit(resource, limit) limit_or_not((int)(resource), limit)
#include "lib/base/process.c"
#undef syscall
#undef opendir
#undef getrlimit

static int close_range_or_not(unsigned first, unsigned last, int flags)
{
	if (!is_old)
		return (int)syscall(__NR_close_range, first, last, flags);
	errno = ENOSYS;
	return -1;
}

static DIR *list_or_not(const char *path)
{
	if (!has_no_list)
		return opendir(path);
	errno = ENOENT;
	return NULL;
}

static int limit_or_not(int resource, struct rlimit *limit)
{
	assert_int_equal(resource, RLIMIT_NOFILE);
	if (!has_no_limit)
		return getrlimit(RLIMIT_NOFILE, limit);
	errno = EPERM;
	return -1;
}

static bool is_open(int file)
{
	return fcntl(file, F_GETFD) >= 0;
}

/* The first descriptor that is wrong, or 0. */
static int wrong(int first, int highest)
{
	for (int file = 3; file <= highest; file++) {
		if (file >= first && is_open(file))
			return file;
		if (file == first - 1 && !is_open(file))
			return file;
	}
	return 0;
}

/* In a process of its own: open many, lower the limit below them, close. */
static void assert_closes(int first, rlim_t limit)
{
	struct rlimit lowered = { limit, limit };
	pid_t child = fork();
	int status = 0;

	if (child == 0) {
		int highest = dup(STDERR_FILENO);

		while (highest >= 0 && highest < 200)
			highest = dup(STDERR_FILENO);
		if (highest < 0 || setrlimit(RLIMIT_NOFILE, &lowered) != 0)
			_exit(255);
		process_close_from(first);
		_exit(wrong(first, highest));
	}
	assert_true(child > 0);
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 0);
}

static void test_close_from(void **state)
{
	struct rlimit now;

	(void)state;
	assert_int_equal(getrlimit(RLIMIT_NOFILE, &now), 0);
	for (int old = 0; old < 2; old++) {
		is_old = old;
		assert_closes(3, now.rlim_max);
		assert_closes(7, now.rlim_max);
		/* What was opened before a lower limit is open all the same. */
		assert_closes(5, 32);
	}
}

/* An old kernel without /proc: nothing more can be closed than the first, and
 * the process goes on. */
static void test_no_list(void **state)
{
	int first = dup(STDERR_FILENO), next = dup(STDERR_FILENO);

	(void)state;
	is_old = has_no_list = true;
	process_close_from(first);
	is_old = has_no_list = false;
	assert_false(is_open(first));
	assert_true(is_open(next));
	assert_int_equal(close(next), 0);
}

/* In a process of its own: allow as many files as may be. */
static void test_allow_files(void **state)
{
	const struct rlimit lowered = { 32, 64 };
	pid_t child = fork();
	int status = 0;

	(void)state;
	if (child == 0) {
		struct rlimit now;

		if (setrlimit(RLIMIT_NOFILE, &lowered) != 0 ||
		    process_allow_files() != 32 ||
		    getrlimit(RLIMIT_NOFILE, &now) != 0)
			_exit(1);
		_exit(now.rlim_cur == 64 && now.rlim_max == 64 ? 0 : 2);
	}
	assert_true(child > 0);
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(status, 0);
}

/* A limit that can't be read is left as it is. */
static void test_unknown_limit(void **state)
{
	struct rlimit before, after;

	(void)state;
	assert_int_equal(getrlimit(RLIMIT_NOFILE, &before), 0);
	has_no_limit = true;
	assert_int_equal(process_allow_files(), 0);
	has_no_limit = false;
	assert_int_equal(getrlimit(RLIMIT_NOFILE, &after), 0);
	assert_memory_equal(&before, &after, sizeof(before));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_close_from),
		cmocka_unit_test(test_no_list),
		cmocka_unit_test(test_allow_files),
		cmocka_unit_test(test_unknown_limit),
	};

	return UNIT_RUN(tests);
}
