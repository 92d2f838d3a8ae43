/* Links that Cloudflare's WAF checks, and the rule by which it does: those of
 * another program, which vectors/waf.mjs judges by the published formula. */
#include "unit.h"

#include <json-c/json.h>

#include "lib/links/waf.h"

static struct json_object *vectors;

static struct slice text_of(struct json_object *vector, const char *name)
{
	struct json_object *member = NULL;

	json_object_object_get_ex(vector, name, &member);
	return slice_text(json_object_get_string(member));
}

static int64_t number_of(struct json_object *vector, const char *name)
{
	struct json_object *member = NULL;

	json_object_object_get_ex(vector, name, &member);
	return json_object_get_int64(member);
}

static void test_links(void **state)
{
	size_t count = json_object_array_length(vectors);

	(void)state;
	assert_true(count >= 29);
	for (size_t i = 0; i < count; i++) {
		struct json_object *vector =
			json_object_array_get_idx(vectors, i);
		char url[WAF_URL_MAX + 1];
		struct keyed secret;
		struct waf waf;
		size_t length;

		/* A file may not hold a longer secret. */
		if (text_of(vector, "secret").length > KEYED_TEXT_MAX)
			continue;
		keyed_begin(&secret, text_of(vector, "secret"));
		keyed_drop_text(&secret);
		waf_begin(&waf, text_of(vector, "host"), &secret);
		/* Twice: the first leaves nothing behind. */
		(void)waf_link(&waf, slice_text("other"), 1, url);
		length = waf_link(&waf, text_of(vector, "key"),
				  number_of(vector, "now"), url);
		waf_end(&waf);
		url[length] = '\0';
		assert_string_equal(url, text_of(vector, "url").data);
	}
}

static void test_longest(void **state)
{
	char host[WAF_HOST_MAX], key[WAF_KEY_MAX], url[WAF_URL_MAX + 1];
	struct keyed secret;
	struct waf waf;
	size_t length;

	(void)state;
	keyed_begin(&secret, slice_text("s"));
	memset(host, 'h', sizeof(host));
	memset(key, ' ', sizeof(key));
	waf_begin(&waf, slice_of(host, sizeof(host)), &secret);
	length = waf_link(&waf, slice_of(key, sizeof(key)), INT64_MAX, url);
	assert_in_range(length, WAF_HOST_MAX + 3 * WAF_KEY_MAX + 50,
			WAF_URL_MAX);
	length = waf_link(&waf, slice_of(key, sizeof(key)), INT64_MIN, url);
	assert_in_range(length, WAF_HOST_MAX + 3 * WAF_KEY_MAX + 50,
			WAF_URL_MAX);
}

static void test_end_wipes(void **state)
{
	static const struct waf none;
	struct keyed secret;
	struct waf waf;

	(void)state;
	keyed_begin(&secret, slice_text("secret"));
	waf_begin(&waf, slice_text("host"), &secret);
	waf_end(&waf);
	assert_memory_equal(&waf, &none, sizeof(none));
}

static void assert_rule(const char *secret, const char *quoted)
{
	struct slice text = slice_text(secret);
	size_t size = WAF_RULE_MAX(text.length);
	char *rule = malloc(size), expected[4096];
	size_t length;

	assert_non_null(rule);
	length = waf_rule(slice_text("files.example.org"), text, 10800, rule);
	assert_true(length < size);
	snprintf(expected, sizeof(expected),
		 "(http.host eq \"files.example.org\" and not "
		 "(starts_with(http.request.uri.query, \"verify=\") and "
		 "is_timed_hmac_valid_v0(\"%s\", http.request.uri, 10800, "
		 "http.request.timestamp.sec, 8, \"s\")))",
		 quoted);
	assert_int_equal(length, strlen(expected));
	assert_string_equal(rule, expected);
	free(rule);
}

static void test_rule(void **state)
{
	(void)state;
	assert_rule("mysecrettoken", "mysecrettoken");
	assert_rule("a b", "a b");
	assert_rule("it's", "it's");
	assert_rule("quo\"te", "quo\\\"te");
	assert_rule("back\\slash", "back\\\\slash");
	assert_rule("\\\"", "\\\\\\\"");
	assert_rule("\\\\", "\\\\\\\\");
	assert_rule("\", \"\")) or (true", "\\\", \\\"\\\")) or (true");
	assert_rule("ends in \\", "ends in \\\\");
	assert_rule("\xc3\xbcn\xc3\xaf", "\xc3\xbcn\xc3\xaf");
	assert_rule("", "");
	assert_rule("%s%n%d", "%s%n%d");
}

static void test_longest_rule(void **state)
{
	char host[WAF_HOST_MAX], secret[1000];
	char rule[WAF_RULE_MAX(sizeof(secret))];
	size_t length;

	(void)state;
	memset(host, 'h', sizeof(host));
	memset(secret, '"', sizeof(secret));
	length = waf_rule(slice_of(host, sizeof(host)),
			  slice_of(secret, sizeof(secret)), UINT32_MAX, rule);
	assert_in_range(length, WAF_HOST_MAX + 2 * sizeof(secret),
			sizeof(rule) - 1);
	assert_int_equal(rule[length], '\0');
}

/* The rules that vectors/waf.mjs reads are those that we write. */
static void test_rules_of_vectors(void **state)
{
	(void)state;
	for (size_t i = 0; i < json_object_array_length(vectors); i++) {
		struct json_object *vector =
			json_object_array_get_idx(vectors, i);
		struct slice secret = text_of(vector, "secret");
		char rule[4096];

		assert_true(WAF_RULE_MAX(secret.length) <= sizeof(rule));
		waf_rule(text_of(vector, "host"), secret,
			 (uint32_t)number_of(vector, "seconds"), rule);
		assert_string_equal(rule, text_of(vector, "rule").data);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_links),
		cmocka_unit_test(test_longest),
		cmocka_unit_test(test_end_wipes),
		cmocka_unit_test(test_rule),
		cmocka_unit_test(test_longest_rule),
		cmocka_unit_test(test_rules_of_vectors),
	};
	int failed;

	vectors = json_object_from_file(unit_path("vectors/waf.json"));
	if (!vectors) {
		printf("Bail out! no vectors\n");
		return 1;
	}
	failed = UNIT_RUN(tests);
	json_object_put(vectors);
	return failed;
}
