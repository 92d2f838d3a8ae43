/* JSON Pointers in words for people, who count from 1. */
#include "unit.h"

#include "lib/base/pointer.h"

static void test_words(void **state)
{
	static const struct {
		const char *pointer;
		uint64_t count;
		const char *words;
	} rows[] = {
		{ "", 1, "" },
		{ "/bucket", 1, "/bucket" },
		{ "/bucket", 3, "/bucket" },
		{ "--ttl", 1, "--ttl" },
		{ "/manifest", 1, "/manifest" },
		{ "/objects", 1, "/objects" },
		{ "/manifest/0", 1, "entry 1" },
		{ "/manifest/17", 1, "entry 18" },
		{ "/manifest/17/ttlSeconds", 1, "entry 18, ttlSeconds" },
		{ "/manifest/17", 40, "40 entries, the first is entry 18" },
		{ "/manifest/0/method", 2,
		  "2 entries, the first is entry 1, method" },
		{ "/objects/9", 1, "entry 10 of objects" },
		{ "/prefixes/0", 1, "entry 1 of prefixes" },
		{ "/prefixes/0/permission", 5,
		  "5 entries, the first is entry 1 of prefixes, permission" },
		{ "/manifest/objects/3", 1, "entry 4 of objects" },
		{ "/manifest/prefixes/3/key", 1, "entry 4 of prefixes, key" },
		{ "/manifest/18446744073709551614", 1,
		  "entry 18446744073709551615" },
		/* Fields that nobody has: no list, so no entry. */
		{ "/7", 1, "/7" },
		{ "/01", 1, "/01" },
		{ "//", 1, "//" },
		{ "/manifest/01", 1, "/manifest/01" },
		{ "/manifest/99999999999999999999", 1,
		  "/manifest/99999999999999999999" },
	};
	char words[POINTER_WORDS_MAX];

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		assert_string_equal(pointer_words(words, rows[i].pointer,
						  rows[i].count),
				    rows[i].words);
}

static void test_alike(void **state)
{
	(void)state;
	assert_true(pointer_alike("", ""));
	assert_true(pointer_alike("/bucket", "/bucket"));
	assert_true(pointer_alike("/objects/0", "/objects/17"));
	assert_true(pointer_alike("/manifest/0/method", "/manifest/1/method"));
	assert_false(pointer_alike("/bucket", "/objects"));
	assert_false(pointer_alike("/objects", "/objects/0"));
	assert_false(pointer_alike("/objects/0", "/prefixes/0"));
	assert_false(pointer_alike("/manifest/0", "/manifest/0/method"));
	assert_false(pointer_alike("/manifest/0/key", "/manifest/1/method"));
	assert_false(pointer_alike("/manifest/objects/0", "/manifest/0"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_words),
		cmocka_unit_test(test_alike),
	};

	return UNIT_RUN(tests);
}
