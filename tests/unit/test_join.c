/* join: the answers of several requests as one; none that was cut short is
 * passed on. */
#include "unit.h"

#include "cgi/cli/join.h"

static struct cli_output output;
static struct buffer text;
static struct join join;

static void begin(const char *format)
{
	text.length = 0;
	sink_to_buffer(&output.sink, output.window, sizeof(output.window),
		       &text);
	join_free(&join);
	join = (struct join){ .format = join_format(slice_text(format)),
			      .output = &output };
}

/* An answer with this body, and these headers or none. */
static const char *part(const char *headers, const char *body, uint64_t entries)
{
	struct upstream_answer answer = {
		.status = 200,
		.headers = slice_text(headers),
		.body = slice_text(body),
	};

	return join_part(&join, &answer, entries);
}

static void assert_part(const char *headers, const char *body, uint64_t entries)
{
	const char *wrong = part(headers, body, entries);

	if (wrong)
		fail_msg("%s: %s", body, wrong);
}

/* Nothing of it is passed on, nor counted. */
static void assert_wrong(const char *headers, const char *body,
			 uint64_t entries)
{
	uint64_t count = join.count, failed = join.failed;
	uint64_t parts = join.parts;
	size_t length;

	assert_true(sink_flush(&output.sink));
	length = text.length;
	if (!part(headers, body, entries))
		fail_msg("passed on: %s", body);
	assert_true(sink_flush(&output.sink));
	assert_int_equal(text.length, length);
	assert_int_equal(join.count, count);
	assert_int_equal(join.failed, failed);
	assert_int_equal(join.parts, parts);
}

static void assert_text(const char *expected)
{
	join_end(&join);
	assert_true(sink_flush(&output.sink));
	assert_true(buffer_add(&text, "", 1));
	assert_string_equal(text.data, expected);
}

static void test_names(void **state)
{
	(void)state;
	assert_int_equal(join_format(slice_text("")), JOIN_JSON);
	assert_int_equal(join_format(slice_text("json")), JOIN_JSON);
	assert_int_equal(join_format(slice_text("ndjson")), JOIN_NDJSON);
	assert_int_equal(join_format(slice_text("text")), JOIN_TEXT);
	assert_int_equal(join_format(slice_text("csv")), JOIN_CSV);
	assert_int_equal(join_format(slice_text("csv-exact")), JOIN_CSV);
	assert_int_equal(join_format(slice_text("JSON")), JOIN_OTHER);
	assert_int_equal(join_format(slice_text("html")), JOIN_OTHER);
}

/* ---- JSON ----------------------------------------------------------------- */

#define INFO(count, failed) \
	"\"result_info\":{\"count\":" count ",\"failed\":" failed "}"

static void test_json(void **state)
{
	(void)state;
	begin("json");
	assert_part(NULL,
		    "{\"result\":[{\"key\":\"a\"},{\"key\":\"b\"}],\n" INFO(
			    "1", "1") ",\"errors\":[],\"messages\":[\"m\"],"
				      "\"success\":true}\n",
		    2);
	assert_part(NULL,
		    "{\"result\":[{\"key\":\"c\"}]," INFO(
			    "1", "0") ","
				      "\"messages\":[],\"success\":true}",
		    1);
	assert_part(NULL,
		    "{\"result\":[[]]," INFO(
			    "1",
			    "0") ",\"new\":{\"a\":[]},"
				 "\"messages\":[\"n\",\"o\"],\"success\":true}",
		    1);
	assert_int_equal(join.parts, 3);
	assert_text(
		"{\"result\":[{\"key\":\"a\"},{\"key\":\"b\"},\n"
		"{\"key\":\"c\"},\n[]],\n" INFO(
			"3",
			"1") ",\"errors\":[],\"messages\":[\"m\",\"n\",\"o\"],"
			     "\"success\":true}\n");
}

static void test_json_wrong(void **state)
{
	static const char whole[] = "{\"result\":[1]," INFO(
		"1", "0") ",\"messages\":[],\"success\":true}";
	char cut[sizeof(whole)];
	static const char *const bad[] = {
		"",
		"[]",
		"{\"result\":[1]," INFO("1", "0") "}",
		"{\"result\":[1],\"success\":true}",
		"{\"result\":[1]," INFO("1", "0") ",\"success\":false}",
		"{\"result\":[1]," INFO("1", "0") ",\"success\":\"true\"}",
		"{\"result\":[1]," INFO("1", "0") ",\"success\":true}}",
		"{\"result\":[1]," INFO("1", "0") ",\"success\":true} 1",
		"{\"result\":{}," INFO("1", "0") ",\"success\":true}",
		"{\"result\":[1]," INFO("\"1\"", "0") ",\"success\":true}",
		"{\"result\":[1]," INFO("-1", "2") ",\"success\":true}",
		"{\"result\":[1],\"result_info\":{\"count\":1,\"failed\":0,"
		"\"more\":]},\"success\":true}",
		/* Whole, but of another number. */
		"{\"result\":[1,2]," INFO("1", "0") ",\"success\":true}",
		"{\"result\":[]," INFO("1", "0") ",\"success\":true}",
		"{\"result\":[1]," INFO("2", "0") ",\"success\":true}",
		"{\"result\":[1]," INFO("1", "1") ",\"success\":true}",
		"{\"result\":[1]," INFO("0", "0") ",\"success\":true}",
	};

	(void)state;
	begin("json");
	assert_part(NULL, whole, 1);
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_wrong(NULL, bad[i], 1);
	assert_wrong(NULL, whole, 2);
	assert_wrong(NULL, whole, 0);
	for (size_t i = 0; i < sizeof(whole) - 1; i++) {
		memcpy(cut, whole, i);
		cut[i] = '\0';
		assert_wrong(NULL, cut, 1);
	}
}

/* ---- NDJSON --------------------------------------------------------------- */

#define LAST(count, failed) \
	"{" INFO(count, failed) ",\"messages\":[],\"success\":true}\n"

static void test_ndjson(void **state)
{
	(void)state;
	begin("ndjson");
	assert_part(NULL, "{\"key\":\"a\"}\n{\"key\":\"b\"}\n" LAST("2", "0"),
		    2);
	assert_part(NULL, "{\"key\":\"c\"}\n" LAST("0", "1"), 1);
	assert_wrong(NULL, "", 1);
	assert_wrong(NULL, "\n", 1);
	assert_wrong(NULL, "{\"key\":\"c\"}\n", 1);
	assert_wrong(NULL, "{\"key\":\"c\"}\n{" INFO("1", "0"), 1);
	assert_wrong(NULL, "{\"key\":\"c\"}\n{" INFO("1", "0") "}\n", 1);
	assert_wrong(NULL, LAST("1", "0"), 1);
	assert_wrong(NULL, "{\"key\":\"c\"}\n" LAST("1", "0"), 2);
	assert_wrong(NULL, "{\"key\":\"c\"}\n" LAST("2", "0"), 2);
	assert_wrong(NULL, "{\"key\":\"c\"}\n" LAST("2", "0"), 1);
	assert_text("{\"key\":\"a\"}\n{\"key\":\"b\"}\n{\"key\":\"c\"}\n{" INFO(
		"2", "1") ",\"messages\":[],\"success\":true}\n");
}

/* ---- what has no end of its own ------------------------------------------- */

#define HEADERS(count, failed) \
	"Mintage-Count: " count "\nMintage-Failed: " failed "\n"

static void test_csv(void **state)
{
	(void)state;
	begin("csv");
	assert_part(HEADERS("2", "1"), "key,error\na,\n\"b\n\"\"c\",no\n", 2);
	assert_part(HEADERS("1", "0"), "key,error\nd,\n", 1);
	assert_int_equal(join.count, 2);
	assert_int_equal(join.failed, 1);
	assert_wrong(NULL, "key,error\nd,\n", 1);
	assert_wrong("Mintage-Count: 1\n", "key,error\nd,\n", 1);
	assert_wrong(HEADERS("x", "0"), "key,error\nd,\n", 1);
	assert_wrong(HEADERS("1", "0"), "key,error\nd,", 1);
	assert_wrong(HEADERS("1", "0"), "key,error\n", 1);
	assert_wrong(HEADERS("1", "0"), "", 1);
	assert_wrong(HEADERS("1", "0"), "key,error\n\"d,\n", 1);
	assert_wrong(HEADERS("2", "0"), "key,error\nd,\ne,\n", 1);
	assert_wrong(HEADERS("1", "0"), "key,error\nd,\ne,\n", 1);
	assert_text("key,error\na,\n\"b\n\"\"c\",no\nd,\n");
}

/* Of entries that failed a text has no line. */
static void test_text(void **state)
{
	(void)state;
	begin("text");
	assert_part(HEADERS("3", "1"), "https://a\nhttps://b\n", 3);
	assert_part(HEADERS("1", "0"), "https://c\n", 1);
	assert_part(HEADERS("1", "1"), "", 1);
	assert_int_equal(join.count, 3);
	assert_int_equal(join.failed, 2);
	assert_wrong(HEADERS("2", "0"), "https://d\n", 2);
	assert_wrong(HEADERS("1", "0"), "https://d", 1);
	assert_wrong(NULL, "https://d\n", 1);
	assert_wrong(HEADERS("1", "2"), "", 1);
	assert_text("https://a\nhttps://b\nhttps://c\n");
}

static void test_other(void **state)
{
	(void)state;
	begin("html");
	assert_part(HEADERS("2", "1"), "<p>", 2);
	assert_int_equal(join.count, 1);
	assert_int_equal(join.failed, 1);
	assert_wrong(HEADERS("1", "0"), "<p>", 2);
	assert_wrong(NULL, "<p>", 2);
	assert_text("<p>");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_names),
		cmocka_unit_test(test_json),
		cmocka_unit_test(test_json_wrong),
		cmocka_unit_test(test_ndjson),
		cmocka_unit_test(test_csv),
		cmocka_unit_test(test_text),
		cmocka_unit_test(test_other),
	};
	int failed = UNIT_RUN(tests);

	join_free(&join);
	buffer_free(&text);
	return failed;
}
