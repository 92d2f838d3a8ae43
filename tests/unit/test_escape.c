/* What each escaper must not let out. */
#include "unit.h"

#include "lib/base/escape.h"

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

/* A refused form is shown again with what was in it, whatever that was. */
static void test_html_nul(void **state)
{
	char dst[ESCAPE_GROWTH * 3];

	(void)state;
	assert_int_equal(escape_html(dst, "a\0b", 3), 5);
	assert_memory_equal(dst,
			    "a\xef\xbf\xbd"
			    "b",
			    5);
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

/* What a spreadsheet could take for a formula has a ' before it, and no cell
 * that begins with ' is without one that was added. */
static void test_sheet(void **state)
{
	static const char *const active[] = {
		"=1+1",    "+1",      "-1",      "@SUM(1)", "\t=1",
		"\r=1",    "\n=1",    " =1",     "'=1",     "\x01=",
		"\x7f=",   "\uff1d1", "\uff0b1", "\uff0d1", "\uff201",
		"\u00a0=", "\u3000=", "\ufeff=", "=",       "'",
	};
	static const char *const still[] = {
		"",        "a=1",    "1+1",      "/=1",    ".@x",   "\u00e9=",
		"\uff211", "\uff3d", "\xef\xbc", "\u2212", "a\n=1", "a\t=1",
	};
	char expected[64];

	(void)state;
	for (size_t i = 0; i < sizeof(active) / sizeof(active[0]); i++) {
		snprintf(expected, sizeof(expected), "'%s", active[i]);
		assert_escaped(escape_sheet, active[i], expected);
	}
	for (size_t i = 0; i < sizeof(still) / sizeof(still[0]); i++)
		assert_escaped(escape_sheet, still[i], still[i]);
	assert_escaped(escape_sheet, "\"=1\"", "'\"\"=1\"\"");
	assert_escaped(escape_sheet, "a\"=1", "a\"\"=1");
	assert_ptr_equal(escape_rest(escape_sheet), escape_csv);
	assert_ptr_equal(escape_rest(escape_csv), escape_csv);
	assert_ptr_equal(escape_rest(escape_json), escape_json);
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
		escape_none,     escape_json,  escape_html,  escape_url,
		escape_url_path, escape_shell, escape_csv,   escape_xml,
		escape_curl,     escape_line,  escape_sheet,
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
		cmocka_unit_test(test_json),
		cmocka_unit_test(test_json_every_place),
		cmocka_unit_test(test_html),
		cmocka_unit_test(test_html_nul),
		cmocka_unit_test(test_url),
		cmocka_unit_test(test_shell_and_csv),
		cmocka_unit_test(test_sheet),
		cmocka_unit_test(test_xml),
		cmocka_unit_test(test_curl),
		cmocka_unit_test(test_line),
		cmocka_unit_test(test_lines_stay_whole),
		cmocka_unit_test(test_growth),
	};

	return UNIT_RUN(tests);
}
