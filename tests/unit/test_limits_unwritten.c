/*
 * limits: a disk that takes nothing more. What can't be counted isn't had, and
 * what can't be given back stays counted.
 */
#include "unit.h"

#include <errno.h>
#include <stdbool.h>
#include <unistd.h>

#include "lib/state/window.h"

static bool write_or_not(int file, unsigned number,
			 struct state_window *window);

#define state_window_write write_or_not
#include "lib/state/limits.c"
#undef state_window_write

static char folder[] = "/tmp/mintage-unwritten-XXXXXX";
static struct state_limits limits;
static char file_path[64], new_path[64], lock_path[64];

/* How many windows can still be written; -1 for all. */
static int writes = -1;

static bool write_or_not(int file, unsigned number, struct state_window *window)
{
	if (writes == 0) {
		errno = EDQUOT;
		return false;
	}
	writes -= writes > 0;
	return state_window_write(file, number, window);
}

static const struct state_limits_ask ask = {
	.name = "me",
	.limits = { { 5, 3600 }, { 100, 86400 } },
	.kind = STATE_LIMITS_REQUESTS,
	.some = 1,
};

/* How many requests are left after one more was counted. */
static uint64_t take_one(int64_t *time)
{
	struct state_limits_answer answer;
	struct problem problem;

	assert_int_equal(state_limits_take(&limits, &ask, &answer, &problem),
			 ERROR_NONE);
	assert_true(answer.taken);
	*time = answer.time;
	return answer.standing[STATE_LIMITS_REQUESTS].left;
}

static void assert_fails(void)
{
	struct state_limits_answer answer = { .taken = true };
	struct problem problem;

	assert_int_equal(state_limits_take(&limits, &ask, &answer, &problem),
			 ERROR_UNAVAILABLE);
	assert_false(answer.taken);
	assert_non_null(strstr(limits.trouble.why, strerror(EDQUOT)));
}

static void test_new_file(void **state)
{
	int64_t time;

	(void)state;
	for (writes = 0; writes < STATE_LIMITS_COUNT; writes++) {
		int can = writes;

		assert_fails();
		/* Nothing is left that could count as empty. */
		assert_int_equal(access(file_path, F_OK), -1);
		assert_int_equal(access(new_path, F_OK), -1);
		writes = can;
	}
	writes = -1;
	assert_int_equal(take_one(&time), 4);
}

static void test_count(void **state)
{
	int64_t time;

	(void)state;
	writes = 0;
	assert_fails();
	writes = -1;
	assert_int_equal(take_one(&time), 3);
}

static void test_give_back(void **state)
{
	int64_t time;

	(void)state;
	assert_int_equal(take_one(&time), 2);
	writes = 0;
	state_limits_give_back(&limits, &ask, time, 1);
	writes = -1;
	assert_int_equal(take_one(&time), 1);
	state_limits_give_back(&limits, &ask, time, 1);
	assert_int_equal(take_one(&time), 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_new_file),
		cmocka_unit_test(test_count),
		cmocka_unit_test(test_give_back),
	};
	int failed;

	if (!mkdtemp(folder))
		return 1;
	limits = (struct state_limits){ .folder = folder };
	snprintf(file_path, sizeof(file_path), "%s/" STATE_LIMITS_FILE "me",
		 folder);
	snprintf(new_path, sizeof(new_path), "%s/" STATE_WHOLE_NEW, folder);
	snprintf(lock_path, sizeof(lock_path), "%s/" STATE_WHOLE_LOCK, folder);
	failed = UNIT_RUN(tests);
	(void)unlink(file_path);
	(void)unlink(lock_path);
	return rmdir(folder) != 0 || failed;
}
