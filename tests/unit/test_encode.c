/* RFC 4648 section 10, every length, and what each escaper must not let out. */
#include "lib/base/base64.h"
#include "lib/base/escape.h"
#include "lib/base/hex.h"
#include "unit.h"

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
		n = base64url_encode(fast, src, length);
		m = base64_slowly(slow, src, length, "-_", 0);
		assert_int_equal(n, m);
		assert_int_equal(n, BASE64URL_LENGTH(length));
		assert_memory_equal(fast, slow, n);
		assert_int_equal(fast[n], '#');
		assert_true(base64url_decode(back, &written, fast, n));
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
	assert_false(base64url_decode(out, &n, "Zg==", 4));
	assert_false(base64url_decode(out, &n, "Zh", 2));
	assert_false(base64url_decode(out, &n, "Z", 1));
	assert_false(base64url_decode(out, &n, "Zm+v", 4));
}

static void test_hex(void **state)
{
	char out[9] = "";
	uint8_t bytes[4];

	(void)state;
	assert_int_equal(hex_encode(out, "\x00\x7f\xab\xff", 4), 8);
	assert_string_equal(out, "007fabff");
	assert_true(hex_decode(bytes, "007FabfF", 8));
	assert_memory_equal(bytes, "\x00\x7f\xab\xff", 4);
	assert_false(hex_decode(bytes, "007", 3));
	assert_false(hex_decode(bytes, "0g", 2));
	assert_true(hex_is_lower("09af", 4));
	assert_false(hex_is_lower("09aF", 4));
}

static void assert_escaped(escape_fn *escape, const char *src,
			   const char *expected)
{
	char out[512] = "";
	size_t n = escape(out, src, strlen(src));

	assert_int_equal(n, strlen(expected));
	assert_string_equal(out, expected);
}

static void test_json(void **state)
{
	(void)state;
	assert_escaped(escape_json, "plain/<&>'\x7f", "plain/<&>'\x7f");
	assert_escaped(escape_json, "\"\\\b\t\n\v\f\r\x01\x1f",
		       "\\\"\\\\\\b\\t\\n\\u000b\\f\\r\\u0001\\u001f");
	assert_escaped(escape_json, "\u00c1rv\u00edz \U0001F600",
		       "\u00c1rv\u00edz \U0001F600");
}

/* One special byte at each place of words of every length. */
static void test_json_every_place(void **state)
{
	(void)state;
	for (size_t length = 1; length <= 24; length++) {
		for (size_t at = 0; at < length; at++) {
			char src[32] = "", expected[40] = "";

			memset(src, 'a', length);
			src[at] = '"';
			memset(expected, 'a', length + 1);
			expected[at] = '\\';
			expected[at + 1] = '"';
			assert_escaped(escape_json, src, expected);
		}
	}
}

static void test_html(void **state)
{
	(void)state;
	assert_escaped(escape_html, "<a href=\"x\" b='y'>&amp;</a>",
		       "&lt;a href=&quot;x&quot; b=&#39;y&#39;&gt;&amp;amp;"
		       "&lt;/a&gt;");
}

static void test_url(void **state)
{
	(void)state;
	assert_escaped(escape_url, "a b+c/~._-!'()*%",
		       "a%20b%2Bc%2F~._-%21%27%28%29%2A%25");
	assert_escaped(escape_url_path, "\u00c1/b c", "%C3%81/b%20c");
}

static void test_shell_and_csv(void **state)
{
	(void)state;
	assert_escaped(escape_shell, "'; rm -rf ~; #", "'\\''; rm -rf ~; #");
	assert_escaped(escape_csv, "a\"b,\r\nc", "a\"\"b,\r\nc");
}

static void test_xml(void **state)
{
	(void)state;
	assert_escaped(escape_xml, "<a b=\"'x'\">&\t\n\r</a>",
		       "&lt;a b=&quot;&#39;x&#39;&quot;&gt;&amp;&#9;&#10;&#13;"
		       "&lt;/a&gt;");
	/* XML 1.0, 2.2: these have no reference either. */
	assert_escaped(escape_xml, "\x01\b\v\f\x1f",
		       "\ufffd\ufffd\ufffd\ufffd\ufffd");
	assert_escaped(escape_xml, "\x7f]]> \u00e9", "\x7f]]&gt; \u00e9");
}

static void test_curl(void **state)
{
	(void)state;
	assert_escaped(escape_curl, "a\\b\"c\td\ne\rf\vg",
		       "a\\\\b\\\"c\\td\\ne\\rf\\vg");
	assert_escaped(escape_curl, "'#$\x01\x7f\b \u00e9",
		       "'#$\x01\x7f\b \u00e9");
}

static void test_line(void **state)
{
	(void)state;
	assert_escaped(escape_line, "a\nb\r\tc\x01\x1f\x7f",
		       "a\\x0ab\\x0d\\x09c\\x01\\x1f\\x7f");
	assert_escaped(escape_line, " \\\"'#=%\u00e9 ", " \\\"'#=%\u00e9 ");
}

/* No byte makes an end of line where a format's lines must stay whole. */
static void test_lines_stay_whole(void **state)
{
	static escape_fn *const all[] = { escape_json,     escape_url,
					  escape_url_path, escape_xml,
					  escape_curl,     escape_line };

	(void)state;
	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
		for (int c = 0; c < 256; c++) {
			char src = (char)c, out[16];
			size_t length = all[i](out, &src, 1);

			assert_null(memchr(out, '\n', length));
			assert_null(memchr(out, '\r', length));
		}
	}
}

/* The worst each byte can grow to is what the header promises. */
static void test_growth(void **state)
{
	static escape_fn *const all[] = {
		escape_none,     escape_json,  escape_html, escape_url,
		escape_url_path, escape_shell, escape_csv,  escape_xml,
		escape_curl,     escape_line,
	};

	(void)state;
	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
		for (int c = 0; c < 256; c++) {
			char src = (char)c, out[16];

			assert_in_range(all[i](out, &src, 1), 1, ESCAPE_GROWTH);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rfc_4648),
		cmocka_unit_test(test_every_length),
		cmocka_unit_test(test_decoding_is_strict),
		cmocka_unit_test(test_hex),
		cmocka_unit_test(test_json),
		cmocka_unit_test(test_json_every_place),
		cmocka_unit_test(test_html),
		cmocka_unit_test(test_url),
		cmocka_unit_test(test_shell_and_csv),
		cmocka_unit_test(test_xml),
		cmocka_unit_test(test_curl),
		cmocka_unit_test(test_line),
		cmocka_unit_test(test_lines_stay_whole),
		cmocka_unit_test(test_growth),
	};

	return UNIT_RUN(tests);
}
