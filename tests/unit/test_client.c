/* client: who sent a request, behind a proxy that is believed and behind one
 * that is not. */
#include "unit.h"

#include "cgi/web/client.h"

static struct network list[8];
static struct networks trusted = { .list = list };
static struct client client;

static void trust(const char *text)
{
	assert_int_equal(address_network_read(&list[trusted.count++],
					      slice_text(text)),
			 NETWORK_GOOD);
}

/* A request as the web server passed it on. */
struct asked {
	const char *from;     /* REMOTE_ADDR */
	const char *protocol; /* NULL: HTTP/1.1; "": none */
	const char *forwarded_for, *proto, *host_before, *host;
	bool https, twice, other_header;
};

static const struct client *settle(struct asked asked)
{
	const char *protocol = asked.protocol ? asked.protocol : "HTTP/1.1";
	struct request request = {
		.remote_address = slice_text(asked.from),
		.protocol = slice_text(protocol),
		.host = slice_text(asked.host),
		.forwarded_for = slice_text(asked.forwarded_for),
		.forwarded_proto = slice_text(asked.proto),
		.forwarded_host = slice_text(asked.host_before),
		.is_forwarded = asked.forwarded_for || asked.proto ||
				asked.host_before || asked.other_header,
		.is_forwarded_twice = asked.twice,
		.https = asked.https,
	};

	memset(&client, 0xa5, sizeof(client));
	client_read(&client, &request, &trusted);
	return &client;
}

#define SETTLE(...) settle((struct asked){ __VA_ARGS__ })

static void assert_address(const char *expected)
{
	if (!slice_is(client.address, expected))
		fail_msg("'%.*s' is not '%s'", (int)client.address.length,
			 client.address.data ? client.address.data : "",
			 expected);
}

/* Nothing between the client and the web server. */
static void test_direct(void **state)
{
	static const char *const local[] = { "127.0.0.1", "127.255.3.4", "::1",
					     "::ffff:127.0.0.1" };
	static const char *const far[] = { "",         "128.0.0.1",
					   "::2",      "127.1",
					   "unix:",    "localhost",
					   "10.0.0.9", "::127.0.0.1" };
	static const char *const new_ones[] = { "HTTP/1.1", "HTTP/2",
						"HTTP/2.0", "HTTP/3" };
	static const char *const old_ones[] = { "HTTP/1.0", "HTTP/0.9",
						"HTTP/1",   "",
						"HTTP/",    "INCLUDED",
						"http/1.1" };

	(void)state;
	for (size_t i = 0; i < sizeof(local) / sizeof(local[0]); i++) {
		assert_true(SETTLE(.from = local[i])->loopback);
		assert_address(local[i]);
	}
	for (size_t i = 0; i < sizeof(far) / sizeof(far[0]); i++)
		assert_false(SETTLE(.from = far[i])->loopback);
	for (size_t i = 0; i < sizeof(new_ones) / sizeof(new_ones[0]); i++)
		assert_true(SETTLE(.from = "127.0.0.1", .protocol = new_ones[i])
				    ->loopback);
	for (size_t i = 0; i < sizeof(old_ones) / sizeof(old_ones[0]); i++) {
		if (SETTLE(.from = "127.0.0.1", .protocol = old_ones[i])
			    ->loopback)
			fail_msg("'%s' is loopback", old_ones[i]);
	}
	assert_true(SETTLE(.from = "192.0.2.1", .https = true)->https);
	assert_false(SETTLE(.from = "192.0.2.1")->https);
}

/* A proxy that nobody trusts says what it likes. */
static void test_untrusted(void **state)
{
	(void)state;
	assert_false(
		SETTLE(.from = "127.0.0.1", .other_header = true)->loopback);
	assert_false(SETTLE(.from = "127.0.0.1", .forwarded_for = "127.0.0.1")
			     ->loopback);
	assert_address("127.0.0.1");
	assert_false(SETTLE(.from = "192.0.2.1", .forwarded_for = "127.0.0.1",
			    .proto = "https")
			     ->loopback);
	assert_address("192.0.2.1");
	assert_false(client.https);
	/* The web server's own word stands. */
	assert_true(SETTLE(.from = "192.0.2.1", .https = true, .proto = "http")
			    ->https);
	SETTLE(.from = "192.0.2.1", .host = "a", .host_before = "b");
	assert_true(slice_is(client.host, "a"));
}

static void test_trusted(void **state)
{
	static const struct {
		const char *from, *forwarded_for, *client;
		bool loopback;
	} rows[] = {
		/* The rightmost that is no proxy's; what stands before it
		 * anyone may have written. */
		{ "127.0.0.2", "192.0.2.1", "192.0.2.1", false },
		{ "127.0.0.2", "127.0.0.1, 192.0.2.1", "192.0.2.1", false },
		{ "127.0.0.2", "garbage,192.0.2.1", "192.0.2.1", false },
		{ "127.0.0.2", "192.0.2.1, 10.1.2.3", "192.0.2.1", false },
		{ "10.0.0.1", "192.0.2.1,10.1.2.3 , 127.0.0.2", "192.0.2.1",
		  false },
		{ "::ffff:127.0.0.2", "2001:db8::1", "2001:db8::1", false },
		{ "2001:db8:1::5", "192.0.2.1", "192.0.2.1", false },
		/* with a port */
		{ "127.0.0.2", "192.0.2.1:4711", "192.0.2.1", false },
		{ "127.0.0.2", "[2001:db8::1]:4711", "2001:db8::1", false },
		{ "127.0.0.2", "[2001:db8::1]", "2001:db8::1", false },
		/* on this machine, all the way */
		{ "127.0.0.2", "127.0.0.1", "127.0.0.1", true },
		{ "127.0.0.2", "::1", "::1", true },
		{ "127.0.0.2", "127.0.0.1, 127.0.0.2", "127.0.0.1", true },
		{ "127.0.0.2", "192.0.2.1, 127.0.0.1", "127.0.0.1", true },
		/* all are proxies */
		{ "127.0.0.2", "127.0.0.2", "127.0.0.2", true },
		{ "127.0.0.2", "10.1.2.3", "10.1.2.3", false },
		/* on another machine, which has a loopback too */
		{ "10.0.0.1", "127.0.0.1", "127.0.0.1", false },
		{ "127.0.0.2", "127.0.0.1, 10.0.0.1", "127.0.0.1", false },
		{ "10.0.0.1", "127.0.0.1, 127.0.0.2", "127.0.0.1", false },
		/* nobody can tell: it is the proxy */
		{ "127.0.0.2", NULL, "127.0.0.2", false },
		{ "127.0.0.2", "", "127.0.0.2", false },
		{ "127.0.0.2", ",", "127.0.0.2", false },
		{ "127.0.0.2", "127.0.0.1,", "127.0.0.2", false },
		{ "127.0.0.2", "unknown", "127.0.0.2", false },
		{ "127.0.0.2", "127.0.0.1, unknown", "127.0.0.2", false },
		{ "127.0.0.2", "127.0.0.1, garbage, 10.0.0.1", "127.0.0.2",
		  false },
		{ "127.0.0.2", "127.0.0.1 10.0.0.1", "127.0.0.2", false },
		{ "127.0.0.2", "for=127.0.0.1", "127.0.0.2", false },
		{ "127.0.0.2", "\"127.0.0.1\"", "127.0.0.2", false },
		{ "127.0.0.2", "localhost", "127.0.0.2", false },
		{ "127.0.0.2", "[::1", "127.0.0.2", false },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		SETTLE(.from = rows[i].from,
		       .forwarded_for = rows[i].forwarded_for,
		       .protocol = i % 2 ? "HTTP/1.0" : NULL);
		assert_address(rows[i].client);
		if (client.loopback != rows[i].loopback)
			fail_msg("'%s' from %s", rows[i].forwarded_for,
				 rows[i].from);
	}
	/* Nobody knows which of two is the proxy's. */
	SETTLE(.from = "127.0.0.2", .forwarded_for = "127.0.0.1",
	       .proto = "https", .host_before = "localhost", .host = "h",
	       .https = true, .twice = true);
	assert_address("127.0.0.2");
	assert_false(client.loopback);
	assert_false(client.https);
	assert_true(slice_is(client.host, "h"));
}

static void test_proto(void **state)
{
	static const char *const secure[] = { "https", "HTTPS", "https, https",
					      " https" };
	static const char *const plain[] = { "http",        "https,http",
					     "http, https", "https,",
					     "httpsx",      "wss",
					     "on" };

	(void)state;
	for (size_t i = 0; i < sizeof(secure) / sizeof(secure[0]); i++)
		assert_true(
			SETTLE(.from = "10.0.0.1", .proto = secure[i])->https);
	/* The proxy may speak https to the web server all the same. */
	for (size_t i = 0; i < sizeof(plain) / sizeof(plain[0]); i++)
		assert_false(SETTLE(.from = "10.0.0.1", .proto = plain[i],
				    .https = true)
				     ->https);
	assert_true(SETTLE(.from = "10.0.0.1", .https = true)->https);
	assert_false(SETTLE(.from = "10.0.0.1")->https);
}

/* By which name it was asked: another's may have been made to lead here. */
static void test_host(void **state)
{
	static const char *const yes[] = {
		"",          "localhost",      "LocalHost:8080",
		"127.0.0.1", "127.0.0.1:8080", "127.255.255.1",
		"[::1]",     "[::1]:8080",
	};
	static const char *const no[] = {
		"evil.example",
		"evil.example:8080",
		"localhost.evil.example",
		"127.0.0.1.evil.example",
		"10.0.0.1",
		"[::2]:80",
		"[::1",
		":80",
		"[]",
		"127.0.0.1@evil.example",
		"localhost,evil.example",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(yes) / sizeof(yes[0]); i++)
		assert_true(SETTLE(.from = "127.0.0.1", .host = yes[i])
				    ->loopback_host);
	for (size_t i = 0; i < sizeof(no) / sizeof(no[0]); i++) {
		if (SETTLE(.from = "127.0.0.1", .host = no[i])->loopback_host)
			fail_msg("%s is taken for this machine", no[i]);
		assert_false(SETTLE(.from = "127.0.0.2", .host = "localhost",
				    .host_before = no[i])
				     ->loopback_host);
		assert_false(SETTLE(.from = "127.0.0.1", .host = no[i],
				    .host_before = "localhost")
				     ->loopback_host);
	}
	assert_true(SETTLE(.from = "127.0.0.2", .host = "backend",
			   .host_before = "localhost")
			    ->loopback_host);
}

/* A web server that listens on a Unix socket knows no address of its peer. */
static void test_unix(void **state)
{
	static const char *const peers[] = { "unix:", "/run/proxy.sock", "" };

	(void)state;
	for (size_t i = 0; i < sizeof(peers) / sizeof(peers[0]); i++) {
		trusted.has_unix = false;
		SETTLE(.from = peers[i], .forwarded_for = "127.0.0.1",
		       .proto = "https");
		assert_false(client.loopback);
		assert_false(client.https);
		trusted.has_unix = true;
		SETTLE(.from = peers[i], .forwarded_for = "127.0.0.1",
		       .proto = "https");
		assert_true(client.loopback);
		assert_true(client.https);
		SETTLE(.from = peers[i], .forwarded_for = "192.0.2.1");
		assert_address("192.0.2.1");
		assert_false(SETTLE(.from = peers[i])->loopback);
	}
	assert_false(SETTLE(.from = "garbage", .forwarded_for = "127.0.0.1")
			     ->loopback);
	trusted.has_unix = false;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_direct),
		cmocka_unit_test(test_untrusted),
		cmocka_unit_test(test_trusted),
		cmocka_unit_test(test_proto),
		cmocka_unit_test(test_host),
		cmocka_unit_test(test_unix),
	};

	trust("127.0.0.2");
	trust("10.0.0.0/8");
	trust("2001:db8:1::/48");
	return UNIT_RUN(tests);
}
