/* Object keys and prefixes, and quoting them. */
#include "unit.h"

#include "lib/sign/key.h"

static struct problem problem;

static void assert_says(const char *text)
{
	if (!strstr(problem.message, text))
		fail_msg("'%s' is not in '%s'", text, problem.message);
}

static void test_key_length(void **state)
{
	char key[KEY_MAX + 1];

	(void)state;
	memset(key, 'k', sizeof(key));
	assert_int_equal(key_check(slice_of(key, 1), "", &problem), ERROR_NONE);
	assert_int_equal(key_check(slice_of(key, KEY_MAX), "", &problem),
			 ERROR_NONE);
	assert_int_equal(key_check(slice_of(key, KEY_MAX + 1), "/objects/3",
				   &problem),
			 ERROR_OBJECT_NAME);
	assert_string_equal(problem.message,
			    "1025 bytes; a key is at most 1024");
	assert_string_equal(problem.pointer, "/objects/3");
	assert_int_equal(key_check(slice_of(key, 0), "", &problem),
			 ERROR_OBJECT_NAME);
	assert_says("empty");
	assert_int_equal(key_check(slice_of(NULL, 0), "", &problem),
			 ERROR_OBJECT_NAME);
}

static void test_key_bytes(void **state)
{
	(void)state;
	/* Anything else that is text can be a key. */
	assert_int_equal(key_check(slice_text("\n\x7f \xf0\x9f\x98\x80"), "",
				   &problem),
			 ERROR_NONE);
	assert_int_equal(key_check(slice_of("ab\0c", 4), "", &problem),
			 ERROR_OBJECT_NAME);
	assert_says("byte 3 is NUL");
	assert_int_equal(key_check(slice_text("abc\xff"), "", &problem),
			 ERROR_OBJECT_NAME);
	assert_says("not UTF-8: byte 4 is 0xff");
	/* A surrogate, an overlong slash, a sequence that was cut. */
	assert_int_equal(key_check(slice_text("\xed\xa0\x80"), "", &problem),
			 ERROR_OBJECT_NAME);
	assert_int_equal(key_check(slice_text("a\xc0\xaf"), "", &problem),
			 ERROR_OBJECT_NAME);
	assert_int_equal(key_check(slice_text("a\xc3"), "", &problem),
			 ERROR_OBJECT_NAME);
}

static void test_dot_segments(void **state)
{
	static const char *const with[] = { ".",     "..",     "./a",
					    "../a",  "a/.",    "a/..",
					    "a/./b", "a/../b", "/.." };
	static const char *const without[] = { "",     "a",    "...",
					       ".a",   "a/.b", "a../b",
					       "a//b", "/",    "a/.../b" };

	(void)state;
	for (size_t i = 0; i < sizeof(with) / sizeof(with[0]); i++)
		assert_true(key_has_dot_segment(slice_text(with[i])));
	for (size_t i = 0; i < sizeof(without) / sizeof(without[0]); i++)
		assert_false(key_has_dot_segment(slice_text(without[i])));
}

static void test_quote(void **state)
{
	char quoted[KEY_QUOTE_MAX], text[200];

	(void)state;
	assert_string_equal(key_quote(quoted, slice_text("f\xc3\xbcr")),
			    "f\xc3\xbcr");
	assert_string_equal(key_quote(quoted, slice_of(NULL, 0)), "");
	assert_string_equal(key_quote(quoted, slice_of("a\0\n\x7f\xff\xc3", 6)),
			    "a?\\n???");
	assert_string_equal(key_quote(quoted, slice_text("a\tb\r")),
			    "a\\tb\\r");
	/* An escape is never cut in two. */
	memset(text, '\t', sizeof(text));
	text[0] = 'x';
	key_quote(quoted, slice_of(text, 31));
	assert_string_equal(quoted + 57, "\\t...");
	memset(text, 'x', sizeof(text));
	assert_int_equal(strlen(key_quote(quoted, slice_of(text, 60))), 60);
	key_quote(quoted, slice_of(text, 61));
	assert_int_equal(strlen(quoted), 63);
	assert_string_equal(quoted + 60, "...");
	/* Cut where a character begins, wherever that is. */
	for (size_t i = 56; i <= 60; i++) {
		memset(text, 'x', sizeof(text));
		memcpy(text + i, "\xf0\x9f\x98\x80", 4);
		key_quote(quoted, slice_of(text, sizeof(text)));
		assert_null(strchr(quoted, '?'));
		assert_non_null(strstr(quoted, "..."));
		assert_int_equal(strlen(quoted), i == 56 ? 63 : i + 3);
	}
	/* No beginning of a character in sight. */
	memset(text, '\x80', sizeof(text));
	assert_true(strlen(key_quote(quoted, slice_of(text, 200))) < 64);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_key_length),
		cmocka_unit_test(test_key_bytes),
		cmocka_unit_test(test_dot_segments),
		cmocka_unit_test(test_quote),
	};

	return UNIT_RUN(tests);
}
