/* form: name=value pairs, and what an empty field means: never the whole
 * bucket. */
#include "lib/base/problems.h"
#include "unit.h"

#include "cgi/input/form.h"

static struct fields fields;
static struct problems problems;

static void read_bytes(const char *text, size_t length, bool from_browser)
{
	static char copy[1024];

	/* What stands behind its end is no part of it. */
	assert_true(strlen(text) < sizeof(copy));
	memcpy(copy, text, strlen(text));
	fields_begin(&fields);
	problems.count = 0;
	form_read(&fields, copy, length, from_browser, &problems);
}

static void read_form(const char *text)
{
	read_bytes(text, strlen(text), false);
}

static void read_page(const char *text)
{
	read_bytes(text, strlen(text), true);
}

static void assert_good(const char *text)
{
	read_form(text);
	if (problems.count > 0)
		fail_msg("%s: %d at '%s': %s", text,
			 (int)problems.list[0].error, problems.list[0].pointer,
			 problems.list[0].message);
}

static void assert_problem(const char *text, enum error error,
			   const char *pointer)
{
	if (problems.count != 1)
		fail_msg("%s: %zu problems", text, problems.count);
	if (problems.list[0].error != error ||
	    strcmp(problems.list[0].pointer, pointer) != 0)
		fail_msg("%s: %d at '%s'", text, (int)problems.list[0].error,
			 problems.list[0].pointer);
}

static void assert_text(struct slice slice, const char *text)
{
	assert_int_equal(slice.length, strlen(text));
	assert_memory_equal(slice.data, text, slice.length);
}

static void assert_first_key(const char *key)
{
	struct problem problem;
	struct entry entry;

	manifest_rewind(&fields.entries);
	assert_int_equal(manifest_next(&fields.entries, &entry, &problem),
			 MANIFEST_ENTRY);
	assert_text(entry.key, key);
}

static void test_pairs(void **state)
{
	(void)state;
	assert_good("bucket=uploads&format=csv");
	assert_text(fields.bucket, "uploads");
	assert_text(fields.format, "csv");
	/* Empty pairs are nothing. */
	assert_good("&&bucket=uploads&&&");
	assert_text(fields.bucket, "uploads");
	assert_good("");
	assert_int_equal(fields.given, 0);
	/* Names are decoded too, and no = is in a name. */
	assert_good("%62ucket=uploads");
	assert_text(fields.bucket, "uploads");
	assert_good("objects=a=b");
	assert_first_key("a=b");
}

static void test_decoding(void **state)
{
	static const struct {
		const char *text;
		const char *key;
	} rows[] = {
		{ "objects=a+b", "a b" },
		{ "objects=a%20b", "a b" },
		{ "objects=a%2Bb", "a+b" },
		{ "objects=a%2bb", "a+b" },
		{ "objects=a%26b%3dc", "a&b=c" },
		{ "objects=a%2525", "a%25" },
		{ "objects=%C3%A9", "\xc3\xa9" },
		{ "objects=\xc3\xa9", "\xc3\xa9" },
		{ "objects=a%0d%0ab", "a" },
	};
	static const char *const stray[] = { "objects=100%", "objects=a%2",
					     "objects=a%zz", "objects=a%2&b=c",
					     "%=a",          "objects=%0x41",
					     "objects=%+1",  "objects=% 1&a=b" };

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		assert_good(rows[i].text);
		assert_first_key(rows[i].key);
	}
	for (size_t i = 0; i < sizeof(stray) / sizeof(stray[0]); i++) {
		read_form(stray[i]);
		assert_true(problems.count > 0);
		assert_int_equal(problems.list[0].error, ERROR_MALFORMED);
		assert_int_equal(fields.given, 0);
	}
	/* No byte behind the end is looked at. */
	read_bytes("objects=a%41", 11, false);
	assert_problem("cut", ERROR_MALFORMED, "");
}

/* Programs send what they mean, and browsers every input that there is. */
static void test_empty(void **state)
{
	static const char *const lists[] = { "objects", "prefixes",
					     "manifest" };
	char text[64], pointer[64];

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		snprintf(text, sizeof(text), "%s=", lists[i]);
		snprintf(pointer, sizeof(pointer), "/%s", lists[i]);
		read_form(text);
		assert_problem(text, ERROR_EMPTY, pointer);
		/* Without its = it is empty all the same. */
		snprintf(text, sizeof(text), "%s", lists[i]);
		read_form(text);
		assert_problem(text, ERROR_EMPTY, pointer);
		/* All that a browser's user left empty: not the bucket. */
		snprintf(text, sizeof(text), "bucket=uploads&%s=", lists[i]);
		read_page(text);
		assert_problem(text, ERROR_EMPTY, "/objects");
	}
	read_page("objects=&prefixes=&manifest=");
	assert_problem("all", ERROR_EMPTY, "/objects");
	/* One that was filled in is enough. */
	read_page("objects=&prefixes=a%2F&manifest=&ttlSeconds=&bucket=u12");
	assert_int_equal(problems.count, 0);
	assert_false(fields_has(&fields, FIELD_OBJECTS));
	assert_false(fields_has(&fields, FIELD_TTL));
	read_page("objects=&manifest=a");
	assert_int_equal(problems.count, 0);
	read_page("objects=a&prefixes=");
	assert_int_equal(problems.count, 0);
	/* A form that has no list in it says nothing of any. */
	read_page("bucket=uploads&ttlSeconds=");
	assert_int_equal(problems.count, 0);
	/* Blank lines are not empty: they are refused as a list of nothing. */
	read_page("objects=%0D%0A");
	assert_problem("blank", ERROR_EMPTY, "/objects");
	/* A program's other empty fields are values that can't be used. */
	read_form("ttlSeconds=");
	assert_problem("ttl", ERROR_BAD_VALUE, "/ttlSeconds");
}

static void test_utf8(void **state)
{
	(void)state;
	read_form("format=%FF");
	assert_problem("value", ERROR_MALFORMED, "");
	assert_false(fields_has(&fields, FIELD_FORMAT));
	read_form("%FF=a");
	assert_problem("name", ERROR_MALFORMED, "");
	/* In a list it is one entry's error, and others may be good. */
	assert_good("objects=%FF%0Aa");
	assert_good("manifest=%FF%0Aa");
	assert_good("prefixes=%FF%0Aa");
}

/* curl --data-binary calls everything a form. */
static void test_no_form(void **state)
{
	(void)state;
	read_form("public/a\npublic/b\n");
	assert_problem("list", ERROR_MALFORMED, "");
	assert_int_equal(fields.given, 0);
	read_form("public/a");
	assert_problem("one", ERROR_UNKNOWN_FIELD, "/public~1a");
}

static void test_names(void **state)
{
	(void)state;
	read_form("bucket=uploads&bucket=uploads");
	assert_problem("twice", ERROR_DUPLICATE_FIELD, "/bucket");
	read_form("bucket=uploads&nope=1&format=csv");
	assert_problem("unknown", ERROR_UNKNOWN_FIELD, "/nope");
	assert_text(fields.format, "csv");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_pairs),   cmocka_unit_test(test_decoding),
		cmocka_unit_test(test_empty),   cmocka_unit_test(test_utf8),
		cmocka_unit_test(test_no_form), cmocka_unit_test(test_names),
	};

	return UNIT_RUN(tests);
}
