/*
 * filter: what the kernel says of a filter, and what a command then tells. What
 * is denied in earnest is in test_offline.c.
 */
#include "unit.h"

#include <errno.h>
#include <stdbool.h>
#include <sys/prctl.h>

#include "lib/base/process.h"
#include "lib/confine/filter_data.h"
#include "lib/confine/offline.h"

static int called(int what, long a, const void *b, long c, long d);

#define prctl called
#include "lib/confine/filter.c"
#include "lib/confine/privileges.c"
#undef prctl

/* What it says of NULL, of a filter, and of giving up new privileges. */
static int first, last, renounced;

/* Instead of those that were built: let everything be called. */
static const struct sock_filter anything[] = { { 0x06, 0, 0, 0x7fff0000 } };
const struct filter_data filter_data[] = { { anything, 1 }, { anything, 1 } };

static int called(int what, long a, const void *b, long c, long d)
{
	const struct sock_fprog *program = b;

	if (what == PR_SET_NO_NEW_PRIVS) {
		assert_int_equal(a, 1);
		errno = renounced;
		return errno ? -1 : 0;
	}
	assert_int_equal(what, PR_SET_SECCOMP);
	assert_int_equal(a, SECCOMP_MODE_FILTER);
	assert_int_equal(c, 0);
	assert_int_equal(d, 0);
	if (program)
		assert_memory_equal(program->filter, anything,
				    sizeof(anything));
	errno = program ? last : first;
	return errno ? -1 : 0;
}

static void test_what_the_kernel_says(void **state)
{
	static const struct {
		int first, last;
		bool is_known;
		int result;
	} rows[] = {
		{ EFAULT, 0, true, 0 },
		{ EFAULT, EINVAL, true, EINVAL },
		{ EFAULT, ENOSYS, true, EINVAL },
		{ EFAULT, EACCES, true, EACCES },
		{ EFAULT, ENOMEM, true, ENOMEM },
		{ EINVAL, EINVAL, false, ENOSYS },
		{ EINVAL, EACCES, false, EACCES },
		{ ENOSYS, ENOSYS, false, ENOSYS },
		{ 0, 0, false, 0 },
	};

	(void)state;
	assert_true(filter_is_built());
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		first = rows[i].first;
		last = rows[i].last;
		assert_int_equal(filter_is_known(), rows[i].is_known);
		assert_int_equal(filter_enter(FILTER_SERVICE), rows[i].result);
		assert_int_equal(filter_enter(FILTER_OFFLINE), rows[i].result);
	}
}

/* A program with sanitizers is not confined, and so never refused. */
static void test_what_a_command_tells(void **state)
{
	struct problem problem;

	(void)state;
	if (process_is_watched())
		skip();
	first = EFAULT;
	last = 0;
	assert_int_equal(offline_enter(&problem), ERROR_NONE);
	last = ENOMEM;
	assert_int_equal(offline_enter(&problem), ERROR_UNAVAILABLE);
	assert_non_null(strstr(problem.message, "off the network: Cannot "
						"allocate memory"));
	first = last = EINVAL;
	assert_int_equal(offline_enter(&problem), ERROR_NONE);
	/* Every kernel that Mintage knows can give up new privileges. */
	renounced = ENOSYS;
	assert_int_equal(offline_enter(&problem), ERROR_UNAVAILABLE);
	renounced = EINVAL;
	assert_int_equal(offline_enter(&problem), ERROR_UNAVAILABLE);
	renounced = 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_what_the_kernel_says),
		cmocka_unit_test(test_what_a_command_tells),
	};

	return UNIT_RUN(tests);
}
