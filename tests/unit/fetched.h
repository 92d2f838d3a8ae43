/*
 * fetched - an order whose credentials Cloudflare signs, and all that surrounds
 * issue_fetch: a manifest whose steps, and a helper whose answers, a test
 * chooses. The file under test is included here.
 */
#ifndef MINTAGE_UNIT_FETCHED_H
#define MINTAGE_UNIT_FETCHED_H

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

static inline void assert_within(const char *text, const char *part)
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

static inline enum error run(void)
{
	assert_int_equal(issue_fetch_reserve(&order, &tally, &fetch, &problems),
			 ERROR_NONE);
	assert_int_equal(seen.calls, tally.count);
	return issue_fetch(&order, &tally, fetch, &problems);
}

#endif
