/* fetch: calls that can't be sent, answers that are of no use, and a manifest
 * that is another when it is read again: nothing is issued then. */
#include "fetched.h"

/* Assert that the whole order is refused, with its one problem. */
static void assert_broken(enum error error, const char *pointer,
			  const char *message)
{
	assert_int_equal(run(), error);
	assert_true(tally.broken);
	assert_int_equal(problems.count, 1);
	assert_int_equal(problems.list[0].error, error);
	assert_string_equal(problems.list[0].pointer, pointer);
	assert_within(problems.list[0].message, message);
	/* The batch is over, however it ended. */
	assert_int_equal(seen.ended, 1);
}

#define CHANGED ERROR_INTERNAL, "", "the manifest changed while it was read"

static void test_good(void **state)
{
	struct fetched fetched;

	(void)state;
	assert_int_equal(run(), ERROR_NONE);
	assert_false(tally.broken);
	assert_int_equal(seen.sent, 2);
	assert_string_equal(seen.body,
			    "{\"bucket\":\"remote\",\"parentAccessKeyId\":"
			    "\"\",\"permission\":\"object-read-only\","
			    "\"ttlSeconds\":60,\"objects\":[\"a\"]}");
	for (size_t i = 0; i < 2; i++) {
		assert_true(issue_fetch_next(fetch, &fetched));
		assert_int_equal(fetched.error, ERROR_NONE);
		assert_true(
			slice_is(fetched.access_key_id, "0123456789abcdef"));
		assert_true(slice_is(fetched.secret, "s3cret"));
		assert_true(slice_is(fetched.session_token, "t0ken"));
	}
	/* There is none for a third row. */
	assert_false(issue_fetch_next(fetch, &fetched));
	assert_false(issue_fetch_next(NULL, &fetched));
}

/* ---- a helper that is gone ------------------------------------------------- */

static void test_no_helper(void **state)
{
	(void)state;
	fake.begins = false;
	assert_int_equal(issue_fetch_reserve(&order, &tally, &fetch, &problems),
			 ERROR_UNAVAILABLE);
	assert_string_equal(problems.list[0].message, "it is down");
	assert_int_equal(seen.sent, 0);
}

static void test_not_sent(void **state)
{
	(void)state;
	fake.sends = false;
	assert_broken(ERROR_UNAVAILABLE, "", "it is down");
}

static void test_no_answer(void **state)
{
	(void)state;
	fake.has_helper = false;
	assert_broken(ERROR_UNAVAILABLE, "", "it is down");
}

/* More than the API takes in one call is not even sent. */
static void test_long_body(void **state)
{
	char *paths = malloc(BODY_MAX + 1);

	(void)state;
	assert_non_null(paths);
	memset(paths, 'a', BODY_MAX);
	paths[BODY_MAX] = '\0';
	order.kind = ISSUE_SINGLE;
	tally.count = 1;
	fake.paths = paths;
	assert_broken(ERROR_TOO_LARGE, "/objects", "ask for several");
	assert_int_equal(seen.sent, 0);
	free(paths);
}

/* ---- a manifest that changed ----------------------------------------------- */

static void test_fewer(void **state)
{
	(void)state;
	fake.steps[1] = MANIFEST_END;
	assert_broken(CHANGED);
}

static void test_more(void **state)
{
	(void)state;
	fake.steps[2] = MANIFEST_ENTRY;
	assert_broken(CHANGED);
	assert_int_equal(seen.sent, 2);
}

static void test_broken(void **state)
{
	(void)state;
	fake.steps[1] = MANIFEST_BROKEN;
	assert_broken(CHANGED);
}

/* A credential without any path would be good for the whole bucket. */
static void test_no_paths(void **state)
{
	(void)state;
	order.kind = ISSUE_SINGLE;
	tally.count = 1;
	entries.part_count = 1;
	fake.paths = "";
	assert_broken(CHANGED);
	entries.part_count = 0;
	assert_int_equal(seen.sent, 0);
}

static void test_unread_paths(void **state)
{
	(void)state;
	order.kind = ISSUE_SINGLE;
	tally.count = 1;
	fake.paths = NULL;
	assert_broken(CHANGED);
	assert_int_equal(seen.sent, 0);
}

/* ---- answers --------------------------------------------------------------- */

static void test_answer_to_no_call(void **state)
{
	(void)state;
	fake.answers[1] = answered(2, GOOD);
	assert_broken(CHANGED);
}

static void test_answered_twice(void **state)
{
	(void)state;
	fake.answers[1] = answered(1, GOOD);
	assert_broken(CHANGED);
}

#define RESULT(text) "{\"success\":true,\"result\":" text "}"

static const char *const useless[] = {
	RESULT("7"),
	RESULT("{}"),
	RESULT("{\"accessKeyId\":7}"),
	RESULT("{\"accessKeyId\":\"0123456789abcdef\",\"secretAccessKey\":"
	       "\"s3cret\"}"),
	RESULT("{\"accessKeyId\":\"0123456789abcdef\",\"secretAccessKey\":"
	       "\"s3 cret\",\"sessionToken\":\"t0ken\"}"),
	RESULT("{\"accessKeyId\":\"0123456789abcdef\",\"secretAccessKey\":"
	       "\"s3cret\",\"sessionToken\":\"<b>\"}"),
	RESULT("{\"accessKeyId\":\"a/b\",\"secretAccessKey\":\"s3cret\","
	       "\"sessionToken\":\"t0ken\"}"),
	RESULT("{\"accessKeyId\":\"\\ud800\",\"secretAccessKey\":\"s3cret\","
	       "\"sessionToken\":\"t0ken\"}"),
};

/* An answer that holds no credential refuses the order, and points to the entry
 * that asked for it. */
static void test_useless(void **state)
{
	for (size_t i = 0; i < sizeof(useless) / sizeof(useless[0]); i++) {
		start(state);
		fake.answers[0] = answered(1, useless[i]);
		assert_broken(ERROR_UPSTREAM, "/objects/1", "");
		stop(state);
	}
}

/* Or it is the entry's own failure, and the other entry has its credential. */
static void test_reported(void **state)
{
	struct fetched fetched;

	for (size_t i = 0; i < sizeof(useless) / sizeof(useless[0]); i++) {
		start(state);
		fields.on_error = ON_ERROR_REPORT;
		fake.answers[0] = answered(1, useless[i]);
		assert_int_equal(run(), ERROR_NONE);
		assert_false(tally.broken);
		assert_int_equal(tally.count, 1);
		assert_int_equal(tally.failed, 1);
		assert_int_equal(problems.count, 0);
		assert_true(issue_fetch_next(fetch, &fetched));
		assert_int_equal(fetched.error, ERROR_NONE);
		assert_true(slice_is(fetched.session_token, "t0ken"));
		assert_true(issue_fetch_next(fetch, &fetched));
		assert_int_equal(fetched.error, ERROR_UPSTREAM);
		assert_true(fetched.message.length > 0);
		stop(state);
	}
}

#define CASE(test) cmocka_unit_test_setup_teardown(test, start, stop)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(test_good),
		CASE(test_no_helper),
		CASE(test_not_sent),
		CASE(test_no_answer),
		CASE(test_long_body),
		CASE(test_fewer),
		CASE(test_more),
		CASE(test_broken),
		CASE(test_no_paths),
		CASE(test_unread_paths),
		CASE(test_answer_to_no_call),
		CASE(test_answered_twice),
		CASE(test_useless),
		CASE(test_reported),
	};

	return UNIT_RUN(tests);
}
