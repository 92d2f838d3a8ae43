/* fields: what a request may say of all its links; as text and as JSON. */
#include "given.h"

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
