/* RFC 4648, section 10, every length, and what is refused. */
#include "unit.h"

#include "lib/base/base64.h"

static void test_rfc_4648(void **state)
{
	static const char *const cases[][2] = {
		{ "", "" },
		{ "f", "Zg==" },
		{ "fo", "Zm8=" },
		{ "foo", "Zm9v" },
		{ "foob", "Zm9vYg==" },
		{ "fooba", "Zm9vYmE=" },
		{ "foobar", "Zm9vYmFy" },
		{ "\xfb\xff\xfe", "+//+" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		char out[16] = "";
		size_t n = base64_encode(out, cases[i][0], strlen(cases[i][0]));

		assert_int_equal(n, strlen(cases[i][1]));
		assert_string_equal(out, cases[i][1]);
	}
}

/* The slow and obvious way, to hold the fast one against. */
static size_t base64_slowly(char *dst, const uint8_t *src, size_t length,
			    const char *last_two, int pad)
{
	char alphabet[65] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
			    "abcdefghijklmnopqrstuvwxyz0123456789";
	size_t bits = length * 8, n = 0;

	memcpy(alphabet + 62, last_two, 3);
	for (size_t at = 0; at < bits; at += 6) {
		unsigned value = 0;

		for (size_t b = at; b < at + 6; b++)
			value = value << 1 |
				(b < bits && (src[b / 8] >> (7 - b % 8) & 1));
		dst[n++] = alphabet[value];
	}
	while (pad && n % 4 != 0)
		dst[n++] = '=';
	return n;
}

static void test_every_length(void **state)
{
	uint8_t src[300], back[304];
	char fast[512], slow[512];
	uint32_t seed = 12345;

	(void)state;
	for (size_t length = 0; length <= sizeof(src); length++) {
		size_t n, m, written;

		for (size_t i = 0; i < length; i++) {
			seed = seed * 1664525 + 1013904223;
			src[i] = (uint8_t)(seed >> 24);
		}
		memset(fast, '#', sizeof(fast));
		n = base64_encode(fast, src, length);
		m = base64_slowly(slow, src, length, "+/", 1);
		assert_int_equal(n, m);
		assert_int_equal(n, BASE64_LENGTH(length));
		assert_memory_equal(fast, slow, n);
		assert_int_equal(fast[n], '#');
		assert_true(base64_decode(back, &written, fast, n));
		assert_int_equal(written, length);
		assert_memory_equal(back, src, length);

		memset(fast, '#', sizeof(fast));
		n = base64_url_encode(fast, src, length);
		m = base64_slowly(slow, src, length, "-_", 0);
		assert_int_equal(n, m);
		assert_int_equal(n, BASE64URL_LENGTH(length));
		assert_memory_equal(fast, slow, n);
		assert_int_equal(fast[n], '#');
		assert_true(base64_url_decode(back, &written, fast, n));
		assert_int_equal(written, length);
		assert_memory_equal(back, src, length);
	}
}

static void test_decoding_is_strict(void **state)
{
	static const char *const bad[] = {
		"Zg=",   "Zg",   "Z===", "Zh==", "Zm9=",     "Zg==\n",
		" Zg==", "Zm-v", "=",    "====", "Zg==Zg==",
	};
	uint8_t out[16];
	size_t n;

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_false(base64_decode(out, &n, bad[i], strlen(bad[i])));
	assert_false(base64_url_decode(out, &n, "Zg==", 4));
	assert_false(base64_url_decode(out, &n, "Zh", 2));
	assert_false(base64_url_decode(out, &n, "Z", 1));
	assert_false(base64_url_decode(out, &n, "Zm+v", 4));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rfc_4648),
		cmocka_unit_test(test_every_length),
		cmocka_unit_test(test_decoding_is_strict),
	};

	return UNIT_RUN(tests);
}
