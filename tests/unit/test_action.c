/* The names of actions. */
#include "unit.h"

#include "lib/sign/action.h"

#define BIT(i) (UINT32_C(1) << (i))

static struct problem problem;

/* A set from names, so that the tests don't lean on the bits' order. */
static abilities set_of(const char *names)
{
	struct slice rest = slice_text(names), name;
	abilities set = 0;

	while (slice_split(&rest, ' ', &name))
		assert_int_equal(action_parse(name, "", &set, &problem), 0);
	return set;
}

static void assert_says(const char *text)
{
	if (!strstr(problem.message, text))
		fail_msg("'%s' is not in '%s'", text, problem.message);
}

static void test_action_names(void **state)
{
	abilities set = 0;

	(void)state;
	for (size_t i = 0; i < ACTION_COUNT; i++) {
		set = BIT(5);
		if (i == 5)
			continue;
		assert_int_equal(action_parse(slice_text(action_names[i]), "",
					      &set, &problem),
				 ERROR_NONE);
		assert_int_equal(set, BIT(5) | BIT(i));
	}
	set = 0;
	assert_int_equal(action_parse(slice_text("getObject"), "/actions/0",
				      &set, &problem),
			 ERROR_BAD_VALUE);
	assert_says("did you mean 'GetObject'?");
	assert_string_equal(problem.pointer, "/actions/0");
	assert_int_equal(action_parse(slice_text(""), "", &set, &problem),
			 ERROR_BAD_VALUE);
	assert_int_equal(set, 0);
}

static void test_action_twice(void **state)
{
	abilities set = set_of("GetObject PutObject");

	(void)state;
	assert_int_equal(action_parse(slice_text("GetObject"), "/actions/2",
				      &set, &problem),
			 ERROR_DUPLICATE_FIELD);
	assert_says("GetObject");
	assert_string_equal(problem.pointer, "/actions/2");
	assert_int_equal(set, set_of("GetObject PutObject"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_action_names),
		cmocka_unit_test(test_action_twice),
	};

	return UNIT_RUN(tests);
}
