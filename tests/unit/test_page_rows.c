/* page_rows: what a row sets must stand until the next one, since the template
 * shows it after the function that set it has returned. */
#include "unit.h"

#include "cgi/web/page.h"
#include "cgi/web/page_rows.h"
#include "lib/base/problems.h"

static struct problems problems;
static struct page page;

/* Use the stack that the function before this one had. */
static void __attribute__((noinline)) use_stack(void)
{
	volatile char used[4096];

	for (size_t i = 0; i < sizeof(used); i++)
		used[i] = 'x';
}

static void assert_row(const char *pointer, const char *message)
{
	bool more = page_rows_next(&page, VALUE_ERRORS);

	use_stack();
	assert_true(more);
	if (!slice_is(page.values[VALUE_ERROR_POINTER], pointer))
		fail_msg("'%.*s', not '%s'",
			 (int)page.values[VALUE_ERROR_POINTER].length,
			 page.values[VALUE_ERROR_POINTER].data, pointer);
	assert_true(slice_is(page.values[VALUE_ERROR_MESSAGE], message));
}

static void test_errors(void **state)
{
	(void)state;
	problems_add(&problems, ERROR_UNKNOWN_FIELD, "/objcts", "no field");
	problems_add(&problems, ERROR_OBJECT_NAME, "/objects/4", "too long");
	problems_add(&problems, ERROR_MALFORMED, NULL, "no JSON");
	page.problems = &problems;
	for (size_t i = 0; i < 2; i++) {
		assert_row("/objcts", "no field");
		assert_row("entry 5 of objects", "too long");
		assert_row("", "no JSON");
		assert_false(page_rows_next(&page, VALUE_ERRORS));
	}
}

/* Write a pointer to a field of no form, of this number. */
static const char *pointer_of(size_t number)
{
	static char pointer[24];

	snprintf(pointer, sizeof(pointer), "/f%zu", number);
	return pointer;
}

/* The last row tells how many problems have none. */
static void test_untold(void **state)
{
	(void)state;
	problems_free(&problems);
	for (size_t i = 0; i < PROBLEMS_MAX + 3; i++)
		problems_add(&problems, ERROR_UNKNOWN_FIELD, pointer_of(i),
			     "%zu", i);
	page.problems = &problems;
	for (size_t i = 0; i < PROBLEMS_MAX; i++)
		assert_row(pointer_of(i), pointer_of(i) + 2);
	assert_row("", "3 more problems are not listed here");
	assert_false(page_rows_next(&page, VALUE_ERRORS));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_errors),
		cmocka_unit_test(test_untold),
	};
	int failed = UNIT_RUN(tests);

	page_free(&page);
	problems_free(&problems);
	return failed;
}
