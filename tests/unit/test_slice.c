/* Comparing and taking slices, numbers, "did you mean". */
#include "unit.h"

#include "lib/base/slice.h"

static void test_split(void **state)
{
	struct slice rest = slice_text("a,,b"), part;

	(void)state;
	assert_true(slice_split(&rest, ',', &part));
	assert_true(slice_is(part, "a"));
	assert_true(slice_split(&rest, ',', &part));
	assert_int_equal(part.length, 0);
	assert_true(slice_split(&rest, ',', &part));
	assert_true(slice_is(part, "b"));
	assert_false(slice_split(&rest, ',', &part));
	rest = slice_text("");
	assert_true(slice_split(&rest, ',', &part));
	assert_int_equal(part.length, 0);
	assert_false(slice_split(&rest, ',', &part));
}

static void test_compare(void **state)
{
	(void)state;
	assert_true(
		slice_equal_nocase(slice_text("BeaRER"), slice_text("bEArer")));
	assert_false(slice_equal_nocase(slice_text("ab"), slice_text("abc")));
	assert_false(slice_equal(slice_text("ab"), slice_text("aB")));
	assert_true(slice_starts(slice_text("users/ann/x"),
				 slice_text("users/ann/")));
	assert_false(slice_starts(slice_text("users/ann"),
				  slice_text("users/ann/")));
	assert_true(slice_is(slice_trim(slice_text(" \t x y \t")), "x y"));
}

static void test_number(void **state)
{
	static const char *const bad[] = { "",
					   "-1",
					   "+1",
					   "01",
					   " 1",
					   "1 ",
					   "1.5",
					   "1e3",
					   "0x1",
					   "901",
					   "18446744073709551616",
					   "99999999999999999999999" };
	uint64_t number;

	(void)state;
	assert_true(slice_number(slice_text("0"), 900, &number));
	assert_int_equal(number, 0);
	assert_true(slice_number(slice_text("900"), 900, &number));
	assert_int_equal(number, 900);
	assert_true(slice_number(slice_text("18446744073709551615"), UINT64_MAX,
				 &number));
	assert_true(number == UINT64_MAX);
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_false(slice_number(slice_text(bad[i]), 900, &number));
}

static void test_nearest(void **state)
{
	static const char *const names[] = { "", "objects", "prefixes",
					     "bucket", "ttlSeconds" };
	static const char *const formats[] = { "aria2", "csv" };

	(void)state;
	assert_string_equal(slice_nearest(slice_text("objcts"), names, 5),
			    "objects");
	assert_string_equal(slice_nearest(slice_text("ttlseconds"), names, 5),
			    "ttlSeconds");
	assert_string_equal(slice_nearest(slice_text("Bucket"), names, 5),
			    "bucket");
	/* Two letters that changed places are one slip, not two. */
	assert_string_equal(slice_nearest(slice_text("cvs"), formats, 2),
			    "csv");
	assert_null(slice_nearest(slice_text("svc"), formats, 2));
	assert_null(slice_nearest(slice_text("nothing-like-it"), names, 5));
	assert_null(slice_nearest(slice_text(""), names, 5));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_split),
		cmocka_unit_test(test_compare),
		cmocka_unit_test(test_number),
		cmocka_unit_test(test_nearest),
	};

	return UNIT_RUN(tests);
}
