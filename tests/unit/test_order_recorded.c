/* The order of the pipeline's steps: that nothing is issued without a record,
 * what the record says, and what is answered where a request changes, a client
 * leaves or Cloudflare refuses after it was written. */
#include "ordered.h"

/* ---- the record ----------------------------------------------------------- */

/* The log's line stands before the first byte of the answer leaves. */
static void test_recorded_first(void **state)
{
	static const enum issue_kind kinds[] = { ISSUE_SINGLE, ISSUE_BATCH };
	char bytes[64];

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		assert_issued(ASKED(WEB, kinds[i], READ A_OBJECT "}"), 1);
		assert_string_equal(went.events, "issue ");
		snprintf(bytes, sizeof(bytes), "\"bytes\":%zu}", went.length);
		unit_assert_logged(bytes);
	}
	assert_issued(ASKED(WEB, ISSUE_LINKS, LINK A_OBJECT "}"), 1);
	assert_string_equal(went.events, "issue ");
}

static void test_record_says_what(void **state)
{
	static const char line[] =
		"uploads\tobject-read-only\t900\tobject\t\"public/a\"\n"
		"uploads\tPutObject\t30\tobject\t\"public/b\"\n";
	char digest[HEX_LENGTH(DIGEST_SIZE) + 1] = "";
	uint8_t hash[DIGEST_SIZE];

	(void)state;
	assert_issued(ASKED(WEB, ISSUE_BATCH,
			    READ ",\"objects\":[\"public/a\",{\"key\":"
				 "\"public/b\",\"actions\":[\"PutObject\"],"
				 "\"permission\":\"object-write-only\","
				 "\"ttlSeconds\":30}]}"),
		      2);
	digest_sha256(line, sizeof(line) - 1, hash);
	hex_encode(digest, hash, sizeof(hash));
	unit_assert_logged(digest);
	unit_assert_logged(
		"\"account\":\"aa\",\"parent\":\"idrw\","
		"\"bucket\":\"uploads\","
		"\"permission\":\"object-read-only\","
		"\"ttlSeconds\":900,\"count\":2,\"failed\":0,"
		"\"differing\":1,\"differingActions\":[\"PutObject\"],"
		"\"differingTtlSeconds\":30");
	/* None of it is a secret. */
	assert_null(strstr(unit_log(), unit_secret));
}

/* Issued without a line in the log: never, whoever forgets to write it. */
static void test_unrecorded_is_not_issued(void **state)
{
	const struct asked orders[] = {
		ASKED(WEB, ISSUE_SINGLE, READ A_OBJECT "}", .unrecorded = true),
		ASKED(WEB, ISSUE_BATCH, READ A_OBJECT "}", .unrecorded = true),
		ASKED(WEB, ISSUE_LINKS, LINK A_OBJECT "}", .unrecorded = true),
		ASKED(WEB, ISSUE_SINGLE, REMOTE A_OBJECT "}",
		      .unrecorded = true),
		ASKED(WEB, ISSUE_BATCH, REMOTE A_OBJECT "}",
		      .unrecorded = true),
	};

	(void)state;
	for (size_t i = 0; i < sizeof(orders) / sizeof(orders[0]); i++) {
		struct asked recorded = orders[i];

		assert_int_equal(run(orders[i]), ERROR_NONE);
		assert_false(went.complete);
		assert_true(went.broken);
		assert_int_equal(went.length, 0);
		assert_int_equal(went.issued, 0);
		assert_true(went.sink_failed);
		assert_string_equal(unit_log(), "");
		recorded.unrecorded = false;
		assert_issued(recorded, 1);
	}
}

/* A disk that is full is a service that issues nothing. */
static void test_log_is_full(void **state)
{
	(void)state;
	unit_log_fill();
	assert_refused(ASKED(WEB, ISSUE_BATCH, READ A_OBJECT "}"),
		       ERROR_UNAVAILABLE, "");
	unit_log_mend();
	assert_issued(ASKED(WEB, ISSUE_BATCH, READ A_OBJECT "}"), 1);
}

static void test_client_is_gone(void **state)
{
	(void)state;
	assert_int_equal(run(ASKED(WEB, ISSUE_BATCH, READ A_OBJECT "}",
				   .is_gone = true)),
			 ERROR_NONE);
	assert_false(went.complete);
	unit_assert_logged("\"result\":\"client-gone\"");
}

/* A request for four objects whose keys together have `length` bytes. */
static const char *four_keys(int length)
{
	static char text[sizeof(request)];
	int rest = length / 4 - (int)strlen("public/a");

	snprintf(text, sizeof(text),
		 READ ",\"objects\":[\"public/a%0*d\",\"public/b%0*d\","
		      "\"public/c%0*d\",\"public/d%0*d\"]}",
		 rest, 0, rest, 0, rest, 0, rest, 0);
	return text;
}

/* Once a part of the answer can't be delivered, nothing more is minted. */
static void test_client_leaves(void **state)
{
	(void)state;
	assert_int_equal(
		run(ASKED(WEB, ISSUE_BATCH, four_keys(3800), .is_gone = true)),
		ERROR_NONE);
	assert_false(went.complete);
	assert_int_equal(went.count, 4);
	assert_in_range(went.issued, 1, 3);
	unit_assert_logged("\"result\":\"client-gone\"");
}

static void test_long_token(void **state)
{
	char text[WARNINGS_TEXT_MAX];

	(void)state;
	/* Each key counts with its two quotes and a comma. */
	assert_issued(ASKED(WEB, ISSUE_SINGLE, four_keys(2988)), 1);
	assert_int_equal(went.warnings, 0);
	assert_issued(ASKED(WEB, ISSUE_SINGLE, four_keys(2992)), 1);
	assert_int_equal(went.warnings, 1);
	assert_non_null(warnings_get(&issue.tally.warnings, 0,
				     WARNINGS_FOR_PROGRAMS, text));
	assert_non_null(strstr(text, "/objects: so many paths"));
}

/* ---- the manifest changes between the two passes -------------------------- */

/* Fewer bytes than a whole answer has, and the log says that it failed. */
static void assert_broken(struct asked asked, uint64_t issued)
{
	assert_int_equal(run(asked), ERROR_NONE);
	assert_false(went.complete);
	assert_true(went.broken);
	assert_int_equal(went.issued, issued);
	assert_null(strstr(went.answer, "\"success\":true"));
	assert_null(strstr(went.answer, "secret/"));
	assert_string_equal(unit_log_events(), "issue outcome ");
	unit_assert_logged("\"result\":\"failed\"");
}

static void test_changed_leads_out(void **state)
{
	(void)state;
	assert_broken(ASKED(WEB, ISSUE_BATCH, READ TWO "}",
			    .change = "public/b", .into = "secret/b"),
		      1);
	assert_broken(ASKED(WEB, ISSUE_LINKS, LINK TWO "}",
			    .change = "public/b", .into = "secret/b"),
		      1);
	/* Of a single credential nothing is left. */
	assert_broken(ASKED(WEB, ISSUE_SINGLE, READ TWO "}",
			    .change = "public/b", .into = "secret/b"),
		      0);
	assert_broken(ASKED(WEB, ISSUE_BATCH, READ TWO "}",
			    .change = "\"public/b\"", .into = "\"public/\\\""),
		      1);
	assert_broken(ASKED(WEB, ISSUE_SINGLE, READ TWO "}",
			    .change = "\"public/b\"", .into = "\"public/\\\""),
		      0);
	/* Where entries are reported, the changed one is. */
	assert_int_equal(run(ASKED(WEB, ISSUE_BATCH,
				   READ TWO ",\"onError\":\"report\"}",
				   .change = "public/b", .into = "secret/b")),
			 ERROR_NONE);
	assert_int_equal(went.issued, 1);
	assert_null(strstr(went.answer, "{\"key\":\"secret/b\",\"access"));
}

/* Keys that are named twice with different terms are refused in the answer as
 * in the record, and a key that came in the place of another is neither. */
static void test_changed_repeats(void **state)
{
	const char *text = READ
		",\"objects\":[{\"key\":\"public/a\",\"ttlSeconds\":60},"
		"\"public/a\",\"public/b\"],\"onError\":\"report\"}";

	(void)state;
	assert_int_equal(run(ASKED(WEB, ISSUE_BATCH, text, .change = "public/b",
				   .into = "public/z")),
			 ERROR_NONE);
	assert_true(went.complete);
	assert_int_equal(went.failed, 2);
	assert_int_equal(went.issued, 1);
	assert_null(strstr(went.answer, "{\"key\":\"public/a\",\"access"));
	assert_non_null(strstr(went.answer, "{\"key\":\"public/z\",\"access"));
}

/* An entry that was refused, and becomes good after the record, is not in the
 * record's count: the answer ends before it. */
static void test_changed_for_the_better(void **state)
{
	static const char text[] = READ
		",\"objects\":[\"secret/b\",\"public/a\"],"
		"\"onError\":\"report\"}";

	(void)state;
	assert_int_equal(run(ASKED(WEB, ISSUE_BATCH, text, .change = "secret/b",
				   .into = "public/b")),
			 ERROR_NONE);
	assert_int_equal(went.count, 1);
	assert_int_equal(went.issued, 1);
	assert_false(went.complete);
	assert_true(went.broken);
	/* Cloudflare has signed nothing for it. */
	assert_broken(ASKED(WEB, ISSUE_BATCH,
			    REMOTE ",\"objects\":[\"public/a\",\"secret/b\"],"
				   "\"onError\":\"report\"}",
			    .change = "secret/b", .into = "public/b",
			    .late = true),
		      1);
}

#define FORM "bucket=uploads&permission=object-read-only&objects="

static void test_changed_count(void **state)
{
	(void)state;
	/* More than were recorded. */
	assert_broken(ASKED(WEB, ISSUE_BATCH, FORM "public/aXpublic/b",
			    .change = "aXp", .into = "a\np"),
		      1);
	/* Fewer. */
	assert_broken(ASKED(WEB, ISSUE_BATCH, FORM "public/a%0Apublic/b",
			    .change = "a\np", .into = "aXp"),
		      1);
	/* None at all, which must not mean the whole bucket. */
	assert_broken(ASKED(WHOLE, ISSUE_SINGLE, FORM "public/a",
			    .change = "public/a", .into = "\n\n\n\n\n\n\n\n"),
		      0);
}

/* What can't be signed after all ends the answer: an address of R2 that is too
 * long, and a host that is, which a credential names. */
static void test_unsigned(void **state)
{
	static char longest[8192];
	struct account *account = unit_service.config->accounts;
	char *endpoint = account->endpoint, *host = account->host;

	(void)state;
	memset(longest, 'a', sizeof(longest) - 1);
	account->endpoint = account->host = longest;
	assert_broken(ASKED(WEB, ISSUE_LINKS, LINK TWO "}"), 0);
	assert_broken(ASKED(WEB, ISSUE_BATCH, READ TWO "}"), 0);
	assert_broken(ASKED(WEB, ISSUE_SINGLE, READ TWO "}"), 0);
	assert_broken(ASKED(WEB, ISSUE_LINKS,
			    LINK ",\"sign\":\"scoped\"" TWO "}"),
		      0);
	account->endpoint = endpoint;
	account->host = host;
	assert_issued(ASKED(WEB, ISSUE_LINKS, LINK TWO "}"), 2);
}

/* ---- where Cloudflare signs ----------------------------------------------- */

static void test_fetched(void **state)
{
	(void)state;
	assert_issued(ASKED(WEB, ISSUE_BATCH, REMOTE TWO "}"), 2);
	assert_string_equal(went.events, "issue ");
	assert_non_null(strstr(went.answer, "fetchedsecret"));
	assert_issued(ASKED(WEB, ISSUE_SINGLE, REMOTE TWO "}"), 1);
	/* What its API doesn't know. */
	assert_refused(ASKED(WEB, ISSUE_LINKS,
			     "{\"bucket\":\"remote\"" A_OBJECT "}"),
		       ERROR_BAD_VALUE, "/parentAccessKeyId");
	assert_refused(ASKED(WEB, ISSUE_BATCH,
			     "{\"bucket\":\"remote\",\"actions\":["
			     "\"GetObject\"]" A_OBJECT "}"),
		       ERROR_BAD_VALUE, "/actions");
	assert_refused(ASKED(WEB, ISSUE_BATCH,
			     "{\"bucket\":\"remote\",\"permission\":"
			     "\"object-write-only\"" A_OBJECT "}"),
		       ERROR_BAD_VALUE, "/permission");
	assert_refused(ASKED(WEB, ISSUE_BATCH,
			     REMOTE ",\"objects\":[{\"key\":\"public/a\","
				    "\"actions\":[\"GetObject\"]}]}"),
		       ERROR_BAD_VALUE, "/objects/0/actions");
}

/* It was recorded; then it failed, and nothing left. */
static void assert_fetch_failed(struct asked asked, enum error error,
				const char *pointer)
{
	assert_int_equal(run(asked), error);
	assert_string_equal(went.pointer, pointer);
	assert_int_equal(went.length, 0);
	assert_int_equal(went.issued, 0);
	assert_string_equal(unit_log_events(), "issue outcome ");
	unit_assert_logged("\"result\":\"failed\",\"issued\":0");
}

static void test_fetch_fails(void **state)
{
	(void)state;
	assert_fetch_failed(ASKED(WEB, ISSUE_BATCH,
				  REMOTE ",\"objects\":[\"public/a\","
					 "\"public/bad\"]}"),
			    ERROR_UPSTREAM, "/objects/1");
	assert_fetch_failed(ASKED(WEB, ISSUE_SINGLE,
				  REMOTE ",\"objects\":[\"public/bad\"]}"),
			    ERROR_UPSTREAM, "");
	assert_issued(ASKED(WEB, ISSUE_BATCH,
			    REMOTE ",\"onError\":\"report\","
				   "\"objects\":[\"public/a\","
				   "\"public/bad\"]}"),
		      1);
	assert_int_equal(went.count, 1);
	assert_int_equal(went.failed, 1);
	assert_non_null(strstr(went.answer, "{\"key\":\"public/bad\",\"error"));
}

static void test_fetch_changed(void **state)
{
	(void)state;
	assert_fetch_failed(ASKED(WEB, ISSUE_BATCH, REMOTE TWO "}",
				  .change = "public/b", .into = "secret/b"),
			    ERROR_INTERNAL, "");
	assert_fetch_failed(ASKED(WEB, ISSUE_SINGLE, REMOTE TWO "}",
				  .change = "public/b", .into = "secret/b"),
			    ERROR_INTERNAL, "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_recorded_first),
		cmocka_unit_test(test_record_says_what),
		cmocka_unit_test(test_unrecorded_is_not_issued),
		cmocka_unit_test(test_log_is_full),
		cmocka_unit_test(test_client_is_gone),
		cmocka_unit_test(test_client_leaves),
		cmocka_unit_test(test_long_token),
		cmocka_unit_test(test_changed_leads_out),
		cmocka_unit_test(test_changed_repeats),
		cmocka_unit_test(test_changed_for_the_better),
		cmocka_unit_test(test_changed_count),
		cmocka_unit_test(test_unsigned),
		cmocka_unit_test(test_fetched),
		cmocka_unit_test(test_fetch_fails),
		cmocka_unit_test(test_fetch_changed),
	};

	return ORDER_RUN(tests);
}
