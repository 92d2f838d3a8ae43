/* address: what is an address or a network, and what lies in one. */
#include "unit.h"

#include "lib/base/address.h"

static void test_read(void **state)
{
	static const struct {
		const char *text;
		bool loopback;
	} good[] = {
		{ "127.0.0.1", true },
		{ "127.255.3.4", true },
		{ "::1", true },
		{ "0:0:0:0:0:0:0:1", true },
		{ "::ffff:127.0.0.1", true },
		{ "::FFFF:7F00:1", true },
		{ "0.0.0.0", false },
		{ "128.0.0.1", false },
		{ "126.255.255.255", false },
		{ "1.0.0.127", false },
		{ "::", false },
		{ "::2", false },
		{ "::127.0.0.1", false },
		{ "::ffff:10.0.0.1", false },
		{ "fe80::1", false },
		{ "2001:db8::7", false },
	};
	static const char *const bad[] = {
		"",
		"unix:",
		"localhost",
		"127.1",
		"127.0.0.01",
		"127.0.0",
		"127.0.0.1.2",
		"127.0.0.256",
		"1.2.3.4:80",
		"[::1]",
		"::1%lo",
		"fe80::1%eth0",
		" 127.0.0.1",
		"127.0.0.1 ",
		":::",
		"1::2::3",
		"0x7f.0.0.1",
		"2130706433",
		"::ffff:127.0.0.1.example.org.x.y.z",
	};
	struct address address;

	(void)state;
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		if (!address_read(&address, slice_text(good[i].text)) ||
		    address_is_loopback(&address) != good[i].loopback)
			fail_msg("%s", good[i].text);
	}
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		if (address_read(&address, slice_text(bad[i])))
			fail_msg("'%s' is an address", bad[i]);
	}
	assert_false(address_read(&address, slice_of("::1\0", 4)));
	assert_false(address_read(&address, slice_of(NULL, 0)));
}

static void test_network(void **state)
{
	static const struct {
		const char *network, *in, *out;
	} good[] = {
		{ "192.0.2.1", "192.0.2.1", "192.0.2.2" },
		{ "192.0.2.1", "::ffff:192.0.2.1", "::192.0.2.1" },
		{ "::ffff:192.0.2.1", "192.0.2.1", "192.0.2.0" },
		{ "10.0.0.0/8", "10.255.255.255", "11.0.0.0" },
		{ "10.0.0.0/9", "10.127.255.255", "10.128.0.0" },
		{ "192.0.2.6/31", "192.0.2.7", "192.0.2.8" },
		{ "192.0.2.6/32", "192.0.2.6", "192.0.2.7" },
		{ "0.0.0.0/0", "255.255.255.255", "2001:db8::1" },
		{ "::ffff:10.0.0.0/104", "10.1.2.3", "11.1.2.3" },
		{ "2001:db8::/32", "2001:db8:ffff::1", "2001:db9::1" },
		{ "2001:db8::/33", "2001:db8:7fff::1", "2001:db8:8000::1" },
		{ "::1", "::1", "127.0.0.1" },
	};
	struct network network;
	struct address address;

	(void)state;
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		assert_int_equal(address_network_read(
					 &network, slice_text(good[i].network)),
				 NETWORK_GOOD);
		assert_true(address_read(&address, slice_text(good[i].in)));
		assert_true(address_network_has(&network, &address));
		assert_true(address_read(&address, slice_text(good[i].out)));
		if (address_network_has(&network, &address))
			fail_msg("%s has %s", good[i].network, good[i].out);
	}
}

static void test_no_network(void **state)
{
	static const struct {
		const char *text;
		enum network_fault fault;
	} bad[] = {
		{ "", NETWORK_NO_ADDRESS },
		{ "/8", NETWORK_NO_ADDRESS },
		{ "proxy.example/8", NETWORK_NO_ADDRESS },
		{ "[::1]", NETWORK_NO_ADDRESS },
		{ "10.0.0/24", NETWORK_NO_ADDRESS },
		{ "10.0.0.0/", NETWORK_NO_BITS },
		{ "10.0.0.0/33", NETWORK_NO_BITS },
		{ "10.0.0.0/08", NETWORK_NO_BITS },
		{ "10.0.0.0/-1", NETWORK_NO_BITS },
		{ "10.0.0.0/255.0.0.0", NETWORK_NO_BITS },
		{ "10.0.0.0/8/8", NETWORK_NO_BITS },
		{ "2001:db8::/129", NETWORK_NO_BITS },
		{ "10.0.0.1/8", NETWORK_HOST_BITS },
		{ "10.0.0.1/31", NETWORK_HOST_BITS },
		{ "2001:db8::1/64", NETWORK_HOST_BITS },
		{ "127.0.0.1/0", NETWORK_HOST_BITS },
	};
	struct network network;

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		if (address_network_read(&network, slice_text(bad[i].text)) !=
		    bad[i].fault)
			fail_msg("'%s'", bad[i].text);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_read),
		cmocka_unit_test(test_network),
		cmocka_unit_test(test_no_network),
	};

	return UNIT_RUN(tests);
}
