/*
 * api: what is known of a call that failed is its own answer, and never that to
 * the call before it.
 */
#include "unit.h"

#include "cgi/upstream/upstream.h"

static unsigned answered; /* 0: there is no answer */

static enum error ask(struct upstream *upstream,
		      const struct upstream_batch *batch,
		      const struct upstream_call *call,
		      struct upstream_answer *answer, struct problem *problem)
{
	(void)upstream;
	(void)batch;
	(void)call;
	if (answered == 0)
		return problem_set(problem, ERROR_UNAVAILABLE, NULL, "gone");
	*answer = (struct upstream_answer){ .status = answered };
	return ERROR_NONE;
}

#define upstream_ask ask
#include "cgi/cli/api.c"
#undef upstream_ask

static void test_may_be_done(void **state)
{
	static const struct {
		unsigned status;
		bool may_be_done;
	} calls[] = {
		{ 200, true },  { 400, false }, { 0, true },    { 403, false },
		{ 499, false }, { 500, true },  { 429, false }, { 0, true },
	};
	struct cli_api api = { .endpoint = "https://api.example" };
	struct problem problem;
	struct json result;

	(void)state;
	for (size_t i = 0; i < sizeof(calls) / sizeof(calls[0]); i++) {
		answered = calls[i].status;
		assert_int_not_equal(cli_api_call(&api, "GET", "/",
						  slice_of(NULL, 0), 0, &result,
						  &problem),
				     ERROR_NONE);
		assert_int_equal(cli_api_may_be_done(&api),
				 calls[i].may_be_done);
	}
	cli_api_close(&api);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_may_be_done),
	};

	return UNIT_RUN(tests);
}
