/* RFC 8259: what is taken, what is not, and what strings say. */
#include "lib/base/json_text.h"
#include "unit.h"

#include "lib/base/json.h"

/* The bytes in a block of their own, so that reading past them is seen. */
static char *own_block(const char *data, size_t length)
{
	char *copy = malloc(length ? length : 1);

	assert_non_null(copy);
	memcpy(copy, data, length);
	return copy;
}

static char trace_text[4096];

/* All tokens of a document as text: `{ :a 1 [ "b" ] }`, and `.` or `!` at the
 * end. */
static const char *trace(struct slice document)
{
	static const char *const words[] = {
		[JSON_END] = ".",    [JSON_BAD] = "!",
		[JSON_NULL] = "n",   [JSON_TRUE] = "t",
		[JSON_FALSE] = "f",  [JSON_NUMBER] = "",
		[JSON_STRING] = "$", [JSON_NAME] = ":",
		[JSON_ARRAY] = "[",  [JSON_ARRAY_END] = "]",
		[JSON_OBJECT] = "{", [JSON_OBJECT_END] = "}",
	};
	char *block = own_block(document.data, document.length);
	enum json_token token;
	struct json json;
	size_t at = 0;

	json_begin(&json, slice_of(block, document.length));
	do {
		int length = 0;

		token = json_next(&json);
		if (token == JSON_NUMBER || token == JSON_STRING ||
		    token == JSON_NAME)
			length = (int)json.text.length;
		at += (size_t)snprintf(trace_text + at, sizeof(trace_text) - at,
				       "%s%.*s ", words[token], length,
				       json.text.data ? json.text.data : "");
		assert_true(at < sizeof(trace_text));
	} while (token != JSON_END && token != JSON_BAD);
	/* Both stay as they are. */
	assert_int_equal(json_next(&json), token);
	free(block);
	trace_text[at - 1] = '\0';
	return trace_text;
}

static bool accepts(struct slice document)
{
	const char *tokens = trace(document);

	return tokens[strlen(tokens) - 1] == '.';
}

static void test_tokens(void **state)
{
	(void)state;
	assert_string_equal(trace(slice_text("{\"a\":1,\"b\":[true,null]}")),
			    "{ :a 1 :b [ t n ] } .");
	assert_string_equal(
		trace(slice_text(" { \"a\" : [ ] , \"\" : { } } \r\n\t")),
		"{ :a [ ] : { } } .");
	assert_string_equal(trace(slice_text("[[[]],{\"x\":{\"y\":-0.5e+7}}]")),
			    "[ [ [ ] ] { :x { :y -0.5e+7 } } ] .");
	assert_string_equal(trace(slice_text("\xEF\xBB\xBF[\"\\u00e9\"]")),
			    "[ $\\u00e9 ] .");
	assert_string_equal(trace(slice_text("[1,2")), "[ 1 2 !");
}

static const char *const accepted[] = {
	"null",
	"true",
	"false",
	"0",
	"-0",
	"1",
	"-1",
	"10",
	"1.0",
	"0.1",
	"1e1",
	"1E1",
	"1e+1",
	"1e-1",
	"1.25e10",
	"0e0",
	"\"\"",
	"\"a\"",
	"[]",
	"{}",
	" [] ",
	"\t\r\n[]\n",
	"[1]",
	"[1,2]",
	"[ 1 , 2 ]",
	"{\"\":0}",
	"{\"a\":1,\"a\":2}",
	"[[],[]]",
	"[{},{}]",
	"[\"\\\"\\\\\\/\\b\\f\\n\\r\\t\"]",
	"[\"\\u0000\\uFFFF\\uabCD\"]",
	"[\"\\ud83d\\ude00\"]",
	"[\"\\ud800\"]",
	"[\"\x7F\"]",
	"[\"\u00E9\u65E5\U0001F600\"]",
	"[123456789012345678901234567890]",
	"[1e999]",
	"\xEF\xBB\xBF{}",
};

static const char *const refused[] = {
	/* structure */
	"",
	" ",
	"[",
	"]",
	"{",
	"}",
	",",
	":",
	"[}",
	"{]",
	"[]]",
	"{}}",
	"[1",
	"[1,",
	"[,1]",
	"[1,]",
	"[1,,2]",
	"[1 2]",
	"[1:2]",
	"[]1",
	"[],[]",
	"{}{}",
	"1 2",
	"nulltrue",
	"{\"a\"}",
	"{\"a\":}",
	"{\"a\":1,}",
	"{,\"a\":1}",
	"{\"a\" 1}",
	"{\"a\":1 \"b\":2}",
	"{\"a\":1:2}",
	"{a:1}",
	"{'a':1}",
	"{1:1}",
	"{null:1}",
	"{\"a\":1]",
	"[1}",
	"{[]:1}",
	"[\"a\":1]",
	"{\"a\",1}",
	"[\xEF\xBB\xBF]",
	/* comments, and blanks that are none */
	"/**/[]",
	"[]//",
	"[1/**/]",
	"#\n[]",
	"\v[]",
	"\f[]",
	"\u00A0[]",
	/* words */
	"nul",
	"nulll",
	"Null",
	"TRUE",
	"tru",
	"trux",
	"fals",
	"undefined",
	"NaN",
	"Infinity",
	"-Infinity",
	"None",
	/* numbers */
	"-",
	"+1",
	".5",
	"1.",
	"1.e1",
	"01",
	"-01",
	"00",
	"1e",
	"1e+",
	"1E-",
	"0x10",
	"1_000",
	"--1",
	"1.2.3",
	"1e1.5",
	"-a",
	"1a",
	"\u0661",
	/* strings */
	"\"",
	"\"a",
	"'a'",
	"\"\\\"",
	"\"\\",
	"\"\\a\"",
	"\"\\x41\"",
	"\"\\'\"",
	"\"\\u\"",
	"\"\\u12\"",
	"\"\\u123\"",
	"\"\\u123g\"",
	"\"\\u 123\"",
	"\"\\U0041\"",
	"\"\n\"",
	"\"\t\"",
	"\"\x1F\"",
	"\"a\"b",
	"\"\\\n\"",
	/* UTF-8 */
	"\"\x80\"",
	"\"\xC3\"",
	"\"\xC0\xAF\"",
	"\"\xED\xA0\x80\"",
	"\"\xF4\x90\x80\x80\"",
	"\"aaaaaaaaaaaa\xFF\"",
	"{\"\xFF\":1}",
	"\xFF",
	"\xEF\xBB",
	"\xFE\xFF",
	"\xFF\xFE[",
};

static void test_accepted(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(accepted) / sizeof(accepted[0]); i++)
		if (!accepts(slice_text(accepted[i])))
			fail_msg("refused: %s", accepted[i]);
}

static void test_refused(void **state)
{
	static const struct slice with_nul[] = { SLICE("\0"), SLICE("[]\0"),
						 SLICE("\"\0\""),
						 SLICE("\"\\\0\""),
						 SLICE("[\0]") };

	(void)state;
	for (size_t i = 0; i < sizeof(refused) / sizeof(refused[0]); i++)
		if (accepts(slice_text(refused[i])))
			fail_msg("accepted: %s", refused[i]);
	for (size_t i = 0; i < sizeof(with_nul) / sizeof(with_nul[0]); i++)
		assert_false(accepts(with_nul[i]));
}

/* The scan takes eight bytes at a time: each byte at each place of strings of
 * each length. */
static void test_each_byte_at_each_place(void **state)
{
	char text[32];

	(void)state;
	for (size_t length = 1; length <= 20; length++)
		for (size_t place = 1; place <= length; place++)
			for (int byte = 0; byte < 256; byte++) {
				memset(text, 'a', sizeof(text));
				text[0] = '"';
				text[place] = (char)byte;
				text[length + 1] = '"';
				if (byte == '\\')
					text[place] = 'a';
				assert_int_equal(
					accepts(slice_of(text, length + 2)),
					byte >= 0x20 && byte < 0x80 &&
						byte != '"');
			}
}

static void describe(const char *document, char *message, size_t size)
{
	struct problem problem;
	struct json json;
	enum json_token token;

	json_begin(&json, slice_text(document));
	do
		token = json_next(&json);
	while (token != JSON_BAD && token != JSON_END);
	assert_int_equal(token, JSON_BAD);
	assert_int_equal(json_problem(&json, &problem), ERROR_MALFORMED);
	snprintf(message, size, "%s", problem.message);
}

static void test_messages(void **state)
{
	static const struct {
		const char *document, *message;
	} cases[] = {
		{ "", "line 1, column 1: the document is empty" },
		{ "[1,2}", "line 1, column 5: expected ',' or ']'" },
		{ "{\"a\":1]", "line 1, column 7: expected ',' or '}'" },
		{ "[\n1,\n\n   2 3]", "line 4, column 6: expected ',' or ']'" },
		{ "{\"a\" 1}", "line 1, column 6: expected ':'" },
		{ "[1,]", "line 1, column 4: expected a value" },
		{ "{x}", "line 1, column 2: expected a member's name in "
			 "double quotes" },
		{ "[1", "line 1, column 3: the document ends in the middle" },
		{ "[\"a\n", "line 1, column 4: a control character must be "
			    "escaped" },
		{ "[1]\n[2]", "line 2, column 1: something follows the "
			      "document" },
		{ "[01]", "line 1, column 2: a number must not begin with 0" },
		{ "[1.x]", "line 1, column 4: expected a digit" },
		{ "[\"\u00E9\xFF\"]", "line 1, column 5: not UTF-8" },
		{ "[\"\\q\"]", "line 1, column 4: there is no such escape" },
	};
	char message[PROBLEM_MESSAGE_MAX];

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		describe(cases[i].document, message, sizeof(message));
		assert_string_equal(message, cases[i].message);
	}
}

static void test_depth(void **state)
{
	static char text[2001];
	char message[PROBLEM_MESSAGE_MAX];
	size_t at = 0;

	(void)state;
	for (size_t depth = 1; depth <= 1000; depth++) {
		memset(text, '[', depth);
		memset(text + depth, ']', depth);
		assert_int_equal(accepts(slice_of(text, 2 * depth)),
				 depth <= JSON_DEPTH_MAX);
	}
	describe(text, message, sizeof(message));
	assert_string_equal(message, "line 1, column 65: nested deeper than "
				     "64 levels");
	/* Objects and arrays in turns: each level knows which it is. */
	for (int i = 0; i < JSON_DEPTH_MAX / 2; i++)
		at += (size_t)snprintf(text + at, sizeof(text) - at,
				       "[{\"a\":");
	at += (size_t)snprintf(text + at, sizeof(text) - at, "0");
	for (int i = 0; i < JSON_DEPTH_MAX / 2; i++)
		at += (size_t)snprintf(text + at, sizeof(text) - at, "}]");
	assert_true(accepts(slice_text(text)));
	text[at - 1] = '}';
	assert_false(accepts(slice_text(text)));
}

static const char sample[] =
	"{\"bucket\": \"b\", \"n\": [1, -2.5e3, 0], \"deep\": {\"x\": [[],"
	" {}, {\"y\": null}]},\n \"objects\": [\"plain/key\", \"\\u00e9\\n\\"
	"ud83d\\ude00\", \"caf\u00E9 \u65E5\", true, false]}";

static void test_truncated(void **state)
{
	(void)state;
	assert_true(accepts(slice_text(sample)));
	for (size_t length = 0; length < sizeof(sample) - 1; length++)
		assert_false(accepts(slice_of(sample, length)));
}

static uint32_t next_random(uint32_t *seed)
{
	*seed = *seed * UINT32_C(1664525) + UINT32_C(1013904223);
	return *seed >> 8;
}

/* Skipping and reading must come to the same verdict, and both to an end. */
static void test_damaged(void **state)
{
	static const char likely[] = "{}[]:,\"\\ntf0-1.eEu\x80\xC3\xFF\n ";
	char text[sizeof(sample)];
	struct json json;
	uint32_t seed = 1;
	bool skipped;

	(void)state;
	for (int round = 0; round < 100000; round++) {
		size_t length = sizeof(sample) - 1;
		char *block;

		if (round % 2)
			length = next_random(&seed) % sizeof(sample);
		memcpy(text, sample, sizeof(sample));
		for (uint32_t n = next_random(&seed) % 4; n > 0; n--)
			text[next_random(&seed) % sizeof(sample)] =
				likely[next_random(&seed) % sizeof(likely)];
		block = own_block(text, length);
		json_begin(&json, slice_of(block, length));
		skipped = json_skip(&json, json_next(&json)) &&
			  json_next(&json) == JSON_END;
		free(block);
		assert_int_equal(accepts(slice_of(text, length)), skipped);
	}
}

static void test_garbage(void **state)
{
	char text[24];
	uint32_t seed = 7;

	(void)state;
	for (int round = 0; round < 200000; round++) {
		size_t length = next_random(&seed) % sizeof(text);

		for (size_t i = 0; i < length; i++)
			text[i] = (char)next_random(&seed);
		trace(slice_of(text, length));
	}
}

static void test_skip_and_leave(void **state)
{
	struct json json;
	unsigned depth;

	(void)state;
	json_begin(&json,
		   slice_text("{\"a\":[1,{\"b\":[2]}],\"c\":3,\"d\":4}"));
	assert_int_equal(json_next(&json), JSON_OBJECT);
	depth = json.depth;
	assert_int_equal(json_next(&json), JSON_NAME);
	assert_int_equal(json_next(&json), JSON_ARRAY);
	assert_int_equal(json_next(&json), JSON_NUMBER);
	assert_int_equal(json_next(&json), JSON_OBJECT);
	assert_true(json_leave(&json, depth));
	assert_int_equal(json_next(&json), JSON_NAME);
	assert_true(slice_is(json.text, "c"));
	assert_true(json_skip(&json, JSON_NAME));
	assert_int_equal(json_next(&json), JSON_NAME);
	assert_true(slice_is(json.text, "d"));
	assert_true(json_skip(&json, json_next(&json)));
	assert_int_equal(json_next(&json), JSON_OBJECT_END);
	assert_int_equal(json_next(&json), JSON_END);

	json_begin(&json, slice_text("[[1,}]"));
	assert_false(json_skip(&json, json_next(&json)));
	assert_int_equal(json_next(&json), JSON_BAD);
}

/* ---- what strings say ---------------------------------------------------- */

static enum error unescape(const char *document, char *scratch, size_t size,
			   struct slice *text, struct json *json)
{
	json_begin(json, slice_text(document));
	assert_int_equal(json_next(json), JSON_STRING);
	return json_text_unescape(json, scratch, size, text);
}

static void test_unescape(void **state)
{
	static const struct {
		const char *document;
		struct slice text;
	} cases[] = {
		{ "\"\"", SLICE("") },
		{ "\"\\n\"", SLICE("\n") },
		{ "\"\\\"\\\\\\/\\b\\f\\n\\r\\t\"", SLICE("\"\\/\b\f\n\r\t") },
		{ "\"a\\u0041b\"", SLICE("aAb") },
		{ "\"\\u00e9\\u00E9\"", SLICE("\u00E9\u00E9") },
		{ "\"\\u0000\"", SLICE("\0") },
		{ "\"\\uFFFF\\u07ff\\u0800\"", SLICE("\uFFFF\u07FF\u0800") },
		{ "\"\\uD83D\\uDE00!\"", SLICE("\U0001F600!") },
		{ "\"\\ud800\\udc00\\udbff\\udfff\"",
		  SLICE("\U00010000\U0010FFFF") },
		{ "\"\\\\u0041\"", SLICE("\\u0041") },
		{ "\"x\\\\\"", SLICE("x\\") },
	};
	char scratch[64];
	struct slice text;
	struct json json;

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct slice whole = cases[i].text;

		assert_int_equal(unescape(cases[i].document, scratch,
					  sizeof(scratch), &text, &json),
				 ERROR_NONE);
		assert_true(slice_equal(text, whole));
		/* It takes as much room as it says, and no more. */
		if (!json.escaped)
			continue;
		assert_int_equal(unescape(cases[i].document, scratch,
					  whole.length, &text, &json),
				 ERROR_NONE);
		assert_int_equal(unescape(cases[i].document, scratch,
					  whole.length - 1, &text, &json),
				 ERROR_TOO_LARGE);
	}
}

static void test_unescape_borrows(void **state)
{
	const char *document = "\"caf\u00E9\"";
	struct slice text;
	struct json json;

	(void)state;
	assert_int_equal(unescape(document, NULL, 0, &text, &json), ERROR_NONE);
	assert_ptr_equal(text.data, document + 1);
	assert_int_equal(text.length, 5);
}

static void test_lone_surrogates(void **state)
{
	static const char *const cases[] = {
		"\"\\ud800\"",
		"\"\\udfff\"",
		"\"a\\udbffb\"",
		"\"\\ud800\\u0041\"",
		"\"\\ud800\\ud800\"",
		"\"\\udc00\\ud800\"",
		"\"\\udc00\\udc00\"",
		"\"\\ud83d\\n\\ude00\"",
		"\"\\ud83d\\ude00\\ud83d\"",
		"\"\\ud800\\\\dc00\"",
	};
	struct problem problem;
	struct slice text;
	struct json json;
	char scratch[64];

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		assert_int_equal(unescape(cases[i], scratch, sizeof(scratch),
					  &text, &json),
				 ERROR_MALFORMED);
		assert_int_equal(json_text_problem(&json, ERROR_BAD_VALUE, "/a",
						   &problem),
				 ERROR_MALFORMED);
		assert_non_null(
			strstr(problem.message, "a lone surrogate (\\ud"));
		assert_string_equal(problem.pointer, "/a");
	}
	assert_non_null(strstr(problem.message, "(\\ud800)"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_tokens),
		cmocka_unit_test(test_accepted),
		cmocka_unit_test(test_refused),
		cmocka_unit_test(test_each_byte_at_each_place),
		cmocka_unit_test(test_messages),
		cmocka_unit_test(test_depth),
		cmocka_unit_test(test_truncated),
		cmocka_unit_test(test_damaged),
		cmocka_unit_test(test_garbage),
		cmocka_unit_test(test_skip_and_leave),
		cmocka_unit_test(test_unescape),
		cmocka_unit_test(test_unescape_borrows),
		cmocka_unit_test(test_lone_surrogates),
	};

	return UNIT_RUN(tests);
}
