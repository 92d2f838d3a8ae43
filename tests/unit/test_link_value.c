/* link_value: which texts a link may have, and what becomes of them. */
#include "unit.h"

#include "lib/manifest/link_metadata.h"
#include "lib/manifest/link_value.h"

#define A16 "aaaaaaaaaaaaaaaa"
#define A64 A16 A16 A16 A16
#define A256 A64 A64 A64 A64
#define HEADERS "x-amz-meta-"

static struct entry_scratch scratch;
static struct link_terms terms;
static struct problem problem;

static enum error set(enum link_term term, const char *text)
{
	scratch.used = 0;
	terms = (struct link_terms){ .method = METHOD_NONE };
	return link_value_set(&scratch, &terms, term, slice_text(text),
			      &problem);
}

static const struct {
	enum link_term term;
	const char *text;
	const char *becomes; /* NULL: it stays as it is */
} good[] = {
	{ LINK_TERM_FILENAME, "a b–c.txt", NULL },
	{ LINK_TERM_DISPOSITION, "attachment", NULL },
	{ LINK_TERM_DISPOSITION, "inline", NULL },
	{ LINK_TERM_PART_NUMBER, "1", NULL },
	{ LINK_TERM_PART_NUMBER, "10000", NULL },
	{ LINK_TERM_RESPONSE_CACHE, "no-store", NULL },
	{ LINK_TERM_RESPONSE_TYPE, "text/html; charset=utf-8", NULL },
	{ LINK_TERM_UPLOAD_ID, "a+b/c==~!", NULL },
	{ LINK_TERM_UPLOAD_ID, A256 A256 A256 A256, NULL },
	{ LINK_TERM_CACHE_CONTROL, "public, max-age=31536000, immutable",
	  NULL },
	{ LINK_TERM_CONTENT_DISPOSITION, "attachment; filename=\"a.txt\"",
	  NULL },
	{ LINK_TERM_CONTENT_DISPOSITION, A256 A256 A256 A256, NULL },
	{ LINK_TERM_CONTENT_ENCODING, "gzip", NULL },
	{ LINK_TERM_CONTENT_ENCODING, "br, gzip", NULL },
	{ LINK_TERM_CONTENT_ENCODING, "br,gzip", NULL },
	{ LINK_TERM_CONTENT_LENGTH, "0", NULL },
	{ LINK_TERM_CONTENT_LENGTH, "5497558138880", NULL },
	{ LINK_TERM_CONTENT_TYPE, "image/png", NULL },
	{ LINK_TERM_IF_NONE_MATCH, "*", NULL },
	{ LINK_TERM_SHA256, A64, NULL },
	{ LINK_TERM_SHA256,
	  "ABCDEFABCDEFABCDEFABCDEFABCDEFABCDEFABCDEFABCDEFABCDEFABCDEF0123",
	  "abcdefabcdefabcdefabcdefabcdefabcdefabcdefabcdefabcdefabcdef0123" },
	{ LINK_TERM_METADATA, "{\"author\":\"Ada\"}", HEADERS "author:Ada\n" },
	{ LINK_TERM_METADATA,
	  " { \"b_2\" : \"x y\" , \"A-1\":\"\\u0041\\\"\" ,\"a\":\":\"}\n",
	  HEADERS "a::\n" HEADERS "a-1:A\"\n" HEADERS "b_2:x y\n" },
	{ LINK_TERM_METADATA, "{\"\\u0061B\":\"1\"}", HEADERS "ab:1\n" },
};

static void test_good(void **state)
{
	bool seen[LINK_TERM_COUNT] = { false };

	(void)state;
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		const char *text = good[i].text;

		if (set(good[i].term, text))
			fail_msg("%s: %s", text, problem.message);
		seen[good[i].term] = true;
		if (good[i].becomes)
			text = good[i].becomes;
		for (size_t j = 0; j < LINK_TERM_COUNT; j++)
			assert_true(slice_is(terms.text[j],
					     j == good[i].term ? text : ""));
	}
	for (size_t i = 0; i < LINK_TERM_COUNT; i++)
		assert_true(seen[i]);
}

static const struct {
	enum link_term term;
	const char *text;
	const char *says;
} bad[] = {
	{ LINK_TERM_DISPOSITION, "Inline", "\"inline\"" },
	{ LINK_TERM_DISPOSITION, "inline; filename=x", "'filename'" },
	{ LINK_TERM_PART_NUMBER, "0", "1 to 10000" },
	{ LINK_TERM_PART_NUMBER, "10001", "1 to 10000" },
	{ LINK_TERM_PART_NUMBER, "1.5", "1 to 10000" },
	{ LINK_TERM_PART_NUMBER, "-1", "1 to 10000" },
	{ LINK_TERM_PART_NUMBER, "01", "1 to 10000" },
	{ LINK_TERM_PART_NUMBER, " 1", "1 to 10000" },
	{ LINK_TERM_UPLOAD_ID, "a b", "without blanks" },
	{ LINK_TERM_UPLOAD_ID, "a\nb", "without blanks" },
	{ LINK_TERM_UPLOAD_ID, "\303\244", "ASCII" },
	{ LINK_TERM_UPLOAD_ID, A256 A256 A256 A256 "a", "1024" },
	{ LINK_TERM_RESPONSE_CACHE, "no-store\r\nX: 1", "byte 9 is 0x0d" },
	{ LINK_TERM_RESPONSE_TYPE, "html", "media type" },
	{ LINK_TERM_RESPONSE_TYPE, "text/html\n", "media type" },
	{ LINK_TERM_CACHE_CONTROL, "a\nb", "one line" },
	{ LINK_TERM_CACHE_CONTROL, "a\tb", "control" },
	{ LINK_TERM_CACHE_CONTROL, "a\177", "control" },
	{ LINK_TERM_CACHE_CONTROL, " a", "blank" },
	{ LINK_TERM_CACHE_CONTROL, "a ", "blank" },
	{ LINK_TERM_CACHE_CONTROL, "a,  b", "two in a row" },
	{ LINK_TERM_CACHE_CONTROL, "\303\244", "must be ASCII" },
	{ LINK_TERM_CACHE_CONTROL, A256, "1 to 255" },
	{ LINK_TERM_CONTENT_DISPOSITION, "attachment; filename=\"\303\244\"",
	  "byte 23 is 0xc3" },
	{ LINK_TERM_CONTENT_DISPOSITION, A256 A256 A256 A256 "a", "1024" },
	{ LINK_TERM_CONTENT_ENCODING, "gzip,", "such as gzip" },
	{ LINK_TERM_CONTENT_ENCODING, "g zip", "such as gzip" },
	{ LINK_TERM_CONTENT_ENCODING, " gzip", "such as gzip" },
	{ LINK_TERM_CONTENT_ENCODING, "gzip\n", "such as gzip" },
	{ LINK_TERM_CONTENT_ENCODING, "br,  gzip", "such as gzip" },
	{ LINK_TERM_CONTENT_ENCODING, "gzip,aws-chunked", "aws-chunked" },
	{ LINK_TERM_CONTENT_ENCODING, A256, "255" },
	{ LINK_TERM_IF_NONE_MATCH, "\"abc\"", "must be \"*\"" },
	{ LINK_TERM_IF_NONE_MATCH, "**", "must be \"*\"" },
	{ LINK_TERM_METADATA, "[]", "JSON object" },
	{ LINK_TERM_METADATA, "\"a\"", "JSON object" },
	{ LINK_TERM_METADATA, "null", "JSON object" },
	{ LINK_TERM_METADATA, "author=Ada", "JSON object" },
	{ LINK_TERM_METADATA, "{\"a\":\"b\"", "JSON object" },
	{ LINK_TERM_METADATA, "{\"a\":\"b\"} x", "JSON object" },
	{ LINK_TERM_METADATA, "{\"a\":}", "JSON object" },
	{ LINK_TERM_METADATA, "{}", "names nothing" },
	{ LINK_TERM_METADATA, "{\"\":\"a\"}", "'' is no name" },
	{ LINK_TERM_METADATA, "{\"a b\":\"a\"}", "'a b' is no name" },
	{ LINK_TERM_METADATA, "{\"a:\":\"a\"}", "'a:' is no name" },
	{ LINK_TERM_METADATA, "{\"a\\n\":\"a\"}", "'a\\n' is no name" },
	{ LINK_TERM_METADATA, "{\"\\ud800\":\"a\"}", "is no name" },
	{ LINK_TERM_METADATA, "{\"\303\244\":\"a\"}", "is no name" },
	{ LINK_TERM_METADATA, "{\"" A64 A64 "a\":\"a\"}", "is no name" },
	{ LINK_TERM_METADATA, "{\"a\":\"1\",\"A\":\"2\"}", "'a' twice" },
	{ LINK_TERM_METADATA, "{\"b\":\"1\",\"a\":\"1\",\"b\":\"1\"}",
	  "'b' twice" },
	{ LINK_TERM_METADATA, "{\"a\":1}", "the text of 'a'" },
	{ LINK_TERM_METADATA, "{\"a\":null}", "the text of 'a'" },
	{ LINK_TERM_METADATA, "{\"a\":{\"b\":\"c\"}}", "the text of 'a'" },
	{ LINK_TERM_METADATA, "{\"a\":[\"b\"]}", "the text of 'a'" },
	{ LINK_TERM_METADATA, "{\"a\":\"\"}", "the text of 'a'" },
	{ LINK_TERM_METADATA, "{\"a\":\" b\"}", "the text of 'a'" },
	{ LINK_TERM_METADATA, "{\"a\":\"b\\r\\nc\"}", "byte 2 is 0x0d" },
	{ LINK_TERM_METADATA, "{\"a\":\"b\\u0000\"}", "byte 2 is 0x00" },
	{ LINK_TERM_METADATA, "{\"n\":\"\303\244\"}",
	  "the text of 'n' must be ASCII" },
};

static void test_bad(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		const struct link_term_row *row =
			&link_terms_table[bad[i].term];

		if (set(bad[i].term, bad[i].text) != ERROR_BAD_VALUE)
			fail_msg("%s: taken", bad[i].text);
		assert_string_equal(problem.pointer, row->pointer);
		if (!strstr(problem.message, bad[i].says))
			fail_msg("%s: %s", bad[i].text, problem.message);
		assert_int_equal(terms.text[bad[i].term].length, 0);
	}
}

/* None of them can be empty: an empty text means that nothing was named. */
static void test_empty(void **state)
{
	(void)state;
	for (size_t i = 0; i < LINK_TERM_COUNT; i++) {
		assert_int_equal(set((enum link_term)i, ""), ERROR_BAD_VALUE);
		assert_int_equal(link_value_set(&scratch, &terms,
						(enum link_term)i,
						slice_of(NULL, 0), &problem),
				 ERROR_BAD_VALUE);
	}
}

/* A text that no UTF-8 can hold. */
static void test_lone_surrogate(void **state)
{
	(void)state;
	assert_int_equal(set(LINK_TERM_METADATA, "{\"a\":\"b\\ud800\"}"),
			 ERROR_MALFORMED);
	assert_string_equal(problem.pointer, "/metadata");
	if (!strstr(problem.message, "surrogate"))
		fail_msg("%s", problem.message);
	assert_int_equal(terms.text[LINK_TERM_METADATA].length, 0);
}

/* ---- how much metadata ---------------------------------------------------- */

static char text[8192];

/* `count` names of 3 characters, and texts of `bytes` characters. */
static const char *metadata(size_t count, size_t bytes)
{
	size_t used = 0;

	for (size_t i = 0; i < count; i++) {
		used += (size_t)snprintf(text + used, sizeof(text) - used,
					 "%sn%02zu\":\"", i ? ",\"" : "{\"", i);
		memset(text + used, 'v', bytes);
		used += bytes;
		text[used++] = '"';
	}
	text[used] = '}';
	text[used + 1] = '\0';
	return text;
}

static void test_metadata_bounds(void **state)
{
	struct presign_pair pair;
	struct slice lines;
	size_t count = 0;

	(void)state;
	assert_int_equal(set(LINK_TERM_METADATA, metadata(32, 61)), 0);
	lines = terms.text[LINK_TERM_METADATA];
	while (link_metadata_next(&lines, &pair)) {
		assert_int_equal(pair.name.length, 14);
		assert_int_equal(pair.value.length, 61);
		count++;
	}
	assert_int_equal(count, 32);
	assert_int_equal(set(LINK_TERM_METADATA, metadata(33, 1)),
			 ERROR_BAD_VALUE);
	assert_non_null(strstr(problem.message, "32 names"));
	assert_int_equal(set(LINK_TERM_METADATA, metadata(32, 62)),
			 ERROR_BAD_VALUE);
	assert_non_null(strstr(problem.message, "2048 bytes"));
	assert_int_equal(set(LINK_TERM_METADATA, metadata(1, 2045)), 0);
	assert_int_equal(set(LINK_TERM_METADATA, metadata(1, 2046)),
			 ERROR_BAD_VALUE);
}

/* Where the scratch is nearly full, nothing is written behind its end. */
static void test_little_scratch(void **state)
{
	(void)state;
	metadata(8, 20);
	for (size_t left = 0; left < 600; left++) {
		struct link_terms full = { .method = METHOD_NONE };
		enum error error;

		scratch.used = sizeof(scratch.text) - left;
		error = link_value_set(&scratch, &full, LINK_TERM_METADATA,
				       slice_text(text), &problem);
		assert_true(scratch.used <= sizeof(scratch.text));
		if (error)
			assert_int_equal(error, ERROR_BAD_VALUE);
		else
			assert_true(left > 8 * 34);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_good),
		cmocka_unit_test(test_bad),
		cmocka_unit_test(test_empty),
		cmocka_unit_test(test_lone_surrogate),
		cmocka_unit_test(test_metadata_bounds),
		cmocka_unit_test(test_little_scratch),
	};

	return UNIT_RUN(tests);
}
