/* The templates that are not formats: what they may hold, a refusal as programs
 * read it, and the headers that an answer is sent with. */
#include "lib/base/problems.h"
#include "unit.h"

#include "cgi/web/page_errors.h"
#include "rendered.h"

static struct renderer renderer;

static int load(void **state)
{
	struct problem problem;

	(void)state;
	if (renderer_load(&renderer, NULL, &pages_others, &problem) ==
	    ERROR_NONE)
		return 0;
	printf("# %s\n", problem.message);
	return -1;
}

static int unload(void **state)
{
	(void)state;
	renderer_free(&renderer);
	return 0;
}

static void test_names(void **state)
{
	const struct template_schema *schema = pages_others.schema;

	(void)state;
	assert_ptr_equal(schema->base, &values_schema);
	assert_int_equal(schema->base->count + schema->count,
			 VALUE_NUMBER_OF_PAGE_NAMES);
	for (size_t i = 0; i < schema->count; i++)
		assert_non_null(schema->names[i].name);
}

static void test_no_value_escapes_its_context(void **state)
{
	(void)state;
	for (size_t i = 0; i < PAGE_COUNT; i++) {
		expect_escaped(renderer.other_templates[0][i], &pages_table[i],
			       pages_others.schema, "1");
		expect_escaped(renderer.other_templates[0][i], &pages_table[i],
			       pages_others.schema, NULL);
	}
}

static bool no_row(void *context, size_t list)
{
	(void)context;
	(void)list;
	return false;
}

static void test_form_is_self_contained(void **state)
{
	struct slice values[VALUE_NUMBER_OF_PAGE_NAMES] = { { NULL, 0 } };
	struct template_data data = { values, no_row, NULL };
	char window[SINK_MIN];
	struct buffer out = { 0 };
	struct sink sink;

	(void)state;
	values[VALUE_ASSETS] = slice_text("/assets");
	sink_to_buffer(&sink, window, sizeof(window), &out);
	template_run(renderer.other_templates[0][PAGE_FORM], &data, &sink);
	assert_true(sink_flush(&sink));
	assert_true(buffer_add(&out, "", 1));
	expect_self_contained(out.data);
	buffer_free(&out);
}

/* ---- a refusal as programs read it ---------------------------------------- */

static void expect_within(const char *text, const char *before,
			  const char *expected, const char *after)
{
	char wanted[512];

	snprintf(wanted, sizeof(wanted), "%s%s%s", before, expected, after);
	if (!strstr(text, wanted))
		fail_msg("no %s in %s", wanted, text);
}

static char *refusal(const struct problems *problems)
{
	char window[SINK_MIN];
	struct buffer out = { 0 };
	struct sink sink;

	sink_to_buffer(&sink, window, sizeof(window), &out);
	page_errors_write(&renderer, problems, &sink);
	assert_true(sink_flush(&sink));
	assert_true(buffer_add(&out, "", 1));
	return out.data;
}

static void test_errors(void **state)
{
	static struct problems problems;
	char *text;

	(void)state;
	problems_add(&problems, ERROR_UNKNOWN_FIELD, "/\"objcts",
		     "did you \"?");
	problems_add(&problems, ERROR_MALFORMED, NULL, "line 1");
	text = refusal(&problems);
	assert_string_equal(text,
			    "{\"result\":null,\"errors\":["
			    "{\"code\":11002,\"message\":\"did you \\\"?\","
			    "\"source\":{\"pointer\":\"/\\\"objcts\"}},"
			    "{\"code\":11001,\"message\":\"line 1\"}],"
			    "\"messages\":[],\"success\":false}\n");
	free(text);
}

static size_t occurrences(const char *text, const char *what)
{
	size_t count = 0;

	for (; (text = strstr(text, what)); text++)
		count++;
	return count;
}

static void test_more_errors_than_are_kept(void **state)
{
	static struct problems problems;
	char *text;

	(void)state;
	for (int i = 0; i < PROBLEMS_MAX; i++)
		problems_add(&problems, ERROR_OBJECT_NAME, "/objects/7", "bad");
	text = refusal(&problems);
	assert_int_equal(occurrences(text, "\"code\":"), PROBLEMS_MAX);
	free(text);
	for (int i = 0; i < 17; i++)
		problems_add(&problems, ERROR_OBJECT_NAME, "/objects/8", "bad");
	text = refusal(&problems);
	assert_int_equal(occurrences(text, "\"code\":"), PROBLEMS_MAX + 1);
	expect_within(text, "},{\"code\":10020,\"message\":\"",
		      "17 more problems are not listed here", "\"}],");
	free(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_names),
		cmocka_unit_test(test_no_value_escapes_its_context),
		cmocka_unit_test(test_form_is_self_contained),
		cmocka_unit_test(test_errors),
		cmocka_unit_test(test_more_errors_than_are_kept),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, load, unload);
}
