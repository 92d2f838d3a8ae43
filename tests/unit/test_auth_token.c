/* Links of Apache's mod_auth_token. */
#include "linked.h"

#define KIND "auth-token"

LINKED_TESTS(KIND, auth_token)

/* The formula is that of secdownload-md5, but the time is judged otherwise. */
static void test_formula_of_secdownload(void **state)
{
	(void)state;
	linked_first("secdownload-md5", "further ahead");
	assert_int_equal(linked_ask(), LINK_OVER);
	linked.kind = &links_auth_token_kind;
	assert_int_equal(linked_ask(), LINK_GOOD);
}

/* No address, and what is none, open nothing for one client. */
static void test_address(void **state)
{
	static const char *const others[] = { "", "192.0.2.", "192.0.2.07",
					      "192.0.2.7 ", "92.0.2.7" };

	(void)state;
	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++) {
		linked_first(KIND, "for one client");
		linked.shown.address = slice_text(others[i]);
		linked_refuse("another address");
		linked_first(KIND, "each key");
		linked.shown.address = slice_text(others[i]);
		assert_int_equal(linked_ask(), LINK_GOOD);
	}
}

/* A link for one client is no link for all, to a longer key: its address would
 * have to be a time. */
static void test_address_as_time(void **state)
{
	(void)state;
	linked_first(KIND, "for one client");
	snprintf(linked.path, 4096, "%s/%s/a%08x%s", linked_text("code"),
		 "92.0.2.7", (unsigned)linked_number("now"), "1");
	linked_refuse("an address as the time");
}

/* As there, a query is nothing to the code. */
static void test_query(void **state)
{
	(void)state;
	linked_first(KIND, "each key");
	linked_join(linked.query, "x=1", "", "");
	assert_int_equal(linked_ask(), LINK_GOOD);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		LINKED_UNIT_TESTS(auth_token),
		cmocka_unit_test(test_formula_of_secdownload),
		cmocka_unit_test(test_address),
		cmocka_unit_test(test_address_as_time),
		cmocka_unit_test(test_query),
	};

	return LINKED_RUN(tests);
}
