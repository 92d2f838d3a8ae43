/* The text that secure_link_md5 hashes, as an administrator writes it. */
#include "unit.h"

#include "lib/links/expression.h"

static struct link_expression expression;
static struct problem problem;

/* The parts as text: a letter for each variable, a text between quotes. */
static void assert_parts(const char *text, const char *expected)
{
	static const char letters[] = { 0, 'e', 'u', 'a', 's' };
	char found[512] = "";

	assert_int_equal(links_expression_read(&expression, slice_text(text),
					       &problem),
			 ERROR_NONE);
	for (size_t i = 0; i < expression.count; i++) {
		char *end = found + strlen(found);
		enum link_expression_part kind = expression.parts[i].kind;
		struct slice part = expression.parts[i].text;

		if (kind == LINK_EXPRESSION_TEXT)
			sprintf(end, "'%.*s'", (int)part.length, part.data);
		else
			sprintf(end, "%c", letters[kind]);
	}
	assert_string_equal(found, expected);
}

static void test_parts(void **state)
{
	(void)state;
	assert_parts("$secure_link_expires$uri$remote_addr $secret", "eua' 's");
	assert_parts("${secure_link_expires}${uri}${remote_addr} ${secret}",
		     "eua' 's");
	assert_parts("$secret$uri", "su");
	assert_parts("$uri-$secret", "u'-'s");
	assert_parts("${uri}x${secret}y", "u'x's'y'");
	assert_parts("a b\t\"'{}\\ $uri$secret", "'a b\t\"'{}\\ 'us");
	assert_parts("$uri$uri$secret$secret", "uuss");
	assert_parts("$uri{}$secret}", "u'{}'s'}'");
	assert_parts("\xc3\xa9$uri\xc3\xa9$secret", "'\xc3\xa9'u'\xc3\xa9's");
}

static void assert_refused(const char *text, const char *why)
{
	problem.message[0] = '\0';
	assert_int_equal(links_expression_read(&expression, slice_text(text),
					       &problem),
			 ERROR_CONFIG);
	assert_non_null(strstr(problem.message, why));
	/* It may be a secret, which stands in no message. */
	assert_null(strstr(problem.message, "hunter2"));
}

static void test_unknown_variables(void **state)
{
	static const char *const bad[] = {
		"$",          "$ uri",        "$$uri",        "$Uri",
		"$URI",       "$uri_x",       "$uris",        "$ur",
		"$uri1",      "${uri",        "${uri $",      "${}",
		"${",         "${ uri}",      "$arg_expires", "$request_uri",
		"$http_host", "$hunter2",     "$args",        "$secreturi",
		"${uri)}",    "$secure_link",
	};
	char text[128];

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		snprintf(text, sizeof(text), "$uri $secret %s", bad[i]);
		assert_refused(text, "unknown variable");
		snprintf(text, sizeof(text), "%s $uri $secret", bad[i]);
		assert_refused(text, "unknown variable");
	}
}

static void test_lacking_variables(void **state)
{
	(void)state;
	assert_refused("", "lacks $secret");
	assert_refused("hunter2", "lacks $secret");
	assert_refused("$uri hunter2", "lacks $secret");
	assert_refused("$secret", "lacks $uri");
	assert_refused("$secure_link_expires$remote_addr $secret",
		       "lacks $uri");
}

static void test_most_parts(void **state)
{
	char text[1024] = "$uri$secret";

	(void)state;
	for (size_t i = 2; i < LINK_EXPRESSION_PARTS_MAX; i += 2)
		strcat(text, "-$uri");
	assert_int_equal(links_expression_read(&expression, slice_text(text),
					       &problem),
			 ERROR_NONE);
	assert_int_equal(expression.count, LINK_EXPRESSION_PARTS_MAX);
	strcat(text, "-");
	assert_refused(text, "more than 32 parts");
}

static void test_has(void **state)
{
	(void)state;
	assert_parts("$uri $secret", "u' 's");
	assert_true(links_expression_has(&expression, LINK_EXPRESSION_URI));
	assert_true(links_expression_has(&expression, LINK_EXPRESSION_SECRET));
	assert_true(links_expression_has(&expression, LINK_EXPRESSION_TEXT));
	assert_false(
		links_expression_has(&expression, LINK_EXPRESSION_EXPIRES));
	assert_false(
		links_expression_has(&expression, LINK_EXPRESSION_ADDRESS));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_parts),
		cmocka_unit_test(test_unknown_variables),
		cmocka_unit_test(test_lacking_variables),
		cmocka_unit_test(test_most_parts),
		cmocka_unit_test(test_has),
	};

	return UNIT_RUN(tests);
}
