/* fields: what a request may say of all its links; as text and as JSON. */
#include "lib/base/problems.h"
#include "unit.h"

#include "cgi/input/fields.h"
#include "cgi/input/fields_json.h"

static struct fields fields;
static struct problems problems;

/* One field as text, after what `fields` has already. */
static void set(const char *name, const char *value)
{
	fields_set(&fields, slice_text(name), slice_text(value), &problems);
}

static void begin(void)
{
	fields_begin(&fields);
	problems.count = 0;
}

static void read_json(const char *text)
{
	begin();
	fields_json_read(&fields, slice_text(text), &problems);
}

static void assert_no_problem(const char *text)
{
	if (problems.count > 0)
		fail_msg("%s: %d at '%s': %s", text,
			 (int)problems.list[0].error, problems.list[0].pointer,
			 problems.list[0].message);
}

/* Its one problem. */
static void assert_problem(const char *text, enum error error,
			   const char *pointer)
{
	const struct problem *problem = &problems.list[0];

	if (problems.count != 1)
		fail_msg("%s: %zu problems", text, problems.count);
	if (problem->error != error || strcmp(problem->pointer, pointer) != 0)
		fail_msg("%s: %d at '%s'", text, (int)problem->error,
			 problem->pointer);
	assert_true(problem->message[0] != '\0');
}

static void assert_text(struct slice slice, const char *text)
{
	assert_int_equal(slice.length, strlen(text));
	assert_memory_equal(slice.data, text, slice.length);
}

/* What a request may say of all its links, in text. */
static void test_link_defaults(void **state)
{
	static const struct {
		const char *value, *becomes;
	} rows[LINK_TERM_COUNT] = {
		[LINK_TERM_DISPOSITION] = { "inline", "inline" },
		[LINK_TERM_RESPONSE_CACHE] = { "no-store", "no-store" },
		[LINK_TERM_RESPONSE_TYPE] = { "a/b", "a/b" },
		[LINK_TERM_CACHE_CONTROL] = { "no-cache", "no-cache" },
		[LINK_TERM_CONTENT_DISPOSITION] = { "inline", "inline" },
		[LINK_TERM_CONTENT_ENCODING] = { "gzip", "gzip" },
		[LINK_TERM_IF_NONE_MATCH] = { "*", "*" },
		[LINK_TERM_METADATA] = { "{\"A\":\"b\"}", "x-amz-meta-a:b\n" },
		[LINK_TERM_UPLOAD_ID] = { "u", "u" },
		[LINK_TERM_PART_NUMBER] = { "7", "7" },
	};
	char value[32], pointer[32];

	(void)state;
	begin();
	for (size_t i = 0; i < LINK_TERM_COUNT; i++) {
		if (!rows[i].value)
			continue;
		snprintf(value, sizeof(value), "%s", rows[i].value);
		set(link_terms_table[i].name, value);
		/* It is copied. */
		memset(value, 'x', sizeof(value));
	}
	assert_no_problem("each default");
	for (size_t i = 0; i < LINK_TERM_COUNT; i++) {
		if (rows[i].value)
			assert_text(fields.link.text[i], rows[i].becomes);
	}
	/* The others belong to one object. */
	for (size_t i = 0; i < LINK_TERM_COUNT; i++) {
		if (rows[i].value)
			continue;
		begin();
		set(link_terms_table[i].name, "x");
		snprintf(pointer, sizeof(pointer), "/%s",
			 link_terms_table[i].name);
		assert_problem(pointer, ERROR_BAD_VALUE, pointer);
		assert_non_null(strstr(problems.list[0].message, "one entry"));
	}
	begin();
	for (size_t i = 0; i < LINK_TERM_COUNT; i++)
		assert_int_equal(fields.link.text[i].length, 0);
}

static void test_link_defaults_json(void **state)
{
	static const struct {
		const char *text, *pointer;
	} rows[] = {
		{ "{\"metadata\":\"{}\"}", "/metadata" },
		{ "{\"metadata\":[]}", "/metadata" },
		{ "{\"metadata\":{\"a\":{}}}", "/metadata" },
		{ "{\"metadata\":{\"a\":1},\"bucket\":\"abc\"}", "/metadata" },
		{ "{\"partNumber\":\"1\"}", "/partNumber" },
		{ "{\"partNumber\":1.5}", "/partNumber" },
		{ "{\"partNumber\":[1,2]}", "/partNumber" },
		{ "{\"partNumber\":0}", "/partNumber" },
		{ "{\"cacheControl\":1}", "/cacheControl" },
		{ "{\"cacheControl\":\"a\\r\\nb\"}", "/cacheControl" },
		{ "{\"ifNoneMatch\":true}", "/ifNoneMatch" },
	};

	(void)state;
	read_json("{\"metadata\":{\"b\":\"1\",\"A\":\"\\u0032\"},"
		  "\"partNumber\":12,\"cacheControl\":\"a=\\\"b\\\"\","
		  "\"bucket\":\"uploads\"}");
	assert_no_problem("defaults");
	assert_text(fields.link.text[LINK_TERM_METADATA],
		    "x-amz-meta-a:2\nx-amz-meta-b:1\n");
	assert_text(fields.link.text[LINK_TERM_PART_NUMBER], "12");
	assert_text(fields.link.text[LINK_TERM_CACHE_CONTROL], "a=\"b\"");
	assert_text(fields.bucket, "uploads");
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		read_json(rows[i].text);
		assert_problem(rows[i].text, ERROR_BAD_VALUE, rows[i].pointer);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_link_defaults),
		cmocka_unit_test(test_link_defaults_json),
	};

	return UNIT_RUN(tests);
}
