/* fetch: memory ends at any place, and nothing is issued. */
#include "unit.h"

#include "lib/base/buffer.h"

static size_t allocations; /* that can still be made */

static bool has_memory(void)
{
	if (allocations == 0)
		return false;
	allocations--;
	return true;
}

#define calloc(count, size) (has_memory() ? calloc(count, size) : NULL)
#define buffer_add(...) (has_memory() && buffer_add(__VA_ARGS__))
#define buffer_format(...) (has_memory() && buffer_format(__VA_ARGS__))
#define buffer_reserve(...) (has_memory() && buffer_reserve(__VA_ARGS__))
#include "fetched.h"

/* Fetch with so many allocations that succeed, and none after them. */
static enum error fetch_with(size_t count)
{
	enum error error;

	allocations = count;
	error = issue_fetch_reserve(&order, &tally, &fetch, &problems);
	if (error)
		assert_int_equal(seen.sent, 0);
	else
		error = issue_fetch(&order, &tally, fetch, &problems);
	return error;
}

/* Assert that so many entries have their credential, and the others what they
 * failed of at Cloudflare. */
static void assert_fetched(uint64_t good)
{
	struct fetched fetched;

	assert_int_equal(problems.count, 0);
	assert_int_equal(tally.count, good);
	for (uint64_t i = 0; i < 2; i++) {
		assert_true(issue_fetch_next(fetch, &fetched));
		assert_int_equal(fetched.error,
				 i < good ? ERROR_NONE : ERROR_UPSTREAM);
	}
}

/* Returns how many allocations an order takes that succeeds. */
static size_t try_all(void **state, enum on_error on_error, const char *answer)
{
	for (size_t count = 0;; count++) {
		start(state);
		fields.on_error = on_error;
		if (answer)
			fake.answers[0] = answered(1, answer);
		if (fetch_with(count) == ERROR_NONE) {
			assert_fetched(answer ? 1 : 2);
			stop(state);
			return count;
		}
		assert_int_equal(problems.count, 1);
		assert_int_equal(problems.list[0].error, ERROR_UNAVAILABLE);
		assert_within(problems.list[0].message, "not enough memory");
		if (seen.begun > 0) {
			assert_true(tally.broken);
			assert_int_equal(seen.ended, 1);
		}
		stop(state);
	}
}

static void test_reject(void **state)
{
	assert_in_range(try_all(state, ON_ERROR_REJECT, NULL), 10, 1000);
}

/* It is not the failure of a single entry either. */
static void test_report(void **state)
{
	assert_in_range(try_all(state, ON_ERROR_REPORT, NULL), 10, 1000);
	assert_in_range(try_all(state, ON_ERROR_REPORT, "{}"), 10, 1000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_reject),
		cmocka_unit_test(test_report),
	};

	return UNIT_RUN(tests);
}
