/* What a person reads of a failure. */
#include "unit.h"

#include <stdbool.h>

#include "lib/base/problems.h"

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

/* What each kept failure stands for: "3*0 1*2 4" is three like the first, one
 * like the third, and four that no line tells of. */
static void assert_told(struct problems *problems, const char *expected)
{
	char told[256] = "";
	size_t used = 0, count;

	for (size_t i = 0; (count = problems_next(problems, &i)) > 0; i++)
		used += (size_t)snprintf(told + used, sizeof(told) - used,
					 "%zu*%zu ", count, i);
	snprintf(told + used, sizeof(told) - used, "%zu",
		 problems_untold(problems));
	assert_string_equal(told, expected);
	problems_free(problems);
}

static void test_equal_ones_are_told_once(void **state)
{
	static const struct {
		enum error error;
		const char *pointer, *message;
		bool same; /* as { ERROR_BAD_VALUE, "/objects/0", "'a' has 5" } */
	} rows[] = {
		{ ERROR_BAD_VALUE, "/objects/7", "'a' has 5", true },
		{ ERROR_BAD_VALUE, "/objects/7", "'b c' has 12345", true },
		{ ERROR_BAD_VALUE, "/objects/7", "'can't' has 5", true },
		{ ERROR_OBJECT_NAME, "/objects/7", "'a' has 5", false },
		{ ERROR_BAD_VALUE, "/prefixes/7", "'a' has 5", false },
		{ ERROR_BAD_VALUE, "/objects/7/key", "'a' has 5", false },
		{ ERROR_BAD_VALUE, "/objects", "'a' has 5", false },
		{ ERROR_BAD_VALUE, "/objects/7", "'a' has five", false },
		{ ERROR_BAD_VALUE, "/objects/7", "'a' has", false },
		{ ERROR_BAD_VALUE, "/objects/7", "'a has 5", false },
		{ ERROR_BAD_VALUE, "/objects/7", "a has 5", false },
		{ ERROR_BAD_VALUE, "/objects/7", "", false },
	};
	struct problems problems = { 0 };

	(void)state;
	assert_told(&problems, "0");
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		problems_add(&problems, ERROR_BAD_VALUE, "/objects/0",
			     "'a' has 5");
		problems_add(&problems, rows[i].error, rows[i].pointer, "%s",
			     rows[i].message);
		assert_told(&problems, rows[i].same ? "2*0 0" : "1*0 1*1 0");
	}
	/* An apostrophe begins no quotation. */
	problems_add(&problems, ERROR_BAD_VALUE, "", "it can't be, can't it");
	problems_add(&problems, ERROR_BAD_VALUE, "", "it can't do, can't it");
	assert_told(&problems, "1*0 1*1 0");
	problems_add(&problems, ERROR_BAD_VALUE, "", "IT CAN'T BE, CAN'T IT");
	problems_add(&problems, ERROR_BAD_VALUE, "", "IT CAN'T DO, CAN'T IT");
	assert_told(&problems, "1*0 1*1 0");
}

static void test_equal_ones_are_counted_to_the_end(void **state)
{
	struct problems problems = { 0 };

	(void)state;
	for (int i = 0; i < 5000; i++)
		problems_add(&problems, ERROR_OBJECT_NAME, "/objects/1",
			     "'%d' is bad", i);
	assert_int_equal(problems_kept(&problems), PROBLEMS_MAX);
	problems_add(&problems, ERROR_OBJECT_NAME, "/objects/1", "is late");
	problems_add(&problems, ERROR_OBJECT_NAME, "/objects/1", "is later");
	assert_int_equal(problems.count, 5002);
	assert_told(&problems, "5000*0 2");
	/* A reader that begins again with count = 0 begins anew. */
	for (int i = 0; i < 3; i++)
		problems_add(&problems, ERROR_BAD_VALUE, "", "x");
	problems.count = 0;
	problems_add(&problems, ERROR_MALFORMED, "", "y");
	assert_told(&problems, "1*0 0");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_message_is_one_line_of_utf8),
		cmocka_unit_test(test_problems_are_counted),
		cmocka_unit_test(test_equal_ones_are_told_once),
		cmocka_unit_test(test_equal_ones_are_counted_to_the_end),
	};

	return UNIT_RUN(tests);
}
