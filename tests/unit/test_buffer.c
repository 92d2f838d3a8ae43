/* A buffer grows and keeps what is in it. */
#include "unit.h"

#include "lib/base/buffer.h"

static void test_buffer_grows(void **state)
{
	struct buffer buffer = { 0 };

	(void)state;
	for (int i = 0; i < 1000; i++)
		assert_true(buffer_format(&buffer, "%03d", i));
	assert_int_equal(buffer.length, 3000);
	assert_memory_equal(buffer.data + 2997, "999", 3);
	assert_memory_equal(buffer.data, "000001", 6);
	assert_false(buffer_reserve(&buffer, SIZE_MAX - 10));
	buffer_free(&buffer);
	assert_null(buffer.data);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_buffer_grows),
	};

	return UNIT_RUN(tests);
}
