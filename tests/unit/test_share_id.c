/* id: secrets that open shares, and the ids that stand for them. */
#include "unit.h"

#include "cgi/share/id.h"

static void test_made(void **state)
{
	char secret[SHARE_SECRET_LENGTH + 1], other[SHARE_SECRET_LENGTH + 1];
	char id[SHARE_ID_LENGTH + 1], again[SHARE_ID_LENGTH + 1];

	(void)state;
	assert_true(share_id_make(secret));
	assert_true(share_id_make(other));
	assert_int_equal(strlen(secret), SHARE_SECRET_LENGTH);
	assert_string_not_equal(secret, other);
	assert_true(share_id_of(slice_text(secret), id));
	assert_true(share_id_of(slice_text(secret), again));
	assert_string_equal(id, again);
	assert_true(share_id_is(slice_text(id)));
	assert_true(share_id_of(slice_text(other), again));
	assert_string_not_equal(id, again);
}

/* The id was made by another program:
 * { printf 'mintage share\n'; head -c 16 /dev/zero; } | sha256sum | cut -c 1-32
 */
static void test_vector(void **state)
{
	char id[SHARE_ID_LENGTH + 1];

	(void)state;
	assert_true(share_id_of(slice_text("AAAAAAAAAAAAAAAAAAAAAA"), id));
	assert_string_equal(id, "77264bb3dd6d0f6f9f7da0de09a7794a");
}

static void test_bad(void **state)
{
	static const char *const bad[] = {
		"",
		"AAAAAAAAAAAAAAAAAAAAA",
		"AAAAAAAAAAAAAAAAAAAAAAA",
		"AAAAAAAAAAAAAAAAAAAAAB", /* bits left over */
		"AAAAAAAAAAAAAAAAAAAA+A",
		"AAAAAAAAAAAAAAAAAAAA==",
		"AAAAAAAAAAAAAAAAAAAA/A",
	};
	char id[SHARE_ID_LENGTH + 1];

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_false(share_id_of(slice_text(bad[i]), id));
	assert_false(share_id_is(slice_text("")));
	assert_false(
		share_id_is(slice_text("0123456789abcdef0123456789abcde")));
	assert_false(
		share_id_is(slice_text("0123456789abcdef0123456789abcdeF")));
	assert_false(
		share_id_is(slice_text("0123456789abcdef0123456789abcd/f")));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_made),
		cmocka_unit_test(test_vector),
		cmocka_unit_test(test_bad),
	};

	return UNIT_RUN(tests);
}
