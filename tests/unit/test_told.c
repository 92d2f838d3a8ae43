/* How often the administrator is told of what keeps failing. */
#include "unit.h"

#include "cgi/web/told.h"

static void test_once_while_it_lasts(void **state)
{
	struct told told = { 0 };

	(void)state;
	assert_false(told_is_due(&told, false, 0));
	assert_true(told_is_due(&told, true, 0));
	assert_false(told_is_due(&told, true, 1));
	assert_false(told_is_due(&told, true, 100 * TOLD_PERIOD_MS));
}

static void test_again_after_it_worked(void **state)
{
	struct told told = { 0 };

	(void)state;
	assert_true(told_is_due(&told, true, 5));
	assert_false(told_is_due(&told, false, 6));
	assert_true(told_is_due(&told, true, 7));
}

/* A failure that came when there were too many lines is told later. */
static void test_so_many_a_period(void **state)
{
	const int64_t start = 12345;
	struct told told = { 0 };

	(void)state;
	for (int64_t i = 0; i < 2 * (int64_t)TOLD_PERIOD_MS; i += 10) {
		int64_t nth = i % TOLD_PERIOD_MS / 10;

		assert_int_equal(told_is_due(&told, true, start + i),
				 nth < TOLD_MOST);
		assert_false(told_is_due(&told, false, start + i));
	}
	assert_true(
		told_is_due(&told, true, start + 2 * (int64_t)TOLD_PERIOD_MS));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_once_while_it_lasts),
		cmocka_unit_test(test_again_after_it_worked),
		cmocka_unit_test(test_so_many_a_period),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
