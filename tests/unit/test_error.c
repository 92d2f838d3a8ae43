/* Statuses, and messages that quote what was sent without being broken by it. */
#include "unit.h"

#include "cgi/web/status.h"
#include "lib/base/error.h"
#include "lib/base/problem.h"

static void test_status(void **state)
{
	static const struct {
		enum error error;
		int status;
		const char *text;
	} cases[] = {
		{ ERROR_NO_ROUTE, 404, "Not Found" },
		{ ERROR_UNAUTHORIZED, 401, "Unauthorized" },
		{ ERROR_ACCESS_DENIED, 403, "Forbidden" },
		{ ERROR_INSECURE, 403, "Forbidden" },
		{ ERROR_BUCKET_NAME, 400, "Bad Request" },
		{ ERROR_UNAVAILABLE, 503, "Service Unavailable" },
		{ ERROR_TOO_MANY_REQUESTS, 429, "Too Many Requests" },
		{ ERROR_METHOD, 405, "Method Not Allowed" },
		{ ERROR_NOT_ACCEPTABLE, 406, "Not Acceptable" },
		{ ERROR_LENGTH_REQUIRED, 411, "Length Required" },
		{ ERROR_TOO_LARGE, 413, "Content Too Large" },
		{ ERROR_MEDIA_TYPE, 415, "Unsupported Media Type" },
		{ ERROR_UPSTREAM, 502, "Bad Gateway" },
		{ ERROR_INTERNAL, 500, "Internal Server Error" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		assert_int_equal(error_status(cases[i].error), cases[i].status);
		assert_string_equal(status_text(cases[i].status),
				    cases[i].text);
	}
}

static void test_message_is_one_line_of_utf8(void **state)
{
	struct problem problem;
	char text[PROBLEM_MESSAGE_MAX * 2];

	(void)state;
	assert_int_equal(problem_set(&problem, ERROR_BAD_VALUE, "/a\nb",
				     "x\r\ny\x7f %s \xc3", "\xff\xc1\xe9"),
			 ERROR_BAD_VALUE);
	assert_string_equal(problem.pointer, "/a b");
	assert_string_equal(problem.message, "x  y  ??? ?");

	/* Cut in the middle of a two-byte character. */
	memset(text, 'a', sizeof(text));
	for (size_t i = 1; i + 2 < sizeof(text); i += 2)
		memcpy(text + i, "\xc3\xa1", 2);
	text[sizeof(text) - 1] = '\0';
	problem_set(&problem, ERROR_BAD_VALUE, NULL, "%s", text);
	assert_int_equal(strlen(problem.message), PROBLEM_MESSAGE_MAX - 1);
	assert_int_not_equal(problem.message[PROBLEM_MESSAGE_MAX - 2], '\xc3');
	problem_set(&problem, ERROR_BAD_VALUE, NULL, "b%s", text);
	assert_int_not_equal(problem.message[PROBLEM_MESSAGE_MAX - 2], '\xc3');
}

static void test_problems_are_counted(void **state)
{
	static struct problems problems;

	(void)state;
	for (int i = 0; i < PROBLEMS_MAX + 7; i++)
		problems_add(&problems, ERROR_OBJECT_NAME, "/objects", "%d", i);
	assert_int_equal(problems.count, PROBLEMS_MAX + 7);
	assert_string_equal(problems.list[PROBLEMS_MAX - 1].message, "99");
	problems_push(&problems, &problems.list[0]);
	assert_int_equal(problems.count, PROBLEMS_MAX + 8);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_status),
		cmocka_unit_test(test_message_is_one_line_of_utf8),
		cmocka_unit_test(test_problems_are_counted),
	};

	return UNIT_RUN(tests);
}
