/* What a person reads of a failure. */
#include "lib/base/problems.h"
#include "unit.h"

#include "lib/base/problem.h"

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
		cmocka_unit_test(test_message_is_one_line_of_utf8),
		cmocka_unit_test(test_problems_are_counted),
	};

	return UNIT_RUN(tests);
}
