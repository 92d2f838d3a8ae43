/* The formats, with the templates as they are: byte for byte, and with every
 * kind of text that a key or a message may hold. */
#include "unit.h"

#include <sys/stat.h>
#include <unistd.h>

#include "../../lib/render.h"

/* One row of entries, and what each list gives. */
struct row {
	const char *key;
	const char *prefix;
	const char *error; /* message of a failed entry */
};

struct answer {
	const struct row *rows;
	size_t row_count;
	const char *const *messages;
	size_t message_count;
	size_t row;
	size_t message;
	struct slice values[VALUE_NUMBER_OF_NAMES];
};

static void set(struct answer *answer, enum value value, const char *text)
{
	answer->values[value] = slice_text(text);
}

static void set_row(struct answer *answer, const struct row *row)
{
	bool good = !row->error;

	set(answer, VALUE_KEY, row->key);
	set(answer, VALUE_PREFIX, row->prefix);
	set(answer, VALUE_ACCESS_KEY_ID, good ? "id0" : NULL);
	set(answer, VALUE_SECRET_ACCESS_KEY, good ? "5ec4e7" : NULL);
	set(answer, VALUE_SESSION_TOKEN, good ? "t0k/+==" : NULL);
	set(answer, VALUE_EXPIRES_AT, good ? "2026-02-03T04:05:06Z" : NULL);
	set(answer, VALUE_ERROR_CODE, good ? NULL : "10020");
	set(answer, VALUE_ERROR_MESSAGE, row->error);
}

static bool answer_next(void *context, size_t list)
{
	struct answer *answer = context;

	if (list == VALUE_ENTRIES) {
		set(answer, VALUE_FIRST, answer->row == 0 ? "1" : NULL);
		if (answer->row == answer->row_count)
			return false;
		set_row(answer, &answer->rows[answer->row++]);
		return true;
	}
	if (list != VALUE_MESSAGES || answer->message == answer->message_count)
		return false;
	set(answer, VALUE_FIRST, answer->message == 0 ? "1" : NULL);
	set(answer, VALUE_MESSAGE, answer->messages[answer->message++]);
	return true;
}

static struct renderer renderer;

static int load(void **state)
{
	struct problem problem;

	(void)state;
	if (renderer_load(&renderer, NULL, &problem) == ERROR_NONE)
		return 0;
	printf("# %s\n", problem.message);
	return -1;
}

static int unload(void **state)
{
	(void)state;
	renderer_free(&renderer);
	renderer_free(&renderer);
	return 0;
}

/* What the template makes of it; the caller frees. */
static char *rendered(const struct template *template, struct answer *answer)
{
	struct template_data data = { answer->values, answer_next, answer };
	char window[SINK_MIN];
	struct buffer out = { 0 };
	struct sink sink;

	sink_to_buffer(&sink, window, sizeof(window), &out);
	template_run(template, &data, &sink);
	assert_true(sink_flush(&sink));
	assert_true(buffer_add(&out, "", 1));
	return out.data;
}

static void expect(enum format_id format, struct answer *answer,
		   const char *expected)
{
	char *text = rendered(renderer.templates[format], answer);

	assert_string_equal(text, expected);
	free(text);
}

static const struct row two_rows[] = {
	{ .key = "a/b.txt" },
	{ .prefix = "users/ann/" },
};

static void test_json_batch(void **state)
{
	struct answer answer = { .rows = two_rows, .row_count = 2 };

	(void)state;
	set(&answer, VALUE_COUNT, "2");
	set(&answer, VALUE_FAILED, "0");
	expect(FORMAT_JSON, &answer,
	       "{\"result\":[{\"key\":\"a/b.txt\",\"accessKeyId\":\"id0\","
	       "\"secretAccessKey\":\"5ec4e7\",\"sessionToken\":\"t0k/+==\","
	       "\"expiresAt\":\"2026-02-03T04:05:06Z\"},"
	       "{\"prefix\":\"users/ann/\",\"accessKeyId\":\"id0\","
	       "\"secretAccessKey\":\"5ec4e7\",\"sessionToken\":\"t0k/+==\","
	       "\"expiresAt\":\"2026-02-03T04:05:06Z\"}],\n"
	       "\"result_info\":{\"count\":2,\"failed\":0},\"errors\":[],"
	       "\"messages\":[],\"success\":true}\n");
}

static void test_json_single(void **state)
{
	static const struct row row = { .key = NULL };
	static const char *const messages[] = { "one", "t\"wo" };
	struct answer answer = { .rows = &row,
				 .row_count = 1,
				 .messages = messages,
				 .message_count = 2 };

	(void)state;
	set(&answer, VALUE_SINGLE, "1");
	set(&answer, VALUE_COUNT, "1");
	set(&answer, VALUE_FAILED, "0");
	expect(FORMAT_JSON, &answer,
	       "{\"result\":{\"accessKeyId\":\"id0\","
	       "\"secretAccessKey\":\"5ec4e7\",\"sessionToken\":\"t0k/+==\","
	       "\"expiresAt\":\"2026-02-03T04:05:06Z\"},\n"
	       "\"result_info\":{\"count\":1,\"failed\":0},\"errors\":[],"
	       "\"messages\":[\"one\",\"t\\\"wo\"],\"success\":true}\n");
}

/* Under onError=report; an entry whose key could not be read has "". */
static void test_json_failed_entries(void **state)
{
	static const struct row rows[] = {
		{ .key = "bad\nkey", .error = "not \"allowed\"" },
		{ .prefix = "p/", .error = "no" },
		{ .error = "unreadable" },
	};
	struct answer answer = { .rows = rows, .row_count = 3 };

	(void)state;
	set(&answer, VALUE_COUNT, "0");
	set(&answer, VALUE_FAILED, "3");
	expect(FORMAT_JSON, &answer,
	       "{\"result\":[{\"key\":\"bad\\nkey\",\"error\":{\"code\":10020,"
	       "\"message\":\"not \\\"allowed\\\"\"}},"
	       "{\"prefix\":\"p/\",\"error\":{\"code\":10020,"
	       "\"message\":\"no\"}},"
	       "{\"key\":\"\",\"error\":{\"code\":10020,"
	       "\"message\":\"unreadable\"}}],\n"
	       "\"result_info\":{\"count\":0,\"failed\":3},\"errors\":[],"
	       "\"messages\":[],\"success\":true}\n");
}

static void test_ndjson(void **state)
{
	static const struct row rows[] = {
		{ .key = "a" },
		{ .key = "b", .error = "no" },
		{ .prefix = "c/" },
	};
	static const char *const messages[] = { "mind" };
	struct answer answer = { .rows = rows,
				 .row_count = 3,
				 .messages = messages,
				 .message_count = 1 };

	(void)state;
	set(&answer, VALUE_COUNT, "2");
	set(&answer, VALUE_FAILED, "1");
	expect(FORMAT_NDJSON, &answer,
	       "{\"key\":\"a\",\"accessKeyId\":\"id0\","
	       "\"secretAccessKey\":\"5ec4e7\",\"sessionToken\":\"t0k/+==\","
	       "\"expiresAt\":\"2026-02-03T04:05:06Z\"}\n"
	       "{\"key\":\"b\",\"error\":{\"code\":10020,"
	       "\"message\":\"no\"}}\n"
	       "{\"prefix\":\"c/\",\"accessKeyId\":\"id0\","
	       "\"secretAccessKey\":\"5ec4e7\",\"sessionToken\":\"t0k/+==\","
	       "\"expiresAt\":\"2026-02-03T04:05:06Z\"}\n"
	       "{\"result_info\":{\"count\":2,\"failed\":1},"
	       "\"messages\":[\"mind\"],\"success\":true}\n");
}

/* Every byte a key may hold, in each context: fails with any other escaper. */
static const char hostile[] = "\x01\b\t\n\f\r\x1f\x7f \"'\\/&<>"
			      "</script><!--{{key}}]]>\xc3\xa9\xf0\x9f\x94\x91";
static const char hostile_json[] =
	"\\u0001\\b\\t\\n\\f\\r\\u001f\x7f \\\"'\\\\/&<>"
	"</script><!--{{key}}]]>\xc3\xa9\xf0\x9f\x94\x91";
static const char hostile_html[] =
	"\x01\b\t\n\f\r\x1f\x7f &quot;&#39;\\/&amp;&lt;&gt;"
	"&lt;/script&gt;&lt;!--{{key}}]]&gt;\xc3\xa9\xf0\x9f\x94\x91";

static void expect_within(const char *text, const char *before,
			  const char *expected, const char *after)
{
	char wanted[512];

	snprintf(wanted, sizeof(wanted), "%s%s%s", before, expected, after);
	if (!strstr(text, wanted))
		fail_msg("no %s in %s", wanted, text);
}

static void test_hostile_texts(void **state)
{
	static const struct row rows[] = {
		{ .key = hostile },
		{ .prefix = hostile },
		{ .key = hostile, .error = hostile },
	};
	static const char *const messages[] = { hostile };
	static const struct {
		enum format_id format;
		const char *escaped;
		const char *around[4][2];
	} cases[] = {
		{ FORMAT_JSON,
		  hostile_json,
		  { { "{\"key\":\"", "\",\"accessKeyId\"" },
		    { "{\"prefix\":\"", "\",\"accessKeyId\"" },
		    { "\"message\":\"", "\"}}],\n" },
		    { "\"messages\":[\"", "\"],\"success\":true}\n" } } },
		{ FORMAT_NDJSON,
		  hostile_json,
		  { { "\n{\"prefix\":\"", "\",\"accessKeyId\"" },
		    { "\n{\"key\":\"", "\",\"error\"" },
		    { "\"message\":\"", "\"}}\n" },
		    { "\"messages\":[\"", "\"],\"success\":true}\n" } } },
		{ FORMAT_HTML,
		  hostile_html,
		  { { "data-name=\"Opens\"><code>", "</code></td>" },
		    { "data-name=\"Opens\"><code>", "</code>&hellip;" },
		    { "data-name=\"Not issued\">", " (10020)</td>" },
		    { "<p class=\"note\">", "</p>" } } },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct answer answer = { .rows = rows,
					 .row_count = 3,
					 .messages = messages,
					 .message_count = 1 };
		char *text =
			rendered(renderer.templates[cases[i].format], &answer);

		for (size_t j = 0; j < 4; j++)
			expect_within(text, cases[i].around[j][0],
				      cases[i].escaped, cases[i].around[j][1]);
		free(text);
	}
}

/* Each list has one row, whose values are there already. */
static bool one_row(void *context, size_t list)
{
	bool *given = context;

	given[list] = !given[list];
	return given[list];
}

/* Wherever a template puts a value, what gets out is escaped: a value of
 * nothing but specials must not be found as it is. `plain` is for the values
 * that need no escaping, so that each side of their sections is seen. */
static void expect_escaped(const struct template *template,
			   const struct format *format, const char *plain)
{
	static const char special[] = "x\"><b>'&\n";
	struct slice values[VALUE_NUMBER_OF_NAMES];
	bool given[VALUE_NUMBER_OF_NAMES] = { false };
	struct template_data data = { values, one_row, given };
	char window[SINK_MIN];
	struct buffer out = { 0 };
	struct sink sink;

	for (size_t i = 0; i < VALUE_NUMBER_OF_NAMES; i++)
		values[i] = value_schema.names[i].kind == TEMPLATE_TEXT ?
				    slice_text(special) :
				    slice_text(plain);
	sink_to_buffer(&sink, window, sizeof(window), &out);
	template_run(template, &data, &sink);
	assert_true(sink_flush(&sink));
	assert_true(buffer_add(&out, "", 1));
	assert_null(strstr(out.data, "x\"><b>"));
	if (strstr(format->content_type, "html"))
		assert_null(strstr(out.data, "<b>"));
	buffer_free(&out);
}

static void test_no_value_escapes_its_context(void **state)
{
	(void)state;
	for (size_t i = 0; i < renderer.format_count; i++) {
		expect_escaped(renderer.templates[i], &renderer.formats[i], "1");
		expect_escaped(renderer.templates[i], &renderer.formats[i], NULL);
	}
	for (size_t i = 0; i < PAGE_COUNT; i++) {
		expect_escaped(renderer.pages[i], &pages[i], "1");
		expect_escaped(renderer.pages[i], &pages[i], NULL);
	}
}

static char *refusal(const struct problems *problems)
{
	char window[SINK_MIN];
	struct buffer out = { 0 };
	struct sink sink;

	sink_to_buffer(&sink, window, sizeof(window), &out);
	render_errors(&renderer, problems, &sink);
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

/* A page of ours works without anything from elsewhere. */
static void test_pages_are_self_contained(void **state)
{
	static const char *const none[] = { "<script", "<link", "<img", "url(",
					    "@import", "src=",  "http:" };
	const struct template *all[] = { renderer.templates[FORMAT_HTML],
					 renderer.pages[PAGE_FORM] };

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		struct answer answer = { .row_count = 0 };
		char *text = rendered(all[i], &answer);

		for (size_t j = 0; j < sizeof(none) / sizeof(none[0]); j++)
			assert_null(strstr(text, none[j]));
		assert_memory_equal(text, "<!doctype html>\n", 16);
		assert_non_null(strstr(text, "</html>\n"));
		free(text);
	}
	assert_non_null(
		strstr(renderer.formats[FORMAT_HTML].headers, "default-src 'none'"));
}

static void test_formats(void **state)
{
	(void)state;
	assert_int_equal(renderer_format(&renderer, slice_text("json")), FORMAT_JSON);
	assert_int_equal(renderer_format(&renderer, slice_text("html")), FORMAT_HTML);
	assert_int_equal(renderer_format(&renderer, slice_text("JSON")), FORMAT_COUNT);
	assert_int_equal(renderer_format(&renderer, slice_text("")), FORMAT_COUNT);
	assert_int_equal(renderer_format(&renderer, slice_text("form")), FORMAT_COUNT);
	for (size_t i = 0; i < VALUE_NUMBER_OF_NAMES; i++)
		assert_non_null(value_schema.names[i].name);
}

/* ---- templates in a folder ----------------------------------------------- */

static char folder[] = "/tmp/test_render.XXXXXX";
static char file[sizeof(folder) + 16];

static void write_template(const char *text)
{
	FILE *out;

	snprintf(file, sizeof(file), "%s/ndjson.tmpl", folder);
	out = fopen(file, "w");
	assert_non_null(out);
	fputs(text, out);
	assert_int_equal(fclose(out), 0);
}

static void expect_broken(const char *where)
{
	struct renderer own;
	struct problem problem;
	char expected[sizeof(file) + 128];

	snprintf(expected, sizeof(expected), "%s%s", file, where);
	assert_int_equal(renderer_load(&own, folder, &problem), ERROR_TEMPLATE);
	assert_string_equal(problem.message, expected);
	renderer_free(&own);
}

static void test_folder(void **state)
{
	struct answer answer = { .rows = two_rows, .row_count = 1 };
	struct renderer own;
	struct problem problem;
	char *text;

	(void)state;
	assert_non_null(mkdtemp(folder));
	write_template("{{#entries}}\n<{{key}}>\n{{/entries}}\n");
	assert_int_equal(renderer_load(&own, folder, &problem), ERROR_NONE);
	text = rendered(own.templates[FORMAT_NDJSON], &answer);
	assert_string_equal(text, "<a/b.txt>\n");
	free(text);
	assert_non_null(own.templates[FORMAT_JSON]);
	renderer_free(&own);

	write_template("\n{{secretAccesKey}}\n");
	expect_broken(":2: no value is named 'secretAccesKey'; did you mean "
		      "'secretAccessKey'?");
	/* A folder in the file's place can't be read: no silent fallback. */
	assert_int_equal(unlink(file), 0);
	assert_int_equal(mkdir(file, 0700), 0);
	expect_broken(": Is a directory");
	assert_int_equal(rmdir(file), 0);
	assert_int_equal(rmdir(folder), 0);
	assert_int_equal(renderer_load(&own, folder, &problem), ERROR_NONE);
	renderer_free(&own);
}

static void test_time(void **state)
{
	static const struct {
		int64_t seconds;
		const char *text;
	} cases[] = {
		{ 0, "1970-01-01T00:00:00Z" },
		{ 951782399, "2000-02-28T23:59:59Z" },
		{ 951782400, "2000-02-29T00:00:00Z" },
		{ 1770091506, "2026-02-03T04:05:06Z" },
		{ 4107542400, "2100-03-01T00:00:00Z" },
		{ 253402300799, "9999-12-31T23:59:59Z" },
		{ 253402300800, "9999-12-31T23:59:59Z" },
		{ INT64_MAX, "9999-12-31T23:59:59Z" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		char text[TIME_TEXT_MAX];

		time_text(cases[i].seconds, text);
		assert_string_equal(text, cases[i].text);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_json_batch),
		cmocka_unit_test(test_json_single),
		cmocka_unit_test(test_json_failed_entries),
		cmocka_unit_test(test_ndjson),
		cmocka_unit_test(test_hostile_texts),
		cmocka_unit_test(test_no_value_escapes_its_context),
		cmocka_unit_test(test_errors),
		cmocka_unit_test(test_more_errors_than_are_kept),
		cmocka_unit_test(test_pages_are_self_contained),
		cmocka_unit_test(test_formats),
		cmocka_unit_test(test_folder),
		cmocka_unit_test(test_time),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, load, unload);
}
