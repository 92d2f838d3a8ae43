/* Numbers in decimal, without stdio. */
#include "unit.h"

#include <inttypes.h>

#include "lib/base/decimal.h"

static void test_numbers(void **state)
{
	static const uint64_t numbers[] = {
		0, 1, 9, 10, 11, 99, 1000, 1795805507, UINT32_MAX, UINT64_MAX,
	};
	char expected[32], found[DECIMAL_MAX + 1];
	size_t length;

	(void)state;
	for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++) {
		snprintf(expected, sizeof(expected), "%" PRIu64, numbers[i]);
		memset(found, 'x', sizeof(found));
		length = decimal_write(found, numbers[i]);
		assert_int_equal(length, strlen(expected));
		assert_memory_equal(found, expected, length);
		assert_int_equal(found[length], 'x');
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_numbers),
	};

	return UNIT_RUN(tests);
}
