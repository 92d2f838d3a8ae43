/* SHA-256 (FIPS 180-4 examples), HMAC-SHA256 (RFC 4231), MD5 (RFC 1321) and
 * HMAC-SHA1 (RFC 2202). */
#include "unit.h"

#include "lib/base/base64.h"
#include "lib/base/digest.h"
#include "lib/base/hex.h"

/* A digest of as many bytes as are expected. */
static void assert_hex(const uint8_t *digest, const char *expected)
{
	char hex[HEX_LENGTH(DIGEST_SIZE) + 1] = "";

	hex_encode(hex, digest, strlen(expected) / 2);
	assert_string_equal(hex, expected);
}

static void test_fips_180_4(void **state)
{
	uint8_t out[DIGEST_SIZE];
	struct digest_sha256 hash;
	char block[1000];

	(void)state;
	digest_sha256("abc", 3, out);
	assert_hex(out, "ba7816bf8f01cfea414140de5dae2223"
			"b00361a396177a9cb410ff61f20015ad");
	digest_sha256("", 0, out);
	assert_hex(out, "e3b0c44298fc1c149afbf4c8996fb924"
			"27ae41e4649b934ca495991b7852b855");
	digest_sha256("abcdbcdecdefdefgefghfghighijhijk"
		      "ijkljklmklmnlmnomnopnopq",
		      56, out);
	assert_hex(out, "248d6a61d20638b8e5c026930c3e6039"
			"a33ce45964ff2167f6ecedd419db06c1");
	memset(block, 'a', sizeof(block));
	digest_sha256_begin(&hash);
	for (int i = 0; i < 1000; i++)
		digest_sha256_add(&hash, block, sizeof(block));
	digest_sha256_end(&hash, out);
	assert_hex(out, "cdc76e5c9914fb9281a1c7e284d73e67"
			"f1809a48a497200e046d39ccc7112cd0");
}

static void test_state_copies(void **state)
{
	struct digest_sha256 hash, copy;
	uint8_t out[DIGEST_SIZE];

	(void)state;
	digest_sha256_begin(&hash);
	digest_sha256_add(&hash, "ab", 2);
	copy = hash;
	digest_sha256_add(&copy, "XXXX", 4);
	digest_sha256_end(&copy, out);
	digest_sha256_add(&hash, "c", 1);
	digest_sha256_end(&hash, out);
	assert_hex(out, "ba7816bf8f01cfea414140de5dae2223"
			"b00361a396177a9cb410ff61f20015ad");
}

struct hmac_case {
	const char *key;
	size_t key_length;
	const char *data;
	const char *expected;
};

#define TWENTY(x) x x x x x x x x x x x x x x x x x x x x

/* RFC 4231, cases 1 to 4, 6 and 7 (5 truncates the output). */
static const struct hmac_case rfc_4231[] = {
	{ TWENTY("\x0b"), 20, "Hi There",
	  "b0344c61d8db38535ca8afceaf0bf12b"
	  "881dc200c9833da726e9376c2e32cff7" },
	{ "Jefe", 4, "what do ya want for nothing?",
	  "5bdcc146bf60754e6a042426089575c7"
	  "5a003f089d2739839dec58b964ec3843" },
	{ TWENTY("\xaa"), 20,
	  TWENTY("\xdd") TWENTY("\xdd") "\xdd\xdd\xdd\xdd\xdd"
					"\xdd\xdd\xdd\xdd\xdd",
	  "773ea91e36800e46854db8ebd09181a7"
	  "2959098b3ef8c122d9635514ced565fe" },
	{ "\x01\x02\x03\x04\x05\x06\x07\x08\x09\x0a\x0b\x0c\x0d"
	  "\x0e\x0f\x10\x11\x12\x13\x14\x15\x16\x17\x18\x19",
	  25,
	  TWENTY("\xcd") TWENTY("\xcd") "\xcd\xcd\xcd\xcd\xcd"
					"\xcd\xcd\xcd\xcd\xcd",
	  "82558a389a443c0ea4cc819899f2083a"
	  "85f0faa3e578f8077a2e3ff46729665b" },
	{ TWENTY("\xaa") TWENTY("\xaa") TWENTY("\xaa") TWENTY("\xaa")
		  TWENTY("\xaa") TWENTY("\xaa") "\xaa\xaa\xaa\xaa\xaa"
						"\xaa\xaa\xaa\xaa\xaa\xaa",
	  131, "Test Using Larger Than Block-Size Key - Hash Key First",
	  "60e431591ee0b67f0d8a26aacbf5b77f"
	  "8e0bc6213728c5140546040f0ee37f54" },
	{ TWENTY("\xaa") TWENTY("\xaa") TWENTY("\xaa") TWENTY("\xaa")
		  TWENTY("\xaa") TWENTY("\xaa") "\xaa\xaa\xaa\xaa\xaa"
						"\xaa\xaa\xaa\xaa\xaa\xaa",
	  131,
	  "This is a test using a larger than block-size key and a larger "
	  "than block-size data. The key needs to be hashed before being used "
	  "by the HMAC algorithm.",
	  "9b09ffa71b942fcb27635fbcd5b0e944"
	  "bfdc63644f0713938a7f51535c3a35e2" },
};

static void test_rfc_4231(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(rfc_4231) / sizeof(rfc_4231[0]); i++) {
		const struct hmac_case *c = &rfc_4231[i];
		uint8_t out[DIGEST_SIZE];

		digest_hmac(c->key, c->key_length, c->data, strlen(c->data),
			    out);
		assert_hex(out, c->expected);
	}
}

static void test_key_stays(void **state)
{
	struct digest_hmac hmac;
	uint8_t out[DIGEST_SIZE];

	(void)state;
	digest_hmac_begin(&hmac, "Jefe", 4);
	digest_hmac_add(&hmac, "another", 7);
	digest_hmac_end(&hmac, out);
	digest_hmac_add(&hmac, rfc_4231[1].data, strlen(rfc_4231[1].data));
	digest_hmac_end(&hmac, out);
	assert_hex(out, rfc_4231[1].expected);
}

/* RFC 7515, A.1: the octets of its key, header and payload as given there. */
static void test_rfc_7515_a1(void **state)
{
	static const char key[] =
		"AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75"
		"aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow";
	static const char payload[] =
		"{\"iss\":\"joe\",\r\n \"exp\":1300819380,\r\n "
		"\"http://example.com/is_root\":true}";
	static const char header[] = "{\"typ\":\"JWT\",\r\n \"alg\":\"HS256\"}";
	uint8_t bytes[80], out[DIGEST_SIZE];
	char jwt[512] = "", signature[64] = "";
	size_t length, n;

	(void)state;
	assert_true(base64_url_decode(bytes, &length, key, strlen(key)));
	n = base64_url_encode(jwt, header, strlen(header));
	jwt[n++] = '.';
	n += base64_url_encode(jwt + n, payload, strlen(payload));
	digest_hmac(bytes, length, jwt, n, out);
	base64_url_encode(signature, out, sizeof(out));
	assert_string_equal(signature,
			    "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk");
}

static void assert_wiped(const void *state, size_t size)
{
	const uint8_t *bytes = state;

	for (size_t i = 0; i < size; i++)
		assert_int_equal(bytes[i], 0);
}

/* RFC 1321, A.5. */
static void test_rfc_1321(void **state)
{
	static const char *const cases[][2] = {
		{ "", "d41d8cd98f00b204e9800998ecf8427e" },
		{ "a", "0cc175b9c0f1b6a831c399e269772661" },
		{ "abc", "900150983cd24fb0d6963f7d28e17f72" },
		{ "message digest", "f96b697d7cb7938d525a2f31aaf161d0" },
		{ "abcdefghijklmnopqrstuvwxyz",
		  "c3fcd3d76192e4007dfb496cca67e13b" },
		{ "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
		  "0123456789",
		  "d174ab98d277d9f5a5611c2c9f419d9f" },
		{ "1234567890123456789012345678901234567890"
		  "1234567890123456789012345678901234567890",
		  "57edf4a22be3c955ac49da2e2107b67a" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		size_t length = strlen(cases[i][0]);
		uint8_t out[DIGEST_MD5_SIZE];
		struct digest_md5 hash, copy;

		digest_md5_begin(&hash);
		digest_md5_add(&hash, cases[i][0], length / 2);
		copy = hash;
		digest_md5_add(&hash, cases[i][0] + length / 2,
			       length - length / 2);
		digest_md5_end(&hash, out);
		assert_hex(out, cases[i][1]);
		assert_wiped(&hash, sizeof(hash));
		digest_md5_add(&copy, cases[i][0] + length / 2,
			       length - length / 2);
		digest_md5_end(&copy, out);
		assert_hex(out, cases[i][1]);
	}
}

/* RFC 2202, section 3, cases 1 to 4, 6 and 7 (5 is of the same kind). */
static const struct hmac_case rfc_2202[] = {
	{ TWENTY("\x0b"), 20, "Hi There",
	  "b617318655057264e28bc0b6fb378c8ef146be00" },
	{ "Jefe", 4, "what do ya want for nothing?",
	  "effcdf6ae5eb2fa2d27416d5f184df9c259a7c79" },
	{ TWENTY("\xaa"), 20,
	  TWENTY("\xdd") TWENTY("\xdd") "\xdd\xdd\xdd\xdd\xdd"
					"\xdd\xdd\xdd\xdd\xdd",
	  "125d7342b9ac11cd91a39af48aa17b4f63f175d3" },
	{ "\x01\x02\x03\x04\x05\x06\x07\x08\x09\x0a\x0b\x0c\x0d"
	  "\x0e\x0f\x10\x11\x12\x13\x14\x15\x16\x17\x18\x19",
	  25,
	  TWENTY("\xcd") TWENTY("\xcd") "\xcd\xcd\xcd\xcd\xcd"
					"\xcd\xcd\xcd\xcd\xcd",
	  "4c9007f4026250c6bc8414f9bf50c86c2d7235da" },
	{ TWENTY("\xaa") TWENTY("\xaa") TWENTY("\xaa") TWENTY("\xaa"), 80,
	  "Test Using Larger Than Block-Size Key - Hash Key First",
	  "aa4ae5e15272d00e95705637ce8a3b55ed402112" },
	{ TWENTY("\xaa") TWENTY("\xaa") TWENTY("\xaa") TWENTY("\xaa"), 80,
	  "Test Using Larger Than Block-Size Key and Larger Than One "
	  "Block-Size Data",
	  "e8e99d0f45237d786d6bbaa7965c7808bbff1a91" },
};

static void test_rfc_2202(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(rfc_2202) / sizeof(rfc_2202[0]); i++) {
		const struct hmac_case *c = &rfc_2202[i];
		size_t length = strlen(c->data);
		uint8_t out[DIGEST_SHA1_SIZE];
		struct digest_hmac_sha1 hmac, copy;

		digest_hmac_sha1_begin(&hmac, c->key, c->key_length);
		digest_hmac_sha1_add(&hmac, c->data, length / 2);
		copy = hmac;
		digest_hmac_sha1_add(&hmac, c->data + length / 2,
				     length - length / 2);
		digest_hmac_sha1_end(&hmac, out);
		assert_hex(out, c->expected);
		assert_wiped(&hmac, sizeof(hmac));
		digest_hmac_sha1_add(&copy, c->data + length / 2,
				     length - length / 2);
		digest_hmac_sha1_end(&copy, out);
		assert_hex(out, c->expected);
	}
}

static void test_equal(void **state)
{
	(void)state;
	assert_true(digest_equal("abcd", "abcd", 4));
	assert_false(digest_equal("abcd", "abce", 4));
	assert_false(digest_equal("Abcd", "abcd", 4));
	assert_true(digest_equal("x", "y", 0));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_fips_180_4),
		cmocka_unit_test(test_state_copies),
		cmocka_unit_test(test_rfc_4231),
		cmocka_unit_test(test_key_stays),
		cmocka_unit_test(test_rfc_7515_a1),
		cmocka_unit_test(test_rfc_1321),
		cmocka_unit_test(test_rfc_2202),
		cmocka_unit_test(test_equal),
	};

	return UNIT_RUN(tests);
}
