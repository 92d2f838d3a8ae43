/* url: to which addresses of a command line a secret may be sent. */
#include "unit.h"

#include "cgi/cli/url.h"

static void test_private(void **state)
{
	static const char *const good[] = {
		"https://example.org/mint", "https://x",
		"http://localhost",         "http://localhost:8080/mint",
		"http://localhost/mint",    "http://localhost?a",
		"http://localhost#a",       "http://127.0.0.1",
		"http://127.255.0.9:80/",   "http://[::1]",
		"http://[::1]:8080/mint",   "http://[0:0:0:0:0:0:0:1]/",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		if (!url_is_private(good[i]))
			fail_msg("'%s' is not private", good[i]);
	}
}

static void test_not_private(void **state)
{
	static const char *const bad[] = {
		"",
		"https://",
		"http://",
		"HTTP://localhost",
		"ftp://localhost",
		"localhost",
		"http://example.org",
		"http://localhost.example.org",
		"http://localhosts",
		"http://LOCALHOST.",
		"http://128.0.0.1",
		"http://127.0.0.1.example.org",
		"http://127.1",
		"http://0.0.0.0",
		"http://0x7f000001",
		"http://[::2]",
		"http://[::]",
		"http://[1::1]",
		"http://[0:0:1::1]",
		"http://[0:0:0:1::1]",
		"http://[::1:1]",
		"http://[0::1:0:1]",
		"http://[::ffff:127.0.0.1]",
		"http://[fe80::1]",
		"http://[::1",
		"http://[::1/]",
		"http://[]",
		"http://[localhosts]",
		"http://::1",
		/* What stands before an @ is no host. */
		"http://localhost@example.org",
		"http://localhost:80@example.org/",
		"http://[::1]@example.org",
		/* Longer than an address can be. */
		"http://127.0.0.1.1111111111111111111111111111111111111111",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		if (url_is_private(bad[i]))
			fail_msg("'%s' is private", bad[i]);
	}
	/* It belongs to what is asked for, not to the host. */
	assert_true(url_is_private("http://localhost/a@b"));
	assert_true(url_is_private("http://localhost?a@b"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_private),
		cmocka_unit_test(test_not_private),
	};

	return UNIT_RUN(tests);
}
