/* What is said of keys that are probably not what was meant. */
#include "unit.h"

#include "cgi/issue/warnings.h"

static struct warnings warnings;

static void check(const char *key, enum entry_kind kind, uint64_t index,
		  bool for_link)
{
	struct entry entry = {
		.kind = kind,
		.key = slice_text(key),
		.base = kind == ENTRY_PREFIX ? "/prefixes" : "/manifest",
		.index = index,
	};

	warnings_check_key(&warnings, &entry, for_link);
}

/* Which kinds there are of this key, as bits. */
static unsigned kinds_of(const char *key, enum entry_kind kind, bool for_link)
{
	unsigned kinds = 0;

	memset(&warnings, 0, sizeof(warnings));
	check(key, kind, 0, for_link);
	for (unsigned i = 0; i < WARNING_COUNT; i++) {
		if (warnings.of[i].count > 0)
			kinds |= 1U << i;
	}
	return kinds;
}

#define KIND(name) (1U << WARNING_##name)

static void test_keys(void **state)
{
	static const struct {
		const char *key;
		unsigned kinds;
	} rows[] = {
		{ "a", 0 },
		{ "2026/a b.pdf", 0 },
		{ ".hidden", 0 },
		{ "..a/b", 0 },
		{ "a/./b", 0 },
		{ "./a", KIND(DOT_SLASH) },
		{ "./", KIND(DOT_SLASH) },
		{ "./.", KIND(DOT_SLASH) },
		{ "././a", KIND(DOT_SLASH) },
		{ "../a", 0 },
		{ "C:\\a", KIND(WINDOWS) },
		{ "c:/a", KIND(WINDOWS) },
		{ "C:a", 0 },
		{ "1:/a", 0 },
		{ "CD:/a", 0 },
		{ "a\\b", KIND(WINDOWS) },
		{ "\\\\srv\\share\\a", KIND(WINDOWS) },
		{ "\\", KIND(WINDOWS) },
		{ ".\\a", KIND(WINDOWS) },
		{ "./a\\b", KIND(DOT_SLASH) | KIND(WINDOWS) },
		{ "s3://bucket/a", KIND(ADDRESS) },
		{ "https://example.org/a", KIND(ADDRESS) },
		{ "HTTP://example.org/", KIND(ADDRESS) },
		{ "git+ssh://x", KIND(ADDRESS) },
		{ "r2://", KIND(ADDRESS) },
		{ "://a", 0 },
		{ "3s://a", 0 },
		{ "s3:/a", 0 },
		{ "s3:", 0 },
		{ "a b://c", 0 },
		{ "\xc3\xa4s://a", 0 },
		{ " a", KIND(BLANKS) },
		{ "a ", KIND(BLANKS) },
		{ " ", KIND(BLANKS) },
		{ "a\t", KIND(BLANKS) },
		{ "a\r", KIND(BLANKS) },
		{ "\na", KIND(BLANKS) },
		{ "\xc2\xa0"
		  "a",
		  KIND(BLANKS) },
		{ "a\xe3\x80\x80", KIND(BLANKS) },
		{ "\xef\xbb\xbf"
		  "a",
		  KIND(BLANKS) },
		{ "a b", 0 },
		{ "\xc3\xa0", 0 },
		{ "cafe\xcc\x81", KIND(NOT_NFC) },
		/* Only a link suffers from these. */
		{ "/a", 0 },
		{ "a//b", 0 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		unsigned kinds = kinds_of(rows[i].key, ENTRY_OBJECT, false);

		if (kinds != rows[i].kinds)
			fail_msg("'%s': %x", rows[i].key, kinds);
	}
	assert_int_equal(kinds_of("/a", ENTRY_OBJECT, true), KIND(SLASHES));
	assert_int_equal(kinds_of("a//b", ENTRY_OBJECT, true), KIND(SLASHES));
	assert_int_equal(kinds_of("a/", ENTRY_PREFIX, false), 0);
	assert_int_equal(kinds_of("a", ENTRY_PREFIX, false), KIND(OPEN_PREFIX));
	assert_int_equal(kinds_of("./a/", ENTRY_PREFIX, false),
			 KIND(DOT_SLASH));
}

static void assert_told(size_t at, enum warnings_style style,
			const char *begins)
{
	char text[WARNINGS_TEXT_MAX];
	const char *found = warnings_get(&warnings, at, style, text);

	if (!found || strncmp(found, begins, strlen(begins)) != 0)
		fail_msg("'%s' does not begin with '%s'", found, begins);
	for (; *found; found++)
		assert_in_range(*found, ' ', '~');
}

static void test_told_once_with_a_count(void **state)
{
	char text[WARNINGS_TEXT_MAX];

	(void)state;
	memset(&warnings, 0, sizeof(warnings));
	assert_null(warnings_get(&warnings, 0, WARNINGS_FOR_PEOPLE, text));
	check("a", ENTRY_OBJECT, 0, false);
	for (uint64_t i = 1; i <= 1000; i++)
		check("./a", ENTRY_OBJECT, i, false);
	check("b\\c", ENTRY_OBJECT, 7, false);
	check("p", ENTRY_PREFIX, 0, false);
	check("p", ENTRY_PREFIX, 4, false);
	assert_told(0, WARNINGS_FOR_PROGRAMS,
		    "/prefixes/0 and 1 more entry: this prefix does not");
	assert_told(1, WARNINGS_FOR_PROGRAMS,
		    "/manifest/1 and 999 more entries: this key begins with "
		    "./");
	assert_told(2, WARNINGS_FOR_PROGRAMS, "/manifest/7: this key has a ");
	assert_null(warnings_get(&warnings, 3, WARNINGS_FOR_PROGRAMS, text));
	assert_told(0, WARNINGS_FOR_PEOPLE,
		    "2 entries, the first is entry 1 of prefixes: ");
	assert_told(1, WARNINGS_FOR_PEOPLE,
		    "1000 entries, the first is entry 2: ");
	assert_told(2, WARNINGS_FOR_PEOPLE, "entry 8: this key has a ");
}

/* None of them is cut. */
static void test_texts_fit(void **state)
{
	char text[WARNINGS_TEXT_MAX];

	(void)state;
	memset(&warnings, 0, sizeof(warnings));
	for (size_t i = 0; i < WARNING_COUNT; i++) {
		warnings_add(&warnings, (enum warning)i,
			     "/manifest/prefixes/1000000000");
		warnings.of[i].count = 1000000000;
	}
	for (size_t i = 0; i < WARNING_COUNT; i++) {
		assert_told(i, WARNINGS_FOR_PROGRAMS, "/manifest/prefixes/1");
		assert_told(i, WARNINGS_FOR_PEOPLE, "1000000000 entries");
		warnings_get(&warnings, i, WARNINGS_FOR_PEOPLE, text);
		assert_true(strlen(text) < WARNINGS_TEXT_MAX - 20);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_keys),
		cmocka_unit_test(test_told_once_with_a_count),
		cmocka_unit_test(test_texts_fit),
	};

	return UNIT_RUN(tests);
}
