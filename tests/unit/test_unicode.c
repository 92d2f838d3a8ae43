/* UTF-8 (RFC 3629) and Normal Form C (Unicode annex 15). */
#include "unit.h"

#include <utf8proc.h>

#include "lib/base/unicode.h"

/* The same bytes at the end of a block of their own, so that reading past them
 * is seen by AddressSanitizer. */
static size_t valid_in_own_block(const void *data, size_t length)
{
	char *copy = malloc(length ? length : 1);
	size_t valid;

	assert_non_null(copy);
	memcpy(copy, data, length);
	valid = unicode_valid(slice_of(copy, length));
	free(copy);
	return valid;
}

/* A slow and plain decoder: the length of the character at p, 0 if bad. */
static size_t reference_length(const unsigned char *p, size_t left)
{
	static const uint32_t least[] = { 0, 0, 0x80, 0x800, 0x10000 };
	size_t length;
	uint32_t code;

	if (p[0] < 0x80)
		return 1;
	if (p[0] >> 5 == 0x6)
		length = 2;
	else if (p[0] >> 4 == 0xE)
		length = 3;
	else if (p[0] >> 3 == 0x1E)
		length = 4;
	else
		return 0;
	if (left < length)
		return 0;
	code = p[0] & (0x7FU >> length);
	for (size_t i = 1; i < length; i++) {
		if (p[i] >> 6 != 2)
			return 0;
		code = code << 6 | (p[i] & 0x3F);
	}
	if (code < least[length] || code > 0x10FFFF ||
	    (code >= 0xD800 && code <= 0xDFFF))
		return 0;
	return length;
}

static size_t reference_valid(const unsigned char *p, size_t length)
{
	size_t at = 0, step;

	while (at < length) {
		step = reference_length(p + at, length - at);
		if (step == 0)
			break;
		at += step;
	}
	return at;
}

/* Every sequence of four bytes from those at which a rule changes. */
static void test_boundary_bytes(void **state)
{
	static const unsigned char bytes[] = {
		0x00, 0x41, 0x7F, 0x80, 0x8F, 0x90, 0x9F, 0xA0,
		0xBF, 0xC0, 0xC1, 0xC2, 0xDF, 0xE0, 0xE1, 0xEC,
		0xED, 0xEE, 0xEF, 0xF0, 0xF1, 0xF3, 0xF4, 0xF5,
	};
	const size_t count = sizeof(bytes);
	unsigned char text[4];

	(void)state;
	for (size_t n = 0; n < count * count * count * count; n++) {
		text[0] = bytes[n % count];
		text[1] = bytes[n / count % count];
		text[2] = bytes[n / count / count % count];
		text[3] = bytes[n / count / count / count];
		assert_int_equal(valid_in_own_block(text, 4),
				 reference_valid(text, 4));
	}
}

static void test_bad_byte_anywhere(void **state)
{
	char text[40];

	(void)state;
	for (size_t length = 0; length <= sizeof(text); length++) {
		memset(text, 'a', sizeof(text));
		assert_int_equal(valid_in_own_block(text, length), length);
		for (size_t bad = 0; bad < length; bad++) {
			memset(text, 'a', sizeof(text));
			text[bad] = '\xFF';
			assert_int_equal(valid_in_own_block(text, length), bad);
			/* A character that lost its end. */
			text[bad] = '\xC3';
			assert_int_equal(valid_in_own_block(text, length), bad);
		}
	}
}

static void test_put(void **state)
{
	unsigned char bytes[4], expected[4];
	size_t length;

	(void)state;
	for (int32_t code = 0; code <= 0x10FFFF; code++) {
		if (code >= 0xD800 && code <= 0xDFFF)
			continue;
		length = unicode_put((char *)bytes, (uint32_t)code);
		assert_int_equal(length, utf8proc_encode_char(code, expected));
		assert_memory_equal(bytes, expected, length);
		assert_int_equal(unicode_valid(slice_of((char *)bytes, length)),
				 length);
	}
}

static bool is_nfc(const char *text)
{
	return unicode_is_nfc(slice_text(text));
}

static void test_nfc_by_hand(void **state)
{
	(void)state;
	assert_true(is_nfc(""));
	assert_true(is_nfc("plain/path.txt"));
	assert_true(is_nfc("caf\u00E9"));
	assert_false(is_nfc("cafe\u0301"));
	/* What a Mac's file system makes of an umlaut. */
	assert_false(is_nfc("Ma\u0308rz 2024.pdf"));
	/* Hangul: a syllable, and the letters that make it up. */
	assert_true(is_nfc("\uAC01"));
	assert_false(is_nfc("\u1100\u1161\u11A8"));
	/* Characters that are never in NFC: singletons, exclusions. */
	assert_false(is_nfc("\u212B"));
	assert_false(is_nfc("\u0958"));
	assert_false(is_nfc("\u0344"));
	assert_false(is_nfc("\uF900"));
	/* Marks that no character takes in, in and out of order. */
	assert_true(is_nfc("q\u0323\u0307"));
	assert_false(is_nfc("q\u0307\u0323"));
	/* Compatibility characters are another matter. */
	assert_true(is_nfc("\uFB01"));
	assert_true(is_nfc("\u65E5\u672C\u8A9E/\U0001F600"));
}

/* What the library makes of the same text, allocating as it likes. */
static bool reference_is_nfc(const char *text)
{
	utf8proc_uint8_t *normal = utf8proc_NFC((const uint8_t *)text);
	bool same;

	assert_non_null(normal);
	same = strcmp((const char *)normal, text) == 0;
	free(normal);
	return same;
}

static void test_nfc_each_character(void **state)
{
	char text[5];
	uint32_t code;

	(void)state;
	for (code = 1; code <= 0x10FFFF; code++) {
		if (code >= 0xD800 && code <= 0xDFFF)
			continue;
		text[unicode_put(text, code)] = '\0';
		if (is_nfc(text) != reference_is_nfc(text))
			fail_msg("U+%04X", (unsigned)code);
	}
}

static uint32_t next_random(uint32_t *seed)
{
	*seed = *seed * UINT32_C(1664525) + UINT32_C(1013904223);
	return *seed >> 8;
}

static void test_nfc_mixed(void **state)
{
	static const uint32_t codes[] = {
		'a',   'q',    '/',    0xE9,   0x1D5,   0x1E69,  0x300,
		0x301, 0x308,  0x323,  0x307,  0x327,   0x344,   0x345,
		0x390, 0x1100, 0x1161, 0x11A8, 0xAC00,  0xAC01,  0x9C7,
		0x9BE, 0x958,  0xF73,  0xF71,  0x212B,  0xF900,  0x1F82,
		0x3B1, 0x3099, 0x304B, 0x4E2D, 0x1D15E, 0x1F600,
	};
	const uint32_t count = sizeof(codes) / sizeof(codes[0]);
	char text[64];
	uint32_t seed = 2;

	(void)state;
	for (int round = 0; round < 100000; round++) {
		uint32_t length = 1 + next_random(&seed) % 6;
		size_t at = 0;

		while (length-- > 0)
			at += unicode_put(text + at,
					  codes[next_random(&seed) % count]);
		text[at] = '\0';
		if (is_nfc(text) != reference_is_nfc(text))
			fail_msg("differs: %s", text);
	}
}

/* Texts of the greatest length, among them those that grow most. */
static void test_nfc_long(void **state)
{
	static const uint32_t codes[] = { 'a',   0x1D5,  0x390,  0x1F82,
					  0x301, 0x1E69, 0x4E2D, 0xAC01,
					  0xF73, 0x958,  0x1F600 };
	char text[1024 + 5];
	size_t at;

	(void)state;
	for (size_t i = 0; i < sizeof(codes) / sizeof(codes[0]); i++) {
		for (at = 0; at < 1021;)
			at += unicode_put(text + at, codes[i]);
		text[at] = '\0';
		assert_true(at <= 1024);
		assert_int_equal(is_nfc(text), reference_is_nfc(text));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_boundary_bytes),
		cmocka_unit_test(test_bad_byte_anywhere),
		cmocka_unit_test(test_put),
		cmocka_unit_test(test_nfc_by_hand),
		cmocka_unit_test(test_nfc_each_character),
		cmocka_unit_test(test_nfc_mixed),
		cmocka_unit_test(test_nfc_long),
	};

	return UNIT_RUN(tests);
}
