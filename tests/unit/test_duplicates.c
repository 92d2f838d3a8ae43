/* A member that is given twice is found at any depth, however it is escaped. */
#include "unit.h"

#include "cgi/cli/duplicates.h"

static void test_duplicates(void **state)
{
	static const struct {
		const char *json;
		const char *says; /* NULL: there is none */
	} cases[] = {
		{ "{}", NULL },
		{ "[]", NULL },
		{ "7", NULL },
		{ "{\"a\":1,\"b\":2,\"A\":3}", NULL },
		{ "{\"a\":{\"a\":{\"a\":1}}}", NULL },
		{ "[{\"a\":1},{\"a\":2}]", NULL },
		{ "{\"a\":\"\\\"a\\\":1\",\"\":1}", NULL },
		{ "{\"a\":1,\"a\":1}", "twice: 'a'" },
		{ "{\"a\":1,\"b\":[{}],\"a\":1}", "twice: 'a'" },
		{ "{\"a\":1,\"\\u0061\":1}", "twice: 'a'" },
		{ "{\"\\u0061\":1,\"a\":1}", "twice: 'a'" },
		{ "{\"\":1,\"\":1}", "twice: ''" },
		{ "{\"x\":[[{\"b\":1,\"b\":2}]]}", "twice: 'b'" },
		{ "{\"x\":{\"y\":{}},\"z\":{\"y\":1,\"y\":2}}", "twice: 'y'" },
		{ "{\"a\\u001b\":1,\"a\\u001b\":2}", "twice: 'a" },
		{ "{\"a\":1,}", "isn't JSON" },
		{ "{\"a\":1} {", "isn't JSON" },
		{ "{\"a\"", "isn't JSON" },
		{ "[1,", "isn't JSON" },
		{ "", "isn't JSON" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct problem problem = { .error = ERROR_NONE };
		enum error error = duplicates_check(slice_text(cases[i].json),
						    "payload", &problem);

		if ((error == ERROR_NONE) != (cases[i].says == NULL))
			print_error("%s\n", cases[i].json);
		assert_int_equal(error,
				 cases[i].says ? ERROR_MALFORMED : ERROR_NONE);
		if (cases[i].says)
			assert_non_null(strstr(problem.message, cases[i].says));
		assert_null(strchr(problem.message, 0x1b));
	}
}

static void test_many(void **state)
{
	char text[4096] = "{\"m0\":0";
	size_t length = strlen(text);
	struct problem problem;

	(void)state;
	for (int i = 1; i < DUPLICATES_MEMBERS_MAX; i++)
		length += (size_t)snprintf(text + length, sizeof(text) - length,
					   ",\"m%d\":0", i);
	memcpy(text + length, "}", 2);
	assert_int_equal(duplicates_check(slice_text(text), "payload",
					  &problem),
			 ERROR_NONE);
	memcpy(text + length, ",\"more\":0}", 11);
	assert_int_equal(duplicates_check(slice_text(text), "payload",
					  &problem),
			 ERROR_MALFORMED);
	assert_non_null(strstr(problem.message, "too many members"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_duplicates),
		cmocka_unit_test(test_many),
	};

	return UNIT_RUN(tests);
}
