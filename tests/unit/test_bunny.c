/* Links of Bunny's token authentication. */
#include "linked.h"

#define KIND "bunny"

LINKED_TESTS(KIND, bunny)

/* Take the first link of a kind, and write its query. */
static void query(const char *before, const char *token, const char *behind)
{
	char rest[256];

	linked_first(KIND, "each key");
	linked_join(rest, linked_text("code"), behind, "");
	linked_join(linked.query, before, token, rest);
}

static void test_order(void **state)
{
	(void)state;
	query("expires=1767225600&", "token=HS256-", "");
	assert_int_equal(linked_ask(), LINK_GOOD);
	query("", "%74oken=%48S256-", "&%65xpires=%31767225600");
	assert_int_equal(linked_ask(), LINK_GOOD);
	linked_first(KIND, "other arguments");
	assert_int_equal(linked_ask(), LINK_GOOD);
	/* Sorted, so the order in which they are sent is free. */
	linked_join(linked.query, "v=1&token=HS256-", linked_text("code"),
		    "&expires=1767225600");
	assert_int_equal(linked_ask(), LINK_GOOD);
}

static void test_token(void **state)
{
	static const char *const tokens[] = {
		"token=",           "token=HS256",
		"token=HS256-1-",   "token=HS384-",
		"token=hs256-",     "token=HS256--",
		"token=HS256-0-",   "Token=HS256-",
		"token=HS256-1-1-", "bcdn_token=HS256-",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(tokens) / sizeof(tokens[0]); i++) {
		query("", tokens[i], "&expires=1767225600");
		linked_refuse("another token");
	}
	query("token=x&", "token=HS256-", "&expires=1767225600");
	linked_refuse("two tokens");
	query("", "token=HS256-", "&expires=1767225600&expires=1767225600");
	linked_refuse("two times");
	query("", "token=HS256-", "");
	linked_refuse("no time");
	query("", "token=HS256-", "&expires");
	linked_refuse("no time");
	query("", "token=HS256-", "&expires=%");
	linked_refuse("a percent sign alone");
	query("", "token=HS256-", "&expires=1767225600&");
	linked_refuse("an argument without a name");
	query("", "token=HS256-", "&expires=1767225600&v=1");
	linked_refuse("an argument that is not signed");
	linked_first(KIND, "each key");
	linked.query[0] = '\0';
	linked_refuse("no query");
}

/* The arguments of a link without "1-" are no address, nor the other way. */
static void test_flag(void **state)
{
	char *flag;

	(void)state;
	linked_first(KIND, "for one client");
	flag = strstr(linked.query, "HS256-1-") + strlen("HS256-");
	memmove(flag, flag + 2, strlen(flag + 2) + 1);
	linked_refuse("without its flag");
	for (int i = 0; i < 3; i++) {
		static const char *const others[] = { "", "x", "192.0.2.7:80" };

		linked_first(KIND, "for one client");
		linked.shown.address = slice_text(others[i]);
		linked_refuse("no address");
	}
}

/* All of it in the path is another kind of link, which we don't read. */
static void test_in_path(void **state)
{
	(void)state;
	linked_first(KIND, "each key");
	snprintf(linked.path, 4096,
		 "bcdn_token=HS256-%s&expires=1767225600/a.txt",
		 linked_text("code"));
	linked_refuse("a link in the path");
	linked.query[0] = '\0';
	linked_refuse("a link in the path");
}

/* The bytes of one link, cut at other places: "5600", the end of its time, are
 * the bytes of 53.54.48.48, and then a time of 10 digits is before them too. */
static void test_moved_bytes(void **state)
{
	struct json_object *vector;

	(void)state;
	/* echo -n /f17672256001767225600 |
	 *	openssl mac -digest sha256 -macopt key:k -binary HMAC */
	vector = json_tokener_parse(
		"{\"kind\": \"bunny\", \"secret\": \"k\", \"now\": 1,"
		" \"code\": \"9WquUfeZ1iNjX98fb5gjAQbj_G_EOPUrtBK2vVRyvXA\", \"path\": \"f1767225600\","
		" \"query\": \"token=HS256-9WquUfeZ1iNjX98fb5gjAQbj_G_EOPUrtBK2vVRyvXA&expires=1767225600\","
		" \"address\": \"53.54.48.48\"}");
	linked_take(vector);
	assert_int_equal(linked_ask(), LINK_GOOD);
	linked_join(linked.path, "f176722", "", "");
	linked_join(linked.query,
		    "token=HS256-1-9WquUfeZ1iNjX98fb5gjAQbj_G_EOPUrtBK2vVRyvXA",
		    "", "&expires=5600176722");
	linked.shown.address = slice_text("53.54.48.48");
	linked_refuse("the end of the time as an address");
	linked_join(linked.path, "f", "", "");
	linked_join(linked.query,
		    "token=HS256-9WquUfeZ1iNjX98fb5gjAQbj_G_EOPUrtBK2vVRyvXA",
		    "", "&expires=17672256001767225600");
	linked_refuse("a time of 20 digits");
	json_object_put(vector);
}

/* As many arguments, and as much text, as there is room for. */
static void test_too_much(void **state)
{
	char *end;

	(void)state;
	query("", "token=HS256-", "&expires=1767225600");
	end = linked.query + strlen(linked.query);
	for (int i = 0; i < 40; i++) {
		end += sprintf(end, "&a%d=%d", i, i);
		linked_refuse("arguments");
	}
	query("", "token=HS256-", "&expires=1767225600&a=");
	end = linked.query + strlen(linked.query);
	for (int i = 0; i < 5000; i++)
		*end++ = 'x';
	*end = '\0';
	linked_refuse("a long argument");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		LINKED_UNIT_TESTS(bunny),
		cmocka_unit_test(test_order),
		cmocka_unit_test(test_token),
		cmocka_unit_test(test_flag),
		cmocka_unit_test(test_in_path),
		cmocka_unit_test(test_moved_bytes),
		cmocka_unit_test(test_too_much),
	};

	return LINKED_RUN(tests);
}
