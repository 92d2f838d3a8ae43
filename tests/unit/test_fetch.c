/* fetch: calls that can't be sent, answers that are of no use, and a manifest
 * that is another when it is read again: nothing is issued then. */
#include "unit.h"

#include "cgi/input/fields.h"
#include "cgi/issue/entry.h"
#include "cgi/issue/order.h"
#include "lib/base/buffer.h"
#include "lib/base/keyed.h"

/* ---- what surrounds it ----------------------------------------------------- */

#define MOST 4

/* What happens; the steps of the manifest and the answers come in this order. */
static struct {
	enum manifest_step steps[MOST];
	size_t step;
	struct upstream_answer answers[MOST];
	size_t answer;
	bool begins, sends, has_helper;
	const char *paths; /* NULL: they could not be read */
} fake;

static struct {
	size_t begun, sent, ended;
	uint64_t calls;
	char body[512]; /* of the last call that was sent */
} seen;

static struct problem down(void)
{
	struct problem problem;

	(void)problem_set(&problem, ERROR_UNAVAILABLE, NULL, "it is down");
	return problem;
}

static enum error fake_begin(struct upstream *upstream,
			     const struct upstream_batch *batch,
			     struct problem *problem)
{
	(void)upstream;
	seen.begun++;
	seen.calls = batch->calls;
	*problem = down();
	return fake.begins ? ERROR_NONE : problem->error;
}

static enum error fake_call(struct upstream *upstream, uint64_t tag,
			    const struct upstream_call *call,
			    struct problem *problem)
{
	(void)upstream;
	*problem = down();
	if (!fake.sends)
		return problem->error;
	assert_int_equal(tag, seen.sent);
	snprintf(seen.body, sizeof(seen.body), "%.*s", (int)call->body.length,
		 call->body.data);
	seen.sent++;
	return ERROR_NONE;
}

static enum error fake_answer(struct upstream *upstream,
			      struct upstream_answer *answer,
			      struct problem *problem)
{
	(void)upstream;
	*problem = down();
	if (!fake.has_helper)
		return problem->error;
	assert_true(fake.answer < MOST);
	*answer = fake.answers[fake.answer++];
	return ERROR_NONE;
}

static void fake_end(struct upstream *upstream)
{
	(void)upstream;
	seen.ended++;
}

static enum manifest_step fake_next(struct manifest *manifest,
				    struct entry *entry,
				    struct problem *problem)
{
	(void)manifest;
	(void)problem;
	*entry = (struct entry){ .key = SLICE("a"),
				 .kind = ENTRY_OBJECT,
				 .base = "/objects",
				 .index = fake.step };
	assert_true(fake.step < MOST);
	return fake.steps[fake.step++];
}

static void fake_rewind(struct manifest *manifest)
{
	(void)manifest;
	fake.step = 0;
}

static enum error fake_check(const struct order *order,
			     const struct entry *entry, struct terms *terms,
			     struct problem *problem)
{
	(void)entry;
	(void)problem;
	*terms = order->terms;
	return ERROR_NONE;
}

static bool fake_paths(const struct order *order, struct buffer *prefixes,
		       struct buffer *objects)
{
	(void)order;
	(void)prefixes;
	return fake.paths &&
	       buffer_add(objects, fake.paths, strlen(fake.paths));
}

static void assert_within(const char *text, const char *part)
{
	if (!strstr(text, part))
		fail_msg("no '%s' in: %s", part, text);
}

#define upstream_begin fake_begin
#define upstream_call(upstream, tag, call, problem) \
	fake_call(upstream, tag, call, problem)
#define upstream_answer(upstream, answer, problem) \
	fake_answer(upstream, answer, problem)
#define upstream_end fake_end
#define manifest_next fake_next
#define manifest_rewind fake_rewind
#define issue_entry_check fake_check
#define issue_entry_paths fake_paths
#undef fail /* one of cmocka; the file has a function of that name */
#include "cgi/issue/fetch.c"

/* ---- one order ------------------------------------------------------------- */

static char endpoint[] = "https://api.example", id[] = "aa";
static struct keyed token;
static struct account account = { .id = id, .api_endpoint = endpoint };
static struct parent parent = { .account = &account,
				.signer = SIGNER_CLOUDFLARE };
static char log_path[] = "/nowhere/audit.log";
static struct config config = { .audit_log = log_path };
static struct service service = { .config = &config };
static struct fields fields;
static struct manifest entries;
static struct order order;
static struct tally tally;
static struct problems problems;
static struct fetch *fetch;

#define GOOD                                                   \
	"{\"success\":true,\"result\":{\"accessKeyId\":"       \
	"\"0123456789abcdef\",\"secretAccessKey\":\"s3cret\"," \
	"\"sessionToken\":\"t0ken\"}}"

static struct upstream_answer answered(uint64_t tag, const char *body)
{
	return (struct upstream_answer){ .tag = tag,
					 .status = 200,
					 .body = slice_text(body) };
}

/* An order of two entries, for which all goes well. */
static int start(void **state)
{
	(void)state;
	memset(&fake, 0, sizeof(fake));
	memset(&seen, 0, sizeof(seen));
	fake.steps[0] = fake.steps[1] = MANIFEST_ENTRY;
	fake.steps[2] = MANIFEST_END;
	fake.answers[0] = answered(1, GOOD);
	fake.answers[1] = answered(0, GOOD);
	fake.begins = fake.sends = fake.has_helper = true;
	fake.paths = "\"a\"";
	keyed_begin(&token, slice_text("api-token"));
	parent.key.api_token = &token;
	fields.bucket = (struct slice)SLICE("remote");
	fields.on_error = ON_ERROR_REJECT;
	order = (struct order){ .service = &service,
				.kind = ISSUE_BATCH,
				.fields = &fields,
				.entries = &entries,
				.grant = { .parent = &parent } };
	order.terms.scope.permission = PERMISSION_OBJECT_READ_ONLY;
	order.terms.scope.ttl = 60;
	tally = (struct tally){ .rows = 2, .count = 2 };
	problems_free(&problems);
	return 0;
}

static int stop(void **state)
{
	(void)state;
	issue_fetch_free(&order, fetch);
	fetch = NULL;
	problems_free(&problems);
	return 0;
}

static enum error run(void)
{
	assert_int_equal(issue_fetch_reserve(&order, &tally, &fetch, &problems),
			 ERROR_NONE);
	assert_int_equal(seen.calls, tally.count);
	return issue_fetch(&order, &tally, fetch, &problems);
}

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
