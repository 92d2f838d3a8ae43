/* Links of our own kind: those of another program, and those we make. */
#include "linked.h"

#include "lib/links/signed.h"

#define KIND "signed"

LINKED_TESTS(KIND, signed)

/* We make the link that the other program made. */
static void make_as_vector(void)
{
	char made[LINK_SIGNED_MAX + 1], expected[LINKED_TEXT];
	struct link_signer signer;
	size_t length;

	if (linked_is("bad"))
		return;
	links_signed_begin(&signer, linked.rules.secret);
	/* Twice: the first leaves nothing behind. */
	(void)links_signed_make(&signer, slice_text("other"), 1, made);
	length = links_signed_make(&signer, slice_text(linked_text("key")),
				   linked_number("expires"), made);
	links_signed_end(&signer);
	made[length] = '\0';
	linked_join(expected, linked.path, "?", linked.query);
	assert_string_equal(made, expected);
}

static void test_make(void **state)
{
	(void)state;
	linked_each(KIND, make_as_vector);
}

/* The longest link fits, and its last second is good. */
static void test_make_longest(void **state)
{
	char key[LINK_SIGNED_KEY_MAX], made[LINK_SIGNED_MAX + 1];
	struct link_signer signer;
	struct keyed keyed;
	size_t length;

	(void)state;
	keyed_begin(&keyed, slice_text("s"));
	memset(key, ' ', sizeof(key));
	links_signed_begin(&signer, &keyed);
	length = links_signed_make(&signer, slice_of(key, sizeof(key)),
				   INT64_MAX, made);
	assert_in_range(length, 3 * sizeof(key) + 70, LINK_SIGNED_MAX);
	length = links_signed_make(&signer, slice_text(""), 0, made);
	made[length] = '\0';
	assert_ptr_equal(strstr(made, "?expires=0&signature="), made);
	assert_int_equal(length, strlen("?expires=0&signature=") + 43);
}

static void test_end_wipes(void **state)
{
	static const struct link_signer none;
	struct link_signer signer;
	struct keyed keyed;

	(void)state;
	keyed_begin(&keyed, slice_text("secret"));
	links_signed_begin(&signer, &keyed);
	links_signed_end(&signer);
	assert_memory_equal(&signer, &none, sizeof(none));
}

/* The order is free, and nothing else may be there. */
static void test_arguments(void **state)
{
	static const char *const more[] = {
		"&",          "&a",
		"&a=b",       "&=",
		"&expires",   "&Expires=1",
		"&key=other", "&response-content-type=text/html",
		"&fbclid=x",  "?",
		"#",
	};
	char code[64];

	(void)state;
	linked_first(KIND, "each key");
	snprintf(code, sizeof(code), "%s", linked_text("code"));
	snprintf(linked.query, 4096, "signature=%s&expires=%" PRId64, code,
		 linked_number("expires"));
	assert_int_equal(linked_ask(), LINK_GOOD);
	for (size_t i = 0; i < sizeof(more) / sizeof(more[0]); i++) {
		linked_join(linked.query, linked_text("query"), more[i], "");
		linked_refuse("one more argument");
		linked_join(linked.query, more[i], linked_text("query"), "");
		linked_refuse("one more argument");
	}
	snprintf(linked.query, 4096, "signature=%s&Expires=%" PRId64, code,
		 linked_number("expires"));
	linked_refuse("a name in capitals");
	snprintf(linked.query, 4096, "signature=%s&expires=", code);
	linked_refuse("an empty time");
	snprintf(linked.query, 4096, "signature=%s&expires", code);
	linked_refuse("no time");
	snprintf(linked.query, 4096, "signature=%s", code);
	linked_refuse("no time");
	snprintf(linked.query, 4096,
		 "expires=%" PRId64 "&signature=", linked_number("expires"));
	linked_refuse("an empty code");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		LINKED_UNIT_TESTS(signed),
		cmocka_unit_test(test_make),
		cmocka_unit_test(test_make_longest),
		cmocka_unit_test(test_end_wipes),
		cmocka_unit_test(test_arguments),
	};

	return LINKED_RUN(tests);
}
