/* What is kept of a secret, against the codes of RFC 4231 and RFC 2202. */
#include "unit.h"

#include "lib/base/hex.h"
#include "lib/base/keyed.h"

static struct keyed keyed;

static void assert_hex(const uint8_t *code, size_t size, const char *expected)
{
	char text[HEX_LENGTH(DIGEST_SIZE) + 1];

	text[hex_encode(text, code, size)] = '\0';
	assert_string_equal(text, expected);
}

/* The states sign as the text does, and again and again. */
static void test_states(void **state)
{
	static const char data[] = "what do ya want for nothing?";
	struct digest_hmac hmac;
	struct digest_hmac_sha1 sha1;
	uint8_t code[DIGEST_SIZE];

	(void)state;
	keyed_begin(&keyed, slice_text("Jefe"));
	keyed_drop_text(&keyed);
	for (int i = 0; i < 2; i++) {
		hmac = keyed.hmac;
		digest_hmac_add(&hmac, data, strlen(data));
		digest_hmac_end(&hmac, code);
		/* RFC 4231, test case 2. */
		assert_hex(code, DIGEST_SIZE,
			   "5bdcc146bf60754e6a042426089575c7"
			   "5a003f089d2739839dec58b964ec3843");
		sha1 = keyed.hmac_sha1;
		digest_hmac_sha1_add(&sha1, data, strlen(data));
		digest_hmac_sha1_end(&sha1, code);
		/* RFC 2202, test case 2. */
		assert_hex(code, DIGEST_SHA1_SIZE,
			   "effcdf6ae5eb2fa2d27416d5f184df9c259a7c79");
	}
}

/* AWS Signature Version 4's key begins with "AWS4". */
static void test_aws4(void **state)
{
	struct digest_hmac alone;
	uint8_t ours[DIGEST_SIZE], expected[DIGEST_SIZE];

	(void)state;
	keyed_begin(&keyed, slice_text("secret"));
	keyed_aws4_begin(&alone, slice_text("secret"));
	digest_hmac("AWS4secret", 10, "20260203", 8, expected);
	digest_hmac_add(&keyed.aws4, "20260203", 8);
	digest_hmac_end(&keyed.aws4, ours);
	assert_memory_equal(ours, expected, DIGEST_SIZE);
	digest_hmac_add(&alone, "20260203", 8);
	digest_hmac_end(&alone, ours);
	assert_memory_equal(ours, expected, DIGEST_SIZE);
}

static void test_text(void **state)
{
	char longest[KEYED_TEXT_MAX];

	(void)state;
	memset(longest, 'z', sizeof(longest));
	keyed_begin(&keyed, slice_of(longest, sizeof(longest)));
	assert_true(slice_equal(keyed_text(&keyed),
				slice_of(longest, sizeof(longest))));
	keyed_drop_text(&keyed);
	assert_int_equal(keyed_text(&keyed).length, 0);
	assert_int_equal(keyed.length, sizeof(longest));
	assert_null(memmem(&keyed, sizeof(keyed), "zzzz", 4));
}

/* Warnings are made of these. */
static void test_facts(void **state)
{
	static const struct {
		const char *text;
		bool is_blank_edged, is_hex;
	} cases[] = {
		{ "0123456789abcdef", false, true },
		{ "0123456789ABCDEF", false, false },
		{ "a b", false, false },
		{ " a", true, false },
		{ "a\t", true, false },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		keyed_begin(&keyed, slice_text(cases[i].text));
		assert_int_equal(keyed.length, strlen(cases[i].text));
		assert_int_equal(keyed.is_blank_edged, cases[i].is_blank_edged);
		assert_int_equal(keyed.is_hex, cases[i].is_hex);
	}
}

static void test_same(void **state)
{
	struct keyed other;

	(void)state;
	keyed_begin(&keyed, slice_text("one"));
	keyed_begin(&other, slice_text("one"));
	keyed_drop_text(&other);
	assert_true(keyed_is_same(&keyed, &other));
	keyed_begin(&other, slice_text("One"));
	assert_false(keyed_is_same(&keyed, &other));
	keyed_begin(&other, slice_text("one "));
	assert_false(keyed_is_same(&keyed, &other));
}

static void test_wipe(void **state)
{
	static const struct keyed none;

	(void)state;
	keyed_begin(&keyed, slice_text("secret"));
	keyed_wipe(&keyed);
	assert_memory_equal(&keyed, &none, sizeof(none));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_states), cmocka_unit_test(test_aws4),
		cmocka_unit_test(test_text),   cmocka_unit_test(test_facts),
		cmocka_unit_test(test_same),   cmocka_unit_test(test_wipe),
	};

	return UNIT_RUN(tests);
}
