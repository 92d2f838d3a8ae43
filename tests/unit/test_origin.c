/* origin: which requests a page of another site may have made a browser send. */
#include "unit.h"

#include "cgi/web/origin.h"

static bool is_foreign(const char *site, const char *origin, const char *host,
		       bool https)
{
	struct request request = { .fetch_site = slice_text(site),
				   .origin = slice_text(origin) };
	struct client client = { .host = slice_text(host), .https = https };

	return origin_is_foreign(&request, &client);
}

static void test_site(void **state)
{
	static const char *const bad[] = {
		"cross-site",   "same-site",    "Same-Origin",
		"same-origin ", "same-origin,", "none, none",
		"same",         "null",         "a new word",
	};

	(void)state;
	assert_false(is_foreign("same-origin", NULL, "h", true));
	assert_false(is_foreign("none", NULL, "h", true));
	/* The browser has compared already. */
	assert_false(is_foreign("same-origin", "https://h", "backend", false));
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		assert_true(is_foreign(bad[i], NULL, "h", true));
		assert_true(is_foreign(bad[i], "https://h", "h", true));
	}
	assert_false(is_foreign(NULL, NULL, "h", true));
}

static void test_own(void **state)
{
	static const struct {
		const char *origin, *host;
		bool https;
	} good[] = {
		{ "https://h.example", "h.example", true },
		{ "https://H.example", "h.Example", true },
		{ "https://h.example:443", "h.example", true },
		{ "https://h.example", "h.example:443", true },
		{ "http://h.example", "h.example:80", false },
		{ "http://h.example:8080", "h.example:8080", false },
		{ "https://h.example:8443", "h.example:8443", true },
		{ "http://127.0.0.1:8080", "127.0.0.1:8080", false },
		{ "http://[::1]:8080", "[::1]:8080", false },
		{ "https://[2001:db8::1]", "[2001:db8::1]:443", true },
	};
	static const struct {
		const char *origin, *host;
		bool https;
	} bad[] = {
		{ "null", "h.example", true },
		{ "null", "null", true },
		{ "h.example", "h.example", true },
		{ "https://evil.example", "h.example", true },
		{ "https://h.example.evil.example", "h.example", true },
		{ "https://evil.example/h.example", "h.example", true },
		{ "https://a@h.example", "h.example", true },
		{ "https://h.example/", "h.example", true },
		{ "https://sub.h.example", "h.example", true },
		/* another scheme or port is another origin */
		{ "http://h.example", "h.example", true },
		{ "https://h.example", "h.example", false },
		{ "https://h.example:80", "h.example", true },
		{ "http://h.example:443", "h.example", false },
		{ "http://h.example:8080", "h.example:8081", false },
		{ "https://h.example:8443", "h.example", true },
		{ "https://h.example", "h.example:8443", true },
		{ "https://", "", true },
		{ "https://", NULL, true },
		{ "https://h.example", NULL, true },
		{ "https://h.example https://h.example", "h.example", true },
		{ "ftp://h.example", "h.example", false },
		{ "moz-extension://h.example", "h.example", false },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		if (is_foreign(NULL, good[i].origin, good[i].host,
			       good[i].https))
			fail_msg("%s at %s", good[i].origin, good[i].host);
	}
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		if (!is_foreign(NULL, bad[i].origin, bad[i].host, bad[i].https))
			fail_msg("%s at %s", bad[i].origin, bad[i].host);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_site),
		cmocka_unit_test(test_own),
	};

	return UNIT_RUN(tests);
}
