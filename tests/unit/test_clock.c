/* clock: which times are believed. */
#include "unit.h"

#include <errno.h>
#include <time.h>

static struct timespec faked;
static int failure;

static int pretend(clockid_t clock, struct timespec *now)
{
	assert_int_equal(clock, CLOCK_REALTIME);
	*now = faked;
	errno = failure;
	return failure ? -1 : 0;
}

#define clock_gettime pretend
#include "lib/base/clock.c"

static enum error at(int64_t seconds, struct problem *problem)
{
	struct timespec now;
	enum error error;

	faked = (struct timespec){ .tv_sec = seconds, .tv_nsec = 7 };
	error = clock_read(&now, problem);
	if (!error) {
		assert_int_equal(now.tv_sec, seconds);
		assert_int_equal(now.tv_nsec, 7);
	}
	return error;
}

static void test_times(void **state)
{
	static const int64_t wrong[] = { 0,
					 -1,
					 1,
					 INT64_MIN,
					 INT64_MAX,
					 1000000000,
					 CLOCK_EARLIEST - 1,
					 CLOCK_LATEST };
	struct problem problem;

	(void)state;
	failure = 0;
	assert_int_equal(at(CLOCK_EARLIEST, &problem), ERROR_NONE);
	assert_int_equal(at(CLOCK_LATEST - 1, &problem), ERROR_NONE);
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
		assert_int_equal(at(wrong[i], &problem), ERROR_UNAVAILABLE);
	assert_int_equal(at(0, &problem), ERROR_UNAVAILABLE);
	assert_non_null(strstr(problem.message, "1970-01-01T00:00:00Z"));
}

static void test_no_clock(void **state)
{
	struct problem problem;

	(void)state;
	failure = EFAULT;
	assert_int_equal(at(CLOCK_EARLIEST, &problem), ERROR_UNAVAILABLE);
	assert_non_null(strstr(problem.message, "Bad address"));
	assert_int_equal(error_status(problem.error), 503);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_times),
		cmocka_unit_test(test_no_clock),
	};

	return UNIT_RUN(tests);
}
