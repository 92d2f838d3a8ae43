/* Links of nginx's secure_link and secure_link_md5. */
#include "linked.h"

#define KIND "secure-link-md5"

LINKED_TESTS(KIND, secure_md5)

/* The arguments may stand in any order and among others, as there. */
static void test_arguments(void **state)
{
	static const char *const more[] = { "&",       "&a",      "&a=b",
					    "&=",      "&md",     "&MD5=x",
					    "&expire", "&xmd5=1", "&md55=1" };

	(void)state;
	for (size_t i = 0; i < sizeof(more) / sizeof(more[0]); i++) {
		linked_first(KIND, "each key");
		linked_join(linked.query, linked_text("query"), more[i], "");
		assert_int_equal(linked_ask(), LINK_GOOD);
		linked_join(linked.query, more[i], "&", linked_text("query"));
		assert_int_equal(linked_ask(), LINK_GOOD);
	}
	snprintf(linked.query, 4096, "expires=%" PRId64 "&md5=%s",
		 linked_number("expires"), linked_text("code"));
	assert_int_equal(linked_ask(), LINK_GOOD);
}

/* An argument that is lacking, empty, there twice, or named in another way. */
static void test_arguments_refused(void **state)
{
	static const char *const twice[] = {
		"&md5", "&md5=", "&md5=x", "&expires", "&expires=", "&expires=1"
	};

	(void)state;
	linked_first(KIND, "each key");
	for (size_t i = 0; i < sizeof(twice) / sizeof(twice[0]); i++) {
		linked_join(linked.query, linked_text("query"), twice[i], "");
		linked_refuse("an argument twice");
		linked_join(linked.query, twice[i] + 1, "&",
			    linked_text("query"));
		linked_refuse("an argument twice");
	}
	snprintf(linked.query, 4096, "md5=%s", linked_text("code"));
	linked_refuse("no time");
	snprintf(linked.query, 4096, "expires=%" PRId64,
		 linked_number("expires"));
	linked_refuse("no code");
	linked_join(linked.query, linked_text("query"), "", "");
	memcpy(linked.query, "MD5", 3);
	linked_refuse("a name in capitals");
	linked.query[0] = '\0';
	linked_refuse("no query");
}

/* The time is the rules' to ask for: a link without one is good where they ask
 * for none, and its time is nothing where one is sent. */
static void test_no_time(void **state)
{
	(void)state;
	linked_first(KIND, "without a time");
	assert_int_equal(linked_ask(), LINK_GOOD);
	linked_join(linked.query, linked_text("query"), "&expires=1", "");
	assert_int_equal(linked_ask(), LINK_GOOD);
	assert_int_equal(linked.right.expires, 0);
	linked.rules.expires_name = slice_text("expires");
	linked_join(linked.query, linked_text("query"), "", "");
	linked_refuse("no time");
}

/* A code over "$uri$secure_link_expires" is for one key and one time, though
 * its text could be read as another key's with a longer time. */
static void test_time_beside_key(void **state)
{
	struct link_expression expression;
	struct problem problem;
	char digits[32];

	(void)state;
	linked_first(KIND, "each key");
	assert_int_equal(links_expression_read(
				 &expression,
				 slice_text("$uri$secure_link_expires $secret"),
				 &problem),
			 ERROR_NONE);
	linked.rules.expression = &expression;
	keyed_begin(&linked.secret, slice_text("secret"));
	/* echo -n '/file21767225600 secret' | openssl md5 -binary | base64 */
	snprintf(digits, sizeof(digits), "%" PRId64, linked_number("expires"));
	assert_string_equal(digits, "1767225600");
	linked_join(linked.path, "file2", "", "");
	linked_join(linked.query, "md5=EiMmMC-mM_NqvGccAP7TOQ&expires=", "",
		    digits);
	assert_int_equal(linked_ask(), LINK_GOOD);
	linked_join(linked.path, "file", "", "");
	linked_join(linked.query, "md5=EiMmMC-mM_NqvGccAP7TOQ&expires=2", "",
		    digits);
	linked_refuse("the key's end moved into the time");
	linked_join(linked.path, "file21", "", "");
	linked_join(linked.query, "md5=EiMmMC-mM_NqvGccAP7TOQ&expires=", "",
		    digits + 1);
	linked_refuse("the time's beginning moved into the key");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		LINKED_UNIT_TESTS(secure_md5),
		cmocka_unit_test(test_arguments),
		cmocka_unit_test(test_arguments_refused),
		cmocka_unit_test(test_no_time),
		cmocka_unit_test(test_time_beside_key),
	};

	return LINKED_RUN(tests);
}
