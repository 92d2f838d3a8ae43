/* Links of lighttpd's mod_secdownload, by its three formulas. */
#include "linked.h"

LINKED_TESTS("secdownload-md5", md5)
LINKED_TESTS("secdownload-hmac-sha1", sha1)
LINKED_TESTS("secdownload-hmac-sha256", sha256)

static const char *const names[] = { "secdownload-md5", "secdownload-hmac-sha1",
				     "secdownload-hmac-sha256" };

#define KINDS (sizeof(names) / sizeof(names[0]))

/* As with lighttpd's own default, a query is nothing to the code. */
static void test_query(void **state)
{
	(void)state;
	for (size_t i = 0; i < KINDS; i++) {
		linked_first(names[i], "each key");
		linked_join(linked.query, "expires=1&signature=x", "", "");
		assert_int_equal(linked_ask(), LINK_GOOD);
	}
}

/* A link by one formula is bad by the others. */
static void test_other_formulas(void **state)
{
	(void)state;
	for (size_t made = 0; made < KINDS; made++) {
		for (size_t asked = 0; asked < KINDS; asked++) {
			const struct link_kind *kind;

			linked_first(names[asked], "each key");
			kind = linked.kind;
			linked_first(names[made], "each key");
			linked.kind = kind;
			assert_int_equal(linked_ask(),
					 made == asked ? LINK_GOOD : LINK_BAD);
		}
	}
}

/* The time can't be moved into the key, nor the key into the time. */
static void test_slashes(void **state)
{
	static const char *const bad[] = {
		"",
		"/",
		"//",
		"%s",
		"%s/",
		"%s//6955b900/a.txt",
		"/%s/6955b900/a.txt",
		"%s/6955b900",
		"%s/6955b900a.txt",
		"%s/6955b90/0/a.txt",
		"%s/6955b900//a.txt",
		"%s/6955b900/./a.txt",
		"%s/6955b900/A.TXT",
		"%s%%2f6955b900/a.txtt",
		"x/%s/6955b900/a.txt",
	};

	(void)state;
	for (size_t i = 0; i < KINDS; i++) {
		for (size_t j = 0; j < sizeof(bad) / sizeof(bad[0]); j++) {
			const char *rest = strstr(bad[j], "%s");

			linked_first(names[i], "each key");
			snprintf(linked.path, 4096, "%.*s%s%s",
				 rest ? (int)(rest - bad[j]) : 4096, bad[j],
				 rest ? linked_text("code") : "",
				 rest ? rest + 2 : "");
			linked_refuse("other slashes");
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		LINKED_UNIT_TESTS(md5),
		LINKED_UNIT_TESTS(sha1),
		LINKED_UNIT_TESTS(sha256),
		cmocka_unit_test(test_query),
		cmocka_unit_test(test_other_formulas),
		cmocka_unit_test(test_slashes),
	};

	return LINKED_RUN(tests);
}
