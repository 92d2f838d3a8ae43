/* Percent-encoding, read strictly and once. */
#include "unit.h"

#include "lib/base/escape.h"
#include "lib/base/percent.h"

static void assert_decoded(const char *text, const char *expected)
{
	size_t length = strlen(text);
	char *dst = malloc(length ? length : 1), *same = strdup(text);
	struct slice decoded;

	assert_true(dst && same);
	assert_true(percent_decode(dst, slice_text(text), &decoded));
	assert_ptr_equal(decoded.data, dst);
	assert_int_equal(decoded.length, strlen(expected));
	assert_memory_equal(dst, expected, decoded.length);
	/* In its own place. */
	assert_true(percent_decode(same, slice_of(same, length), &decoded));
	assert_ptr_equal(decoded.data, same);
	assert_int_equal(decoded.length, strlen(expected));
	assert_memory_equal(same, expected, decoded.length);
	free(dst);
	free(same);
}

static void test_decoded(void **state)
{
	(void)state;
	assert_decoded("", "");
	assert_decoded("abc", "abc");
	assert_decoded("a%20b", "a b");
	assert_decoded("%2F%2f", "//");
	assert_decoded("%c3%A9", "\u00e9");
	assert_decoded("a+b&c=d?e#f", "a+b&c=d?e#f");
	assert_decoded("%2B", "+");
	assert_decoded("%25", "%");
	/* Once. */
	assert_decoded("%2541", "%41");
	assert_decoded("%25252F", "%252F");
	assert_decoded("%25%34%31", "%41");
}

static void test_refused(void **state)
{
	static const char *const bad[] = {
		"%",     "%2",  "a%",     "a%2",  "%%",        "%%%",
		"%2%20", "%g0", "%0g",    "%-1",  "% 1",       "%1 ",
		"%x1",   "%+1", "%u00e9", "%20%", "%\xc3\xa9", "%2\xc3",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct slice decoded = slice_text("unset");
		char dst[16];

		assert_false(percent_decode(dst, slice_text(bad[i]), &decoded));
		assert_string_equal(decoded.data, "unset");
	}
}

/* Each byte, in both cases of digits, and as escape_url writes it. */
static void test_each_byte(void **state)
{
	(void)state;
	for (int c = 0; c < 256; c++) {
		char text[3][8], byte = (char)c, dst[8];
		struct slice decoded;

		snprintf(text[0], sizeof(text[0]), "%%%02x", (unsigned)c);
		snprintf(text[1], sizeof(text[1]), "%%%02X", (unsigned)c);
		text[2][escape_url(text[2], &byte, 1)] = '\0';
		for (size_t i = 0; i < 3; i++) {
			assert_true(percent_decode(dst, slice_text(text[i]),
						   &decoded));
			assert_int_equal(decoded.length, 1);
			assert_int_equal(decoded.data[0], byte);
		}
	}
}

/* Nothing behind the text's end is read, though it would fit. */
static void test_end(void **state)
{
	struct slice decoded;
	char dst[8];

	(void)state;
	assert_false(percent_decode(dst, slice_of("a%20", 3), &decoded));
	assert_false(percent_decode(dst, slice_of("a%20", 2), &decoded));
	assert_true(percent_decode(dst, slice_of("a%20", 1), &decoded));
	assert_true(percent_decode(dst, slice_of(NULL, 0), &decoded));
	assert_int_equal(decoded.length, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_decoded),
		cmocka_unit_test(test_refused),
		cmocka_unit_test(test_each_byte),
		cmocka_unit_test(test_end),
	};

	return UNIT_RUN(tests);
}
