/* Several kinds of links at once. */
#include "linked.h"

static uint32_t bit(const char *name)
{
	for (size_t i = 0; i < LINK_KIND_COUNT; i++) {
		if (strcmp(links_kind_table[i]->name, name) == 0)
			return UINT32_C(1) << i;
	}
	fail_msg("no kind %s", name);
	return 0;
}

/* What these kinds say to the vector that was taken. */
static enum link_verdict judge(uint32_t kinds)
{
	struct link_shown *shown = &linked.shown;

	shown->sent = slice_text(linked.path);
	assert_true(
		percent_decode(linked.decoded, shown->sent, &shown->decoded));
	shown->query = linked.query[0] ? slice_text(linked.query) :
					 slice_of(NULL, 0);
	return links_kind_verify(kinds, &linked.rules, shown, &linked.right);
}

#define ALL_KINDS ((UINT32_C(1) << LINK_KIND_COUNT) - 1)

/* The names are those of the configuration, each once; the table says which
 * need a timeout, or an expression. */
static void test_table(void **state)
{
	static const char *const names[] = {
		"signed",
		"secdownload-md5",
		"secdownload-hmac-sha1",
		"secdownload-hmac-sha256",
		"secure-link",
		"secure-link-md5",
		"auth-token",
		"bunny",
	};

	(void)state;
	assert_int_equal(LINK_KIND_COUNT, sizeof(names) / sizeof(names[0]));
	for (size_t i = 0; i < LINK_KIND_COUNT; i++) {
		const struct link_kind *kind = links_kind_table[i];

		assert_string_equal(kind->name, names[i]);
		assert_int_equal(kind->has_timeout,
				 strstr(names[i], "secdownload") ||
					 strcmp(names[i], "auth-token") == 0);
		assert_int_equal(kind->has_expression,
				 strcmp(names[i], "secure-link-md5") == 0);
	}
}

/* A link is good where its kind is among those that are asked, and only there:
 * no kind takes the link of another, but for the two with one formula. */
static void test_each_alone(void **state)
{
	uint32_t twins = bit("secdownload-md5") | bit("auth-token");

	(void)state;
	for (size_t i = 0; i < json_object_array_length(linked_vectors); i++) {
		uint32_t own;

		linked_take(json_object_array_get_idx(linked_vectors, i));
		own = bit(linked.kind->name);
		if (strcmp(linked_text("note"), "each key") != 0)
			continue;
		/* Without an expression nobody may ask secure-link-md5. */
		for (uint32_t one = 1; one < ALL_KINDS; one <<= 1) {
			if (one == bit("secure-link-md5") && own != one)
				continue;
			assert_int_equal(judge(one),
					 one == own || (own & twins &&
							one & twins) ?
						 LINK_GOOD :
						 LINK_BAD);
		}
		assert_int_equal(judge(0), LINK_BAD);
		assert_int_equal(judge(own), LINK_GOOD);
	}
}

/* Among all kinds each link has its own verdict, key and time. */
static void test_all_together(void **state)
{
	struct link_expression expression;
	struct problem problem;

	(void)state;
	assert_int_equal(
		links_expression_read(&expression,
				      slice_text("$secure_link_expires$uri"
						 "$remote_addr $secret"),
				      &problem),
		ERROR_NONE);
	for (size_t i = 0; i < json_object_array_length(linked_vectors); i++) {
		linked_take(json_object_array_get_idx(linked_vectors, i));
		if (strcmp(linked_text("note"), "each key") != 0)
			continue;
		linked.rules.expression = &expression;
		linked.rules.code_name = slice_text("md5");
		linked.rules.expires_name = slice_text("expires");
		linked.rules.uri_prefix = slice_text("/");
		assert_int_equal(judge(ALL_KINDS), LINK_GOOD);
		assert_true(slice_is(linked.right.key, linked_text("key")));
		assert_int_equal(linked.right.expires,
				 linked_number("expires"));
	}
}

/* "Over" wins over "bad", and "good" over both, in any order of the table. */
static void test_best_verdict(void **state)
{
	uint32_t secdownload = bit("secdownload-md5"),
		 auth_token = bit("auth-token"), bunny = bit("bunny");

	(void)state;
	/* From the future: over for the one, good for the other. */
	linked_first("auth-token", "further ahead");
	assert_int_equal(judge(secdownload), LINK_OVER);
	assert_int_equal(judge(secdownload | bunny), LINK_OVER);
	assert_int_equal(judge(bunny), LINK_BAD);
	assert_int_equal(judge(secdownload | auth_token), LINK_GOOD);
	assert_int_equal(judge(secdownload | auth_token | bunny), LINK_GOOD);
	linked_first("bunny", "a second late");
	assert_int_equal(judge(bunny), LINK_OVER);
	assert_int_equal(judge(bunny | bit("signed")), LINK_OVER);
	assert_int_equal(judge(bunny | bit("signed") | secdownload), LINK_OVER);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_table),
		cmocka_unit_test(test_each_alone),
		cmocka_unit_test(test_all_together),
		cmocka_unit_test(test_best_verdict),
	};

	return LINKED_RUN(tests);
}
