/* Links of nginx's secure_link_secret. */
#include "linked.h"

#include "lib/base/digest.h"
#include "lib/base/hex.h"

#define KIND "secure-link"

LINKED_TESTS(KIND, secure)

/* The code covers the bytes as they were sent, and the query. */
static void test_as_sent(void **state)
{
	(void)state;
	linked_first(KIND, "encoded in other ways");
	assert_int_equal(linked_ask(), LINK_GOOD);
	*strstr(linked.path, "%c3") = '\0';
	linked_join(linked.path + strlen(linked.path), "%C3%BC/a", "", "");
	linked_refuse("encoded otherwise");
	linked_first(KIND, "each key");
	linked_join(linked.query, "v=1", "", "");
	linked_refuse("a query that was not there");
}

/* The empty query is not none. */
static void test_empty_query(void **state)
{
	(void)state;
	linked_first(KIND, "a query");
	assert_string_equal(linked_text("query"), "");
	assert_int_equal(linked_ask(), LINK_GOOD);
	linked.shown.sent = slice_text(linked.path);
	assert_true(percent_decode(linked.decoded, linked.shown.sent,
				   &linked.shown.decoded));
	linked.shown.query = slice_of(NULL, 0);
	assert_int_equal(linked.kind->verify(&linked.rules, &linked.shown,
					     &linked.right),
			 LINK_BAD);
}

/* The code itself has one way to be written. */
static void test_encoded_code(void **state)
{
	char first[4];

	(void)state;
	linked_first(KIND, "each key");
	snprintf(first, sizeof(first), "%%%02x", linked.path[0]);
	linked_join(linked.path, first, "", linked_text("path") + 1);
	linked_refuse("an encoded character");
	linked_join(linked.path, linked_text("code"), "%2f",
		    strchr(linked_text("path"), '/') + 1);
	linked_refuse("an encoded slash");
}

/* Where a web server rewrote the address, nobody knows what was sent, and the
 * decoded text stands for it. The link to "aA", sent as "a%41", may not open
 * the key "a%41". */
static void test_unknown_sent(void **state)
{
	struct link_shown *shown = &linked.shown;
	struct json_object *vector = json_tokener_parse(
		"{\"kind\": \"secure-link\", \"secret\": \"secret\","
		" \"code\": \"b54655188e19b5f5800d7332116ed301\","
		" \"path\": \"b54655188e19b5f5800d7332116ed301/a%41\"}");

	(void)state;
	linked_take(vector);
	assert_int_equal(linked_ask(), LINK_GOOD);
	assert_memory_equal(linked.right.key.data, "aA", 2);
	shown->sent = shown->decoded = slice_text(linked.path);
	assert_int_equal(linked.kind->verify(&linked.rules, shown,
					     &linked.right),
			 LINK_BAD);
	json_object_put(vector);

	/* What needs no encoding is the same both ways. */
	linked_first(KIND, "each key");
	shown->sent = shown->decoded = slice_text(linked.path);
	assert_int_equal(linked.kind->verify(&linked.rules, shown,
					     &linked.right),
			 LINK_GOOD);
}

/* Each text that is not the decoded one, and each "%" that ends too early. */
static void test_sent_is_decoded(void **state)
{
	static const struct {
		const char *sent, *decoded;
		bool is;
	} cases[] = {
		{ "", "", true },        { "a", "a", true },
		{ "%61", "a", true },    { "%2f", "/", true },
		{ "%C3%a9", "é", true }, { "+", "+", true },
		{ "a", "", false },      { "", "a", false },
		{ "a", "ab", false },    { "ab", "a", false },
		{ "%61", "%61", false }, { "%", "%", false },
		{ "%6", "%6", false },   { "a%", "a%", false },
		{ "%zz", "%zz", false }, { "%6g", "%6g", false },
		{ "%2561", "a", false }, { "%2561", "%61", true },
	};
	char code[33] = "", path[64], decoded[64];

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct keyed secret;
		struct link_rules rules = { .secret = &secret };
		struct link_shown shown = { .now = 1 };
		struct link_right right;
		struct digest_md5 hash;
		uint8_t md5[DIGEST_MD5_SIZE];

		keyed_begin(&secret, slice_text("s"));
		digest_md5_begin(&hash);
		digest_md5_add(&hash, cases[i].sent, strlen(cases[i].sent));
		digest_md5_add(&hash, "s", 1);
		digest_md5_end(&hash, md5);
		hex_encode(code, md5, sizeof(md5));
		linked_join(path, code, "/", cases[i].sent);
		linked_join(decoded, code, "/", cases[i].decoded);
		shown.sent = slice_text(path);
		shown.decoded = slice_text(decoded);
		assert_int_equal(links_secure_kind.verify(&rules, &shown,
							  &right),
				 cases[i].is ? LINK_GOOD : LINK_BAD);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		LINKED_UNIT_TESTS(secure),
		cmocka_unit_test(test_as_sent),
		cmocka_unit_test(test_empty_query),
		cmocka_unit_test(test_encoded_code),
		cmocka_unit_test(test_unknown_sent),
		cmocka_unit_test(test_sent_is_decoded),
	};

	return LINKED_RUN(tests);
}
