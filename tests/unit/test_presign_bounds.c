/* presign: the bounds of what the links of a batch share. */
#include "unit.h"

#include "lib/sign/presign.h"

static struct presign presign;

/* What no configuration has: each part is longer than its bound by one, or no
 * endpoint at all. With as many bytes as may be, each can be signed. */
static void test_bounds(void **state)
{
	static char text[PRESIGN_SESSION_TOKEN_MAX + 1];
	static const struct presign_signer plain = {
		.endpoint = SLICE("https://h"),
		.bucket = SLICE("bbb"),
		.access_key_id = SLICE("a"),
	};
	static const char *const endpoints[] = { "", "h", "https", "https://",
						 "https:" };
	struct presign_signer signer = plain;
	struct presign_day day = { 0 };

	(void)state;
	for (size_t i = 0; i < sizeof(endpoints) / sizeof(endpoints[0]); i++) {
		signer.endpoint = slice_text(endpoints[i]);
		assert_int_equal(presign_begin(&presign, &signer, &day),
				 ERROR_INTERNAL);
	}
	memset(text, 'a', sizeof(text));
	memcpy(text, "https://", 8);
	for (size_t over = 0; over < 2; over++) {
		enum error expected = over ? ERROR_INTERNAL : ERROR_NONE;

		signer = plain;
		signer.endpoint = slice_of(text, PRESIGN_ENDPOINT_MAX + over);
		assert_int_equal(presign_begin(&presign, &signer, &day),
				 expected);
		signer = plain;
		signer.session_token =
			slice_of(text, PRESIGN_SESSION_TOKEN_MAX + over);
		assert_int_equal(presign_begin(&presign, &signer, &day),
				 expected);
	}
	signer = plain;
	signer.access_key_id = slice_of(text, sizeof(text));
	assert_int_equal(presign_begin(&presign, &signer, &day),
			 ERROR_INTERNAL);
	presign_end(&presign);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_bounds),
	};

	return UNIT_RUN(tests);
}
