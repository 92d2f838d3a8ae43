/* utf16: every character, and what is none. */
#include "unit.h"

#include "lib/base/unicode.h"
#include "lib/base/utf16.h"

static struct problem problem;

/* A text in UTF-16 of its own size, so that a byte too far is seen. */
struct text {
	unsigned char *data;
	size_t length;
	bool big;
};

static void put(struct text *text, unsigned unit)
{
	text->data = realloc(text->data, text->length + 2);
	assert_non_null(text->data);
	text->data[text->length + !text->big] = (unsigned char)(unit >> 8);
	text->data[text->length + text->big] = (unsigned char)unit;
	text->length += 2;
}

static struct text begin(bool big)
{
	struct text text = { .data = NULL, .big = big };

	put(&text, 0xFEFF);
	return text;
}

static void put_code(struct text *text, uint32_t code)
{
	if (code < 0x10000) {
		put(text, code);
		return;
	}
	put(text, 0xD800 + ((code - 0x10000) >> 10));
	put(text, 0xDC00 + ((code - 0x10000) & 0x3FF));
}

static struct slice slice_from(const struct text *text)
{
	return slice_of((const char *)text->data, text->length);
}

/* The text in UTF-8; the caller frees. */
static char *decode(const struct text *text, size_t *length)
{
	char *decoded;

	if (utf16_measure(slice_from(text), length, &problem) != ERROR_NONE)
		fail_msg("%s", problem.message);
	decoded = malloc(*length ? *length : 1);
	assert_non_null(decoded);
	utf16_decode(decoded, slice_from(text));
	return decoded;
}

/* Every code point but the surrogates, in both orders. */
static void test_all(void **state)
{
	(void)state;
	for (int big = 0; big < 2; big++) {
		for (uint32_t code = 0; code <= 0x10FFFF; code++) {
			unsigned char units[6] = { 0 };
			struct text text = { .data = NULL };
			char expected[4], found[4];
			size_t length, wanted;

			if (code >= 0xD800 && code <= 0xDFFF)
				continue;
			if (code > 0x11000 && code % 251)
				continue;
			text = begin(big);
			put_code(&text, code);
			memcpy(units, text.data, text.length);
			wanted = unicode_put(expected, code);
			assert_int_equal(utf16_measure(slice_from(&text),
						       &length, &problem),
					 big == 0 && code == 0 ?
						 ERROR_MALFORMED :
						 ERROR_NONE);
			if (big || code) {
				assert_int_equal(length, wanted);
				utf16_decode(found, slice_from(&text));
				assert_memory_equal(found, expected, wanted);
			}
			free(text.data);
		}
	}
}

static void test_text(void **state)
{
	(void)state;
	for (int big = 0; big < 2; big++) {
		struct text text = begin(big);
		size_t length;
		char *decoded;

		decoded = decode(&text, &length);
		assert_int_equal(length, 0);
		free(decoded);
		put_code(&text, 'k');
		put_code(&text, 0xDC);
		put_code(&text, 0x1F600);
		put_code(&text, 0x4E2D);
		decoded = decode(&text, &length);
		assert_int_equal(length, 10);
		assert_memory_equal(
			decoded, "k\xC3\x9C\xF0\x9F\x98\x80\xE4\xB8\xAD", 10);
		free(decoded);
		free(text.data);
	}
}

static void assert_refused(struct text *text, const char *words)
{
	size_t length;

	assert_int_equal(utf16_measure(slice_from(text), &length, &problem),
			 ERROR_MALFORMED);
	if (!strstr(problem.message, words))
		fail_msg("%s", problem.message);
	free(text->data);
}

static void test_surrogates(void **state)
{
	static const unsigned halves[][2] = {
		{ 0xD800, 0 },      { 0xD800, 'a' },    { 0xDBFF, 0xD800 },
		{ 0xDC00, 0xD800 }, { 0xDFFF, 0xDFFF }, { 0xD83D, 0xE000 },
	};

	(void)state;
	for (size_t i = 0; i < 12; i++) {
		struct text text = begin(i % 2);

		put(&text, 'a');
		put(&text, '\n');
		put(&text, 'b');
		put(&text, halves[i / 2][0]);
		if (halves[i / 2][1])
			put(&text, halves[i / 2][1]);
		assert_refused(&text, "line 2, character 2: half a character");
	}
}

static void test_cut(void **state)
{
	(void)state;
	for (int big = 0; big < 2; big++) {
		struct text text = begin(big);

		put(&text, 'a');
		put(&text, '\n');
		put(&text, 'b');
		text.length--;
		assert_refused(&text, "line 2: the text is UTF-16 with an odd "
				      "number of bytes (7)");
		text = begin(big);
		text.data = realloc(text.data, 3);
		assert_non_null(text.data);
		text.data[2] = 'x';
		text.length = 3;
		assert_refused(&text, "odd number");
	}
}

static void test_marks(void **state)
{
	static const struct {
		struct slice text;
		bool has, lacks;
	} cases[] = {
		{ SLICE(""), false, false },
		{ SLICE("\xFF"), false, false },
		{ SLICE("\xFF\xFE"), true, false },
		{ SLICE("\xFE\xFF"), true, false },
		{ SLICE("\xEF\xBB\xBFk"), false, false },
		{ SLICE("k\0e"), false, false },
		{ SLICE("k\0e\0"), false, true },
		{ SLICE("\0k\0e"), false, true },
		{ SLICE("ke\0y"), false, false },
		{ SLICE("k\0\0\0e\0\0\0"), false, false },
		{ SLICE("a\0b\nc"), false, false },
		{ SLICE("\xC3\0e\0"), false, false },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		assert_int_equal(utf16_has_mark(cases[i].text), cases[i].has);
		assert_int_equal(utf16_lacks_mark(cases[i].text),
				 cases[i].lacks);
	}
}

static void test_utf32(void **state)
{
	struct text text = begin(false);

	(void)state;
	put(&text, 0);
	put(&text, 'a');
	put(&text, 0);
	assert_refused(&text, "UTF-32");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_all),        cmocka_unit_test(test_text),
		cmocka_unit_test(test_surrogates), cmocka_unit_test(test_cut),
		cmocka_unit_test(test_marks),      cmocka_unit_test(test_utf32),
	};

	return UNIT_RUN(tests);
}
