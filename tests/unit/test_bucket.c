/* The names of buckets. */
#include "unit.h"

#include "lib/sign/bucket.h"

#define NAME_62      \
	"a123456789" \
	"0123456789" \
	"0123456789" \
	"0123456789" \
	"0123456789" \
	"0123456789" \
	"bc"
#define NAME_63 NAME_62 "z"

static struct problem problem;

static void assert_says(const char *text)
{
	if (!strstr(problem.message, text))
		fail_msg("'%s' is not in '%s'", text, problem.message);
}

static void test_bucket_names(void **state)
{
	static const char *const good[] = {
		"abc", "a-b", "0a9", "portal-uploads", NAME_63,
	};
	static const struct {
		const char *name, *says;
	} bad[] = {
		{ "", "0 characters" },
		{ "ab", "2 characters" },
		{ "a12345678901234567890123456789012345678901234567890123456"
		  "789bcde",
		  "64 characters" },
		{ "My_Bucket", "a-z, 0-9" },
		{ "my_bucket", "a-z, 0-9" },
		{ "a.b.c", "a-z, 0-9" },
		{ "a b", "a-z, 0-9" },
		{ "b\xc3\xbc"
		  "cher",
		  "a-z, 0-9" },
		{ "-abc", "begins or ends with '-'" },
		{ "abc-", "begins or ends with '-'" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++)
		assert_int_equal(bucket_check(slice_text(good[i]), "/bucket",
					      &problem),
				 ERROR_NONE);
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		assert_int_equal(bucket_check(slice_text(bad[i].name),
					      "/bucket", &problem),
				 ERROR_BUCKET_NAME);
		assert_string_equal(problem.pointer, "/bucket");
		assert_says(bad[i].says);
	}
	assert_int_equal(bucket_check(slice_of("ab\0c", 4), "", &problem),
			 ERROR_BUCKET_NAME);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_bucket_names),
	};

	return UNIT_RUN(tests);
}
