/*
 * Does the time that something takes depend on a secret? Under valgrind's
 * memcheck, secrets are marked as undefined, and memcheck reports each branch
 * and each address that depends on one: `make check-sidechannel`.
 *
 * The outcome of a comparison is no secret, because it is what the client is
 * answered. So digest_equal is wrapped, and its outcome is marked as defined.
 * The first tests are leaks: they fail where memcheck does not report them.
 */
#include "tests/unit/linked.h"

#include <valgrind/memcheck.h>

#include "cgi/service/once.c"
#include "lib/base/base64.h"
#include "lib/links/signed.h"
#include "lib/links/waf.h"
#include "lib/policy/subject.h"
#include "lib/sign/mint.h"
#include "lib/sign/presign.h"
#include "lib/sign/secret.h"
#include "lib/sign/session.h"

static bool is_outcome_secret;

bool __real_digest_equal(const void *a, const void *b, size_t length);
bool __wrap_digest_equal(const void *a, const void *b, size_t length);

bool __wrap_digest_equal(const void *a, const void *b, size_t length)
{
	bool is_equal = __real_digest_equal(a, b, length);

	if (!is_outcome_secret)
		(void)VALGRIND_MAKE_MEM_DEFINED(&is_equal, sizeof(is_equal));
	return is_equal;
}

static void hide(const void *secret, size_t length)
{
	(void)VALGRIND_MAKE_MEM_UNDEFINED(secret, length);
}

static void show(const void *secret, size_t length)
{
	(void)VALGRIND_MAKE_MEM_DEFINED(secret, length);
}

/* Does this depend on a secret? memcheck is not to report the question. */
static bool is_hidden(const void *made, size_t length)
{
	unsigned char bits[4096] = { 0 };
	bool found = false;

	assert_true(length <= sizeof(bits));
	assert_int_equal(VALGRIND_GET_VBITS(made, bits, length), 1);
	for (size_t i = 0; i < length; i++)
		found = found || bits[i] != 0;
	return found;
}

/* How often memcheck reported something since the last call. */
static unsigned reports(void)
{
	static unsigned before;
	unsigned now = VALGRIND_COUNT_ERRORS, more = now - before;

	before = now;
	return more;
}

/* A secret for each test, the states that are kept of it, and scratch for what
 * is made of them. */
static struct {
	char text[SECRET_MAX];
	size_t length;
} secret;
static struct keyed keyed;
static char made[16384];

/* Make the states of a hidden text. What a warning says of the text depends on
 * it, but only when a configuration is loaded; so these reports don't count. */
static void key(struct keyed *states, struct slice text)
{
	keyed_begin(states, text);
	show(&states->is_blank_edged, sizeof(states->is_blank_edged));
	show(&states->is_hex, sizeof(states->is_hex));
	(void)reports();
}

static int set_up(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(secret.text); i++)
		secret.text[i] = "0123456789abcdef"[i * 7 % 16];
	secret.length = 64;
	is_outcome_secret = false;
	hide(secret.text, sizeof(secret.text));
	key(&keyed, slice_of(secret.text, secret.length));
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	show(secret.text, sizeof(secret.text));
	return 0;
}

static void expect_none(void)
{
	unsigned found = reports();

	if (found != 0)
		fail_msg("memcheck reported %u branches or addresses that "
			 "depend on a secret; it says above which",
			 found);
}

/* ---- leaks, which have to be reported -------------------------------------- */

static void leak_branch(void **state)
{
	volatile int found = 0;

	(void)state;
	if (secret.text[3] == 'x')
		found = 1;
	assert_true(reports() > 0);
	(void)found;
}

static void leak_memcmp(void **state)
{
	static const char guess[16];
	int (*volatile compare)(const void *, const void *, size_t) = memcmp;
	volatile int found = 0;

	(void)state;
	if (compare(secret.text, guess, sizeof(guess)) == 0)
		found = 1;
	assert_true(reports() > 0);
	(void)found;
}

static void leak_table(void **state)
{
	static const char table[256] = "a table";
	volatile char found = table[(unsigned char)secret.text[5]];

	(void)state;
	assert_true(reports() > 0);
	(void)found;
}

/* The outcome of a comparison is hidden where a test says so. */
static void leak_outcome(void **state)
{
	volatile int found = 0;

	(void)state;
	is_outcome_secret = true;
	if (digest_equal(secret.text, "0123456789abcdef", 16))
		found = 1;
	assert_true(reports() > 0);
	(void)found;
}

/* ---- what must not leak ---------------------------------------------------- */

static void test_equal(void **state)
{
	char other[DIGEST_SIZE];

	(void)state;
	memset(other, 'x', sizeof(other));
	for (size_t length = 0; length <= sizeof(other); length++)
		made[length] = digest_equal(secret.text, other, length);
	memcpy(other, secret.text, sizeof(other));
	assert_true(digest_equal(secret.text, other, sizeof(other)));
	expect_none();
}

static void test_encoders(void **state)
{
	(void)state;
	for (size_t length = 1; length <= secret.length; length++) {
		(void)hex_encode(made, secret.text, length);
		assert_true(is_hidden(made, 2));
		(void)base64_encode(made, secret.text, length);
		assert_true(is_hidden(made, 2));
		(void)base64_url_encode(made, secret.text, length);
		assert_true(is_hidden(made, 2));
	}
	expect_none();
}

/* Whether a text was good is the answer. */
static void test_decoders(void **state)
{
	uint8_t bytes[SECRET_MAX];
	size_t written;

	(void)state;
	for (size_t length = 2; length <= secret.length; length++) {
		bool is_good;

		is_good = hex_decode(bytes, secret.text, length);
		show(&is_good, sizeof(is_good));
		assert_true(is_good == (length % 2 == 0));
		if (length % 4 == 1)
			continue;
		is_good = base64_url_decode(bytes, &written, secret.text,
					    length / 4 * 4);
		show(&is_good, sizeof(is_good));
		assert_true(is_good);
		assert_true(length < 4 || is_hidden(bytes, 1));
	}
	expect_none();
}

static void test_codes(void **state)
{
	struct digest_hmac_sha1 sha1;
	struct digest_md5 md5;
	uint8_t code[DIGEST_SIZE];

	(void)state;
	for (size_t length = 0; length <= sizeof(secret.text); length++) {
		digest_hmac(secret.text, length, secret.text, length, code);
		assert_true(length == 0 || is_hidden(code, sizeof(code)));
		digest_md5_begin(&md5);
		digest_md5_add(&md5, secret.text, length);
		digest_md5_end(&md5, code);
		digest_hmac_sha1_begin(&sha1, secret.text, length);
		digest_hmac_sha1_add(&sha1, secret.text, length);
		digest_hmac_sha1_end(&sha1, code);
	}
	expect_none();
}

static void test_mint(void **state)
{
	static struct mint mint;
	struct mint_claims claims = {
		.bucket = SLICE("downloads"),
		.scope = { .permission = PERMISSION_OBJECT_READ_ONLY,
			   .ttl = 900 },
		.account_id = SLICE("023e105f4ecef8ad9ca31a8372d0c353"),
		.access_key_id = SLICE("b2f1a3c4d5e6f708192a3b4c5d6e7f80"),
		.host = SLICE("example.com"),
		.issued = 1700000000,
	};
	char key[] = "a/0123456789abcdef";

	(void)state;
	assert_int_equal(mint_begin(&mint, MINT_OBJECT, &claims, &keyed), 0);
	/* Each length has another rest that fills no group of base64. */
	for (size_t length = 1; length < sizeof(key); length++) {
		mint_one(&mint, slice_of(key, length));
		assert_true(is_hidden(mint.secret, sizeof(mint.secret)));
		assert_true(is_hidden(mint.token + mint.token_length - 40, 30));
	}
	mint_end(&mint);
	expect_none();
}

static void test_presign(void **state)
{
	static struct presign presign;
	struct presign_signer signer = {
		.endpoint = SLICE("https://example.com"),
		.bucket = SLICE("downloads"),
		.access_key_id = SLICE("b2f1a3c4d5e6f708192a3b4c5d6e7f80"),
		.time = 1700000000,
	};
	struct presign_link link = { .key = SLICE("a b/c"), .expires = 900 };
	struct presign_day day;

	(void)state;
	presign_day_derive(&day, &keyed.aws4, signer.time);
	assert_true(is_hidden(&day.hmac, sizeof(day.hmac)));
	assert_int_equal(presign_begin(&presign, &signer, &day), 0);
	presign_one(&presign, &link);
	assert_true(is_hidden(presign.url + presign.url_length - 64, 64));
	presign_end(&presign);
	expect_none();
}

/* Links that were made, and all that other programs made, good and bad. */
static void test_links(void **state)
{
	struct link_signer signer;
	struct waf waf;
	size_t length;

	(void)state;
	links_signed_begin(&signer, &keyed);
	length = links_signed_make(&signer, slice_text("a b/c"), 1700000000,
				   made);
	assert_true(is_hidden(made, length));
	links_signed_end(&signer);
	waf_begin(&waf, slice_text("example.com"), &keyed);
	length = waf_link(&waf, slice_text("a b/c"), 1700000000, made);
	assert_true(is_hidden(made, length));
	waf_end(&waf);
	expect_none();
}

static void test_kinds(void **state)
{
	char text[KEYED_TEXT_MAX] = { 0 };
	size_t good = 0, bad = 0;

	(void)state;
	for (size_t i = 0; i < json_object_array_length(linked_vectors); i++) {
		enum link_verdict verdict;
		size_t length;

		linked_take(json_object_array_get_idx(linked_vectors, i));
		length = strlen(linked_text("secret"));
		memcpy(text, linked_text("secret"), length);
		hide(text, length);
		key(&linked.secret, slice_of(text, length));
		verdict = linked_ask();
		show(text, sizeof(text));
		good += verdict == LINK_GOOD;
		bad += verdict == LINK_BAD;
	}
	assert_true(good > 20 && bad > 20);
	expect_none();
}

/* Nobody learns which section a token belongs to: neither the hashes nor the
 * outcome of a comparison decide where the loop goes. */
static void test_bearer(void **state)
{
	struct caller callers[3] = { { .has_bearer = true } };
	struct config config = { .callers = callers };
	struct slice token = slice_of(secret.text, secret.length);
	const struct caller *found;

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		callers[i].has_bearer = true;
		callers[i].next = i < 2 ? &callers[i + 1] : NULL;
	}
	digest_sha256(token.data, token.length, callers[1].bearer_sha256);
	for (size_t i = 0; i < 3; i++)
		hide(callers[i].bearer_sha256, DIGEST_SIZE);
	is_outcome_secret = true;
	found = subject_bearer(&config, token);
	expect_none();
	assert_true(is_hidden(&found, sizeof(found)));
	show(&found, sizeof(found));
	assert_ptr_equal(found, &callers[1]);
}

static void test_form_numbers(void **state)
{
	static struct once_table table;
	uint8_t hash[DIGEST_SIZE];

	(void)state;
	digest_sha256(secret.text, ONCE_NUMBER_LENGTH, hash);
	memcpy(table.slots[3].hash, hash, sizeof(table.slots[3].hash));
	table.slots[2].made = table.slots[3].made = 1700000000;
	assert_ptr_equal(slot_find(&table, hash), &table.slots[3]);
	expect_none();
}

/* A token that is inspected is public; the key that proves it is not. */
static void test_session(void **state)
{
	static const char token[] =
		"and0L2V5SmhiR2NpT2lKSVV6STFOaUlzSW5SNWNDSTZJa3BYVkNKOS5lMzAu"
		"QUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQQ==";
	struct session session = { .signed_by_key = true };
	struct problem problem;

	(void)state;
	assert_int_equal(session_open(slice_text(token), &keyed, &session,
				      &problem),
			 ERROR_NONE);
	assert_false(session.signed_by_key);
	session_free(&session);
	expect_none();
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(leak_branch),   TEST(leak_memcmp),
		TEST(leak_table),    TEST(leak_outcome),
		TEST(test_equal),    TEST(test_encoders),
		TEST(test_decoders), TEST(test_codes),
		TEST(test_mint),     TEST(test_presign),
		TEST(test_links),    TEST(test_kinds),
		TEST(test_bearer),   TEST(test_form_numbers),
		TEST(test_session),
	};

	if (!RUNNING_ON_VALGRIND) {
		printf("Bail out! run this under valgrind\n");
		return 1;
	}
	return LINKED_RUN(tests);
}
