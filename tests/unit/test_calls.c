/*
 * calls: which calls are made when, which of them are repeated, and what the
 * program at the other end is told.
 */
#include "called.h"

static void test_what_is_no_call(void **state)
{
	(void)state;
	for (size_t cut = 1; cut < 60; cut++)
		assert_false(add(1, 0, cut));
	online.begun = false;
	assert_false(add(1, 0, 0));
	assert_null(online.waiting);
	must_start(0);
	assert_true(calls_time_left(&online) == 60000);
}

static void test_request(void **state)
{
	(void)state;
	assert_true(add(7, CALL_BEARER, 0));
	must_start(1);
	assert_string_equal(network.last.method.data, "POST");
	assert_string_equal(network.last.url.data, "https://api.example.com/x");
	assert_string_equal(network.last.headers.data, "a: b\n");
	assert_string_equal(network.last.body.data, "body");
	assert_string_equal(network.last.token.data, "s3cr3t");
	assert_true(network.last.milliseconds == ATTEMPT_MAX_MS);
	/* The token is for the calls that ask for it. */
	ticks += 50000;
	assert_true(add(8, 0, 0));
	must_start(2);
	assert_int_equal(network.last.token.length, 0);
	assert_true(network.last.milliseconds == 10000);
	finish((struct http_result){ .status = 200, .body = slice_text("x") });
	assert_answer(8, 200, 0, "");
	assert_int_equal(online.attempts, 2);
}

static void test_concurrency(void **state)
{
	(void)state;
	for (uint64_t tag = 1; tag <= 3; tag++)
		assert_true(add(tag, 0, 0));
	must_start(2);
	must_start(2);
	/* The third is due when another one ends. */
	assert_true(calls_time_left(&online) == 60001);
	finish((struct http_result){ .status = 204 });
	assert_true(calls_time_left(&online) <= 1);
	must_start(2);
	assert_null(online.waiting);
}

static void test_can_not_be_made(void **state)
{
	(void)state;
	network.refuses = true;
	assert_true(add(3, 0, 0));
	must_start(0);
	assert_answer(3, 0, 0, "the call can't be made");
	assert_false(has_answer());
}

/* Is a call with these flags repeated after this? Then it ends at once. */
static bool repeats(unsigned flags, struct http_result result)
{
	bool again;

	assert_true(add(1, flags, 0));
	must_start(1);
	finish(result);
	again = !has_answer();
	if (!again)
		assert_answer(1, result.status, result.retry_after, "");
	assert_int_equal(again, online.waiting != NULL);
	calls_drop(&online);
	online.pause = 0;
	return again;
}

static void test_what_is_repeated(void **state)
{
	const struct http_result limited = { .status = 429 },
				 unsent = { .unsent = true, .passing = true },
				 passing = { .passing = true },
				 late = { .status = 408 },
				 broken = { .status = 503 },
				 refused = { .status = 403 }, none = { 0 };

	(void)state;
	assert_true(repeats(0, limited));
	assert_true(repeats(0, unsent));
	/* What may have had its effect is repeated where that is allowed. */
	for (unsigned flags = 0; flags <= CALL_AGAIN; flags++) {
		assert_int_equal(repeats(flags, passing), flags);
		assert_int_equal(repeats(flags, late), flags);
		assert_int_equal(repeats(flags, broken), flags);
	}
	assert_false(repeats(CALL_AGAIN, refused));
	assert_false(repeats(CALL_AGAIN, none));
	/* Each further try is counted; where that is refused, none is made. */
	assert_int_equal(count.booked, 5);
	count.error = ERROR_TOO_MANY_REQUESTS;
	assert_false(repeats(CALL_AGAIN, broken));
	/* Where nothing is counted, nothing is asked. */
	online.budget.file = -1;
	assert_true(repeats(CALL_AGAIN, broken));
	assert_int_equal(count.booked, 6);
}

/* Pauses grow, and after six tries the last answer is passed on. */
static void test_pauses(void **state)
{
	static const int64_t pauses[] = { 250, 500, 1000, 2000, 4000 };

	(void)state;
	assert_true(add(1, CALL_AGAIN, 0));
	for (size_t i = 0; i < sizeof(pauses) / sizeof(pauses[0]); i++) {
		must_start(1);
		finish((struct http_result){ .status = 500 });
		assert_false(has_answer());
		assert_true(calls_time_left(&online) == pauses[i] * 3 / 4 + 1);
		ticks += pauses[i] * 3 / 4 - 1;
		must_start(0);
		ticks++;
	}
	must_start(1);
	finish((struct http_result){ .status = 500 });
	assert_answer(1, 500, 0, "");
	assert_true(backoff(ATTEMPTS_MAX) == BACKOFF_MAX_MS * 3 / 4);
	assert_true(backoff(99) == BACKOFF_MAX_MS * 3 / 4);
}

/* Without chance a pause is as long as one by chance may be. */
static void test_no_chance(void **state)
{
	(void)state;
	has_chance = false;
	for (unsigned attempts = 1; attempts < 7; attempts++) {
		int64_t longest = BACKOFF_FIRST_MS << (attempts - 1);

		assert_true(backoff(attempts) >= longest / 2);
		assert_true(backoff(attempts) <= longest);
	}
}

/* A pause that the API asks for holds for all calls and is made known. */
static void test_hold(void **state)
{
	(void)state;
	assert_true(add(1, 0, 0));
	assert_true(add(2, 0, 0));
	must_start(2);
	finish((struct http_result){ .status = 429, .retry_after = 20 });
	assert_true(count.paused == 20);
	assert_true(add(3, 0, 0));
	must_start(1);
	assert_true(calls_time_left(&online) == 20001);
	/* A shorter one, or none, does not end it. */
	calls_hold(&online, 5);
	calls_hold(&online, 0);
	ticks += 19999;
	must_start(1);
	ticks++;
	must_start(2);
	/* Another process made a pause known, which holds here too. */
	count.pause = 30;
	finish((struct http_result){ .status = 429 });
	assert_true(online.pause == ticks + 30000);
	assert_int_equal(online.pause_seconds, 30);
	assert_false(has_answer());
}

/* A pause or a wait that goes beyond the end of the batch. */
static void test_end_of_time(void **state)
{
	(void)state;
	assert_true(add(1, 0, 0));
	assert_true(add(2, 0, 0));
	assert_true(add(3, 0, 0));
	must_start(2);
	finish((struct http_result){ .status = 429, .retry_after = 60 });
	assert_answer(2, 429, 60, "");
	assert_int_equal(count.booked, 0);
	assert_true(calls_start(&online));
	assert_answer(3, 0, 60, "it asked for 60 seconds without calls");
	finish((struct http_result){ .status = 200 });
	assert_answer(1, 200, 0, "");
	online.pause = 0;
	ticks = online.deadline - 1;
	assert_true(add(4, 0, 0));
	assert_true(add(5, 0, 0));
	assert_true(calls_time_left(&online) <= 2);
	ticks++;
	must_start(0);
	assert_answer(4, 0, 0, "it was too slow: 60 seconds are over");
	assert_answer(5, 0, 0, "it was too slow: 60 seconds are over");
	assert_false(has_answer());
}

/* A call behind one that has to wait is made before it. */
static void test_order(void **state)
{
	(void)state;
	assert_true(add(1, CALL_AGAIN, 0));
	must_start(1);
	finish((struct http_result){ .status = 500 });
	assert_true(add(2, 0, 0));
	must_start(1);
	assert_non_null(online.waiting);
	/* The queue's end is where the first call still waits. */
	assert_true(add(3, 0, 0));
	must_start(2);
	finish((struct http_result){ .status = 200 });
	assert_answer(3, 200, 0, "");
	ticks += 250;
	must_start(2);
	finish((struct http_result){ .status = 200 });
	assert_answer(1, 200, 0, "");
}

/* A call or an answer for which there is no memory is never lost in silence:
 * the helper ends. */
static void test_no_memory(void **state)
{
	(void)state;
	no_call = true;
	assert_false(add(1, 0, 0));
	no_call = false;
	assert_true(add(1, 0, 0));
	assert_true(add(2, 0, 0));
	assert_true(add(3, 0, 0));
	must_start(2);
	no_answer = true;
	network.has_result = true;
	assert_false(calls_finish(&online));
	network.refuses = true;
	assert_false(calls_start(&online));
	no_answer = false;
	assert_true(add(4, 0, 0));
	no_answer = true;
	ticks = online.deadline;
	assert_false(calls_start(&online));
	assert_false(has_answer());
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_what_is_no_call),  TEST(test_request),
		TEST(test_concurrency),      TEST(test_can_not_be_made),
		TEST(test_what_is_repeated), TEST(test_pauses),
		TEST(test_no_chance),        TEST(test_hold),
		TEST(test_end_of_time),      TEST(test_order),
		TEST(test_no_memory),
	};

	return UNIT_RUN(tests);
}
