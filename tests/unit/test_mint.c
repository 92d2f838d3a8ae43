/*
 * The file under test is included, so that its stages can be run on payloads
 * that other implementations wrote.
 */
#include "unit.h"

#include <json-c/json.h>

#include "lib/sign/mint.c"
#include "lib/sign/session.h"

static struct json_object *vectors;

static const char *text_of(struct json_object *object, const char *name)
{
	struct json_object *member;

	assert_true(json_object_object_get_ex(object, name, &member));
	return json_object_get_string(member);
}

static struct keyed secret_of(struct json_object *vector)
{
	const char *text = text_of(vector, "parentSecretAccessKey");
	struct keyed secret;

	keyed_begin(&secret, slice_text(text));
	keyed_drop_text(&secret);
	return secret;
}

static struct keyed keyed_of(const char *text)
{
	struct keyed keyed;

	keyed_begin(&keyed, slice_text(text));
	return keyed;
}

/* Our claims for a vector's, of which those that name actions lose scope. */
static struct mint_claims claims_of(struct json_object *vector)
{
	struct json_object *claims, *actions;
	struct mint_claims ours = { 0 };
	struct problem problem;

	json_object_object_get_ex(vector, "claims", &claims);
	ours.bucket = slice_text(text_of(claims, "bucket"));
	ours.account_id = slice_text(text_of(claims, "sub"));
	ours.access_key_id = slice_text(text_of(claims, "iss"));
	ours.host = slice_text(text_of(claims, "aud"));
	ours.issued = strtoll(text_of(claims, "iat"), NULL, 10);
	ours.scope.ttl = (uint32_t)(strtoll(text_of(claims, "exp"), NULL, 10) -
				    ours.issued);
	if (json_object_object_get_ex(claims, "actions", &actions)) {
		json_object_object_del(claims, "scope");
		for (size_t i = 0; i < json_object_array_length(actions); i++)
			assert_int_equal(
				action_parse(slice_text(json_object_get_string(
						     json_object_array_get_idx(
							     actions, i))),
					     "", &ours.scope.actions, &problem),
				0);
	} else {
		assert_int_equal(
			permission_parse(slice_text(text_of(claims, "scope")),
					 "", &ours.scope.permission, &problem),
			0);
	}
	return ours;
}

/* What stands between the brackets of paths.NAME, written by json-c. */
static struct slice paths_of(struct json_object *vector, const char *name,
			     char room[1024])
{
	struct json_object *claims, *paths, *list;
	const char *text;

	json_object_object_get_ex(vector, "claims", &claims);
	if (!json_object_object_get_ex(claims, "paths", &paths) ||
	    !json_object_object_get_ex(paths, name, &list))
		return slice_of("", 0);
	text = json_object_to_json_string_ext(
		list, JSON_C_TO_STRING_PLAIN | JSON_C_TO_STRING_NOSLASHESCAPE);
	snprintf(room, 1024, "%.*s", (int)strlen(text) - 2, text + 1);
	return slice_text(room);
}

static struct json_object *sort_actions(struct json_object *claims)
{
	struct json_object *actions;

	if (json_object_object_get_ex(claims, "actions", &actions)) {
		/* a set: sort by text */
		size_t n = json_object_array_length(actions);
		struct json_object *sorted = json_object_new_array();

		for (unsigned bit = 0; bit < ACTION_COUNT; bit++) {
			for (size_t i = 0; i < n; i++) {
				struct json_object *one =
					json_object_array_get_idx(actions, i);

				if (!strcmp(json_object_get_string(one),
					    action_names[bit]))
					json_object_array_add(
						sorted, json_object_get(one));
			}
		}
		json_object_object_add(claims, "actions", sorted);
	}
	return claims;
}

/* Open `token` with our reader: signed by the parent, and exactly the vector's
 * claims. */
static void assert_token_says(struct slice token, struct json_object *vector)
{
	struct keyed secret = secret_of(vector);
	struct session session = { 0 };
	struct json_object *said, *claims;
	struct problem problem;

	assert_int_equal(session_open(token, &secret, &session, &problem),
			 ERROR_NONE);
	assert_true(session.signed_by_key);
	assert_true(buffer_add(&session.payload, "", 1));
	said = json_tokener_parse(session.payload.data);
	json_object_object_get_ex(vector, "claims", &claims);
	assert_true(
		json_object_equal(sort_actions(said), sort_actions(claims)));
	json_object_put(said);

	keyed_begin(&secret, slice_text("another"));
	assert_int_equal(session_open(token, &secret, &session, &problem),
			 ERROR_NONE);
	assert_false(session.signed_by_key);
	session_free(&session);
}

/* The payload as another implementation wrote it, cut between the constant
 * beginning and the tail at every place: byte for byte the same result. */
static void test_given_payload(void **state)
{
	(void)state;
	for (size_t v = 0; v < json_object_array_length(vectors); v++) {
		struct json_object *vector =
			json_object_array_get_idx(vectors, v);
		struct keyed secret = secret_of(vector);
		struct slice payload =
			slice_text(text_of(vector, "payloadJson"));
		struct slice expected =
			slice_text(text_of(vector, "sessionToken"));
		struct mint mint;

		for (size_t cut = 0; cut <= payload.length; cut++) {
			size_t rest = payload.length - cut;
			size_t n;

			begin_hashes(&mint, slice_of(payload.data, cut),
				     &secret);
			memcpy(mint.tail + mint.tail_carried,
			       payload.data + cut, rest);
			n = mint.token_constant +
			    finish(&mint, mint.tail, mint.tail_carried + rest,
				   mint.jwt, mint.token + mint.token_constant);
			assert_int_equal(n, expected.length);
			assert_memory_equal(mint.token, expected.data, n);
			assert_memory_equal(mint.secret,
					    text_of(vector, "secretAccessKey"),
					    MINT_SECRET_LENGTH);
		}
		/* The signature stands in the JWT as the vector has it. */
		assert_non_null(strstr(text_of(vector, "jwt"),
				       text_of(vector, "signature")));
	}
}

static void test_vectors_minted(void **state)
{
	(void)state;
	for (size_t v = 0; v < json_object_array_length(vectors); v++) {
		struct json_object *vector =
			json_object_array_get_idx(vectors, v);
		struct mint_claims claims = claims_of(vector);
		struct keyed secret = secret_of(vector);
		char a[1024], b[1024], room[32768];
		struct slice prefixes = paths_of(vector, "prefixPaths", a);
		struct slice objects = paths_of(vector, "objectPaths", b);
		struct mint mint;

		assert_true(mint_paths_size(prefixes.length + objects.length) <
			    sizeof(room));
		assert_int_equal(mint_begin(&mint, MINT_FREE, &claims, &secret),
				 ERROR_NONE);
		assert_token_says(mint_paths(&mint, prefixes, objects, room),
				  vector);
		mint_end(&mint);
	}
}

static void test_claims_order(void **state)
{
	struct mint_claims claims = {
		.bucket = SLICE("b-1"),
		.scope = { PERMISSION_OBJECT_READ_ONLY, 0, 60 },
		.account_id = SLICE("0123"),
		.access_key_id = SLICE("abcd"),
		.host = SLICE("example.test:9000"),
		.issued = 1770000000,
	};
	struct keyed secret = keyed_of("key");
	struct session session = { 0 };
	struct problem problem;
	struct mint mint;

	(void)state;
	assert_int_equal(mint_begin(&mint, MINT_OBJECT, &claims, &secret), 0);
	mint_one(&mint, slice_text("a\"b/\n\u00c1"));
	assert_int_equal(session_open(slice_of(mint.token, mint.token_length),
				      &secret, &session, &problem),
			 0);
	assert_true(session.signed_by_key);
	assert_true(buffer_add(&session.payload, "", 1));
	assert_string_equal(
		session.payload.data,
		"{\"bucket\":\"b-1\",\"scope\":\"object-read-only\","
		"\"sub\":\"0123\",\"iss\":\"abcd\","
		"\"aud\":\"example.test:9000\",\"iat\":1770000000,"
		"\"exp\":1770000060,\"paths\":{\"prefixPaths\":[],"
		"\"objectPaths\":[\"a\\\"b/\\n\u00c1\"]}}");

	claims.scope = (struct scope){ PERMISSION_NONE, 0, 60 };
	claims.scope.actions =
		permission_abilities(PERMISSION_OBJECT_WRITE_ONLY);
	mint_end(&mint);
	assert_int_equal(mint_begin(&mint, MINT_PREFIX, &claims, &secret), 0);
	mint_one(&mint, slice_text("up/"));
	assert_int_equal(session_open(slice_of(mint.token, mint.token_length),
				      &secret, &session, &problem),
			 0);
	assert_true(buffer_add(&session.payload, "", 1));
	assert_non_null(
		strstr(session.payload.data, "\"actions\":[\"PutObject\","));
	assert_null(strstr(session.payload.data, "\"scope\""));
	assert_non_null(strstr(session.payload.data,
			       "\"prefixPaths\":[\"up/\"],"
			       "\"objectPaths\":[]}}"));
	session_free(&session);
	mint_end(&mint);
}

/* A batch is the same as so many single ones: no state leaks from one entry to
 * the next. The longest key that escapes to the most bytes fits. */
static void test_one_after_another(void **state)
{
	struct mint_claims claims = {
		.bucket = SLICE("bucket"),
		.scope = { PERMISSION_OBJECT_READ_WRITE, 0, 900 },
		.account_id = SLICE("0123"),
		.access_key_id = SLICE("abcd"),
		.host = SLICE("h"),
		.issued = 1770000000,
	};
	struct keyed secret = keyed_of("key");
	static struct mint batch, single;
	char key[KEY_MAX];

	(void)state;
	assert_int_equal(mint_begin(&batch, MINT_OBJECT, &claims, &secret), 0);
	for (size_t length = 1; length <= KEY_MAX; length += 31) {
		char room[32768], quoted[6 * KEY_MAX + 2];
		struct slice token;
		size_t n;

		memset(key, length % 2 ? '\x01' : 'k', length);
		mint_one(&batch, slice_of(key, length));
		quoted[0] = '"';
		n = 1 + escape_json(quoted + 1, key, length);
		quoted[n++] = '"';
		assert_int_equal(
			mint_begin(&single, MINT_FREE, &claims, &secret), 0);
		token = mint_paths(&single, slice_of("", 0),
				   slice_of(quoted, n), room);
		assert_int_equal(batch.token_length, token.length);
		assert_memory_equal(batch.token, token.data, token.length);
		assert_memory_equal(batch.secret, single.secret,
				    MINT_SECRET_LENGTH);
	}
	memset(key, '\x01', sizeof(key));
	mint_one(&batch, slice_of(key, sizeof(key)));
	assert_true(batch.token_length <= MINT_TOKEN_MAX);
	mint_end(&batch);
	mint_end(&single);
}

static void test_end_wipes(void **state)
{
	struct mint_claims claims = {
		.bucket = SLICE("bucket"),
		.scope = { PERMISSION_OBJECT_READ_WRITE, 0, 900 },
	};
	struct keyed secret = keyed_of("key");
	static struct mint mint;
	static const struct mint zero;
	char key[KEY_MAX];

	(void)state;
	memset(key, 1, sizeof(key));
	/* However long, and whatever came after it. */
	for (size_t length = 1; length <= KEY_MAX; length += 93) {
		assert_int_equal(
			mint_begin(&mint, MINT_OBJECT, &claims, &secret), 0);
		mint_one(&mint, slice_of(key, length));
		mint_one(&mint, slice_text("k"));
		mint_end(&mint);
		assert_memory_equal(&mint, &zero, sizeof(mint));
	}
}

static void test_too_long_a_beginning(void **state)
{
	static char host[MINT_BEGINNING_MAX];
	struct mint_claims claims = {
		.bucket = SLICE("bucket"),
		.scope = { PERMISSION_OBJECT_READ_WRITE, 0, 900 },
	};
	struct keyed secret = keyed_of("key");
	static struct mint mint;

	(void)state;
	memset(host, 'h', sizeof(host));
	claims.host = slice_of(host, sizeof(host));
	assert_int_equal(mint_begin(&mint, MINT_OBJECT, &claims, &secret),
			 ERROR_INTERNAL);
}

static void test_not_a_token(void **state)
{
	static const char *const bad[] = {
		"",
		"abc",
		"AAAA",
		"and0Lw==",
		"and0L2EuYi5j",
		"and0L2V5SmhiR2NpT2lKdWIyNWxJbjAuZTMwLg==",
	};
	struct session session = { 0 };
	struct problem problem;

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		assert_int_equal(session_open(slice_text(bad[i]), NULL,
					      &session, &problem),
				 ERROR_MALFORMED);
		assert_false(session.signed_by_key);
	}
	session_free(&session);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_given_payload),
		cmocka_unit_test(test_vectors_minted),
		cmocka_unit_test(test_claims_order),
		cmocka_unit_test(test_one_after_another),
		cmocka_unit_test(test_end_wipes),
		cmocka_unit_test(test_too_long_a_beginning),
		cmocka_unit_test(test_not_a_token),
	};
	int failed;

	vectors = json_object_from_file(unit_path("vectors/credentials.json"));
	if (!vectors) {
		printf("Bail out! no vectors\n");
		return 1;
	}
	failed = UNIT_RUN(tests);
	json_object_put(vectors);
	return failed;
}
