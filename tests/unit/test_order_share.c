/* order_share, share_field: what an order for a share may say, and when the
 * share ends. */
#include "given.h"

#include "cgi/input/share_field.h"
#include "cgi/issue/order_share.h"

#define NOW INT64_C(1770000000)
#define DAY 86400

static struct config config = { .state_dir = NULL };

/* The pointers of all problems, with blanks between them. */
static const char *problems_of(const char *text, bool is_share)
{
	const struct order_share share = { &fields, &config, is_share };
	static char pointers[256];
	size_t used = 0;

	read_json(text);
	assert_no_problem(text);
	order_share_check(&share, &problems);
	pointers[0] = '\0';
	for (size_t i = 0; i < problems.count; i++)
		used += (size_t)snprintf(pointers + used,
					 sizeof(pointers) - used, "%s%s",
					 i ? " " : "",
					 problems.list[i].pointer);
	return pointers;
}

static void test_fields(void **state)
{
	static const char all[] =
		"{\"title\":\"t\",\"message\":\"m\",\"expires\":\"7d\","
		"\"maxDownloads\":1}";
	static char here[] = ".";

	(void)state;
	assert_string_equal(problems_of(all, false),
			    "/title /message /expires /maxDownloads");
	assert_string_equal(problems_of(all, true), "/maxDownloads");
	config.state_dir = here;
	assert_string_equal(problems_of(all, true), "");
	assert_string_equal(problems_of("{\"maxDownloads\":0}", true), "");
	config.state_dir = NULL;
	assert_string_equal(problems_of("{\"maxDownloads\":0}", true), "");
	assert_string_equal(problems_of("{\"method\":\"GET\"}", true), "");
	assert_string_equal(problems_of("{\"method\":\"PUT\",\"sign\":"
					"\"scoped\",\"download\":\"x\","
					"\"onError\":\"reject\"}",
					true),
			    "/method /sign /download /onError");
	assert_string_equal(problems_of("{\"sign\":\"parent\"}", true), "");
}

static int64_t expiry(const char *text, uint32_t most)
{
	int64_t expires;
	struct problem problem;
	enum error error;

	read_json(text);
	assert_no_problem(text);
	error = order_share_expiry(&fields, NOW, most, &expires, &problem);
	if (!error)
		return expires - NOW;
	assert_string_equal(problem.pointer, "/expires");
	return -(int64_t)error;
}

static void test_expiry(void **state)
{
	(void)state;
	assert_int_equal(expiry("{}", 30 * DAY), 7 * DAY);
	assert_int_equal(expiry("{}", 3600), 3600);
	assert_int_equal(expiry("{\"expires\":\"2d\"}", 2 * DAY), 2 * DAY);
	assert_int_equal(expiry("{\"expires\":90}", 2 * DAY), 90);
	assert_int_equal(expiry("{\"expires\":\"2d\"}", 2 * DAY - 1),
			 -ERROR_ACCESS_DENIED);
	assert_int_equal(expiry("{\"expires\":\"2026-02-02T02:40:01Z\"}", DAY),
			 1);
	assert_int_equal(expiry("{\"expires\":\"2026-02-02T02:40:00Z\"}", DAY),
			 -ERROR_BAD_VALUE);
	assert_int_equal(expiry("{\"expires\":\"1970-01-02\"}", DAY),
			 -ERROR_BAD_VALUE);
	assert_int_equal(expiry("{\"expires\":\"9999-01-02\"}", DAY),
			 -ERROR_ACCESS_DENIED);
}

/* What `lifetime` sets: "share SECONDS", counted from now, or "ttl SECONDS";
 * the pointer of the problem where it is refused. */
static const char *lifetime(const char *text, bool is_share)
{
	static char set[64];
	struct problem problem;

	read_json(text);
	assert_no_problem(text);
	if (order_share_lifetime(&fields, is_share, NOW, &problem)) {
		assert_int_equal(problem.error, ERROR_BAD_VALUE);
		return problem.pointer[0] ? "/lifetime" : "";
	}
	snprintf(set, sizeof(set), "%s %lld", is_share ? "share" : "ttl",
		 is_share ? (long long)(fields.expires_at ?
						fields.expires_at - NOW :
						0) :
			    (long long)fields.scope.ttl);
	return set;
}

static void test_lifetime(void **state)
{
	(void)state;
	assert_string_equal(lifetime("{}", true), "share 0");
	assert_string_equal(lifetime("{\"ttlSeconds\":5}", false), "ttl 5");
	assert_string_equal(lifetime("{\"lifetime\":\"1d\"}", true),
			    "share 86400");
	assert_string_equal(lifetime("{\"lifetime\":\"1d\"}", false),
			    "ttl 86400");
	assert_string_equal(lifetime("{\"lifetime\":\"2026-02-02T02:40:09Z\"}",
				     false),
			    "ttl 9");
	assert_string_equal(lifetime("{\"lifetime\":\"2026-02-02T02:40:00Z\"}",
				     false),
			    "/lifetime");
	assert_string_equal(lifetime("{\"lifetime\":\"9999-01-01\"}", true),
			    "/lifetime");
	assert_string_equal(lifetime("{\"lifetime\":\"1d\",\"expires\":\"1d\"}",
				     true),
			    "/lifetime");
	assert_string_equal(lifetime("{\"lifetime\":\"1d\",\"ttlSeconds\":9}",
				     false),
			    "/lifetime");
	/* ttlSeconds of a share is another time: that of an address of R2. */
	assert_string_equal(lifetime("{\"lifetime\":\"1d\",\"ttlSeconds\":9}",
				     true),
			    "share 86400");
}

static void test_prose(void **state)
{
	static const struct {
		const char *text;
		bool line, lines;
	} rows[] = {
		{ "", true, true },          { "plain \xc3\xbc", true, true },
		{ "a\tb", false, true },     { "a\r\nb", false, true },
		{ "\x1b[2J", false, false }, { "a\x7f", false, false },
		{ "\xc3", false, false },    { "\xed\xa0\x80", false, false },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct slice text = slice_text(rows[i].text);

		assert_int_equal(share_field_is_prose(text, false),
				 rows[i].line);
		assert_int_equal(share_field_is_prose(text, true),
				 rows[i].lines);
	}
	assert_false(share_field_is_prose(slice_of("a\0b", 3), true));
}

static void test_bad_values(void **state)
{
	static const char *const bad[] = {
		"\"title\":\"a\\nb\"",     "\"title\":5",
		"\"message\":\"\\u0000\"", "\"expires\":\"soon\"",
		"\"expires\":\"\"",        "\"expires\":\"2026-13-01\"",
		"\"expires\":0",           "\"expires\":-1",
		"\"expires\":true",        "\"expires\":\"11y\"",
		"\"maxDownloads\":-1",     "\"maxDownloads\":1.5",
		"\"maxDownloads\":1e3",    "\"maxDownloads\":1000001",
		"\"maxDownloads\":null",
	};
	char text[64], pointer[32];

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		snprintf(text, sizeof(text), "{%s}", bad[i]);
		snprintf(pointer, sizeof(pointer), "/%.*s",
			 (int)strcspn(bad[i] + 1, "\""), bad[i] + 1);
		read_json(text);
		assert_problem(text, ERROR_BAD_VALUE, pointer);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_fields),
		cmocka_unit_test(test_expiry),
		cmocka_unit_test(test_lifetime),
		cmocka_unit_test(test_prose),
		cmocka_unit_test(test_bad_values),
	};

	return UNIT_RUN(tests);
}
