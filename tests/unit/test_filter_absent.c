/*
 * filter: a program that was built without libseccomp has no filters. It says
 * so without asking the kernel, and a command goes on without one.
 */
#include "unit.h"

#include <stdbool.h>
#include <sys/prctl.h>

#include "lib/base/process.h"
#include "lib/confine/filter_data.h"
#include "lib/confine/privileges.h"

static int not_called(int what, long a, const void *b, long c, long d);

#define prctl not_called
#include "lib/confine/filter.c"
#undef prctl

static bool watched_or_not(void);
static int renounce_or_not(void);

#define process_is_watched watched_or_not
#define privileges_renounce renounce_or_not
#include "lib/confine/offline.c"
#undef process_is_watched
#undef privileges_renounce

const struct filter_data filter_data[FILTER_KINDS] = { { NULL, 0 } };

static bool is_watched;
static int renounced, failure;

static int not_called(int what, long a, const void *b, long c, long d)
{
	(void)a;
	(void)b;
	(void)c;
	(void)d;
	fail_msg("prctl(%d) was called", what);
	return -1;
}

static bool watched_or_not(void)
{
	return is_watched;
}

static int renounce_or_not(void)
{
	renounced++;
	return failure;
}

static void test_filter(void **state)
{
	(void)state;
	assert_false(filter_is_built());
	assert_int_equal(filter_enter(FILTER_SERVICE), ENOSYS);
	assert_int_equal(filter_enter(FILTER_OFFLINE), ENOSYS);
}

static void test_offline(void **state)
{
	struct problem problem;

	(void)state;
	assert_int_equal(offline_enter(&problem), ERROR_NONE);
	assert_int_equal(renounced, 1);
	/* This, too, is told. */
	failure = EPERM;
	assert_int_equal(offline_enter(&problem), ERROR_UNAVAILABLE);
	assert_non_null(strstr(problem.message, "off the network: Operation "
						"not permitted"));
	/* A program with sanitizers is not confined at all. */
	is_watched = true;
	assert_int_equal(offline_enter(&problem), ERROR_NONE);
	assert_int_equal(renounced, 2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_filter),
		cmocka_unit_test(test_offline),
	};

	return UNIT_RUN(tests);
}
