/*
 * session: memory that is out at each place while a token is opened. What was
 * read of it is freed, and nothing counts as signed.
 */
#include "unit.h"

#include <stdbool.h>

#include "lib/base/base64.h"
#include "lib/base/buffer.h"

/* The call for memory at which it is out; 0 for none. */
static int out_at, asked;

static bool is_out(void)
{
	return ++asked == out_at;
}

#define buffer_reserve(...) (!is_out() && buffer_reserve(__VA_ARGS__))
#include "lib/sign/session.c"
#undef buffer_reserve

/* {"alg":"HS256"}, {}, and the HMAC of both under "key", which Python made. */
#define JWT                             \
	"jwt/eyJhbGciOiJIUzI1NiJ9.e30." \
	"FOOB1UqKAhjxqs3lV7BidJ12zFAsIGq1erQfNyaFf80"

static void test_no_memory(void **state)
{
	char token[BASE64_LENGTH(sizeof(JWT) - 1) + 1];
	struct slice text = { token,
			      base64_encode(token, JWT, sizeof(JWT) - 1) };
	struct session session = { .signed_by_key = false };
	struct problem problem;
	struct keyed key;

	(void)state;
	keyed_begin(&key, slice_text("key"));
	for (out_at = 1; out_at < 100; out_at++) {
		asked = 0;
		if (session_open(text, &key, &session, &problem) == ERROR_NONE)
			break;
		assert_int_equal(problem.error, ERROR_INTERNAL);
		assert_string_equal(problem.message, "out of memory");
		assert_false(session.signed_by_key);
		session_free(&session);
	}
	assert_int_equal(out_at, 4);
	assert_true(session.signed_by_key);
	assert_true(
		slice_is(buffer_slice(&session.header), "{\"alg\":\"HS256\"}"));
	assert_true(slice_is(buffer_slice(&session.payload), "{}"));
	session_free(&session);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_no_memory),
	};

	return UNIT_RUN(tests);
}
