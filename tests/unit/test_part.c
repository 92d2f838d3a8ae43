/* The parts of links: codes, times, segments, arguments. */
#include "unit.h"

#include "lib/base/digest.h"
#include "lib/links/part.h"

/* ---- codes ---------------------------------------------------------------- */

/* Is `text` the code of these bytes? They are wiped whatever the answer. */
static bool ask(bool (*is)(struct slice, uint8_t *, size_t), const char *text,
		const char *bytes, size_t size)
{
	static const uint8_t none[DIGEST_SIZE];
	uint8_t code[DIGEST_SIZE];
	bool found;

	memcpy(code, bytes, size);
	found = is(slice_text(text), code, size);
	assert_memory_equal(code, none, size);
	return found;
}

static void test_hex(void **state)
{
	static const char *const bad[] = {
		"",         "00ab10f",  "00ab10ff0", "00AB10FF",
		"00ab10Ff", "00ab10fe", "10ab10ff",  "00ab10ff ",
		" 00ab10f", "0x00ab10", "00ab10fg",  "ff10ab00",
	};

	(void)state;
	assert_true(ask(links_part_is_hex, "00ab10ff", "\x00\xab\x10\xff", 4));
	assert_true(ask(links_part_is_hex, "", "", 0));
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_false(
			ask(links_part_is_hex, bad[i], "\x00\xab\x10\xff", 4));
}

static void test_base64(void **state)
{
	/* 0xfb 0xff 0xfe 0xff is "-__-_w": w has four bits that are zero. */
	static const char *const bad[] = {
		"",         "-__-_",   "-__-_w==", "-__-_w=",  "-__-_x",
		"-__-_-",   "+//+/w",  "+//+/w==", "-__-_W",   "-__-_wA",
		"%2D__-_w", "-__-_w ", " -__-_w",  "-__-_w\n",
	};

	(void)state;
	assert_true(ask(links_part_is_base64, "-__-_w", "\xfb\xff\xfe\xff", 4));
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_false(ask(links_part_is_base64, bad[i],
				 "\xfb\xff\xfe\xff", 4));
	/* Of the last character's 64 values one is the code. */
	for (int c = 0; c < 256; c++) {
		char text[] = "-__-_?";

		text[5] = (char)c;
		assert_int_equal(ask(links_part_is_base64, text,
				     "\xfb\xff\xfe\xff", 4),
				 c == 'w');
	}
}

/* ---- times ---------------------------------------------------------------- */

static void test_expires(void **state)
{
	static const char *const bad[] = {
		"",
		"0",
		"00",
		"01",
		"-1",
		"+1",
		" 1",
		"1 ",
		"1a",
		"0x1",
		"1.0",
		"1e3",
		"1_0",
		"\t1",
		"1\n",
		"a",
		"1234567890123",
		"9223372036854775808",
		"18446744073709551617",
		"\xd9\xa1",
	};
	int64_t time;

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_false(links_part_expires(slice_text(bad[i]), &time));
	assert_false(links_part_expires(slice_of(NULL, 0), &time));
	assert_false(links_part_expires(slice_of("1\0", 2), &time));
	assert_true(links_part_expires(slice_text("1"), &time));
	assert_int_equal(time, 1);
	assert_true(links_part_expires(slice_text("1767225600"), &time));
	assert_int_equal(time, 1767225600);
	assert_true(links_part_expires(slice_text("999999999999"), &time));
	assert_int_equal(time, 999999999999);
}

static void test_fixed_expires(void **state)
{
	static const char *const bad[] = {
		"",           "999999999",  "10000000000", "0999999999",
		"+999999999", "-999999999", "1000000000 ", " 100000000",
		"100000000a", "1",
	};
	int64_t time;

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_false(
			links_part_fixed_expires(slice_text(bad[i]), &time));
	assert_true(links_part_fixed_expires(slice_text("1000000000"), &time));
	assert_int_equal(time, 1000000000);
	assert_true(links_part_fixed_expires(slice_text("9999999999"), &time));
	assert_int_equal(time, 9999999999);
}

static void test_time(void **state)
{
	static const char *const bad[] = {
		"",         "6955b90",  "6955b9000", "6955b90g", "0x6955b9",
		"6955b90 ", " 6955b90", "-6955b90",  "+6955b90", "6955b90\n",
	};
	int64_t time;

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_false(links_part_time(slice_text(bad[i]), &time));
	assert_true(links_part_time(slice_text("6955b900"), &time));
	assert_int_equal(time, 1767225600);
	assert_true(links_part_time(slice_text("6955B900"), &time));
	assert_int_equal(time, 1767225600);
	assert_true(links_part_time(slice_text("00000000"), &time));
	assert_int_equal(time, 0);
	assert_true(links_part_time(slice_text("ffffffff"), &time));
	assert_int_equal(time, UINT32_MAX);
}

/* ---- segments and arguments ----------------------------------------------- */

static void assert_segment(const char *path, size_t length, const char *segment,
			   const char *rest)
{
	struct slice left = slice_text(path), found;

	if (!segment) {
		assert_false(links_part_segment(&left, length, &found));
		assert_ptr_equal(left.data, path);
		return;
	}
	assert_true(links_part_segment(&left, length, &found));
	assert_true(slice_is(found, segment));
	assert_true(slice_is(left, rest));
}

static void test_segment(void **state)
{
	struct slice cut = slice_of("abc/d", 3), found;

	(void)state;
	assert_segment("abc/d/e", 3, "abc", "d/e");
	assert_segment("abc/", 3, "abc", "");
	assert_segment("abc//d", 3, "abc", "/d");
	assert_segment("abc", 3, NULL, NULL);
	assert_segment("ab/c", 3, NULL, NULL);
	assert_segment("a/b/c", 3, NULL, NULL);
	assert_segment("abcd/e", 3, NULL, NULL);
	assert_segment("/abc/d", 3, NULL, NULL);
	assert_segment("", 3, NULL, NULL);
	assert_segment("/", 3, NULL, NULL);
	assert_segment("abc%2fd", 3, NULL, NULL);
	/* What lies behind the path in memory is no part of it. */
	assert_false(links_part_segment(&cut, 3, &found));
	assert_true(slice_is(cut, "abc"));
}

static void assert_argument(const char *query, const char *expected)
{
	struct slice value;
	bool found = links_part_argument(slice_text(query), slice_text("md5"),
					 &value);

	assert_int_equal(found, expected != NULL);
	if (expected)
		assert_true(slice_is(value, expected));
}

static void test_argument(void **state)
{
	(void)state;
	assert_argument("md5=a", "a");
	assert_argument("x=1&md5=a&y=2", "a");
	assert_argument("md5=", "");
	assert_argument("md5", "");
	assert_argument("md5=a=b==", "a=b==");
	assert_argument("md5=%61+b", "%61+b");
	assert_argument("&&md5=a&&", "a");
	assert_argument("amd5=b&md5=a&md5b=c", "a");
	assert_argument(NULL, NULL);
	assert_argument("", NULL);
	assert_argument("x=md5", NULL);
	assert_argument("MD5=a", NULL);
	assert_argument("%6dd5=a", NULL);
	assert_argument("md=5", NULL);
	assert_argument("=md5", NULL);
	assert_argument("x=1;md5=a", NULL);
	/* Twice. */
	assert_argument("md5=a&md5=a", NULL);
	assert_argument("md5&md5=a", NULL);
	assert_argument("md5=a&x&md5=b&y", NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_hex),
		cmocka_unit_test(test_base64),
		cmocka_unit_test(test_expires),
		cmocka_unit_test(test_fixed_expires),
		cmocka_unit_test(test_time),
		cmocka_unit_test(test_segment),
		cmocka_unit_test(test_argument),
	};

	return UNIT_RUN(tests);
}
