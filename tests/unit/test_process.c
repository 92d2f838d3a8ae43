/* process: descriptors are closed with close_range(2), and without it. */
#include "unit.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

/* A kernel with close_range, or one without. */
static bool is_old;

static int close_range_or_not(unsigned first, unsigned last, int flags);

#define syscall(number, ...) close_range_or_not((unsigned)__VA_ARGS__)
#include "lib/base/process.c"
#undef syscall

static int close_range_or_not(unsigned first, unsigned last, int flags)
{
	if (!is_old)
		return (int)syscall(__NR_close_range, first, last, flags);
	errno = ENOSYS;
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

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_close_from),
	};

	return UNIT_RUN(tests);
}
