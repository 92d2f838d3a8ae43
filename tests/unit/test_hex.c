/* Hexadecimal digits, both ways. */
#include "unit.h"

#include "lib/base/hex.h"

static void test_hex(void **state)
{
	char out[9] = "";
	uint8_t bytes[4];

	(void)state;
	assert_int_equal(hex_encode(out, "\x00\x7f\xab\xff", 4), 8);
	assert_string_equal(out, "007fabff");
	assert_true(hex_decode(bytes, "007FabfF", 8));
	assert_memory_equal(bytes, "\x00\x7f\xab\xff", 4);
	assert_false(hex_decode(bytes, "007", 3));
	assert_false(hex_decode(bytes, "0g", 2));
	assert_true(hex_is_lower("09af", 4));
	assert_false(hex_is_lower("09aF", 4));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_hex),
	};

	return UNIT_RUN(tests);
}
